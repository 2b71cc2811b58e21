"""One consistent view of a database for a long read beside the writer, and its rows one after the
other."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from store.database import (
    Connection,
    Database,
    DatabaseError,
    Parameter,
    Row,
    SqliteConnection,
    Value,
    bound,
)

FETCH = 5_000
"""Rows that are held at once."""
FRUGAL = ("temp_store = FILE", "cache_size = -16000", "mmap_size = 0")
"""What a long read on SQLite sorts may be larger than a small machine's memory, as the file is."""


class Snapshot:
    """What the database held at one instant, whatever is written meanwhile."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.is_sqlite = connection.is_sqlite
        self._streams = 0

    def rows(self, sql: str, *parameters: Value) -> list[Row]:
        """All rows of a SELECT that has few."""
        return self.connection.rows(sql, *parameters)

    def stream(self, sql: str, *parameters: Parameter) -> Iterator[Row]:
        """The rows of a SELECT that may have millions, read as they are asked for. Several may be
        open at once."""
        if isinstance(self.connection, SqliteConnection):
            return _sqlite_rows(self.connection.driver, sql, parameters)
        return self._postgres_rows(sql, parameters)

    def _postgres_rows(self, sql: str, parameters: tuple[Parameter, ...]) -> Iterator[Row]:
        self._streams += 1
        name = f"stream_{self._streams}"
        self.connection.run(f"DECLARE {name} NO SCROLL CURSOR FOR {sql}", *parameters)
        while rows := self.connection.rows(f"FETCH {FETCH} FROM {name}"):
            yield from rows
        self.connection.run(f"CLOSE {name}")


@contextmanager
def snapshot(database: Database) -> Iterator[Snapshot]:
    """Opens a view in one read transaction, which stands in no writer's way."""
    connection = database.connect_to_read()
    try:
        if connection.is_sqlite:
            for pragma in FRUGAL:
                connection.rows(f"PRAGMA {pragma}")
            connection.run("BEGIN")
            connection.rows("SELECT count(*) FROM sqlite_master")
        else:
            connection.run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield Snapshot(connection)
        connection.rollback()
    finally:
        connection.close()


def whole(value: Value) -> int:
    """The number that a column of whole numbers holds."""
    assert isinstance(value, int)
    return value


def _sqlite_rows(
    driver: sqlite3.Connection, sql: str, parameters: tuple[Parameter, ...]
) -> Iterator[Row]:
    cursor = driver.cursor()
    try:
        cursor.execute(*bound(sql, parameters))
        while rows := cursor.fetchmany(FETCH):
            yield from rows
    except sqlite3.Error as error:
        raise DatabaseError(str(error)) from error
