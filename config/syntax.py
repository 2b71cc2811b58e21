"""Bytes to a TOML document, or the one reason why they are none."""

import re
import tomllib
from decimal import Decimal

from config.errors import ConfigError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 32
_DEEP_KEY = re.compile(rf"""(?<![\w"'-])(?:[\w"'-]++\s*+\.\s*+){{{MAX_DEPTH}}}""")
"""tomllib needs minutes for a key of a hundred thousand dots."""
_POSITION = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.DOTALL)
KEY = re.compile(r"""\s*["']?([\w-]+)["']?\s*=""")
_FULL_WIDTH = (re.compile("[“”‘’]"), re.compile("[＝［］【】＃，：｛｝０-９]"))
"""Quotes first: behind one that does not close a text, the others may belong to the text."""
_QUOTED = re.compile("\"[^\"]*\"|'[^']*'|#.*")
"""Texts and comments: there full-width characters are right."""
_BARE_TEXT = re.compile(r"\s*[\w-]+\s*=\s*[^\x00-\x7f]")
_TABLE = re.compile(r"\s*\[+\s*([\w-]+)\s*\]")


def parse(file: str, content: bytes) -> dict[str, object] | ConfigError:
    """The document with its decimal numbers exact, or what is wrong with it."""
    message, line = unreadable(content)
    if not message:
        message, line = _too_deep(content.decode())
    if not message:
        try:
            return tomllib.loads(content.decode(), parse_float=Decimal)
        except tomllib.TOMLDecodeError as fault:
            message, line = _explained(str(fault), content.decode())
        except RecursionError:
            message = f"is nested deeper than {MAX_DEPTH} levels"
        except (ValueError, ArithmeticError):
            message = "holds a number beyond all bounds"
    return ConfigError(file, "", "", line, message)


def unreadable(content: bytes) -> tuple[str, int | None]:
    """Why this is no text a person wrote, and the line; "" when it is."""
    if len(content) > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1024} KiB", None
    if content.startswith(b"\xef\xbb\xbf"):
        return "begins with a byte order mark, save it as UTF-8 without BOM", 1
    try:
        text = content.decode()
    except UnicodeDecodeError as fault:
        return "is not UTF-8, save it as UTF-8", content.count(b"\n", 0, fault.start) + 1
    if (nul := text.find("\0")) >= 0:
        return "holds a NUL character", text.count("\n", 0, nul) + 1
    return "", None


def _too_deep(text: str) -> tuple[str, int | None]:
    if deep := _DEEP_KEY.search(text):
        message = f"has a key of more than {MAX_DEPTH} parts"
        return message, text.count("\n", 0, deep.start()) + 1
    return "", None


def _explained(fault: str, text: str) -> tuple[str, int]:
    """What tomllib says, the line taken out; a repeated key or
    table, Chinese punctuation and a text without quotes are named."""
    found = _POSITION.fullmatch(fault)
    reason, at = (found[1], found[2]) if found else (fault, None)
    lines = text.rstrip().split("\n")
    line = int(at) if at else len(lines)
    here = text.split("\n")[line - 1]
    key = KEY.match(here)
    if reason == "Cannot overwrite a value" and key:
        return f'duplicate key "{key[1]}"', line
    table = _TABLE.match(here)
    if table and reason.startswith(("Cannot overwrite", "Cannot declare")):
        return f"{table[1]} stands twice, or both as [{table[1]}] and as [[{table[1]}]]", line
    bare = _QUOTED.sub("", here)
    if wide := next(filter(None, (one.search(bare) for one in _FULL_WIDTH)), None):
        reason += f"; {wide[0]} is full-width, TOML needs the half-width character"
    elif reason == "Invalid value" and _BARE_TEXT.match(here):
        reason += "; a text stands in quotes"
    return f"parse error: {reason}", line
