"""A backup is consistent whatever is written meanwhile, and comes back whole or not at all."""

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from store.backup import backup, restore
from store.database import Database, DatabaseError
from store.export import export
from store.lock import AlreadyRunning, held
from store.outbox import Outbox, parked, waiting
from store.schema import SchemaError, ensure
from store.verify import verify
from tests.chat import CHANNEL, Chat, Clock
from tests.databases import PostgresServer
from tests.replaying import bot
from tests.store.sample import PROGRAMME
from tests.store.tampering import Tampering

WHAT = ["entries", "balances", "activities", "members"]
LOOKS = 24
"""Backups taken while somebody writes."""

Make = Callable[[], Database]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(
    request: pytest.FixtureRequest, tmp_path: Path, postgres_server: PostgresServer
) -> Iterator[Make]:
    """Makes databases without tables, on each kind."""
    made: list[str] = []

    def make() -> Database:
        if request.param == "sqlite":
            made.append(f"restored{len(made)}.db")
            return Database(f"sqlite:///{tmp_path / made[-1]}")
        made.append(postgres_server.create())
        return Database(postgres_server.url(made[-1]))

    yield make
    if request.param == "postgresql":
        for name in made:
            postgres_server.drop(name)


@pytest.fixture
def copy(sqlite_sample: Database, tmp_path: Path) -> Path:
    """A backup of the sample."""
    file = tmp_path / "sample.backup"
    backup(sqlite_sample, file)
    return file


def test_a_ledger_comes_back_as_it_was_in_every_direction(
    sample: Database, empty: Make, tmp_path: Path
) -> None:
    backup(sample, tmp_path / "first")
    restored = empty()
    restore(tmp_path / "first", restored)
    assert verify(restored) == verify(sample) == (24, [])
    backup(restored, tmp_path / "second")
    again = empty()
    restore(tmp_path / "second", again)
    for what in WHAT:
        exports = [_exported(each, what, tmp_path) for each in (sample, restored, again)]
        assert exports[0] == exports[1] == exports[2] != b""


def test_every_row_of_every_table_comes_back(
    sample: Database, empty: Make, tmp_path: Path
) -> None:
    backup(sample, tmp_path / "backup")
    restored = empty()
    restore(tmp_path / "backup", restored)
    before, after = Tampering(sample), Tampering(restored)
    for table in set(_tables(tmp_path / "backup")) - {"outbox"}:
        assert after.rows(table) == before.rows(table)


def test_what_waited_to_be_said_is_never_said_by_a_restored_copy(
    sample: Database, empty: Make, tmp_path: Path
) -> None:
    """What has been said, and what is parked, stays as it was."""
    first, second, third, *_ = (row["id"] for row in Tampering(sample).rows("outbox"))
    connection = sample.connect()
    Outbox(connection, 1).mark([first], "sent", 7)
    Outbox(connection, 1).mark([second, third], "refused", 8)
    Outbox(connection, 1).mark([second], "parked", 8)
    connection.close()
    before = Tampering(sample).rows("outbox")
    backup(sample, tmp_path / "backup")
    restored = empty()
    assert restore(tmp_path / "backup", restored) == len(before) - 2
    after = Tampering(restored).rows("outbox")
    assert [row["state"] for row in after] == ["sent", "parked", *["void"] * (len(after) - 2)]
    changed = {"state": None, "done_at": None}
    assert [row | changed for row in after] == [row | changed for row in before]
    connection = restored.connect_to_read()
    assert waiting(connection, [CHANNEL]) == []
    assert [row.id for row in parked(connection)] == [second]
    connection.close()


def test_the_bot_goes_on_from_a_restored_ledger(copy: Path, empty: Make) -> None:
    """Ids go on behind the highest, and what was done stays done."""
    restored = empty()
    restore(copy, restored)
    chat = Chat(restored, PROGRAMME, Clock())
    try:
        assert "已经" in chat("阿强", "签到", id="x1", at="11-15 21:00")[0]
        assert "+5" in chat("新来的", "签到", id="x2", at="11-15 22:00")[0]
    finally:
        chat.bot.stop()
    assert verify(restored) == (25, [])


def test_history_is_still_guarded_after_a_restore(copy: Path, empty: Make) -> None:
    restored = empty()
    restore(copy, restored)
    connection = restored.connect()
    for sql in ("UPDATE entry SET points = 9", "DELETE FROM activity", "DELETE FROM lot_use"):
        with pytest.raises(DatabaseError, match="immutable"):
            connection.run(sql)
    connection.close()


def test_backups_taken_while_somebody_writes_all_hold(sample: Database, tmp_path: Path) -> None:
    chat = Chat(sample, PROGRAMME, Clock())
    stopped, failed = threading.Event(), list[BaseException]()

    def write() -> None:
        number = 0
        try:
            while not stopped.is_set():
                number += 1
                chat(f"新{number % 300}", "签到", id=f"n{number}", at="12-01 09:00")
                chat(f"新{number % 300}", "做share", id=f"s{number}")
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(LOOKS):
            backup(sample, tmp_path / f"{number}.backup")
    finally:
        stopped.set()
        writer.join()
        chat.bot.stop()
    assert not failed
    counts = []
    for number in range(LOOKS):
        count, lines = verify(Database(f"sqlite:///{tmp_path / f'{number}.backup'}"))
        assert lines == []
        counts.append(count)
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_backup_is_one_file_that_needs_no_log(sample: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    backup(sample, folder / "one")
    assert [path.name for path in folder.iterdir()] == ["one"]
    folder.chmod(0o500)
    with closing(sqlite3.connect(f"file:{folder / 'one'}?immutable=1", uri=True)) as driver:
        assert driver.execute("PRAGMA journal_mode").fetchall() == [("delete",)]
        assert driver.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert driver.execute("SELECT count(*) FROM entry").fetchall() == [(24,)]
    folder.chmod(0o700)


def test_what_lies_in_the_log_is_in_the_backup(sqlite_sample: Database, tmp_path: Path) -> None:
    chat = Chat(sqlite_sample, PROGRAMME, Clock())
    chat("新来的", "签到", at="12-01 09:00")
    assert (tmp_path / "bot.db-wal").stat().st_size > 0
    backup(sqlite_sample, tmp_path / "backup")
    chat.bot.stop()
    kept = verify(Database(f"sqlite:///{tmp_path / 'backup'}"))
    assert kept == verify(sqlite_sample)
    assert kept[0] > 24


def test_a_backup_overwrites_nothing(sample: Database, tmp_path: Path) -> None:
    file = tmp_path / "there"
    file.write_text("something")
    with pytest.raises(FileExistsError, match="nothing was overwritten"):
        backup(sample, file)
    assert file.read_text() == "something"


def test_a_damaged_ledger_gets_no_backup(sample: Database, tmp_path: Path) -> None:
    """Better the old backup than a new one that does not hold."""
    Tampering(sample).execute("UPDATE lot SET remaining = remaining + 1 WHERE member = 2")
    with pytest.raises(DatabaseError, match="does not hold: community 1: its balances come to 68"):
        backup(sample, tmp_path / "backup")
    assert [path for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_a_folder_that_is_not_there_is_named(sqlite_sample: Database, tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="there is no such folder"):
        backup(sqlite_sample, tmp_path / "no" / "backup")


def test_a_restore_overwrites_no_ledger(copy: Path, sample: Database, tmp_path: Path) -> None:
    before = _exported(sample, "entries", tmp_path)
    with pytest.raises(FileExistsError, match="restore never overwrites a database"):
        restore(copy, sample)
    assert _exported(sample, "entries", tmp_path) == before


def test_a_restore_overwrites_no_empty_tables(copy: Path, empty: Make) -> None:
    database = empty()
    ensure(database)
    with pytest.raises(FileExistsError, match="restore never overwrites a database"):
        restore(copy, database)
    assert verify(database) == (0, [])


@pytest.mark.parametrize("end", ["-wal", "-journal"])
def test_a_log_left_behind_is_never_played_into_a_restored_ledger(
    copy: Path, tmp_path: Path, end: str
) -> None:
    (tmp_path / f"new.db{end}").write_bytes(b"of another database")
    with pytest.raises(FileExistsError, match=f"new.db{end} exists already"):
        restore(copy, Database(f"sqlite:///{tmp_path / 'new.db'}"))
    assert not (tmp_path / "new.db").exists()


def test_a_restore_waits_for_no_bot_that_runs(copy: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    with held(database), pytest.raises(AlreadyRunning):
        restore(copy, database)


def test_what_is_no_backup_is_refused(
    sqlite_sample: Database, empty: Make, tmp_path: Path
) -> None:
    """A database that was only copied may lack what lay in its log."""
    text, plain, other = (tmp_path / name for name in ("text", "plain", "other"))
    text.write_text("not a database" * 1_000)
    assert sqlite_sample.path is not None
    shutil.copyfile(sqlite_sample.path, plain)
    sqlite3.connect(other).execute("CREATE TABLE alembic_version (version_num)").connection.close()
    database = empty()
    for file in (text, plain, other):
        with pytest.raises(SchemaError, match="is no backup of a ledger"):
            restore(file, database)
    with pytest.raises(FileNotFoundError):
        restore(tmp_path / "none", database)
    assert not (tmp_path / "none").exists()
    _assert_empty(database)


def test_a_backup_of_a_newer_program_is_refused(copy: Path, empty: Make) -> None:
    with closing(sqlite3.connect(copy)) as driver:
        driver.execute("UPDATE alembic_version SET version_num = '9999'")
        driver.commit()
    database = empty()
    with pytest.raises(SchemaError, match="9999, which this program does not know"):
        restore(copy, database)
    _assert_empty(database)


def test_a_backup_that_lost_a_guard_is_not_restored(copy: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(copy)) as driver:
        driver.execute("DROP TRIGGER entry_no_update")
    database = Database(f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(DatabaseError, match="no trigger refuses UPDATE"):
        restore(copy, database)
    _assert_empty(database)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_restore_that_fails_half_way_leaves_nothing(copy: Path, postgres_url: str) -> None:
    """PostgreSQL takes no NUL, and the last table but one has one."""
    with closing(sqlite3.connect(copy)) as driver:
        driver.execute(
            "INSERT INTO room (community, id, channel, external_id)"
            " VALUES (1, 99, 'test', 'a' || char(0))"
        )
        driver.commit()
    with pytest.raises(DatabaseError, match="nothing was restored"):
        restore(copy, Database(postgres_url))
    _assert_empty(Database(postgres_url))


def test_a_restore_into_a_schema_that_is_not_there_makes_it(copy: Path, postgres_url: str) -> None:
    database = Database(f"{postgres_url}&options=-csearch_path%3Dsandbox")
    restore(copy, database)
    assert verify(database) == (24, [])
    _assert_empty(Database(postgres_url))


def test_the_verbs_say_ok_and_explain_themselves(sample: Database, tmp_path: Path) -> None:
    file, new = tmp_path / "backup", f"sqlite:///{tmp_path / 'new.db'}"
    made = bot("backup", file, "--db", sample.url)
    assert (made.returncode, made.stdout.decode(), made.stderr) == (0, f"ok {file}\n", b"")
    put_back = bot("restore", file, "--db", new)
    assert (put_back.returncode, put_back.stdout.decode()) == (0, f"ok {file}\n")
    assert b" replies that still waited to be said are void" in put_back.stderr
    assert put_back.stderr.count(b"\n") == 1
    for words in (("backup", file, "--db", sample.url), ("restore", file, "--db", new)):
        again = bot(*words)
        assert again.returncode == 2
        assert b"exists already" in again.stderr
        assert again.stderr.count(b"\n") == 1


def _exported(database: Database, what: str, folder: Path) -> bytes:
    out = folder / "exported"
    export(database, what, "jsonl", out)
    return out.read_bytes()


def _tables(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as driver:
        rows = driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in rows if name != "alembic_version"]


def _assert_empty(database: Database) -> None:
    """Nothing was made."""
    if database.path is not None:
        assert not database.path.exists()
        return
    with psycopg.connect(database.url.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        assert found.fetchall() == []
