"""Campaigns: when they are open, what they do together, and what is on when."""

import calendar
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import permutations
from math import prod
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.campaign import (
    Calendar,
    Campaign,
    Effect,
    Run,
    Window,
    effect,
    is_birthday,
    is_on,
    is_open,
    preview,
)

SALE = Window(yearly=(((6, 1), (6, 18)),))
NEW_YEAR = Window(yearly=(((12, 25), (1, 3)),))
LEAP_DAY = Window(yearly=(((2, 29), (2, 29)),))
END_OF_FEBRUARY = Window(yearly=(((2, 20), (2, 29)),))
DATES = Window(from_on=date(2026, 6, 1), until_on=date(2026, 6, 18))
EVENING = Window(hours=((time(20), time(22)),))
FRIDAY_NIGHT = Window(weekdays=frozenset({5}), hours=((time(22), time(2)),))

OPEN = [
    (Window(), "2026-11-01T00:00", True),
    (DATES, "2026-05-31T23:59:59", False),
    (DATES, "2026-06-01T00:00", True),
    (DATES, "2026-06-18T23:59:59", True),
    (DATES, "2026-06-19T00:00", False),
    (SALE, "2026-05-31T12:00", False),
    (SALE, "2026-06-01T12:00", True),
    (SALE, "2031-06-18T12:00", True),
    (SALE, "2031-06-19T12:00", False),
    (NEW_YEAR, "2026-12-24T12:00", False),
    (NEW_YEAR, "2026-12-25T12:00", True),
    (NEW_YEAR, "2027-01-03T12:00", True),
    (NEW_YEAR, "2027-01-04T12:00", False),
    (LEAP_DAY, "2028-02-29T12:00", True),
    (LEAP_DAY, "2027-02-28T12:00", False),
    (LEAP_DAY, "2027-03-01T12:00", False),
    (END_OF_FEBRUARY, "2027-02-28T12:00", True),
    (END_OF_FEBRUARY, "2027-03-01T12:00", False),
    (Window(days=frozenset({date(2026, 9, 25)})), "2026-09-25T12:00", True),
    (Window(days=frozenset({date(2026, 9, 25)})), "2026-09-26T12:00", False),
    (Window(days=frozenset()), "2026-09-25T12:00", False),
    (EVENING, "2026-11-01T19:59:59.999999", False),
    (EVENING, "2026-11-01T20:00", True),
    (EVENING, "2026-11-01T21:59:59", True),
    (EVENING, "2026-11-01T22:00", False),
    (FRIDAY_NIGHT, "2026-11-06T21:59", False),
    (FRIDAY_NIGHT, "2026-11-06T22:00", True),
    (FRIDAY_NIGHT, "2026-11-07T01:59", True),
    (FRIDAY_NIGHT, "2026-11-07T02:00", False),
    (FRIDAY_NIGHT, "2026-11-06T01:00", False),
    (FRIDAY_NIGHT, "2026-11-07T22:00", False),
    (Window(hours=((time(0), time(0)),)), "2026-11-07T00:00", True),
    (Window(hours=((time(0), time(0)),)), "2026-11-07T23:59", True),
    (Window(hours=((time(20), time(0)),)), "2026-11-07T23:59", True),
    (Window(hours=((time(20), time(0)),)), "2026-11-08T00:00", False),
]


@pytest.mark.parametrize(("window", "at", "expected"), OPEN)
def test_a_window_is_open_from_its_first_moment_to_its_last(
    window: Window, at: str, expected: bool
) -> None:
    assert is_open(window, datetime.fromisoformat(at)) is expected


def test_the_zone_that_a_time_carries_is_not_looked_at() -> None:
    for zone in (None, ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")):
        assert is_open(EVENING, datetime(2026, 11, 1, 20, tzinfo=zone))


def test_every_part_that_is_set_must_hold() -> None:
    """2027-06-18 is a Friday."""
    all_parts = Window(
        from_on=date(2027, 1, 1),
        until_on=date(2027, 12, 31),
        weekdays=frozenset({5}),
        month_days=frozenset({18}),
        yearly=(((6, 1), (6, 18)),),
        days=frozenset({date(2027, 6, 18)}),
        hours=((time(9), time(10)),),
    )
    at = datetime.fromisoformat("2027-06-18T09:30")
    others = {
        "from_on": date(2027, 6, 19),
        "until_on": date(2027, 6, 17),
        "weekdays": frozenset({4}),
        "month_days": frozenset({17}),
        "yearly": (((6, 1), (6, 17)),),
        "days": frozenset({date(2027, 6, 17)}),
        "hours": ((time(10), time(11)),),
    }
    assert is_open(all_parts, at)
    for part, other in others.items():
        assert not is_open(replace(all_parts, **{part: other}), at), part


@pytest.mark.parametrize("weekday", range(1, 8))
def test_every_weekday_comes_once_a_week(weekday: int) -> None:
    window = Window(weekdays=frozenset({weekday}))
    week = [date(2026, 11, 2) + timedelta(days=ahead) for ahead in range(7)]  # from a Monday
    assert [is_on(window, day) for day in week] == [n == weekday for n in range(1, 8)]


@pytest.mark.parametrize("number", [29, 30, 31])
@pytest.mark.parametrize("year", [2027, 2028])
def test_a_day_at_the_end_comes_in_the_months_that_have_it(number: int, year: int) -> None:
    window = Window(month_days=frozenset({number}))
    found = [run.first_on for run in preview([of(window)], date(year, 1, 1), date(year, 12, 31))]
    months = [m for m in range(1, 13) if calendar.monthrange(year, m)[1] >= number]
    assert found == [date(year, month, number) for month in months]


DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
YEAR_DAYS = st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(lambda day: (day.month, day.day))


@given(first=YEAR_DAYS, last=YEAR_DAYS, day=DAYS)
def test_a_yearly_range_is_every_day_from_its_first_to_its_last(
    first: tuple[int, int], last: tuple[int, int], day: date
) -> None:
    """Looked up in a list of the leap year's 366 days, which has 02-29 where others have none."""
    leap = [date(2028, 1, 1) + timedelta(days=ahead) for ahead in range(366)]
    year = [(one.month, one.day) for one in leap]
    begin, end = year.index(first), year.index(last)
    days = year[begin : end + 1] if begin <= end else year[begin:] + year[: end + 1]
    window = Window(yearly=((first, last),))
    assert is_on(window, day) == ((day.month, day.day) in days)


@given(begin=st.times(), end=st.times(), at=st.builds(datetime.combine, DAYS, st.times()))
def test_hours_and_the_hours_between_make_a_day(begin: time, end: time, at: datetime) -> None:
    if begin != end:
        inside = is_open(Window(hours=((begin, end),)), at)
        assert inside != is_open(Window(hours=((end, begin),)), at)


def of(window: Window, name: str = "a") -> Campaign:
    return Campaign(name, name, window, multiplier=Decimal(2))


def x(name: str, multiplier: str, **more: object) -> Campaign:
    return replace(Campaign(name, name, multiplier=Decimal(multiplier)), **more)


EFFECTS = [
    ([], Effect(5)),
    ([x("a", "2")], Effect(5, Decimal(2), 0, ("a",))),
    ([x("a", "2"), x("b", "3")], Effect(5, Decimal(3), 0, ("b",))),
    ([x("a", "3"), x("b", "3")], Effect(5, Decimal(3), 0, ("a",))),
    ([x("a", "2", stack=True), x("b", "3")], Effect(5, Decimal(6), 0, ("a", "b"))),
    ([x("a", "3", stack=True), x("b", "2"), x("c", "1.5")], Effect(5, Decimal(6), 0, ("a", "b"))),
    ([x("a", "2", stack=True), x("b", "1.5", stack=True)], Effect(5, Decimal(3), 0, ("a", "b"))),
    ([Campaign("a", "a", points=10)], Effect(10, Decimal(1), 0, ("a",))),
    ([Campaign("a", "a", points=3)], Effect(3, Decimal(1), 0, ("a",))),
    ([Campaign("a", "a", points=8), Campaign("b", "b", points=10)], Effect(10, campaigns=("b",))),
    (
        [Campaign("a", "a", points=8, stack=True), Campaign("b", "b", points=8, stack=True)],
        Effect(8, campaigns=("a",)),
    ),
    (
        [Campaign("a", "a", bonus=8), Campaign("b", "b", bonus=10)],
        Effect(5, bonus=10, campaigns=("b",)),
    ),
    (
        [Campaign("a", "a", bonus=8, stack=True), Campaign("b", "b", bonus=10)],
        Effect(5, bonus=18, campaigns=("a", "b")),
    ),
    (
        [x("a", "2", bonus=1), x("b", "3"), Campaign("c", "c", points=9)],
        Effect(9, Decimal(3), 1, ("a", "b", "c")),
    ),
]


@pytest.mark.parametrize(("running", "expected"), EFFECTS)
def test_campaigns_that_meet_have_one_effect(running: list[Campaign], expected: Effect) -> None:
    assert effect(5, running) == expected


WORTHS = st.fixed_dictionaries(
    {
        "multiplier": st.none() | st.decimals(1, 5, places=1),
        "bonus": st.none() | st.integers(1, 5),
        "points": st.none() | st.integers(1, 5),
        "stack": st.booleans(),
    }
)
CAMPAIGNS = st.lists(WORTHS, max_size=4).map(
    lambda drawn: [Campaign(f"c{n}", "活动", **worths) for n, worths in enumerate(drawn)]
)


def pays(found: Effect) -> Decimal:
    return found.base * found.multiplier + found.bonus


@given(CAMPAIGNS)
def test_nobody_gets_less_because_another_campaign_is_open_too(running: list[Campaign]) -> None:
    together = effect(1, running)
    for one in running:
        alone = effect(1, [one])
        assert together.base >= alone.base
        assert together.multiplier >= alone.multiplier
        assert together.bonus >= alone.bonus
        assert pays(together) >= pays(alone)


@given(CAMPAIGNS)
def test_without_stacking_nobody_gets_more_than_the_best_of_each(running: list[Campaign]) -> None:
    apart = [replace(one, stack=False) for one in running]
    together = effect(1, apart)
    assert together.multiplier == max((one.multiplier or 1 for one in apart), default=1)
    assert together.bonus == max((one.bonus or 0 for one in apart), default=0)
    assert len(together.campaigns) <= 3


@given(CAMPAIGNS)
def test_the_order_of_campaigns_changes_no_points(running: list[Campaign]) -> None:
    expected = effect(1, running)
    for others in permutations(running):
        found = effect(1, others)
        assert replace(found, campaigns=()) == replace(expected, campaigns=())
        assert len(found.campaigns) <= len(running)


@given(CAMPAIGNS)
def test_those_that_entered_alone_have_the_same_effect(running: list[Campaign]) -> None:
    found = effect(1, running)
    assert effect(1, [one for one in running if one.id in found.campaigns]) == found


@given(CAMPAIGNS)
def test_all_that_stack_multiply(running: list[Campaign]) -> None:
    stacking = [replace(one, stack=True) for one in running]
    found = effect(1, stacking)
    assert found.multiplier == prod((one.multiplier or 1 for one in stacking), start=Decimal(1))
    assert found.bonus == sum(one.bonus or 0 for one in stacking)


def test_a_preview_tells_runs_of_days_by_their_first() -> None:
    """2026-06-01 is a Monday."""
    monday, sale, off = of(Window(weekdays=frozenset({1})), "m"), of(SALE, "s"), of(SALE, "off")
    runs = preview([monday, sale, replace(off, is_on=False)], date(2026, 5, 30), date(2026, 6, 15))
    assert runs == [
        Run(monday, date(2026, 6, 1), date(2026, 6, 1)),
        Run(sale, date(2026, 6, 1), date(2026, 6, 15)),
        Run(monday, date(2026, 6, 8), date(2026, 6, 8)),
        Run(monday, date(2026, 6, 15), date(2026, 6, 15)),
    ]


def test_a_night_is_on_at_some_hour_of_two_days() -> None:
    night = of(FRIDAY_NIGHT)
    (run,) = preview([night], date(2026, 11, 2), date(2026, 11, 8))
    assert run == Run(night, date(2026, 11, 6), date(2026, 11, 7))


def test_a_preview_of_no_days_is_empty() -> None:
    assert preview([of(Window())], date(2026, 11, 2), date(2026, 11, 1)) == []


WINDOWS = st.builds(
    Window,
    weekdays=st.frozensets(st.integers(1, 7)),
    month_days=st.frozensets(st.integers(1, 31), max_size=3),
    yearly=st.lists(st.tuples(YEAR_DAYS, YEAR_DAYS), max_size=2).map(tuple),
    hours=st.lists(
        st.tuples(st.integers(0, 23).map(time), st.integers(0, 23).map(time)), max_size=2
    ).map(tuple),
)


@given(WINDOWS, DAYS)
def test_a_preview_holds_each_day_with_an_open_hour_and_no_other(
    window: Window, first: date
) -> None:
    days = [first + timedelta(days=ahead) for ahead in range(20)]
    shown = {
        day
        for run in preview([of(window)], days[0], days[-1])
        for day in days
        if run.first_on <= day <= run.last_on
    }
    hours = [time(hour) for hour in range(24)]
    assert shown == {
        day for day in days if any(is_open(window, datetime.combine(day, at)) for at in hours)
    }


@pytest.mark.parametrize(
    ("asked", "born", "day", "is_it"),
    [
        ("day", (11, 5), date(2026, 11, 5), True),
        ("day", (11, 5), date(2026, 11, 6), False),
        ("day", (11, 5), date(2026, 12, 5), False),
        ("month", (11, 5), date(2026, 11, 30), True),
        ("month", (11, 5), date(2026, 5, 11), False),
        ("day", (2, 29), date(2028, 2, 29), True),
        ("day", (2, 29), date(2028, 2, 28), False),
        ("day", (2, 29), date(2027, 2, 28), True),
        ("day", (2, 28), date(2027, 2, 28), True),
        ("day", (3, 29), date(2027, 3, 29), True),
        ("day", (2, 29), date(2027, 3, 1), False),
        ("month", None, date(2026, 11, 5), False),
        ("day", None, date(2026, 11, 5), False),
    ],
)
def test_who_was_born_on_the_leap_day_has_the_day_before_in_other_years(
    asked: Literal["month", "day"], born: tuple[int, int] | None, day: date, is_it: bool
) -> None:
    assert is_birthday(asked, born, day) is is_it


def test_of_campaigns_those_are_found_that_are_open_at_the_hour() -> None:
    windows = {"all": Window(), "evening": EVENING, "night": FRIDAY_NIGHT, "dates": DATES}
    calendar = Calendar(tuple(Campaign(name, name, window) for name, window in windows.items()))

    def found(local: str) -> list[str]:
        at = datetime.fromisoformat(local)
        return [one.id for one in calendar.on(at.date()) if is_open(one.window, at)]

    assert found("2026-06-05T19:59:59") == ["all", "dates"]
    assert found("2026-06-05T20:00:00") == ["all", "evening", "dates"]
    assert found("2026-06-06T01:00:00") == ["all", "night", "dates"]
    assert found("2026-06-20T21:00:00") == ["all", "evening"]


def test_a_campaign_may_bring_a_base_down_to_a_single_point() -> None:
    assert effect(5, [Campaign("a", "甲", points=1)]) == Effect(1, campaigns=("a",))


def test_of_equal_campaigns_the_earlier_counts() -> None:
    for keys in ({"points": 9}, {"multiplier": Decimal(2)}, {"bonus": 3}):
        one, other = (Campaign(name, name, **keys) for name in "ab")  # type: ignore[arg-type]
        assert effect(5, [one, other]).campaigns == ("a",)
