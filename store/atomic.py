"""Files that are whole or not there: written beside their place, and moved there when complete."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOGS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database while it is open."""


@contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A path in the same folder to write to. What is left there at the end, whatever happened, is
    removed, a database's log included."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}.part")
    leavings = [temporary.with_name(temporary.name + end) for end in ("", *LOGS)]
    for left in leavings:
        left.unlink(missing_ok=True)
    try:
        yield temporary
    finally:
        for left in leavings:
            left.unlink(missing_ok=True)


def replace(temporary: Path, target: Path) -> None:
    """Moves a complete file to its place, over what was there."""
    _sync(temporary)
    temporary.replace(target)
    _sync(target.parent)


def place(temporary: Path, target: Path) -> None:
    """Moves a complete file to a place where nothing is. Raises FileExistsError."""
    _sync(temporary)
    try:
        target.hardlink_to(temporary)
    except FileExistsError:
        raise FileExistsError(f"{target} exists already: nothing was overwritten") from None
    except OSError:  # a file system without links
        if target.exists():
            raise FileExistsError(f"{target} exists already: nothing was overwritten") from None
        temporary.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    """Makes what was written durable."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
