"""What is counted and logged: ids, figures and places in the code, never a text or a name."""

import asyncio
import json
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from bot.extend import Command, Context, command
from bot.logs import Level, Logs, Uncaught, set_up
from bot.metrics import MOST_LABELS, Exposition, Metrics
from bot.observed import Observed
from bot.points.types import Person
from bot.posting.batch import Batch
from bot.posting.operation import Operation
from bot.sink import Sink
from store.database import Database
from tests.living import living

SECRET_TEXT = "机密七号ZQX"
SECRET_NAME = "阿隐WVU"
FORGED = '\n{"level":"error"}\r\x1b[31m\x07\u202e\u2028'


class Written:
    """A log file, and what stands in it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.sink = Sink(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND))

    @property
    def text(self) -> str:
        return self._path.read_text("utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def observed(self, level: Level = "INFO", *, is_json: bool = True) -> Observed:
        return Observed(Logs(self.sink, level, is_json=is_json))


@pytest.fixture
def written(tmp_path: Path) -> Iterator[Written]:
    made = Written(tmp_path / "log")
    yield made
    os.close(made.sink.fd)


@pytest.fixture
def everything(written: Written) -> Iterator[Logs]:
    """All that this process logs goes to the file, until the test is over."""
    root = logging.getLogger()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning
    handlers, level, raises = root.handlers[:], root.level, logging.raiseExceptions
    yield set_up("INFO", "json", written.sink)
    sys.excepthook, threading.excepthook, sys.unraisablehook, warnings.showwarning = hooks
    root.handlers[:], root.level, logging.raiseExceptions = handlers, level, raises
    logging.getLogger("bot").setLevel(logging.NOTSET)
    structlog.reset_defaults()


@command("坏", rest=".*")
def broken(context: Context) -> str:
    """Raises with what was typed, as `int()` does."""
    raise ValueError(f"cannot read {context.rest!r} of {context.message.sender_name}")


@command("写坏", rest=".*", writes=True)
def spoiled(context: Context) -> str:
    """Raises after its rows were written."""
    context.adjust(context.member, 5, context.rest)
    return {}[context.rest]  # type: ignore[no-any-return]


async def test_a_check_in_is_closed_by_one_line(sqlite_url: str, written: Written) -> None:
    async with living(sqlite_url, written.observed()) as community:
        first = community.deliver("签到")
        again = community.deliver("打卡")
        await community.done()
    one, two = written.lines
    assert 0 < one.pop("ms") < 60_000
    assert one.pop("at").endswith("Z")
    assert one == {
        "level": "info",
        "event": "done",
        "message": first,
        "channel": "ear",
        "activities": 1,
        "entries": 1,
    }
    assert (two["message"], two["entries"], two["refusals"]) == (again, 0, ["already_done"])


async def test_chatter_leaves_no_line(sqlite_url: str, written: Written) -> None:
    async with living(sqlite_url, written.observed("DEBUG")) as community:
        community.deliver("你好")
        community.deliver("", kind="image")
        await community.done()
    assert written.text == ""


async def test_a_message_that_comes_twice_is_told_as_such(
    sqlite_url: str, written: Written
) -> None:
    async with living(sqlite_url, written.observed()) as community:
        for text in ("签到", "签到", "打卡"):
            community.deliver(text, id="same")
            await community.done()
    told = [(line["level"], line.get("problem")) for line in written.lines]
    assert told == [("info", None), ("info", "duplicate"), ("warning", "conflict")]


async def test_a_bug_is_told_once_with_its_place_and_without_its_words(
    sqlite_url: str, written: Written
) -> None:
    async with living(sqlite_url, written.observed("ERROR"), broken) as community:
        message = community.deliver(f"坏{SECRET_TEXT}", name=SECRET_NAME)
        await community.done()
    [line] = written.lines
    assert (line["level"], line["event"], line["message"]) == ("error", "bug", message)
    assert line["error"] == "ValueError"
    assert "test_observed.py" in line["traceback"]
    assert 'raise ValueError(f"cannot read' in line["traceback"]
    assert [said.reply.text for said in community.ear.said] == ["出了点问题,已记录"]


async def test_a_level_leaves_out_what_is_below_it(sqlite_url: str, written: Written) -> None:
    async with living(sqlite_url, written.observed("WARNING")) as community:
        community.deliver("签到", id="same")
        community.deliver("打卡", id="same")
        await community.done()
    assert [line["problem"] for line in written.lines] == ["conflict"]


@pytest.mark.parametrize("is_json", [True, False], ids=["json", "console"])
async def test_no_text_and_no_name_is_ever_logged(
    database_url: str, written: Written, everything: Logs, is_json: bool
) -> None:
    observed = written.observed("DEBUG", is_json=is_json)
    commands: list[Command] = [broken, spoiled]
    async with living(database_url, observed, *commands) as community:
        community.ear.broken = RuntimeError(SECRET_TEXT)
        for text in (
            "签到", "签倒", f"坏{SECRET_TEXT}", f"写坏{SECRET_TEXT}", f"加分 5 {SECRET_TEXT}",
            f"扣分 @{SECRET_NAME} 5 {SECRET_TEXT}", SECRET_TEXT, "明细", "排行榜", "为什么",
        ):  # fmt: skip
            community.deliver(text, name=SECRET_NAME, role="owner", mentions=("u2",))
            await community.done()
        community.deliver(
            SECRET_TEXT, name=SECRET_NAME, kind="link",
            facts={"url": f"https://a.example/{SECRET_TEXT}", "title": SECRET_TEXT},
        )  # fmt: skip
        newcomer = Person("u9", SECRET_NAME)
        community.deliver("", name=SECRET_NAME, kind="join", people=(newcomer,))
        await community.done()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(Uncaught(everything))
        for number in range(2):
            loop.call_soon(_raise, f"{SECRET_TEXT}{number}")
        await asyncio.sleep(0)
    logging.getLogger("some.library").error("cannot say %s", SECRET_TEXT)
    warnings.showwarning(SECRET_TEXT, UserWarning, "file.py", 3)
    thread = threading.Thread(target=_raise, args=(SECRET_TEXT,))
    thread.start()
    thread.join()
    text = written.text
    assert "u9" not in text  # not even who: ids of messages are enough
    for secret in (SECRET_TEXT, SECRET_NAME, "ZQX", "WVU", "机密", "阿隐"):
        assert secret not in text
        assert json.dumps(secret)[1:-1] not in text
    for event in ("done", "bug", "not said", "uncaught", "cannot say %s", "python"):
        assert event in text


@pytest.mark.parametrize("is_json", [True, False], ids=["json", "console"])
async def test_an_id_cannot_forge_a_line(sqlite_url: str, written: Written, is_json: bool) -> None:
    """Abuse: log forging."""
    async with living(sqlite_url, written.observed(is_json=is_json), broken) as community:
        for text in ("签到", "坏了"):
            community.deliver(text, id=f"{text}{FORGED}")
        community.deliver("积分", id="长" * 100_000)
        await community.done()
    text = written.text
    controls = {char for char in text if not char.isprintable() and char != "\n"}
    assert controls == set()
    assert len(text) < 10_000
    if is_json:
        assert [line["level"] for line in written.lines] == ["info", "error", "info"]
    else:
        starts = [line for line in text.splitlines() if not line.startswith("    ")]
        assert [line.split()[1] for line in starts] == ["info", "error", "info"]


async def test_a_full_disk_under_the_log_stops_nothing(database_url: str) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    sink = Sink(full)
    async with living(database_url, Observed(Logs(sink)), broken) as community:
        for text in ("签到", "坏了", "积分"):
            community.deliver(text)
        await community.done()
        assert len(community.ear.said) == 3
    os.close(full)
    assert sink.lost == 3
    connection = Database(database_url).connect_to_read()
    assert connection.rows("SELECT count(*) FROM entry") == [(1,)]
    connection.close()


def test_nobody_waits_for_a_pipe_that_is_not_read() -> None:
    out, into = os.pipe()
    sink = Sink(into)
    while not sink.lost:
        sink.write("x" * 999 + "\n")
    lost = sink.lost
    for _ in range(2_000):  # 200 s, if each were waited for
        sink.write("lost\n")
    assert sink.lost == lost + 2_000
    while len(os.read(out, 1 << 16)) == 1 << 16:
        pass
    sink.write("seen\n")
    assert os.read(out, 1 << 16).endswith(b"seen\n")
    os.close(out)
    os.close(into)


def test_a_closed_stderr_is_no_fault() -> None:
    out, into = os.pipe()
    sink = Sink(into)
    os.close(out)
    sink.write("one\ntwo\n")
    os.close(into)
    assert sink.lost == 2
    assert Sink(into).write("three\n") is None


async def test_what_is_counted_is_served_as_prometheus_wants_it(
    sqlite_url: str, written: Written
) -> None:
    observed = written.observed()
    async with living(sqlite_url, observed, broken) as community:
        for text in ("签到", "打卡", "坏了", "你好"):
            community.deliver(text)
        await community.done()
    text = Exposition(observed.metrics, {"queue_length": ("Waiting.", lambda: 7)}).text().decode()
    found = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert found["jifen_messages_total", "ear", "text"] == 4
    assert found["jifen_activities_total", "accrued", "checkin"] == 1
    assert found["jifen_activities_total", "checkin", "refused"] == 1
    assert found["jifen_entries_total", "accrual", "checkin"] == 1
    assert found["jifen_refusals_total", "already_done"] == 1
    assert found["jifen_operations_total", "none"] == 3
    assert found["jifen_operations_total", "bug"] == 1
    assert found["jifen_shed_total",] == 0
    assert found["jifen_sent_total", "ear"] == 3
    assert found["jifen_queue_length",] == 7
    assert 1 <= found["jifen_commit_seconds_count",] <= 3
    assert found["jifen_reply_seconds_count",] == 3
    assert found["jifen_reply_seconds_bucket", "+Inf"] == 3
    assert found["jifen_reply_seconds_sum",] > 0
    assert "process_resident_memory_bytes" in text


def test_labels_do_not_grow_without_end() -> None:
    metrics = Metrics()
    for number in range(3 * MOST_LABELS):
        metrics.refusals.add((f"code{number}",))
    assert len(metrics.refusals) == MOST_LABELS + 1
    assert metrics.refusals["other",] == 2 * MOST_LABELS


async def test_the_same_fault_over_and_over_is_told_once(written: Written) -> None:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(Uncaught(Logs(written.sink)))
    for _ in range(50):
        loop.call_soon(_raise, "again")
    loop.call_soon(int, "another")
    await asyncio.sleep(0)
    assert [line.get("repeated") for line in written.lines] == [None, 49]


async def test_what_spoils_a_whole_batch_costs_only_its_own_message(
    sqlite_url: str, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = Batch.plan

    def planned(batch: Batch, operations: Sequence[Operation]) -> None:
        if any(operation.cause == "poison" for operation in operations):
            raise MemoryError
        plan(batch, operations)

    monkeypatch.setattr(Batch, "plan", planned)
    async with living(sqlite_url, written.observed()) as community:
        for number in range(9):
            community.deliver(
                "签到", sender=f"u{number}", id="poison" if number == 4 else f"{number}"
            )
        await community.done()
        assert community.app.writer is not None
        assert community.app.writer.is_alive
    told = {line["message"]: line["event"] for line in written.lines}
    assert told == {f"{number}": "done" for number in range(9) if number != 4} | {"poison": "bug"}


async def test_too_many_waiting_are_turned_away_and_counted(
    sqlite_url: str, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Abuse: flood of the whole bot."""
    monkeypatch.setattr("bot.live.MOST_WAITING", 3)
    observed = written.observed()
    async with living(sqlite_url, observed) as community:
        sent = [community.deliver("签到", sender=f"u{number}") for number in range(5)]
        await community.done()
    assert observed.metrics.shed == 2
    assert [line["message"] for line in written.lines if line["event"] == "shed"] == sent[3:]
    assert len(community.ear.said) == 3


def _raise(words: str) -> None:
    raise ValueError(words)
