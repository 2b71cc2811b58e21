"""How much of a text stands in another one already.

Texts are compared by their runs of five characters, of letters and digits alone: padding with
spaces, punctuation, emoji or what nobody sees changes nothing. A sample of the runs is enough to
find the texts worth comparing: of every eight neighbours the least is taken (winnowing, Schleimer,
Wilkerson and Aiken 2003), so that two texts with twelve characters in a row in common share one.
"""

import re
from zlib import crc32

from bot.points.seen import written
from bot.points.text import BLANK

RUN = 5
"""Characters of a run."""
WINDOW = 8
"""Neighbouring runs of which one is kept."""
MOST_PRINTS = 128
"""Runs that are kept of a text, at most."""
LEAST_WHOLE = 20
"""Runs that an older text must have for its standing in a longer one, whole, to be a copy."""
_HASHTAGS = re.compile(r"#[^\s#]{1,20}#?")
_SILENT = re.compile(rf"[\W_{BLANK}]+")
_BYTES = 4 * RUN
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+")
LEAST_HAN = 12
"""Chinese characters from which on a text is compared by these alone."""


def compared(text: str) -> str:
    """The beginning of a text as it is compared: without hashtags, in one form of each character
    and of each letter, letters and digits alone; of a text that is mostly Chinese the Chinese
    characters, so that letters put between them change nothing. Hashtags that are more than half
    of it are text."""
    whole = written(text)
    every = _plain(whole)
    plain = _plain(_HASHTAGS.sub(" ", whole)) if "#" in whole else every
    if 2 * len(plain) < len(every):
        plain = every
    chinese = "".join(_HAN.findall(plain))
    return chinese if len(chinese) >= max(LEAST_HAN, len(plain) / 3) else plain


def _plain(text: str) -> str:
    return _SILENT.sub("", text.casefold())


def runs(plain: str) -> list[int]:
    """A number for each run of a text as `compared` gives it, in order; of a shorter text one for
    all of it, none for an empty one."""
    coded = plain.encode("utf-32-le")
    last = max(len(coded) - _BYTES, 0)
    return [crc32(coded[at : at + _BYTES]) for at in range(0, last + 1, 4)] if plain else []


def prints(found: list[int]) -> list[int]:
    """The sample of the runs by which a text is found, each once, at most MOST_PRINTS. Of a long
    text the least of all, which are the least of their neighbours, too."""
    if len(found) > WINDOW * MOST_PRINTS // 2:
        return sorted(set(found))[:MOST_PRINTS]
    windows = range(max(len(found) - WINDOW, 0) + 1)
    return sorted({min(found[at : at + WINDOW]) for at in windows})[:MOST_PRINTS] if found else []


def copied_percent(mine: set[int], other: set[int]) -> int:
    """How much of the runs of one text, 0 to 100, rounded down, stands in the other; or how much
    of the other stands in it where that is more and not merely a phrase: what is copied whole and
    then lengthened is copied."""
    shared = 100 * len(mine & other)
    part = shared // len(mine) if mine else 0
    return max(part, shared // len(other)) if len(other) >= LEAST_WHOLE else part
