"""聊天: whatever else is said in a room."""

from decimal import Decimal

from bot.extend import recogniser
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.types import Sighting


@recogniser
def chat(seen: Seen) -> Sighting | None:
    """A text that says something; emoji alone do not."""
    units = counted(seen.text)
    return Sighting("chat", units=Decimal(units), is_post=True) if units else None
