"""为什么 says what waits, and for what; and what has taken the place of an earlier deed."""

from dataclasses import replace

import pytest

from bot.extend import Recogniser
from bot.points.types import Programme, Rule
from tests.chat import CHANNEL, Chat
from tests.posts import RECOGNISERS, posting_programme

TALE = "周末去山上走了走,风很大,带的面包全吃完了"
ORDER = Rule("order", "order", "下单", 1, wait_days=7)


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    return RECOGNISERS


@pytest.fixture
def programme(standard: Programme) -> Programme:
    post = next(rule for rule in posting_programme(standard).rules if rule.id == "post")
    return posting_programme(standard, replace(post, wait_for="admin"), ORDER)


def test_what_waits_for_an_admin_is_told_with_when_it_lapses(chat: Chat) -> None:
    chat("小美", f"帖:{TALE}", id="m-1")
    assert chat("小美", "为什么") == [
        "还没入账:发帖,待入账 10 分\n消息 m-1,管理员审核通过就入账,11-09 还没人审就作废"
    ]


def test_a_gain_after_it_is_told_instead(chat: Chat) -> None:
    chat("小美", f"帖:{TALE}")
    chat.clock.pass_by(minutes=1)
    chat("小美", "签到")
    assert chat("小美", "为什么")[0].startswith("+5 积分,每日签到")


def test_a_refusal_after_it_is_told_instead(chat: Chat) -> None:
    chat("小美", f"帖:{TALE}")
    chat.clock.pass_by(minutes=5)
    chat("小美", f"帖:{TALE}")
    assert chat("小美", "为什么")[0].startswith("没有得分:发帖,和你以前发过的差不多")


def test_what_a_text_earned_before_its_picture_came_is_told_beside(chat: Chat) -> None:
    chat("小美", f"图:{TALE}")
    chat.picture("小美", "h1", id="m-2")
    first, *_, last = chat("小美", "为什么")[0].split("\n")
    assert first.startswith("+30 积分,分享")
    assert last == "同一次还有:退回 #1 -1 #3"


def test_an_order_is_told_with_the_morning_on_which_it_settles(chat: Chat) -> None:
    chat("小美", "签到")
    chat.clock.pass_by(minutes=1)
    buyer, paid_at = {"channel": CHANNEL, "id": "小美"}, chat.clock.now().isoformat()
    chat.order(event="paid", order="A", buyer=buyer, amount="10.00", paid_at=paid_at)
    assert chat("小美", "为什么") == ["还没入账:下单,待入账 10 分\n订单 A,最迟 11-09 入账"]
