"""Reads the journal and the ledger, and lets `bot.points.simulate` judge them under other rules.

Nothing is written, and rows are read one after the other: what stays in memory is one working
standing for each member, and what has waited or was taken back.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple, cast

from bot.clock import day_of, from_micros, to_micros
from bot.points.account import counts_for_tier
from bot.points.deed_text import from_text
from bot.points.order import KIND
from bot.points.order_text import from_text as order_from_text
from bot.points.simulate import NO_AWARDS, Fates, Issued, Moved, Recorded, Simulation
from bot.points.simulated import Simulated
from bot.points.types import Activity, EntryKind, Outcome, Programme
from store import reports
from store.database import Database, Value
from store.ledger import month_day
from store.progress import Advance, progress
from store.schema import SchemaError, keep_zone
from store.snapshot import Snapshot, snapshot, whole

COMMUNITY = 1
STEP = 1_000

BY_A_RULE = (
    "(entry.kind = 'accrual' OR original.kind = 'accrual' AND entry.actor IS NULL"
    " AND entry.why NOT LIKE '%\"cause\"%')"
)
"""Whether rules gave an entry, or took it back for joined runs: so they do it again."""
ORIGINAL = (
    "LEFT JOIN entry AS original ON original.community = entry.community"
    " AND original.id = entry.reverses"
)
SETTLED = (
    "SELECT entry.key, entry.points, entry.at FROM entry JOIN activity AS deed"
    " ON deed.community = entry.community AND deed.id = entry.activity"
    " WHERE entry.community = ? AND entry.kind = 'accrual' AND (entry.at > deed.at"
    "  OR EXISTS (SELECT 1 FROM activity AS before WHERE before.community = deed.community"
    "   AND before.key = deed.key AND before.outcome = 'pending'"
    "   AND before.outcome <> 'refused'))"  # the last words lead SQLite to the index
)
TAKEN = (
    f"SELECT DISTINCT original.key, original.points FROM entry {ORIGINAL}"
    " WHERE entry.community = ? AND entry.reverses IS NOT NULL AND original.kind = 'accrual'"
    f" AND NOT {BY_A_RULE}"
)
ENDED = (
    "SELECT key, id, at FROM activity WHERE community = ? AND outcome = 'refused'"
    " AND refusal NOT IN ('already_done', 'too_late')"
    " AND EXISTS (SELECT 1 FROM activity AS before WHERE before.community = activity.community"
    "  AND before.key = activity.key AND before.outcome <> 'refused' AND before.id < activity.id)"
)
MOVED = (
    "SELECT entry.at, entry.member, entry.points, entry.kind, original.kind, original.key"
    f" FROM entry {ORIGINAL} WHERE entry.community = ? AND NOT {BY_A_RULE} ORDER BY entry.id"
)
RECORDED = (
    "SELECT deed.id, deed.at, deed.day, deed.member, deed.room, deed.kind, deed.key,"
    " deed.outcome, deed.refusal, deed.facts, purchase.known, purchase.awards"
    " FROM activity AS deed LEFT JOIN purchase ON purchase.community = deed.community"
    "  AND deed.channel = 'shop' AND purchase.number = deed.message"
    " WHERE deed.community = ? ORDER BY deed.id"
)
ISSUED = (
    "SELECT member, rule, CAST(sum(CASE WHEN points > 0 THEN 1 ELSE 0 END) AS BIGINT),"
    " CAST(sum(points) AS BIGINT) FROM (SELECT entry.member, entry.rule,"
    "  entry.points + coalesce(taking.points, 0) AS points FROM entry LEFT JOIN"
    "  (SELECT reverses, sum(points) AS points FROM entry WHERE community = ?"
    "   AND reverses IS NOT NULL GROUP BY reverses) AS taking ON taking.reverses = entry.id"
    "  WHERE entry.community = ? AND entry.kind = 'accrual' AND entry.day >= ?"
    "  AND entry.day <= ?) AS given GROUP BY member, rule"
)
"""What rules gave for some days, less what was taken back whenever that was."""


class DeedRow(NamedTuple):
    """A row of the journal, with the order that it tells of."""

    id: int
    at: int
    day: str
    member: int
    room: int | None
    kind: str
    key: str
    outcome: Outcome
    refusal: str | None
    facts: str
    known: str | None
    awards: str | None


def simulate(
    database: Database, programme: Programme, first: date | None, last: date | None
) -> Simulated:
    """What rules have given for the days from `first` to `last`, both included and all when None,
    and what `programme` would have given had it been in force from the beginning.

    It reads one consistent view, whatever the bot writes meanwhile. Raises SchemaError when the
    programme keeps its days in another zone.
    """
    first, last = first or date.min, last or date.max
    with snapshot(database) as view:
        keep_zone(view.connection, programme.zone)
        [(total,)] = view.rows("SELECT count(*) FROM activity WHERE community = ?", COMMUNITY)
        until = reports.last_instant(view.connection, COMMUNITY)
        simulation = Simulation(programme, _fates(view, programme), Issued(first, last))
        with progress("simulate", whole(total)) as advance:
            deeds = _counted(_recorded(view, programme), advance)
            simulation.run(deeds, _moved(view), to_micros(until) if until is not None else 0)
        then = _issued(view, first, last)
        simulated = Simulated(programme, then, simulation.issued, whole(total))
        names = view.connection.rows(
            "SELECT id, name FROM member WHERE community = ? AND id IN ?*",
            COMMUNITY, simulated.changed_most,
        )  # fmt: skip
        simulated.names |= {whole(member): str(name) for member, name in names}
        return simulated


def _fates(view: Snapshot, programme: Programme) -> Fates:
    settled: dict[str, int] = {}
    given: dict[str, int] = {}
    for key, points, at in view.stream(SETTLED, COMMUNITY):
        settled[str(key)], given[str(key)] = whole(at), whole(points)
    for key, points in view.stream(TAKEN, COMMUNITY):
        given[str(key)] = whole(points)
    waiting = view.stream("SELECT key FROM waiting WHERE community = ?", COMMUNITY)
    ended = view.stream(ENDED, COMMUNITY)
    births = view.stream(
        "SELECT id, birthday FROM member WHERE community = ? AND birthday IS NOT NULL", COMMUNITY
    )
    return Fates(
        joined=_joined(view, programme) if programme.asked.joined else {},
        tags=_tags(view) if programme.asked.tags else {},
        orders=_orders(view) if programme.asked.orders else {},
        settled=settled,
        waiting={str(key) for (key,) in waiting},
        ended={str(key): (whole(number), whole(at)) for key, number, at in ended},
        given=given,
        births={whole(member): month_day(str(birthday)) for member, birthday in births},
    )


def _joined(view: Snapshot, programme: Programme) -> dict[int, date]:
    rows = view.stream(
        "SELECT id, joined_at FROM member WHERE community = ? AND newcomer = 1", COMMUNITY
    )
    return {whole(member): day_of(whole(at), programme.zone) for member, at in rows}


def _tags(view: Snapshot) -> dict[int, frozenset[str]]:
    rows = view.stream("SELECT member, tag FROM tag WHERE community = ?", COMMUNITY)
    tags: dict[int, frozenset[str]] = {}
    for member, tag in rows:
        tags[whole(member)] = tags.get(whole(member), frozenset()) | {str(tag)}
    return tags


def _orders(view: Snapshot) -> dict[int, list[tuple[date, int]]]:
    orders: dict[int, list[tuple[date, int]]] = {}
    for member, day, left in view.stream(
        "SELECT member, paid_on, left_fen FROM purchase WHERE community = ?"
        " AND member IS NOT NULL AND paid_on IS NOT NULL AND left_fen > 0",
        COMMUNITY,
    ):
        orders.setdefault(whole(member), []).append((_day(str(day)), whole(left)))
    return orders


def _recorded(view: Snapshot, programme: Programme) -> Iterator[Recorded]:
    rooms = view.rows("SELECT id, external_id FROM room WHERE community = ?", COMMUNITY)
    places: dict[Value, str] = {room: str(place) for room, place in rooms}
    for found in view.stream(RECORDED, COMMUNITY):
        row = DeedRow._make(found)
        at = from_micros(row.at)
        place = places.get(row.room)
        plain = Activity(row.kind, row.key, row.member, _day(row.day), at, row.room, place)
        try:
            activity = from_text(row.facts, plain)
        except ValueError as error:
            raise SchemaError(f"activity {row.id}: {error}, see what `verify` says") from error
        yield Recorded(
            number=row.id,
            at=row.at,
            today=day_of(row.at, programme.zone),
            activity=activity,
            outcome=row.outcome,
            refusal=row.refusal,
            order=order_from_text(row.known) if row.known and row.kind == KIND else None,
            awards=json.loads(row.awards) if row.awards else NO_AWARDS,
        )


def _moved(view: Snapshot) -> Iterator[Moved]:
    for at, member, points, kind, original, key in view.stream(MOVED, COMMUNITY):
        yield Moved(
            at=whole(at),
            member=whole(member),
            points=whole(points),
            gained=counts_for_tier(cast(EntryKind, original or kind)),
            takes=str(key) if original == "accrual" else None,
        )


def _issued(view: Snapshot, first: date, last: date) -> Issued:
    issued = Issued(first, last)
    for member, rule, times, points in view.stream(
        ISSUED, COMMUNITY, COMMUNITY, first.isoformat(), last.isoformat()
    ):
        issued.add(whole(member), str(rule), whole(times), whole(points))
    return issued


@lru_cache(maxsize=4096)
def _day(text: str) -> date:
    """One value for all deeds of a day."""
    return date.fromisoformat(text)


def _counted(rows: Iterable[Recorded], advance: Advance) -> Iterator[Recorded]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % STEP == 0:
            advance(STEP)
