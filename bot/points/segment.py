"""Segments: which of them a member is in, by what is known of the member on a day."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date

from bot.points.follow import MONTHS, months_before
from bot.points.value import value
from bot.points.where import Fields, Where, asked_by

FEN = 100
"""In a yuan."""
ORDER_FIELDS = frozenset({"orders_this_month", "yearly_yuan"})
"""What expressions ask of the member's orders."""

Order = tuple[date, int]
"""The day on which an order was paid, and what refunds leave of its amount, in fen, above 0."""


@value
class Segment:
    """Members who fit a condition now: all that is set must hold."""

    id: str
    name: str
    """What members read: 新人."""
    newcomer_days: int | None = None
    """Joined within so many days; the day of joining is the first. Who was there before the bot
    is no newcomer."""
    orders_monthly: int | None = None
    """Has paid for so many orders in the calendar month, or more."""
    orders_monthly_most: int | None = None
    """And for no more than so many."""
    silent_days: int | None = None
    """Did nothing that counts for so many days: up to the deed that ends it, that one included."""
    returned_days: int | None = None
    """With `silent_days`: came back from such a silence within so many days; the day of coming
    back is the first."""
    dormant_months: int | None = None
    """Has ordered before, and not for so many months: up to the day of the order that ends it,
    that day included."""
    yearly_yuan: int | None = None
    """Has ordered for so much, or more, in the twelve months up to today, less refunds."""
    tags: frozenset[str] = frozenset()
    """Has one of these tags; empty: whatever they are."""
    tiers: frozenset[str] = frozenset()
    """Holds one of these tiers; empty: any."""
    any_of: tuple[str, ...] = ()
    """Is in one of these segments at least."""
    all_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    where: Where | None = None
    """What the operator asks for beside that; None: nothing."""

    @property
    def named(self) -> tuple[str, ...]:
        """The segments that it is made of."""
        return self.any_of + self.all_of + self.none_of

    @property
    def asks_for_orders(self) -> bool:
        """Whether the member's orders decide."""
        asked = (self.orders_monthly, self.dormant_months, self.yearly_yuan)
        return any(one is not None for one in asked)


@value
class Facts:
    """What is known of a member on a day; what nobody asks for may be left out."""

    on: date
    """The day of the deed, programme-local, as all days."""
    tier: str | None = None
    joined_on: date | None = None
    """None: was there before the bot."""
    active_on: date | None = None
    """The day of the last deed before this one; None: there is none."""
    back_on: date | None = None
    """When the member last came back from a silence, after `away_days` days."""
    away_days: int = 0
    tags: frozenset[str] = frozenset()
    orders: Sequence[Order] = ()
    fields: Fields = field(default_factory=dict)
    """What a `where` may ask of the member."""


@value
class Asked:
    """What rules and campaigns want to know of a member for one kind of deed."""

    segments: tuple[Segment, ...] = ()
    """Those that they name, each behind the ones that it is made of."""
    tags: bool = False
    joined: bool = False
    orders: bool = False
    fields: frozenset[str] = frozenset()
    """What expressions name."""


NOTHING_ASKED = Asked()


def asked(
    segments: Mapping[str, Segment],
    names: Iterable[str],
    *,
    tags: bool,
    fields: frozenset[str] = frozenset(),
) -> Asked:
    """What it takes to know who is in the segments of these names. `tags`: whether tags are asked
    for beside them; `fields`: what expressions name beside those of the segments."""
    found: dict[str, Segment] = {}
    for name in names:
        _gather(segments, name, found, ())
    needed = tuple(found.values())
    if not needed and not tags and not fields:
        return NOTHING_ASKED
    fields |= asked_by([one.where for one in needed])
    return Asked(
        needed,
        tags=tags or "tags" in fields or any(one.tags for one in needed),
        joined="days_since_joining" in fields
        or any(one.newcomer_days is not None for one in needed),
        orders=not fields.isdisjoint(ORDER_FIELDS) or any(one.asks_for_orders for one in needed),
        fields=fields,
    )


def segments_of(segments: Sequence[Segment], facts: Facts) -> frozenset[str]:
    """Ids of those that the member is in; each stands behind the ones that it is made of."""
    found: set[str] = set()
    for one in segments:
        if all(_conditions(one, facts, found)):
            found.add(one.id)
    return frozenset(found)


def orders_in_month(orders: Iterable[Order], on: date) -> int:
    """How many were paid in the calendar month of that day."""
    return sum((day.year, day.month) == (on.year, on.month) for day, _ in orders)


def yearly_fen(orders: Iterable[Order], on: date) -> int:
    """What is left of those of the twelve months up to that day."""
    since = months_before(on, MONTHS)
    return sum(fen for day, fen in orders if day > since)


def cycle(segments: Mapping[str, Segment], name: str) -> list[str]:
    """The way from a segment back to itself; empty when there is none."""
    ways = [[name]]
    seen = {name}
    for way in ways:
        for other in segments[way[-1]].named:
            if other == name:
                return [*way, other]
            if other in segments and other not in seen:
                seen.add(other)
                ways.append([*way, other])
    return []


def _gather(
    segments: Mapping[str, Segment], name: str, found: dict[str, Segment], above: tuple[str, ...]
) -> None:
    if name in found or name in above:
        return
    for other in segments[name].named:
        _gather(segments, other, found, (*above, name))
    found[name] = segments[name]


def _conditions(one: Segment, facts: Facts, found: Collection[str]) -> Iterator[bool]:
    """Whether each condition that is set holds; `found` are the segments known to hold."""
    if one.newcomer_days is not None:
        yield _is_within(facts.joined_on, facts.on, one.newcomer_days)
    if one.silent_days is not None:
        yield _is_silent(one, facts) if one.returned_days is None else _is_back(one, facts)
    if one.asks_for_orders:
        yield from _ordering(one, [order for order in facts.orders if order[0] <= facts.on], facts)
    if one.tags:
        yield not one.tags.isdisjoint(facts.tags)
    if one.tiers:
        yield facts.tier in one.tiers
    if one.where is not None:
        yield one.where.holds(facts.fields)
    if one.any_of:
        yield any(name in found for name in one.any_of)
    yield all(name in found for name in one.all_of)
    yield not any(name in found for name in one.none_of)


def _is_within(first: date | None, on: date, days: int) -> bool:
    return first is not None and 0 <= (on - first).days < days


def _is_silent(one: Segment, facts: Facts) -> bool:
    last = facts.active_on
    return last is not None and (facts.on - last).days >= (one.silent_days or 0)


def _is_back(one: Segment, facts: Facts) -> bool:
    """The deed that ends the silence is the first one of who is back."""
    if _is_silent(one, facts):
        return True
    is_long = facts.away_days >= (one.silent_days or 0)
    return is_long and _is_within(facts.back_on, facts.on, one.returned_days or 0)


def _ordering(one: Segment, orders: Sequence[Order], facts: Facts) -> Iterator[bool]:
    on = facts.on
    if one.orders_monthly is not None:
        count = orders_in_month(orders, on)
        most = one.orders_monthly_most
        yield count >= one.orders_monthly and (most is None or count <= most)
    if one.dormant_months is not None:
        # An order of the same day is the one that is judged, or came with it: it ends the
        # dormancy, and is still part of it.
        last = max((day for day, _ in orders if day < on), default=None)
        yield last is not None and last <= months_before(on, one.dormant_months)
    if one.yearly_yuan is not None:
        yield yearly_fen(orders, on) >= one.yearly_yuan * FEN
