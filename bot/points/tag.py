"""Tags: the words that admins put on members."""

import re

from bot.points.text import storable

MOST_CHARACTERS = 12
MOST_TAGS = 20
"""Of one member."""


def tag_word(text: str) -> str | None:
    """The tag as it is kept; None when this is no word of 1 to 12 characters. One that began with
    "-" could not be taken off, and what cannot be seen could not be typed again."""
    word = storable(text)
    is_one = re.fullmatch(r"[^\s\-@][^\s@]*", word) is not None
    return word if is_one and len(word) <= MOST_CHARACTERS and word.isprintable() else None
