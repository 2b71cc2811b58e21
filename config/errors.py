"""What an operator is told of wrong files and settings: all faults at once, a line each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extractOne


@dataclass(frozen=True, slots=True)
class ConfigError:
    """One fault; as text `config/rules.toml [[rule]] "share": points = 0, must be 1 or more`.

    Where the line is known, ` (line 9)` follows.
    """

    file: str
    """Where it was read: a file, the folder when no file is to blame, or `environment`."""
    table: str
    """The table as it is written, `[programme]` or `[[rule]] "share"`; "" outside any table."""
    key: str
    """"" when the fault is not in one key."""
    line: int | None
    """Counted from 1; None where it is not known."""
    message: str

    def __str__(self) -> str:
        place = f"{self.file} {self.table}" if self.table else self.file
        return f"{place}: {self.message}" + (f" (line {self.line})" if self.line else "")


class ConfigErrors(Exception):
    """All faults of what was read, in the order of files and lines; as text one a line."""

    def __init__(self, errors: Iterable[ConfigError]) -> None:
        self.errors = tuple(sorted(errors, key=lambda error: (error.file, error.line or 0)))
        super().__init__("\n".join(map(str, self.errors)))


def nearest(word: str, known: Iterable[str], *, least: float = 0.5) -> str | None:
    """The known word the fewest edits away; None when none is `least` alike, from 0 to 1."""
    scorer = Levenshtein.normalized_similarity
    found = extractOne(word[:80], sorted(known), scorer=scorer, score_cutoff=least)
    return found[0] if found else None


def hint(word: str, known: Collection[str], *, least: float = 0.5) -> str:
    """The end of a message about an unknown word: the nearest right one, or all of them."""
    close = nearest(word, known, least=least)
    return f'did you mean "{close}"?' if close else f"known: {', '.join(sorted(known))}"


def shown(value: object) -> str:
    """A value as its file would spell it, on one line and cut to 40 characters."""
    match value:
        case bool():
            return str(value).lower()
        case int():
            return str(value) if abs(value) < 10**18 else "a number of more than 18 digits"
        case Decimal():
            return _cut(str(value)) if value.is_finite() else str(value).lower()[:3]
        case str():
            return f'"{_cut(printable(value))}"'
        case list() | dict():
            return "a list" if isinstance(value, list) else "a table"
        case _:
            return str(value)


def printable(text: str) -> str:
    """The same text with line breaks, control and invisible characters spelt out."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
