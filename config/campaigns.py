"""`[[campaign]]`: what changes the points of rules for a time, and the value it describes."""

from datetime import date
from typing import Literal

from pydantic import ValidationInfo, field_validator

from bot.points.campaign import Campaign, Window
from config.festivals import LAST_YEAR, announced_until, festival_days, holiday_days, lunar_days
from config.model import TableModel
from config.times import (
    Day,
    Festival,
    Holiday,
    Hours,
    LunarDays,
    MonthDay,
    Weekday,
    YearDays,
)
from config.values import Identifier, Name, Points, Raise, Room, Tag


class CampaignTable(TableModel):
    """`[[campaign]]`: when, for which rules and for whom; and what it does."""

    id: Identifier
    name: Name
    enabled: bool = True
    from_on: Day | None = None
    until_on: Day | None = None
    weekdays: list[Weekday] = []
    month_days: list[MonthDay] = []
    yearly: list[YearDays] = []
    lunar: list[LunarDays] = []
    festivals: list[Festival] = []
    holidays: list[Holiday] = []
    hours: list[Hours] = []
    rules: list[Identifier] = []
    rooms: list[Room] = []
    tiers: list[Identifier] = []
    birthday: Literal["month", "day"] | None = None
    segments: list[Identifier] = []
    tags: list[Tag] = []
    multiplier: Raise | None = None
    bonus: Points | None = None
    points: Points | None = None
    stack: bool = False
    budget_points: Points | None = None

    @field_validator("until_on")
    @classmethod
    def _ends_after_it_begins(cls, until: date | None, info: ValidationInfo) -> date | None:
        begin = info.data.get("from_on")
        if until is not None and begin is not None and until < begin:
            raise ValueError(f"must not be before from_on = {begin}")
        return until


def campaign(table: CampaignTable) -> Campaign:
    """The campaign of a sound table, its festivals and holidays resolved to days."""
    return Campaign(
        id=table.id,
        name=table.name,
        window=_window(table),
        rules=frozenset(table.rules),
        rooms=frozenset(table.rooms),
        tiers=frozenset(table.tiers),
        birthday=table.birthday,
        segments=frozenset(table.segments),
        tags=frozenset(table.tags),
        multiplier=table.multiplier,
        bonus=table.bonus,
        points=table.points,
        stack=table.stack,
        budget_points=table.budget_points,
        is_on=table.enabled,
    )


def _window(table: CampaignTable) -> Window:
    """A day of any of lunar ranges, festivals and holidays will do; all other parts must hold."""
    days, known_until = _named_days(table) if table.enabled else (None, None)
    return Window(
        from_on=table.from_on,
        until_on=table.until_on,
        weekdays=frozenset(table.weekdays),
        month_days=frozenset(table.month_days),
        yearly=tuple(table.yearly),
        days=days,
        known_until=known_until,
        hours=tuple(table.hours),
    )


def _named_days(table: CampaignTable) -> tuple[frozenset[date] | None, int | None]:
    """The days of lunar ranges, festivals and holidays, and the last year for which all are known.
    They are not asked for what is switched off: what knows them takes long to import."""
    by_name = (
        *(lunar_days(span) for span in table.lunar),
        *(festival_days(name) for name in table.festivals),
        *(holiday_days(name) for name in table.holidays),
    )
    if not by_name:
        return None, None
    return frozenset[date]().union(*by_name), announced_until() if table.holidays else LAST_YEAR
