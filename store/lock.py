"""One writer a SQLite file: the second `run` or `replay` is refused with a clear word."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from store.database import Database


class AlreadyRunning(Exception):
    """Another process writes this file; the message names it."""


@contextmanager
def held(database: Database) -> Iterator[None]:
    """Holds the lock beside the file, and makes its folder; on PostgreSQL several processes may
    write.

    Raises AlreadyRunning. The kernel lets go of the lock when the process ends, however it ends.
    """
    if database.path is None:
        yield
        return
    database.path.parent.mkdir(parents=True, exist_ok=True)
    place = database.path.with_name(database.path.name + ".lock")
    with place.open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise AlreadyRunning(
                f"{database.path} is being written by process {file.read().strip() or 'unknown'}: "
                "stop that one first, or use another database; "
                "export, verify and backup may run beside it"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def holder(database: Database) -> str | None:
    """The process that writes this file, as its lock says; None where none does. Holds nothing
    itself, so that a bot may start at the same moment."""
    if database.path is None:
        return None
    place = database.path.with_name(database.path.name + ".lock")
    try:
        with place.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return place.read_text().strip() or "unknown"
    except FileNotFoundError:
        return None
    return None
