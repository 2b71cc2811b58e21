"""One file's text to its tables, not yet judged, each knowing where it stood."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from config.errors import ConfigError, hint, shown
from config.schema import LISTED, TABLES
from config.syntax import KEY, parse

_HEADING = re.compile(r"""\s*\[\[?\s*["']?([\w-]+)""")


@dataclass(frozen=True, slots=True)
class Table:
    """One table as it was written."""

    file: str
    kind: str
    """`programme`, `rule`, `campaign`, `segment`, `make_up`, `admins`, `tier`, `recheck`,
    `expiry` or `pacing`."""
    number: int
    """Its place among those of its kind in the file, from 1."""
    values: Mapping[str, object]
    lines: Mapping[str, int]
    """Line by key, "" for the heading; empty where they cannot be told."""

    @property
    def label(self) -> str:
        """`[expiry]`, `[[rule]] "share"`, or `[[rule]] 3` for one without an id."""
        if self.kind not in LISTED:
            return bracketed(self.kind)
        name = self.values.get("id")
        return f"{bracketed(self.kind)} {shown(name) if isinstance(name, str) else self.number}"

    def error(self, key: str, message: str) -> ConfigError:
        """A fault of this table, at the line of the key if that is known."""
        line = self.lines.get(key, self.lines.get(""))
        return ConfigError(self.file, self.label, key, line, message)


def tables(file: str, content: bytes) -> Iterator[Table | ConfigError]:
    """The tables in the order of the file, and a fault for whatever is none."""
    document = parse(file, content)
    if isinstance(document, ConfigError):
        yield document
        return
    top, places = _places(content.decode())
    for kind, value in document.items():
        written = value if isinstance(value, list) else [value]
        lines = places.get(kind, [])
        if fault := _misplaced(kind, value):
            line = lines[0][""] if lines else top.get(kind)
            yield ConfigError(file, "", kind, line, fault)
            continue
        for i, values in enumerate(written):
            known = lines[i] if len(lines) == len(written) else {}
            yield Table(file, kind, i + 1, values, known)


def bracketed(kind: str) -> str:
    """`[programme]`, but `[[rule]]`."""
    return f"[[{kind}]]" if kind in LISTED else f"[{kind}]"


def _misplaced(kind: str, value: object) -> str:
    """Why this is none of the tables; "" when it is."""
    many = isinstance(value, list) and all(isinstance(one, dict) for one in value)
    if kind in TABLES:
        fits = many if kind in LISTED else isinstance(value, dict)
        return "" if fits else f"{kind} must be written {bracketed(kind)}"
    if many or isinstance(value, dict):
        return f"unknown table {shown(kind)}, {hint(kind, TABLES)}"
    return f"key {shown(kind)} stands outside any table"


def _places(text: str) -> tuple[dict[str, int], dict[str, list[dict[str, int]]]]:
    """The lines of the keys outside any table, and for each heading those of the keys below it."""
    here = top = dict[str, int]()
    places: dict[str, list[dict[str, int]]] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if heading := _HEADING.match(line):
            here = {"": number}
            places.setdefault(heading[1], []).append(here)
        elif key := KEY.match(line):
            here.setdefault(key[1], number)
    return top, places
