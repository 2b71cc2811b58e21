"""Killed at any moment, the ledger holds all of an operation or nothing, and a second delivery
makes it whole."""

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import from_micros
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from store.database import Database
from tests.ledger.books import check, dump
from tests.ledger.deeds import (
    CHANNEL,
    HOUR,
    START,
    Sent,
    call_back,
    checkin,
    decide,
    deduct,
    doubtful,
    expire,
    grant,
    merging,
    programme,
    share,
    show,
    spend,
    take_back,
    write,
)
from tests.ledger.watched import Watched
from tests.replaying import ROOT

DAY = 24 * HOUR


@dataclass(frozen=True)
class Case:
    """What lies in the ledger, and the transaction that is killed."""

    name: str
    before: Sequence[Operation]
    killed: Sequence[Operation]
    least: int
    """Statements that it must have had, so that a test that kills nothing fails."""


def _given(number: int, who: str, points: int, at: int) -> Operation:
    return grant(Sent(f"g{number}", "a", "g1", at, f"加分 {who} {points}", about=(who,)), points)


CASES = [
    Case(
        "checkin_with_streak_bonus",
        [checkin(Sent(f"b{day}", "u1", "g1", START + day * DAY, "签到")) for day in range(2)],
        [checkin(Sent("k", "u1", "g1", START + 2 * DAY, "签到"))],
        12,
    ),
    Case("first_checkin_of_all", [], [checkin(Sent("k", "u1", "g1", START, "签到"))], 14),
    Case("grant", [], [_given(1, "u1", 50, START)], 14),
    Case(
        "spend",
        [_given(1, "u1", 30, START), _given(2, "u1", 30, START + DAY)],
        [spend(Sent("k", "u1", "g1", START + 2 * DAY, "兑换"), 50)],
        10,
    ),
    Case(
        "reversal_into_debt",
        [_given(1, "u1", 50, START), spend(Sent("b", "u1", "g1", START + 1, "兑换"), 40)],
        [take_back(Sent("k", "a", "g1", START + 2, "撤销 1"), 1)],
        12,
    ),
    Case(
        "merging",
        [
            checkin(Sent("b1", "u1", "g1", START, "签到")),
            _given(1, "u2", 50, START + 1),
            checkin(Sent("b2", "u2", "g2", START + DAY, "签到")),
        ],
        [merging(Sent("k", "u2", None, START + 2 * DAY, "绑定", about=("u1",)))],
        30,
    ),
    Case(
        "expiry",
        [_given(number, f"u{number}", 30, START + number) for number in range(1, 4)],
        [expire(from_micros(START + 9 * DAY).date(), START + 9 * DAY)],
        14,
    ),
    Case(
        "picture_that_makes_a_post_of_chatter",
        [write(Sent("b", "u1", "g1", START, "今天做了一桌子菜"), "post", "chat")],
        [show(Sent("k", "u1", "g1", START + 1, "h1"))],
        20,
    ),
    Case(
        "text_with_the_pictures_before_it",
        [show(Sent(f"b{number}", "u1", "g1", START, f"h{number}")) for number in range(3)],
        [write(Sent("k", "u1", "g1", START + 1, "今天做了一桌子菜"), "post", "chat")],
        20,
    ),
    Case(
        "recall_of_a_post_with_its_pictures",
        [
            *(show(Sent(f"p{number}", "u1", "g1", START, f"h{number}")) for number in range(2)),
            write(Sent("b", "u1", "g1", START + 1, "今天做了一桌子菜"), "post", "chat"),
        ],
        [call_back(Sent("k", "u1", "g1", START + 2, "b"))],
        20,
    ),
    Case(
        "bonus_for_a_request",
        [doubtful(Sent("b", "u1", "g1", START, "今天做了一桌子菜"))],
        [decide(Sent("k", "a", "g1", START + 1, "加精 1"), 1)],
        20,
    ),
    Case(
        "recall_of_a_request",
        [doubtful(Sent("b", "u1", "g1", START, "今天做了一桌子菜"))],
        [call_back(Sent("k", "u1", "g1", START + 2, "b"))],
        14,
    ),
    Case(
        "batch_of_five_members",
        [_given(number, f"u{number}", 30, START + number) for number in range(1, 4)],
        [
            checkin(Sent("k1", "u1", "g1", START + 9, "签到")),
            spend(Sent("k2", "u2", "g1", START + 9, "兑换"), 20),
            take_back(Sent("k3", "a", "g1", START + 9, "撤销 3"), 3),
            share(Sent("k4", "u4", "g2", START + 9, "分享")),
            deduct(Sent("k5", "a", None, START + 9, "扣分", about=("u1",)), 3),
            spend(Sent("k6", "u5", None, START + 9, "兑换"), 20),
        ],
        20,
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_killed_at_every_statement_it_is_all_or_nothing(
    case: Case, sqlite_template: Path, tmp_path: Path, tell: Callable[[str], None]
) -> None:
    seed = tmp_path / "seed.db"
    shutil.copyfile(sqlite_template, seed)
    _run(Database(f"sqlite:///{seed}"), case.before)
    before = _dump(Database(f"sqlite:///{seed}"))
    whole = _copy(seed, tmp_path / "whole.db")
    _run(whole, case.killed)
    after = _dump(whole)
    number = 0
    while True:
        number += 1
        database = _copy(seed, tmp_path / f"{number}.db")
        was_killed = _killed_at(number, database, case.killed)
        assert _dump(database) == (before if was_killed else after), number
        _run(database, case.killed)
        assert _dump(database) == after, number
        problems = [result.problem for result in _run(database, case.killed)]
        assert set(problems) <= {"duplicate", None}
        assert _dump(database) == after, number
        check(database)
        if not was_killed:
            break
    assert number > case.least
    tell(f"{case.name}: killed at {number - 1} statements")


def _killed_at(number: int, database: Database, operations: Sequence[Operation]) -> bool:
    """Runs them in a child that dies before its `number`th statement; False when there is none."""
    with warnings.catch_warnings():
        # The child touches nothing but its own connection.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            _run(Watched(database.url, _Countdown(number)), operations, close=False)
            os._exit(0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


class _Countdown:
    def __init__(self, number: int) -> None:
        self._left = number

    def __call__(self, statement: str) -> None:
        self._left -= 1
        if not self._left:
            os.kill(os.getpid(), signal.SIGKILL)


def _run(database: Database, operations: Sequence[Operation], *, close: bool = True) -> list:
    posting = Posting(database, programme(), keeping=[CHANNEL])
    results = posting.run(operations)
    assert all(result.problem in (None, "duplicate") for result in results), results
    if close:
        posting.close()
    return results


def _copy(file: Path, target: Path) -> Database:
    shutil.copyfile(file, target)
    return Database(f"sqlite:///{target}")


def _dump(database: Database) -> dict:
    connection = database.connect()
    try:
        return dump(connection)
    finally:
        connection.close()


# The real program, fed through a pipe.

SEED = 20_261_101
WINDOW = 12
"""Lines that may be on their way at once."""


def test_the_program_killed_a_dozen_times_loses_and_doubles_nothing(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    _kill_again_and_again(tmp_path, tell, kills=12, days=20)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_program_killed_a_hundred_times_loses_and_doubles_nothing(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    _kill_again_and_again(tmp_path, tell, kills=100, days=200)


def _kill_again_and_again(
    folder: Path, tell: Callable[[str], None], *, kills: int, days: int
) -> None:
    chance = random.Random(SEED)
    transcript = _transcript(chance, days)
    undisturbed = f"sqlite:///{folder / 'undisturbed.db'}"
    file = folder / "transcript.jsonl"
    file.write_text("".join(f"{line}\n" for line in transcript))
    said = subprocess.run(
        [sys.executable, "-m", "bot", "replay", str(file), "--db", undisturbed],
        cwd=ROOT, capture_output=True, check=True,
    ).stdout  # fmt: skip
    assert len(said.splitlines()) >= len(transcript), "every line is answered"
    disturbed = Database(f"sqlite:///{folder / 'disturbed.db'}")
    feed = Feed(disturbed.url, transcript)
    for kill in range(kills):
        share_of = (len(transcript) - feed.answered) // (kills - kill + 1)
        feed.until_killed(chance, most=chance.randint(0, share_of))
        feed.check_acknowledged(disturbed)
    acknowledged = feed.answered
    assert acknowledged >= 5 * kills
    feed.to_the_end()
    check(disturbed)
    wanted, found = _dump(Database(undisturbed)), _dump(disturbed)
    for table in set(wanted) - {"community"}:
        assert found[table] == wanted[table], table
    tell(f"seed {SEED}: {kills} kills, {acknowledged} acknowledged before, {feed.repeated} again")


def _transcript(chance: random.Random, days: int) -> list[str]:
    """Check-ins, grants and deductions, each of which is answered; nights in which points expire
    are for the statements above, a year is too long here."""
    lines = []
    at = from_micros(START)
    for day in range(days):
        people = [f"u{number}" for number in range(20)]
        chance.shuffle(people)
        for place, who in enumerate(people):
            line = {
                "type": "message", "id": f"m{len(lines)}", "room": f"g{place % 2}", "sender": who,
                "at": (at + timedelta(days=day, seconds=len(lines))).isoformat(), "text": "签到",
            }  # fmt: skip
            if chance.random() < 0.3:
                word = chance.choice(["加分", "加分", "扣分"])
                line |= {
                    "sender": "a", "role": "owner", "mentions": [who],
                    "text": f"{word} @{who} {chance.randint(1, 40)} 理由",
                }  # fmt: skip
            lines.append(json.dumps(line, ensure_ascii=False))
    return lines


@dataclass
class Feed:
    """A transcript on its way into a program that is killed and started again."""

    url: str
    lines: list[str]
    answered: int = 0
    """Lines whose answer has been read; all before them were taken too."""
    written: int = 0
    uncertain: int = 0
    """Lines before this one may have been taken by a program that was killed: it stays silent."""
    repeated: int = 0
    acknowledged: set[str] = field(default_factory=set)

    def until_killed(self, chance: random.Random, most: int) -> None:
        """Feeds until `most` lines more are answered, and some more: then SIGKILL, at once or a
        moment later, so that it also falls into a start and into a commit."""
        running = self._start()
        try:
            wanted = self.answered + most
            while self.answered < wanted:
                self._write(running, max(self.answered, self.uncertain) + WINDOW)
                assert self._read(running), "it left by itself"
            self._write(running, self.written + chance.randint(0, WINDOW))
            if chance.random() < 0.5:
                select.select([running.stdout], [], [], chance.uniform(0, 1.0))
                time.sleep(chance.uniform(0, 0.01))
        finally:
            running.kill()
            running.stdin.close()
        while self._read(running):
            pass
        running.stdout.close()
        assert running.wait() == -signal.SIGKILL

    def to_the_end(self) -> None:
        """What has no answer yet, and then the program may leave."""
        running = self._start()
        out, _ = running.communicate(
            "".join(f"{x}\n" for x in self.lines[self.written :]).encode()
        )
        assert running.returncode == 0
        for line in out.splitlines():
            self._acknowledge(line)

    def check_acknowledged(self, database: Database) -> None:
        """Whatever was answered is there."""
        if not self.acknowledged:
            return
        connection = database.connect_to_read()
        rows = connection.rows("SELECT message FROM inbox")
        connection.close()
        assert self.acknowledged <= {message for (message,) in rows}

    def _start(self) -> subprocess.Popen[bytes]:
        """Starts it and feeds again what it may or may not have taken, and some that it has."""
        running = subprocess.Popen(
            [sys.executable, "-m", "bot", "replay", "-", "--db", self.url],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self.uncertain, self.written = self.written, max(0, self.answered - 5)
        self.repeated += self.uncertain - self.written
        self._write(running, self.uncertain)
        return running

    def _write(self, running: subprocess.Popen[bytes], until: int) -> None:
        while self.written < min(until, len(self.lines)):
            running.stdin.write(f"{self.lines[self.written]}\n".encode())
            self.written += 1

    def _read(self, running: subprocess.Popen[bytes]) -> bool:
        """Reads what it has said; False when it says no more. A line that was cut is no answer."""
        chunk = running.stdout.readline()
        if chunk.endswith(b"\n"):
            self._acknowledge(chunk)
        return bool(chunk)

    def _acknowledge(self, line: bytes) -> None:
        number = json.loads(line)["cause"]
        self.acknowledged.add(number)
        self.answered = max(self.answered, int(number.removeprefix("m")) + 1)
