"""Judges what members did as `bot.points.simulate` does, in one process or in several."""

import json
import os
import pickle
import signal
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from functools import lru_cache
from multiprocessing import get_context
from typing import NamedTuple

from bot.clock import day_of, from_micros
from bot.points.deed_text import from_text
from bot.points.order import KIND, Order
from bot.points.order_text import from_text as order_from_text
from bot.points.simulate import NO_AWARDS, Fates, Issued, Moved, Recorded, Simulation
from bot.points.types import Activity, Outcome, Programme
from bot.points.value import value
from store.database import Row, Value
from store.schema import SchemaError

AT_ONCE = 5_000
"""Deeds that are handed to another process together."""
MOST_PROCESSES = 4
"""More are not kept busy by the one that reads."""
AHEAD = 2
"""How many times AT_ONCE wait for each process, so that none is idle and memory is bounded."""


class Life(NamedTuple):
    """What a member did and what came of it, or members who are judged together."""

    rows: Iterable[Row]
    """`DeedRow`s in the order of their ids."""
    fates: Fates
    moves: Iterable[Moved]
    """In order of time."""


class DeedRow(NamedTuple):
    """A row of the journal, with the order that it tells of."""

    part: int
    member: int
    id: int
    at: int
    day: str
    room: int | None
    kind: str
    key: str
    outcome: Outcome
    refusal: str | None
    facts: str
    known: str | None
    awards: str | None


@value
class Judge:
    """Judges lives by a programme."""

    programme: Programme
    places: Mapping[Value, str]
    """By number, the platform's ids of rooms."""
    until: int
    """What can be spent by then has settled, microseconds since 1970 UTC."""
    first: date
    last: date
    """The days that count, both included."""

    def __call__(self, lives: Iterable[Life]) -> Issued:
        """What the rules give. Raises SchemaError for a row that no deed could have written."""
        issued = Issued(self.first, self.last)
        for life in lives:
            simulation = Simulation(self.programme, life.fates, issued)
            simulation.run(map(self._recorded, life.rows), life.moves, self.until)
        return issued

    def _recorded(self, found: Row) -> Recorded:
        row = DeedRow._make(found)
        at, place = from_micros(row.at), self.places.get(row.room)
        plain = Activity(row.kind, row.key, row.member, _day(row.day), at, row.room, place)
        try:
            activity = from_text(row.facts, plain)
        except ValueError as error:
            raise SchemaError(f"activity {row.id}: {error}, see what `verify` says") from error
        return Recorded(
            row.id,
            row.at,
            day_of(row.at, self.programme.zone),
            activity,
            row.outcome,
            row.refusal,
            _order(row.known) if row.known and row.kind == KIND else None,
            json.loads(row.awards) if row.awards else NO_AWARDS,
        )


def judged_by_many(judge: Judge, lives: Iterable[Life]) -> Iterator[Issued]:
    """What the rules give some lives after the other, judged by as many processes as there are
    processors. They give way to everything else on the machine: a bot may be at work."""
    processes = min(os.cpu_count() or 1, MOST_PROCESSES)
    if processes == 1:
        yield judge(lives)
        return
    # Pickled here: what fails in the pool's own thread would leave the pool waiting for ever.
    pickled = pickle.dumps(judge)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_give_way)
    waiting: deque[Future[Issued]] = deque()
    try:
        for some in _some(lives):
            waiting.append(pool.submit(_judge, pickled, some))
            if len(waiting) > AHEAD * processes:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown()


def _judge(pickled: bytes, lives: list[Life]) -> Issued:
    judge: Judge = pickle.loads(pickled)
    return judge(lives)


def _some(lives: Iterable[Life]) -> Iterator[list[Life]]:
    """Lives with AT_ONCE deeds or some more, read whole."""
    found: list[Life] = []
    deeds = 0
    for life in lives:
        rows = list(life.rows)
        found.append(Life(rows, life.fates, list(life.moves)))
        deeds += len(rows)
        if deeds >= AT_ONCE:
            yield found
            found, deeds = [], 0
    yield found


def _give_way() -> None:
    """An interrupt is for the process that started it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(5)


@lru_cache(maxsize=64)
def _order(text: str) -> Order:
    """One value for the rows of an order, which lie close to each other."""
    return order_from_text(text)


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    """One value for all deeds of a day."""
    return date.fromisoformat(text)
