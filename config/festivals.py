"""Names of festivals and public holidays to the days they fall on.

The days of the years 2020 to 2040 are found, whatever year it is: so a programme decides the same
for the same day whenever it is loaded. The libraries that know them are imported when a campaign
names one.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType

from bot.points.campaign import YearDay

FIRST_YEAR, LAST_YEAR = 2020, 2040
"""The years whose days are found."""

DAY = timedelta(days=1)
SPRING = "春节"
EVE = "除夕"
LUNAR = MappingProxyType(
    {
        "春节": (1, 1), "元宵": (1, 15), "端午": (5, 5), "七夕": (7, 7), "中元": (7, 15),
        "中秋": (8, 15), "重阳": (9, 9), "腊八": (12, 8),
    }
)  # fmt: skip
"""Month and day of the lunar calendar, by festival."""

FESTIVALS = (EVE, *LUNAR)
HOLIDAYS = ("元旦", "春节", "清明", "劳动节", "端午", "中秋", "国庆")
"""As they are called in the names that `holidays` gives: 国庆 in 国庆节（补假）."""

LunarRange = tuple[YearDay, YearDay]
"""First and last month and day of the lunar calendar; where the last is the smaller one it is in
the next lunar year. Leap months count only inside a range."""


@cache
def festival_days(name: str) -> frozenset[date]:
    """The one day of each year on which a festival of FESTIVALS falls."""
    if name == EVE:
        return frozenset(day - DAY for day in festival_days(SPRING))
    return lunar_days((LUNAR[name], LUNAR[name]))


@cache
def lunar_days(span: LunarRange) -> frozenset[date]:
    """The days of a range of the lunar calendar, in each year. A 30th where the month has 29 days
    is the 29th."""
    first, last = span
    found: set[date] = set()
    for year in range(FIRST_YEAR - 1, LAST_YEAR + 1):
        begin, end = _solar(year, first), _solar(year + (last < first), last)
        found.update(date.fromordinal(n) for n in range(begin.toordinal(), end.toordinal() + 1))
    return frozenset(day for day in found if FIRST_YEAR <= day.year <= LAST_YEAR)


@cache
def holiday_days(name: str) -> frozenset[date]:
    """The days off round a holiday of HOLIDAYS: with weekends beside it, and with days exchanged
    for others (调休). After `announced_until` those that the law names, and their weekends."""
    labels, workdays = _calendar()
    found: set[date] = set()
    for start in (day for day, label in labels.items() if name in label):
        for step in (DAY, -DAY):
            day = start
            while day in labels or (day.isoweekday() >= 6 and day not in workdays):
                found.add(day)
                day += step
    return frozenset(day for day in found if FIRST_YEAR <= day.year <= LAST_YEAR)


def announced_until() -> int:
    """The last year whose notice of the State Council is known: each one since 2001 exchanged days
    for others, and the law alone exchanges none."""
    labels, _ = _calendar()
    return max(day.year for day, label in labels.items() if "调休" in label)


@cache
def _calendar() -> tuple[Mapping[date, str], frozenset[date]]:
    """The public holidays of China by day, and the weekend days on which people work."""
    from holidays import country_holidays

    years = range(FIRST_YEAR - 1, LAST_YEAR + 2)
    found = country_holidays("CN", years=years, language="zh_CN")
    return dict(found), frozenset(found.weekend_workdays)


def _solar(year: int, day: YearDay) -> date:
    """The day of our calendar on which a day of a lunar year falls."""
    first, length = _months(year)[day[0]]
    return first + (min(day[1], length) - 1) * DAY


@cache
def _months(year: int) -> Mapping[int, tuple[date, int]]:
    """First day and number of days of a lunar year's months; a leap month's number is negative."""
    from lunar_python import LunarYear, Solar

    found: dict[int, tuple[date, int]] = {}
    for month in LunarYear.fromYear(year).getMonthsInYear():
        first = Solar.fromJulianDay(month.getFirstJulianDay())
        on = date(first.getYear(), first.getMonth(), first.getDay())
        found[month.getMonth()] = (on, month.getDayCount())
    return found
