"""Deeds that follow from other deeds: months in a row, months ago, periods, and their words."""

from datetime import date, timedelta

import pytest

from bot.points.follow import months_before, months_due, months_from, needed, period_of
from bot.points.types import Rule


def months(*written: str) -> list[date]:
    return [date.fromisoformat(f"{one}-01") for one in written]


@pytest.mark.parametrize(
    ("there", "every", "due"),
    [
        ([], 2, []),
        (["2026-01"], 2, []),
        (["2026-01", "2026-02"], 2, ["2026-02"]),
        (["2026-02", "2026-01"], 2, ["2026-02"]),
        (["2026-01", "2026-03"], 2, []),
        (["2025-11", "2025-12", "2026-01"], 3, ["2026-01"]),
        (["2025-11", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"], 3,
         ["2026-01", "2026-04"]),
        (["2025-10", "2025-12", "2026-01", "2026-02", "2026-03", "2026-04"], 3, ["2026-02"]),
        (["2025-09", "2025-10", "2025-12", "2026-01"], 2, ["2025-10", "2026-01"]),
    ],
)  # fmt: skip
def test_every_nth_month_of_a_row_is_due(there: list[str], every: int, due: list[str]) -> None:
    assert list(months_due(months(*there), every)) == months(*due)


@pytest.mark.parametrize(
    ("month", "there", "followed"),
    [
        ("2026-11", [], ["2026-11"]),
        ("2026-11", ["2026-10", "2027-01"], ["2026-11"]),
        ("2026-11", ["2026-11", "2026-12", "2027-01", "2027-03"],
         ["2026-11", "2026-12", "2027-01"]),
    ],
)  # fmt: skip
def test_the_months_from_one_on_end_with_the_first_gap(
    month: str, there: list[str], followed: list[str]
) -> None:
    [first] = months(month)
    assert list(months_from(first, months(*there))) == months(*followed)


@pytest.mark.parametrize(
    ("day", "ago", "before"),
    [
        ("2026-11-29", 0, "2026-11-29"),
        ("2026-11-30", 0, "2026-11-30"),
        ("2026-11-29", 1, "2026-10-29"),
        ("2026-11-30", 1, "2026-10-31"),
        ("2026-04-30", 3, "2026-01-31"),
        ("2026-05-30", 3, "2026-02-28"),
        ("2026-10-31", 1, "2026-09-30"),
        ("2026-05-31", 3, "2026-02-28"),
        ("2028-05-31", 3, "2028-02-29"),
        ("2026-01-15", 1, "2025-12-15"),
        ("2026-12-31", 12, "2025-12-31"),
        ("2026-03-31", 15, "2024-12-31"),
    ],
)
def test_the_last_day_that_is_so_many_months_past(day: str, ago: int, before: str) -> None:
    assert months_before(date.fromisoformat(day), ago) == date.fromisoformat(before)


@pytest.mark.parametrize(
    ("day", "within", "first", "last"),
    [
        ("2026-11-01", "week", "2026-10-26", "2026-11-01"),
        ("2026-11-02", "week", "2026-11-02", "2026-11-08"),
        ("2026-12-31", "month", "2026-12-01", "2026-12-31"),
        ("2028-02-10", "month", "2028-02-01", "2028-02-29"),
    ],
)
def test_the_period_of_a_day(day: str, within: str, first: str, last: str) -> None:
    found = period_of(date.fromisoformat(day), within)
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


def test_periods_follow_each_other_without_a_gap() -> None:
    for within in ("week", "month"):
        day = date(2027, 12, 1)
        while day < date(2028, 4, 1):
            first, last = period_of(day, within)
            assert first == day or day == date(2027, 12, 1)
            day = last + timedelta(days=1)


TASK = Rule(
    "a", "newcomer_task", "新人任务", 50, needs_times=3, counts=("checkin", "post"), within_days=7
)


@pytest.mark.parametrize(
    ("rule", "condition", "said"),
    [
        (
            TASK,
            (("needs_times", 3), ("counts", "checkin,post"), ("within_days", 7)),
            "进群 7 天内得分满 3 次",
        ),
        (
            Rule("a", "order_months", "连单", 500, every_months=3),
            (("every_months", 3),),
            "每连续 3 个月下单",
        ),
        (
            Rule("a", "spend_period", "花分", 50, spend_points=200, spend_within="week"),
            (("spend_points", 200), ("spend_within", "week")),
            "一周内花满 200 分",
        ),
        (
            Rule("a", "wake_up", "回来", 50, silent_days=30),
            (("silent_days", 30),),
            "30 天没来再回来",
        ),
        (
            Rule("a", "wake_up", "唤醒", 500, dormant_months=3),
            (("dormant_months", 3),),
            "3 个月没下单",
        ),
        (Rule("a", "spend_period", "花分", 50, spend_points=200), (), ""),
        (Rule("a", "checkin", "签到", 5, silent_days=30), (), ""),
    ],
)
def test_a_rule_has_the_condition_of_its_kind_when_it_is_whole(
    rule: Rule, condition: tuple[tuple[str, str | int], ...], said: str
) -> None:
    assert rule.condition == condition
    assert needed(dict(condition)) == said
