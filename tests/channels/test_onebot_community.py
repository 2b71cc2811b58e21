"""A community on OneBot: from the frame to the reply, through the web server as it is served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.onebot.channel import OneBot
from bot.observed import Observed
from bot.rooms import Rooms
from bot.web.login import Login
from bot.web.server import application
from tests.channels.onebot_bot import TOKEN
from tests.channels.onebot_frames import (
    ADMIN,
    BOT,
    MEMBER,
    ROOM,
    Frame,
    group_message,
    joined,
    private_message,
    segment,
    sender,
)
from tests.channels.onebot_peer import Peer, ok
from tests.living import Community, living

SOON = {"time": 0}
"""Said just now: a check-in is of the day on which it was sent."""


class Unpaced(OneBot):
    """Says at once what it is to say: how that is spaced out is not what is looked at here."""

    is_paced = False


@dataclass
class Served:
    """The bot, and where it can be reached."""

    community: Community
    channel: OneBot
    url: str

    async def meet(self, account: int = BOT) -> Peer:
        """An implementation that is connected."""
        peer = Peer(account)
        await peer.connect(self.url, TOKEN)
        await peer.meets()
        return peer


@asynccontextmanager
async def served(url: str, rooms: Rooms | None = None) -> AsyncIterator[Served]:
    """The community with OneBot as one of its channels, behind the guard of the web server."""
    where = rooms or Rooms()
    channel = Unpaced(
        TOKEN,
        is_open=lambda room: where.is_open("onebot", room),
        may_invite=str(ADMIN).__eq__,
    )

    async def health() -> dict[str, str]:
        return {"database": "ok"}

    def door(app: web.Application) -> None:
        app.router.add_get("/onebot/v11/ws", channel.serve)

    login = Login(b"a secret of the tests")
    app = application(login, "127.0.0.1", health=health, metrics=lambda: b"", parts=[door])
    server = TestServer(app)
    await server.start_server()
    try:
        async with living(url, Observed(), rooms=where, channels=[channel]) as community:
            yield Served(community, channel, f"ws://127.0.0.1:{server.port}/onebot/v11/ws")
    finally:
        await channel.close()
        await server.close()


def text_of(params: Frame) -> str:
    """What was said, without mentions."""
    parts = (part["data"]["text"] for part in params["message"] if part["type"] == "text")
    return "".join(parts).strip()


def mentioned(params: Frame) -> list[str]:
    """Who was mentioned."""
    return [part["data"]["qq"] for part in params["message"] if part["type"] == "at"]


async def test_a_checkin_is_answered_with_a_mention(database_url: str) -> None:
    async with served(database_url) as bot:
        peer = await bot.meet()
        await peer.tell(group_message(segment("at", qq=str(BOT)), " 签到", **SOON))
        action, params = await peer.next_call()
        assert (action, params["group_id"]) == ("send_group_msg", ROOM)
        assert mentioned(params) == [str(MEMBER)]
        assert text_of(params).startswith("+5 积分")
        await peer.tell(private_message("积分", **SOON))
        action, params = await peer.next_call()
        assert (action, params["user_id"]) == ("send_private_msg", MEMBER)
        assert "5" in text_of(params)
        await peer.close()


async def test_a_frame_that_comes_twice_has_one_effect_and_one_answer(database_url: str) -> None:
    async with served(database_url) as bot:
        peer = await bot.meet()
        frame, asked = group_message("签到", **SOON), group_message("积分", **SOON)
        await peer.tell(frame, frame, asked)
        said = [text_of((await peer.next_call())[1]) for _ in range(2)]
        assert said[0].startswith("+5 积分")
        assert "余额 5" in said[1]
        await peer.close()
        again = await bot.meet()
        await again.tell(frame, {**asked, "message_id": 10_000})
        assert text_of((await again.next_call())[1]) == said[1], "and after a reconnection"
        await again.close()


async def test_what_two_accounts_hear_has_one_effect(database_url: str) -> None:
    async with served(database_url) as bot:
        first, second = await bot.meet(BOT), await bot.meet(10002)
        await first.tell(group_message("签到", message_id=7, **SOON))
        await first.next_call()
        await second.tell(
            group_message("签到", message_id=70, self_id=10002, **SOON),
            private_message("积分", self_id=10002, **SOON),
        )
        assert "5" in text_of((await second.next_call())[1])
        assert first.asked.empty()
        await first.close()
        await second.close()


async def test_an_admin_adopts_a_group_and_its_members_are_no_newcomers(
    database_url: str,
) -> None:
    rooms = Rooms(always={"ear"})
    async with served(database_url, rooms) as bot:
        peer = await bot.meet()
        rows = [{"user_id": MEMBER, "nickname": "小美"}, {"user_id": BOT, "nickname": "小积"}]
        read = asyncio.Event()

        def members(_: Frame) -> Frame:
            read.set()
            return ok(rows)

        peer.answers["get_group_member_list"] = members
        await peer.tell(
            group_message("签到", **SOON),
            group_message("启用", user_id=ADMIN, sender=sender(role="owner"), **SOON),
        )
        assert "签到" in text_of((await peer.next_call())[1]), "the welcome tells how to play"
        await asyncio.wait_for(read.wait(), 10)
        await bot.community.done()
        await peer.tell(joined(**SOON), group_message("签到", **SOON))
        assert text_of((await peer.next_call())[1]).startswith("+5 积分"), "and no welcome before"
        await peer.close()


async def test_a_newcomer_is_welcomed_and_whoever_brought_them_rewarded(
    database_url: str,
) -> None:
    async with served(database_url) as bot:
        peer = await bot.meet()
        await peer.tell(group_message("签到", user_id=ADMIN, **SOON))
        await peer.next_call()
        await peer.tell(joined(**SOON))
        _, welcome = await peer.next_call()
        assert mentioned(welcome) == [str(MEMBER)]
        await peer.tell(group_message("我的邀请", user_id=ADMIN, **SOON))
        assert "1" in text_of((await peer.next_call())[1])
        await peer.close()


@pytest.mark.slow
async def test_a_line_cut_in_the_middle_of_a_reply_costs_neither_reply_nor_points(
    database_url: str,
) -> None:
    async with served(database_url) as bot:
        peer = await bot.meet()
        peer.answers["send_group_msg"] = lambda _: None
        frame = group_message("签到", **SOON)
        await peer.tell(frame)
        await peer.next_call()
        peer.cut()
        again = await bot.meet()
        await again.tell(frame, private_message("积分", **SOON))
        said = [text_of((await again.next_call())[1]) for _ in range(2)]
        assert said[0].startswith("+5 积分"), "said again on the new connection"
        assert said[1].startswith("余额 5 积分")
        assert bot.channel.reconnects == 1
        await peer.close()
        await again.close()


@pytest.mark.slow
async def test_a_thousand_checkins_in_a_burst_are_answered_in_order(database_url: str) -> None:
    async with served(database_url) as bot:
        peer = await bot.meet()
        people = [str(MEMBER + number) for number in range(1_000)]
        await peer.tell(*(group_message("签到", user_id=int(who), **SOON) for who in people))
        answered = [mentioned((await peer.next_call())[1]) for _ in people]
        assert answered == [[who] for who in people]
        await peer.close()
