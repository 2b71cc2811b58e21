"""A board that is kept in order while points change: everybody's rank, and the first places."""

from array import array
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest
from typing import TYPE_CHECKING

from bot.points.score_counts import ScoreCounts

if TYPE_CHECKING:
    Numbers = array[int]
    """64-bit numbers by member."""

KEPT, MOST = 50, 100
"""How many first places are kept in order: MOST at most, cut down to KEPT beyond it."""

Key = tuple[int, int, int]
"""(-points, entry that reached them, member): ascending is the order of a board."""
NOBODY_OUTSIDE: Key = (0, 0, 0)
"""Comes after every key: all who are on the board are among the first."""


class Ranking:
    """Members by points. Equal points share a rank, the smaller entry stands first; who has no
    points above 0 is on no board.

    Members are numbered from 1 without large gaps: they are places in two arrays, 16 bytes each.
    """

    def __init__(self, points: "Numbers | None" = None, reached: "Numbers | None" = None) -> None:
        """Takes over two arrays of type q by member: points, and the entry that reached them."""
        self._points = array("q") if points is None else points
        self._reached = array("q") if reached is None else reached
        self._counts = ScoreCounts()
        for score, count in Counter(self._points).items():
            self._counts.add(score, count)
        self._first: list[Key] = []
        self._bound = NOBODY_OUTSIDE
        """Everybody on the board with a key up to this one is among the first, nobody else is."""
        self._bar = 1
        """The points of `_bound`: below it nobody is among the first."""
        self._fill(KEPT)

    def state(self, member: int) -> tuple[int, int]:
        """(points, entry that reached them)."""
        if member >= len(self._points):
            return 0, 0
        return self._points[member], self._reached[member]

    def gain(self, member: int, gained: int, entry: int) -> None:
        """Adds to a member's points, or takes from them; of several entries the last one counts as
        reaching the sum."""
        try:
            before, was_at = self._points[member], self._reached[member]
        except IndexError:
            self._grow(member)
            before = was_at = 0
        if entry < was_at:
            entry = was_at
        self._set(member, before, was_at, before + gained, entry)

    def put(self, member: int, points: int, reached: int) -> None:
        """Sets a member's points, whatever they were."""
        if member >= len(self._points):
            self._grow(member)
        self._set(member, *self.state(member), points, reached)

    def first(self, limit: int) -> list[tuple[int, int, int]]:
        """The first places: (rank, member, points)."""
        if len(self._first) < min(limit, len(self._counts)):
            self._fill(max(limit, KEPT))
        places: list[tuple[int, int, int]] = []
        rank = last = 0
        for number, (minus, _, member) in enumerate(self._first[:limit], start=1):
            if minus != last:
                rank, last = number, minus
            places.append((rank, member, -minus))
        return places

    def place(self, member: int) -> tuple[int, int, int | None] | None:
        """(rank, points, points missing to the next better score); None when not on the board."""
        points, _ = self.state(member)
        if points <= 0:
            return None
        better = self._counts.next_above(points)
        return 1 + self._counts.above(points), points, None if better is None else better - points

    def _set(self, member: int, before: int, was_at: int, points: int, reached: int) -> None:
        self._points[member] = points
        self._reached[member] = reached
        if before != points:
            self._counts.move(before, points)
        if before >= self._bar or points >= self._bar:
            self._move((-before, was_at, member), (-points, reached, member))

    def _move(self, before: Key, after: Key) -> None:
        """Keeps the first in order. Who falls behind the bound leaves them: others may be
        better."""
        if before[0] < 0 and before <= self._bound:
            del self._first[bisect_left(self._first, before)]
        if after[0] < 0 and after <= self._bound:
            insort(self._first, after)
            if len(self._first) > MOST:
                self._cut()

    def _cut(self) -> None:
        del self._first[KEPT:]
        self._bound = self._first[-1]
        self._bar = -self._bound[0]

    def _fill(self, count: int) -> None:
        """Finds the first anew, looking at everybody: after many of them have fallen behind."""
        on_board = len(self._counts)
        if not on_board:
            return
        lowest = self._counts.at_place(min(count, on_board))
        self._first = nsmallest(count, self._keys_from(lowest))
        self._bound, self._bar = NOBODY_OUTSIDE, 1
        if len(self._first) < on_board:
            self._bound = self._first[-1]
            self._bar = -self._bound[0]

    def _keys_from(self, lowest: int) -> Iterator[Key]:
        reached = self._reached
        for member, points in enumerate(self._points):
            if points >= lowest:
                yield (-points, reached[member], member)

    def _grow(self, member: int) -> None:
        more = member + 1 - len(self._points)
        more += len(self._points) // 8
        self._points.frombytes(bytes(8 * more))
        self._reached.frombytes(bytes(8 * more))
