"""The Wechaty channel outlives whatever a gateway does."""

import asyncio
import time

import pytest
from grpclib.client import Channel
from wechaty_grpc.wechaty import PuppetStub

from bot.channels.wechaty.limits import Limits
from bot.extend import Unreachable
from tests.gateway.gateway import Gateway, Process
from tests.gateway.listening import QUICK, Listening, listening
from tests.gateway.test_wechaty import ROOM, furnish

pytestmark = pytest.mark.gateway


@pytest.fixture
async def bot(gateway: Gateway):
    """Listening, patient for tenths of seconds."""
    await furnish(gateway)
    async with listening(gateway.endpoint, gateway.token) as bot:
        await bot.ready()
        yield bot


async def is_well(gateway: Gateway, bot: Listening, text: str) -> None:
    """Hears and answers."""
    await bot.ready()
    await gateway.wait(isConnected=True, isLoggedIn=True)
    await gateway.say("mei", ROOM, text)
    while (await bot.next()).text != text:
        pass
    await bot.say(text, ROOM)
    while not [one for one in await gateway.sent(1) if one.text == text]:
        await gateway.wait(sent=len(await gateway.sent()) + 1)


BROKEN = [
    pytest.param("emit", ("error",), {"data": "something"}, id="an error event"),
    pytest.param("emit", ("heartbeat",), {"data": "alive"}, id="a heartbeat"),
    pytest.param("emit", ("scan",), {"status": 99, "qrcode": "x"}, id="a bad scan status"),
    pytest.param("emit", ("friendship",), {}, id="a friendship without an id"),
    pytest.param("raw", (99, "{}"), {}, id="an unknown type of event"),
    pytest.param("raw", (2, "no json"), {}, id="a message event that is no JSON"),
    pytest.param("raw", (2, "[]"), {}, id="a message event that is no object"),
    pytest.param("raw", (2, "{}"), {}, id="a message event without an id"),
    pytest.param("raw", (2, '{"messageId": "unknown"}'), {}, id="an unknown message"),
    pytest.param("raw", (2, '{"messageId": {"a": 1}}'), {}, id="an id that is no text"),
    pytest.param("raw", (18, '{"roomInvitationId": "unknown"}'), {}, id="an unknown invitation"),
    pytest.param("raw", (18, "{}"), {}, id="an invitation without an id"),
    pytest.param("raw", (19, "{}"), {}, id="a join of nobody"),
    pytest.param("raw", (19, '{"roomId": "r@", "inviteeIdList": "mei"}'), {}, id="a join of text"),
    pytest.param("raw", (20, '{"roomId": 5}'), {}, id="a leave from nowhere"),
    pytest.param("raw", (21, "null"), {}, id="a topic of nothing"),
    pytest.param("raw", (25, "{}"), {}, id="a login of nobody"),
    pytest.param("raw", (27, '{"payloadType": "?"}'), {}, id="a change of nothing"),
    pytest.param("raw", (0, ""), {}, id="an empty event"),
]


@pytest.mark.parametrize(("verb", "arguments", "payload"), BROKEN)
async def test_after_a_broken_event_it_goes_on(
    gateway: Gateway, bot: Listening, verb: str, arguments: tuple, payload: dict
) -> None:
    await getattr(gateway, verb)(*arguments, **payload)
    await is_well(gateway, bot, "还在")


@pytest.mark.slow
async def test_it_may_be_started_before_the_gateway(absent_gateway: Process) -> None:
    async with listening(absent_gateway.endpoint, absent_gateway.token) as bot:
        await bot.until(lambda: "cannot be reached" in bot.channel.trouble)
        with pytest.raises(Unreachable, match="cannot be reached"):
            await bot.say("一", ROOM)
        async with Gateway(absent_gateway) as gateway:
            await gateway.start()
            await furnish(gateway)
            await is_well(gateway, bot, "来了")
            assert bot.channel.reconnects == 0
            await bot.channel.stop()


async def test_a_wrong_token_is_said_and_goes_on_being_tried(gateway: Gateway) -> None:
    await furnish(gateway)
    async with listening(gateway.endpoint, "insecure_other") as bot:
        await bot.until(lambda: "token" in bot.channel.trouble)


@pytest.mark.slow
async def test_a_killed_gateway_is_found_again(gateway: Gateway, bot: Listening) -> None:
    for n in range(3):
        await gateway.kill()
        await bot.until(lambda: bool(bot.channel.trouble))
        with pytest.raises(Unreachable):
            await bot.say("一", ROOM)
        await gateway.start()
        await is_well(gateway, bot, f"第 {n} 次")
        assert bot.channel.reconnects == n + 1


@pytest.mark.slow
async def test_a_frozen_gateway_is_noticed_and_found_again(
    gateway: Gateway, bot: Listening
) -> None:
    gateway.freeze()
    began = time.monotonic()
    await bot.until(lambda: bool(bot.channel.trouble))
    assert time.monotonic() - began < QUICK.ding_s + QUICK.call_s + 2
    with pytest.raises(Unreachable):
        await bot.say("冻住", ROOM)
    gateway.thaw()
    await is_well(gateway, bot, "化了")
    assert [one.text for one in await gateway.sent(1)] == ["化了"]


@pytest.mark.slow
async def test_what_is_said_into_a_frozen_gateway_is_said_once_at_most(
    gateway: Gateway, bot: Listening
) -> None:
    gateway.freeze()
    for _ in range(5):
        with pytest.raises(Unreachable):
            await bot.say("冻住", ROOM)
    gateway.thaw()
    await is_well(gateway, bot, "化了")
    assert [one.text for one in await gateway.sent(1)].count("冻住") <= 1


@pytest.mark.slow
async def test_what_came_just_before_the_frost_is_delivered_after_it(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.fault("messagePayload", "delay", ms=300)
    await gateway.burst(ROOM, ["mei", "gang"], 200, text="第 {n} 条")
    await gateway.wait(calls={"messagePayload": 20})
    gateway.freeze()
    await bot.until(lambda: bool(bot.channel.trouble))
    gateway.thaw()
    await gateway.heal()
    await is_well(gateway, bot, "化了")
    heard = [one.text for one in bot.heard if one.text.startswith("第")]
    assert heard == sorted(set(heard), key=lambda text: int(text.split()[1]))
    assert heard[:20] == [f"第 {n} 条" for n in range(20)]


async def test_the_end_of_the_stream_is_noticed(gateway: Gateway, bot: Listening) -> None:
    await gateway.end_stream()
    await bot.until(lambda: bot.channel.reconnects == 1)
    await is_well(gateway, bot, "又来了")


async def test_a_reset_begins_anew(gateway: Gateway, bot: Listening) -> None:
    await gateway.raw(24, "{}")
    await bot.until(lambda: bot.channel.reconnects == 1)
    await is_well(gateway, bot, "又来了")


@pytest.mark.slow
async def test_a_gateway_that_answers_and_tells_nothing_is_left(
    gateway: Gateway, bot: Listening
) -> None:
    """What its server does to whom connects while an earlier connection is on its way out."""
    await gateway.wait(calls={"ding": 2})
    await gateway.mute()
    await bot.until(lambda: bot.channel.reconnects == 1)
    await is_well(gateway, bot, "听见了")


async def test_a_logout_and_another_login_are_followed(gateway: Gateway, bot: Listening) -> None:
    await gateway.logout()
    await bot.until(lambda: "not logged in" in bot.channel.trouble)
    await gateway.say("mei", ROOM, "没人听")
    await gateway.login("zhou")
    await bot.ready()
    await gateway.say("mei", ROOM, "@老周\u2005在", mentions=["zhou"])
    heard = await bot.next()
    assert (heard.text, heard.mentions) == ("@老周\u2005在", ("bot",))


@pytest.mark.slow
async def test_a_message_that_hangs_costs_itself_alone(gateway: Gateway, bot: Listening) -> None:
    await gateway.fault("messagePayload", "hang", times=1)
    await gateway.say("mei", ROOM, "挂住的")
    await gateway.say("mei", ROOM, "后面的")
    assert [(await bot.next()).text for _ in range(2)] == ["挂住的", "后面的"]
    assert bot.channel.reconnects == 0


@pytest.mark.slow
async def test_names_that_hang_cost_the_name_alone(gateway: Gateway, bot: Listening) -> None:
    await gateway.fault("room*", "hang")
    await gateway.say("mei", ROOM, "签到")
    heard = await bot.next()
    assert (heard.text, heard.sender_name, heard.role) == ("签到", "", "member")


@pytest.mark.slow
async def test_a_thousand_messages_in_one_turn_come_in_order_and_once(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.burst(ROOM, ["mei", "gang", "zhou"], 1_000, text="第 {n} 条")
    await is_well(gateway, bot, "完了")
    texts = [one.text for one in bot.heard if one.kind == "text" and not one.is_self]
    assert texts == [*(f"第 {n} 条" for n in range(1_000)), "完了"]


async def test_a_slow_picture_keeps_its_room_waiting_and_no_other(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.room("other@chatroom", ["bot", "mei"], owner="mei")
    await gateway.fault("messageImageStream", "delay", ms=1_000)
    await gateway.image("mei", ROOM, b"png")
    await gateway.say("mei", ROOM, "后面的")
    await gateway.say("mei", "other@chatroom", "别处的")
    heard = [await bot.next() for _ in range(3)]
    assert [one.text for one in heard] == ["别处的", "", "后面的"]
    assert heard[1].facts.keys() == {"image"}


async def test_it_stops_at_once_whatever_the_gateway_does(
    gateway: Gateway, bot: Listening
) -> None:
    tasks = asyncio.all_tasks()
    gateway.freeze()
    async with listening(gateway.endpoint, gateway.token) as other:
        began = time.monotonic()
        await other.channel.stop()
        await bot.channel.stop()
        assert time.monotonic() - began < 0.5
    await bot.until(lambda: not (asyncio.all_tasks() - {asyncio.current_task()}))
    assert len(tasks) > 1


async def test_names_and_roles_are_asked_for_once(gateway: Gateway, bot: Listening) -> None:
    await gateway.say("mei", ROOM, "早")
    await bot.next()
    await gateway.clear()
    await gateway.burst(ROOM, ["mei"], 300)
    await bot.heard_so_many(300)
    calls = await gateway.calls()
    assert calls.pop("messagePayload") == 300
    assert not calls.keys() - {"ding"}


def test_patience_adds_up_to_less_than_a_channel_may_take() -> None:
    limits = Limits()
    assert limits.call_s * 2 + limits.send_s < 30


@pytest.mark.slow
async def test_a_listener_that_is_long_gone_is_put_out(gateway: Gateway) -> None:
    """A line that was cut without a word leaves the gateway talking to nobody, and it talks to one
    alone."""
    await furnish(gateway)
    host, _, port = gateway.endpoint.partition(":")
    line = Channel(host, int(port))
    line._authority = gateway.token
    stale = PuppetStub(line).event()
    await anext(stale)
    async with listening(gateway.endpoint, gateway.token) as bot:
        await bot.until(lambda: "somebody else" in bot.channel.trouble)
        await is_well(gateway, bot, "轮到我了")
    left = [told async for told in stale]
    assert len(left) < 1_000  # it came to an end
    line.close()


async def test_who_is_in_a_room_is_told_whole_or_not_at_all(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.fault("roomMemberPayload", "refuse", times=1)
    assert [one.id for one in await bot.channel.people_in(ROOM)] == ["mei", "gang", "zhou"]
    await gateway.room("other@chatroom", ["bot", "mei", "gang"])
    await gateway.fault("roomMemberPayload", "delay", ms=60_000)
    reading = asyncio.create_task(bot.channel.people_in("other@chatroom"))
    await gateway.wait(calls={"roomMemberPayload": 5})
    await gateway.kill()
    with pytest.raises(Unreachable):
        await reading


@pytest.mark.parametrize("how", ["kill", "reset"])
async def test_what_is_half_read_when_the_connection_breaks_is_delivered_as_it_is(
    gateway: Gateway, bot: Listening, how: str
) -> None:
    await gateway.fault("roomMemberPayload", "delay", ms=60_000)
    await gateway.fault("messageImageStream", "delay", ms=60_000)
    await gateway.say("mei", ROOM, "签到")
    await gateway.image("mei", ROOM, b"png")
    await gateway.wait(calls={"roomMemberPayload": 1, "messageImageStream": 1})
    if how == "kill":
        await gateway.kill()
    else:
        await gateway.raw(24, "{}")
    said, shown = await bot.next(), await bot.next()
    assert (said.text, said.sender_name) == ("签到", "")
    assert (shown.kind, shown.facts) == ("image", {})
