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


class TestBonusesForSome:
    """Gold members get 99 every second day in a row; everybody gets 77 once for life."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        gold = Rule(
            "gold", "checkin", "黄金连签", 99, every_streak_days=2, tiers=frozenset({"gold"}),
            goal="再签 {days} 天得 {points}",
        )  # fmt: skip
        once = Rule(
            "once", "checkin", "第一回", 77, every_streak_days=2, cap_times_ever=1,
            goal="再签 {days} 天得 {points}",
        )  # fmt: skip
        return replace(standard, rules=(standard.rules[0], gold, once))

    def test_nothing_is_promised_that_is_not_for_the_member_or_is_over(self, chat: Chat) -> None:
        assert chat("小美", "签到", at="11-01") == ["+5 积分,连续 1 天,余额 5,再签 1 天得 77"]
        assert "第一回 总共 0/1 次:+77" in chat("小美", "任务", at="11-02")[0]
        assert chat("小美", "签到") == ["+82 积分,连续 2 天,余额 87"]
        assert "连签" not in chat("小美", "任务")[0]
        assert "第一回" not in chat("小美", "任务")[0]
        chat(SUPERUSER, "加分 @小美 5000 金牌", mentions=["小美"])
        assert "黄金连签:再签 2 天 +99" in chat("小美", "任务")[0]
        assert chat("小美", "签到", at="11-03")[0].endswith(",再签 1 天得 99")
        assert "+104 积分" in chat("小美", "签到", at="11-04")[0]
        assert_balanced(chat)
