"""A programme's tables as text, and back: so that the ledger can keep the programme that was in
force, and judge by it what belongs to then."""

import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from config.tables import Table

DECIMAL, DATE = "decimal", "date"


def to_text(tables: Iterable[Table]) -> str:
    """JSON: kind, place and values of each table; equal tables give equal text."""
    rows = [(table.kind, table.number, table.values) for table in tables]
    return json.dumps(rows, ensure_ascii=False, sort_keys=True, default=_tagged)


def from_text(text: str, origin: str) -> tuple[Table, ...]:
    """The tables again, said to stand in `origin`. Raises ValueError for what is none."""
    rows = json.loads(text, object_hook=_untagged)
    return tuple(Table(origin, kind, number, values, {}) for kind, number, values in rows)


def _tagged(value: object) -> dict[str, str]:
    """What TOML has and JSON has not."""
    match value:
        case Decimal():
            return {DECIMAL: str(value)}
        case date():
            return {DATE: value.isoformat()}
    raise TypeError(f"no table of a programme holds a {type(value).__name__}")


def _untagged(found: dict[str, object]) -> object:
    if len(found) == 1:
        [(key, value)] = found.items()
        if key == DECIMAL and isinstance(value, str):
            return Decimal(value)
        if key == DATE and isinstance(value, str):
            return date.fromisoformat(value)
    return found
