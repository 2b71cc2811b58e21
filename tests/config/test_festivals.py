"""Festivals and public holidays are resolved to days, the same whenever it is asked."""

import subprocess
import sys
from datetime import date, timedelta
from itertools import pairwise

import pytest

from config.festivals import (
    FESTIVALS,
    FIRST_YEAR,
    HOLIDAYS,
    LAST_YEAR,
    announced_until,
    festival_days,
    holiday_days,
    lunar_days,
)


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("除夕", "2026-02-16"),
        ("春节", "2026-02-17"),
        ("春节", "2027-02-06"),
        ("元宵", "2026-03-03"),
        ("端午", "2026-06-19"),
        ("七夕", "2026-08-19"),
        ("中元", "2026-08-27"),
        ("中秋", "2026-09-25"),
        ("重阳", "2026-10-18"),
        ("腊八", "2026-01-26"),
        # Years in which the rules of thumb go wrong: leap months 2020-4, 2033-11.
        ("端午", "2020-06-25"),
        ("春节", "2034-02-19"),
        ("除夕", "2034-02-18"),
    ],
)
def test_a_festival_falls_on_its_day(name: str, day: str) -> None:
    assert date.fromisoformat(day) in festival_days(name)


@pytest.mark.parametrize("name", FESTIVALS)
def test_a_festival_comes_again_after_twelve_or_thirteen_months(name: str) -> None:
    days = sorted(festival_days(name))
    assert (days[0].year, days[-1].year) == (FIRST_YEAR, LAST_YEAR)
    assert {(later - day).days for day, later in pairwise(days)} <= {353, 354, 355, 383, 384, 385}


@pytest.mark.parametrize("name", sorted({*FESTIVALS} & {*HOLIDAYS}))
def test_the_two_libraries_agree_on_what_both_know(name: str) -> None:
    assert festival_days(name) <= holiday_days(name)


def test_a_lunar_range_is_all_its_days_and_goes_on_over_new_year() -> None:
    """The twelfth month of 2025 has 29 days, 2026-01-19 to 2026-02-16."""
    found = sorted(day for day in lunar_days(((12, 23), (1, 15))) if day.year == 2026)
    assert (found[0], found[-1], len(found)) == (date(2026, 2, 10), date(2026, 3, 3), 22)


def test_a_thirtieth_that_is_not_there_is_the_twenty_ninth() -> None:
    assert date(2026, 2, 16) in lunar_days(((12, 30), (12, 30)))


def test_a_leap_month_counts_inside_a_range_only() -> None:
    """2025 has a second sixth month, 2025-07-25 to 2025-08-22."""
    leap = date(2025, 7, 30)
    assert leap in lunar_days(((6, 1), (7, 1)))
    assert leap not in lunar_days(((6, 1), (6, 30)))


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("元旦", "2026-01-01", "2026-01-03"),
        ("春节", "2026-02-15", "2026-02-23"),
        ("清明", "2026-04-04", "2026-04-06"),
        ("劳动节", "2026-05-01", "2026-05-05"),
        ("端午", "2026-06-19", "2026-06-21"),
        ("中秋", "2026-09-25", "2026-09-27"),
        ("国庆", "2026-10-01", "2026-10-07"),
    ],
)
def test_a_holiday_is_all_the_days_off_of_the_notice(name: str, first: str, last: str) -> None:
    """As the State Council's notice of November 2025 arranges 2026."""
    found = sorted(day for day in holiday_days(name) if day.year == 2026)
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    assert found == [begin + timedelta(days=n) for n in range((end - begin).days + 1)]


def test_a_holiday_that_is_not_announced_has_the_days_of_the_law() -> None:
    assert FIRST_YEAR < 2026 <= announced_until() < LAST_YEAR
    assert {date(LAST_YEAR, 10, day) for day in (1, 2, 3)} <= holiday_days("国庆")


def test_the_libraries_are_not_imported_for_a_programme_without_festivals() -> None:
    source = (
        "import sys; from config.loader import load_preset; load_preset('standard'); "
        "print(sorted({'holidays', 'lunar_python'} & {*sys.modules}))"
    )
    asked = subprocess.run([sys.executable, "-c", source], capture_output=True, check=True)
    assert asked.stdout.decode().strip() == "[]"
