"""Brings a database to the newest schema, or refuses one that is newer than this program."""

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.points.summary import read_summary
from store import reports
from store.database import Connection, Database, DatabaseError
from store.migrations import HEAD

if TYPE_CHECKING:
    from sqlalchemy import Connection as SqlConnection


MIGRATING = 7131423
"""The PostgreSQL advisory lock that is held while tables are made: any number, always the same."""


class SchemaError(Exception):
    """The database cannot be used by this program; the message says what to do."""


class NoLedger(SchemaError):
    """There is no ledger in it yet."""


def ensure(database: Database, revision: str = HEAD) -> None:
    """Migrates when needed. Raises SchemaError when the database is newer than this program."""
    if _current(database) != revision:
        _upgrade(database, revision)


def require(database: Database) -> None:
    """For those who only read: raises SchemaError unless the schema is exactly the newest."""
    current = _current(database)
    if current is None:
        raise NoLedger(f"{shown(database)} holds no ledger yet: run or replay something first")
    if current != HEAD:
        raise SchemaError(
            f"{shown(database)} has schema {current}, this program wants {HEAD}: "
            + ("start `run` once to bring it up" if current < HEAD else "use a newer program")
        )


def shown(database: Database) -> str:
    """What the database is called, without user and password, wherever the URL holds them."""
    if database.path is not None:
        return str(database.path)
    return database.url.partition("://")[2].partition("?")[0].rpartition("@")[2]


def keep_zone(connection: Connection, zone: ZoneInfo) -> None:
    """Raises SchemaError when the ledger's days are those of another zone: check-ins, boards and
    expiries of one day would be counted for two."""
    stored = reports.programme_summary(connection)
    kept = read_summary(stored).zone if stored is not None else zone
    if kept.key != zone.key and reports.recent_entries(connection, 1):
        raise SchemaError(
            f'this ledger keeps its days in zone "{kept.key}" and the programme says '
            f'"{zone.key}": put it back, or start a new database'
        )


def _current(database: Database) -> str | None:
    if database.path is not None and not database.path.exists():
        return None
    connection = database.connect_to_read()
    try:
        return version(connection)
    finally:
        connection.close()


def version(connection: Connection) -> str | None:
    """The schema's revision; None where there is none yet."""
    if connection.is_sqlite:
        sql = "SELECT name FROM sqlite_master WHERE name = 'alembic_version'"
    else:
        sql = "SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"
    if not connection.rows(sql):
        return None
    rows = connection.rows("SELECT version_num FROM alembic_version")
    return str(rows[0][0]) if rows else None


def _upgrade(database: Database, revision: str) -> None:
    """Runs the migrations that are missing, one transaction each."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy import create_engine, event
    from sqlalchemy.exc import DBAPIError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    current = _current(database)
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if current is not None and current not in known:
        raise SchemaError(
            f"{shown(database)} has schema {current}, which this program does not know "
            f"(its newest is {HEAD}): use the newer program that made it"
        )
    engine = create_engine(database.url)
    if database.is_sqlite:
        event.listen(engine, "connect", _own_transactions)
        event.listen(engine, "begin", lambda opened: opened.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.connect() as connection:
            if database.is_sqlite:
                config.attributes["connection"] = connection
                command.upgrade(config, revision)
            else:
                with connection.begin():
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATING})")
                    make_schema(connection)
                    config.attributes["connection"] = connection
                    command.upgrade(config, revision)
    except DBAPIError as error:
        raise DatabaseError(
            f"{shown(database)}: migration failed, nothing was changed: {error.orig}"
        ) from error
    finally:
        engine.dispose()


def make_schema(connection: "SqlConnection") -> None:
    """On PostgreSQL, makes the schema that the URL's search_path names, when there is none."""
    is_there, wanted = connection.exec_driver_sql(
        "SELECT current_schema() IS NOT NULL, current_setting('search_path')"
    ).one()
    if not is_there and wanted.isidentifier():
        connection.exec_driver_sql(f'CREATE SCHEMA IF NOT EXISTS "{wanted}"')


def _own_transactions(driver: object, _record: object) -> None:
    """Stops the sqlite3 module from starting transactions of its own, which would leave DDL
    outside."""
    driver.isolation_level = None  # type: ignore[attr-defined]
