"""Until when points can be spent. Days are programme-local."""

from datetime import date, timedelta
from functools import lru_cache

from bot.points.lots import Lots
from bot.points.types import FOREVER, Programme, ValidUntil

SOON = timedelta(days=30)
"""How far ahead members are told of what expires."""


def expires_on(programme: Programme, own_days: int | None, earned_on: date) -> date:
    """The last day on which points earned on `earned_on` can be spent; FOREVER when they never
    expire. `own_days` is what their rule says, and wins."""
    if own_days is None and programme.valid_until is not None:
        return period_end(programme.valid_until, earned_on)
    return _days_later(programme.valid_days if own_days is None else own_days, earned_on)


def share_percent(programme: Programme, own_days: int | None) -> int | None:
    """How much of what is earned expires on that day; None: all of it, as always by a rule's own
    days."""
    return programme.share_percent if own_days is None else None


def shared_out(points: int, last_day: date, percent: int | None) -> tuple[date, int]:
    """When points expire that are posted now, and how many of them are for good instead, of which
    `percent` expire on `last_day` (None: all). The share that expires is rounded down to whole
    points, in the member's favour; where nothing is left of it, all are for good: (FOREVER, 0)."""
    if percent is None or last_day == FOREVER:
        return last_day, 0
    for_good = points - points * percent // 100
    return (last_day, for_good) if for_good < points else (FOREVER, 0)


def idle_since(active_on: date | None, last_on: date) -> date:
    """Since when a member has done nothing: the day of the last deed, or of the last entry where
    that is later, `last_on`. So a gift to one who is silent does not expire the same day."""
    return last_on if active_on is None else max(active_on, last_on)


def is_idle(programme: Programme, since: date, today: date) -> bool:
    """Whether points for good have expired by inactivity."""
    days = programme.inactive_days
    return days is not None and (today - since).days > days


def expiring(lots: Lots) -> str:
    """100 分 12-31 到期,30 天内共 150 分到期: of the lots that end within SOON; "" without any."""
    if not lots:
        return ""
    first, total = min(lots), sum(lots.values())
    line = f"{lots[first]} 分 {first:%m-%d} 到期"
    return line if len(lots) == 1 else f"{line},{SOON.days} 天内共 {total} 分到期"


@lru_cache(maxsize=256)
def period_end(until: ValidUntil, day: date) -> date:
    """The last day of the quarter or the year that the day is in."""
    month = 12 if until == "year_end" else (day.month + 2) // 3 * 3
    return date(day.year, month, 31 if month in (3, 12) else 30)


@lru_cache(maxsize=256)
def _days_later(days: int | None, earned_on: date) -> date:
    """So many days after the day of earning; FOREVER without a number, or beyond it."""
    if days is None or (FOREVER - earned_on).days <= days:
        return FOREVER
    return earned_on + timedelta(days=days)
