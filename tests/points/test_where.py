"""What a `where` may ask for."""

from datetime import date

import pytest

from bot.points.where import LONG_AGO, days_since

ON = date(2026, 11, 1)


@pytest.mark.parametrize(
    ("day", "days"),
    [(ON, 0), (date(2026, 10, 31), 1), (date(2026, 11, 2), 0), (None, LONG_AGO)],
)
def test_days_are_counted_back_and_never_below_0(day: date | None, days: int) -> None:
    assert days_since(day, ON, LONG_AGO) == days
