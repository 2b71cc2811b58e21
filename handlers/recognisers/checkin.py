"""签到: once a programme day, over all rooms."""

from bot.extend import recogniser
from bot.points.types import Message, Sighting

WORDS = frozenset({"签到", "打卡"})
SIGHTING = Sighting("checkin", once="day")


@recogniser
def checkin(_message: Message, text: str) -> Sighting | None:
    """The bare word, in a room or privately."""
    return SIGHTING if text in WORDS else None
