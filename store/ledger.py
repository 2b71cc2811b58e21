"""The ledger's reads and writes, for many members at once. Only `bot.posting` writes through it.

Rows are written in key order, one `executemany` a table: on PostgreSQL sorted locks cannot
deadlock, and on SQLite neighbours share a page.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from bot.points.account import Account, counters_to_text
from bot.points.chain import link
from bot.points.day import day_text
from bot.points.joined import AFTER
from bot.points.lots import Moves
from bot.points.types import FOREVER, MERGE, EntryKind
from store import outbox
from store.database import Connection, Row, Value
from store.outbox import Outgoing

ENTRY_COLUMNS = (
    "id, member, kind, points, rule, campaign, key, at, day, expires_on, reverses, actor, "
    "activity, room, balance, debt, why, previous"
)
"""Every column but community and hash, in the order in which the hash covers them."""

TAKING = (
    "(SELECT {} FROM entry AS taking WHERE taking.community = entry.community"
    " AND taking.id IN (SELECT one.id FROM entry AS one"
    "  WHERE one.community = entry.community AND one.reverses = entry.id))"
)
"""SQL for something of all reversals of an entry. Their ids come from the index alone: SQLite
believes that a community has few entries, and would else read all of them."""

_counters = json.JSONDecoder().decode
"""An account's counters from their text; without looking for options as `json.loads` does."""

SCANNED = 20_000
"""Members whom one statement looks at in search of the inactive: some hundredths of a second."""

ACCOUNT_COLUMNS = (
    "member, balance, debt, qualifying, qualifying_entry, run, run_on, total_days, counters, "
    "first_expiry, last_entry, last_at, head, waiting, shields, active_on, back_on, away_days, "
    "peak, set_aside, refusal, formers"
)
_AccountRow = tuple[
    int, int, int, int, int, int, str | None, int, str, str, int, int, bytes, int, int,
    str | None, str | None, int, int, int, int, str,
]  # fmt: skip
"""The same by type: one cast a row."""
STANDING_COLUMNS = ACCOUNT_COLUMNS.split(", ")[1:]
"""Every one but the member."""


PersonRow = tuple[str, int, str, int | None, int | None]
"""(external id, member, name, since when a newcomer: None when they were there before the bot, the
home room while they are in it)"""


@dataclass(slots=True)
class Line:
    """An entry on its way into the ledger; the ids and the hash are given when it is written."""

    member: int
    kind: EntryKind
    points: int
    key: str
    at: int
    day: str
    posted_day: str
    """The day whose boards it moves: of posting, or of the original for a reversal."""
    balance: int
    debt: int
    rule: str | None = None
    campaign: str | None = None
    expires_on: str | None = None
    reverses: int | None = None
    actor: str | None = None
    activity: "Deed | None" = None
    room: int | None = None
    why: str = "{}"
    note: str | None = None
    gained: int = 0
    """What it adds to boards and qualifying points; 0 for spending and expiry."""
    lot_uses: Mapping[date, int] = field(default_factory=dict)
    id: int = 0


def expiry_line(account: Account, day: date, points: int, at: int, today: str) -> Line:
    """What books out `points`, above 0, of the member's lot of `day`; the key is ended, and hash
    and id are given, when it is written."""
    text = day.isoformat()
    return Line(
        account.member,
        "expiry",
        -points,
        f"expiry:{text}/{account.member}/",
        at,
        today,
        today,
        account.balance,
        account.debt,
        lot_uses={day: -points},
    )


@dataclass(slots=True)
class Deed:
    """A row of the journal on its way in."""

    at: int
    day: str
    member: int
    room: int | None
    kind: str
    key: str
    channel: str
    message: str
    outcome: str
    refusal: str | None
    programme: str
    facts: str
    """What else rules were told, as `bot.points.deed_text` writes it."""
    id: int = 0
    entry: int | None = None
    """The first entry that it earned."""


@dataclass(slots=True)
class Writes:
    """Everything that operations want written, in their order."""

    inbox: list[tuple[str, str, bytes, int, Deed | None]] = field(default_factory=list)
    """(channel, message, digest, at, the first deed it caused)"""
    deeds: list[Deed] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    lots: dict[tuple[str, int], int] = field(default_factory=dict)
    """Change of what remains, by (expires_on, member)."""
    accounts: dict[int, Account] = field(default_factory=dict)
    """Changed accounts, as they are to be."""
    presences: dict[tuple[int, int], tuple[int, int | None, int | None]] = field(
        default_factory=dict
    )
    """(joined_at, left_at, inviter) by (room, member)."""
    names: dict[int, str] = field(default_factory=dict)
    given: dict[str, int] = field(default_factory=dict)
    """What campaigns with a budget have given more, by id."""
    outgoing: list[Outgoing] = field(default_factory=list)
    """What carries value and is to be said."""

    def add_lots(self, member: int, moves: Moves) -> None:
        """Adds what moved to what is to be written."""
        for day, points in moves.items():
            if points:
                place = (day_text(day), member)
                self.lots[place] = self.lots.get(place, 0) + points

    def merge(self, other: "Writes") -> None:
        """Adds what a later operation wants."""
        self.inbox += other.inbox
        self.deeds += other.deeds
        self.lines += other.lines
        for place, points in other.lots.items():
            self.lots[place] = self.lots.get(place, 0) + points
        self.accounts.update(other.accounts)
        for seen, (joined_at, left_at, inviter) in other.presences.items():
            first_at, _, first_inviter = self.presences.get(seen, (joined_at, None, inviter))
            self.presences[seen] = (first_at, left_at, first_inviter)
        if other.names:
            self.names.update(other.names)
        if other.given:
            self.add_given(other.given)
        if other.outgoing:
            self.outgoing += other.outgoing

    def add_given(self, given: Mapping[str, int]) -> None:
        """Adds what campaigns gave to what is to be written."""
        for campaign, points in given.items():
            self.given[campaign] = self.given.get(campaign, 0) + points


@dataclass(frozen=True, slots=True)
class Posted:
    """An entry of the ledger, as far as taking it back needs it."""

    id: int
    member: int
    """Whose it is now: another than `number` when that one has been merged."""
    number: int
    """Whose account it stands on."""
    kind: EntryKind
    points: int
    at: int
    expires_on: date | None
    for_good: int
    """How many of its points do not expire with the others; 0 or more."""
    room: int | None
    reversed_points: int
    """How much of it has been taken back, or of a spend given back, so far; 0 or more."""


class Ledger:
    """The tables of one community, through one connection, inside its transaction."""

    def __init__(self, connection: Connection, community: int) -> None:
        self.connection = connection
        self.community = community

    def digests(self, channel: str, messages: Sequence[str]) -> dict[str, bytes]:
        """Which of these messages had an effect already, and what they said."""
        rows = self.connection.rows(
            "SELECT message, digest FROM inbox"
            " WHERE community = ? AND channel = ? AND message IN ?*",
            self.community, channel, messages,
        )  # fmt: skip
        return {str(message): _bytes(digest) for message, digest in rows}

    def members(self, channel: str, external_ids: Sequence[str]) -> list[PersonRow]:
        """Who these people are; the unknown are absent."""
        rows = self.connection.rows(
            "SELECT identity.external_id, identity.member, coalesce(member.name, ''),"
            " CASE WHEN member.newcomer = 1 THEN member.joined_at END, presence.room"
            " FROM identity LEFT JOIN member"
            "  ON member.community = identity.community AND member.id = identity.member"
            " LEFT JOIN presence ON presence.community = member.community"
            "  AND presence.room = member.home_room AND presence.member = member.id"
            "  AND presence.left_at IS NULL"
            " WHERE identity.community = ? AND identity.channel = ?"
            " AND identity.external_id IN ?*",
            self.community, channel, external_ids,
        )  # fmt: skip
        return cast("list[PersonRow]", rows)

    def external_id(self, channel: str, member: int) -> str | None:
        """Who the member is on a channel; None when they are not known there."""
        rows = self.connection.rows(
            "SELECT external_id FROM identity WHERE community = ? AND channel = ? AND member = ?"
            " ORDER BY external_id LIMIT 1",
            self.community, channel, member,
        )  # fmt: skip
        return str(rows[0][0]) if rows else None

    def identities(self, member: int) -> list[tuple[str, str]]:
        """(channel, external id) of a member, in order."""
        rows = self.connection.rows(
            "SELECT channel, external_id FROM identity WHERE community = ? AND member = ?",
            self.community, member,
        )  # fmt: skip
        return sorted((str(channel), str(external)) for channel, external in rows)

    def birthday(self, member: int) -> tuple[int, int] | None:
        """Month and day of birth; None when they have not been told."""
        rows = self.connection.rows(
            "SELECT birthday FROM member WHERE community = ? AND id = ?", self.community, member
        )
        return month_day(str(rows[0][0])) if rows and rows[0][0] else None

    def set_birthday(self, member: int, month: int, day: int) -> None:
        """Notes it, instead of what was told before."""
        self.connection.run(
            "UPDATE member SET birthday = ? WHERE community = ? AND id = ?",
            f"{month:02}-{day:02}", self.community, member,
        )  # fmt: skip

    def year_gains(
        self, first: date, end: date, members: range, at_least: int
    ) -> list[tuple[int, int, int]]:
        """(member, points gained from `first` up to, not including, `end`, and those from `end`
        on) of those of `members` whose tiers are held by so many points or more, in order.

        Days and rooms are named, so that of each only these members are read: they lead the key.
        """
        [(last,)] = self.connection.rows(
            "SELECT max(day) FROM score WHERE community = ?", self.community
        )
        until = max(end, date.fromisoformat(str(last))) if last else end
        days = [(first + timedelta(days=n)).isoformat() for n in range((until - first).days + 1)]
        rooms = self.connection.rows("SELECT id FROM room WHERE community = ?", self.community)
        rows = self.connection.rows(
            "SELECT account.member, CAST(coalesce(gained, 0) AS BIGINT),"
            " CAST(coalesce(since, 0) AS BIGINT) FROM account LEFT JOIN ("
            "  SELECT member, sum(CASE WHEN day < ? THEN points ELSE 0 END) AS gained,"
            "   sum(CASE WHEN day < ? THEN 0 ELSE points END) AS since FROM score"
            "  WHERE community = ? AND day IN ?* AND room IN ?* AND member >= ? AND member < ?"
            "  GROUP BY member) AS year ON year.member = account.member"
            " WHERE account.community = ? AND account.member >= ? AND account.member < ?"
            " AND account.qualifying - account.set_aside >= ? ORDER BY account.member",
            end.isoformat(), end.isoformat(), self.community, days,
            [0, *(_int(room) for (room,) in rooms)],
            members.start, members.stop, self.community, members.start, members.stop, at_least,
        )  # fmt: skip
        return [(_int(member), _int(gained), _int(since)) for member, gained, since in rows]

    def last_member(self) -> int:
        """The highest number that an account has; 0 without any."""
        [(last,)] = self.connection.rows(
            "SELECT coalesce(max(member), 0) FROM account WHERE community = ?", self.community
        )
        return _int(last)

    def rooms(self, channel: str, external_ids: Sequence[str]) -> dict[str, int]:
        """Which rooms these are; the unknown are absent."""
        rows = self.connection.rows(
            "SELECT external_id, id FROM room"
            " WHERE community = ? AND channel = ? AND external_id IN ?*",
            self.community, channel, external_ids,
        )  # fmt: skip
        return {str(external): _int(room) for external, room in rows}

    def accounts(self, members: Sequence[int], *, wait: bool = True) -> dict[int, Account]:
        """The accounts, locked in the order of their members until the transaction ends; those
        that have been merged into others are absent. Without `wait`, raises Unavailable when
        another process holds one of them."""
        lock = "" if self.connection.is_sqlite else " FOR UPDATE" if wait else " FOR UPDATE NOWAIT"
        rows = self.connection.rows(
            f"SELECT {ACCOUNT_COLUMNS} FROM account "
            "WHERE community = ? AND member IN ?* AND merged_into IS NULL"
            f" ORDER BY member{lock}",
            self.community, sorted(members),
        )  # fmt: skip
        return {_int(row[0]): _account(row) for row in rows}

    def merged(self, members: Sequence[int]) -> set[int]:
        """Those of these members who have been merged into others."""
        rows = self.connection.rows(
            "SELECT member FROM account"
            " WHERE community = ? AND member IN ?* AND merged_into IS NOT NULL",
            self.community, members,
        )  # fmt: skip
        return {_int(member) for (member,) in rows}

    def later_accounts(self, number: int) -> Iterator[tuple[int, int]]:
        """Into which member one of this number was merged, that one later, and so on; and the last
        entry that each of these had before."""
        while rows := self.connection.rows(
            "SELECT member, facts FROM activity"
            " WHERE community = ? AND key = ? AND outcome = 'nothing'",
            self.community, f"{MERGE}/{number}",
        ):  # fmt: skip
            number = _int(rows[0][0])
            yield number, int(json.loads(str(rows[0][1]))["facts"][AFTER])

    def last_entries(self, members: Sequence[int]) -> dict[int, int]:
        """The last entry of each of these numbers, merged or not; 0 for none."""
        rows = self.connection.rows(
            "SELECT member, last_entry FROM account WHERE community = ? AND member IN ?*",
            self.community, members,
        )  # fmt: skip
        return {_int(member): _int(entry) for member, entry in rows}

    def given(self, campaigns: Sequence[str], *, wait: bool) -> dict[str, int]:
        """What these campaigns have given of their budgets, locked in their order until the
        transaction ends. Without `wait`, raises Unavailable when another process holds one."""
        wanted = sorted(campaigns)
        self.connection.many(
            "INSERT INTO budget (community, campaign, points) VALUES (?, ?, 0)"
            " ON CONFLICT (community, campaign) DO NOTHING",
            [(self.community, campaign) for campaign in wanted],
        )
        lock = "" if self.connection.is_sqlite else " FOR UPDATE" if wait else " FOR UPDATE NOWAIT"
        rows = self.connection.rows(
            "SELECT campaign, points FROM budget"
            f" WHERE community = ? AND campaign IN ?* ORDER BY campaign{lock}",
            self.community, wanted,
        )  # fmt: skip
        return {str(campaign): _int(points) for campaign, points in rows}

    def names(self, members: Sequence[int]) -> dict[int, str]:
        """What these members are called."""
        rows = self.connection.rows(
            "SELECT id, name FROM member WHERE community = ? AND id IN ?*", self.community, members
        )
        return {_int(member): str(name) for member, name in rows}

    def absences(self, rooms: Sequence[int], members: Sequence[int]) -> list[tuple[int, int]]:
        """The (room, member) of these members who have left one of these rooms."""
        rows = self.connection.rows(
            "SELECT room, member FROM presence"
            " WHERE community = ? AND room IN ?* AND member IN ?* AND left_at IS NOT NULL",
            self.community, rooms, members,
        )  # fmt: skip
        return [(_int(room), _int(member)) for room, member in rows]

    def present(self, room: int) -> list[tuple[int, str]]:
        """Who is in a room, and what they are called."""
        rows = self.connection.rows(
            "SELECT member.id, member.name FROM presence JOIN member"
            "  ON member.community = presence.community AND member.id = presence.member"
            " WHERE presence.community = ? AND presence.room = ? AND presence.left_at IS NULL"
            " ORDER BY member.id",
            self.community, room,
        )  # fmt: skip
        return [(_int(member), str(name)) for member, name in rows]

    def home_room(self, member: int) -> int | None:
        """Where the member was first seen."""
        rows = self.connection.rows(
            "SELECT home_room FROM member WHERE community = ? AND id = ?", self.community, member
        )
        room = rows[0][0] if rows else None
        return None if room is None else _int(room)

    def taken(self, keys: Sequence[str]) -> set[str]:
        """Which of these deeds have been done: refused ones do not count."""
        rows = self.connection.rows(
            "SELECT key FROM activity WHERE community = ? AND key IN ?* AND outcome <> 'refused'",
            self.community, keys,
        )  # fmt: skip
        return {str(key) for (key,) in rows}

    def posted(self, keys: Sequence[str]) -> dict[str, int]:
        """Which of these entries' keys have been posted, and by which entry: 0 for one that was
        taken back again, and not by an admin."""
        rows = self.connection.rows(
            "SELECT entry.key, entry.id,"
            f" {TAKING.format('max(CASE WHEN taking.actor IS NULL THEN 1 ELSE 0 END)')}"
            " FROM entry WHERE entry.community = ? AND entry.key IN ?*",
            self.community, keys,
        )  # fmt: skip
        return {str(key): 0 if is_undone else _int(number) for key, number, is_undone in rows}

    def joined_at(self, member: int) -> int:
        """When the member was first seen, microseconds since 1970 UTC."""
        [(at,)] = self.connection.rows(
            "SELECT joined_at FROM member WHERE community = ? AND id = ?", self.community, member
        )
        return _int(at)

    def newcomer_since(self, member: int) -> int | None:
        """When a newcomer joined, microseconds since 1970 UTC; None for one who was there before
        the bot."""
        [(at,)] = self.connection.rows(
            "SELECT CASE WHEN newcomer = 1 THEN joined_at END FROM member"
            " WHERE community = ? AND id = ?",
            self.community, member,
        )  # fmt: skip
        return None if at is None else _int(at)

    def entry(self, number: int) -> Posted | None:
        """One entry, and how much of it was taken back; None when there is none of that number."""
        rows = self.connection.rows(
            "SELECT id, coalesce(owner.merged_into, entry.member), entry.member, kind, points, at,"
            " expires_on, room, why,"
            f" CAST({TAKING.format('coalesce(abs(sum(taking.points)), 0)')} AS BIGINT)"
            " FROM entry LEFT JOIN account AS owner"
            "  ON owner.community = entry.community AND owner.member = entry.member"
            " WHERE entry.community = ? AND id = ?",
            self.community, number,
        )  # fmt: skip
        for row in rows:
            expires_on = date.fromisoformat(str(row[6])) if row[6] else None
            return Posted(
                _int(row[0]), _int(row[1]), _int(row[2]), cast(EntryKind, row[3]), _int(row[4]),
                _int(row[5]), expires_on, json.loads(str(row[8])).get("for_good", 0),
                cast("int | None", row[7]), _int(row[9]),
            )  # fmt: skip
        return None

    def lot_uses(self, number: int) -> dict[date, int]:
        """What an entry took from (below 0) or gave back to (above 0) the lots."""
        rows = self.connection.rows(
            "SELECT expires_on, points FROM lot_use WHERE community = ? AND entry = ?",
            self.community, number,
        )  # fmt: skip
        return {date.fromisoformat(str(day)): _int(points) for day, points in rows}

    def expired(self, member: int, day: date, after: int) -> int:
        """Points of the member's lot of that day that were booked out as expired after that entry,
        above 0 or 0. What had gone before it was none of its."""
        first = f"expiry:{day.isoformat()}/{member}/"
        # An entry's number has at most 19 digits. Where the database sorts as a language does, the
        # range may hold keys of others: punctuation counts for little there.
        [(points,)] = self.connection.rows(
            "SELECT coalesce(-sum(points), 0) FROM entry WHERE community = ?"
            " AND key >= ? AND key <= ? AND kind = 'expiry' AND member = ? AND id > ?",
            self.community, first, first + "9" * 20, member, after,
        )  # fmt: skip
        return int(str(points))

    def lots(self, member: int, first: date, last: date = FOREVER) -> dict[date, int]:
        """A member's lots that expire on `first` or later, up to `last`. One look-up for each
        expiry day in use: the day leads the key, so that awards of one day are written side by
        side."""
        rows = self.connection.rows(
            "WITH RECURSIVE days(day) AS ("
            " SELECT min(expires_on) FROM lot WHERE community = ? AND expires_on >= ?"
            " UNION ALL SELECT (SELECT min(expires_on) FROM lot"
            "  WHERE community = ? AND expires_on > days.day)"
            "  FROM days WHERE days.day < ?)"
            " SELECT lot.expires_on, lot.remaining FROM days JOIN lot"
            " ON lot.community = ? AND lot.expires_on = days.day AND lot.member = ?"
            " WHERE lot.remaining > 0 AND lot.expires_on <= ?",
            self.community, first.isoformat(), self.community, last.isoformat(), self.community,
            member, last.isoformat(),
        )  # fmt: skip
        return {date.fromisoformat(str(day)): _int(left) for day, left in rows}

    def overdue_members(self, today: date, limit: int) -> list[int]:
        """Members with a lot whose last day is before today, in order; at most `limit`."""
        rows = self.connection.rows(
            "SELECT DISTINCT member FROM lot"
            " WHERE community = ? AND expires_on < ? AND remaining > 0 ORDER BY member LIMIT ?",
            self.community, today.isoformat(), limit,
        )  # fmt: skip
        return [_int(member) for (member,) in rows]

    def overdue(self, today: date, limit: int) -> list[tuple[date, int, Account]]:
        """At most `limit` lots whose last day is before today, the earliest first: the day, what
        is left, and of the account, locked, what an expiry needs, one value for all its lots.
        Accounts that others hold are passed over."""
        return self._held_lots(
            "lot.expires_on < ? ORDER BY lot.expires_on, lot.member LIMIT ?",
            today.isoformat(), limit,
        )  # fmt: skip

    def idle(
        self, after: int, limit: int, cut: date, before: int
    ) -> tuple[list[tuple[date, int, Account]], int | None]:
        """Points for good of at most `limit` members above `after` whose last deed is before the
        day `cut`, and their last entry before the instant `before`, as `overdue` gives them; and
        the member to go on from, None at the end. It looks at SCANNED members at most."""
        last = after + SCANNED
        found = self._held_lots(
            "lot.expires_on = ? AND lot.member > ? AND lot.member <= ? AND account.last_at < ?"
            " AND coalesce(account.active_on, '') < ? ORDER BY lot.member LIMIT ?",
            FOREVER.isoformat(), after, last, before, cut.isoformat(), limit,
        )  # fmt: skip
        if len(found) == limit:
            return found, found[-1][2].member
        return found, last if self.last_member() > last else None

    def _held_lots(self, where: str, *values: str | int) -> list[tuple[date, int, Account]]:
        lock = "" if self.connection.is_sqlite else " FOR UPDATE SKIP LOCKED"
        rows = self.connection.rows(
            "SELECT lot.expires_on, lot.remaining, account.member, account.balance, account.debt,"
            " account.first_expiry, account.last_entry, account.last_at, account.head,"
            " account.active_on FROM lot CROSS JOIN account"
            " WHERE lot.community = ? AND lot.remaining > 0 AND account.community = lot.community"
            f" AND account.member = lot.member AND {where}{lock}",
            self.community, *values,
        )  # fmt: skip
        accounts: dict[Value, Account] = {}
        found: list[tuple[date, int, Account]] = []
        for day, left, member, balance, debt, first, last_entry, last_at, head, active_on in rows:
            account = accounts.get(member)
            if account is None:
                account = accounts[member] = Account(
                    cast(int, member), cast(int, balance), cast(int, debt),
                    first_expiry=date.fromisoformat(cast(str, first)),
                    last_entry=cast(int, last_entry), last_at=cast(int, last_at),
                    head=cast(bytes, head), active_on=_day(active_on),
                )  # fmt: skip
            found.append((date.fromisoformat(cast(str, day)), cast(int, left), account))
        return found

    def write_expiries(self, writes: Writes) -> None:
        """Writes expiries that empty their lots. Of the accounts only what these change."""
        self._number(writes)
        self._write_lines(writes)
        self.connection.many(
            "UPDATE account SET balance = ?, first_expiry = ?, last_entry = ?, last_at = ?,"
            " head = ? WHERE community = ? AND member = ?",
            [
                (account.balance, account.first_expiry.isoformat(), account.last_entry,
                 account.last_at, account.head, self.community, member)
                for member, account in sorted(writes.accounts.items())
            ],
        )  # fmt: skip
        self.connection.many(
            "DELETE FROM lot WHERE community = ? AND expires_on = ? AND member = ?",
            [
                (self.community, day.isoformat(), line.member)
                for line in writes.lines
                for day in line.lot_uses
            ],
        )

    def enrol(self, people: Sequence[tuple[str, str, str, int, int, int | None]]) -> None:
        """Adds members: (channel, external id, name, joined at, newcomer 0 or 1, home room).

        Ids are given in the order of the list, whatever the size of the batch it came in.
        Somebody whom another process adds at the same moment stays theirs.
        """
        wanted = {(person[0], person[1]): person[2:] for person in people}
        ids = self.connection.next_ids(self.community, {"member": len(wanted)})["member"]
        mine = dict(zip(wanted, ids, strict=True))
        self.connection.many(
            "INSERT INTO identity (community, channel, external_id, member) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (community, channel, external_id) DO NOTHING",
            [(self.community, *person, member) for person, member in sorted(mine.items())],
        )
        won: list[tuple[int, tuple[str, int, int, int | None]]] = []
        for channel in {channel for channel, _ in wanted}:
            known = self.members(
                channel, [external for place, external in wanted if place == channel]
            )
            won += [
                (member, wanted[channel, external])
                for external, member, *_ in known
                if mine[channel, external] == member
            ]
        won.sort()
        self.connection.many(
            "INSERT INTO member (community, id, name, joined_at, newcomer, home_room)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(self.community, member, *facts) for member, facts in won],
        )
        self._open_accounts([member for member, _ in won])

    def open_rooms(self, rooms: Iterable[tuple[str, str]]) -> None:
        """Adds rooms: (channel, external id). Ids are given in the order of the list."""
        wanted = list(rooms)
        ids = self.connection.next_ids(self.community, {"room": len(wanted)})["room"]
        self.connection.many(
            "INSERT INTO room (community, id, channel, external_id) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (community, channel, external_id) DO NOTHING",
            [
                (self.community, room, *place)
                for place, room in sorted(zip(wanted, ids, strict=True))
            ],
        )

    def write(self, writes: Writes) -> None:
        """Writes it all and links each entry to the one before it on its account."""
        self._number(writes)
        self._write_inbox(writes)
        self._write_deeds(writes.deeds)
        if writes.lines:
            self._write_lines(writes)
        if writes.lots:
            self._write_lots(writes.lots)
        if writes.accounts:
            self._write_accounts([writes.accounts[member] for member in sorted(writes.accounts)])
        if writes.presences:
            self._write_presences(writes.presences)
        if writes.names:
            self.connection.many(
                "UPDATE member SET name = ? WHERE community = ? AND id = ?",
                [(name, self.community, member) for member, name in sorted(writes.names.items())],
            )
        if writes.given:
            self.connection.many(
                "UPDATE budget SET points = points + ? WHERE community = ? AND campaign = ?",
                [(points, self.community, one) for one, points in sorted(writes.given.items())],
            )
        if writes.outgoing:
            outbox.write(self.connection, self.community, writes.outgoing)

    def note_terms(self, at: int, version: str, programme: str) -> None:
        """Notes from when on this programme is in force, unless it is the last one noted."""
        if self._terms("TRUE") != (version, programme):
            self.connection.run(
                "INSERT INTO terms (community, since, version, programme) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (community, since) DO UPDATE"
                " SET version = excluded.version, programme = excluded.programme",
                self.community, at, version, programme,
            )  # fmt: skip

    def terms_at(self, at: int) -> tuple[str, str] | None:
        """Version and tables of the programme in force at an instant, microseconds since 1970 UTC:
        of the first there was, before that. None when none has been noted."""
        return self._terms("since <= ?", at) or self._terms("TRUE", order="ASC")

    def _terms(self, where: str, *values: int, order: str = "DESC") -> tuple[str, str] | None:
        """Of the last, or the first, of these."""
        rows = self.connection.rows(
            f"SELECT version, programme FROM terms WHERE community = ? AND {where}"
            f" ORDER BY since {order} LIMIT 1",
            self.community, *values,
        )  # fmt: skip
        return (str(rows[0][0]), str(rows[0][1])) if rows else None

    def open_community(self, at: int, programme: str) -> None:
        """Makes the community's row once, and notes the programme in force when it has changed."""
        found = self.connection.rows(
            "SELECT programme FROM community WHERE id = ?", self.community
        )
        if found == [(programme,)]:
            return
        # An upsert would lock the row for the whole transaction, though it changes nothing.
        self.connection.run(
            "INSERT INTO community (id, created_at, clock_at, programme) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (id) DO NOTHING",
            self.community, at, at, programme,
        )  # fmt: skip
        self.connection.run(
            "UPDATE community SET programme = ? WHERE id = ? AND programme <> ?",
            programme, self.community, programme,
        )  # fmt: skip

    def move_clock(self, at: int) -> None:
        """Notes that the community has seen this instant; an earlier one changes nothing."""
        self.connection.run(
            "UPDATE community SET clock_at = ? WHERE id = ? AND clock_at < ?",
            at,
            self.community,
            at,
        )

    def claim(self, job: str, period: str, at: int) -> int | None:
        """Where this run of a job goes on, 0 at its beginning; None when it is over. The unique
        row decides; it is held until the transaction ends."""
        rows = self.connection.rows(
            "INSERT INTO job_run (community, job, period, at, place) VALUES (?, ?, ?, ?, 0)"
            " ON CONFLICT (community, job, period) DO UPDATE SET place = job_run.place"
            " WHERE job_run.place IS NOT NULL RETURNING place",
            self.community, job, period, at,
        )  # fmt: skip
        return _int(rows[0][0]) if rows else None

    def leave(self, job: str, period: str, place: int | None) -> None:
        """Notes where a claimed run has got to; None: it is over."""
        self.connection.run(
            "UPDATE job_run SET place = ? WHERE community = ? AND job = ? AND period = ?",
            place, self.community, job, period,
        )  # fmt: skip

    def _number(self, writes: Writes) -> None:
        """Gives the new rows their ids, in the order in which they came."""
        counts = {
            "activity": len(writes.deeds),
            "entry": len(writes.lines),
            "outbox": len(writes.outgoing),
        }
        wanted = {table: count for table, count in counts.items() if count}
        if not wanted:
            return
        ids = self.connection.next_ids(self.community, wanted)
        for deed, number in zip(writes.deeds, ids.get("activity", ()), strict=True):
            deed.id = number
            if deed.outcome == "refused":
                writes.accounts[deed.member].refusal = number
        for line, number in zip(writes.lines, ids.get("entry", ()), strict=True):
            line.id = number
            if line.activity is not None and line.activity.entry is None:
                line.activity.entry = number
        for said, number in zip(writes.outgoing, ids.get("outbox", ()), strict=True):
            said.id = number

    def _write_inbox(self, writes: Writes) -> None:
        if not writes.inbox:
            return
        self.connection.many(
            "INSERT INTO inbox (community, channel, message, digest, at, activity)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self.community, channel, message, digest, at, deed.id if deed else None)
                for channel, message, digest, at, deed in sorted(
                    writes.inbox, key=lambda row: row[:2]
                )
            ],
        )

    def _write_deeds(self, deeds: Sequence[Deed]) -> None:
        if not deeds:
            return
        self.connection.many(
            "INSERT INTO activity (community, id, at, day, member, room, kind, key, channel,"
            " message, outcome, refusal, entry, programme, facts)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (self.community, deed.id, deed.at, deed.day, deed.member, deed.room, deed.kind,
                 deed.key, deed.channel, deed.message, deed.outcome, deed.refusal, deed.entry,
                 deed.programme, deed.facts)
                for deed in deeds
            ],
        )  # fmt: skip

    def _write_lines(self, writes: Writes) -> None:
        rows: list[Row] = []
        scores: dict[tuple[str, int, int], tuple[int, int]] = {}
        uses: list[Row] = []
        for line in writes.lines:
            number = line.id
            account = writes.accounts[line.member]
            rows.append(self._linked(line, account))
            if line.gained:
                account.qualifying_entry = number
                place = (line.posted_day, line.room or 0, line.member)
                scores[place] = (scores.get(place, (0, 0))[0] + line.gained, number)
            uses += [
                (self.community, number, day.isoformat(), points)
                for day, points in line.lot_uses.items()
            ]
        self.connection.many(
            f"INSERT INTO entry (community, {ENTRY_COLUMNS}, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        if uses:
            self.connection.many(
                "INSERT INTO lot_use (community, entry, expires_on, points) VALUES (?, ?, ?, ?)",
                uses,
            )
        if scores:
            self.connection.many(
                "INSERT INTO score (community, day, room, member, points, entry)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (community, day, room, member)"
                " DO UPDATE SET points = score.points + excluded.points, entry = excluded.entry",
                sorted((self.community, *place, *moved) for place, moved in scores.items()),
            )
        notes = [(self.community, line.id, line.note) for line in writes.lines if line.note]
        if notes:
            self.connection.many(
                "INSERT INTO note (community, entry, text) VALUES (?, ?, ?)", notes
            )

    def _linked(self, line: Line, account: Account) -> Row:
        """The entry's row, chained to the account's last; the account then ends in it.

        An expiry's key ends in the entry before it: a lot that was filled again expires again.
        """
        if line.kind == "expiry":
            line.key += str(account.last_entry)
        fields = (
            line.id, line.member, line.kind, line.points, line.rule, line.campaign, line.key,
            line.at, line.day, line.expires_on, line.reverses, line.actor,
            line.activity.id if line.activity else None,
            line.room, line.balance, line.debt, line.why, account.last_entry,
        )  # fmt: skip
        account.head = link(account.head, fields)
        account.last_entry = line.id
        return (self.community, *fields, account.head)

    def _write_lots(self, lots: Mapping[tuple[str, int], int]) -> None:
        """Adds by upsert; takes by UPDATE, since a CHECK judges the row an upsert would insert."""
        moved = sorted(lots.items())
        gained: list[Row] = [(self.community, *at, points) for at, points in moved if points > 0]
        taken: list[Row] = [(-points, self.community, *at) for at, points in moved if points < 0]
        if gained:
            self.connection.many(
                "INSERT INTO lot (community, expires_on, member, remaining) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (community, expires_on, member)"
                " DO UPDATE SET remaining = lot.remaining + excluded.remaining",
                gained,
            )
        if taken:
            self.connection.many(
                "UPDATE lot SET remaining = remaining - ?"
                " WHERE community = ? AND expires_on = ? AND member = ?",
                taken,
            )
            self.connection.many(
                "DELETE FROM lot"
                " WHERE community = ? AND expires_on = ? AND member = ? AND remaining = 0",
                [row[1:] for row in taken],
            )

    def _open_accounts(self, members: Sequence[int]) -> None:
        self.connection.many(
            f"INSERT INTO account (community, {ACCOUNT_COLUMNS})"
            f" VALUES ({', '.join('?' * (len(STANDING_COLUMNS) + 2))})",
            [(self.community, member, *_standing(Account(member))) for member in members],
        )

    def _write_accounts(self, accounts: Sequence[Account]) -> None:
        """Of members who are enrolled, and so have a row."""
        self.connection.many(
            f"UPDATE account SET {', '.join(f'{column} = ?' for column in STANDING_COLUMNS)}"
            " WHERE community = ? AND member = ?",
            [(*_standing(account), self.community, account.member) for account in accounts],
        )

    def _write_presences(
        self, presences: Mapping[tuple[int, int], tuple[int, int | None, int | None]]
    ) -> None:
        self.connection.many(
            "INSERT INTO presence (community, room, member, joined_at, left_at, inviter)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (community, room, member) DO UPDATE"
            " SET left_at = excluded.left_at"
            " WHERE coalesce(presence.left_at, -1) <> coalesce(excluded.left_at, -1)",
            [(self.community, *place, *seen) for place, seen in sorted(presences.items())],
        )


def _standing(account: Account) -> Row:
    """The account's values of STANDING_COLUMNS."""
    return (
        account.balance, account.debt, account.qualifying, account.qualifying_entry, account.run,
        _day_text(account.run_on), account.total_days, counters_to_text(account.counters),
        day_text(account.first_expiry), account.last_entry, account.last_at, account.head,
        account.waiting, account.shields, _day_text(account.active_on),
        _day_text(account.back_on), account.away_days, account.peak, account.set_aside,
        account.refusal, formers_text(account.formers),
    )  # fmt: skip


def _account(row: Row) -> Account:
    (member, balance, debt, qualifying, qualifying_entry, run, run_on, total_days, counters,
     first_expiry, last_entry, last_at, head, waiting, shields, active_on, back_on, away_days,
     peak, set_aside, refusal, formers) = cast("_AccountRow", row)  # fmt: skip
    return Account(
        member,
        balance,
        debt,
        qualifying,
        qualifying_entry,
        run,
        _day(run_on),
        total_days,
        _counters(counters),
        date.fromisoformat(first_expiry),
        last_entry,
        last_at,
        head,
        waiting,
        shields,
        _day(active_on),
        _day(back_on),
        away_days,
        peak,
        set_aside,
        refusal,
        formers_of(formers),
    )


def formers_text(formers: Iterable[int]) -> str:
    """The numbers that a member had before, as an account keeps them."""
    return ",".join(map(str, formers))


def formers_of(text: str) -> tuple[int, ...]:
    """The numbers that `formers_text` wrote."""
    return tuple(map(int, text.split(","))) if text else ()


def _day_text(day: date | None) -> str | None:
    return day_text(day) if day is not None else None


def _day(text: Value) -> date | None:
    return date.fromisoformat(cast(str, text)) if text else None


def month_day(text: str) -> tuple[int, int]:
    """Month and day of `06-18`."""
    month, _, day = text.partition("-")
    return int(month), int(day)


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value


def _bytes(value: object) -> bytes:
    assert isinstance(value, bytes)
    return value
