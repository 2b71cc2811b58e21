"""What members, operators and the sandbox read: SQL over the ledger, journal and scores, nothing
written."""

import json
from collections.abc import Sequence
from datetime import date, datetime

from bot.clock import from_micros
from bot.points.readings import JournalLine, LedgerLine, MemberLine, RefusedDeed
from store.database import Connection, Row
from store.ledger import TAKING

TAKEN_AT_ONCE = "sum(CASE WHEN taking.key = 'reversal:' || entry.id THEN 1 ELSE 0 END)"
LINE_COLUMNS = (
    "entry.id, entry.at, entry.day, member.id, member.name,"
    " (SELECT external_id FROM identity WHERE identity.community = entry.community"
    "  AND identity.member = member.id AND identity.channel = ? ORDER BY external_id LIMIT 1),"
    " entry.kind, entry.rule, entry.points, entry.balance, entry.debt, note.text, entry.why,"
    " entry.key, entry.previous, entry.expires_on, entry.reverses,"
    f" {TAKING.format('max(taking.id)')}, {TAKING.format('abs(sum(taking.points))')},"
    f" {TAKING.format(TAKEN_AT_ONCE)}, entry.actor,"
    " activity.kind, activity.key, activity.channel, activity.message"
)
LINE_TABLES = (
    "entry JOIN account AS owner"
    "  ON owner.community = entry.community AND owner.member = entry.member"
    " JOIN member ON member.community = entry.community"
    "  AND member.id = coalesce(owner.merged_into, owner.member)"
    " LEFT JOIN note ON note.community = entry.community AND note.entry = entry.id"
    " LEFT JOIN activity ON activity.community = entry.community AND activity.id = entry.activity"
)

NEAR = 4_096
"""How far the ids of rows written in one transaction can lie apart: several processes of at most
1,000 operations each draw from one sequence."""


def recent_entries(
    connection: Connection, limit: int, after_id: int = 0, channel: str = "", community: int = 1
) -> list[LedgerLine]:
    """The newest entries above `after_id`, newest first."""
    rows = connection.rows(
        f"SELECT {LINE_COLUMNS} FROM {LINE_TABLES}"
        " WHERE entry.community = ? AND entry.id > ? ORDER BY entry.id DESC LIMIT ?",
        channel, community, after_id, limit,
    )  # fmt: skip
    return [_line(row) for row in rows]


def entry_line(
    connection: Connection, number: int, channel: str = "", community: int = 1
) -> LedgerLine | None:
    """One entry; None when there is none of that number."""
    rows = connection.rows(
        f"SELECT {LINE_COLUMNS} FROM {LINE_TABLES}"
        " WHERE entry.community = ? AND entry.id = ?",
        channel, community, number,
    )  # fmt: skip
    return _line(rows[0]) if rows else None


def history(
    connection: Connection,
    last_entries: Sequence[int],
    skip: int,
    limit: int,
    community: int = 1,
) -> list[LedgerLine]:
    """A member's entries, newest first, found by following the links back from the last of each of
    their accounts."""
    of_page = LINE_TABLES.replace("entry JOIN", "entry ON entry.id = page.id JOIN", 1)
    rows = connection.rows(
        "WITH RECURSIVE back(id, step) AS ("
        "SELECT id, 1 FROM entry WHERE community = ? AND id IN ?* UNION ALL"
        " SELECT (SELECT previous FROM entry WHERE community = ? AND id = back.id), step + 1"
        " FROM back WHERE back.id > 0 AND step <= ?),"
        " page(id) AS (SELECT id FROM back WHERE id > 0 ORDER BY id DESC LIMIT ? OFFSET ?)"
        f" SELECT {LINE_COLUMNS} FROM page JOIN {of_page}"
        " WHERE entry.community = ? ORDER BY entry.id DESC",
        community, last_entries, community, skip + limit - 1, limit, skip, "", community,
    )  # fmt: skip
    return [_line(row) for row in rows]


def count_entries(connection: Connection, last_entries: Sequence[int], community: int = 1) -> int:
    """How many entries a member has, by following the links back from the last of each of their
    accounts."""
    [(count,)] = connection.rows(
        "WITH RECURSIVE back(id) AS ("
        "SELECT id FROM entry WHERE community = ? AND id IN ?* UNION ALL"
        " SELECT (SELECT previous FROM entry WHERE community = ? AND id = back.id)"
        " FROM back WHERE back.id > 0) SELECT count(*) FROM back WHERE back.id > 0",
        community, last_entries, community,
    )  # fmt: skip
    return int(str(count))


def refused_since(
    connection: Connection, refusal: int, last_entry: int, community: int = 1
) -> RefusedDeed | None:
    """The refused deed of that row of the journal; None when the account's last entry is newer."""
    rows = connection.rows(
        "SELECT deed.at, deed.day, deed.kind, deed.channel, deed.message, deed.refusal,"
        " deed.programme FROM activity AS deed LEFT JOIN entry"
        " ON entry.community = deed.community AND entry.id = ?"
        " WHERE deed.community = ? AND deed.id = ? AND (entry.id IS NULL OR entry.at < deed.at"
        "  OR entry.at = deed.at AND coalesce(entry.activity, 0) < deed.id)",
        last_entry, community, refusal,
    )  # fmt: skip
    for at, day, *texts in rows:
        kind, channel, message, code, programme = map(str, texts)
        on = date.fromisoformat(str(day))
        return RefusedDeed(from_micros(_int(at)), on, kind, channel, message, code, programme)
    return None


def pending_since(
    connection: Connection, number: int, last_entry: int, community: int = 1
) -> tuple[str, str] | None:
    """Channel and message of the deed of that row of the journal; None when the account's last
    entry is newer and of another moment."""
    rows = connection.rows(
        "SELECT deed.channel, deed.message FROM activity AS deed LEFT JOIN entry"
        " ON entry.community = deed.community AND entry.id = ?"
        " WHERE deed.community = ? AND deed.id = ? AND (entry.id IS NULL OR entry.at <= deed.at)",
        last_entry, community, number,
    )  # fmt: skip
    return next(((str(channel), str(message)) for channel, message in rows), None)


def trace(
    connection: Connection, channel: str, message_id: str, community: int = 1
) -> tuple[JournalLine, ...]:
    """What came of a message: its activities with their entries, in order."""
    rows = connection.rows(
        "SELECT activity.id, kind, key, member, day, outcome, refusal, entry FROM inbox"
        " JOIN activity ON activity.community = inbox.community AND activity.id >= inbox.activity"
        "  AND activity.id < inbox.activity + ? AND activity.channel = inbox.channel"
        "  AND activity.message = inbox.message"
        " WHERE inbox.community = ? AND inbox.channel = ? AND inbox.message = ?"
        " ORDER BY activity.id",
        NEAR, community, channel, message_id,
    )  # fmt: skip
    return tuple(
        JournalLine(
            kind=str(row[1]), key=str(row[2]), member=_int(row[3]),
            on=date.fromisoformat(str(row[4])), outcome=str(row[5]), refusal=_text(row[6]),
            entries=_entries_of(connection, _int(row[0]), row[7], channel, community),
        )
        for row in rows
    )  # fmt: skip


def members(
    connection: Connection, channel: str, room: str, community: int = 1
) -> list[MemberLine]:
    """Who is, or was, in a room, in the order in which they were first seen there."""
    rows = connection.rows(
        "SELECT member.id, identity.external_id, member.name, presence.left_at IS NOT NULL,"
        " account.balance, account.run, account.run_on FROM room"
        " JOIN presence ON presence.community = room.community AND presence.room = room.id"
        " JOIN member ON member.community = room.community AND member.id = presence.member"
        " JOIN account ON account.community = room.community AND account.member = member.id"
        " JOIN identity ON identity.community = room.community AND identity.member = member.id"
        "  AND identity.channel = room.channel"
        " WHERE room.community = ? AND room.channel = ? AND room.external_id = ?"
        " ORDER BY member.id",
        community, channel, room,
    )  # fmt: skip
    return [
        MemberLine(
            _int(row[0]), str(row[1]), str(row[2]), bool(row[3]), _int(row[4]), _int(row[5]),
            date.fromisoformat(str(row[6])) if row[6] else None,
        )
        for row in rows
    ]  # fmt: skip


def created_at(connection: Connection, community: int = 1) -> datetime | None:
    """The community's first instant, UTC; None when it has seen nothing."""
    rows = connection.rows("SELECT created_at FROM community WHERE id = ?", community)
    return from_micros(_int(rows[0][0])) if rows else None


def jobs_done(connection: Connection, community: int = 1) -> dict[str, str]:
    """The last period that each job was run for, up to the end."""
    rows = connection.rows(
        "SELECT job, max(period) FROM job_run WHERE community = ? AND place IS NULL GROUP BY job",
        community,
    )
    return {str(job): str(period) for job, period in rows}


def programme_summary(connection: Connection, community: int = 1) -> str | None:
    """What the ledger notes of the programme in force; None when it has seen nothing."""
    rows = connection.rows("SELECT programme FROM community WHERE id = ?", community)
    return str(rows[0][0]) if rows else None


def last_instant(connection: Connection, community: int = 1) -> datetime | None:
    """The ledger's last instant, UTC: of its last entry, or of the last day or tick it saw; None
    when new."""
    rows = connection.rows(
        "SELECT clock_at, (SELECT at FROM entry WHERE community = ? ORDER BY id DESC LIMIT 1)"
        " FROM community WHERE id = ?",
        community, community,
    )  # fmt: skip
    if not rows:
        return None
    return from_micros(max(_int(value) for value in rows[0] if value is not None))


def _entries_of(
    connection: Connection, activity: int, first: object, channel: str, community: int
) -> tuple[LedgerLine, ...]:
    """The entries of an activity: numbered one after the other, or nearly so beside other
    processes."""
    if first is None:
        return ()
    rows = connection.rows(
        f"SELECT {LINE_COLUMNS} FROM {LINE_TABLES}"
        " WHERE entry.community = ? AND entry.id >= ? AND entry.id < ? AND entry.activity = ?"
        " ORDER BY entry.id",
        channel, community, _int(first), _int(first) + NEAR, activity,
    )  # fmt: skip
    return tuple(_line(row) for row in rows)


def _line(row: Row) -> LedgerLine:
    (number, at, day, member, name, external, kind, rule, points, balance, debt, note, why,
     key, previous, expires_on, reverses, reversed_by, reversed_points, at_once, actor,
     deed_kind, deed_key, channel, message) = row  # fmt: skip
    taken = int(str(reversed_points or 0))
    return LedgerLine(
        id=_int(number), at=from_micros(_int(at)), on=date.fromisoformat(str(day)),
        member=_int(member), member_name=str(name), external_id=str(external or ""),
        kind=str(kind), rule=_text(rule), points=_int(points), balance=_int(balance),
        debt=_int(debt), note=_text(note), why=json.loads(str(why)), key=str(key),
        previous=_int(previous),
        expires_on=date.fromisoformat(str(expires_on)) if expires_on else None,
        reverses=None if reverses is None else _int(reverses),
        reversed_by=None if reversed_by is None else _int(reversed_by), reversed_points=taken,
        is_reversed=taken == abs(_int(points)) or bool(at_once),
        actor=_text(actor),
        activity_kind=_text(deed_kind), activity_key=_text(deed_key), channel=_text(channel),
        message=_text(message),
    )  # fmt: skip


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
