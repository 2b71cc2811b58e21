"""What a `where` may ask for, and whether it holds. The expression itself is read in `config`."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from datetime import date
from decimal import Decimal
from typing import Literal

from bot.points.value import value

FieldType = Literal["number", "text", "texts"]
FieldValue = int | Decimal | str | frozenset[str]
Fields = Mapping[str, FieldValue]

MEMBER_FIELDS: Mapping[str, FieldType] = {
    "balance": "number",
    "qualifying_points": "number",
    "debt": "number",
    "streak_days": "number",
    "total_days": "number",
    "days_since_joining": "number",
    "days_since_last_deed": "number",
    "orders_this_month": "number",
    "yearly_yuan": "number",
    "tier": "text",
    "tags": "texts",
}
"""What is known of a member, before the deed."""
DEED_FIELDS: Mapping[str, FieldType] = {
    "units": "number",
    "pictures": "number",
    "score": "number",
    "topic": "text",
    "hour": "number",
    "weekday": "number",
    "room": "text",
}
"""What is known of a deed: for a rule only."""
LONG_AGO = 36_500
"""Days since joining of who was there before the bot."""


@value
class Where:
    """A condition that the operator wrote as an expression."""

    text: str
    asks: frozenset[str]
    """The fields that it names."""
    holds: Callable[[Fields], bool] = field(compare=False, repr=False)
    """Whether it holds for these fields; what cannot be reckoned, as a division by zero, does
    not. Numbers are exact, up to 50 digits."""


def days_since(day: date | None, on: date, unknown: int) -> int:
    """Whole days from `day` to `on`, 0 or more; `unknown` when there is no such day."""
    return unknown if day is None else max(0, (on - day).days)


def asked_by(wheres: Collection[Where | None]) -> frozenset[str]:
    """All fields that these name."""
    return frozenset().union(*(one.asks for one in wheres if one is not None))
