"""反馈建议: what a member tells the shop, and says so."""

import re
from decimal import Decimal

from bot.extend import recogniser
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.types import Sighting

SHORTEST = 5
"""Characters beside the label."""
LABEL = re.compile(
    r"#(?:反馈|建议|意见|吐槽)(?![^\s#:,.!])#?:?|\A#反馈"
    r"|\A\s*(?:反馈|建议|意见|吐槽|意见反馈|反馈建议|投诉建议) ?:"
    r"|\A\s*[【\[](?:反馈|建议|意见|吐槽)[】\]]"
)


@recogniser
def feedback(seen: Seen) -> Sighting | None:
    """What is labelled so, by a hashtag or at its beginning."""
    label = LABEL.search(seen.text)
    if label is None:
        return None
    units = counted(seen.text[: label.start()] + " " + seen.text[label.end() :])
    if units < SHORTEST:
        return None
    return Sighting("feedback", units=Decimal(units), is_post=True, is_labelled=True)
