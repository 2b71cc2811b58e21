"""直播提问: a question for the host of a live show."""

import re
from decimal import Decimal

from bot.extend import recogniser
from bot.points.asking import is_asking
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.types import Sighting

LABEL = re.compile(r"(#直播间?提问)#?|\A\s*(?:直播间?提问|提问主播)")
SHORTEST = 4
"""Characters beside the label."""


@recogniser
def live_question(seen: Seen) -> Sighting | None:
    """What a hashtag says is one; or what begins so and asks."""
    label = LABEL.search(seen.text)
    if label is None:
        return None
    text = seen.text[: label.start()] + " " + seen.text[label.end() :]
    units = counted(text)
    if units < SHORTEST or not (label[1] or is_asking(text)):
        return None
    return Sighting("live_question", units=Decimal(units), is_post=True, is_labelled=True)
