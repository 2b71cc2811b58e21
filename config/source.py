"""A folder to tables: reads its `*.toml`, once each, in the order of their names."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from config.errors import ConfigError, printable
from config.syntax import MAX_BYTES
from config.tables import Table, tables


@dataclass(frozen=True, slots=True)
class Source:
    """What a folder held."""

    origin: str
    """What messages call the folder."""
    tables: tuple[Table, ...]
    errors: tuple[ConfigError, ...]
    digest: bytes
    """SHA-256 over the files' names and bytes, each after its length: no two folders agree."""

    def of(self, kind: str) -> list[Table]:
        """The tables of one kind, in the order of the files."""
        return [table for table in self.tables if table.kind == kind]


def read(folder: Path, origin: str) -> Source:
    """The folder's tables and what is wrong with its files, `origin/rules.toml` in messages."""
    origin = printable(origin)
    paths = _paths(folder)
    if isinstance(paths, str):
        return Source(origin, (), (ConfigError(origin, "", "", None, paths),), b"")
    found: list[Table | ConfigError] = []
    digest = hashlib.sha256()
    for path in paths:
        file = f"{origin}/{printable(path.name)}"
        content = _content(path)
        if isinstance(content, str):
            found.append(ConfigError(file, "", "", None, content))
            continue
        for part in (os.fsencode(path.name), content):
            digest.update(len(part).to_bytes(8, "big") + part)
        found += tables(file, content)
    return Source(
        origin,
        tuple(one for one in found if isinstance(one, Table)),
        tuple(one for one in found if isinstance(one, ConfigError)),
        digest.digest(),
    )


def _paths(folder: Path) -> list[Path] | str:
    """The files by name, or why there are none; what an editor hides, `.#rules.toml`, is none."""
    try:
        paths = [p for p in folder.iterdir() if p.suffix == ".toml" and p.name[0] != "."]
    except FileNotFoundError:
        return "no such folder"
    except NotADirectoryError:
        return "is not a folder"
    except (OSError, ValueError) as fault:
        return f"cannot be read: {getattr(fault, 'strerror', fault)}"
    return sorted(paths, key=lambda path: path.name) or "holds no .toml file"


def _content(path: Path) -> bytes | str:
    """A byte more than allowed at most, so that too much is noticed; or why there is none."""
    try:
        if not path.is_file():
            return "is not a file"
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as fault:
        return f"cannot be read: {fault.strerror}"
