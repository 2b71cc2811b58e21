"""The text that the journal keeps of a deed beside its columns: what else rules were told."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.points.types import Activity

PLAIN = "{}"
"""Of a deed that says nothing beside its kind, key, member, day, time and room."""
ONE = Decimal(1)
MINUTE = timedelta(minutes=1)


def to_text(activity: Activity) -> str:
    """JSON in ASCII with sorted keys and no spaces: the subject, units and their parts, when it
    was done, and what kind of deed it is, each only where it is not as usual.

    Windows of campaigns begin and end on whole minutes, so a deed that was done in the minute in
    which it is posted says nothing of that: that is nearly every check-in.
    """
    told: dict[str, object] = {}
    _measure(told, activity)
    _mark(told, activity)
    return json.dumps(told, sort_keys=True, separators=(",", ":")) if told else PLAIN


def from_text(text: str, plain: Activity) -> Activity:
    """The deed that `plain`, of the journal's columns alone, is with what `to_text` wrote of it.
    Raises ValueError for any other text."""
    if text == PLAIN:
        return plain
    try:
        activity = _told(json.loads(text), plain)
        is_as_written = to_text(activity) == text
    except (AttributeError, InvalidOperation, KeyError, TypeError) as error:
        raise ValueError(f"no deed reads {text}") from error
    if not is_as_written:
        raise ValueError(f"no deed reads {text}")
    return activity


def _told(told: dict[str, Any], plain: Activity) -> Activity:
    done_at = told.get("done_at")
    return replace(
        plain,
        subject=told.get("subject"),
        units=Decimal(told.get("units", 1)),
        parts=tuple((category, Decimal(units)) for category, units in told.get("parts", ())),
        done_at=None if done_at is None else datetime.fromisoformat(done_at),
        is_made_up=told.get("is_made_up", False),
        is_invitee=told.get("is_invitee", False),
        condition=tuple((key, value) for key, value in told.get("condition", ())),
        facts=told.get("facts", plain.facts),
    )


def _is_same_minute(one: datetime, other: datetime) -> bool:
    return one.minute == other.minute and abs(other - one) < MINUTE


def _measure(told: dict[str, object], activity: Activity) -> None:
    """How much it was, and when."""
    if activity.units != ONE:
        told["units"] = str(activity.units)
    if activity.done_at is not None and not _is_same_minute(activity.done_at, activity.at):
        told["done_at"] = activity.done_at.astimezone(UTC).isoformat()
    if activity.parts:
        told["parts"] = [(category, str(units)) for category, units in activity.parts]


def _mark(told: dict[str, object], activity: Activity) -> None:
    """What it was about, and what kind of deed it is."""
    if activity.facts:
        told["facts"] = dict(activity.facts)
    if activity.subject is not None:
        told["subject"] = activity.subject
    if activity.is_made_up:
        told["is_made_up"] = True
    if activity.is_invitee:
        told["is_invitee"] = True
    if activity.condition:
        told["condition"] = activity.condition
