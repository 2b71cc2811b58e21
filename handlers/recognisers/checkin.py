"""签到: once a programme day, over all rooms."""

from bot.extend import recogniser
from bot.points.seen import Seen
from bot.points.types import Sighting

WORDS = frozenset({"签到", "打卡"})
SIGHTING = Sighting("checkin", once="day")


@recogniser
def checkin(seen: Seen) -> Sighting | None:
    """The bare word, in a room or privately."""
    return SIGHTING if seen.line in WORDS else None
