"""OneBot when things go wrong: lines cut, implementations that hang, frames that are none."""

import asyncio
import gc
import json
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels.onebot import channel as channel_module
from bot.channels.onebot.connection import Connection
from bot.extend import Unreachable
from tests.channels.onebot_bot import TOKEN, onebot
from tests.channels.onebot_frames import (
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
from tests.channels.onebot_peer import Peer, ok


async def test_a_line_cut_in_the_middle_of_a_call_is_unreachable_at_once() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        peer.answers["send_group_msg"] = lambda _: None
        sending = asyncio.ensure_future(bot.say("+5"))
        await peer.next_call()
        peer.cut()
        with pytest.raises(Unreachable):
            await asyncio.wait_for(sending, 5)
        with pytest.raises(Unreachable):
            await bot.say("+5")
        again = await bot.meet()
        await bot.say("+5")
        assert (await again.next_call())[0] == "send_group_msg"
        assert bot.channel.reconnects == 1
        await peer.close()
        await again.close()


async def test_who_does_not_answer_in_time_is_taken_for_dead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_module, "SEND_S", 0.05)
    async with onebot() as bot:
        peer = await bot.meet()
        peer.answers["send_group_msg"] = lambda _: None
        with pytest.raises(Unreachable, match="send_group_msg was not answered"):
            await bot.say("+5")
        await asyncio.wait_for(peer.gone.wait(), 5)
        await peer.close()


async def test_an_answer_that_comes_too_late_or_twice_or_to_nobody_is_let_go() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        for echo in ("77", 5, None, ["x"]):
            await peer.send_raw(json.dumps({**ok(), "echo": echo}))
        await peer.tell(group_message("签到"))
        assert (await bot.next()).text == "签到"
        await bot.say("+5")
        await peer.close()


async def test_an_implementation_that_is_frozen_is_noticed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(channel_module, "PING_S", 0.05)
    async with onebot() as bot:
        peer = Peer()
        await peer.connect(bot.url, TOKEN, answers_pings=False)
        await peer.meets()
        assert bot.channel.trouble == ""
        await asyncio.wait_for(peer.gone.wait(), 5)
        assert bot.channel.trouble == "account 10001 is not connected"
        await peer.close()


async def test_many_connections_leave_nothing_behind() -> None:
    async with onebot() as bot:
        await (await bot.meet()).close()
        tasks = len(asyncio.all_tasks())
        for _ in range(20):
            peer = await bot.meet()
            await peer.tell(group_message("签到"))
            await bot.next()
            peer.cut()
            await asyncio.wait_for(peer.gone.wait(), 5)
            await peer.close()
        async with asyncio.timeout(5):
            while bot.channel.trouble == "" or len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110
                await asyncio.sleep(0)
        assert bot.channel.reconnects == 20


async def test_three_heartbeats_that_do_not_come_end_the_connection() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await peer.tell(heartbeat(20))
        await asyncio.wait_for(peer.gone.wait(), 5)
        with pytest.raises(Unreachable):
            await bot.say("+5")
        await peer.close()


@pytest.mark.parametrize("interval", [0, -5, 10**9, "20", None, float("nan"), True])
async def test_a_heartbeat_that_promises_nothing_is_not_waited_for(interval: Any) -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await peer.tell({**heartbeat(), "interval": interval}, group_message("签到"))
        assert (await bot.next()).text == "签到"
        assert bot.channel.trouble == ""
        await peer.close()


async def test_the_bot_connects_again_without_end() -> None:
    peer = Peer()
    async with onebot([await peer.listen()]) as bot:
        for round_ in range(5):
            await peer.meets()
            await peer.tell(group_message("签到", message_id=round_))
            while (await bot.next()).id != f"10001:20001:{round_}":
                pass
            peer.cut()
        await peer.meets()
        assert bot.channel.reconnects == 5
    await peer.close()


async def test_an_implementation_may_come_up_after_the_bot(unused_tcp_port: int) -> None:
    url = f"ws://127.0.0.1:{unused_tcp_port}/"
    async with onebot([url]) as bot:
        assert bot.channel.trouble == "not connected yet"
        with pytest.raises(Unreachable):
            await bot.say("+5")
        peer = Peer()
        await peer.listen(unused_tcp_port)
        await peer.meets()
        await bot.say("+5")
    await peer.close()


async def test_what_is_wrong_with_an_address_is_said() -> None:
    peer = Peer()
    peer.token = "another"
    url = await peer.listen()
    async with onebot([url]) as bot:
        assert await trouble(bot.channel, "not connected yet") == "wrong token"
    async with onebot([f"{url}nothing"]) as bot:
        assert await trouble(bot.channel, "not connected yet") == "answered with HTTP 404"
    async with onebot(["ws://127.0.0.1:1/"]) as bot:
        assert "cannot be reached" in await trouble(bot.channel, "not connected yet")
    await peer.close()


async def test_a_call_that_the_end_of_the_line_overtakes_leaves_no_error_behind() -> None:
    class Line:
        """Is cut while something is being written to it."""

        async def send_str(self, _: str) -> None:
            connection.close()
            raise ConnectionResetError

        async def close(self) -> None:
            """Has nothing to end."""

    behind: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: behind.append(context))
    connection = Connection(Line(), lambda *_: None, lambda _: None)  # type: ignore[arg-type]
    with pytest.raises(Unreachable):
        await connection.call("send_group_msg", {}, 5)
    gc.collect()
    assert behind == []


async def test_who_is_told_of_a_wrong_token_behind_the_door_comes_back_ever_more_seldom() -> None:
    """Some implementations let everybody connect, and say then that the token is wrong."""
    came: asyncio.Queue[float] = asyncio.Queue()

    async def turn_away(request: web.Request) -> web.WebSocketResponse:
        came.put_nowait(asyncio.get_running_loop().time())
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"status": "failed", "retcode": 1403, "data": None, "echo": None})
        await socket.close()
        return socket

    app = web.Application()
    app.router.add_get("/", turn_away)
    async with TestServer(app) as server, onebot([f"ws://127.0.0.1:{server.port}/"]) as bot:
        at = [await asyncio.wait_for(came.get(), 10) for _ in range(7)]
        # The pauses before it are 0.01 s, doubled five times, at the least half of each.
        assert at[-1] - at[0] > 0.01 * 0.5 * (2**6 - 1)
        async with asyncio.timeout(10):
            while bot.channel.trouble != "wrong token":  # noqa: ASYNC110
                await asyncio.sleep(0)


async def trouble(channel: channel_module.OneBot, other_than: str) -> str:
    """What is wrong, once it is something else."""
    async with asyncio.timeout(10):
        while channel.trouble == other_than:  # noqa: ASYNC110
            await asyncio.sleep(0)
    return channel.trouble


async def test_a_thousand_messages_in_a_burst_are_heard_in_order_once() -> None:
    async with onebot(rooms=[ROOM, ROOM + 1]) as bot:
        peer = await bot.meet()
        frames = [
            group_message(str(n), group_id=ROOM + n % 2, user_id=MEMBER + n % 7, message_id=n)
            for n in range(1_000)
        ]
        await peer.tell(*frames)
        assert [(await bot.next()).text for _ in frames] == [str(n) for n in range(1_000)]
        assert len(bot.heard) == 1_000
        await peer.close()


async def test_a_bug_in_what_is_told_costs_one_frame(caplog: pytest.LogCaptureFixture) -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        listener = bot.channel._listener
        assert listener is not None
        hear = listener._deliver

        def trip(message: Any) -> None:
            if message.text == "小心":
                raise RuntimeError("a bug")
            assert hear is not None
            hear(message)

        listener._deliver = trip
        await peer.tell(group_message("小心"), group_message("签到"))
        assert (await bot.next()).text == "签到"
        assert "could not be taken" in caplog.text
        assert "小心" not in caplog.text
        await peer.close()


RAW = ["", "{", "[]", "5", "null", '"x"', "[" * 100_000, "NaN", '{"post_type": 5}', "\ud800"]
RAW += ['{"a": ' + "1" * 5_000 + "}", '{"post_type":"message","message":' + "[" * 990 + "]" * 990]


async def test_frames_that_are_none_are_counted_and_the_connection_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        for packet in RAW:
            await peer.send_raw(json.dumps(packet) if "\ud800" in packet else packet)
        await peer.tell({"post_type": "小美"}, group_message("早", message_id=None))
        await peer.tell(group_message("签到"))
        assert (await bot.next()).text == "签到"
        assert bot.channel.left_out == {
            "no JSON": 5,
            "no object": 6,
            "unknown kind": 2,
            "no message_id": 1,
        }
        assert "小美" not in caplog.text
        assert caplog.text.count("left out a frame: no object") == 1
        assert not peer.gone.is_set()
        await peer.close()


NAMES = """
type data qq text id file post_type user_id group_id sub_type message message_id message_type flag
notice_type operator_id sender time self_id echo status retcode interval meta_event_type card_new
"""
KEYS = st.sampled_from(NAMES.split())
SCRAP = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["", "group", "invite", "all", "\ud800", "\0", str(BOT), "[CQ:at,qq=1]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
WHOLE = st.sampled_from(
    [
        group_message("签到", segment("at", qq="1"), segment("image", file="a.jpg")),
        private_message("积分"),
        joined(),
        left(),
        recalled(3),
        invited(MEMBER),
        lifecycle(),
        heartbeat(60_000),
        notice("group_card", card_new="小美"),
        notice("notify", sub_type="group_name", name_new="群"),
    ]
)


@st.composite
def hostile(draw: st.DrawFn) -> Frame:
    """A frame of which some parts are another thing, or gone."""
    frame = dict(draw(WHOLE))
    for key in draw(st.lists(st.sampled_from(sorted(frame)), max_size=3)):
        if draw(st.booleans()):
            frame[key] = draw(SCRAP)
        else:
            frame.pop(key, None)
    return {**frame, **draw(st.dictionaries(KEYS, SCRAP, max_size=2))}


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(hostile(), max_size=40))
async def test_whatever_is_sent_the_connection_goes_on(frames: list[Frame]) -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        for frame in frames:
            await peer.send_raw(json.dumps(frame))
        await peer.tell(heartbeat(), private_message("完", message_id=1, user_id=5))
        while (await bot.next()).id != "10001::1":
            pass
        assert not peer.gone.is_set()
        assert "bug" not in bot.channel.left_out
        await bot.say("+5")
        await peer.close()


async def test_a_bot_that_restarts_is_found_again() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await bot.channel.close()
        await asyncio.wait_for(peer.gone.wait(), 5)
        await peer.close()
    async with onebot() as bot:
        peer = Peer()
        await peer.connect(bot.url, TOKEN)
        await peer.meets()
        await bot.say("+5")
        await peer.close()
