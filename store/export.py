"""Balances, entries, members and activities in files that other programs read, as of the ledger's
last instant."""

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from bot.clock import EPOCH, from_micros
from bot.points.streak import streak_days
from bot.points.summary import read_summary
from bot.points.tier import tier_for
from store import reports
from store.atomic import beside, replace
from store.database import Database, Value
from store.formats import Cells, Table, csv_lines, jsonl, write_xlsx
from store.progress import Advance, progress
from store.snapshot import Snapshot, snapshot, whole

COMMUNITY = 1
STEP = 1_000
NOBODY = ("", "")

BALANCES = (
    "member", "channel", "external_id", "name", "balance", "pending", "debt", "qualifying_points",
    "tier", "streak_days",
)  # fmt: skip
ENTRIES = (
    "id", "at", "on", "member", "external_id", "kind", "rule", "campaign", "points", "expires_on",
    "reverses", "actor", "note",
)  # fmt: skip
MEMBERS = (
    "member", "channel", "external_id", "name", "joined_at", "newcomer", "home_room", "birthday",
    "tags",
)  # fmt: skip
"""`joined_at` is when the bot first saw the member, UTC; `newcomer` whether that was by joining a
room; `home_room` the platform's id of the room they were first seen in, null when it was a private
chat; `birthday` month and day (`06-18`), null when it was never told; `tags` what admins put on
them, the oldest first, a space between two."""
ACTIVITIES = (
    "id", "at", "on", "member", "external_id", "room", "kind", "key", "message", "outcome",
    "refusal",
)  # fmt: skip

PERSON = (
    "coalesce((SELECT merged_into FROM account WHERE account.community = {0}.community"
    " AND account.member = {0}.member), {0}.member)"
)
"""SQL for whose a row is now: members who have been merged are one person."""

Identities = dict[int, tuple[str, str]]
"""The first (channel, external id) of each member."""


def export(database: Database, what: str, format: str, out: Path | None) -> None:
    """Writes one of the tables as `jsonl`, `csv` or `xlsx` to a file, which appears when it is
    complete, or to standard output.

    Equal ledgers give equal bytes. A workbook needs `out`; raises ValueError without it.
    """
    if format == "xlsx" and out is None:
        raise ValueError("a workbook cannot go to standard output: say where with --out FILE")
    with snapshot(database) as view:
        columns, read, counted = TABLES[what]
        [(total,)] = view.rows(f"SELECT count(*) FROM {counted}")
        at = reports.last_instant(view.connection, COMMUNITY) or EPOCH
        with progress(f"export {what}", whole(total)) as advance:
            table = Table(what, columns, _counted(read(view, at), advance), at)
            _write(partial(WRITERS[format], table), out)


def _balances(view: Snapshot, at: datetime) -> Iterator[Cells]:
    """`pending` is what has been earned and cannot be spent yet."""
    programme = reports.programme_summary(view.connection, COMMUNITY)
    if programme is None:  # nobody has said anything yet
        return
    summary = read_summary(programme)
    today = at.astimezone(summary.zone).date()
    identities = _identities(view)
    for row in view.stream(
        "SELECT account.member, name, balance, waiting AS pending, debt, qualifying, set_aside,"
        " run, run_on FROM account JOIN member ON member.community = account.community"
        "  AND member.id = account.member"
        " WHERE account.community = ? AND merged_into IS NULL ORDER BY account.member",
        COMMUNITY,
    ):
        member, name, balance, pending, debt, qualifying, set_aside, run, run_on = row
        tier = tier_for(whole(qualifying) - whole(set_aside), summary.tiers)
        last_on = None if run_on is None else datetime.fromisoformat(str(run_on)).date()
        yield (
            whole(member), *identities.get(whole(member), NOBODY), str(name), whole(balance),
            whole(pending), whole(debt), whole(qualifying), tier.id if tier else None,
            streak_days(whole(run), last_on, today),
        )  # fmt: skip


def _entries(view: Snapshot, _at: datetime) -> Iterator[Cells]:
    identities = _identities(view)
    for number, at, day, member, *columns in view.stream(
        f"SELECT id, at, day, {PERSON.format('entry')}, kind, rule, campaign, points, expires_on,"
        " reverses, actor, note.text FROM entry LEFT JOIN note ON note.community = entry.community"
        "  AND note.entry = entry.id"
        " WHERE entry.community = ? ORDER BY entry.id",
        COMMUNITY,
    ):
        external = identities.get(whole(member), NOBODY)[1]
        yield (
            whole(number), _instant(at), str(day), whole(member), external,
            *map(_plain, columns),
        )  # fmt: skip


def _members(view: Snapshot, _at: datetime) -> Iterator[Cells]:
    identities, tags = _identities(view), _tags(view)
    for member, name, joined_at, newcomer, home_room, birthday in view.stream(
        "SELECT member.id, member.name, joined_at, newcomer, room.external_id, birthday"
        " FROM member"
        " JOIN account ON account.community = member.community AND account.member = member.id"
        " LEFT JOIN room ON room.community = member.community AND room.id = member.home_room"
        " WHERE member.community = ? AND merged_into IS NULL ORDER BY member.id",
        COMMUNITY,
    ):
        yield (
            whole(member), *identities.get(whole(member), NOBODY), str(name),
            _instant(joined_at), bool(newcomer), _plain(home_room), _plain(birthday),
            " ".join(tags.get(whole(member), [])),
        )  # fmt: skip


def _activities(view: Snapshot, _at: datetime) -> Iterator[Cells]:
    """The journal as it reads now: a row whose outcome changed later gives way to the later one,
    which has the same key, and the same message when what was pending was refused.

    A second deed under a key that is taken is a row of its own, refused.
    """
    identities = _identities(view)
    for number, at, day, member, *columns in view.stream(
        "WITH rejected AS (SELECT later.key, later.channel, later.message, max(later.id) AS id"
        "  FROM activity AS later JOIN activity AS waiting"
        "   ON waiting.community = later.community AND waiting.key = later.key"
        "   AND waiting.channel = later.channel AND waiting.message = later.message"
        "  WHERE later.community = ? AND later.outcome = 'refused'"
        "   AND later.refusal <> 'already_done' AND waiting.outcome = 'pending'"
        "  GROUP BY later.key, later.channel, later.message)"
        f" SELECT activity.id, at, day, {PERSON.format('activity')}, room.external_id, kind,"
        " activity.key,"
        " activity.message, outcome, refusal FROM activity"
        " LEFT JOIN room ON room.community = activity.community AND room.id = activity.room"
        " LEFT JOIN rejected ON rejected.key = activity.key"
        "  AND rejected.channel = activity.channel AND rejected.message = activity.message"
        "  AND rejected.id > activity.id AND activity.outcome = 'pending'"
        " WHERE activity.community = ? AND rejected.id IS NULL"
        " AND (outcome = 'refused' OR NOT EXISTS (SELECT 1 FROM activity AS later"
        "  WHERE later.community = activity.community AND later.key = activity.key"
        "  AND later.outcome <> 'refused' AND later.id > activity.id))"
        " ORDER BY activity.id",
        COMMUNITY, COMMUNITY,
    ):  # fmt: skip
        external = identities.get(whole(member), NOBODY)[1]
        yield (
            whole(number), _instant(at), str(day), whole(member), external,
            *map(_plain, columns),
        )  # fmt: skip


Read = Callable[[Snapshot, datetime], Iterator[Cells]]
TABLES: dict[str, tuple[tuple[str, ...], Read, str]] = {
    "balances": (BALANCES, _balances, "account"),
    "entries": (ENTRIES, _entries, "entry"),
    "members": (MEMBERS, _members, "member"),
    "activities": (ACTIVITIES, _activities, "activity"),
}
"""Columns, how their rows are read, and the table whose rows the progress bar counts."""


def _identities(view: Snapshot) -> Identities:
    """By code points, so that both databases agree on what is first."""
    first: Identities = {}
    for member, channel, external in view.stream(
        "SELECT member, channel, external_id FROM identity WHERE community = ?", COMMUNITY
    ):
        place = (str(channel), str(external))
        first[whole(member)] = min(place, first.get(whole(member), place))
    return first


def _tags(view: Snapshot) -> dict[int, list[str]]:
    tags: dict[int, list[str]] = {}
    for member, _, tag in sorted(
        (whole(member), whole(at), str(tag))
        for member, at, tag in view.stream(
            "SELECT member, at, tag FROM tag WHERE community = ?", COMMUNITY
        )
    ):
        tags.setdefault(member, []).append(tag)
    return tags


def _counted(rows: Iterator[Cells], advance: Advance) -> Iterator[Cells]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % STEP == 0:
            advance(STEP)


def _write(write: Callable[[BinaryIO], None], out: Path | None) -> None:
    if out is None:
        _print(write)
        return
    target = out.resolve()
    if target.exists() and not target.is_file():  # a pipe or a device is written to as it is
        with target.open("wb") as file:
            write(file)
        return
    with beside(target) as temporary:
        with temporary.open("xb") as file:
            write(file)
        replace(temporary, target)


def _print(write: Callable[[BinaryIO], None]) -> None:
    """To standard output. Who stops reading, `head` for one, has had enough: that is no fault."""
    try:
        write(sys.stdout.buffer)
        sys.stdout.flush()
    except BrokenPipeError:
        print_nowhere()


def print_nowhere() -> None:
    """From now on nothing comes of what is written to standard output: nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _write_jsonl(table: Table, file: BinaryIO) -> None:
    file.writelines(jsonl(table))


def _write_csv(table: Table, file: BinaryIO) -> None:
    file.writelines(csv_lines(table))


WRITERS: dict[str, Callable[[Table, BinaryIO], None]] = {
    "jsonl": _write_jsonl,
    "csv": _write_csv,
    "xlsx": write_xlsx,
}


def _instant(at: Value) -> str:
    return from_micros(whole(at)).isoformat()


def _plain(value: Value) -> str | int | None:
    assert not isinstance(value, bytes)
    return value
