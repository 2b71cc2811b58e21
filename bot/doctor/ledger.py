"""The database: whether it can be read and written, and what an operator should know of it."""

import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TypeVar

from bot.doctor.findings import Finding, say
from bot.rooms import Place, Rooms
from store.database import Connection, Database, DatabaseError
from store.migrations import HEAD
from store.outbox import count_parked, count_refused
from store.overview import rooms as room_lines
from store.reports import last_instant
from store.schema import shown, version

PATIENCE_S = 10.0
"""What the database may take for all of it."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What was read."""

    version: str
    journal: str = "wal"
    refusal: str = ""
    """Why it cannot be written; "" when it can."""
    last: datetime | None = None
    rooms: frozenset[Place] = frozenset()
    """That anything was ever heard of."""
    refused: int = 0
    """Things of value that the platform did not take so far, and that are tried again."""
    parked: int = 0
    """Those that were refused too often."""


def look(database: Database, rooms: Rooms) -> tuple[Ledger | None, list[Finding]]:
    """What is in it, None when there is nothing to be read; and what is said of it. `rooms` takes
    over which of them are open."""
    name = shown(database)
    if database.path is not None and not database.path.exists():
        why = _not_writable(database.path)
        unwritable = [say("database_read_only", database=name, why=why)] if why else []
        return None, [*unwritable, say("database_new", database=name)]
    try:
        ledger = _within(PATIENCE_S, lambda: _read(database, rooms))
    except DatabaseError as error:
        why = str(error).strip().splitlines()[0]
        return None, [say("database_away", database=name, why=why)]
    except TimeoutError:
        return None, [say("database_slow", database=name, seconds=f"{PATIENCE_S:g}")]
    if ledger is None:
        return None, [say("database_new", database=name)]
    return ledger, list(_said(ledger, name))


def _said(ledger: Ledger, name: str) -> Iterator[Finding]:
    if ledger.version > HEAD:
        yield say("database_newer", database=name, version=ledger.version)
    elif ledger.version < HEAD:
        yield say("database_old", database=name, version=ledger.version)
    if ledger.refusal:
        yield say("database_read_only", database=name, why=ledger.refusal)
    if ledger.journal != "wal":
        yield say("journal", database=name, mode=ledger.journal)
    if ledger.version == HEAD and not ledger.refusal:
        yield say("database", database=name, version=ledger.version)
    if ledger.refused:
        yield say("refused", count=ledger.refused)
    if ledger.parked:
        yield say("parked", count=ledger.parked)


def _read(database: Database, rooms: Rooms) -> Ledger | None:
    connection = database.connect_to_read()
    try:
        found = version(connection)
        if found is None:
            return None
        journal = str(connection.rows("PRAGMA journal_mode")[0][0]) if database.path else "wal"
        refusal = _not_writable(database.path) if database.path else _not_postgres(connection)
        if found != HEAD:
            return Ledger(found, journal, refusal)
        rooms.load(connection)
        known = frozenset((room.channel, room.external_id) for room in room_lines(connection))
        refused, parked = count_refused(connection), count_parked(connection)
        return Ledger(found, journal, refusal, last_instant(connection), known, refused, parked)
    finally:
        connection.close()


def _not_writable(path: Path) -> str:
    """Why the file, or the folder that will hold it, cannot be written; "" when both can."""
    folder = next(one for one in path.absolute().parents if one.exists())
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return error.strerror or str(error)
    if path.exists() and not os.access(path, os.W_OK):
        return os.strerror(13)
    return ""


def _not_postgres(connection: Connection) -> str:
    [(is_standby, may_create)] = connection.rows(
        "SELECT pg_is_in_recovery(), has_schema_privilege(current_schema(), 'CREATE')"
    )
    if is_standby:
        return "the server is a standby"
    return "" if may_create else "no right to make tables"


def _within(seconds: float, ask: Callable[[], T]) -> T:
    """The answer, or TimeoutError: the thread that still waits does not keep the program."""
    answers: SimpleQueue[T | BaseException] = SimpleQueue()

    def run() -> None:
        try:
            answers.put(ask())
        except BaseException as error:
            answers.put(error)

    Thread(target=run, daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(answer, BaseException):
        raise answer
    return answer
