"""What a recogniser looks at."""

import unicodedata

from bot.points.lexicon import Lexicon
from bot.points.types import Message
from bot.points.value import value

LONGEST_POST = 2_000
"""Characters of a text that are looked at; nobody earns more by more."""
_INVISIBLE = dict.fromkeys(
    map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064"
             "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffc\ufe0e\ufe0f")
)  # fmt: skip


@value
class Seen:
    """A message with its text in the two readings that recognisers want."""

    message: Message
    line: str
    """The text as a command would be written, see `bot.points.text.bare`; "" for what is never
    one."""
    text: str
    """The beginning of what was written, in one form of each character (NFKC) and without what
    nobody sees; lines are kept. "" for what has no text."""
    lexicon: Lexicon


def written(text: str) -> str:
    """What `Seen.text` holds of a text. Linear, and nothing beyond the first 2,000 characters is
    looked at."""
    text = text[:LONGEST_POST]
    if text.isascii():
        return text
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)[:LONGEST_POST]
    return text if text.isprintable() else text.translate(_INVISIBLE)
