"""`extends`: a folder that states its differences from a preset, and the preset below it."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from config.errors import ConfigError, hint, shown
from config.schema import COUNTED, LISTED, WAITING
from config.source import Source, read
from config.tables import Table

PRESETS = Path(__file__).parent / "presets"
PRESETS_ORIGIN = "config/presets"
ADMIN = "admin"
"""What points wait for that an admin may choose."""


def preset_ids() -> list[str]:
    """The presets that are shipped, the one the others extend first."""
    found = [path.parent.name for path in PRESETS.glob("*/programme.toml")]
    return sorted(found, key=lambda name: (name != "standard", name))


def read_extended(folder: Path, origin: str, above: tuple[str, ...] = ()) -> Source:
    """The folder's tables over those of the preset it extends, if it does.

    `[programme]`, `[make_up]` and a `[[rule]]`, `[[campaign]]` or `[[segment]]` of the same id
    replace single keys, and of those that say for which days a rule pays, or what its points wait
    for, the one there is; `[expiry]`, `[pacing]` and all of the `[[tier]]` replace the preset's.
    `above` are the presets that led here.
    """
    own = read(folder, origin)
    own = replace(own, errors=(*own.errors, *_repeated(own)))
    programme = next(iter(own.of("programme")), None)
    name = programme.values.get("extends") if programme else None
    if not programme or not isinstance(name, str):
        return own
    if name not in preset_ids():
        fault = f"extends = {shown(name)}, is no preset, {hint(name, preset_ids())}"
        own = replace(own, errors=(*own.errors, programme.error("extends", fault)))
        name = "standard"  # so that what a preset would have given is not reported as missing
    if name in above:
        fault = f"extends = {shown(name)}, must not come back to itself"
        return replace(own, errors=(*own.errors, programme.error("extends", fault)))
    below = read_extended(PRESETS / name, f"{PRESETS_ORIGIN}/{name}", (*above, name))
    return Source(
        origin=origin,
        tables=_merged(below.tables, own.tables),
        errors=below.errors + own.errors,
        digest=hashlib.sha256(own.digest + below.digest).digest(),
    )


def _identity(table: Table) -> tuple[str, object]:
    """What two tables share that speak of the same thing."""
    if table.kind not in LISTED:
        return table.kind, None
    name = table.values.get("id")
    return table.kind, name if isinstance(name, str) else (table.file, table.number)


def _merged(below: tuple[Table, ...], own: tuple[Table, ...]) -> tuple[Table, ...]:
    whole = {"expiry", "pacing", "tier"} & {table.kind for table in own}
    tables = {_identity(table): table for table in below if table.kind not in whole}
    for table in own:
        under = tables.get(_identity(table))
        values = _over(under.values, table.values) if under else table.values
        tables[_identity(table)] = replace(table, values=values)
    return tuple(tables.values())


def _over(below: Mapping[str, object], own: Mapping[str, object]) -> dict[str, object]:
    dropped = {key for keys in (COUNTED, WAITING) if set(keys) & own.keys() for key in keys}
    if own.get("wait_for", ADMIN) != ADMIN or "wait_days" in own:
        dropped.add("choices")
    return {**{key: below[key] for key in below if key not in dropped}, **own}


def _repeated(source: Source) -> Iterator[ConfigError]:
    """What speaks twice of the same thing: nobody could say which one holds."""
    first: dict[tuple[str, object], Table] = {}
    for table in source.tables:
        other = first.setdefault(_identity(table), table)
        if other is not table:
            line = f" line {other.lines['']}" if "" in other.lines else ""
            yield table.error("id", f"stands twice, first in {other.file}{line}")
