"""Until when points can be spent."""

from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.points.expiry import (
    expires_on,
    expiring,
    idle_since,
    is_idle,
    period_end,
    share_percent,
    shared_out,
)
from bot.points.types import FOREVER, Programme, ValidUntil

BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"))
ON = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("own_days", "programme_days", "on", "expires"),
    [
        (None, 365, ON, date(2027, 11, 1)),
        (None, 365, date(2028, 2, 29), date(2029, 2, 28)),
        (2, 365, ON, date(2026, 11, 3)),
        (2, None, date(2026, 12, 31), date(2027, 1, 2)),
        (None, None, ON, FOREVER),
        (None, 10**9, ON, FOREVER),
        (None, 1, date(9999, 12, 30), FOREVER),
    ],
)
def test_points_expire_so_many_days_after_they_are_earned(
    own_days: int | None, programme_days: int | None, on: date, expires: date
) -> None:
    assert expires_on(replace(BASE, valid_days=programme_days), own_days, on) == expires


@pytest.mark.parametrize(
    ("until", "on", "expires"),
    [
        ("quarter_end", date(2026, 1, 1), date(2026, 3, 31)),
        ("quarter_end", date(2028, 2, 29), date(2028, 3, 31)),
        ("quarter_end", date(2026, 3, 31), date(2026, 3, 31)),
        ("quarter_end", date(2026, 4, 1), date(2026, 6, 30)),
        ("quarter_end", date(2026, 9, 30), date(2026, 9, 30)),
        ("quarter_end", date(2026, 10, 1), date(2026, 12, 31)),
        ("year_end", date(2026, 1, 1), date(2026, 12, 31)),
        ("year_end", date(2026, 12, 31), date(2026, 12, 31)),
        ("year_end", date(9999, 12, 31), FOREVER),
    ],
)
def test_points_expire_with_the_period_they_are_earned_in(
    until: ValidUntil, on: date, expires: date
) -> None:
    assert expires_on(replace(BASE, valid_until=until), None, on) == expires


def test_every_day_of_five_years_is_in_a_period_that_ends_on_the_eve_of_the_next() -> None:
    for number in range(5 * 366):
        day = date(2026, 1, 1) + timedelta(days=number)
        last = period_end("quarter_end", day)
        eve = last + timedelta(days=1)
        assert day <= last < day + timedelta(days=92)
        assert (eve.day, eve.month % 3) == (1, 1)


def test_what_a_rule_says_of_its_own_wins() -> None:
    programme = replace(BASE, valid_until="quarter_end")
    assert expires_on(programme, 7, date(2026, 12, 30)) == date(2027, 1, 6)


@pytest.mark.parametrize(
    ("points", "percent", "last_day", "for_good"),
    [
        (10, None, ON, 0),
        (10, 50, ON, 5),
        (11, 50, ON, 6),
        (2, 50, ON, 1),
        (1, 50, FOREVER, 0),
        (1, 99, FOREVER, 0),
        (99, 1, FOREVER, 0),
        (100, 1, ON, 99),
        (100, 99, ON, 1),
        (10**9, 33, ON, 670_000_000),
    ],
)
def test_a_share_is_rounded_down_and_the_rest_is_for_good(
    points: int, percent: int | None, last_day: date, for_good: int
) -> None:
    assert shared_out(points, ON, percent) == (last_day, for_good)


def test_of_what_never_expires_there_is_no_share() -> None:
    assert shared_out(10, FOREVER, 50) == (FOREVER, 0)


def test_the_share_is_not_for_rules_that_say_how_long() -> None:
    programme = replace(BASE, valid_days=30, share_percent=50)
    assert share_percent(programme, None) == 50
    assert share_percent(programme, 30) is None


def test_a_silence_is_counted_from_the_last_deed_or_a_later_entry() -> None:
    later = ON + timedelta(days=1)
    assert idle_since(None, ON) == ON
    assert idle_since(later, ON) == later
    assert idle_since(ON, later) == later


@pytest.mark.parametrize(("days", "idle"), [(None, False), (29, True), (30, False)])
def test_points_for_good_expire_after_more_days_than_are_allowed(
    days: int | None, idle: bool
) -> None:
    programme = replace(BASE, inactive_days=days)
    assert is_idle(programme, ON, ON + timedelta(days=30)) is idle


@pytest.mark.parametrize(
    ("lots", "said"),
    [
        ({}, ""),
        ({date(2026, 11, 20): 100}, "100 分 11-20 到期"),
        (
            {date(2026, 11, 28): 50, date(2026, 11, 20): 100},
            "100 分 11-20 到期,30 天内共 150 分到期",
        ),
    ],
)
def test_what_expires_soon_is_told_the_earliest_first(lots: dict[date, int], said: str) -> None:
    assert expiring(lots) == said
