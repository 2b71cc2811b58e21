"""Days in a row and days in all, and on which of them a bonus is due."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta

from bot.points.value import value

ONE_DAY = timedelta(days=1)

STREAK_KIND = "checkin"
"""The kind of activity whose days in a row, and in all, are counted."""


@value
class Due:
    """Which days a rule pays for, of those in a row or of all that were ever checked in."""

    key: str
    """The key of the rule's table that says so: `every_streak_days`."""
    is_total: bool
    """Whether all days are counted, not those in a row."""
    every: int = 0
    """Each so many days; 0: on `days`."""
    days: tuple[int, ...] = ()
    """Exactly these, ascending, once a run each."""

    def is_due(self, count: int) -> bool:
        """Whether a bonus is due on the day that makes it so many."""
        return count % self.every == 0 if self.every else count in self.days

    def bonuses(self, count: int) -> int:
        """How many bonuses so many days have earned."""
        return count // self.every if self.every else sum(day <= count for day in self.days)

    def days_left(self, count: int) -> int | None:
        """Days still to check in, after so many, until the next bonus; None after the last."""
        if self.every:
            return self.every - count % self.every
        return next((day - count for day in self.days if day > count), None)


def streak_days(run: int, last_on: date | None, today: date) -> int:
    """Days in a row up to today, or to yesterday while today is still open; 0 otherwise. Dates are
    programme-local.

    `run` is the length of the run of days that ends on `last_on`.
    """
    if last_on is None or today - last_on > ONE_DAY:
        return 0
    return run


def bonus_days(on: date, run_before: int, run_after: int, due: Due) -> Iterator[tuple[date, int]]:
    """Each day from `on`, with its place in the run, that has a bonus once `on` is checked in: a
    late day joins the run before it to the run after it, so that later days may become due."""
    for ahead in range(run_after + 1):
        place = run_before + 1 + ahead
        if due.is_due(place):
            yield on + timedelta(days=ahead), place


def owed(run_before: int, run_after: int, due: Due, paid_after: Mapping[date, int]) -> int:
    """How many bonuses the joined run has above those that its parts were paid; below 0 when they
    were paid more, as when both were paid for their third day.

    So the bonuses come to what the days of each run earn, in whatever order they were checked in.
    `paid_after` has the days of the later run that were paid, with 0 where that was taken back.
    """
    paid = sum(1 for entry in paid_after.values() if entry)
    return due.bonuses(run_before + 1 + run_after) - due.bonuses(run_before) - paid


def run_length(is_done: Callable[[date], bool], start: date, step: timedelta) -> int:
    """How many days in a row are done, from `start` on, going by `step` (one day back or
    ahead)."""
    days = 0
    while is_done(start + days * step):
        days += 1
    return days
