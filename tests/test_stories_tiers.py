"""Tiers: reached by qualifying points, told of once."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.points.types import Programme, Rule, Tier
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat

TIERS = (
    Tier("normal", "普通", 0),
    Tier("silver", "白银", 100, Decimal(1), ("新品试用",), 95),
    Tier("gold", "黄金", 300),
)
UP = "恭喜升到白银:订单 9.5 折、新品试用"
RULES = (
    Rule("share", "share", "分享", 60, reply="+{total}"),
    Rule("chat", "chat", "聊天", 150),
    Rule("order", "order", "下单", 1, wait_days=7),
    Rule("welcome", "welcome", "新人礼", 5),
    Rule("invite_first_order", "invite_first_order", "好友首单", 200, invitee_points=50),
)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES), tiers=TIERS)


def notices(chat: Chat) -> list[tuple[tuple[str, ...], str]]:
    return [(said.to, said.text) for result in chat.results for _, said in result.notices]


def test_the_reply_says_it_once_and_not_after_a_reversal(chat: Chat) -> None:
    assert chat("小美", "做share about 一") == ["+60"]
    assert chat("小美", "做share about 二") == [f"+60\n{UP}"]
    assert chat("小美", "做share about 三") == ["+60"]
    for number in (1, 2, 3):
        chat(SUPERUSER, f"撤销 {number}")
    assert chat("小美", "等级")[0].startswith("普通,")
    assert chat("小美", "做share about 四") == ["+60"]
    assert chat("小美", "做share about 五") == ["+60"]
    assert chat("小美", "等级")[0].startswith("白银,")
    assert_balanced(chat)


def test_two_tiers_at_once_are_one_message(chat: Chat) -> None:
    chat("小美", "做chat about 一")
    chat("小美", "做share about 一")
    assert chat("小美", "做chat about 二") == ["恭喜升到黄金"]
    chat(SUPERUSER, "加分 @小明 500", mentions=["小明"])
    assert notices(chat) == [(("小明",), "恭喜升到黄金")]


def test_a_deed_without_a_reply_is_answered_where_it_was_done(chat: Chat) -> None:
    assert chat("小美", "做chat about 天气") == [UP]
    assert chat("小美", "做chat about 天气二") == ["恭喜升到黄金"]


def test_a_grant_tells_the_member_and_not_the_admin(chat: Chat) -> None:
    said = chat(SUPERUSER, "加分 @小美 100 帮忙", mentions=["小美"])
    assert UP not in said[0]
    assert notices(chat) == [(("小美",), UP)]


def test_an_order_says_it_in_the_notice_and_tells_the_inviter_apart(chat: Chat) -> None:
    chat("阿强", "签到")
    chat("阿强", kind="join", people=["小美"])
    order = {"order": "O1", "buyer": {"channel": "test", "id": "小美"}}
    chat.order(event="paid", amount="90.00", paid_at="2026-11-01T12:00:00+08:00", **order)
    chat.order(event="completed", **order)
    assert sorted(notices(chat)) == [
        (("小美",), f"订单 O1:+140 积分已到账,余额 145\n{UP}"),
        (("阿强",), UP),
    ]
    assert_balanced(chat)


def test_the_settling_job_says_it_too(chat: Chat) -> None:
    chat("小美", "签到")
    order = {"order": "O1", "buyer": {"channel": "test", "id": "小美"}}
    chat.order(event="paid", amount="120.00", paid_at="2026-11-01T12:00:00+08:00", **order)
    chat.move_to("11-09 09:30")
    results = chat.bot.run_jobs(chat.clock.now())
    texts = [said.text for result in results for _, said in result.notices]
    assert [text for text in texts if text.endswith(UP)] == texts
    assert len(texts) == 1


def test_a_redelivery_says_nothing_again(chat: Chat) -> None:
    chat("小美", "做share about 一")
    chat("小美", "做share about 二", id="m-2")
    assert chat("小美", "做share about 二", id="m-2") == []


def test_another_programme_says_nothing_by_itself(chat: Chat) -> None:
    chat("小美", "做share about 一")
    chat.bot.posting.programme = replace(
        chat.programme, tiers=(TIERS[0], replace(TIERS[1], from_points=50))
    )
    assert chat("小美", "做share about 二") == ["+60"]


def test_it_is_said_once_over_a_restart(chat: Chat) -> None:
    chat("小美", "做chat about 一")
    chat.restart()
    assert chat("小美", "做share about 二") == ["+60"]
