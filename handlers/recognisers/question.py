"""Questions, so that answers to them are known; nothing is paid for asking."""

from bot.extend import recogniser
from bot.points.asking import is_asking
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.types import Sighting

SIGHTING = Sighting("question", is_post=True)
SHORTEST = 4
"""Characters; less asks nothing that others could answer at length."""


@recogniser
def question(seen: Seen) -> Sighting | None:
    """What asks."""
    return SIGHTING if is_asking(seen.text) and counted(seen.text) >= SHORTEST else None
