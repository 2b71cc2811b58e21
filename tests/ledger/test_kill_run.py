"""The bot as it is run, killed at any moment while a room talks to it: whatever it answered is in
its ledger, and nothing is there twice.

The sandbox forgets its messages with its process, so what had no answer is not delivered to the
next one: `test_kill.py` does that. Here people say it anew, as people do.
"""

import itertools
import random
import re
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Literal, NamedTuple

import pytest

from store.database import Database
from tests.ledger.books import check
from tests.ledger.talkers import Ear, Talkers
from tests.started import PATIENCE_S, Started, started

SEED = 20_261_102
TALKERS = 4
MOST_ANSWERS = 40
"""Answers in one life, before it is killed."""
LAST_WORDS = 12
"""What each talker does in the last life, which nothing cuts short."""
PAID = re.compile(r"(?:\S+ )?(?P<points>[+-]\d+) 积分.*,余额 (?P<balance>\d+)")
REFUSED = re.compile("已经签到过了|余额不够")

SLOW_DISK = """
    import time
    from bot.__main__ import main
    from store.database import SqliteConnection

    commit = SqliteConnection.commit

    def late(self):
        time.sleep(0.03)
        commit(self)

    SqliteConnection.commit = late
    main()
"""
"""The bot on a disk that takes its time: where a commit takes half a millisecond, nobody can see a
reply that did not wait for it, and kill the bot, any sooner."""

Moment = Literal["starting", "talking", "answered"]
MOMENTS: tuple[Moment, ...] = ("starting", "talking", "answered", "talking")
"""Before it is ready; among requests; at once after an answer."""
Standing = tuple[int, int]
"""Points that a message moved, and the balance after it."""


def test_the_bot_killed_half_a_dozen_times_loses_and_doubles_nothing(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    _kill_again_and_again(tmp_path / "bot", _moments(6), tell)


def test_on_a_slow_disk_no_answer_comes_before_its_commit(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    _kill_again_and_again(tmp_path / "bot", ["answered"] * 2, tell, script=SLOW_DISK)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_bot_killed_a_hundred_times_loses_and_doubles_nothing(
    tmp_path: Path, tell: Callable[[str], None]
) -> None:
    _kill_again_and_again(tmp_path / "bot", _moments(100), tell)


def _moments(count: int) -> list[Moment]:
    return list(itertools.islice(itertools.cycle(MOMENTS), count))


def _kill_again_and_again(
    folder: Path, moments: Sequence[Moment], tell: Callable[[str], None], script: str = ""
) -> None:
    bot = Killed(folder, random.Random(SEED), script)
    for moment in moments:
        bot.live_until(moment)
    acknowledged = len(bot.ear.answers)
    assert acknowledged >= 5 * len(moments)
    bot.live_to_the_end()
    tell(f"seed {SEED}: {len(moments)} kills, {acknowledged} acknowledged before; {bot.figures()}")


class Killed:
    """A bot that lives many times on the same ledger, and those who talk to it."""

    def __init__(self, folder: Path, chance: random.Random, script: str) -> None:
        self.ear, self.talkers = Ear(), Talkers()
        self._folder, self._chance, self._script = folder, chance, script
        self._database = Database(f"sqlite:///{folder / 'data' / 'sandbox.db'}")
        self._start_s = 1.0
        """What the last start took; a guess at first."""

    def live_until(self, moment: Moment) -> None:
        """One life, ended by SIGKILL."""
        if moment == "starting":
            with self._started() as bot:
                time.sleep(self._chance.uniform(0, 1.2 * self._start_s))
                _kill(bot)
            return
        wanted = self._chance.randint(1, MOST_ANSWERS)
        if moment == "answered":
            with self._life(itertools.count(), kill_at=wanted) as (bot, _):
                assert bot.ended() == -signal.SIGKILL
            return
        heard = len(self.ear.answers) + wanted - 1
        with self._life(itertools.count()) as (bot, _):
            self.ear.wait_until(lambda: len(self.ear.answers) >= heard)
            time.sleep(self._chance.uniform(0, 0.02))
            _kill(bot)

    def live_to_the_end(self) -> None:
        """A life in which all that is taken is answered; then the books are checked."""
        before = set(self.talkers.taken)
        with self._life(range(LAST_WORDS)) as (bot, talking):
            _wait_for(talking)
            taken = self.talkers.taken - before
            self.ear.wait_until(lambda: taken <= self.ear.answers.keys())
            assert bot.stopped() == 0
        self._check_said()
        check(self._database)

    def figures(self) -> str:
        """What came of it all."""
        written = Written.read(self._database)
        points = [paid[0] for paid in map(_paid, self.ear.answers.values()) if paid]
        cut = (written.inbox | self.talkers.taken) - self.ear.answers.keys()
        return (
            f"{len(self.ear.answers)} in all, {len(points)} of them moved {sum(points)} points; "
            f"{len(self.talkers.repeated)} delivered twice; {len(cut)} without an answer, "
            f"{len(cut & written.inbox)} of them committed; {len(written.entries)} entries "
            f"on {len({entry.day for entry in written.entries})} days"
        )

    def _started(self) -> AbstractContextManager[Started]:
        return started(self._folder, script=self._script)

    @contextmanager
    def _life(
        self, times: Iterable[object], kill_at: int | None = None
    ) -> Iterator[tuple[Started, list[Future[None]]]]:
        """A bot whose ledger has been looked at, and those who talk to it, each so many times."""
        # The bot is gone before the crew is waited for, whatever happens.
        with ThreadPoolExecutor(TALKERS + 1) as crew, self._started() as bot:
            began = time.monotonic()
            bot.serving()
            self._start_s = time.monotonic() - began
            self._check_said()
            hearing = crew.submit(self.ear.listen, bot, kill_at)
            chances = [random.Random(self._chance.random()) for _ in range(TALKERS)]
            talking = [crew.submit(self.talkers.talk, bot, one, times) for one in chances]
            yield bot, talking
            _wait_for([hearing, *talking])

    def _check_said(self) -> None:
        """What was answered is there, as it was answered; what is there was asked for, and is
        there once."""
        written = Written.read(self._database)
        answers = self.ear.answers
        assert self.ear.again == set()
        assert answers.keys() <= written.inbox
        moved = written.moved()
        assert {message: moved.get(message) for message in answers} == {
            message: _paid(text) for message, text in answers.items()
        }
        times = Counter(entry.once for entry in written.entries)
        assert [once for once, count in times.items() if count > 1] == []
        for entry in written.entries:
            if entry.kind == "adjustment":
                assert (entry.person, entry.points) == self.talkers.asked[entry.reason]


def _wait_for(several: Iterable[Future[None]]) -> None:
    for one in several:
        one.result(PATIENCE_S)


def _kill(bot: Started) -> None:
    bot.signal(signal.SIGKILL)
    assert bot.ended() == -signal.SIGKILL


def _paid(text: str) -> Standing | None:
    """What the bot said that a message moved; None when it said that it moved nothing."""
    paid = PAID.match(text)
    if paid is None:
        assert REFUSED.search(text), text
        return None
    return int(paid["points"]), int(paid["balance"])


class Written(NamedTuple):
    """What lies in the ledger, read by the test's own SQL."""

    inbox: set[str]
    entries: list["Entry"]

    @classmethod
    def read(cls, database: Database) -> "Written":
        connection = database.connect_to_read()
        inbox = {message for (message,) in connection.rows("SELECT message FROM inbox")}
        entries = [Entry(*row) for row in connection.rows(ENTRIES)]
        connection.close()
        return cls(inbox, entries)

    def moved(self) -> dict[str, Standing]:
        """What each message moved, all its entries together, and the balance after them."""
        found: dict[str, Standing] = {}
        for entry in self.entries:
            points, _ = found.get(entry.message, (0, 0))
            found[entry.message] = (points + entry.points, entry.balance)
        return found


class Entry(NamedTuple):
    """One entry, and where it comes from."""

    message: str
    person: str
    kind: str
    points: int
    balance: int
    day: str
    rule: str | None
    reason: str | None

    @property
    def once(self) -> tuple[str | None, ...]:
        """What no other entry may share: a grant's reason; of a check-in person, day and rule."""
        if self.kind == "adjustment":
            return (self.reason,)
        assert self.kind == "accrual"
        return (self.person, self.day, self.rule)


ENTRIES = """
    SELECT coalesce(activity.message, replace(entry.key, 'adjustment:sandbox/', '')),
        identity.external_id, entry.kind, entry.points, entry.balance, entry.day, entry.rule,
        note.text
    FROM entry
    JOIN identity ON identity.member = entry.member
    LEFT JOIN activity ON activity.id = entry.activity
    LEFT JOIN note ON note.entry = entry.id
    WHERE entry.kind <> 'expiry'
    ORDER BY entry.id
"""
