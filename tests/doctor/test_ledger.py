"""What is said of the database."""

import os
import sqlite3
import threading
from pathlib import Path

import pytest

from bot.doctor import ledger
from bot.doctor.ledger import look
from bot.points.types import Reply
from bot.rooms import Rooms
from store.database import Database
from store.lock import held, holder
from store.migrations import HEAD
from store.outbox import Outbox, Outgoing, write
from store.schema import ensure


def made(url: str, version: str = HEAD) -> None:
    """As a bot leaves it, which turns on its log."""
    ensure(Database(url), version)
    Database(url).connect().close()


def said(url: str) -> list[str]:
    return [str(finding) for finding in look(Database(url), Rooms())[1]]


def test_a_good_one_is_named_with_its_version(database_url: str) -> None:
    made(database_url)
    [line] = said(database_url)
    assert line.startswith("✓ 账本 ")
    assert line.endswith(f"，结构版本 {HEAD}")


def test_one_that_is_not_there_yet(tmp_path: Path) -> None:
    [line] = said(f"sqlite:///{tmp_path}/data/bot.db")
    assert line == f"! 还没有账本：第一次启动会建在 {tmp_path}/data/bot.db"


def test_an_older_and_a_newer_one(sqlite_url: str) -> None:
    made(sqlite_url, "0012")
    [line] = said(sqlite_url)
    assert line.startswith("! 账本 ")
    assert "旧版 0012：下次启动会自动升级" in line
    connection = Database(sqlite_url).connect()
    connection.run("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    [line] = said(sqlite_url)
    assert "是更新的程序建的（9999）" in line


def test_one_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_bytes(b"not a database at all" * 99)
    [line] = said(f"sqlite:///{tmp_path}/bot.db")
    assert line == f"✗ 打不开账本 {tmp_path}/bot.db：file is not a database"


def test_one_whose_log_was_turned_off(sqlite_url: str) -> None:
    made(sqlite_url)
    path = sqlite_url.removeprefix("sqlite:///")
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.close()
    line, _ = said(sqlite_url)
    assert line.startswith(f"! 账本 {path} 的日志方式是 delete：下次启动会改回 wal")


def test_a_folder_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(dir: Path) -> None:
        raise PermissionError(13, os.strerror(13), str(dir))

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    wrong, _ = said(f"sqlite:///{tmp_path}/data/bot.db")
    assert wrong.startswith(f"✗ 账本 {tmp_path}/data/bot.db 写不进去：Permission denied")


def test_a_server_that_is_not_there(unused_tcp_port: int) -> None:
    [line] = said(f"postgresql+psycopg://me:hidden@127.0.0.1:{unused_tcp_port}/jifen")
    assert line.startswith(f"✗ 打不开账本 127.0.0.1:{unused_tcp_port}/jifen：")
    assert "hidden" not in line


def test_a_database_that_does_not_answer_keeps_nobody_waiting(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ensure(Database(sqlite_url))
    let = threading.Event()
    monkeypatch.setattr(ledger, "PATIENCE_S", 0.05)
    monkeypatch.setattr(Database, "connect_to_read", lambda _: let.wait(20))
    [line] = said(sqlite_url)
    let.set()
    assert "过了 0.05 秒没有回应" in line


def test_who_holds_it_is_seen_without_being_in_the_way(sqlite_url: str) -> None:
    database = Database(sqlite_url)
    assert holder(database) is None
    with held(database):
        assert holder(database) == str(os.getpid())
    assert holder(database) is None
    with held(database):
        """It can be held again at once."""


def test_no_process_of_postgresql_is_alone_with_it(postgres_url: str) -> None:
    assert holder(Database(postgres_url)) is None


def test_what_was_refused_too_often_is_told_of(database_url: str) -> None:
    made(database_url)
    connection = Database(database_url).connect()
    reply = Reply("公告", "r1")
    row = Outgoing("ear", reply, "post", "job:x/1", at=1, id=1, state="waiting")
    write(connection, 1, [row])
    assert len(said(database_url)) == 1
    Outbox(connection, 1).mark([1], "refused", 2)
    assert said(database_url)[1].startswith("! 有 1 条消息平台不收，机器人还会再试：")
    Outbox(connection, 1).mark([1], "parked", 2)
    connection.close()
    assert said(database_url)[1].startswith("! 有 1 条消息平台一再拒收，已经停发：")
