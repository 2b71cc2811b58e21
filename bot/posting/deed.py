"""Which day a deed counts for, and what makes it the same deed as another."""

from datetime import date, timedelta

from bot.clock import MICROSECOND, day_of, to_micros
from bot.points.earn import day_key
from bot.points.text import identifier
from bot.points.types import Message, Programme, Sighting

LATEST_MICROS = timedelta(hours=48) // MICROSECOND
"""A message older than this when it arrives earns nothing."""


def deed_day(message: Message, at: int, programme: Programme) -> tuple[date, bool]:
    """The programme day of the moment it was sent, and whether it came too late to count.

    A time in the future is the platform's mistake: the day is then that of the posting.
    """
    sent_at = to_micros(message.sent_at)
    if sent_at > at:
        return day_of(at, programme.zone), False
    is_late = at - sent_at > LATEST_MICROS
    return day_of(sent_at, programme.zone), is_late


def key_of(sighting: Sighting, message: Message, member: int, day: date) -> str:
    """The activity's key."""
    if sighting.once == "day":
        return day_key(sighting.kind, day, member)
    if sighting.once == "member":
        return f"{sighting.kind}/{member}"
    if sighting.once == "subject":
        return f"{sighting.kind}/{sighting.subject}"
    if sighting.once == "subject_day":
        return f"{day_key(sighting.kind, day, member)}/{identifier(sighting.subject or '')}"
    return f"{sighting.kind}/{message.channel}/{message.id}"
