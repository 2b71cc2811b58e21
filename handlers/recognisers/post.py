"""发帖: something worth reading about a topic of the group."""

from decimal import Decimal

from bot.extend import recogniser
from bot.points.asking import is_asking
from bot.points.counting import counted
from bot.points.seen import Seen
from bot.points.topic import labelled_topic, told_topic
from bot.points.types import Sighting

LONG = 30
"""Characters from which a text without a hashtag is a post."""


@recogniser
def post(seen: Seen) -> Sighting | None:
    """What a hashtag says is about a topic; or a long text that tells of one and asks nothing."""
    text, topics = seen.text, seen.lexicon.topics
    if "#" in text:
        topic = labelled_topic(text, topics)
        return _about(topic, counted(text), is_labelled=True) if topic else None
    if len(text) < LONG or (topic := told_topic(text, topics)) is None:
        return None
    units = counted(text)
    return (
        _about(topic, units, is_labelled=False) if units >= LONG and not is_asking(text) else None
    )


def _about(topic: str, units: int, *, is_labelled: bool) -> Sighting:
    return Sighting(
        "post",
        units=Decimal(units),
        facts={"topic": topic},
        is_post=True,
        is_labelled=is_labelled,
    )
