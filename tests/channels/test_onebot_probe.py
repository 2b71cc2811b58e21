"""What `doctor` finds out about a OneBot implementation that waits for us."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.onebot import probe as onebot_probe
from bot.channels.onebot.probe import Probed, probe

TOKEN = "0d1c2b3a4f5e6978"
ME = {"user_id": 10001, "nickname": "积分小助手"}
EVENT = {"post_type": "meta_event", "meta_event_type": "lifecycle", "self_id": 10001}

Answer = Callable[[str], dict[str, Any] | str | None]


def well(action: str) -> dict[str, Any]:
    return {"get_login_info": ME, "get_status": {"online": True, "good": True}}[action]


@asynccontextmanager
async def implementation(
    answer: Answer = well, *, token: str = TOKEN, status: int = 401, is_late: bool = False
) -> AsyncIterator[str]:
    """One that wants this token: at the door, with this status, or, `is_late`, as NapCat does, in
    a first frame. `answer`: the data for an action, a whole frame as text, None for silence."""

    async def serve(request: web.Request) -> web.StreamResponse:
        is_known = request.headers.get("Authorization") == f"Bearer {token}"
        if not is_known and not is_late:
            return web.Response(status=status)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        if is_known:
            await _converse(socket, answer)
        else:
            await socket.send_json({"status": "failed", "retcode": 1403, "echo": None})
        return socket

    app = web.Application()
    app.router.add_get("/", serve)
    async with TestServer(app) as server:
        yield f"ws://127.0.0.1:{server.port}"


async def _converse(socket: web.WebSocketResponse, answer: Answer) -> None:
    await socket.send_json(EVENT)
    async for frame in socket:
        asked = json.loads(frame.data)
        found = answer(asked["action"])
        if isinstance(found, str):
            await socket.send_str(found)
        elif found is not None:
            await socket.send_json(EVENT)
            said = {"status": "ok", "retcode": 0, "data": found, "echo": asked["echo"]}
            await socket.send_json(said)


async def test_who_is_logged_in_is_told_between_events() -> None:
    async with implementation() as url:
        assert await probe(url, TOKEN) == Probed("well", "10001")


@pytest.mark.parametrize("status", [401, 403])
async def test_a_wrong_token_is_refused_at_the_door(status: int) -> None:
    async with implementation(status=status) as url:
        assert await probe(url, "another-token") == Probed("wrong_token", f"HTTP {status}")
        assert await probe(url, "") == Probed("wrong_token", f"HTTP {status}")


async def test_a_wrong_token_is_refused_after_the_door() -> None:
    async with implementation(is_late=True) as url:
        assert await probe(url, "another-token") == Probed("wrong_token", "retcode 1403")


async def test_an_account_that_is_offline() -> None:
    async with implementation(lambda action: well(action) | {"online": False}) as url:
        assert await probe(url, TOKEN) == Probed("offline", "10001")


async def test_an_implementation_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onebot_probe, "ANSWER_S", 0.2)
    async with implementation(lambda _: None) as url:
        assert (await probe(url, TOKEN)).state == "no_answer"


@pytest.mark.parametrize(
    ("frame", "why"),
    [
        ("hello", "not JSON"),
        ('{"retcode": 1404, "echo": "get_login_info"}', "get_login_info: retcode 1404"),
        ('{"retcode": 0, "echo": "get_login_info"}', "get_login_info: retcode 0"),
    ],
)
async def test_something_that_speaks_otherwise(frame: str, why: str) -> None:
    async with implementation(lambda _: frame) as url:
        assert await probe(url, TOKEN) == Probed("no_onebot", why)


async def test_something_else_at_that_address() -> None:
    async with TestServer(web.Application()) as server:
        assert await probe(f"ws://127.0.0.1:{server.port}/", TOKEN) == Probed(
            "no_onebot", "HTTP 404"
        )


async def test_nobody_at_that_address(unused_tcp_port: int) -> None:
    found = await probe(f"ws://127.0.0.1:{unused_tcp_port}", TOKEN)
    assert (found.state, bool(found.detail)) == ("unreachable", True)


async def test_somebody_who_never_speaks(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = asyncio.Event()

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        gone.set()

    monkeypatch.setattr(onebot_probe, "ANSWER_S", 0.2)
    async with await asyncio.start_server(never, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        found = await probe(f"ws://127.0.0.1:{port}", TOKEN)
        await gone.wait()
    assert found == Probed("no_answer", "no answer in 0.2 s")
