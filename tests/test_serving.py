"""`run` as a process: how it starts, what it answers, what it refuses, and how it leaves."""

import json
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.started import Started, refused, started, until

LEAVES_S = 5.0
STUCK = """
    import asyncio, sys
    from bot.channels.sandbox import Sandbox
    from bot.__main__ import main

    async def send(self, said):
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                print("will not", file=sys.stderr)

    Sandbox.send = send
    main()
"""
"""A bot whose channel never comes back, and does not let itself be cancelled."""


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Started]:
    with started(tmp_path / "bot") as one:
        yield one.serving()


def messages(folder: Path, table: str = "activity") -> set[str]:
    """Ids of the messages that have an activity in the ledger; or of those that had an effect, in
    `inbox`."""
    connection = sqlite3.connect(folder / "data" / "sandbox.db")
    found = {message for (message,) in connection.execute(f"SELECT message FROM {table}")}
    connection.close()
    return found


def test_a_first_start_says_where_and_answers(bot: Started) -> None:
    said = bot.say("xiaomei", "签到")
    until(lambda: said in bot.replies())
    assert bot.replies()[said].startswith("+5 积分")
    status, health = bot.get("/healthz")
    assert (status, json.loads(health)["parts"]) == (
        200,
        {"database": "ok", "writer": "ok", "channels": "ok", "scheduler": "ok"},
    )
    bot.cookie = ""  # neither health nor metrics ask who wants to know
    status, metrics = bot.get("/metrics")
    assert status == 200
    assert 'jifen_entries_total{kind="accrual",rule="checkin"} 1.0' in metrics
    assert "jifen_queue_length 0.0" in metrics
    assert "jifen_wal_bytes" in metrics
    file = bot.folder / "data" / "sandbox.db"
    file.rename(file.with_suffix(".away"))
    until(lambda: bot.get("/healthz")[0] == 503)
    assert json.loads(bot.get("/healthz")[1])["parts"]["database"] == "cannot be read"
    file.with_suffix(".away").rename(file)
    until(lambda: bot.get("/healthz")[0] == 200)
    assert bot.stopped() == 0
    assert bot.process.stdout is not None
    assert bot.process.stdout.read() == b""
    events = [line["event"] for line in bot.lines if line["level"] == "info"]
    assert events == ["serving", "done", "stopped"]
    [where] = [line for line in bot.lines if line["event"] == "serving"]
    assert (where["database"], where["address"]) == ("data/sandbox.db", f"http://{bot.address}")
    assert "token" not in bot.log


def test_beside_a_bot_that_runs_its_ledger_is_read_and_not_written(bot: Started) -> None:
    said = bot.say("xiaomei", "签到")
    until(lambda: said in bot.replies())
    folder, ours = bot.folder, "sqlite:///data/sandbox.db"
    (folder / "t.jsonl").write_text('{"type":"tick","id":"1","at":"2026-11-01T12:00:00+08:00"}\n')
    words = {
        "run": ["run"],
        "replay": ["replay", "t.jsonl", "--db", ours],
        "verify": ["verify", "--sandbox"],
        "export": ["export", "entries", "--sandbox"],
        "backup": ["backup", "copy.db", "--sandbox"],
        "plain": ["verify"],
    }
    running = {name: Started(folder, *said) for name, said in words.items()}
    for name in ("run", "replay"):
        why = refused(running.pop(name))
        assert f"data/sandbox.db is being written by process {bot.process.pid}" in why
        assert "stop that one first" in why
    assert refused(running.pop("plain")) == (
        "data/jifenbot.db holds no ledger yet: run or replay something first; "
        "the sandbox has one, add --sandbox"
    )
    outputs = {name: one.process.communicate(timeout=60)[0] for name, one in running.items()}
    assert {name: one.process.returncode for name, one in running.items()} == dict.fromkeys(
        running, 0
    )
    assert outputs["verify"] == b"ok 1 entries\n"
    assert json.loads(outputs["export"])["points"] == 5
    assert (folder / "copy.db").stat().st_size > 0
    assert bot.stopped() == 0


def test_what_stands_in_the_way_of_a_start_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / ".env").write_text("PORT=80800\nJIFEN_PRESETT=beauty\n")
    (tmp_path / "no").mkdir()
    (tmp_path / "no" / "sandbox.db").write_bytes(b"not a database at all" * 99)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ones = {
            "port": Started(tmp_path / "1", PORT=port),
            "host": Started(tmp_path / "2", HOST="203.0.113.7"),
            "folder": Started(tmp_path / "3", JIFEN_DATA_DIR=str(tmp_path / "file")),
            "postgres": Started(
                tmp_path / "4", DATABASE_URL="postgresql+psycopg://me:hidden@127.0.0.1:1/jifen"
            ),
            "env": Started(tmp_path / "broken", PORT=""),
            "corrupt": Started(tmp_path / "5", JIFEN_DATA_DIR=str(tmp_path / "no")),
        }
        said = {name: refused(one) for name, one in ones.items()}
    assert said["port"] == (
        f"port {port} on 127.0.0.1 is in use: stop what uses it, or set PORT to another one "
        "(0: any that is free)"
    )
    assert said["host"].startswith("HOST = 203.0.113.7 is no address of this machine")
    assert said["folder"].startswith(f"{tmp_path}/file cannot be written: ")
    assert "JIFEN_DATA_DIR" in said["folder"]
    assert said["postgres"].startswith("PostgreSQL at 127.0.0.1:1/jifen cannot be used: ")
    assert "refused" in said["postgres"]
    assert "hidden" not in ones["postgres"].log
    assert said["corrupt"] == f"{tmp_path}/no/sandbox.db cannot be used: file is not a database"
    found = ones["env"].log.splitlines()
    assert len(found) == 2
    assert any(line.startswith(".env: PORT") for line in found)
    assert any("JIFEN_PRESETT" in line for line in found)


def test_a_port_of_the_system_and_an_open_host_are_named(tmp_path: Path) -> None:
    script = """
        import socket
        from bot.__main__ import main
        def bind(self, address):
            raise PermissionError(13, "Permission denied")
        socket.socket.bind = bind
        main()
    """
    one = Started(tmp_path, script=script, PORT="80", HOST="0.0.0.0")
    assert refused(one) == "port 80 is kept for the system: set PORT to 1024 or above"
    assert "every machine that reaches this one can connect" in one.log


def test_what_was_accepted_is_in_the_ledger_after_a_stop_under_load(bot: Started) -> None:
    accepted: list[str] = []
    codes: list[int] = []
    begun: set[str] = set()

    def talk(speaker: str) -> None:
        while True:
            try:
                text = "签到" if speaker not in begun else "补签"  # a command, which is no flood
                begun.add(speaker)
                status, answer = bot.post("/sandbox/say", speaker=speaker, text=text)
            except OSError:
                return
            codes.append(status)
            if status != 200:
                return
            accepted.append(answer["message"])

    people = ("xiaomei", "aqiang", "mumu", "laozhou") * 2
    talkers = [threading.Thread(target=talk, args=(person,)) for person in people]
    for talker in talkers:
        talker.start()
    until(lambda: len(accepted) > 150)
    heard = set(bot.replies())
    began = time.monotonic()
    assert bot.stopped() == 0
    assert time.monotonic() - began < LEAVES_S
    for talker in talkers:
        talker.join()
    assert set(codes) <= {200, 503}
    written = messages(bot.folder, "inbox")
    assert len(accepted) == len(set(accepted)) > 150
    assert set(accepted) == written
    assert heard <= written
    told = {line["message"] for line in bot.lines if line["event"] == "done"}
    assert told == written
    connection = sqlite3.connect(bot.folder / "data" / "sandbox.db")
    assert connection.execute("SELECT count(*) FROM entry").fetchall() == [(4,)]
    connection.close()


def test_a_stuck_channel_keeps_nobody_from_leaving(tmp_path: Path) -> None:
    with started(tmp_path, script=STUCK) as bot:
        said = bot.serving().say("xiaomei", "签到")
        began = time.monotonic()
        assert bot.stopped() == 0
        assert time.monotonic() - began < LEAVES_S + 0.5
        assert said in messages(tmp_path)
        assert "will not" in bot.log
        assert f'"event":"not said","message":"{said}"' in bot.log


def test_a_second_signal_leaves_at_once(tmp_path: Path) -> None:
    with started(tmp_path, script=STUCK) as bot:
        bot.serving().say("xiaomei", "签到")
        bot.signal(signal.SIGINT)
        until(lambda: _is_closed(bot.address))
        began = time.monotonic()
        bot.signal(signal.SIGINT)
        assert bot.ended() == 128 + signal.SIGINT
        assert time.monotonic() - began < 2
        assert "Traceback" not in bot.log


def test_a_full_log_is_no_reason_to_stop(tmp_path: Path) -> None:
    script = """
        import os, sys
        os.dup2(os.open("/dev/full", os.O_WRONLY), 2)
        from bot.__main__ import main
        main()
    """
    with started(tmp_path, script=script) as bot:
        said = bot.serving().say("xiaomei", "签到")
        until(lambda: said in bot.replies())
        assert "jifen_log_lines_lost 3.0" in bot.get("/metrics")[1]
        bot.signal(signal.SIGINT)
        assert bot.ended() == 0
    assert said in messages(tmp_path)


def test_two_bots_on_one_postgresql_share_the_ledger(tmp_path: Path, postgres_url: str) -> None:
    folder, where = tmp_path / "bot", {"DATABASE_URL": postgres_url}
    with started(folder, **where) as one, started(folder, **where) as two:
        first = one.serving().say("xiaomei", "签到")
        until(lambda: first in one.replies())
        again = two.serving().say("xiaomei", "打卡")
        other = two.say("aqiang", "签到")
        until(lambda: {again, other} <= set(two.replies()))
        assert two.replies()[again].startswith("今天已经")
        assert one.address != two.address
        assert one.get("/healthz")[0] == two.get("/healthz")[0] == 200
        assert one.get("/sandbox/state")[0] == 200
        assert (one.stopped(), two.stopped()) == (0, 0)
        assert postgres_url.rpartition("/")[2] not in one.log
    ended = Started(folder, "verify", "--sandbox", **where)
    assert ended.process.communicate()[0] == b"ok 2 entries\n"


def test_a_start_on_a_ready_database_imports_nothing_heavy(tmp_path: Path) -> None:
    script = """
        import sys
        from bot.serving import ensure
        from store.database import Database
        ensure(Database("sqlite:///bot.db"))
        heavy = ["sqlalchemy", "sqlmodel", "alembic", "prometheus_client", "rich", "jieba"]
        print(*(name for name in [*heavy, "psycopg"] if name in sys.modules))
    """
    for loaded in (b"sqlalchemy alembic\n", b"\n"):
        one = Started(tmp_path, script=script)
        assert one.process.communicate()[0] == loaded, one.log


def _is_closed(address: str) -> bool:
    host, _, port = address.partition(":")
    try:
        socket.create_connection((host, int(port)), 1).close()
    except OSError:
        return True
    return False
