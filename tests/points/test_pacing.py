"""When the bot keeps quiet, and for how long yet."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.points.pacing import Pacing

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
NIGHT = Pacing(quiet_from=time(23), quiet_until=time(7))
NOON = Pacing(quiet_from=time(12), quiet_until=time(14))


def local(clock: str, zone: ZoneInfo = SHANGHAI, day: str = "2026-11-01") -> datetime:
    return datetime.fromisoformat(f"{day} {clock}").replace(tzinfo=zone).astimezone(UTC)


@pytest.mark.parametrize(
    ("pacing", "clock", "hours"),
    [
        (NIGHT, "22:59:59", 0), (NIGHT, "23:00", 8), (NIGHT, "00:00", 7), (NIGHT, "06:30", 0.5),
        (NIGHT, "07:00", 0), (NIGHT, "12:00", 0),
        (NOON, "11:59", 0), (NOON, "12:00", 2), (NOON, "13:30", 0.5), (NOON, "14:00", 0),
        (Pacing(), "03:00", 0),
    ],
)  # fmt: skip
def test_it_is_quiet_from_the_one_time_of_day_to_the_other(
    pacing: Pacing, clock: str, hours: float
) -> None:
    assert pacing.quiet_left(local(clock), SHANGHAI) == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("day", "clock", "hours"),
    [
        ("2026-03-07", "23:00", 7),  # an hour is left out that night
        ("2026-10-31", "23:00", 9),  # and one comes twice
        ("2026-11-01", "06:00", 1),
    ],
)
def test_a_night_in_which_clocks_change_ends_in_the_morning_all_the_same(
    day: str, clock: str, hours: float
) -> None:
    left = NIGHT.quiet_left(local(clock, NEW_YORK, day), NEW_YORK)
    assert left == timedelta(hours=hours)


def test_an_hour_that_comes_twice_never_ends_before_it_began() -> None:
    pacing = Pacing(quiet_from=time(1), quiet_until=time(1, 45))
    again = datetime(2026, 11, 1, 6, 30, tzinfo=UTC)  # 01:30 for the second time
    assert pacing.quiet_left(again, NEW_YORK) == timedelta(minutes=15)
