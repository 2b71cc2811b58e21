"""A room's month board without adding up the whole month each time: the days before today change
only when something is taken back."""

from collections.abc import Sequence
from datetime import timedelta

from bot.points.readings import Board
from store.boards import days_of, ranked, room_board
from store.database import Connection
from store.kept_board import IDLE_MICROS, Question
from store.ledger import Line
from store.tail import Tail, tail_here

FEW = 7
"""Up to so many days are added up each time."""
ROOMS = 200
"""Rooms whose sums are kept, some 100 kB each for 500 members."""

Sums = dict[int, tuple[int, int]]
"""(points, last entry) by member."""


class ClosedDays:
    """Sums of the month's days before today, by room, for the rooms that asked last."""

    def __init__(self, community: int) -> None:
        self._community = community
        self._today = ""
        self._asked_at = 0
        self._tail: Tail | None = None
        self._sums: dict[int, Sums] = {}

    def board(
        self, connection: Connection, lines: Sequence[Line], room: int, asked: Question
    ) -> Board:
        """The room's board. `lines` is all that the open transaction has written so far."""
        is_long = asked.period == "month" and asked.today.day > FEW
        if not (is_long and self._follow(connection, lines, asked)):
            return room_board(
                connection, room, asked.period, asked.today, asked.member,
                limit=asked.limit, community=self._community,
            )  # fmt: skip
        sums = self._sums.get(room)
        if sums is None:
            if len(self._sums) >= ROOMS:
                del self._sums[next(iter(self._sums))]
            closed = days_of("month", asked.today - timedelta(days=1))
            sums = self._sums[room] = self._read(connection, room, closed)
        sums = _both(sums, self._read(connection, room, [asked.today.isoformat()]))
        rows = sorted(
            ((member, points, entry) for member, (points, entry) in sums.items() if points > 0),
            key=lambda row: (-row[1], row[2]),
        )
        return ranked(connection, rows, asked.member, asked.limit, self._community)

    def commit(self, lines: Sequence[Line], at: int) -> None:
        """The open transaction, which wrote these lines at `at`, was committed."""
        if self._tail is None or not lines:
            return
        if at - self._asked_at > IDLE_MICROS:
            self.clear()
            return
        if self._has_moved(lines):
            self._sums.clear()
        self._tail.take([line.id for line in lines])
        if self._tail.is_late():
            self.clear()

    def clear(self) -> None:
        """Forgets all sums."""
        self._sums.clear()
        self._tail = None

    def _follow(self, connection: Connection, lines: Sequence[Line], asked: Question) -> bool:
        """Whether the sums can be used: not while the open transaction itself takes something
        back."""
        self._asked_at = asked.at
        today = asked.today.isoformat()
        if today != self._today:
            self.clear()
            self._today = today
        mine = lines[0].id if lines else 0
        if self._tail is None:
            self._tail = tail_here(connection, self._community, mine)
        tail = self._tail
        gains = tail.read(connection, self._community, asked.zone, mine) if tail else None
        if gains is None:
            self.clear()
            return False
        if any(gain.day < today for gain in gains):
            self._sums.clear()
        return not self._has_moved(lines)

    def _has_moved(self, lines: Sequence[Line]) -> bool:
        """Whether any of them counts on a day before today."""
        return any(line.gained and line.posted_day < self._today for line in lines)

    def _read(self, connection: Connection, room: int, days: Sequence[str]) -> Sums:
        rows = connection.rows(
            "SELECT member, CAST(sum(points) AS BIGINT), max(entry) FROM score"
            " WHERE community = ? AND day IN ?* AND room = ? GROUP BY member",
            self._community, days, room,
        )  # fmt: skip
        return {member: (points, entry) for member, points, entry in rows}  # type: ignore[misc]


def _both(closed: Sums, of_today: Sums) -> Sums:
    found = dict(closed)
    for member, (points, entry) in of_today.items():
        before, last = found.get(member, (0, 0))
        found[member] = (before + points, max(last, entry))
    return found
