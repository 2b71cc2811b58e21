"""The tables refuse what must not be, migrations are whole or not there, and an old program keeps
its hands off a newer schema."""

import os
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from itertools import count
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, create_engine, event, inspect
from sqlalchemy import Connection as SqlConnection
from sqlalchemy.engine import Engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import store.tables  # noqa: F401
from store.checks.found import Found
from store.checks.schema import compare
from store.database import Conflict, Connection, Database, DatabaseError
from store.migrations import HEAD
from store.reports import LINE_COLUMNS, LINE_TABLES
from store.schema import SchemaError, ensure, require
from store.snapshot import snapshot
from store.verify import verify
from tests.replaying import TRANSCRIPTS, bot
from tests.store.tampering import Tampering, columns_of, keys_of

IMMUTABLE = ["entry", "activity", "lot_use"]
TABLES = sorted(SQLModel.metadata.tables)
REVISIONS = [
    "0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0012",
    "0013", "0014",
]  # fmt: skip
"""Every migration there is, in order."""
STATEMENTS = {
    "0001": 15,
    "0002": 3,
    "0003": 2,
    "0004": 7,
    "0005": 3,
    "0006": 3,
    "0007": 18,
    "0008": 1,
    "0009": 1,
    "0010": 6,
    "0011": 1,
    "0012": 5,
    "0013": 4,
    "0014": 2,
}
"""How many statements each takes at least."""

BAD: dict[str, dict[str, list[object]]] = {
    "entry": {
        "points": [0, 10**9 + 1, -(10**9) - 1, 2**63 - 1, "abc", 1.5, None],
        "kind": ["gift", "", None],
        "balance": [-1, "abc", None],
        "debt": [-1, 1.5, None],
        "reverses": [1],
        "at": ["2026-11-01", None],
        "member": [None],
        "key": [None],
        "hash": [None],
    },
    "account": {
        "balance": [-1, 10**15 + 1, "abc", 0.5, None],
        "debt": [-1, 10**15 + 1, None],
        "head": [None],
    },
    "waiting": {"points": [0, -1, 10**9 + 1, "abc", 1.5, None], "due_at": [None], "why": [None]},
    "purchase": {"known": [None], "left_fen": ["abc", 1.5], "buyer_id": [None]},
    "referral": {"stage": ["gone", "", None], "inviter": [None]},
    "lot": {"remaining": [-1, "abc", 1.5, None]},
    "lot_use": {"points": [0, "abc", 1.5, None]},
    "activity": {"outcome": ["won", None], "refusal": ["late"], "day": [None]},
    "outbox": {
        "kind": ["shout", "", None],
        "state": ["said", "sent", None],
        "refusals": [-1, "abc", None],
        "done_at": [1],
        "text": [None],
    },
    "member": {"newcomer": [2, -1, "yes", None], "name": [None]},
    "score": {"points": ["abc", 1.5, None]},
}
"""What each column must refuse, put into a row that is right otherwise."""


@pytest.mark.parametrize("revision", REVISIONS)
def test_tables_are_strict_and_guarded_after_every_migration(
    database: Database, revision: str
) -> None:
    _upgrade(database, revision)
    found = Found()
    with snapshot(database) as view:
        compare(view, found)
    is_younger = revision < "0014" and not database.is_sqlite
    assert found.lines() == (["sequence outbox_id_seq: there is none"] if is_younger else [])


def test_the_newest_migration_is_the_one_the_program_wants(database: Database) -> None:
    ensure(database)
    assert REVISIONS[-1] == HEAD
    require(database)


def test_the_migrations_make_what_the_tables_describe(database: Database) -> None:
    ensure(database)
    with _engine(database).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
        made = _checks(connection)
    other = create_engine("sqlite://")
    if not database.is_sqlite:
        with _engine(database).begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        other = _engine(database)
    with other.begin() as connection:
        SQLModel.metadata.create_all(connection)
        described = _checks(connection)
    other.dispose()
    assert made == described
    written = [
        constraint.name
        for table in SQLModel.metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    ]
    assert sorted(name for checks in made.values() for name in checks) == sorted(written)


def test_the_tables_described_are_strict_too() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        SQLModel.metadata.create_all(connection)
        rows = connection.exec_driver_sql("PRAGMA table_list").fetchall()
    engine.dispose()
    ours = {name: (without_rowid, strict) for _, name, _, _, without_rowid, strict in rows}
    assert {name: ours[name] for name in TABLES} == dict.fromkeys(TABLES, (1, 1))


@pytest.mark.parametrize("table", IMMUTABLE)
def test_no_column_of_history_can_be_changed_not_even_to_itself(
    tampering: Tampering, table: str
) -> None:
    connection = tampering.database.connect()
    rows = tampering.rows(table)
    for column in columns_of(table):
        for value in (column, "NULL"):
            with pytest.raises(DatabaseError, match="immutable"):
                connection.run(f"UPDATE {table} SET {column} = {value}")
    with pytest.raises(DatabaseError, match="immutable"):
        connection.run(f"DELETE FROM {table}")
    connection.close()
    assert tampering.rows(table) == rows


@pytest.mark.parametrize("table", IMMUTABLE)
def test_history_cannot_be_replaced_by_an_insert(tampering: Tampering, table: str) -> None:
    row = tampering.rows(table)[0]
    names, places = ", ".join(row), ", ".join("?" * len(row))
    if tampering.database.is_sqlite:
        sql = f"INSERT OR REPLACE INTO {table} ({names}) VALUES ({places})"
    else:
        sets = ", ".join(f"{name} = excluded.{name}" for name in row)
        keys = ", ".join(keys_of(table))
        sql = (
            f"INSERT INTO {table} ({names}) VALUES ({places})"
            f" ON CONFLICT ({keys}) DO UPDATE SET {sets}"
        )
    connection = tampering.database.connect()
    with pytest.raises(DatabaseError, match="immutable"):
        connection.run(sql, *row.values())
    connection.close()
    assert tampering.rows(table)[0] == row


@pytest.mark.parametrize("table", IMMUTABLE)
def test_history_cannot_be_truncated(postgres_sample: Database, table: str) -> None:
    connection = postgres_sample.connect()
    with pytest.raises(DatabaseError, match="immutable"):
        connection.run(f"TRUNCATE {table}")
    connection.close()


@pytest.mark.parametrize(
    ("table", "column"), [(table, column) for table in BAD for column in BAD[table]]
)
def test_a_bad_value_is_refused(tampering: Tampering, table: str, column: str) -> None:
    row = _new(tampering, table)
    connection = tampering.database.connect()
    connection.begin()
    _insert(connection, table, row)  # which is right as it stands
    connection.rollback()
    for value in BAD[table][column]:
        if isinstance(value, float) and not tampering.database.is_sqlite:
            continue  # PostgreSQL makes a whole number of it
        connection.begin()
        with pytest.raises(DatabaseError):
            _insert(connection, table, {**row, column: value})
        connection.rollback()
    connection.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "redemption", "points": 5},
        {"kind": "expiry", "points": 5},
        {"kind": "accrual", "points": -5},
        {"kind": "reversal", "reverses": None},
        {"key": "checkin:checkin/2026-11-01/2"},
        {"kind": "reversal", "points": -5, "reverses": 11, "key": "reversal:11"},
    ],
)
def test_an_entry_that_contradicts_itself_or_another_is_refused(
    tampering: Tampering, changes: dict[str, Any]
) -> None:
    connection = tampering.database.connect()
    with pytest.raises(Conflict):
        _insert(connection, "entry", {**_new(tampering, "entry"), **changes})
    connection.close()


def test_an_account_has_a_balance_or_a_debt(tampering: Tampering) -> None:
    connection = tampering.database.connect()
    with pytest.raises(Conflict):
        connection.run("UPDATE account SET balance = 1, debt = 1")
    connection.close()


def test_a_deed_is_done_once_but_refused_as_often_as_it_is_tried(tampering: Tampering) -> None:
    done = next(row for row in tampering.rows("activity") if row["outcome"] == "accrued")
    connection = tampering.database.connect()
    connection.begin()
    for number in (801, 802):
        _insert(connection, "activity", {
            **done, "id": number, "outcome": "refused", "refusal": "already_done", "entry": None,
        })  # fmt: skip
    with pytest.raises(Conflict):
        _insert(connection, "activity", {**done, "id": 803})
    connection.rollback()
    connection.close()


def test_the_reversals_of_an_entry_are_found_without_reading_the_ledger(
    sqlite_sample: Database,
) -> None:
    """Whatever is read of `entry`, it is by number, or by the number that it takes back."""
    connection = sqlite_sample.connect_to_read()
    plan = connection.rows(
        f"EXPLAIN QUERY PLAN SELECT {LINE_COLUMNS} FROM {LINE_TABLES}"
        " WHERE entry.community = 1 AND entry.id = 11",
        "test",
    )
    connection.close()
    read = [str(step[3]).partition("(")[2] for step in plan if "SEARCH" in str(step[3])]
    assert read
    assert not [step for step in plan if "SCAN" in str(step[3]).split()]
    assert "community=?)" not in read


def test_an_old_program_refuses_a_newer_schema(sample: Database) -> None:
    connection = sample.connect()
    connection.run("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(SchemaError, match="schema 9999, which this program does not know"):
        ensure(sample)
    with pytest.raises(SchemaError, match="use a newer program"):
        require(sample)


@pytest.mark.parametrize("verb", ["replay", "verify", "export", "backup"])
def test_the_command_line_refuses_a_newer_schema_in_a_sentence(
    sqlite_sample: Database, verb: str
) -> None:
    connection = sqlite_sample.connect()
    connection.run("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    words = {"replay": [TRANSCRIPTS / "month.jsonl"], "export": ["entries"], "backup": ["none"]}
    done = bot(verb, *words.get(verb, []), "--db", sqlite_sample.url)
    assert done.returncode == 2
    assert done.stdout == b""
    assert b"has schema 9999" in done.stderr
    assert done.stderr.count(b"\n") == 1


def test_reading_where_nothing_was_ever_written_makes_nothing(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    with pytest.raises(SchemaError, match="holds no ledger yet"):
        require(database)
    assert database.path is not None
    assert not database.path.exists()


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_migration_killed_at_any_statement_leaves_the_old_schema_or_the_new(
    database: Database, revision: str
) -> None:
    """The process is killed before its n-th statement, for every n, until one gets through."""
    old = REVISIONS[: REVISIONS.index(revision)][-1:]
    for before in old:
        _upgrade(database, before)
    for number in count(1):
        ended_well = _killed(number, lambda: ensure(database, revision))
        versions = _versions(database)
        assert versions in (old, [revision])
        assert bool(_tables(database)) is bool(versions)
        if ended_well:
            break
    assert versions == [revision]
    assert number > STATEMENTS[revision]
    if revision == HEAD:
        assert verify(database) == (0, [])


def test_counters_are_counted_anew_from_the_entries(tampering: Tampering) -> None:
    """The second migration, on a ledger with awards of several days, weeks and rules."""
    for row in tampering.rows("account"):
        assert tampering.update("account", row, {**row, "counters": '{"checkin":["x",1]}'})
    _, differences = verify(tampering.database)
    assert differences
    counters = import_module("store.migrations.versions.0002_counters")
    with (
        _engine(tampering.database).begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        counters.upgrade()
    assert verify(tampering.database)[1] == []


def test_an_old_ledger_learns_to_take_back_in_parts(sample: Database) -> None:
    """The third migration, on a ledger with reversals: the index is no longer unique, and all
    that guards history is as it was."""
    connection = sample.connect()
    connection.run("DROP INDEX entry_reversed")
    connection.run(
        "CREATE UNIQUE INDEX entry_reversed_once ON entry (community, reverses)"
        " WHERE reverses IS NOT NULL"
    )
    before = connection.rows("SELECT * FROM entry ORDER BY id")
    connection.close()
    parts = import_module("store.migrations.versions.0003_parts")
    with (
        _engine(sample).begin() as opened,
        Operations.context(MigrationContext.configure(opened)),
    ):
        parts.upgrade()
    connection = sample.connect_to_read()
    assert connection.rows("SELECT * FROM entry ORDER BY id") == before
    connection.close()
    with _engine(sample).connect() as opened:
        unique = {
            index["name"]: bool(index["unique"]) for index in inspect(opened).get_indexes("entry")
        }
    assert unique.get("entry_reversed") is False
    assert "entry_reversed_once" not in unique
    assert verify(sample) == (len(before), [])


ADDED = {
    "account": (
        "total_days", "shields", "away_days", "peak", "set_aside", "refusal", "active_on",
        "back_on", "formers", "merged_into",
    ),
    "member": ("birthday",),
    "activity": ("facts",),
    "purchase": ("judged_fen", "paid_on"),
    "waiting": ("waits_for",),
    "job_run": ("place",),
    "room": ("name", "adopted_at", "closed_at", "read_at"),
}  # fmt: skip
"""Columns of the sixth migration and later ones."""


def test_what_accounts_keep_is_read_from_journal_and_ledger(tampering: Tampering) -> None:
    """The sixth migration and those after it, on a ledger with members who checked in on several
    days and on none, and from whom points were taken back."""
    days = [row["total_days"] for row in tampering.rows("account")]
    assert 0 in days
    assert max(days) > 1
    assert tampering.execute("DROP INDEX account_merged", [])
    for table, columns in ADDED.items():
        for column in columns:
            assert tampering.execute(f"ALTER TABLE {table} DROP COLUMN {column}", [])
    assert tampering.execute("DROP TABLE tag", [])
    assert tampering.execute("DROP TABLE bind_code", [])
    assert tampering.execute("DROP TABLE wrong_code", [])
    assert tampering.execute("DROP TABLE terms", [])
    assert tampering.execute("DROP TABLE budget", [])
    for table in ("post", "gram", "claim", "decision", "outbox"):
        assert tampering.execute(f"DROP TABLE {table}", [])
    assert tampering.execute("DROP INDEX entry_of_actor", [])
    assert tampering.execute("DROP INDEX identity_of_member", [])
    assert tampering.execute("UPDATE alembic_version SET version_num = ?", ["0005"])
    ensure(tampering.database)
    entries, differences = verify(tampering.database)
    assert entries
    assert differences == []
    assert [row["total_days"] for row in tampering.rows("account")] == days


def _killed(number: int, work: Callable[[], None]) -> bool:
    """Does it in a child that kills itself before its `number`th statement; True: it got
    through."""
    child = os.fork()
    if child == 0:
        try:
            _kill_before(number)
            work()
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGKILL
    return os.WIFEXITED(status)


def _kill_before(number: int) -> None:
    """Counts what the databases are told: on SQLite every statement, BEGIN and COMMIT included."""
    told = count(1)

    def tell(*_: object) -> None:
        if next(told) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def connected(driver: object, _record: object) -> None:
        if isinstance(driver, sqlite3.Connection):
            driver.set_trace_callback(tell)

    def executing(connection: SqlConnection, *_: object) -> None:
        if connection.dialect.name != "sqlite":
            tell()

    event.listen(Engine, "connect", connected)
    event.listen(Engine, "before_cursor_execute", executing)
    event.listen(Engine, "commit", executing)


def _versions(database: Database) -> list[str]:
    if "alembic_version" not in _tables(database):
        return []
    connection = database.connect_to_read()
    try:
        return [str(version) for (version,) in connection.rows("SELECT * FROM alembic_version")]
    finally:
        connection.close()


def _tables(database: Database) -> list[str]:
    if database.path is None:
        with _engine(database).connect() as connection:
            return inspect(connection).get_table_names()
    with closing(sqlite3.connect(database.path)) as driver:
        rows = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in rows]


def _upgrade(database: Database, revision: str) -> None:
    """Up to one revision, as `ensure` does it up to the newest."""
    ensure(database, revision)


def _engine(database: Database) -> Engine:
    return create_engine(database.url, poolclass=NullPool)


def _checks(connection: SqlConnection) -> dict[str, dict[str | None, str]]:
    """Every CHECK by table and name."""
    found = inspect(connection)
    return {
        table: {
            check["name"]: " ".join(str(check["sqltext"]).split())
            for check in found.get_check_constraints(table)
        }
        for table in TABLES
    }


def _new(tampering: Tampering, table: str) -> dict[str, Any]:
    """A row that could be added."""
    if table == "referral":
        return {"community": 1, "invitee": 3, "inviter": 2, "at": 1, "stage": "joined"}
    row = dict(tampering.rows(table)[0])
    changes = {"key": "x:x/x/9"} if table in ("entry", "activity", "waiting") else {}
    number = {
        "lot_use": "entry", "account": "member", "lot": "member", "score": "member",
        "waiting": "member", "purchase": "number",
    }  # fmt: skip
    new = "900" if table == "purchase" else 900
    return {**row, **changes, number.get(table, "id"): new}


def _insert(connection: Connection, table: str, row: dict[str, Any]) -> None:
    names, places = ", ".join(row), ", ".join("?" * len(row))
    connection.run(f"INSERT INTO {table} ({names}) VALUES ({places})", *row.values())
