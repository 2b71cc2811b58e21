"""Boards of a community of a million members, asked for as members ask for them."""

import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks.community import CHANNEL, ROOM_SIZE
from benchmarks.figure import Figure
from benchmarks.large_community import LAST_DAY, MEMBERS, fill
from benchmarks.postgres import server
from benchmarks.workplace import workplace
from bot.app import dispatch
from bot.clock import to_micros
from bot.points.reload import Reload
from bot.points.types import Message, Reply
from bot.posting.operation import Again, Operation, Work
from bot.posting.posting import Posting
from bot.posting.turn import Turn
from config.loader import load_preset
from store.database import Database
from store.ledger import Line
from store.schema import ensure

ASKED = 200
BATCH = 1_000
NOON = datetime(2026, 7, 31, 4, tzinfo=UTC)
ROOM_WORDS = {"total": "排行榜", "month": "月榜"}
COMMUNITY_WORDS = {"total": "排行榜社群", "month": "月榜社群"}
NOTE = f"top 10, my rank and the gap in one reply; {MEMBERS:,} members, 5,013,000 entries"


@dataclass
class Times:
    """Seconds."""

    build: list[float]
    """From the first who asks to a board that answers."""
    room: dict[str, list[float]]
    """One answer, by period; the median of a run each."""
    community: dict[str, list[float]]
    kept: list[float]
    """What an entry costs a board that is kept up."""


def boards(runs: int) -> list[Figure]:
    """SQLite, then PostgreSQL; each is filled once."""
    figures: list[Figure] = []
    for name, opened in (("SQLite", _sqlite), ("PostgreSQL", _postgres)):
        with workplace() as folder, opened(folder) as database:
            ensure(database)
            fill(database)
            figures += _figures(name, _times(database, runs))
    return figures


@contextmanager
def _sqlite(folder: Path) -> Iterator[Database]:
    yield Database(f"sqlite:///{folder / 'boards.db'}")


@contextmanager
def _postgres(folder: Path) -> Iterator[Database]:
    with server(folder) as new_database:
        yield Database(new_database())


def _figures(name: str, times: Times) -> list[Figure]:
    asked = [
        *(("room of 500", period, found) for period, found in times.room.items()),
        *(("community", period, found) for period, found in times.community.items()),
    ]
    answers = [
        Figure.of(
            f"{where}, {period}, {name}, p50",
            [seconds * 1e3 for seconds in found],
            "ms", must=5, aim=1, better="less", note=NOTE,
        )
        for where, period, found in asked
    ]  # fmt: skip
    return [
        *answers,
        Figure.of(
            f"community's board built, {name}", times.build, "s", better="less",
            note="total, then month; in a thread beside the writer",
        ),
        Figure.of(
            f"a board kept up, an entry, {name}",
            [seconds * 1e6 for seconds in times.kept],
            "µs", must=3, better="less", note="CPU; nothing while nobody asks",
        ),
    ]  # fmt: skip


def _times(database: Database, runs: int) -> Times:
    times = Times([], {period: [] for period in ROOM_WORDS}, {}, [])
    times.community = {period: [] for period in COMMUNITY_WORDS}
    for run in range(runs):
        asker = _Asker(database, run)
        for period, word in ROOM_WORDS.items():
            times.room[period].append(asker.answer_s(word, range(1, ROOM_SIZE + 1)))
        for word in COMMUNITY_WORDS.values():
            times.build.append(asker.build_s(word))
        for period, word in COMMUNITY_WORDS.items():
            times.community[period].append(asker.answer_s(word, range(1, MEMBERS + 1)))
        times.kept.append(asker.kept_s())
        asker.posting.close()
    return times


class _Asker:
    """Members of the community who ask, one after the other."""

    def __init__(self, database: Database, run: int) -> None:
        self.posting = Posting(database, load_preset("standard"))
        self.posting.boards.is_live = True
        self._dispatch = dispatch()
        self._random = random.Random(run)
        self._count = 0
        self._run = run

    def answer_s(self, word: str, members: Sequence[int]) -> float:
        """Median of many who ask, from the command to its reply; the transaction around it is
        that of any message."""
        times: list[float] = []
        for member in self._random.sample(members, ASKED):
            operation = self._operation(word, member)
            text = self._say(replace(operation, work=partial(_timed, operation.work, times)))
            if "你第" not in text:
                raise RuntimeError(f"no rank in {text!r}")
        return median(times)

    def build_s(self, word: str) -> float:
        """Until it answers; everybody before is asked to come again."""
        started = time.perf_counter()
        while "正在统计" in self._say(self._operation(word, 1)):
            time.sleep(0.01)
        return time.perf_counter() - started

    def kept_s(self) -> float:
        """Of one entry on one board. The entries are not in the database: no more is asked."""
        kept = self.posting.boards
        connection = self.posting._connected()
        zone = self.posting.programme.zone
        [(last,)] = connection.rows("SELECT max(id) FROM entry WHERE community = 1")
        batches = [
            [
                _line(self._random.randrange(1, MEMBERS + 1), int(str(last)) + 1 + at)
                for at in range(start, start + BATCH)
            ]
            for start in range(0, 20 * BATCH, BATCH)
        ]
        started = time.process_time()
        for lines in batches:
            kept.commit(connection, lines, to_micros(NOON), zone)
        return (time.process_time() - started) / (20 * BATCH) / len(COMMUNITY_WORDS)

    def _operation(self, word: str, member: int) -> Operation:
        self._count += 1
        message = Message(
            channel=CHANNEL,
            id=f"ask{self._run}-{self._count}",
            room=f"r{(member - 1) // ROOM_SIZE}",
            sender=f"u{member}",
            sent_at=NOON,
            sender_name=f"会员{member}",
            text=word,
        )
        asked = self._dispatch.read(message, to_micros(NOON))
        assert isinstance(asked, Operation)
        return asked

    def _say(self, operation: Operation) -> str:
        [result] = self.posting.run([operation])
        if result.reply is None:
            raise RuntimeError("no reply") from result.error
        return result.reply.text


def _timed(work: Work, times: list[float], turn: Turn) -> Reply | Reload | Again | None:
    started = time.perf_counter()
    reply = work(turn)
    times.append(time.perf_counter() - started)
    return reply


def _line(member: int, number: int) -> Line:
    return Line(
        member=member, kind="accrual", points=5, key="", at=to_micros(NOON), day=LAST_DAY,
        posted_day=LAST_DAY, balance=5, debt=0, gained=5, id=number,
    )  # fmt: skip
