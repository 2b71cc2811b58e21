"""The door for implementations of OneBot: open to programs that know the token, by any name."""

import pytest
from aiohttp import web

from bot.channels.onebot.channel import OneBot
from bot.web.login import Login
from tests.channels.onebot_bot import TOKEN
from tests.web.client import Serve

DOOR = "/onebot/v11/ws"


@pytest.fixture
def channel() -> OneBot:
    return OneBot(TOKEN, is_open=bool, may_invite=bool)


@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "unauthorized"),
        ({"Authorization": "Bearer x"}, 403, "forbidden"),
        ({"Authorization": f"Bearer {TOKEN}"}, 503, "service_unavailable"),
    ],
)
async def test_it_asks_for_the_token_and_for_no_login(
    serve: Serve, login: Login, channel: OneBot, headers: dict[str, str], status: int, code: str
) -> None:
    def door(app: web.Application) -> None:
        app.router.add_get(DOOR, channel.serve)

    client = await serve(door, logged_in=False)
    for named in ({}, {"Host": "jifenbot:8080"}):
        answer = await client.get(DOOR, headers=headers | named)
        assert answer.status == status
        assert (await answer.json())["error"]["code"] == code
    assert (await client.get("/healthz", headers={"Host": "jifenbot:8080"})).status == 400
    assert (await client.post(DOOR)).status == 405


async def test_it_opens_when_the_bot_is_up(serve: Serve, channel: OneBot) -> None:
    def door(app: web.Application) -> None:
        app.router.add_get(DOOR, channel.serve)

    client = await serve(door, logged_in=False)
    await channel.start(lambda _: None)
    shown = {"Authorization": f"Bearer {TOKEN}", "Host": "jifenbot:8080", "X-Self-ID": "10001"}
    socket = await client.ws_connect(DOOR, headers=shown)
    assert not socket.closed
    await socket.close()
    await channel.close()
