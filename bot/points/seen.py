"""What a recogniser looks at."""

import re
import unicodedata

from bot.points.lexicon import Lexicon
from bot.points.types import Message
from bot.points.value import value

LONGEST_POST = 2_000
"""Characters of a text that are looked at; nobody earns more by more."""
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\ufe0e\ufe0f\ufeff\ufffc]"
)


@value
class Seen:
    """A message with its text in the two readings that recognisers want."""

    message: Message
    line: str
    """The text as a command would be written, see `bot.points.text.bare`; "" for what is never
    one."""
    text: str
    """The beginning of what was written, in one form of each character (NFKC) and without what
    nobody sees; lines are kept. "" for what nobody has written."""
    lexicon: Lexicon


WRITTEN = frozenset({"text", "image", "video"})
"""Kinds of message whose text the sender has written."""


def seen(message: Message, line: str, lexicon: Lexicon) -> Seen:
    """A message as recognisers look at it; `line` as it is there."""
    text = written(message.text) if message.kind in WRITTEN else ""
    return Seen(message, line, text, lexicon)


def written(text: str) -> str:
    """What `Seen.text` holds of a text. Linear, and nothing beyond the first 2,000 characters is
    looked at."""
    text = text[:LONGEST_POST]
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)[:LONGEST_POST]
    return _INVISIBLE.sub("", text)
