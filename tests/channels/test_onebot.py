"""OneBot on the wire: implementations connect, tell and are called."""

import asyncio
import hashlib
from typing import Any

import pytest
from aiohttp import ClientSession, WSServerHandshakeError, web
from aiohttp.test_utils import TestServer

from bot.extend import Refused, Unreachable
from bot.points.types import Person, Reply
from tests.channels.onebot_bot import TOKEN, onebot
from tests.channels.onebot_frames import (
    ADMIN,
    BOT,
    MEMBER,
    ROOM,
    Frame,
    group_message,
    heartbeat,
    invited,
    joined,
    left,
    lifecycle,
    notice,
    private_message,
    recalled,
    segment,
)
from tests.channels.onebot_peer import Peer, failed, ok

OTHER_ROOM = 20002


async def test_what_is_said_is_heard_and_answered() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await peer.tell(group_message("签到", message_id=3))
        heard = await bot.next()
        assert (heard.id, heard.sender, heard.text) == ("10001:20001:3", str(MEMBER), "签到")
        await bot.say("+5 积分", heard.room, heard.sender)
        action, params = await peer.next_call()
        assert (action, params["group_id"]) == ("send_group_msg", ROOM)
        assert params["message"][0] == {"type": "at", "data": {"qq": "30001"}}
        assert bot.channel.trouble == ""
        await peer.close()


async def test_the_bot_connects_to_an_implementation_and_shows_its_token() -> None:
    peer = Peer()
    peer.token = TOKEN
    async with onebot([await peer.listen()]) as bot:
        await peer.meets()
        await peer.tell(private_message("积分"))
        assert (await bot.next()).text == "积分"
        await bot.say("余额 5", None, str(MEMBER))
        assert (await peer.next_call())[0] == "send_private_msg"
        assert bot.channel.trouble == ""
    await peer.close()


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({}, "", 401),
        ({"Authorization": "Bearer wrong"}, "", 403),
        ({"Authorization": "Bearer "}, "", 401),
        ({"Authorization": "Bearer é"}, "", 403),
        ({"Authorization": TOKEN}, "", 401),
        ({}, "?access_token=wrong", 403),
        ({}, "?access_token=%ff%ed%a0%80", 403),
        ({"Authorization": f"Bearer {TOKEN}"}, "", 101),
        ({"Authorization": f"Token {TOKEN}"}, "", 101),
        ({"Authorization": f"bearer {TOKEN}"}, "", 101),
        ({}, f"?access_token={TOKEN}", 101),
    ],
)
async def test_an_implementation_shows_the_token(
    headers: dict[str, str], query: str, status: int
) -> None:
    async with onebot() as bot, ClientSession() as session:
        assert await handshake(session, bot.url + query, headers) == status


async def test_who_is_turned_away_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async with onebot() as bot, ClientSession() as session:
        for _ in range(12):
            await handshake(session, bot.url, {"Authorization": "Bearer 小美"})
        assert bot.channel.trouble == "an implementation was turned away for its token"
        assert caplog.text.count("turned away") == 2
        assert "小美" not in caplog.text
        peer = await bot.meet()
        assert bot.channel.trouble == ""
        await peer.close()


async def test_without_a_token_nobody_may_connect() -> None:
    async with onebot(token="") as bot, ClientSession() as session:
        assert await handshake(session, bot.url, {"Authorization": "Bearer "}) == 401
        assert await handshake(session, bot.url, {"Authorization": "Bearer x"}) == 403


async def test_a_plain_request_is_told_to_upgrade() -> None:
    async with onebot() as bot, ClientSession() as session:
        shown = {"Authorization": f"Bearer {TOKEN}"}
        async with session.get(bot.url.replace("ws:", "http:"), headers=shown) as answer:
            assert answer.status == 426


async def handshake(session: ClientSession, url: str, headers: dict[str, str]) -> int:
    """The status that the bot answers with."""
    try:
        socket = await session.ws_connect(url, headers={"X-Self-ID": "10001", **headers})
    except WSServerHandshakeError as refused:
        return refused.status
    await socket.close()
    return 101


async def test_the_account_is_known_from_the_first_frame_where_no_header_tells() -> None:
    async with onebot() as bot:
        peer = Peer()
        await peer.connect(bot.url, TOKEN, X_Self_ID=" ")
        await peer.meets()
        await peer.tell(group_message("签到", message_id=3))
        assert (await bot.next()).id == "10001:20001:3"
        await peer.close()


async def test_calls_and_events_may_have_a_connection_each() -> None:
    async with onebot() as bot:
        api, events = Peer(), Peer()
        await api.connect(bot.url, TOKEN, X_Client_Role="API")
        await events.connect(bot.url, TOKEN, X_Client_Role="Event")
        await api.meets()
        await events.tell(joined(), group_message("签到"))
        assert [(await bot.next()).kind for _ in range(2)] == ["join", "text"]
        await bot.say("+5")
        assert (await api.next_call())[0] == "send_group_msg"
        assert events.calls == []
        await api.close()
        with pytest.raises(Unreachable):
            await bot.say("+5")
        await events.close()


async def test_the_same_account_connected_again_replaces_its_connection() -> None:
    async with onebot() as bot:
        old = await bot.meet()
        new = await bot.meet()
        await asyncio.wait_for(old.gone.wait(), 10)
        await new.tell(group_message("签到"))
        assert (await bot.next()).text == "签到"
        await bot.say("+5")
        assert (await new.next_call())[0] == "send_group_msg"
        assert (bot.channel.reconnects, bot.channel.trouble) == (1, "")
        await old.close()
        await new.close()


async def test_what_is_said_privately_is_heard_by_whichever_account_it_is_said_to() -> None:
    """Though it names the room, in which another account listens."""
    async with onebot() as bot:
        first, second = await bot.meet(BOT), await bot.meet(10002)
        await first.tell(group_message("签到"))
        assert (await bot.next()).room == str(ROOM)
        await second.tell(private_message("积分", self_id=10002, sub_type="group", group_id=ROOM))
        heard = await bot.next()
        assert (heard.text, heard.room) == ("积分", None)
        await first.close()
        await second.close()


async def test_two_accounts_in_one_group_are_one_ear_and_one_mouth() -> None:
    async with onebot(rooms=[ROOM, OTHER_ROOM]) as bot:
        first, second = await bot.meet(BOT), await bot.meet(10002)
        await first.tell(group_message("签到", message_id=1))
        assert (await bot.next()).id == "10001:20001:1"
        await second.tell(
            group_message("签到", message_id=50, self_id=10002),
            group_message("打卡", message_id=51, self_id=10002, group_id=OTHER_ROOM),
        )
        assert (await bot.next()).id == "10002:20002:51"
        await bot.say("+5", str(ROOM))
        await bot.say("+5", str(OTHER_ROOM))
        assert (await first.next_call())[1]["group_id"] == ROOM
        assert (await second.next_call())[1]["group_id"] == OTHER_ROOM
        assert bot.channel.account_of(Reply("", str(OTHER_ROOM))) == "10002"
        await first.close()
        await second.tell(group_message("还在", message_id=52, self_id=10002))
        while (heard := await bot.next()).is_self:
            pass
        assert heard.text == "还在", "the other one has taken over"
        assert bot.channel.trouble == "account 10001 is not connected"
        await second.close()


async def test_an_account_that_is_removed_from_a_group_leaves_it_to_the_other() -> None:
    async with onebot() as bot:
        first, second = await bot.meet(BOT), await bot.meet(10002)
        await first.tell(group_message("一"), left(user_id=BOT, sub_type="kick_me"))
        await first.tell(private_message("完"))
        assert [(await bot.next()).text for _ in range(2)] == ["一", "完"]
        await second.tell(group_message("二", self_id=10002))
        assert (await bot.next()).text == "二"
        await first.close()
        await second.close()


async def test_an_account_that_is_logged_out_leaves_its_groups_to_the_other() -> None:
    async with onebot() as bot:
        first, second = await bot.meet(BOT), await bot.meet(10002)
        await first.tell(group_message("一"), heartbeat(online=False), private_message("完"))
        assert [(await bot.next()).text for _ in range(2)] == ["一", "完"]
        await second.tell(group_message("二", self_id=10002))
        assert (await bot.next()).text == "二"
        await bot.say("+5")
        assert (await second.next_call())[0] == "send_group_msg"
        await first.close()
        await second.close()


async def test_an_account_is_known_by_its_rooms_when_it_is_gone_too() -> None:
    async with onebot() as bot:
        first, second = Peer(BOT), Peer(10002)
        first.answers["get_group_list"] = lambda _: ok([{"group_id": ROOM, "group_name": ""}])
        second.answers["get_group_list"] = lambda _: ok([{"group_id": OTHER_ROOM}])
        for peer in (first, second):
            await peer.connect(bot.url, TOKEN)
            await peer.meets()
            await peer.tell(private_message("在"))
            await bot.next()
        assert bot.channel.account_of(Reply("", str(OTHER_ROOM))) == "10002"
        await second.close()
        assert bot.channel.account_of(Reply("", str(OTHER_ROOM))) == "10002"
        assert bot.channel.account_of(Reply("", str(ROOM))) == "10001"
        with pytest.raises(Unreachable, match="account 10002 is not connected"):
            await bot.say("+5", str(OTHER_ROOM))
        await first.close()


async def test_in_a_group_that_is_not_adopted_only_text_is_heard() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        picture = segment("image", file="a.jpg", url="http://127.0.0.1:9/")
        shown = group_message(picture, group_id=OTHER_ROOM)
        await peer.tell(
            shown,
            joined(group_id=OTHER_ROOM),
            left(group_id=OTHER_ROOM),
            recalled(3, group_id=OTHER_ROOM),
            group_message("启用", group_id=OTHER_ROOM),
            group_message("签到"),
        )
        assert [(await bot.next()).text for _ in range(2)] == ["启用", "签到"]
        assert len(bot.heard) == 2
        await peer.close()


async def test_a_newcomer_is_told_of_at_once_and_named_behind_that() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        peer.answers["get_group_member_info"] = lambda asked: ok({**asked, "nickname": "小满"})
        await peer.tell(joined())
        join, named = await bot.next(), await bot.next()
        assert (join.kind, join.sender, join.people) == (
            "join",
            str(ADMIN),
            (Person("30001", ""),),
        )
        assert (named.kind, named.people) == ("present", (Person("30001", "小满"),))
        await peer.close()


async def test_the_groups_names_are_told_when_an_account_connects() -> None:
    async with onebot() as bot:
        peer = Peer()
        groups = [
            {"group_id": ROOM, "group_name": "积分群"},
            {"group_id": OTHER_ROOM, "group_name": "别的群"},
            {"group_id": None},
        ]
        peer.answers["get_group_list"] = lambda _: ok(groups)
        await peer.connect(bot.url, TOKEN)
        told = await bot.next()
        assert (told.kind, told.room, told.text) == ("topic", str(ROOM), "积分群")
        await peer.tell(notice("notify", sub_type="group_name", name_new="新名字"))
        assert (await bot.next()).text == "新名字"
        await peer.close()


async def test_only_those_who_may_bring_the_bot_into_a_group() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        request = {**invited(MEMBER, "c"), "sub_type": "add"}
        await peer.tell(invited(MEMBER, "a"), request, invited(ADMIN, "b"))
        accepted = {"flag": "b", "sub_type": "invite", "approve": True}
        assert await peer.next_call() == ("set_group_add_request", accepted)
        await peer.tell(group_message("完"))
        await bot.next()
        assert peer.asked.empty()
        await peer.close()


async def test_who_is_in_a_group() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        rows = [
            {"user_id": MEMBER, "nickname": "小美", "card": "小美美"},
            {"user_id": BOT, "nickname": "小积"},
        ]
        peer.answers["get_group_member_list"] = lambda asked: ok(
            rows if asked["group_id"] == ROOM else []
        )
        assert await bot.channel.people_in(str(ROOM)) == [Person("30001", "小美美")]
        await peer.close()


async def test_thousands_of_members_are_an_answer_and_no_event() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        rows = [{"user_id": n, "nickname": "名" * 20, "title": "x" * 300} for n in range(5_000)]
        peer.answers["get_group_member_list"] = lambda _: ok(rows)
        assert len(await bot.channel.people_in(str(ROOM))) == 5_000
        await peer.tell(group_message("x" * 1_100_000), group_message("签到"))
        assert (await bot.next()).text == "签到"
        assert bot.channel.left_out == {"too long": 1}
        await peer.close()


async def test_a_refusal_is_told_in_the_platforms_words() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        peer.answers["send_group_msg"] = lambda _: failed(120, "账号可能被风控")
        with pytest.raises(Refused, match=r"账号可能被风控 \(120\)"):
            await bot.say("+5")
        peer.answers["send_group_msg"] = lambda _: {"status": "async", "retcode": 1, "data": None}
        await bot.say("+5")
        with pytest.raises(Refused, match="nobody"):
            await bot.say("+5", None)
        await peer.close()


async def test_without_a_connection_nothing_can_be_said() -> None:
    async with onebot() as bot:
        with pytest.raises(Unreachable, match="no implementation has connected yet"):
            await bot.say("+5")
        with pytest.raises(Unreachable):
            await bot.channel.people_in(str(ROOM))
        peer = await bot.meet()
        await peer.tell(heartbeat(online=False), private_message("完"))
        await bot.next()
        assert bot.channel.trouble == "account 10001 is not connected", "it is logged out"
        with pytest.raises(Unreachable):
            await bot.say("+5")
        await peer.tell(heartbeat(), private_message("完"))
        await bot.next()
        await bot.say("+5")
        assert bot.channel.trouble == ""
        await peer.close()


async def test_what_the_bot_says_has_an_id_that_can_be_quoted_and_taken_back() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await bot.say("待审核 #3 晒单 +5", str(ROOM), str(ADMIN))
        own = await bot.next()
        assert (own.is_self, own.text, own.id) == (True, "待审核 #3 晒单 +5", "10001:20001:900")
        echo = group_message("待审核 #3", user_id=BOT, message_id=900, post_type="message_sent")
        quoting = group_message(segment("reply", id="900"), "通过", user_id=ADMIN)
        await peer.tell(echo, quoting)
        assert (await bot.next()).quote == own.id, "the echo is the same message"
        await bot.channel.take_back(own.id)
        calls = [await peer.next_call() for _ in range(2)]
        assert calls[1] == ("delete_msg", {"message_id": 900})
        await peer.close()


async def test_private_answers_go_to_the_account_that_heard_the_person() -> None:
    async with onebot() as bot:
        first, second = await bot.meet(BOT), await bot.meet(10002)
        await second.tell(group_message("积分", self_id=10002))
        await bot.next()
        await bot.say("余额 5", None, str(MEMBER))
        assert (await second.next_call())[1]["group_id"] == ROOM, "they may be no friends"
        await second.close()
        with pytest.raises(Unreachable):
            await bot.say("余额 5", None, str(MEMBER))
        await first.close()


class Album:
    """Serves pictures, once it is let."""

    def __init__(self) -> None:
        self.may_answer = asyncio.Event()
        self.asked = asyncio.Event()

    async def serve(self, request: web.Request) -> web.Response:
        self.asked.set()
        await self.may_answer.wait()
        found = request.match_info["name"]
        return web.Response(body=found.encode(), status=404 if found == "none" else 200)


@pytest.fixture
async def album(aiohttp_server: Any) -> tuple[Album, TestServer]:
    served = Album()
    app = web.Application()
    app.router.add_get("/{name}", served.serve)
    return served, await aiohttp_server(app)


def picture(server: TestServer, name: str) -> Frame:
    """A segment whose hash only the content tells."""
    return segment("image", file=f"{name}.jpg", url=str(server.make_url(f"/{name}")))


async def test_a_picture_is_known_by_its_content_and_its_room_waits_for_that(
    album: tuple[Album, TestServer],
) -> None:
    served, server = album
    async with onebot(rooms=[ROOM, OTHER_ROOM]) as bot:
        peer = await bot.meet()
        await peer.tell(
            group_message("晒单", picture(server, "a"), picture(server, "b"), message_id=1),
            group_message("签到", message_id=2),
            group_message("别的群", group_id=OTHER_ROOM, message_id=3),
        )
        assert (await bot.next()).text == "别的群"
        served.may_answer.set()
        review, more, text = [await bot.next() for _ in range(3)]
        assert review.facts["image"] == hashlib.sha256(b"a").hexdigest()
        assert (review.text, more.kind, text.text) == ("晒单", "image", "签到")
        assert more.facts["image"] == hashlib.sha256(b"b").hexdigest()
        await peer.tell(recalled(1))
        first, second = await bot.next(), await bot.next()
        assert (first.facts["message"], second.facts["message"]) == (review.id, more.id)
        await peer.close()


async def test_a_picture_that_cannot_be_had_is_one_all_the_same(
    album: tuple[Album, TestServer],
) -> None:
    served, server = album
    served.may_answer.set()
    async with onebot() as bot:
        peer = await bot.meet()
        nowhere = segment("image", file="b.jpg", url="http://127.0.0.1:1/")
        await peer.tell(group_message(picture(server, "none")), group_message(nowhere))
        for _ in range(2):
            heard = await bot.next()
            assert (heard.kind, dict(heard.facts)) == ("image", {})
        await peer.close()


async def test_after_the_stop_nothing_is_heard_and_last_words_are_said(
    album: tuple[Album, TestServer],
) -> None:
    served, server = album
    async with onebot() as bot:
        peer = await bot.meet()
        await peer.tell(group_message(picture(server, "a")))
        await asyncio.wait_for(served.asked.wait(), 10)
        await bot.channel.stop()
        served.may_answer.set()
        await peer.tell(group_message("签到"))
        await bot.say("再见")
        assert (await peer.next_call())[0] == "send_group_msg"
        assert bot.heard == []
        async with ClientSession() as session:
            assert await handshake(session, bot.url, {"Authorization": f"Bearer {TOKEN}"}) == 503
        await peer.close()


async def test_lifecycle_frames_make_no_noise() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await peer.tell(lifecycle(), heartbeat(), notice("essence"), group_message("签到"))
        assert (await bot.next()).text == "签到"
        assert bot.channel.left_out == {}
        await peer.close()


async def test_a_bot_that_is_closed_leaves_no_task_behind() -> None:
    before = asyncio.all_tasks()
    peer = Peer()
    async with onebot([await peer.listen(), "ws://127.0.0.1:1/"]) as bot:
        await peer.meets()
        await bot.say("+5")
    await peer.close()
    left_over = asyncio.all_tasks() - before
    await asyncio.wait_for(asyncio.gather(*left_over, return_exceptions=True), 1)
