"""签到: once a programme day, over all rooms."""

from bot.extend import recogniser
from bot.points.checkin_form import is_bare, is_checkin
from bot.points.seen import Seen
from bot.points.types import Sighting

SIGHTING = Sighting("checkin", once="day")


@recogniser
def checkin(seen: Seen) -> Sighting | None:
    """The word in any dress, in a room or privately; in answer to somebody the word alone, since
    more would be said about it."""
    message = seen.message
    if not seen.line or not is_checkin(
        message.text, message.mentions, message.sender_name, seen.lexicon.checkin_words
    ):
        return None
    if message.quote is not None and not is_bare(message.text, message.mentions):
        return None
    return SIGHTING
