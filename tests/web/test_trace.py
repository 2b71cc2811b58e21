"""The steps of why: from what is shown, every entry's points can be worked out again."""

from decimal import ROUND_FLOOR, Decimal
from typing import Any

import pytest

from bot.points.types import Rule
from bot.web.trace import steps

CHECKIN = Rule("checkin", "checkin", "每日签到", 5)
CHAT = Rule("chat", "chat", "群聊", 1, cap_points_daily=5)
SHARE = Rule("share", "share", "分享", 20, cap_times_daily=3)
STREAK = Rule("checkin_streak", "checkin", "连续签到奖励", 30, every_streak_days=7)
MILESTONE = Rule("milestone", "checkin", "连签里程碑", 10, streak_days=(3, 7))
TOTAL = Rule("total", "checkin", "累计签到", 50, every_total_days=10)

SHOWN: list[tuple[Rule, dict[str, str | int], int]] = [
    (CHECKIN, {"base": 5, "multiplier": "1"}, 5),
    (CHECKIN, {"base": 5, "multiplier": "1.1"}, 5),
    (CHECKIN, {"base": 1, "multiplier": "1.5", "units": "128.50"}, 192),
    (STREAK, {"base": 30, "streak_days": 14, "every_streak_days": 7}, 30),
    (MILESTONE, {"base": 10, "streak_days": 7}, 10),
    (TOTAL, {"base": 50, "total_days": 20, "every_total_days": 10}, 50),
    (CHAT, {"base": 1, "multiplier": "1", "cap_left": 5}, 1),
    (CHAT, {"base": 4, "multiplier": "2", "cap_left": 3}, 3),
    (SHARE, {"base": 20, "multiplier": "1"}, 20),
    (
        SHARE,
        {"base": 21, "multiplier": "1.1", "campaign": "sale", "campaign_multiplier": "1.5"},
        34,
    ),
    (
        SHARE,
        {"base": 20, "multiplier": "1", "campaign": "a,b", "campaign_multiplier": "2", "bonus": 5},
        45,
    ),
    (CHECKIN, {"base": 10, "multiplier": "1", "campaign": "holiday"}, 10),
]


@pytest.mark.parametrize(("rule", "why", "points"), SHOWN)
def test_points_follow_from_the_steps_shown(
    rule: Rule, why: dict[str, str | int], points: int
) -> None:
    assert worked_out(steps(why, rule)) == points


def test_a_cap_and_a_streak_are_named() -> None:
    assert {"label": "上限", "value": "还剩 3", "note": "每天最多 5 分"} in steps(
        {"base": 4, "multiplier": "1", "cap_left": 3}, CHAT
    )
    assert {"label": "上限", "value": "每天 3 次"} in steps({"base": 20}, SHARE)
    assert {"label": "连续", "value": "第 14 天", "note": "每 7 天一次"} in steps(
        SHOWN[3][1], STREAK
    )


def test_days_of_a_run_and_days_in_all_are_told_apart() -> None:
    first, second = ({"base": 9, "streak_days": 7}, {"base": 9, "total_days": 20})
    every = {**second, "every_total_days": 10}
    assert {"label": "连续", "value": "第 7 天", "note": "到这一天"} in steps(first, MILESTONE)
    assert {"label": "累计", "value": "第 20 天", "note": "到这一天"} in steps(second, TOTAL)
    assert {"label": "累计", "value": "第 20 天", "note": "每 10 天一次"} in steps(every, TOTAL)


def test_a_budget_that_ended_the_points_is_named() -> None:
    why = {"base": 20, "campaign": "sale", "campaign_multiplier": "2", "budget": "sale"}
    shown = steps({**why, "budget_points": 7, "budget_left": 7}, SHARE)
    assert shown[-1] == {"label": "活动预算", "value": "还剩 7", "note": "sale"}
    assert steps({**why, "budget_points": 20}, SHARE)[-1]["label"] == "上限"


def test_an_entry_of_a_rule_that_is_gone_still_has_its_steps() -> None:
    assert worked_out(steps({"base": 5, "multiplier": "1"}, None)) == 5


def worked_out(shown: list[dict[str, Any]]) -> int:
    """Points, from nothing but the words on the page."""
    values = {step["label"]: step["value"] for step in shown}
    points = (
        Decimal(values["基础分"])
        * Decimal(values.get("数量", "×1")[1:])
        * Decimal(values["倍数"][1:])
    )
    bonus = 0
    for change in values.get("活动", "").replace("换基础分", "").split():
        if change.startswith("×"):
            points *= Decimal(change[1:])
        else:
            bonus += int(change)
    floored = int(points.to_integral_value(ROUND_FLOOR)) + bonus
    left = values["上限"].removeprefix("还剩 ")
    return min(floored, int(left)) if left.isdigit() else floored
