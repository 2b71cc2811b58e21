"""任务: what is still to earn today."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.points.campaign import Campaign
from bot.points.types import MakeUp, Programme, Rule
from tests.chat import CHANNEL, Chat

RULES = (
    Rule("share", "share", "分享商品", 20, cap_times_daily=3),
    Rule("chat", "chat", "聊天", 1, cap_points_daily=5, cooldown_s=60),
    Rule("order", "order", "下单", 1, wait_days=7),
    Rule("first_order", "first_order", "首单奖励", 200, "deed"),
    Rule("invite", "invite", "邀请好友", 100, wait_days=7, cap_times_monthly=20),
)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(
        standard,
        rules=(*standard.rules, *RULES),
        cap_points_daily=100,
        capped=frozenset({"checkin", "share", "chat"}),
        campaigns=(),
    )


def test_everything_is_open_in_the_morning(chat: Chat) -> None:
    assert chat("小美", "任务") == [
        "今天的任务\n每日签到:+5\n分享商品 0/3 次:+20,还能得 60 分\n聊天:+1,还能得 5 分\n"
        "连续签到奖励:再签 7 天 +30\n一天合计最多 100 分,今天还能得 100 分\n"
        "等好友或订单:下单:每元 +1、首单奖励:+200、邀请好友:+100"
    ]


def test_progress_is_shown_and_what_is_done_is_ticked_off(chat: Chat) -> None:
    chat("小美", "签到")
    chat("小美", "做share about 面膜")
    chat("小美", "做chat about 天气")
    assert chat("小美", "任务")[0].split("\n") == [
        "今天的任务", "分享商品 1/3 次:+20,还能得 40 分", "聊天:+1,还能得 4 分,12:01:00 起",
        "连续签到奖励:再签 6 天 +30", "一天合计最多 100 分,今天还能得 74 分",
        "等好友或订单:下单:每元 +1、首单奖励:+200、邀请好友:+100", "✓ 每日签到",
    ]  # fmt: skip
    chat("小美", "做share about 口红")
    chat("小美", "做share about 眉笔")
    assert chat("小美", "任务")[0].split("\n")[-1] == "✓ 每日签到、分享商品 3/3 次"


def test_who_was_brought_may_bring_others_and_an_order_has_the_number_of_nobody(
    chat: Chat,
) -> None:
    chat("小美", "任务")
    chat("小美", kind="join", people=["阿强"])
    body = {"order": "2", "buyer": {"channel": CHANNEL, "id": "阿强"}, "amount": "10.00"}
    chat.order(event="paid", paid_at="2026-11-01T10:00:00+08:00", **body)
    assert chat("阿强", "任务")[0].split("\n")[-1] == (
        "等好友或订单:下单:每元 +1、首单奖励:+200、邀请好友:+100"
    )


def test_the_bonus_of_today_stands_among_what_can_be_done(chat: Chat) -> None:
    for day in range(1, 7):
        chat("小美", "签到", at=f"11-0{day}")
    said = chat("小美", "任务", at="11-07")[0].split("\n")
    assert "连续签到奖励:+30" in said
    assert not any("再签" in line for line in said)
    chat("小美", "签到")
    assert "连续签到奖励:再签 7 天 +30" in chat("小美", "任务")[0]


def test_a_first_order_is_no_task_for_who_has_had_it(chat: Chat) -> None:
    chat("小美", "签到")
    order = {"order": "O1", "buyer": {"channel": "test", "id": "小美"}}
    chat.order(event="paid", amount="10.00", paid_at="2026-11-01T12:00:00+08:00", **order)
    assert "首单奖励" in chat("小美", "任务")[0]
    chat.order(event="completed", **order)
    assert "首单奖励" not in chat("小美", "任务")[0]


def test_a_missed_day_can_be_made_up_while_the_points_are_there(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, make_up=MakeUp(10, 7))
    chat("小美", "签到", at="11-01")
    chat("小美", "签到", at="11-03")
    assert "补签:漏了 11-02,发「补签」花 10 分补上" in chat("小美", "任务")[0].split("\n")
    chat("小美", "补签")
    assert "补签" not in chat("小美", "任务")[0]


def test_a_campaign_counts_and_is_named(chat: Chat) -> None:
    double = Campaign("double", "签到双倍", rules=frozenset({"checkin"}), multiplier=Decimal(2))
    chat.bot.posting.programme = replace(chat.programme, campaigns=(double,))
    assert "每日签到:+10,活动「签到双倍」" in chat("小美", "任务")[0]


def test_asking_changes_nothing(chat: Chat) -> None:
    chat("小美", "签到")
    before = chat.rows("SELECT * FROM account")
    chat("小美", "任务")
    assert chat.rows("SELECT * FROM account") == before


def test_the_shipped_tasks_fit_a_phone(chat: Chat, shipped: Programme) -> None:
    chat.bot.posting.programme = shipped
    lines = chat("小美", "任务")[0].split("\n")
    assert len(lines) <= 15
    assert max(map(len, lines)) <= 80


class TestNewcomer:
    @pytest.fixture
    def programme(self, shipped: Programme) -> Programme:
        return replace(shipped, cap_points_daily=None)

    def test_a_newcomer_sees_how_far_the_task_has_come_until_it_is_done_or_over(
        self, chat: Chat
    ) -> None:
        chat("阿强", kind="join", people=["小美"], at="11-01 10:00")
        assert "新人任务 0/3 次:+50,到 11-08" in chat("小美", "任务")[0]
        chat("小美", "签到")
        chat("小美", "做share about 面膜 today")
        assert "新人任务 2/3 次:+50,到 11-08" in chat("小美", "任务")[0]
        assert "新人任务" not in chat("阿强", "任务")[0]
        chat("小美", "签到", at="11-02 10:00")
        assert "新人任务" not in chat("小美", "任务")[0]

    def test_after_the_last_day_it_is_told_no_more(self, chat: Chat) -> None:
        chat("阿强", kind="join", people=["小美"], at="11-01 10:00")
        assert "新人任务" in chat("小美", "任务", at="11-08 23:59")[0]
        assert "新人任务" not in chat("小美", "任务", at="11-09 00:00")[0]

    def test_a_review_is_a_task_though_it_wants_a_picture(self, chat: Chat) -> None:
        assert "晒单 0/2 次:+20" in chat("小美", "任务")[0]
