"""Tags: the words that admins put on members."""

import re

from bot.points.text import storable
from bot.points.types import Programme

MOST_CHARACTERS = 12
MOST_TAGS = 20
"""Of one member."""
_ASKED = re.compile(r"""["']([^"']+)["']\s+(?:not\s+)?in\s+tags\b""")


def tag_word(text: str) -> str | None:
    """The tag as it is kept; None when this is no word of 1 to 12 characters. One that began with
    "-" could not be taken off, and what cannot be seen could not be typed again."""
    word = storable(text)
    is_one = re.fullmatch(r"[^\s\-@][^\s@]*", word) is not None
    return word if is_one and len(word) <= MOST_CHARACTERS and word.isprintable() else None


def named_tags(programme: Programme) -> list[str]:
    """The tags that rules, segments and campaigns that are on ask for, in order."""
    named = {tag for rule in programme.rules for tag in rule.tags}
    named.update(tag for segment in programme.segments for tag in segment.tags)
    named.update(tag for one in programme.campaigns if one.is_on for tag in one.tags)
    conditions = [rule.where for rule in programme.rules]
    conditions += [segment.where for segment in programme.segments]
    for condition in conditions:
        named.update(_ASKED.findall(condition.text) if condition is not None else ())
    return sorted(named)
