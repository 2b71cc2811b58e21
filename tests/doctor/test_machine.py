"""What is said of the machine, and of a bot that runs there."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import system_now
from bot.doctor import machine
from bot.doctor.machine import Running
from bot.settings import Settings

SHANGHAI = ZoneInfo("Asia/Shanghai")
WELL = b'{"status": "ok", "parts": {"writer": "ok", "onebot": "waiting: nobody"}}'


def settings(port: int, host: str = "127.0.0.1") -> Settings:
    return Settings(host=host, port=port)


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on who says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


@pytest.fixture
def web(request: pytest.FixtureRequest) -> Iterator[int]:
    """A web server that answers everything with this name and text."""
    name, text = request.param

    class Answer(BaseHTTPRequestHandler):
        def version_string(self) -> str:
            return str(name)

        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("web", [("jifenbot", WELL)], indirect=True)
def test_our_bot_is_known_by_how_it_answers(web: int) -> None:
    bot = machine.running(settings(web))
    assert bot == Running(f"http://127.0.0.1:{web}", {"writer": "ok", "onebot": "waiting: nobody"})
    assert str(machine.port(settings(web), bot, "12")) == (
        f"✓ 机器人正在运行，网页在 http://127.0.0.1:{web}"
    )
    assert machine.running(settings(web, "0.0.0.0")) == bot


@pytest.mark.parametrize(
    "web", [("nginx", WELL), ("jifenbot", b"[]"), ("jifenbot", b"{}"), ("jifenbot", b"hello")],
    indirect=True,
)  # fmt: skip
def test_anybody_else_is_not_taken_for_it(web: int) -> None:
    assert machine.running(settings(web)) is None
    assert str(machine.port(settings(web), None, None)).startswith(f"✗ 端口 {web} 被别的程序占了")


def test_who_says_nothing_is_waited_for_no_longer_than_a_moment(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "ANSWER_S", 0.1)
    assert machine.running(settings(taken)) is None


def test_a_bot_that_is_ill_is_told_with_what_it_has() -> None:
    bot = Running("http://127.0.0.1:1", {"writer": "not running", "database": "ok"})
    line = str(machine.port(settings(1), bot, "12"))
    assert line.startswith("✗ 机器人正在运行，但是不好：writer: not running。")


def test_a_bot_that_holds_the_ledger_and_does_not_answer(unused_tcp_port: int) -> None:
    line = str(machine.port(settings(unused_tcp_port), None, "4711"))
    assert line.startswith(f"✗ 机器人正在运行（进程 4711），但是端口 {unused_tcp_port} 没有回应")


def test_a_port_that_is_free_or_any(unused_tcp_port: int) -> None:
    assert str(machine.port(settings(unused_tcp_port), None, None)).startswith(
        f"✓ 端口 {unused_tcp_port} 空着"
    )
    assert machine.running(settings(0)) is None
    assert str(machine.port(settings(0), None, None)).startswith("✓ PORT=0")


def test_an_address_that_is_not_this_machines() -> None:
    line = str(machine.port(settings(8080, "203.0.113.7"), None, None))
    assert line.startswith("✗ 不能用 HOST=203.0.113.7 PORT=8080：")


@pytest.mark.parametrize(
    ("free", "mark"), [(5 * 1024**3, "✓"), (512 * 1024**2, "!"), (50 * 1024**2, "✗")]
)
def test_a_disk_is_told_by_what_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: int, mark: str
) -> None:
    found = type("Usage", (), {"free": free})()
    monkeypatch.setattr("shutil.disk_usage", lambda there: found if there == tmp_path else None)
    assert machine.disk(tmp_path / "data" / "not there yet").mark == mark


def test_a_clock_is_looked_at_beside_the_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    now = system_now()
    assert machine.clock(SHANGHAI, None).mark == "✓"
    assert machine.clock(SHANGHAI, now - timedelta(seconds=1)).mark == "✓"
    ahead = machine.clock(SHANGHAI, now + timedelta(days=1))
    assert (ahead.mark, "比账本最后一笔" in ahead.text) == ("✗", True)
    monkeypatch.setattr(machine, "system_now", lambda: datetime(1970, 1, 1, tzinfo=UTC))
    assert machine.clock(SHANGHAI, None).text.startswith("这台机器的时间是 1970-01-01 08:00")


def test_python_is_new_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    assert machine.python().mark == "✓"
    monkeypatch.setattr("sys.version_info", (3, 10, 4))
    assert str(machine.python()).startswith("✗ Python 3.10.4 太旧")
