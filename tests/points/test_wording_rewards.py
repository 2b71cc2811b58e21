"""What members read of a reward: of one that was asked for, of others, and of what is made up."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.points.account import Account
from bot.points.campaign import Campaign
from bot.points.types import Activity, Decision, Entry, MakeUp, Programme, Rule
from bot.points.wording import (
    accepted,
    approved,
    campaign_name,
    ended,
    made_up,
    rejected,
    rule_names,
    shielded,
    taken_back,
    told,
)

ON = date(2026, 11, 1)
AT = datetime(2026, 11, 1, 4, tzinfo=UTC)
REPLY = "{name} +{points}/{total} 积分,连续 {streak_days} 天,余额 {balance}"
DAILY = Rule("daily", "checkin", "签到", 5, reply=REPLY)
SEVENTH = Rule("seventh", "checkin", "连签", 30, every_streak_days=7, reply="{name} +{points}",
               goal="再 {days} 天 +{points}")  # fmt: skip
TENTH = Rule("tenth", "checkin", "累计", 50, every_total_days=10, goal="{name}还差 {days} 天")
SILENT = Rule("silent", "checkin", "另加", 3)
LATER = replace(DAILY, id="later", name="下月到账", wait_days=7)
DOUBLE, MORE = Campaign("double", "双倍", bonus=5), Campaign("more", "加送", bonus=1)
PROGRAMME = Programme(
    "试", "0", ZoneInfo("Asia/Shanghai"), (DAILY, SEVENTH, TENTH, SILENT, LATER),
    campaigns=(DOUBLE, MORE),
)  # fmt: skip
DEED = Activity("checkin", "checkin/2026-11-01/1", 1, ON, AT)
ACCOUNT = Account(1, balance=40, total_days=17)


def entry(rule: str, points: int, campaign: str | None = None, **why: int) -> Entry:
    return Entry(1, "accrual", points, f"{rule}:k", AT, ON, rule, campaign, why=why)


def said(*entries: Entry, run: int = 3) -> str:
    return accepted(DEED, Decision(entries), PROGRAMME, run, ACCOUNT)


GOALS = "再 4 天 +30,累计还差 3 天"


def test_each_rule_says_what_it_paid_and_then_come_the_goals() -> None:
    assert said(entry("daily", 5)) == f"签到 +5/5 积分,连续 3 天,余额 40,{GOALS}"
    assert said(entry("seventh", 30), entry("daily", 5), entry("silent", 3), run=7) == (
        "签到 +5/38 积分,连续 7 天,余额 40,连签 +30,再 7 天 +30,累计还差 3 天"
    )
    assert said() == GOALS


def test_several_payments_of_one_rule_are_one() -> None:
    twice = said(entry("daily", 5), entry("daily", 7))
    assert twice == f"签到 +12/12 积分,连续 3 天,余额 40,{GOALS}"


def test_what_waits_is_part_of_the_total_only_when_all_waits() -> None:
    waits = said(entry("later", 9), entry("later", 2))
    assert waits == f"下月到账 +11/11 积分,连续 3 天,余额 40,{GOALS}"
    both = said(entry("daily", 5), entry("later", 9)).split(",")
    assert (both[0], both[3]) == ("签到 +5/5 积分", "下月到账 +9/5 积分")


def test_shields_and_campaigns_are_named_once_before_the_goals() -> None:
    one, other = entry("daily", 5, "double,gone", shields=1), entry("silent", 3, "double,more")
    assert said(one, replace(other, why={"shields": 2})) == (
        "签到 +5/8 积分,连续 3 天,余额 40,得连签保护 3 张,活动「双倍」,活动「gone」,活动「加送」,"
        f"{GOALS}"
    )
    assert campaign_name("more", PROGRAMME) == "加送"


def test_what_nobody_asked_for_is_told_by_name_where_the_rules_say_nothing() -> None:
    programme = replace(PROGRAMME, rules=(DAILY, replace(TENTH, goal=""), SILENT))
    silent = Decision((entry("silent", 3), entry("tenth", 50)))
    assert told(DEED, silent, programme, 3, ACCOUNT) == "累计、另加 +53 积分,余额 40"
    spoken = Decision((entry("daily", 5), entry("silent", 3)))
    assert told(DEED, spoken, programme, 3, ACCOUNT) == "签到 +5/8 积分,连续 3 天,余额 40"


def test_what_is_no_longer_met_is_told_with_the_debt_it_leaves() -> None:
    text = "连签:不再满足,收回 30 积分,余额 40"
    assert ended(SEVENTH, 30, ACCOUNT) == text
    assert ended(SEVENTH, 30, replace(ACCOUNT, debt=4)) == f"{text},欠 4 分"


def test_a_day_that_is_made_up_says_what_it_cost_and_what_it_brought() -> None:
    paid = Decision((entry("seventh", 30, "double", shields=1), entry("seventh", 20)))
    programme = replace(PROGRAMME, make_up=MakeUp(20, 7))
    assert made_up(DEED, paid, programme, 7, ACCOUNT) == (
        "-20 积分,补签了 11-01,连续 7 天,余额 40,连签 +50,得连签保护 1 张,活动「双倍」,"
        "再 7 天 +30,累计还差 3 天"
    )
    nothing = made_up(DEED, Decision(), PROGRAMME, 0, ACCOUNT)
    assert nothing == "补签了 11-01,余额 40,再 7 天 +30,累计还差 3 天"


def test_bonuses_of_joined_runs_that_go_again_are_told() -> None:
    assert taken_back(30) == "两段连签合成一段,收回重复的奖励 30 分"
    assert taken_back(0) == ""


@pytest.mark.parametrize(
    ("days", "text"),
    [
        ([], ""),
        ([date(2026, 10, 31)], "连签保护补上 10-31,还剩 2 张"),
        (
            [date(2026, 10, 30), date(2026, 10, 31), ON],
            "连签保护补上 10-30 到 11-01,还剩 2 张",
        ),
    ],
)
def test_the_days_that_shields_covered_are_named(days: list[date], text: str) -> None:
    assert shielded(days, 2) == text


def test_what_an_admin_decided_is_told() -> None:
    names = rule_names(["daily", "gone", "seventh", "daily"], PROGRAMME)
    assert names == "签到、gone、连签"
    assert approved(names, 35, 75) == "签到、gone、连签审核通过,+35 积分,余额 75"
    assert rejected("签到", 5, "") == "签到被管理员驳回,待入账的 5 分不计"
    assert rejected("签到", 5, "没有图") == "签到被管理员驳回,待入账的 5 分不计:没有图"
