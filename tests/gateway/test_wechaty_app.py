"""A whole community in WeChat groups, by way of a real gateway."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import build
from bot.live import App
from bot.points.pacing import Pacing
from bot.settings import Settings
from config.loader import load_preset
from store.database import Database
from store.schema import ensure
from tests.gateway.gateway import Gateway, Sent
from tests.gateway.test_wechaty import CLOSED, ROOM, furnish

pytestmark = pytest.mark.gateway


ADMINS = "admins@chatroom"


@asynccontextmanager
async def living(gateway: Gateway, folder: Path) -> AsyncIterator[App]:
    """The standard programme with ROOM listed, saying everything at once."""
    settings = Settings(
        data_dir=folder,
        wechaty_endpoint=gateway.endpoint,
        wechaty_token=gateway.token,
        rooms=(f"wechaty:{ROOM}",),
        superusers=frozenset({"wechaty:zhou"}),
    )
    database = Database(settings.database_url)
    ensure(database)
    pacing = Pacing(gap_ms=0, most_a_minute=6_000)
    programme = replace(load_preset("standard"), pacing=pacing, admin_room=ADMINS)
    app = await build(database, programme, settings)
    await app.start()
    await gateway.wait(isConnected=True, isLoggedIn=True, calls={"ding": 1})
    yield app
    await app.stop()


@pytest.fixture
async def app(gateway: Gateway, tmp_path: Path) -> AsyncIterator[App]:
    await furnish(gateway)
    await gateway.room(ADMINS, ["bot", "zhou", "gang"], owner="zhou")
    async with living(gateway, tmp_path) as app:
        yield app


async def last(gateway: Gateway, count: int) -> Sent:
    return (await gateway.sent(count))[-1]


async def first(gateway: Gateway, is_meant: Callable[[Sent], bool]) -> Sent:
    """The first of its kind, as soon as it is sent."""
    sent = await gateway.sent(1)
    while not any(map(is_meant, sent)):
        sent = await gateway.sent(len(sent) + 1)
    return next(filter(is_meant, sent))


async def test_a_check_in_is_answered_with_a_mention(gateway: Gateway, app: App) -> None:
    await gateway.say("gang", ROOM, "签到")
    sent = await last(gateway, 1)
    assert (sent.to, sent.mentions) == (ROOM, ("gang",))
    assert sent.text.startswith("@刚哥\u2005+5 积分")


async def test_two_deliveries_of_one_message_have_one_effect(gateway: Gateway, app: App) -> None:
    told = await gateway.say("mei", ROOM, "签到")
    await gateway.sent(1)
    await gateway.again(told.id)
    await gateway.again(told.id)
    await gateway.say("mei", ROOM, "积分")
    balance = await first(gateway, lambda sent: "+5 积分" not in sent.text)
    assert "5" in balance.text
    paid = [one.text for one in await gateway.sent() if "+5 积分" in one.text]
    assert len(set(paid)) == 1


async def test_an_admin_opens_a_room_by_mentioning_the_bot(gateway: Gateway, app: App) -> None:
    await gateway.say("mei", CLOSED, "启用")
    await gateway.say("mei", CLOSED, "签到")
    await gateway.say("zhou", CLOSED, "@积分小助手\u2005启用", mentions=["bot"])
    sent = await last(gateway, 1)
    assert (sent.to, sent.mentions) == (CLOSED, ("zhou",))
    await gateway.wait(calls={"roomMemberList": 2})
    await gateway.say("mei", CLOSED, "签到")
    assert "+5 积分" in (await last(gateway, 2)).text


async def test_who_is_brought_in_is_welcomed_and_remembered(gateway: Gateway, app: App) -> None:
    await gateway.contacts({"new": "新人"})
    await gateway.join(ROOM, "new", inviter="mei")
    await gateway.say("new", ROOM, "签到")
    sent = await first(gateway, lambda sent: "+5 积分" in sent.text)
    assert sent.text.startswith("@新人\u2005")


async def test_what_the_bot_says_itself_is_not_answered(gateway: Gateway, app: App) -> None:
    await gateway.say("mei", ROOM, "帮助")
    await gateway.sent(1)
    await gateway.say("bot", ROOM, "签到")
    await gateway.say("gang", ROOM, "签到")
    assert (await last(gateway, 2)).mentions == ("gang",)
    assert len(await gateway.sent()) == 2


@pytest.mark.slow
async def test_a_burst_of_check_ins_is_judged_once_each(gateway: Gateway, app: App) -> None:
    people = {f"p{n}": f"会员{n}" for n in range(200)}
    await gateway.contacts(people)
    await gateway.room(ROOM, ["bot", *people], owner="p0")
    await gateway.burst(ROOM, list(people), 400, text="签到")
    sent = await gateway.sent(200, timeout_s=60)
    paid = [one.mentions[0] for one in sent if "+5 积分" in one.text]
    assert sorted(set(paid)) == sorted(people)
    assert len(paid) == len(people)


@pytest.mark.slow
async def test_answers_wait_for_a_gateway_that_is_gone(gateway: Gateway, app: App) -> None:
    await gateway.fault("messageSendText", "delay", ms=60_000)
    await gateway.say("mei", ROOM, "签到")
    await gateway.wait(calls={"messageSendText": 1})
    await gateway.restart()
    sent = await gateway.sent(1, timeout_s=40)
    assert sent[0].text.startswith("@小美\u2005+5 积分")
    assert len(sent) == 1


async def test_an_admin_approves_by_quoting_the_card_in_the_admins_own_room(
    gateway: Gateway, app: App
) -> None:
    await gateway.say("mei", ROOM, "已转发朋友圈")
    await gateway.image("mei", ROOM, b"a screenshot")
    card = await first(gateway, lambda sent: sent.to == ADMINS)
    assert card.text.startswith("待审核 #")
    await gateway.quote("zhou", ADMINS, "通过", name="积分小助手", quoted=card.text)
    answer = await first(gateway, lambda sent: sent.to == ADMINS and sent.id != card.id)
    assert "已通过" in answer.text
