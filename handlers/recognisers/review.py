"""晒单: something bought is shown, and told how it is."""

from decimal import Decimal

from bot.extend import recogniser
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.types import Sighting
from bot.reading.review import DOUBTFUL, may_be_review, order_number, score

REASONS = 3
"""What speaks for it most, as an admin reads it."""


@recogniser
def review(seen: Seen) -> Sighting | None:
    """What calls itself one, by a tag; or what reads like one, once there is a picture."""
    text, products = seen.text, seen.lexicon.products
    if not may_be_review(text, products):
        return None
    found = score(text, products)
    if found.points < DOUBTFUL:
        return None
    return Sighting(
        "review",
        subject=order_number(text),
        units=Decimal(counted(text)),
        facts={"score": str(found.points), "reasons": "、".join(found.reasons[:REASONS])},
        is_post=True,
        is_labelled=found.is_tagged,
        needs_picture=not found.is_tagged,
    )
