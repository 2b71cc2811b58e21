"""签到: once a programme day, over all rooms."""

from bot.extend import recogniser
from bot.points.checkin_form import is_bare, is_checkin
from bot.points.seen import Seen
from bot.points.solitaire import solitaire
from bot.points.types import Sighting

SIGHTING = Sighting("checkin", once="day")
BARE = frozenset({"签到", "打卡"})
"""How nearly all check in: nothing else need be looked at."""


@recogniser
def checkin(seen: Seen) -> Sighting | None:
    """The word in any dress, in a room or privately, or a list of those who check in; in answer to
    somebody the word alone, since more would be said about it."""
    message, words = seen.message, seen.lexicon.checkin_words
    if seen.line in BARE:
        return SIGHTING
    if not seen.line:
        return _listed(seen)
    if not is_checkin(message.text, message.mentions, message.sender_name, words):
        return None
    if message.quote is not None and not is_bare(message.text, message.mentions):
        return None
    return SIGHTING


def _listed(seen: Seen) -> Sighting | None:
    """Those whom a list names, in the room in which it goes round."""
    message = seen.message
    if message.kind != "text" or message.room is None:
        return None
    found = solitaire(message.text, seen.lexicon.checkin_words)
    if found is None:
        return None
    return Sighting("checkin", once="day", subject=found.header, people=found.lines)
