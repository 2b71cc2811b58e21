"""Time: the only place that asks the machine for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
QUARTER = 15 * 60 * 1_000_000
"""Zones change their offset on a quarter of an hour, so a quarter lies in one day."""

Now = Callable[[], datetime]
"""What the time is, UTC."""


def system_now() -> datetime:
    """The machine's time, UTC."""
    return datetime.now(UTC)


def to_micros(at: datetime) -> int:
    """Microseconds since 1970 UTC, exactly."""
    return (at - EPOCH) // MICROSECOND


def from_micros(micros: int) -> datetime:
    """The instant, UTC."""
    return EPOCH + micros * MICROSECOND


def day_of(micros: int, zone: ZoneInfo) -> date:
    """The day in `zone` that an instant lies in."""
    return _day_of_quarter(micros // QUARTER, zone)


@lru_cache(maxsize=4096)
def _day_of_quarter(quarter: int, zone: ZoneInfo) -> date:
    return from_micros(quarter * QUARTER).astimezone(zone).date()


class LineClock:
    """The clock of a replay: stands where the last line put it and never goes back."""

    def __init__(self) -> None:
        self._at = EPOCH

    def now(self) -> datetime:
        """The latest instant it was moved to, UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """Moves it forward; an earlier instant leaves it where it is."""
        self._at = max(self._at, at)


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """UTC."""
        return system_now()


class SandboxClock:
    """The machine's time, moved ahead by what has been jumped."""

    def __init__(self, not_before: datetime = EPOCH) -> None:
        self._ahead = max(timedelta(0), not_before - system_now())

    def now(self) -> datetime:
        """UTC."""
        return system_now() + self._ahead

    def jump(self, by: timedelta) -> None:
        """Moves ahead; a clock of a ledger never goes back, so `by` must be above 0."""
        if by <= timedelta(0):
            raise ValueError(f"a clock only jumps ahead, got {by}")
        self._ahead += by
