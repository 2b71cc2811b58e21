"""What may be written to say when something holds: days, weekdays, ranges, festivals.

A message says what is allowed; who reads it out puts the key and what was found before it.
"""

import re
from collections.abc import Callable, Collection
from datetime import date, datetime, time
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from bot.points.campaign import YearDay
from config.errors import hint
from config.festivals import FESTIVALS, HOLIDAYS

FIRST_ON, LAST_ON = date(2000, 1, 1), date(2099, 12, 31)
WEEKDAYS = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
LEAP_YEAR = 2028
MINUTES_A_DAY = 24 * 60


def _day(found: object) -> date:
    """A TOML date, or the same in quotes."""
    day = found
    if isinstance(found, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", found, re.ASCII):
        try:
            day = date.fromisoformat(found)
        except ValueError:
            raise ValueError("is no day of the calendar") from None
    if not isinstance(day, date) or isinstance(day, datetime):
        raise ValueError("must be a day such as 2026-06-01")
    if not FIRST_ON <= day <= LAST_ON:
        raise ValueError(f"must be from {FIRST_ON} to {LAST_ON}")
    return day


def _weekday(found: object) -> int:
    if found not in WEEKDAYS:
        near = f"周{str(found)[-1:]}"
        end = f'did you mean "{near}"?' if near in WEEKDAYS else f"known: {', '.join(WEEKDAYS)}"
        raise ValueError(f"is no weekday, {end}")
    return WEEKDAYS.index(str(found)) + 1


def _range(is_day: Callable[[YearDay], bool], expected: str) -> Callable[[object], object]:
    """Reads `06-18` or `06-01..06-18`, both ends being days."""

    def read(found: object) -> tuple[YearDay, YearDay]:
        day = r"(\d{1,2})-(\d{1,2})"
        parts = isinstance(found, str) and re.fullmatch(rf"{day}(?:\.\.{day})?", found, re.ASCII)
        if not parts:
            raise ValueError(expected)
        numbers = [int(part) for part in parts.groups() if part is not None]
        first, last = (numbers[0], numbers[1]), (numbers[-2], numbers[-1])
        if not is_day(first) or not is_day(last):
            raise ValueError(expected)
        return first, last

    return read


def _is_in_leap_year(day: YearDay) -> bool:
    try:
        date(LEAP_YEAR, *day)
    except ValueError:
        return False
    return True


def _is_in_lunar_year(day: YearDay) -> bool:
    return 1 <= day[0] <= 12 and 1 <= day[1] <= 30


def _hours(found: object) -> tuple[time, time]:
    """24:00 is the midnight at which a day ends."""
    clock = r"(\d{1,2}):(\d\d)"
    parts = isinstance(found, str) and re.fullmatch(rf"{clock}\.\.{clock}", found, re.ASCII)
    if not parts:
        raise ValueError('must be hours such as "20:00..22:00"')
    numbers = [int(part) for part in parts.groups()]
    begin, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if max(numbers[1], numbers[3]) >= 60 or begin >= MINUTES_A_DAY or end > MINUTES_A_DAY:
        raise ValueError('must be times of day, "00:00" to "24:00"')
    if begin == end:
        raise ValueError('must not end when it begins; all day is "00:00..24:00"')
    return _time(begin), _time(end)


def _clock(found: object) -> time:
    """Midnight is 00:00."""
    parts = isinstance(found, str) and re.fullmatch(r"(\d{1,2}):(\d\d)", found, re.ASCII)
    if not parts or int(parts[1]) > 23 or int(parts[2]) > 59:
        raise ValueError('must be a time of day such as "23:00", "00:00" to "23:59"')
    return time(int(parts[1]), int(parts[2]))


def _time(minutes: int) -> time:
    hour, minute = divmod(minutes % MINUTES_A_DAY, 60)
    return time(hour, minute)


def _one_of(known: Collection[str], what: str) -> Callable[[str], str]:
    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"is no {what}, {hint(name, known)}")
        return name

    return check


_DAYS = 'must be days of the year such as "06-18" or "06-01..06-18"'
_LUNAR = 'must be days of the lunar calendar such as "08-15" or "08-01..08-15"'
_Range = tuple[YearDay, YearDay]

Day = Annotated[date, BeforeValidator(_day)]
Weekday = Annotated[int, BeforeValidator(_weekday)]
MonthDay = Annotated[int, Field(ge=1, le=31)]
YearDays = Annotated[_Range, BeforeValidator(_range(_is_in_leap_year, _DAYS))]
LunarDays = Annotated[_Range, BeforeValidator(_range(_is_in_lunar_year, _LUNAR))]
Hours = Annotated[tuple[time, time], BeforeValidator(_hours)]
Clock = Annotated[time, BeforeValidator(_clock)]
Festival = Annotated[str, AfterValidator(_one_of(FESTIVALS, "festival"))]
Holiday = Annotated[str, AfterValidator(_one_of(HOLIDAYS, "public holiday"))]
