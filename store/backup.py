"""A copy of the whole database in one SQLite file, made while the bot runs, and put back from it.

SQLite and PostgreSQL are backed up in the same format, so a backup also moves a ledger from one to
the other.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bot.clock import system_now, to_micros
from store.atomic import beside, place
from store.checks import schema
from store.checks.found import Found
from store.database import Database, DatabaseError
from store.lock import held
from store.migrations import HEAD
from store.outbox import VOID
from store.progress import progress
from store.schema import MIGRATING, SchemaError, ensure, make_schema, shown
from store.snapshot import Snapshot, snapshot
from store.verify import compare_cheaply

if TYPE_CHECKING:
    import psycopg
    from sqlalchemy import Connection as Engaged

MARK = 0x4A494645
"""`PRAGMA application_id` of a backup: the letters JIFE."""
PAGES = 4_096
"""Pages that are copied between two moves of the progress bar."""


def backup(database: Database, file: Path) -> None:
    """Writes a consistent copy to a new file, which appears when it is complete and has been
    checked; it is whole in itself, with no log beside it.

    Raises FileExistsError when something is there, DatabaseError when the copy does not hold.
    """
    if file.exists():
        raise FileExistsError(f"{file} exists already: nothing was overwritten")
    if not file.absolute().parent.is_dir():
        raise FileNotFoundError(f"{file.parent}: there is no such folder")
    with _translated(), beside(file) as copy:
        if database.path is not None:
            _copy_sqlite(database.path, copy)
        else:
            _copy_postgres(database, copy)
        _finish(copy)
        _check(copy)
        place(copy, file)


def restore(file: Path, database: Database) -> int:
    """Puts a backup where no ledger is, whole or not at all. What it still had to say is never
    said, since the bot that it was taken of has said it; how much that is.

    Raises FileExistsError when the database holds tables, FileNotFoundError, and SchemaError when
    the file is no backup or was made by a newer program.
    """
    version = _version(file)
    with _translated(), held(database), _newest(file, version, database) as current:
        if database.path is None:
            return _load_postgres(current, database)
        _refuse_file(database.path)
        with beside(database.path) as copy:
            _copy_sqlite(current, copy)
            with closing(_opened(copy)) as driver:
                driver.execute("PRAGMA application_id = 0")
                ended = driver.execute(VOID, [to_micros(system_now())]).rowcount
            _check(copy)
            place(copy, database.path)
            return ended


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copies pages, never the file alone: what lies in the log belongs to it. The read transaction
    keeps a writer from making it begin anew."""
    with closing(_opened(source, "ro")) as driver, closing(_opened(target, "rwc")) as copy:
        driver.execute("BEGIN")
        [(total,)] = driver.execute("PRAGMA page_count")
        driver.execute("SELECT count(*) FROM sqlite_master").fetchall()
        with progress("copy", int(total)) as advance:
            driver.backup(copy, pages=PAGES, progress=lambda *_: advance(PAGES))


def _copy_postgres(database: Database, target: Path) -> None:
    """Makes the tables by the same migrations and fills them from one snapshot."""
    ensure(Database(f"sqlite:///{target}"))
    with snapshot(database) as view, closing(_opened(target)) as copy:
        copy.execute("PRAGMA synchronous = OFF")
        copy.execute("BEGIN")
        for table, columns, key in _tables():
            names, places = ", ".join(columns), ", ".join("?" * len(columns))
            rows = view.stream(f"SELECT {names} FROM {table} ORDER BY {', '.join(key)}")
            copy.executemany(f"INSERT INTO {table} ({names}) VALUES ({places})", rows)
        copy.execute("COMMIT")


def _finish(copy: Path) -> None:
    """Marks it as a backup, and folds its log into it."""
    with closing(_opened(copy)) as driver:
        driver.execute(f"PRAGMA application_id = {MARK}")
        [(mode,)] = driver.execute("PRAGMA journal_mode = DELETE")
    if mode != "delete":
        raise DatabaseError(f"{copy}: the copy cannot do without its log")


def _check(copy: Path) -> None:
    """Raises DatabaseError when the copy is damaged or does not add up."""
    found = Found()
    with snapshot(Database(f"sqlite:///{copy}")) as view:
        if schema.is_sound(view, found):
            compare_cheaply(view, found)
    if found.count:
        raise DatabaseError("the copy does not hold: " + "; ".join(found.lines()[:3]))


@contextmanager
def _translated() -> Iterator[None]:
    """Turns what SQLite says of a full disk or a damaged file into a DatabaseError."""
    try:
        yield
    except sqlite3.Error as error:
        raise DatabaseError(f"nothing was written: {error}") from error


@contextmanager
def _newest(file: Path, version: str, database: Database) -> Iterator[Path]:
    """The backup at the newest schema: the file itself, or a copy of an older one, migrated.
    Raises SchemaError."""
    if version == HEAD:
        yield file
        return
    with beside((database.path or file).with_name(f"{file.name}.migrated")) as copy:
        _copy_sqlite(file, copy)
        ensure(Database(f"sqlite:///{copy}"))
        yield copy


def _version(file: Path) -> str:
    if not file.is_file():
        raise FileNotFoundError(f"{file}: there is no such file")
    try:
        with closing(_opened(file, "ro")) as driver:
            [(mark,)] = driver.execute("PRAGMA application_id")
            versions = driver.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.DatabaseError:
        mark, versions = 0, []
    if mark != MARK or len(versions) != 1:
        raise SchemaError(f"{file} is no backup of a ledger")
    return str(versions[0][0])


def _refuse_file(target: Path) -> None:
    """A log left beside a missing database would be played into the restored one."""
    for part in (target, *(target.with_name(target.name + end) for end in ("-wal", "-journal"))):
        if part.exists():
            raise FileExistsError(f"{part} exists already: restore never overwrites a database")


def _load_postgres(file: Path, database: Database) -> int:
    """Makes the tables and fills them in one transaction."""
    import psycopg
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError

    engine = create_engine(database.url)
    try:
        with engine.begin() as connection, snapshot(Database(f"sqlite:///{file}")) as view:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
            make_schema(connection)
            _refuse_tables(connection, database)
            _migrate(connection)
            driver = connection.connection.driver_connection
            assert driver is not None
            _fill(view, driver)
            ended: int = driver.execute(
                VOID.replace("?", "%s").encode(), [to_micros(system_now())]
            ).rowcount
            return ended
    except (DBAPIError, psycopg.Error) as error:
        raise DatabaseError(f"nothing was restored: {error}") from error
    finally:
        engine.dispose()


def _refuse_tables(connection: "Engaged", database: Database) -> None:
    names = [table for table, _, _ in _tables()]
    found = connection.exec_driver_sql(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
    ).scalars()
    if taken := sorted({*names, "alembic_version"} & {*found}):
        raise FileExistsError(
            f"{shown(database)} holds tables already ({taken[0]}):"
            " restore never overwrites a database"
        )


def _migrate(connection: "Engaged") -> None:
    """Inside the caller's transaction, so that tables without rows cannot be left behind."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _fill(view: Snapshot, driver: "psycopg.Connection") -> None:
    """Copies every table's rows, and sets the sequences behind the highest ids."""
    tables = _tables()
    with driver.cursor() as cursor, progress("restore", len(tables)) as advance:
        for table, columns, key in tables:
            names = ", ".join(columns)
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN".encode()) as copy:
                for row in view.stream(f"SELECT {names} FROM {table} ORDER BY {', '.join(key)}"):
                    copy.write_row(row)
            advance(1)
        for table in schema.NUMBERED:
            cursor.execute(
                f"SELECT setval('{table}_id_seq', max(id)) FROM {table}"
                " HAVING max(id) IS NOT NULL".encode()
            )


def _tables() -> Sequence[tuple[str, list[str], list[str]]]:
    """Every table with its columns and those of its key."""
    from sqlmodel import SQLModel

    import store.tables  # noqa: F401

    return [
        (table.name, [c.name for c in table.columns], [c.name for c in table.primary_key])
        for table in SQLModel.metadata.sorted_tables
    ]


def _opened(file: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection of its own, which leaves the file's journal mode as it is."""
    return sqlite3.connect(
        f"{file.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None
    )
