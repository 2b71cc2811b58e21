"""Deeds that follow from other deeds: which they are, what they need, and when it is met."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from types import MappingProxyType

NEWCOMER_TASK = "newcomer_task"
"""A newcomer has done enough, soon enough after joining."""
ORDER_MONTHS = "order_months"
"""Orders of so many months in a row have settled."""
SPEND_PERIOD = "spend_period"
"""So many points have been spent in a week, or in a month."""
WAKE_UP = "wake_up"
"""A silent member has come back, or one who orders no more is asked to."""

NEEDS: Mapping[str, tuple[tuple[str, ...], ...]] = MappingProxyType(
    {
        NEWCOMER_TASK: (("needs_times", "counts", "within_days"),),
        ORDER_MONTHS: (("every_months",),),
        SPEND_PERIOD: (("spend_points", "spend_within"),),
        WAKE_UP: (("silent_days",), ("dormant_months",)),
    }
)
"""By kind, the keys that a rule must have to be ever met; of several groups one."""

Condition = tuple[tuple[str, str | int], ...]
"""Keys and values that such a rule sets: it pays for the deeds that meet just these."""
MONTHS = 12
PERIODS: Mapping[str, str] = MappingProxyType({"week": "一周", "month": "一个月"})

SENTENCES: tuple[tuple[str, str], ...] = (
    ("needs_times", "进群 {within_days} 天内得分满 {needs_times} 次"),
    ("every_months", "每连续 {every_months} 个月下单"),
    ("spend_points", "{spend_within}内花满 {spend_points} 分"),
    ("silent_days", "{silent_days} 天没来再回来"),
    ("dormant_months", "{dormant_months} 个月没下单"),
)
"""By the first key of a condition, what members read of it."""


def needed(values: Mapping[str, str | int]) -> str:
    """What a condition asks for, in a member's words; "" for values that hold none. They may hold
    more than its keys."""
    named = {**values, "spend_within": PERIODS.get(str(values.get("spend_within")), "")}
    return next((text.format(**named) for key, text in SENTENCES if key in values), "")


def months_due(months: Collection[date], every: int) -> Iterator[date]:
    """Of months, each by its first day, every n-th one in a row, each row from its own first
    month."""
    row = 0
    for month in sorted(months):
        row = row + 1 if months_before(month, 1) in months else 1
        if row % every == 0:
            yield month


def months_from(month: date, months: Collection[date]) -> Iterator[date]:
    """A month, whether it is among `months` or not, and those that follow it in a row."""
    yield month
    while (month := period_of(month, "month")[1] + timedelta(days=1)) in months:
        yield month


def months_before(day: date, months: int) -> date:
    """The last day that is so many months past on `day`: the same day of that month, or its last
    one for the last of a month, so that 30 April is three months after 31 January."""
    year, month = divmod(day.year * MONTHS + day.month - 1 - months, MONTHS)
    last = period_of(date(year, month + 1, 1), "month")[1]
    is_last = day == period_of(day, "month")[1]
    return last if is_last else last.replace(day=min(day.day, last.day))


def period_of(day: date, within: str | None) -> tuple[date, date]:
    """First and last day of the week, from Monday, or else of the month that the day is in."""
    if within == "week":
        first = day - timedelta(days=day.weekday())
        return first, first + timedelta(days=6)
    first = day.replace(day=1)
    after = (first + timedelta(days=31)).replace(day=1)
    return first, after - timedelta(days=1)
