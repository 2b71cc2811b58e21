"""Campaigns: when one is open, what several that are open do together, and what is on when."""

from calendar import isleap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from typing import Literal, NamedTuple

from bot.points.exact import exact_product
from bot.points.value import value

ONE = Decimal(1)
MIDNIGHT = time(0)
DAY = timedelta(days=1)
MOST_KEPT = 256
"""Days, and effects, that a calendar keeps."""

YearDay = tuple[int, int]
"""Month 1..12 and day 1..31 of any year."""


@value
class Window:
    """When something holds, in programme-local time: every part that is set must hold."""

    from_on: date | None = None
    until_on: date | None = None
    """The last day of it."""
    weekdays: frozenset[int] = frozenset()
    """1 Monday .. 7 Sunday; empty: every one."""
    month_days: frozenset[int] = frozenset()
    """1..31; a month without that day has none. Empty: every one."""
    yearly: tuple[tuple[YearDay, YearDay], ...] = ()
    """First and last day of ranges that come each year; one whose last is the smaller goes on into
    the next year. 02-29 is there in leap years only. Empty: every day."""
    days: frozenset[date] | None = None
    """Festivals and public holidays, resolved to days; empty: never, None: every day."""
    known_until: int | None = None
    """The last year for which all of `days` is known; None without days."""
    hours: tuple[tuple[time, time], ...] = ()
    """Begin and end of ranges, the end excluded. One whose end is not after its begin runs past
    midnight, and what is after midnight belongs to the day before: Friday 22:00-02:00 ends on
    Saturday. Empty: all day."""


@value
class Campaign:
    """What changes the points that rules give, for a time and some members."""

    id: str
    name: str
    """What members read: 618 分享双倍."""
    window: Window = Window()
    rules: frozenset[str] = frozenset()
    """Rule ids; empty: all but streak bonuses, which a campaign has to name."""
    rooms: frozenset[str] = frozenset()
    """The platform's room ids; empty: everywhere, private chats too."""
    tiers: frozenset[str] = frozenset()
    """Tier ids; empty: everybody. So the next two."""
    segments: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    birthday: Literal["month", "day"] | None = None
    """Open for a member in the month of their birth, or on the day alone; None: for all."""
    multiplier: Decimal | None = None
    """Multiplies base points; more than 1."""
    bonus: int | None = None
    """Points on top, which nothing multiplies; more than 0."""
    points: int | None = None
    """Base points instead of the rule's; more than 0."""
    stack: bool = False
    """Whether its multiplier and bonus count beside those of others."""
    budget_points: int | None = None
    """What it may add in all, 1 or more; then it is over. None: no limit."""
    is_on: bool = True
    """False: switched off by the operator, and never open."""
    is_for_some: bool = field(init=False)
    """Whether it asks where a deed was done, or by whom."""
    is_all_day: bool = field(init=False)
    """Whether it is open all day, and to everybody, on the days on which it is open at all."""

    def __post_init__(self) -> None:
        """Sees once what every deed would ask."""
        is_for_some = self.rooms or self.tiers or self.segments or self.tags or self.birthday
        object.__setattr__(self, "is_for_some", bool(is_for_some))
        object.__setattr__(self, "is_all_day", not is_for_some and not self.window.hours)


@value
class Effect:
    """What the campaigns that are open make of a rule's base points: base × multiplier + bonus,
    the product rounded down once by the caller, together with units and tier."""

    base: int
    multiplier: Decimal = ONE
    bonus: int = 0
    campaigns: tuple[str, ...] = ()
    """Ids of those that had a part in it, in the order of the file."""
    budgeted: tuple[str, ...] = ()
    """Those of them that have a budget."""
    steps: Mapping[str, str | int] = field(init=False, compare=False)
    """What they changed, as the entry tells it; a base of theirs stands as the base."""

    def __post_init__(self) -> None:
        """Puts the steps into words once: a day's deeds share an effect."""
        steps: dict[str, str | int] = {}
        if self.campaigns:
            steps["campaign"] = ",".join(self.campaigns)
        if self.multiplier != ONE:
            steps["campaign_multiplier"] = str(self.multiplier)
        if self.bonus:
            steps["bonus"] = self.bonus
        object.__setattr__(self, "steps", steps)


class Run(NamedTuple):
    """Days in a row on each of which a campaign is open at some hour."""

    campaign: Campaign
    first_on: date
    last_on: date


class Calendar:
    """The campaigns that concern one rule. Which of them can be open on a day, and what those that
    are open do together, is the same for nearly all deeds of the day and worked out once. It is
    never out of date: it belongs to a programme, which is swapped whole."""

    def __init__(self, campaigns: tuple[Campaign, ...]) -> None:
        self.campaigns = campaigns
        """Those that are switched on, in the order of the file."""
        self.on = lru_cache(MOST_KEPT)(self._on)
        """Those that are open at some hour of a day, or may still be from the day before."""
        self._effects: dict[tuple[int | str, ...], Effect] = {}

    def __reduce__(self) -> tuple[type["Calendar"], tuple[tuple[Campaign, ...]]]:
        """Another process works things out for itself."""
        return Calendar, (self.campaigns,)

    def effect(self, base: int, running: Sequence[Campaign]) -> Effect:
        """As the function of that name, for some of these campaigns."""
        key: tuple[int | str, ...] = (base, *[one.id for one in running])
        found = self._effects.get(key)
        if found is None:
            if len(self._effects) >= MOST_KEPT:
                self._effects.clear()
            found = self._effects[key] = effect(base, running)
        return found

    def _on(self, day: date) -> tuple[Campaign, ...]:
        return tuple(
            one
            for one in self.campaigns
            if _holds_on(one.window, day)
            or (one.window.hours and _holds_on(one.window, day - DAY))
        )


def is_open(window: Window, local: datetime) -> bool:
    """Whether it holds at this programme-local time. A zone that the time carries is not looked
    at: what counts is what the clock on the wall shows."""
    day = local.date()
    if not window.hours:
        return _holds_on(window, day)
    at = local.time()
    for begin, end in window.hours:
        is_late = end <= begin
        if at >= begin and (is_late or at < end) and _holds_on(window, day):
            return True
        if is_late and at < end and _holds_on(window, day - DAY):
            return True
    return False


def is_on(window: Window, day: date) -> bool:
    """Whether it is open at some hour of the day: at its first moment, or when hours begin."""
    return any(is_open(window, datetime.combine(day, at)) for at in begins(window))


def is_birthday(asked: Literal["month", "day"], born: YearDay | None, day: date) -> bool:
    """Whether the day is in the month of birth, or the day itself; never for who has not said.
    Who was born on 02-29 has 02-28 in other years."""
    if born is None:
        return False
    if asked == "month":
        return day.month == born[0]
    if born == (2, 29) and not isleap(day.year):
        born = (2, 28)
    return (day.month, day.day) == born


def begins(window: Window) -> set[time]:
    """The times of day at which it can open."""
    return {MIDNIGHT, *(begin for begin, _ in window.hours)}


def effect(base: int, running: Sequence[Campaign]) -> Effect:
    """What campaigns make of a rule's base points; `running` are those open for this member, rule
    and room, in the order of the file.

    The highest of their bases stands instead of `base`. Of multipliers the highest counts, and all
    that stack multiply with it; of bonuses the highest, and all that stack are added. Of equals
    the earlier counts. No campaign lessens what another gives.
    """
    based, multiplying, adding = _leading(running)
    multiplier, bonus, entered = ONE, 0, list[Campaign]()
    for one in running:
        multiplies = one is multiplying or (one.stack and one.multiplier is not None)
        adds = one is adding or (one.stack and one.bonus is not None)
        if multiplies:
            multiplier = exact_product(multiplier, one.multiplier or ONE)
        if adds:
            bonus += one.bonus or 0
        if multiplies or adds or one is based:
            entered.append(one)
    if based is not None:
        base = based.points or base
    budgeted = tuple(one.id for one in entered if one.budget_points is not None)
    return Effect(base, multiplier, bonus, tuple(one.id for one in entered), budgeted)


def preview(campaigns: Iterable[Campaign], first: date, last: date) -> list[Run]:
    """What is on when, from one day to another, both included: by the first day, then in the order
    of the file. What is switched off is left out."""
    runs = [
        Run(campaign, *ends)
        for campaign in campaigns
        if campaign.is_on
        for ends in _runs(campaign.window, first, last)
    ]
    return sorted(runs, key=lambda run: run.first_on)


def _holds_on(window: Window, day: date) -> bool:
    """Whether all parts but the hours hold."""
    if window.from_on is not None and day < window.from_on:
        return False
    if window.until_on is not None and day > window.until_on:
        return False
    if window.weekdays and day.isoweekday() not in window.weekdays:
        return False
    if window.month_days and day.day not in window.month_days:
        return False
    if window.days is not None and day not in window.days:
        return False
    return not window.yearly or _comes_on(window.yearly, (day.month, day.day))


def _comes_on(yearly: tuple[tuple[YearDay, YearDay], ...], day: YearDay) -> bool:
    for first, last in yearly:
        if first <= day <= last or (last < first and (day >= first or day <= last)):
            return True
    return False


def _leading(
    running: Sequence[Campaign],
) -> tuple[Campaign | None, Campaign | None, Campaign | None]:
    """Those with the highest base, and with the highest multiplier and bonus of what does not
    stack; of equals the first. Read in one go: every deed asks."""
    based = multiplying = adding = None
    points, multiplier, bonus = 0, ONE, 0
    for one in running:
        if one.points is not None and one.points > points:
            based, points = one, one.points
        if one.stack:
            continue
        if one.multiplier is not None and one.multiplier > multiplier:
            multiplying, multiplier = one, one.multiplier
        if one.bonus is not None and one.bonus > bonus:
            adding, bonus = one, one.bonus
    return based, multiplying, adding


def _runs(window: Window, first: date, last: date) -> Iterator[tuple[date, date]]:
    days = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
    for is_running, run in groupby(days, lambda day: is_on(window, day)):
        if is_running:
            together = [*run]
            yield together[0], together[-1]
