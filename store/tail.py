"""The end of the ledger: which entries have come since a board was built, each of them once.

On SQLite entries are committed in the order of their ids. On PostgreSQL several processes draw ids
from one sequence and an earlier id may be committed later, so what lies above a line below which
nothing can come any more is read again, and the ids already seen are passed over. The line moves
when every transaction has ended that could have drawn an id below it: an entry's id is drawn after
its account was locked, and so after its transaction got its number.
"""

from collections import deque
from collections.abc import Sequence
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from bot.clock import day_of
from bot.points.account import counts_for_tier
from store.database import Connection, Row

FAR = 50_000
"""Entries that are read at once; a board that is further behind is built anew."""
LATE = 2_000
"""Ids that a board lets others write before it reads them, while nobody asks."""
EVERY = 10**18


class Gain(NamedTuple):
    """What one entry adds to boards, or takes from them."""

    member: int
    gained: int
    entry: int
    day: str
    """Whose boards it moves."""


class Tail(Protocol):
    """Where a board stands in the ledger."""

    def read(
        self, connection: Connection, community: int, zone: ZoneInfo, mine: int
    ) -> list[Gain] | None:
        """What others have committed since, and of ours what was not taken. `mine` is the first
        entry of the open transaction, which is left out with all that follow it; 0 for none. None
        when it is more than FAR."""

    def take(self, entries: Sequence[int]) -> bool:
        """Notes entries of our own that have just been committed. False when there are others
        before them: then all of them come with the next `read`."""

    def is_late(self) -> bool:
        """Whether others have written so much that it is time to read."""


class SqliteTail:
    """One writer at a time: everything up to the last id has been seen."""

    def __init__(self, last: int) -> None:
        self._last = last

    def read(
        self, connection: Connection, community: int, zone: ZoneInfo, mine: int
    ) -> list[Gain] | None:
        """See Tail."""
        rows = connection.rows(
            "SELECT id, member, kind, points, at, reverses FROM entry"
            " WHERE community = ? AND id > ? AND id < ? ORDER BY id LIMIT ?",
            community, self._last, mine or EVERY, FAR + 1,
        )  # fmt: skip
        if len(rows) > FAR:
            return None
        if rows:
            self._last = _int(rows[-1][0])
        return _gains(connection, community, zone, rows)

    def take(self, entries: Sequence[int]) -> bool:
        """See Tail."""
        if entries[0] != self._last + 1:
            return False
        self._last = entries[-1]
        return True

    def is_late(self) -> bool:
        """See Tail."""
        return False


class PostgresTail:
    """Several writers: everything up to `low` has been seen, and of what follows `seen`."""

    def __init__(self, low: int, seen: set[int]) -> None:
        self._low = low
        self._seen = seen
        self._top = self._read_to = max(seen, default=low)
        self._transaction: str | None = None
        """The transaction of the last `read` that stood in one."""
        self._marks: deque[tuple[int, int]] = deque()
        """(id, transaction): once all transactions before this one have ended, nothing can come
        up to the id."""

    def read(
        self, connection: Connection, community: int, zone: ZoneInfo, mine: int
    ) -> list[Gain] | None:
        """See Tail."""
        own, oldest = _transactions(connection)
        self._mark(own)
        own_short = "" if own is None or not mine else str(int(own) % 2**32)
        rows = connection.rows(
            "SELECT id, member, kind, points, at, reverses FROM entry"
            " WHERE community = ? AND id > ? AND xmin::text <> ? ORDER BY id LIMIT ?",
            community, self._low, own_short, FAR + 1,
        )  # fmt: skip
        if len(rows) > FAR:
            return None
        rows = [row for row in rows if row[0] not in self._seen]
        self._add([_int(row[0]) for row in rows])
        self._read_to = self._top
        self._move_low(oldest)
        return _gains(connection, community, zone, rows)

    def take(self, entries: Sequence[int]) -> bool:
        """See Tail."""
        self._add(entries)
        return True

    def is_late(self) -> bool:
        """See Tail."""
        return self._top - self._read_to > LATE

    def _add(self, entries: Sequence[int]) -> None:
        if entries:
            self._seen.update(entries)
            self._top = max(self._top, entries[-1])

    def _mark(self, own: str | None) -> None:
        """What is at the top now was drawn before our transaction began, if it is a new one."""
        if own is None or own == self._transaction:
            return
        if self._transaction is not None and self._top > self._low:
            self._marks.append((self._top, int(own)))
        self._transaction = own

    def _move_low(self, oldest: int) -> None:
        low = self._low
        while self._marks and self._marks[0][1] <= oldest:
            low = self._marks.popleft()[0]
        if low > self._low:
            self._low = low
            self._seen = {entry for entry in self._seen if entry > low}


def tail_here(connection: Connection, community: int, mine: int) -> Tail | None:
    """Where the ledger ends for the open transaction, whose first entry is `mine`, 0 for none.
    None while others are writing and it is not known up to where it is settled."""
    last = mine - 1 if mine and connection.is_sqlite else _top(connection, community)
    if connection.is_sqlite:
        return SqliteTail(last)
    own, _ = _transactions(connection)
    if _running(connection) - {own}:
        return None
    rows = connection.rows("SELECT id FROM entry WHERE community = ? AND id > ?", community, last)
    return PostgresTail(last, {_int(entry) for (entry,) in rows})


def settled(connection: Connection, community: int, but: str | None) -> int | None:
    """An id up to which no entry of anybody can come any more, apart from transaction `but`; None
    while there are others that may have drawn one. The connection is in no transaction."""
    if connection.is_sqlite:
        return 0
    top = _top(connection, community)
    [(bound,)] = connection.rows("SELECT pg_current_xact_id()::text")
    if any(int(number) < int(str(bound)) for number in _running(connection) - {but}):
        return None
    return top


def own_transaction(connection: Connection) -> str | None:
    """The number of the open transaction; None on SQLite, or when it has written nothing."""
    return None if connection.is_sqlite else _transactions(connection)[0]


def _transactions(connection: Connection) -> tuple[str | None, int]:
    """Our own transaction, and the oldest that has not ended."""
    [(own, oldest)] = connection.rows(
        "SELECT pg_current_xact_id_if_assigned()::text,"
        " pg_snapshot_xmin(pg_current_snapshot())::text"
    )
    return None if own is None else str(own), int(str(oldest))


def _running(connection: Connection) -> set[str]:
    """All transactions that have written something and not ended."""
    [(snapshot,)] = connection.rows("SELECT pg_current_snapshot()::text")
    return {number for number in str(snapshot).split(":")[2].split(",") if number}


def _top(connection: Connection, community: int) -> int:
    """The highest entry that can be seen."""
    [(top,)] = connection.rows(
        "SELECT coalesce(max(id), 0) FROM entry WHERE community = ?", community
    )
    return _int(top)


def _gains(
    connection: Connection, community: int, zone: ZoneInfo, rows: Sequence[Row]
) -> list[Gain]:
    """What these entries (id, member, kind, points, at, reverses) do to boards. A reversal moves
    the boards that its original moved, and only if it did."""
    reversed_by = [_int(row[5]) for row in rows if row[5] is not None]
    originals: dict[object, Row] = {}
    if reversed_by:
        found = connection.rows(
            "SELECT id, kind, at FROM entry WHERE community = ? AND id IN ?*",
            community, reversed_by,
        )  # fmt: skip
        originals = {row[0]: row[1:] for row in found}
    gains: list[Gain] = []
    for entry, member, kind, points, at, reverses in rows:
        if reverses is not None:
            kind, at = originals[reverses]
        if counts_for_tier(kind):  # type: ignore[arg-type]
            day = day_of(at, zone).isoformat()  # type: ignore[arg-type]
            gains.append(Gain(member, points, entry, day))  # type: ignore[arg-type]
    return gains


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
