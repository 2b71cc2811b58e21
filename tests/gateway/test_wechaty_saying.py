"""The Wechaty channel, by way of a real gateway: what is said."""

import asyncio
import hashlib
from collections.abc import AsyncIterator

import pytest

from bot.channels.wechaty.channel import PICTURE_BYTES
from bot.extend import Refused, Unreachable
from tests.gateway.gateway import Gateway
from tests.gateway.listening import Listening, listening
from tests.gateway.test_wechaty import ROOM, furnish

pytestmark = pytest.mark.gateway


@pytest.fixture
async def bot(gateway: Gateway) -> AsyncIterator[Listening]:
    """Ready to say something."""
    await furnish(gateway)
    async with listening(gateway.endpoint, gateway.token) as bot:
        await bot.ready()
        yield bot


async def test_a_mention_goes_by_what_somebody_is_called_in_the_room(
    gateway: Gateway, bot: Listening
) -> None:
    await bot.say("+5 积分", ROOM, "gang", "mei")
    (sent,) = await gateway.sent(1)
    assert (sent.kind, sent.to, sent.mentions) == ("text", ROOM, ("gang", "mei"))
    assert sent.text == "@刚哥\u2005@小美\u2005+5 积分"


async def test_a_mention_follows_a_new_name(gateway: Gateway, bot: Listening) -> None:
    await bot.say("一", ROOM, "gang")
    await gateway.alias(ROOM, "gang", "阿刚刚")
    assert (await bot.next("present")).people[0].name == "阿刚刚"
    await bot.say("二", ROOM, "gang")
    assert [one.text for one in await gateway.sent(2)] == ["@刚哥\u2005一", "@阿刚刚\u2005二"]


async def test_who_is_unknown_is_not_mentioned_by_half(gateway: Gateway, bot: Listening) -> None:
    await bot.say("欢迎", ROOM, "nobody", "mei")
    (sent,) = await gateway.sent(1)
    assert (sent.text, sent.mentions) == ("@小美\u2005欢迎", ("mei",))


async def test_a_private_text_goes_to_the_person_alone(gateway: Gateway, bot: Listening) -> None:
    await bot.say("兑换码 1234", None, "mei")
    (sent,) = await gateway.sent(1)
    assert (sent.to, sent.text, sent.mentions) == ("mei", "兑换码 1234", ())


async def test_a_picture_arrives_as_it_was_made(gateway: Gateway, bot: Listening) -> None:
    picture = b"\x89PNG" + bytes(PICTURE_BYTES - 4)
    await bot.say("榜单", ROOM, picture=picture)
    (sent,) = await gateway.sent(1)
    assert (sent.kind, sent.to) == ("file", ROOM)
    assert sent.more["sha256"] == hashlib.sha256(picture).hexdigest()
    assert sent.more["name"].endswith(".png")


async def test_a_picture_that_no_gateway_takes_is_refused_before_it_is_sent(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.clear()
    with pytest.raises(Refused, match="3000001 bytes"):
        await bot.say("榜单", ROOM, picture=bytes(PICTURE_BYTES + 1))
    assert "messageSendFile" not in await gateway.calls()
    assert bot.channel.trouble == ""


async def test_what_the_platform_refuses_is_told_from_what_never_came_there(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.fault("messageSend*", "refuse", times=2)
    with pytest.raises(Refused, match="refused by the platform"):
        await bot.say("一", ROOM)
    with pytest.raises(Refused):
        await bot.say("一", ROOM, picture=b"png")
    await bot.say("二", ROOM)
    assert [one.text for one in await gateway.sent(1)] == ["二"]
    assert bot.channel.reconnects == 0


async def test_it_is_unreachable_for_a_sender_while_nobody_is_logged_in(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.logout()
    await bot.until(lambda: "not logged in" in bot.channel.trouble)
    with pytest.raises(Unreachable, match="not logged in"):
        await bot.say("一", ROOM)
    with pytest.raises(Unreachable):
        await bot.channel.people_in(ROOM)
    await gateway.login("bot")
    await bot.ready()
    await bot.say("二", ROOM)
    assert [one.text for one in await gateway.sent(1)] == ["二"]
    assert bot.channel.reconnects == 0


@pytest.mark.slow
async def test_a_gateway_that_hangs_is_given_up_and_hears_nothing_twice(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.fault("messageSendText", "hang", times=1)
    with pytest.raises(Unreachable, match="in time"):
        await bot.say("一", ROOM)
    with pytest.raises(Unreachable):
        await bot.say("一", ROOM)
    await bot.ready()
    await bot.say("一", ROOM)
    assert len(await gateway.sent(1)) == 1
    assert bot.channel.reconnects == 1


async def test_nobody_to_say_it_to_is_refused(bot: Listening) -> None:
    with pytest.raises(Refused, match="nobody"):
        await bot.say("一")


async def test_what_is_left_can_be_said_after_the_stop(gateway: Gateway, bot: Listening) -> None:
    channel = bot.channel
    channel._limits = type(channel._limits)(linger_s=5)
    await asyncio.wait_for(channel.stop(), 0.5)
    await bot.say("再见", ROOM)
    await gateway.say("mei", ROOM, "还在吗")
    assert [one.text for one in await gateway.sent(1)] == ["再见"]
    assert [one for one in bot.heard if one.kind == "text"] == []
