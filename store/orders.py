"""Orders of the shop, and points that wait: reads and writes, inside the writer's transaction.

Only `bot.posting` writes through it. Orders are rare beside messages: a statement is for one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from bot.points.readings import Asked, Undecided
from bot.points.types import WaitsFor
from store.database import Connection, Row
from store.ledger import TAKING


@dataclass(slots=True)
class Bought:
    """One row of `purchase`."""

    number: str
    known: str
    """All that its events said so far, as `bot.points.order_text` writes it."""
    buyer: tuple[str, str] | None = None
    """(channel, external id) by which the buyer is found."""
    member: int | None = None
    """None while nobody is known by that identity."""
    awards: dict[str, int] | None = None
    """By key of the entry, the points for the whole order; None until it has been judged."""
    settled_at: int | None = None
    left_fen: int | None = None
    judged_fen: int | None = None
    """The amount that `awards` are for."""
    paid_on: str | None = None
    """The day on which it was paid, programme-local."""


@dataclass(slots=True)
class Wait:
    """One row of `waiting`: points that cannot be spent before `due_at`; those that wait for an
    admin lapse then."""

    key: str
    member: int
    points: int
    due_at: int
    activity: int
    rule: str
    campaign: str | None
    day: str
    room: int | None
    valid_days: int | None
    why: Mapping[str, str | int] = field(default_factory=dict)
    waits_for: WaitsFor | None = None
    """None: for the time alone, or what ends it sooner."""


@dataclass(frozen=True, slots=True)
class Accrued:
    """An entry that a deed earned, as far as a refund needs it."""

    id: int
    points: int
    left: int
    """What has not been taken back yet."""
    why: Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class LastOrder:
    """A member's last order of which something is left."""

    member: int
    paid_on: str
    buyer: tuple[str, str]
    """(channel, external id) of who bought."""


SCANNED = 2_000
"""Members whose orders one statement looks at in search of the dormant: some hundredths of a
second."""

WAIT_COLUMNS = (
    "key, member, points, due_at, activity, rule, campaign, day, room, valid_days, why, waits_for"
)
BOUGHT_COLUMNS = (
    "number, known, buyer_channel, buyer_id, member, awards, settled_at, left_fen, judged_fen,"
    " paid_on"
)

OF_MEMBER = (
    "community = ? AND number IN"
    " (SELECT one.number FROM purchase AS one WHERE one.community = ? AND one.member = ?)"
)
"""SQL for a member's orders. Their numbers come from the index alone: SQLite believes that a
community has few orders, and would else read all of them."""


class Orders:
    """The tables of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def bought(self, number: str) -> Bought | None:
        """An order, locked until the transaction ends; None when nothing is known of it."""
        lock = "" if self._connection.is_sqlite else " FOR UPDATE"
        rows = self._connection.rows(
            f"SELECT {BOUGHT_COLUMNS} FROM purchase WHERE community = ? AND number = ?{lock}",
            self._community, number,
        )  # fmt: skip
        return _bought(rows[0]) if rows else None

    def opened(self, number: str) -> Bought:
        """An order, locked; a new one when nothing is known of it, so that two processes that hear
        of it first at the same moment come one after the other."""
        self._connection.run(
            "INSERT INTO purchase (community, number, known) VALUES (?, ?, '')"
            " ON CONFLICT (community, number) DO NOTHING",
            self._community, number,
        )  # fmt: skip
        bought = self.bought(number)
        assert bought is not None
        return bought

    def save(self, bought: Bought) -> None:
        """Writes an order, new or changed."""
        columns = BOUGHT_COLUMNS.split(", ")
        updates = ", ".join(f"{column} = excluded.{column}" for column in columns[1:])
        awards = None if bought.awards is None else json.dumps(bought.awards, sort_keys=True)
        self._connection.run(
            f"INSERT INTO purchase (community, {BOUGHT_COLUMNS})"
            f" VALUES ({', '.join('?' * (len(columns) + 1))})"
            f" ON CONFLICT (community, number) DO UPDATE SET {updates}",
            self._community, bought.number, bought.known, *(bought.buyer or (None, None)),
            bought.member, awards, bought.settled_at, bought.left_fen, bought.judged_fen,
            bought.paid_on,
        )  # fmt: skip

    def is_any_parked(self) -> bool:
        """Whether an order waits for its buyer to become known."""
        return bool(
            self._connection.rows(
                "SELECT 1 FROM purchase WHERE community = ? AND member IS NULL LIMIT 1",
                self._community,
            )
        )

    def parked(self, channel: str, external_id: str) -> list[str]:
        """Numbers of the orders that wait for this person to become known."""
        rows = self._connection.rows(
            "SELECT number FROM purchase WHERE community = ? AND buyer_channel = ?"
            " AND buyer_id = ? AND member IS NULL ORDER BY number",
            self._community, channel, external_id,
        )  # fmt: skip
        return [str(number) for (number,) in rows]

    def settled_of(self, member: int) -> list[Bought]:
        """The member's orders that have settled and of which something is left, locked."""
        lock = "" if self._connection.is_sqlite else " FOR UPDATE"
        rows = self._connection.rows(
            f"SELECT {BOUGHT_COLUMNS} FROM purchase WHERE {OF_MEMBER}"
            f" AND settled_at IS NOT NULL AND left_fen > 0 ORDER BY number{lock}",
            self._community, self._community, member,
        )  # fmt: skip
        return [_bought(row) for row in rows]

    def months(self, member: int) -> set[date]:
        """The first days of the months in which the member paid for an order that has settled and
        of which something is left."""
        rows = self._connection.rows(
            f"SELECT DISTINCT substr(paid_on, 1, 7) FROM purchase WHERE {OF_MEMBER}"
            " AND settled_at IS NOT NULL AND left_fen > 0",
            self._community, self._community, member,
        )  # fmt: skip
        return {date.fromisoformat(str(month) + "-01") for (month,) in rows}

    def paid(self, member: int) -> list[tuple[date, int]]:
        """The member's paid orders of which something is left: the day, and what is left in
        fen."""
        rows = self._connection.rows(
            f"SELECT paid_on, left_fen FROM purchase WHERE {OF_MEMBER}"
            " AND paid_on IS NOT NULL AND left_fen > 0",
            self._community, self._community, member,
        )  # fmt: skip
        return [(date.fromisoformat(str(day)), _int(left)) for day, left in rows]

    def dormant(
        self, until: str, key: str, after: int, limit: int
    ) -> tuple[list[LastOrder], int | None]:
        """The last orders of at most `limit` members above `after` whose last was paid on the day
        `until` or before it, and for whom no deed is done whose key is `key`, that day and the
        member; and the member to go on behind, None at the end. It looks at SCANNED members at
        most."""
        top = after + SCANNED
        rows = self._connection.rows(
            "SELECT member, paid_on, buyer_channel, buyer_id FROM purchase AS last"
            " WHERE community = ? AND member > ? AND member <= ? AND left_fen > 0 AND paid_on <= ?"
            " AND NOT EXISTS (SELECT 1 FROM purchase AS later"
            "  WHERE later.community = last.community AND later.number IN (SELECT one.number"
            "   FROM purchase AS one WHERE one.community = last.community"
            "   AND one.member = last.member)"
            "  AND later.left_fen > 0 AND (later.paid_on > last.paid_on"
            "   OR later.paid_on = last.paid_on AND later.number > last.number))"
            " AND NOT EXISTS (SELECT 1 FROM activity WHERE activity.community = last.community"
            "  AND activity.key = CAST(? AS TEXT) || last.paid_on || '/' || last.member"
            "  AND activity.outcome <> 'refused')"
            " ORDER BY member LIMIT ?",
            self._community, after, top, until, key, limit,
        )  # fmt: skip
        found = [
            LastOrder(_int(member), str(paid_on), (str(channel), str(external)))
            for member, paid_on, channel, external in rows
        ]
        if len(found) == limit:
            return found, found[-1].member
        [(last,)] = self._connection.rows(
            "SELECT coalesce(max(member), 0) FROM purchase WHERE community = ?", self._community
        )
        return found, top if _int(last) > top else None

    def waits(self, keys: Sequence[str]) -> dict[str, Wait]:
        """Which of these entries wait."""
        rows = self._connection.rows(
            f"SELECT {WAIT_COLUMNS} FROM waiting WHERE community = ? AND key IN ?*",
            self._community, keys,
        )  # fmt: skip
        return {str(row[0]): _wait(row) for row in rows}

    def waits_of(self, member: int) -> list[Wait]:
        """All that waits for a member, what comes first first."""
        rows = self._connection.rows(
            f"SELECT {WAIT_COLUMNS} FROM waiting WHERE community = ? AND member = ?"
            " ORDER BY due_at, key",
            self._community, member,
        )  # fmt: skip
        return [_wait(row) for row in rows]

    def due(self, at: int, after: tuple[int, str], limit: int) -> list[Wait]:
        """What can be spent from `at` on, microseconds since 1970 UTC; at most `limit`, by (due,
        key), from behind `after` on."""
        rows = self._connection.rows(
            f"SELECT {WAIT_COLUMNS} FROM waiting WHERE community = ? AND due_at <= ?"
            " AND (due_at > ? OR due_at = ? AND key > ?) ORDER BY due_at, key LIMIT ?",
            self._community, at, after[0], *after, limit,
        )  # fmt: skip
        return [_wait(row) for row in rows]

    def waits_on(self, activity: int) -> list[Wait]:
        """All that waits of one deed, by its row of the journal."""
        rows = self._connection.rows(
            f"SELECT {WAIT_COLUMNS} FROM waiting WHERE community = ? AND activity = ?"
            " ORDER BY key",
            self._community, activity,
        )  # fmt: skip
        return [_wait(row) for row in rows]

    def asked(self, limit: int, *, is_all: bool) -> tuple[int, list[Asked]]:
        """How much waits for an admin, and what lapses first of it, at most `limit`; or, of all
        that waits, what was told of last."""
        whose = "" if is_all else " AND waits_for = 'admin'"
        [(count,)] = self._connection.rows(
            f"SELECT count(*) FROM waiting WHERE community = ?{whose}", self._community
        )
        order = "activity DESC, key" if is_all else "due_at, key"
        rows = self._connection.rows(
            "SELECT activity, member, name, rule, day, points, waits_for FROM waiting JOIN member"
            " ON member.community = waiting.community AND member.id = waiting.member"
            f" WHERE waiting.community = ?{whose} ORDER BY {order} LIMIT ?",
            self._community, limit,
        )  # fmt: skip
        return _int(count), [_asked(row) for row in rows]

    def undecided(self, after: int, until: int) -> list[Undecided]:
        """Where something waits for an admin that lapses after `after` and not after `until`,
        microseconds since 1970 UTC. What was told privately counts for the room in which its
        member was first seen."""
        rows = self._connection.rows(
            "SELECT room.channel, room.external_id, count(*) FROM waiting JOIN member"
            " ON member.community = waiting.community AND member.id = waiting.member"
            " JOIN room ON room.community = waiting.community"
            "  AND room.id = coalesce(waiting.room, member.home_room)"
            " WHERE waiting.community = ? AND waits_for = 'admin' AND due_at > ? AND due_at <= ?"
            " GROUP BY room.id, room.channel, room.external_id ORDER BY room.id",
            self._community, after, until,
        )  # fmt: skip
        return [Undecided(str(channel), str(room), _int(count)) for channel, room, count in rows]

    def put(self, wait: Wait) -> None:
        """Lets points wait, or changes how many do, and why."""
        columns = WAIT_COLUMNS.split(", ")
        self._connection.run(
            f"INSERT INTO waiting (community, {WAIT_COLUMNS})"
            f" VALUES ({', '.join('?' * (len(columns) + 1))})"
            " ON CONFLICT (community, key) DO UPDATE"
            " SET points = excluded.points, why = excluded.why",
            self._community, wait.key, wait.member, wait.points, wait.due_at, wait.activity,
            wait.rule, wait.campaign, wait.day, wait.room, wait.valid_days,
            json.dumps(dict(wait.why), separators=(",", ":")), wait.waits_for,
        )  # fmt: skip

    def drop(self, key: str) -> None:
        """Ends the wait."""
        self._connection.run(
            "DELETE FROM waiting WHERE community = ? AND key = ?", self._community, key
        )

    def accrued(self, keys: Sequence[str]) -> dict[str, Accrued]:
        """Which of these entries have been posted, and what is left of them."""
        rows = self._connection.rows(
            "SELECT entry.key, entry.id, entry.points, entry.why,"
            f" CAST({TAKING.format('coalesce(sum(taking.points), 0)')} AS BIGINT)"
            " FROM entry WHERE entry.community = ? AND entry.key IN ?*",
            self._community, keys,
        )  # fmt: skip
        return {
            str(key): Accrued(
                _int(number), _int(points), _int(points) + _int(taken), json.loads(str(why))
            )
            for key, number, points, why, taken in rows
        }

    def accrued_deed(self, key: str) -> tuple[int, int] | None:
        """The row of the journal that says that a deed has accrued, and its first entry."""
        rows = self._connection.rows(
            "SELECT id, entry FROM activity WHERE community = ? AND key = ?"
            " AND outcome = 'accrued'",
            self._community, key,
        )  # fmt: skip
        return (_int(rows[0][0]), _int(rows[0][1])) if rows else None

    def deed(self, number: int) -> Row:
        """A row of the journal: kind, key, whose deed it is now, day, room, channel, message."""
        [row] = self._connection.rows(
            "SELECT kind, key, coalesce(owner.merged_into, activity.member), day, room, channel,"
            " message FROM activity LEFT JOIN account AS owner"
            "  ON owner.community = activity.community AND owner.member = activity.member"
            " WHERE activity.community = ? AND id = ?",
            self._community, number,
        )  # fmt: skip
        return row

    def known_by_now(self) -> list[str]:
        """Numbers of parked orders whose buyers have become known meanwhile."""
        rows = self._connection.rows(
            "SELECT number FROM purchase JOIN identity"
            " ON identity.community = purchase.community"
            " AND identity.channel = buyer_channel AND identity.external_id = buyer_id"
            " WHERE purchase.community = ? AND purchase.member IS NULL ORDER BY number",
            self._community,
        )  # fmt: skip
        return [str(number) for (number,) in rows]


def _bought(row: Row) -> Bought:
    (number, known, channel, external, member, awards, settled_at, left_fen, judged_fen,
     paid_on) = row  # fmt: skip
    return Bought(
        number=str(number),
        known=str(known),
        buyer=None if channel is None else (str(channel), str(external)),
        member=cast("int | None", member),
        awards=None if awards is None else json.loads(str(awards)),
        settled_at=cast("int | None", settled_at),
        left_fen=cast("int | None", left_fen),
        judged_fen=cast("int | None", judged_fen),
        paid_on=cast("str | None", paid_on),
    )


def _wait(row: Row) -> Wait:
    (key, member, points, due_at, activity, rule, campaign, day, room, valid_days, why,
     waits_for) = row  # fmt: skip
    return Wait(
        str(key), _int(member), _int(points), _int(due_at), _int(activity), str(rule),
        cast("str | None", campaign), date.fromisoformat(str(day)).isoformat(),
        cast("int | None", room), cast("int | None", valid_days), json.loads(str(why)),
        cast("WaitsFor | None", waits_for),
    )  # fmt: skip


def _asked(row: Row) -> Asked:
    activity, member, name, rule, day, points, waits_for = row
    return Asked(
        _int(activity), _int(member), str(name), str(rule), date.fromisoformat(str(day)),
        _int(points), cast("WaitsFor | None", waits_for),
    )  # fmt: skip


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
