"""A programme finds its own rules."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign
from bot.points.segment import Segment
from bot.points.streak import Due
from bot.points.types import Cap, Programme, Rule, concerns

SHARE, POST = Rule("share", "share", "分享", 20), Rule("post", "post", "发帖", 10)
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (SHARE, POST))


def test_a_programme_on_some_kinds_has_their_rules_alone() -> None:
    assert BASE.on({"post", "chat"}) == replace(BASE, rules=(POST,))
    assert BASE.on({"post", "share", "chat"}) is BASE


def test_a_kind_that_no_rule_judges_has_nothing() -> None:
    assert BASE.rules_on("chat") == BASE.tasks_on("chat") == BASE.budgeted_on("chat") == ()
    assert BASE.campaigns_on(Rule("gone", "chat", "闲聊", 1)) == ()


@pytest.mark.parametrize(
    ("keys", "due"),
    [
        ({}, None),
        ({"every_streak_days": 7}, Due("every_streak_days", False, every=7)),
        ({"streak_days": (3, 7)}, Due("streak_days", False, days=(3, 7))),
        ({"every_total_days": 10}, Due("every_total_days", True, every=10)),
        ({"total_days": (100,)}, Due("total_days", True, days=(100,))),
    ],
)
def test_a_rule_pays_on_the_days_of_the_key_that_is_set(
    keys: dict[str, object], due: Due | None
) -> None:
    rule = Rule("a", "checkin", "签到", 5, **keys)  # type: ignore[arg-type]
    assert rule.due == due


def test_caps_in_times_come_first_and_the_shortest_period_first() -> None:
    rule = Rule(
        "a", "share", "分享", 5, cap_points_ever=8, cap_points_daily=5, cap_times_monthly=3,
        cap_times_weekly=2, cap_times_daily=1, cap_times_ever=4, cap_points_weekly=6,
        cap_points_monthly=7,
    )  # fmt: skip
    assert rule.caps == (
        Cap("cap_times_daily", "day", False, 1), Cap("cap_times_weekly", "week", False, 2),
        Cap("cap_times_monthly", "month", False, 3), Cap("cap_times_ever", "ever", False, 4),
        Cap("cap_points_daily", "day", True, 5), Cap("cap_points_weekly", "week", True, 6),
        Cap("cap_points_monthly", "month", True, 7), Cap("cap_points_ever", "ever", True, 8),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "keys", "condition"),
    [
        ("wake_up", {"silent_days": 30, "dormant_months": 3}, (("silent_days", 30),)),
        ("wake_up", {"dormant_months": 3}, (("dormant_months", 3),)),
        ("wake_up", {"spend_points": 3}, ()),
        ("spend_period", {"spend_points": 3}, ()),
        (
            "newcomer_task",
            {"needs_times": 3, "counts": ("checkin", "post"), "within_days": 7},
            (("needs_times", 3), ("counts", "checkin,post"), ("within_days", 7)),
        ),
        ("checkin", {"silent_days": 30}, ()),
    ],
)
def test_a_rule_has_the_first_condition_of_its_kind_that_is_whole(
    on: str, keys: dict[str, object], condition: tuple[tuple[str, str | int], ...]
) -> None:
    assert Rule("a", on, "规则", 5, **keys).condition == condition  # type: ignore[arg-type]


def test_a_campaign_for_all_rules_leaves_bonuses_alone() -> None:
    bonus = Rule("bonus", "checkin", "连签", 30, every_streak_days=7)
    everything = Campaign("a", "甲", bonus=1)
    named = replace(everything, rules=frozenset({"bonus"}))
    off = replace(named, is_on=False)
    for campaign, touched in ((everything, [SHARE]), (named, [bonus]), (off, [])):
        programme = Programme("试", "0", BASE.zone, (SHARE, bonus), campaigns=(campaign,))
        assert [rule for rule in (SHARE, bonus) if concerns(campaign, rule)] == touched
        assert [rule for rule in (SHARE, bonus) if programme.campaigns_on(rule)] == touched
        assert programme.is_effective(campaign) is bool(touched)


def test_a_programme_gathers_what_every_message_asks_for() -> None:
    task = {"needs_times": 3, "within_days": 7}
    wait = replace(POST, id="wait", wait_days=7)
    later = replace(POST, id="later", wait_for="admin")
    one = Rule("one", "newcomer_task", "任务", 9, counts=("post",), **task)  # type: ignore[arg-type]
    same = replace(one, id="same")
    other = replace(one, id="other", counts=("share", "chat"))
    silent = Rule("silent", "wake_up", "回来", 9, silent_days=30)
    dormant = Rule("dormant", "wake_up", "下单", 9, dormant_months=3)
    found = Programme(
        "试", "0", BASE.zone, (SHARE, POST, wait, later, one, same, other, silent, dormant),
        cap_points_daily=100, capped=frozenset({"post"}),
        segments=(
            Segment("a", "甲", silent_days=30, returned_days=7),
            Segment("b", "乙", silent_days=20, returned_days=7),
            Segment("c", "丙", silent_days=10),
        ),
        campaigns=(
            Campaign("z", "生日", rules=frozenset({"share"}), birthday="day", budget_points=5),
            Campaign("y", "乙", bonus=1, rules=frozenset({"post"}), budget_points=7),
            Campaign("x", "丙", bonus=1, rules=frozenset({"gone"}), budget_points=9),
        ),
    )  # fmt: skip
    assert found.rules_on("post") == (POST, wait, later)
    assert found.capped_rules == {"post", "wait", "later"}
    assert replace(found, cap_points_daily=None).capped_rules == frozenset()
    assert found.waiting_rules == {"wait", "later"}
    assert found.tasks_on("newcomer_task") == (one, other)
    assert found.newcomer_kinds == {"post", "share", "chat"}
    assert found.silences == (silent,)
    assert found.silence_days == 20
    assert replace(found, segments=()).silence_days is None
    assert found.birthday_kinds == {"share"}
    assert list(found.budgets.items()) == [("y", 7), ("z", 5)]
    assert [one.id for one in found.budgeted_on("share")] == ["z"]
