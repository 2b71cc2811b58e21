"""One board of the whole community, kept in memory: built from the tables, then moved by every
entry. It is derived and decides nothing; losing it costs a few seconds."""

import calendar
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.points.ranking import Ranking
from bot.points.readings import Board, Period
from store.boards import named
from store.database import Connection, Database, Row
from store.ledger import Line
from store.snapshot import Snapshot, snapshot
from store.tail import PostgresTail, SqliteTail, Tail

CHUNK = 5_000
IDLE_MICROS = 3_600 * 1_000_000
"""A board that nobody asked for in this time is dropped."""


class Abandoned(Exception):
    """Building was given up: nobody waits for it any more."""


class Span(NamedTuple):
    """A board's period, and its first and last day as the tables write days."""

    period: Period
    first: str
    last: str

    @classmethod
    def of(cls, period: Period, today: date) -> "Span":
        """The calendar period that holds `today`; weeks begin on Monday, `total` has every day."""
        first = last = today
        if period == "week":
            first = today - timedelta(days=today.weekday())
            last = first + timedelta(days=6)
        elif period == "month":
            first = today.replace(day=1)
            last = today.replace(day=calendar.monthrange(today.year, today.month)[1])
        elif period == "total":
            return cls(period, "", "9999-12-31")
        return cls(period, first.isoformat(), last.isoformat())


@dataclass(frozen=True, slots=True)
class Question:
    """Who wants to know what."""

    period: Period
    today: date
    zone: ZoneInfo
    at: int
    """Microseconds since 1970 UTC."""
    member: int
    limit: int = 10


class KeptBoard:
    """A ranking, where it stands in the ledger, and what of the open transaction is in it."""

    def __init__(self, span: Span, ranking: Ranking, tail: Tail, newest_day: str) -> None:
        self.span = span
        self.newest_day = newest_day
        """The latest day that moved it: who asks as of an earlier day cannot be answered."""
        self._ranking = ranking
        self._tail = tail
        self._open = 0
        """How many lines of the open transaction are in it."""
        self._undo: list[tuple[int, int, int, str]] = []
        """(member, points, entry, newest day) as they were before those lines."""

    def follow(
        self, connection: Connection, community: int, zone: ZoneInfo, lines: Sequence[Line]
    ) -> bool:
        """Takes in what was committed, then `lines`, all that the open transaction has written so
        far. False when it is too far behind."""
        gains = self._tail.read(connection, community, zone, lines[0].id if lines else 0)
        if gains is None:
            return False
        for gain in gains:
            self._add(*gain)
        for line in lines[self._open :]:
            state = self._ranking.state(line.member)
            self._undo.append((line.member, *state, self.newest_day))
            self._add(line.member, line.gained, line.id, line.posted_day)
        self._open = len(lines)
        return True

    def commit(
        self, connection: Connection, community: int, zone: ZoneInfo, lines: Sequence[Line]
    ) -> bool:
        """The open transaction, which wrote these lines, was committed. False when the board is
        too far behind."""
        is_late = self._tail.is_late()
        if lines:
            if self._tail.take([line.id for line in lines]):
                for line in lines[self._open :]:
                    self._add(line.member, line.gained, line.id, line.posted_day)
                self._open = 0
                self._undo.clear()
            else:
                self.roll_back()
                is_late = True
        return self.follow(connection, community, zone, ()) if is_late else True

    def roll_back(self) -> None:
        """The open transaction came to nothing."""
        for member, points, entry, newest_day in reversed(self._undo):
            self._ranking.put(member, points, entry)
            self.newest_day = newest_day
        self._undo.clear()
        self._open = 0

    def answer(self, connection: Connection, community: int, member: int, limit: int) -> Board:
        """The first places, and this member's own."""
        return named(
            connection, self._ranking.first(limit), member, self._ranking.place(member), community
        )

    def _add(self, member: int, gained: int, entry: int, day: str) -> None:
        _, first, last = self.span
        if gained and first <= day <= last:
            self._ranking.gain(member, gained, entry)
            if day > self.newest_day:
                self.newest_day = day


def build(
    database: Database,
    community: int,
    span: Span,
    settled: int,
    is_abandoned: Callable[[], bool] = lambda: False,
) -> KeptBoard:
    """Reads a board from one consistent view, on a connection of its own. No entry up to `settled`
    can come any more. Raises Abandoned."""
    with snapshot(database) as view:
        tail = _tail(view, community, settled)
        [(highest,)] = view.rows(
            "SELECT coalesce(max(id), 0) FROM member WHERE community = ?", community
        )
        newest_day = ""
        if span.period == "total":
            rows = view.stream(
                "SELECT member, qualifying, qualifying_entry FROM account"
                " WHERE community = ? AND qualifying <> 0",
                community,
            )
        else:
            [(day,)] = view.rows(
                "SELECT max(day) FROM score WHERE community = ? AND day >= ? AND day <= ?",
                community, span.first, span.last,
            )  # fmt: skip
            newest_day = str(day or "")
            rows = view.stream(
                "SELECT member, points, entry FROM score"
                " WHERE community = ? AND day >= ? AND day <= ?",
                community, span.first, span.last,
            )  # fmt: skip
        ranking = _ranking(rows, int(str(highest)), is_abandoned)
    return KeptBoard(span, ranking, tail, newest_day)


def _tail(view: Snapshot, community: int, settled: int) -> Tail:
    if view.is_sqlite:
        [(last,)] = view.rows(
            "SELECT coalesce(max(id), 0) FROM entry WHERE community = ?", community
        )
        return SqliteTail(int(str(last)))
    rows = view.rows("SELECT id FROM entry WHERE community = ? AND id > ?", community, settled)
    return PostgresTail(settled, {int(str(entry)) for (entry,) in rows})


def _ranking(rows: Iterator[Row], highest: int, is_abandoned: Callable[[], bool]) -> Ranking:
    """Adds up (member, points, entry); the last entry is the one that reached the sum."""
    size = 8 * (highest + 1 + highest // 8)
    points, reached = array("q", bytes(size)), array("q", bytes(size))
    while chunk := list(islice(rows, CHUNK)):
        if is_abandoned():
            raise Abandoned
        _fold(chunk, points, reached)
    return Ranking(points, reached)


def _fold(chunk: Iterable[Row], points: "array[int]", reached: "array[int]") -> None:
    for member, gained, entry in chunk:
        points[member] += gained  # type: ignore[index, operator]
        if entry > reached[member]:  # type: ignore[index, operator]
            reached[member] = entry  # type: ignore[index, assignment]
