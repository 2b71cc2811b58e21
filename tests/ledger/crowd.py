"""Many at one ledger at once: what each of them does, as a thread or as a process of its own."""

import multiprocessing
import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from bot.clock import from_micros
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from store.database import Database
from tests.ledger.deeds import (
    HOUR,
    START,
    Sent,
    checkin,
    deduct,
    expire,
    grant,
    programme,
    share,
    spend,
    take_back,
    take_part,
)

Answer = tuple[str, str]
"""Id of the message, and what came of it: a problem, or what was said."""
Work = Callable[[int], Sequence[Sequence[Operation]]]
"""From the number of one in the crowd to the batches that it runs."""
WAIT_S = 300


@dataclass(frozen=True)
class Spends:
    """Each spends one point of the same member, `each` times."""

    each: int

    def __call__(self, number: int) -> Sequence[Sequence[Operation]]:
        return [
            [spend(Sent(f"s{number}/{n}", "u1", "g1", START + n, "兑换 1"), 1)]
            for n in range(self.each)
        ]


@dataclass(frozen=True)
class SameMessages:
    """All deliver the very same messages, of members whom nobody has seen before."""

    count: int

    def __call__(self, number: int) -> Sequence[Sequence[Operation]]:
        return [
            [checkin(Sent(f"m{n}", f"new{n}", f"g{n % 5}", START, "签到"))]
            for n in range(self.count)
        ]


@dataclass(frozen=True)
class SameReversals:
    """Each is an admin who takes back the entries 1 to `count`."""

    count: int

    def __call__(self, number: int) -> Sequence[Sequence[Operation]]:
        return [
            [take_back(Sent(f"t{number}/{n}", f"a{number}", "g1", START + n, "撤销"), n)]
            for n in range(1, self.count + 1)
        ]


@dataclass(frozen=True)
class SameParts:
    """Each takes entry 1 back bit by bit, a point more each time."""

    count: int

    def __call__(self, number: int) -> Sequence[Sequence[Operation]]:
        return [
            [take_part(Sent(f"p{number}/{n}", f"a{number}", "g1", START + n, "退款"), 1, n)]
            for n in range(1, self.count + 1)
        ]


@dataclass(frozen=True)
class Everything:
    """A random mixture over a few members, batch by batch, a part of it the same for all; and the
    nightly job, at the same moment."""

    batches: int
    seed: int

    def __call__(self, number: int) -> Sequence[Sequence[Operation]]:
        own, same = random.Random(self.seed + number), random.Random(self.seed)
        found = []
        for batch in range(self.batches):
            at = START + batch * 7 * HOUR
            operations = [
                self._one(own, f"p{number}/{batch}/{n}", at) for n in range(own.randint(1, 12))
            ]
            operations += [self._one(same, f"all/{batch}/{n}", at) for n in range(3)]
            own.shuffle(operations)
            if batch % 4 == 3:
                operations.append(expire(from_micros(at).date(), at))
            found.append(operations)
        return found

    def _one(self, chance: random.Random, number: str, at: int) -> Operation:
        who = f"u{chance.randint(1, 8)}"
        points = chance.randint(1, 40)
        given = Sent(number, "a", "g1", at, f"{number} {who} {points}", about=(who,))
        said = Sent(number, who, "g1", at, f"{number} {points}")
        return chance.choice(
            [
                lambda: checkin(said),
                lambda: share(said),
                lambda: grant(given, points),
                lambda: grant(given, points),
                lambda: deduct(given, points),
                lambda: spend(said, points),
                lambda: spend(said, points),
                lambda: take_back(said, points),
                lambda: take_part(said, points, points),
            ]
        )()


def in_processes(url: str, work: Work, count: int = 4) -> list[list[Answer]]:
    """Runs them in processes of their own, which start together."""
    context = multiprocessing.get_context("spawn")
    start = context.Barrier(count)
    pipes, children = [], []
    for number in range(count):
        here, there = context.Pipe(duplex=False)
        child = context.Process(target=_child, args=(url, work, number, start, there))
        child.start()
        there.close()
        pipes.append(here)
        children.append(child)
    found = []
    for here, child in zip(pipes, children, strict=True):
        assert here.poll(WAIT_S), "a process says nothing"
        found.append(here.recv())
        here.close()
        child.join(WAIT_S)
        assert child.exitcode == 0
        child.close()
    return found


def in_threads(url: str, work: Work, count: int = 32) -> list[list[Answer]]:
    """Runs them in threads, each with a posting of its own."""
    start = threading.Barrier(count)
    with ThreadPoolExecutor(count) as pool:
        runs = [pool.submit(_run, url, work, number, start) for number in range(count)]
        return [run.result(WAIT_S) for run in runs]


def tally(answers: Sequence[Sequence[Answer]]) -> Counter[str]:
    """How often each answer was given, over all."""
    return Counter(said for one in answers for _, said in one)


def _child(url: str, work: Work, number: int, start: object, there: object) -> None:
    there.send(_run(url, work, number, start))
    there.close()


def _run(url: str, work: Work, number: int, start: object) -> list[Answer]:
    """Runs every batch, and again while the database says that it is busy."""
    batches = work(number)
    posting = Posting(Database(url), programme())
    start.wait(WAIT_S)
    answers: list[Answer] = []
    for batch in batches:
        results = posting.run(batch)
        while any(result.problem == "unavailable" for result in results):
            results = posting.run(batch)
        answers += [
            (result.operation.cause, result.problem or result.reply.text) for result in results
        ]
    posting.close()
    return answers
