"""Days in a row, and the days on which a bonus is due."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.earn import day_key, decide
from bot.points.streak import Due, bonus_days, owed, run_length, streak_days
from bot.points.types import Activity, Programme, Rule, Standing

NOV = date(2026, 11, 10)
DAY = timedelta(days=1)


def each(days: int) -> Due:
    return Due("every_streak_days", is_total=False, every=days)


def on(*days: int) -> Due:
    return Due("streak_days", is_total=False, days=days)


@pytest.mark.parametrize(
    ("run", "last_on", "days"),
    [
        (0, None, 0),
        (3, NOV, 3),
        (3, NOV - DAY, 3),
        (3, NOV - 2 * DAY, 0),
        (3, NOV + DAY, 3),
        (400, NOV, 400),
    ],
)
def test_a_streak_counts_up_to_today_or_yesterday(
    run: int, last_on: date | None, days: int
) -> None:
    assert streak_days(run, last_on, NOV) == days


@pytest.mark.parametrize(
    ("due", "count", "days"),
    [
        (each(7), 0, 7), (each(7), 1, 6), (each(7), 6, 1), (each(7), 7, 7), (each(7), 8, 6),
        (on(3, 7), 0, 3), (on(3, 7), 2, 1), (on(3, 7), 3, 4), (on(3, 7), 6, 1),
        (on(3, 7), 7, None), (on(3, 7), 99, None),
    ],
)  # fmt: skip
def test_the_next_bonus_is_at_least_a_day_away_and_none_comes_after_the_last(
    due: Due, count: int, days: int | None
) -> None:
    assert due.days_left(count) == days


@pytest.mark.parametrize("due", [each(2), each(7), on(1), on(3, 7, 30)])
def test_so_many_bonuses_as_there_were_days_with_one(due: Due) -> None:
    for count in range(40):
        assert due.bonuses(count) == sum(due.is_due(day) for day in range(1, count + 1))


@pytest.mark.parametrize(
    ("before", "after", "due", "places"),
    [
        (0, 0, each(7), []),
        (5, 0, each(7), []),
        (6, 0, each(7), [(0, 7)]),
        (13, 0, each(7), [(0, 14)]),
        (4, 2, each(7), [(2, 7)]),
        (5, 2, each(7), [(1, 7)]),
        (6, 2, each(7), [(0, 7)]),
        (0, 0, each(1), [(0, 1)]),
        (2, 2, each(2), [(1, 4)]),
        (1, 2, each(2), [(0, 2), (2, 4)]),
        (2, 0, on(3, 7), [(0, 3)]),
        (6, 0, on(3, 7), [(0, 7)]),
        (13, 0, on(3, 7), []),
        (1, 5, on(3, 7), [(1, 3), (5, 7)]),
        (3, 5, on(3, 7), [(3, 7)]),
        (7, 5, on(3, 7), []),
    ],
)
def test_a_bonus_is_due_on_every_place_of_the_run_that_has_one(
    before: int, after: int, due: Due, places: list[tuple[int, int]]
) -> None:
    found = list(bonus_days(NOV, before, after, due))
    assert found == [(NOV + ahead * DAY, place) for ahead, place in places]


def test_a_bonus_day_may_lie_in_the_next_year() -> None:
    new_years_eve = date(2026, 12, 31)
    assert list(bonus_days(new_years_eve, 5, 1, each(7))) == [(date(2027, 1, 1), 7)]


@pytest.mark.parametrize("step", [DAY, -DAY])
@pytest.mark.parametrize("length", [0, 1, 2, 63, 64, 65, 400])
def test_a_run_is_as_long_as_its_days(length: int, step: timedelta) -> None:
    done = {NOV + number * step for number in range(length)} | {NOV + (length + 1) * step}
    assert run_length(done.__contains__, NOV, step) == length


@given(
    late_days=st.lists(st.none() | st.sampled_from([0.0, 0.5, 1.0, 1.9, 2.0]), max_size=30),
    every=st.integers(3, 10),
)
def test_messages_at_most_two_days_late_earn_the_bonuses_they_would_have_in_order(
    late_days: list[float | None], every: int
) -> None:
    """None is a day without a check-in. It takes a bonus on every second day to tell the order."""
    days = [day for day, late in enumerate(late_days) if late is not None]
    as_they_come = sorted(days, key=lambda day: day + (late_days[day] or 0))
    rule = Rule("bonus", "checkin", "连签", 1, every_streak_days=every)
    assert Member(rule).live(as_they_come).bonuses == Member(rule).live(days).bonuses


DAYS = st.sets(st.integers(0, 24), max_size=25).flatmap(lambda days: st.permutations(sorted(days)))
RULES = st.one_of(
    st.builds(lambda n: Rule("bonus", "checkin", "甲", 1, every_streak_days=n), st.integers(2, 9)),
    st.builds(
        lambda days: Rule("bonus", "checkin", "甲", 1, streak_days=tuple(sorted(days))),
        st.sets(st.integers(2, 12), min_size=1, max_size=4),
    ),
    st.builds(lambda n: Rule("bonus", "checkin", "甲", 1, every_total_days=n), st.integers(2, 9)),
    st.builds(
        lambda days: Rule("bonus", "checkin", "甲", 1, total_days=tuple(sorted(days))),
        st.sets(st.integers(1, 12), min_size=1, max_size=4),
    ),
)


@given(days=DAYS, rule=RULES)
def test_what_days_earn_does_not_depend_on_the_order_in_which_they_are_checked_in(
    days: list[int], rule: Rule
) -> None:
    """After each, however late it is made up, the points are those that the runs have earned."""
    member = Member(rule)
    for day in days:
        member.live([day])
        assert rule.due is not None
        counts = [len(member.done)] if rule.due.is_total else _runs(member.done)
        assert member.points == sum(map(rule.due.bonuses, counts)), member.bonuses


class Member:
    """Who checks in on one day after the other, with what the ledger would keep of it."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.programme = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (rule,))
        self.done: set[int] = set()
        self.bonuses: dict[str, tuple[date, int]] = {}
        """Day and number by key; the number is 0 for what was taken back."""

    @property
    def points(self) -> int:
        return sum(1 for _, number in self.bonuses.values() if number)

    def live(self, days: Sequence[int]) -> "Member":
        for day in days:
            self._check_in(day)
        return self

    def _check_in(self, number: int) -> None:
        day = NOV + number * DAY
        before = run_length(lambda on: (on - NOV).days in self.done, day - DAY, -DAY)
        after = run_length(lambda on: (on - NOV).days in self.done, day + DAY, DAY)
        later = {
            on: entry
            for on, entry in self.bonuses.values()
            if day < on <= day + after * DAY and self.rule.due and not self.rule.due.is_total
        }
        key = day_key("checkin", day, 7)
        deed = Activity("checkin", key, 7, day, datetime(2026, 12, 31, tzinfo=UTC))
        standing = Standing(
            7, day, run_before=before, run_after=after, paid_after={"bonus": later},
            total_days=len(self.done),
        )  # fmt: skip
        decision = decide(deed, standing, self.programme)
        self.done.add(number)
        for entry in decision.entries:
            assert entry.key not in self.bonuses
            self.bonuses[entry.key] = (entry.on, len(self.bonuses) + 1)
        for key, (on, entry_id) in self.bonuses.items():
            if entry_id in decision.undone:
                self.bonuses[key] = (on, 0)


def _runs(days: set[int]) -> list[int]:
    """How long each run of days is."""
    begins = [day for day in days if day - 1 not in days]
    return [next(end for end in range(day, 99) if end not in days) - day for day in begins]


@pytest.mark.parametrize(
    ("before", "after", "paid", "due"),
    [(1, 1, 0, 0), (1, 2, 0, 1), (2, 2, 0, 1), (4, 2, 0, 0), (4, 3, 0, 1), (1, 2, 1, 0)],
)
def test_joined_runs_are_owed_what_the_whole_has_above_its_parts(
    before: int, after: int, paid: int, due: int
) -> None:
    fours = Due("every_streak_days", False, every=4)
    days = {date(2026, 11, 1 + place): 40 + place for place in range(paid)}
    assert owed(before, after, fours, days) == due
