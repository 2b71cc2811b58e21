"""Connections to SQLite and PostgreSQL that speak one SQL.

Statements are written once: `?` for a value, `IN ?*` for a list of values. Times of the driver's
errors that matter are three, and callers know only these: Conflict, Contended and Unavailable.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Protocol, TypeGuard, cast

Value = str | int | bytes | None
Row = tuple[Value, ...]
Parameter = Value | Sequence[int] | Sequence[str]

BUSY_TIMEOUT_S = 5


class DatabaseError(Exception):
    """What the database refused; nothing of the transaction was kept."""


class Conflict(DatabaseError):
    """A constraint refused a row."""


class Contended(DatabaseError):
    """Another process was in the way (deadlock, serialisation); the whole transaction may be tried
    again."""


class Unavailable(DatabaseError):
    """Locked for too long, disk full, connection lost: to be tried again later."""


class Connection(Protocol):
    """One connection, used by one thread."""

    is_sqlite: bool

    def rows(self, sql: str, *parameters: Parameter) -> list[Row]:
        """All rows of a SELECT."""

    def run(self, sql: str, *parameters: Parameter) -> int:
        """Runs one statement; the number of rows it changed."""

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        """Runs one statement for each row."""

    def begin(self) -> None:
        """Starts a transaction that may write."""

    def commit(self) -> None:
        """Makes it durable."""

    def rollback(self) -> None:
        """Undoes it; nothing to undo is no error."""

    def next_ids(self, community: int, counts: Mapping[str, int]) -> dict[str, list[int]]:
        """Ids for so many new rows of each table, ascending, by table. Inside a transaction that
        may write; asked for all at once, since each question costs."""

    def close(self) -> None:
        """Closes it; what was not committed is undone."""


class SqliteConnection:
    """SQLite: WAL, synchronous=FULL, every write transaction starts with BEGIN IMMEDIATE."""

    is_sqlite = True

    def __init__(
        self,
        path: str,
        *,
        read_only: bool = False,
        checkpoints: bool = True,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
    ) -> None:
        target = f"{Path(path).absolute().as_uri()}?mode=ro" if read_only else path
        with _TRANSLATED:
            self.driver = sqlite3.connect(
                target,
                timeout=busy_timeout_s,
                isolation_level=None,
                check_same_thread=False,
                cached_statements=256,
                uri=read_only,
            )
            for pragma in (
                "journal_mode = WAL",
                "synchronous = FULL",
                "foreign_keys = ON",
                "recursive_triggers = ON",
                "cache_size = -64000",
                "mmap_size = 268435456",
                "temp_store = MEMORY",
            ):
                if not (read_only and pragma.startswith("journal_mode")):
                    self.driver.execute(f"PRAGMA {pragma}")
            if not checkpoints:
                self.driver.execute("PRAGMA wal_autocheckpoint = 0")
        self._cursor = self.driver.cursor()

    def rows(self, sql: str, *parameters: Parameter) -> list[Row]:
        """See Connection."""
        with _TRANSLATED:
            return self._cursor.execute(*bound(sql, parameters)).fetchall()

    def run(self, sql: str, *parameters: Parameter) -> int:
        """See Connection."""
        with _TRANSLATED:
            return self._cursor.execute(*bound(sql, parameters)).rowcount

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        """See Connection."""
        with _TRANSLATED:
            self._cursor.executemany(sql, rows)

    def begin(self) -> None:
        """See Connection."""
        with _TRANSLATED:
            self._cursor.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        """See Connection."""
        with _TRANSLATED:
            self._cursor.execute("COMMIT")

    def rollback(self) -> None:
        """See Connection."""
        if self.driver.in_transaction:
            with _TRANSLATED:
                self._cursor.execute("ROLLBACK")

    def next_ids(self, community: int, counts: Mapping[str, int]) -> dict[str, list[int]]:
        """See Connection. The write lock is held, so the highest ids cannot change."""
        highest = ", ".join(
            f"(SELECT coalesce(max(id), 0) FROM {table} WHERE community = ?)" for table in counts
        )
        [found] = self.rows(f"SELECT {highest}", *[community] * len(counts))
        lasts = zip(counts.items(), cast("tuple[int, ...]", found), strict=True)
        return {table: [*range(last + 1, last + 1 + count)] for (table, count), last in lasts}

    def close(self) -> None:
        """See Connection."""
        self.driver.close()


class PostgresConnection:
    """PostgreSQL through psycopg 3, READ COMMITTED: accounts are locked, in order, before they are
    read."""

    is_sqlite = False

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        import psycopg

        with _TRANSLATED:
            self.driver: psycopg.Connection = psycopg.connect(
                url.replace("postgresql+psycopg://", "postgresql://", 1),
                autocommit=True,
                connect_timeout=BUSY_TIMEOUT_S,
            )
            self.driver.execute(f"SET lock_timeout = {round(busy_timeout_s * 1000)}")
        self._cursor = self.driver.cursor()

    def rows(self, sql: str, *parameters: Parameter) -> list[Row]:
        """See Connection."""
        with _TRANSLATED:
            return self._cursor.execute(_for_postgres(sql).encode(), parameters).fetchall()

    def run(self, sql: str, *parameters: Parameter) -> int:
        """See Connection."""
        with _TRANSLATED:
            return self._cursor.execute(_for_postgres(sql).encode(), parameters).rowcount

    def many(self, sql: str, rows: Sequence[Row]) -> None:
        """See Connection."""
        with _TRANSLATED:
            self._cursor.executemany(_for_postgres(sql).encode(), rows)

    def begin(self) -> None:
        """See Connection."""
        self.run("BEGIN")

    def commit(self) -> None:
        """See Connection."""
        self.run("COMMIT")

    def rollback(self) -> None:
        """See Connection."""
        from psycopg.pq import TransactionStatus

        if self.driver.info.transaction_status not in (
            TransactionStatus.IDLE,
            TransactionStatus.UNKNOWN,
        ):
            self.run("ROLLBACK")

    def next_ids(self, community: int, counts: Mapping[str, int]) -> dict[str, list[int]]:  # noqa: ARG002
        """See Connection. A sequence serves all communities."""
        drawn = "SELECT ?::text, nextval(?::regclass) FROM generate_series(1, ?::int)"
        wanted: list[Value] = []
        for table, count in counts.items():
            wanted += [table, f"{table}_id_seq", count]
        rows = self.rows(" UNION ALL ".join([drawn] * len(counts)), *wanted)
        ids: dict[str, list[int]] = {table: [] for table in counts}
        for table, number in cast("list[tuple[str, int]]", rows):
            ids[table].append(number)
        return {table: sorted(numbers) for table, numbers in ids.items()}

    def close(self) -> None:
        """See Connection."""
        self.driver.close()


class Database:
    """Where one community's facts are: `sqlite:///path` or `postgresql+psycopg://…`.

    `busy_timeout_s`: how long a statement waits for somebody else's lock, in seconds.
    """

    def __init__(self, url: str, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self.url = url
        self.busy_timeout_s = busy_timeout_s
        self.is_sqlite = url.startswith("sqlite:///")
        self.path = Path(url.removeprefix("sqlite:///")) if self.is_sqlite else None
        self.has_checkpointer = False
        """Whether somebody else copies SQLite's log into the file, so that writers need not."""

    def connect(self) -> Connection:
        """A connection that may write."""
        if self.path is not None:
            return SqliteConnection(
                str(self.path),
                checkpoints=not self.has_checkpointer,
                busy_timeout_s=self.busy_timeout_s,
            )
        return PostgresConnection(self.url, busy_timeout_s=self.busy_timeout_s)

    def connect_to_read(self) -> Connection:
        """A connection for reading beside the writer."""
        if self.path is not None:
            return SqliteConnection(str(self.path), read_only=True)
        connection = PostgresConnection(self.url)
        connection.run("SET default_transaction_read_only = on")
        return connection


@lru_cache(maxsize=512)
def _for_sqlite(sql: str, *, is_lone: bool) -> str:
    return sql.replace("IN ?*", "= ?" if is_lone else "IN (SELECT value FROM json_each(?))")


def bound(sql: str, parameters: tuple[Parameter, ...]) -> tuple[str, list[Value]]:
    """The statement as SQLite takes it. Lists of one, which is what a lone message asks for, are
    compared as values: to open `json_each` costs as much as the look-up."""
    is_lone = all(len(one) == 1 for one in parameters if _is_list(one))
    values = [
        one if not _is_list(one) else one[0] if is_lone else json.dumps(one) for one in parameters
    ]
    return _for_sqlite(sql, is_lone=is_lone), cast("list[Value]", values)


def _is_list(parameter: Parameter) -> TypeGuard[Sequence[int] | Sequence[str]]:
    return isinstance(parameter, list | tuple)


@lru_cache(maxsize=512)
def _for_postgres(sql: str) -> str:
    return sql.replace("%", "%%").replace("IN ?*", "= ANY(?)").replace("?", "%s")


class _Translation:
    """Turns the drivers' errors into the three that matter. One object serves every statement."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, Exception):
            _raise_translated(error)


def _raise_translated(error: Exception) -> None:
    """Returns for what is no driver's error: it is raised as it is."""
    if isinstance(error, sqlite3.IntegrityError):
        raise Conflict(str(error)) from error
    if isinstance(error, sqlite3.OperationalError):
        # SQLITE_ERROR is a wrong statement, and wrong for ever.
        is_wrong = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
        raise (DatabaseError if is_wrong else Unavailable)(str(error)) from error
    if isinstance(error, sqlite3.Error | UnicodeEncodeError | OverflowError):
        raise DatabaseError(str(error)) from error  # the last two: a value that cannot be stored
    _raise_postgres(error)


def _raise_postgres(error: Exception) -> None:
    if not type(error).__module__.startswith("psycopg"):
        return
    import psycopg
    from psycopg import errors

    if isinstance(error, psycopg.IntegrityError):
        raise Conflict(str(error)) from error
    if isinstance(error, errors.SerializationFailure | errors.DeadlockDetected):
        raise Contended(str(error)) from error
    if isinstance(error, errors.ProgramLimitExceeded):
        raise DatabaseError(str(error)) from error
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        raise Unavailable(str(error)) from error
    raise DatabaseError(str(error)) from error


_TRANSLATED = _Translation()
