"""How much of a text stands in another one already.

Texts are compared by their runs of five characters, of letters and digits alone: padding with
spaces, punctuation, emoji or what nobody sees changes nothing. A sample of the runs is enough to
find the texts worth comparing: of every eight neighbours the least is taken (winnowing, Schleimer,
Wilkerson and Aiken 2003), so that two texts with twelve characters in a row in common share one.
"""

import re
import unicodedata
from zlib import crc32

RUN = 5
"""Characters of a run."""
WINDOW = 8
"""Neighbouring runs of which one is kept."""
MOST_PRINTS = 64
"""Runs that are kept of a text, at most."""
_HASHTAGS = re.compile(r"[#＃][^\s#＃]{1,20}")


def compared(text: str) -> str:
    """The text as it is compared: without hashtags, in one form of each character and of each
    letter, letters and digits alone."""
    plain = unicodedata.normalize("NFKC", _HASHTAGS.sub(" ", text)).casefold()
    return "".join(filter(str.isalnum, plain))


def runs(plain: str) -> list[int]:
    """A number for each run of a text as `compared` gives it, in order; of a shorter text one for
    all of it, none for an empty one."""
    if len(plain) <= RUN:
        return [crc32(plain.encode())] if plain else []
    return [crc32(plain[start : start + RUN].encode()) for start in range(len(plain) - RUN + 1)]


def prints(found: list[int]) -> list[int]:
    """The sample of the runs by which a text is found, each once, at most MOST_PRINTS."""
    if len(found) <= WINDOW:
        return [min(found)] if found else []
    chosen = {min(found[start : start + WINDOW]) for start in range(len(found) - WINDOW + 1)}
    return sorted(chosen)[:MOST_PRINTS]


def copied_percent(mine: list[int], other: list[int]) -> int:
    """How much of the runs of one text, 0 to 100, rounded down, stands in the other."""
    own = set(mine)
    return 100 * len(own & set(other)) // len(own) if own else 0
