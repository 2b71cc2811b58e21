"""回答: what is said to another member's question by quoting it."""

from decimal import Decimal

from bot.extend import recogniser
from bot.points.asking import is_asking_back
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.types import Sighting


@recogniser
def answer(seen: Seen) -> Sighting | None:
    """What quotes a message and says something; whether that was a question, and whose, is known
    where posts are kept."""
    if seen.message.quote is None or is_asking_back(seen.text):
        return None
    units = counted(seen.text)
    return Sighting("answer", units=Decimal(units), is_post=True) if units else None
