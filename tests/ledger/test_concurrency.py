"""Many at one ledger at once, exact to the point."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable

import pytest

from bot.posting.operation import Result
from bot.posting.posting import Posting
from bot.posting.writer import Writer
from store.database import Database
from tests.ledger.books import check
from tests.ledger.crowd import (
    Answer,
    Everything,
    SameMessages,
    SameParts,
    SameReversals,
    Spends,
    Work,
    in_processes,
    in_threads,
    tally,
)
from tests.ledger.deeds import START, Sent, grant, programme, share

SEED = 20_261_103
Crowd = Callable[[str, Work], list[list[Answer]]]


@pytest.fixture(params=["processes", "threads"])
def crowd(request: pytest.FixtureRequest, database: Database) -> Crowd:
    """4 processes; or 32 threads, each with its own posting. On SQLite both are below the lock of
    `run`."""
    return {"processes": in_processes, "threads": in_threads}[request.param]


def given(database: Database, *points: int) -> None:
    """u1 is given points, in entries 1, 2, 3 …"""
    posting = Posting(database, programme())
    for number, amount in enumerate(points):
        sent = Sent(f"g{number}", "a", "g1", START - 1, "加分", about=("u1",))
        result = posting.run([grant(sent, amount)])[0]
        assert result.problem is None
    posting.close()


def standing(database: Database, person: str) -> tuple[int, int]:
    """Balance and debt."""
    connection = database.connect_to_read()
    [(balance, debt)] = connection.rows(
        "SELECT balance, debt FROM account JOIN identity USING (community, member)"
        " WHERE external_id = ?",
        person,
    )
    connection.close()
    return balance, debt


def deadlocks(database: Database) -> int:
    """That the server has seen in this database."""
    if database.is_sqlite:
        return 0
    connection = database.connect()
    [(count,)] = connection.rows(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    connection.close()
    return count


def test_as_many_spends_succeed_as_can_be_paid(database: Database, crowd: Crowd) -> None:
    """Invariant 3: 100 points, and about 200 spends of one point each at once.

    Abuse: parallel spends."""
    given(database, 60, 40)
    each = 50 if crowd is in_processes else 6
    answers = crowd(database.url, Spends(each))
    said = tally(answers)
    assert said.pop("insufficient") == len(answers) * each - 100
    assert sorted(said) == sorted(f"-1 balance {left} debt 0" for left in range(100))
    assert set(said.values()) == {1}
    assert standing(database, "u1") == (0, 0)
    assert deadlocks(database) == 0
    check(database)


def test_message_delivered_to_all_at_once_has_one_effect(database: Database, crowd: Crowd) -> None:
    """Invariant 8: the first message of somebody new, in a room that is new, too."""
    answers = crowd(database.url, SameMessages(20))
    by_message: dict[str, Counter[str]] = {}
    for one in answers:
        for message, said in one:
            by_message.setdefault(message, Counter())[said] += 1
    others = len(answers) - 1
    assert len(by_message) == 20
    for said in by_message.values():
        assert said == {"5 streak 1 balance 5": 1, "duplicate": others}
    assert all(standing(database, f"new{number}") == (5, 0) for number in range(20))
    assert deadlocks(database) == 0
    check(database)


def test_of_admins_who_take_one_entry_back_one_succeeds(database: Database, crowd: Crowd) -> None:
    """Invariant 12."""
    given(database, *[7] * 10)
    answers = crowd(database.url, SameReversals(10))
    for number in range(10):
        said = Counter(one[number][1] for one in answers)
        assert said.pop("already_reversed") == len(answers) - 1
        assert [text.split()[0] for text in said] == ["-7"]
    assert standing(database, "u1") == (0, 0)
    assert deadlocks(database) == 0
    check(database)


def test_parts_that_all_take_at_once_add_up(database: Database, crowd: Crowd) -> None:
    """Invariant 12: every total from 1 to all of it is asked for by everybody; each point goes
    once, whoever comes first."""
    posting = Posting(database, programme())
    posting.run([share(Sent("g", "u1", "g1", START - 1, "分享"))])
    posting.close()
    said = tally(crowd(database.url, SameParts(10)))
    said.pop("already_reversed")
    assert set(said.values()) == {1}
    assert sum(int(text.split()[0]) * count for text, count in said.items()) == -10
    assert standing(database, "u1") == (0, 0)
    assert deadlocks(database) == 0
    check(database)


def test_everything_at_once_is_exact(database: Database, tell: Callable[[str], None]) -> None:
    """Invariants 1 to 12 under four processes: what each was told adds up to what is there."""
    tell(f"seed {SEED}")
    answers = in_processes(database.url, Everything(25, SEED))
    effects: dict[str, list[str]] = {}
    for one in answers:
        for message, said in one:
            effects.setdefault(message, []).append(said)
    problems = Counter(said for said in tally(answers) if said in ("bug", "conflict"))
    assert problems == {}
    for message, said in effects.items():
        if not message.startswith("job:"):
            assert len([text for text in said if text != "duplicate"]) == 1, (message, said)
    jobs = [said for message, said in effects.items() if message.startswith("job:")]
    assert jobs
    assert all(said.count("claimed before") == 3 for said in jobs)
    assert deadlocks(database) == 0
    check(database)


async def test_32_threads_submit_through_one_writer(database: Database) -> None:
    """Each of 32 threads hands its spends to the loop; the one writer answers each."""
    given(database, 60, 40)
    loop = asyncio.get_running_loop()
    results: list[Result] = []
    all_answered = asyncio.Event()

    def done(answered: list[Result], *_: object) -> None:
        results.extend(answered)
        if len(results) == 32 * 6:
            all_answered.set()

    writer = Writer(Posting(database, programme()), done)
    start = threading.Barrier(32)

    def work(number: int) -> None:
        batches = Spends(6)(number)
        start.wait(60)
        for batch in batches:
            loop.call_soon_threadsafe(writer.submit, batch[0])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(32)]
    for thread in threads:
        thread.start()
    await asyncio.wait_for(all_answered.wait(), 60)
    for thread in threads:
        thread.join()
    await writer.stop()
    said = Counter(result.problem or result.reply.text for result in results)
    assert said.pop("insufficient") == 32 * 6 - 100
    assert sorted(said) == sorted(f"-1 balance {left} debt 0" for left in range(100))
    assert standing(database, "u1") == (0, 0)
    check(database)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_everything_at_once_is_exact_for_long(
    database: Database, tell: Callable[[str], None]
) -> None:
    for round_ in range(3):
        in_processes(database.url, Everything(120, SEED + 10 * round_))
    check(database)
    assert deadlocks(database) == 0
