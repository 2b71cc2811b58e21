"""Forgetting what members wrote once nobody looks for copies of it any more."""

from datetime import UTC, date, datetime, time, timedelta

from bot.clock import to_micros
from bot.points.day import day_text
from bot.points.likeness import prints, runs
from bot.posting.copies import CHAT, LOOK_BACK, TEXT
from bot.posting.turn import Turn

AT_ONCE = 200
"""Posts in one call: so long do others wait for it, some hundredths of a second."""


SAID_DAYS = 30
"""So long it can be looked up what was said, and said again what was parked."""


def forget_posts(turn: Turn, day: date) -> int | None:
    """Forgets at most AT_ONCE posts that were 90 days old when the day began, with the runs by
    which they are found, the oldest first; where to go on, None at the end. With the last of them
    go the words that counted on days long past. Pictures and orders that have counted once are
    never free again. What carried value is forgotten SAID_DAYS after it was said, or given up."""
    began = datetime.combine(day, time(), turn.programme.zone).astimezone(UTC)
    old = turn.posts().before(to_micros(began) - LOOK_BACK, AT_ONCE)
    for post in old:
        turn.posts().drop(post.id, prints(runs(post.text)))
    if len(old) < AT_ONCE:
        turn.posts().drop_daily_claims(
            [CHAT, TEXT], day_text(day - timedelta(microseconds=LOOK_BACK))
        )
    said = turn.outbox().forget(to_micros(began - timedelta(days=SAID_DAYS)), AT_ONCE)
    return turn.place + 1 if AT_ONCE in (len(old), said) else None
