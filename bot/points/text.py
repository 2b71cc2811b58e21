"""What a typed line says, apart from how it was typed."""

import unicodedata
from hashlib import sha256

LONGEST_ID = 120
"""Characters of an id that is kept whole."""

LONGEST_COMMAND = 2_000
"""Characters; longer text is never a command."""

LONGEST_SHOWN = 40
"""Characters of a wrong input that a complaint repeats."""

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_EDGES = " \t\r\n\u00a0\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000"
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\ufffc\ufe0f"
TRIMMED = _EDGES + _INVISIBLE
"""What may stand round a line without being part of it."""
_TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Marks that turn the direction of what follows them, other people's words too."""
BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that look like nothing."""
_BLANK = frozenset(BLANK)


def bare(text: str, is_mentioned: bool) -> str | None:
    """The line as a command would be written: trimmed, full-width folded, without a leading `/` or
    `@bot`. A mention counts only when the platform says that it means the bot.

    None for what is never a command: empty, over 2,000 characters, or with a control character
    inside.
    """
    if len(text) > LONGEST_COMMAND:
        return None
    line = folded(text.strip(TRIMMED))
    if is_mentioned and line.startswith("@"):
        line = _without_mention(line)
    if line.startswith("/"):
        line = line[1:].lstrip(TRIMMED)
    if not line or has_control(line):
        return None
    return line


def folded(text: str) -> str:
    """Full-width letters, digits, punctuation and spaces as their half-width twins."""
    return text.translate(_FULL_WIDTH)


def has_control(text: str) -> bool:
    """Whether a control character (category Cc: NUL, newline, escape …) stands anywhere inside."""
    return not text.isprintable() and any(unicodedata.category(char) == "Cc" for char in text)


def _without_mention(line: str) -> str:
    """A mention ends at the U+2005 that WeChat puts after it, unless that one closes a later
    mention; or else at the first space."""
    name, found, rest = line.partition("\u2005")
    if not found or "@" in name[1:]:
        name, _, rest = line.partition(" ")
    return rest.strip(TRIMMED)


def storable(text: str) -> str:
    """Text that both databases can keep: a NUL or a lone surrogate is written out (`\\x00`,
    `\\ud800`), so that two different ids stay different."""
    if text.isascii() and "\0" not in text:
        return text
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def identifier(text: str) -> str:
    """A platform's id as both databases can keep it, in an index too: a longer one than 120
    characters is cut and told from others by its hash."""
    kept = storable(text)
    if len(kept) <= LONGEST_ID:
        return kept
    digest = sha256(kept.encode()).hexdigest()[:32]
    return f"{kept[: LONGEST_ID - 33]}#{digest}"


def display_name(text: str, longest: int = 32) -> str:
    """A name fit for one line of a reply: nothing that breaks the line or turns its direction, at
    most `longest` characters; "" when there is nothing to see."""
    if text.isalnum() and len(text) <= longest and _BLANK.isdisjoint(text):
        return text  # as nearly every name is
    line = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in storable(text)
        if char not in _TURNING
    )
    return line.strip(TRIMMED)[:longest] if any(map(_is_seen, line)) else ""


def shown(found: object) -> str:
    """A wrong input as a complaint names it, on one line: the beginning of a text, and how long it
    is; of what holds others only its kind, since it may be nested deep."""
    match found:
        case str():
            length = len(found)
            rest = f"… ({length} characters)" if length > LONGEST_SHOWN else ""
            return f"{found[:LONGEST_SHOWN]!r}{rest}"
        case dict():
            return "an object"
        case list():
            return "a list"
        case _:
            return repr(found)[:LONGEST_SHOWN]


def _is_seen(char: str) -> bool:
    return unicodedata.category(char)[0] not in "CZM" and char not in BLANK
