"""What carries value and is to be said: kept from the transaction that decided it until it has
been said. Only `bot.posting` writes through it, and `jifenbot outbox`."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast

from bot.points.text import storable
from bot.points.types import Reply, SaidKind
from store.database import Connection, Row, Value

Mark = Literal["sent", "refused", "parked", "void"]
"""What became of it at its channel; `refused` is tried again, `void` is for nobody any more."""
COLUMNS = (
    "id, channel, room, mentions, text, quote, asks, picture, kind, cause, at, state, refusals"
)


@dataclass(slots=True)
class Outgoing:
    """A row of the table; the id is given when it is written. See `store.tables.Outbox`."""

    channel: str
    reply: Reply
    kind: SaidKind
    cause: str
    at: int
    id: int = 0
    state: Literal["waiting", "parked"] = "waiting"
    refusals: int = 0


def write(connection: Connection, community: int, rows: Sequence[Outgoing]) -> None:
    """Notes what is to be said, in the transaction at hand; ids have been given."""
    connection.many(
        f"INSERT INTO outbox (community, {COLUMNS}) VALUES ({', '.join('?' * 14)})",
        [(community, *_values(row)) for row in rows],
    )


def waiting(connection: Connection, channels: Sequence[str], community: int = 1) -> list[Outgoing]:
    """What is still to be said on these channels, the oldest first."""
    rows = connection.rows(
        f"SELECT {COLUMNS} FROM outbox"
        " WHERE community = ? AND state = 'waiting' AND channel IN ?* ORDER BY id",
        community, channels,
    )  # fmt: skip
    return list(map(_outgoing, rows))


def unsaid(connection: Connection, community: int = 1) -> list[Outgoing]:
    """All that waits, or is parked: refused too often, and said no more until somebody asks for
    it by `again`. The oldest first."""
    rows = connection.rows(
        f"SELECT {COLUMNS} FROM outbox"
        " WHERE community = ? AND state IN ('waiting', 'parked') ORDER BY id",
        community,
    )
    return list(map(_outgoing, rows))


def count_parked(connection: Connection, community: int = 1) -> int:
    """How much is parked."""
    [(count,)] = connection.rows(
        "SELECT count(*) FROM outbox WHERE community = ? AND state = 'parked'", community
    )
    return cast(int, count)


def count_refused(connection: Connection, community: int = 1) -> int:
    """How much has been refused, and is tried again."""
    [(count,)] = connection.rows(
        "SELECT count(*) FROM outbox WHERE community = ? AND state = 'waiting' AND refusals > 0",
        community,
    )
    return cast(int, count)


def again(connection: Connection, number: int, community: int = 1) -> bool:
    """Lets what is parked be said at the next start; False when there is no such thing."""
    changed = connection.run(
        "UPDATE outbox SET state = 'waiting', refusals = 0, done_at = NULL"
        " WHERE community = ? AND id = ? AND state = 'parked'",
        community, number,
    )  # fmt: skip
    return changed == 1


VOID = "UPDATE outbox SET state = 'void', done_at = ?, picture = NULL WHERE state = 'waiting'"
"""SQL that ends all that waits: a restored copy cannot know what has been said since."""


class Outbox:
    """The table of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def mark(self, rows: Iterable[int], mark: Mark, at: int) -> None:
        """Notes what became of these. What is no longer waiting stays as it is."""
        sql = {
            "sent": "state = 'sent', done_at = ?, picture = NULL",
            "refused": "refusals = refusals + 1",
            "parked": "state = 'parked', done_at = ?",
            "void": "state = 'void', done_at = ?, picture = NULL",
        }[mark]
        values: list[Value] = [] if mark == "refused" else [at]
        self._connection.many(
            f"UPDATE outbox SET {sql} WHERE community = ? AND id = ? AND state = 'waiting'",
            [(*values, self._community, row) for row in sorted(rows)],
        )

    def forget(self, before: int, limit: int) -> int:
        """Forgets what was said, or given up, before an instant, at most `limit`; how much that
        was."""
        rows = self._connection.rows(
            "SELECT id FROM outbox WHERE community = ? AND done_at < ? ORDER BY id LIMIT ?",
            self._community, before, limit,
        )  # fmt: skip
        ids = [cast(int, number) for (number,) in rows]
        if ids:
            self._connection.run(
                "DELETE FROM outbox WHERE community = ? AND id IN ?*", self._community, ids
            )
        return len(ids)


def _values(row: Outgoing) -> Row:
    """Of COLUMNS. A text that a database cannot keep must not take the deed with it."""
    reply = row.reply
    return (
        row.id, row.channel, reply.room, json.dumps(reply.to), storable(reply.text), reply.quote,
        json.dumps(reply.asks), reply.picture, row.kind, row.cause, row.at, row.state,
        row.refusals,
    )  # fmt: skip


def _outgoing(row: Row) -> Outgoing:
    number, channel, room, to, text, quote, asks, picture, kind, cause, at, state, refusals = cast(
        "tuple[int, str, str | None, str, str, str | None, str, bytes | None, SaidKind, str, int,"
        " Literal['waiting', 'parked'], int]",
        row,
    )
    reply = Reply(
        text, room, tuple(json.loads(to)), quote, tuple(json.loads(asks)), picture=picture
    )
    return Outgoing(channel, reply, kind, cause, at, number, state, refusals)
