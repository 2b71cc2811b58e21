"""Reads the journal and the ledger, and lets `bot.points.simulate` judge them under other rules.

Nothing is written, and members are judged one after the other, so that few of them are in memory
at a time. Those whose deeds have to do with each other are judged together, before the others.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby
from math import inf
from typing import cast

from bot.clock import day_of, to_micros
from bot.points.account import counts_for_tier
from bot.points.simulate import OUTSIDE, Fates, Issued, Moved
from bot.points.simulated import Simulated
from bot.points.types import EntryKind, Programme
from store import reports
from store.database import Database, Row
from store.judging import Judge, Life, judged_by_many
from store.ledger import month_day
from store.progress import Advance, progress
from store.schema import keep_zone
from store.snapshot import Snapshot, snapshot, whole

COMMUNITY = 1
STEP = 1_000
FEW = 50_000
"""Deeds below which other processes would take longer to start than to help."""
TOGETHER = 0
"""The part of those who are judged together; everybody else's part is the own number, above 0."""

BY_A_RULE = (
    "(entry.kind = 'accrual' OR original.kind = 'accrual' AND entry.actor IS NULL"
    " AND entry.why NOT LIKE '%\"cause\"%')"
)
"""Whether rules gave an entry, or took it back for joined runs: so they do it again."""
ORIGINAL = (
    "LEFT JOIN entry AS original ON original.community = entry.community"
    " AND original.id = entry.reverses"
)
SHARED = (
    "WITH refused AS (SELECT key, member FROM activity WHERE community = ?"
    f" AND outcome = 'refused' AND refusal NOT IN ({', '.join(map(repr, sorted(OUTSIDE)))}))"
    " SELECT key, member FROM refused UNION SELECT deed.key, deed.member FROM refused"
    " JOIN activity AS deed ON deed.community = ? AND deed.key = refused.key"
    "  AND deed.outcome <> 'refused' ORDER BY key"
)
"""Deeds that were refused, and who did them or the same: one of them would have got it first."""
SETTLED = (
    "SELECT entry.member, entry.key, entry.points, entry.at FROM entry JOIN activity AS deed"
    " ON deed.community = entry.community AND deed.id = entry.activity"
    " WHERE entry.community = ? AND entry.kind = 'accrual' AND (entry.at > deed.at"
    "  OR EXISTS (SELECT 1 FROM activity AS before WHERE before.community = deed.community"
    "   AND before.key = deed.key AND before.outcome = 'pending'"
    "   AND before.outcome <> 'refused'))"  # the last words lead SQLite to the index
)
TAKEN = (
    f"SELECT DISTINCT original.member, original.key, original.points FROM entry {ORIGINAL}"
    " WHERE entry.community = ? AND entry.reverses IS NOT NULL AND original.kind = 'accrual'"
    f" AND NOT {BY_A_RULE}"
)
WAITING = "SELECT member, key FROM waiting WHERE community = ?"
ENDED = (
    "SELECT member, key, id, at FROM activity WHERE community = ? AND outcome = 'refused'"
    " AND refusal NOT IN ('already_done', 'too_late')"
    " AND EXISTS (SELECT 1 FROM activity AS before WHERE before.community = activity.community"
    "  AND before.key = activity.key AND before.outcome <> 'refused' AND before.id < activity.id)"
)
BORN = "SELECT id AS member, birthday FROM member WHERE community = ? AND birthday IS NOT NULL"
JOINED = "SELECT id AS member, joined_at FROM member WHERE community = ? AND newcomer = 1"
TAGGED = "SELECT member, tag FROM tag WHERE community = ?"
BOUGHT = (
    "SELECT member, paid_on, left_fen FROM purchase WHERE community = ?"
    " AND member IS NOT NULL AND paid_on IS NOT NULL AND left_fen > 0"
)
MOVED = (
    "SELECT entry.member, entry.id, entry.at, entry.points, entry.kind,"
    " original.kind AS reversed, original.key"
    f" FROM entry {ORIGINAL} WHERE entry.community = ? AND NOT {BY_A_RULE}"
)
RECORDED = (
    "SELECT deed.member, deed.id, deed.at, deed.day, deed.room, deed.kind, deed.key,"
    " deed.outcome, deed.refusal, deed.facts, purchase.known, purchase.awards"
    " FROM activity AS deed LEFT JOIN purchase ON purchase.community = deed.community"
    "  AND deed.channel = 'shop' AND purchase.number = deed.message"
    " WHERE deed.community = ?"
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
        issued = Issued(first, last)
        with progress("simulate", whole(total)) as advance:
            for some in _judged(view, programme, issued, whole(total), advance):
                issued.merge(some)
        simulated = Simulated(programme, _issued(view, first, last), issued, whole(total))
        names = view.connection.rows(
            "SELECT id, name FROM member WHERE community = ? AND id IN ?*",
            COMMUNITY, simulated.changed_most,
        )  # fmt: skip
        simulated.names |= {whole(member): str(name) for member, name in names}
        return simulated


def _judged(
    view: Snapshot, programme: Programme, issued: Issued, total: int, advance: Advance
) -> Iterator[Issued]:
    """What rules give some members after the other, on the days of `issued`."""
    until = reports.last_instant(view.connection, COMMUNITY)
    rooms = view.rows("SELECT id, external_id FROM room WHERE community = ?", COMMUNITY)
    judge = Judge(
        programme,
        places={room: str(place) for room, place in rooms},
        until=to_micros(until) if until is not None else 0,
        first=issued.first,
        last=issued.last,
    )
    together = None if programme.budgets else _entangled(view)
    lives = _lives(view, programme, together, advance)
    if together is None or total < FEW:
        return iter([judge(lives)])
    return judged_by_many(judge, lives)


def _lives(
    view: Snapshot, programme: Programme, together: Sequence[int] | None, advance: Advance
) -> Iterator[Life]:
    """The journal, part by part."""
    told = _Told(view, programme, together)
    recorded = _counted(_by_part(view, RECORDED, together, ", id"), advance)
    for part, rows in groupby(recorded, key=lambda row: whole(row[0])):
        yield Life(rows, told.fates(part), told.moves(part))


def _entangled(view: Snapshot) -> list[int]:
    """Members of whom one was refused a deed that another did as well, such as the invitation of
    the same person: who is first may be another under other rules."""
    members: set[int] = set()
    for _, rows in groupby(view.stream(SHARED, COMMUNITY, COMMUNITY), key=lambda row: row[0]):
        who = {whole(member) for _, member in rows}
        if len(who) > 1:
            members |= who
    return sorted(members)


def _by_part(
    view: Snapshot, sql: str, together: Sequence[int] | None, then: str = ""
) -> Iterator[Row]:
    """The rows of a SELECT of a community that names a `member`, each behind its part, in order of
    that and `then`. `together`: who is judged together, None for everybody."""
    if together:
        part = f"CASE WHEN member IN ?* THEN {TOGETHER} ELSE member END"
        ordered = f"SELECT {part} AS part, told.* FROM ({sql}) AS told ORDER BY part{then}"
        return view.stream(ordered, together, COMMUNITY)
    part = "member" if together is not None else f"{TOGETHER}"
    ordered = f"SELECT {part} AS part, told.* FROM ({sql}) AS told ORDER BY part{then}"
    return view.stream(ordered, COMMUNITY)


class _Told:
    """What the database tells of members beside their deeds, part by part, in order."""

    def __init__(
        self, view: Snapshot, programme: Programme, together: Sequence[int] | None
    ) -> None:
        def told(sql: str, then: str = "", *, is_asked: bool = True) -> _Parts:
            return _Parts(_by_part(view, sql, together, then) if is_asked else iter(()))

        asked = programme.asked
        self._zone = programme.zone
        self._settled, self._taken = told(SETTLED), told(TAKEN)
        self._waiting, self._ended = told(WAITING), told(ENDED)
        self._born = told(BORN, is_asked=bool(programme.birthday_kinds))
        self._joined = told(JOINED, is_asked=asked.joined)
        self._tagged = told(TAGGED, is_asked=asked.tags)
        self._bought = told(BOUGHT, is_asked=asked.orders)
        self._moved = told(MOVED, ", id")

    def fates(self, part: int) -> Fates:
        """What came of the part's deeds, and what is known of its members."""
        settled: dict[str, int] = {}
        given: dict[str, int] = {}
        tags: dict[int, frozenset[str]] = {}
        orders: dict[int, list[tuple[date, int]]] = {}
        for _, _, key, points, at in self._settled.of(part):
            settled[str(key)], given[str(key)] = whole(at), whole(points)
        for _, _, key, points in self._taken.of(part):
            given[str(key)] = whole(points)
        for _, member, tag in self._tagged.of(part):
            tags[whole(member)] = tags.get(whole(member), frozenset()) | {str(tag)}
        for _, member, day, left in self._bought.of(part):
            order = date.fromisoformat(str(day)), whole(left)
            orders.setdefault(whole(member), []).append(order)
        ended, born, joined = self._ended.of(part), self._born.of(part), self._joined.of(part)
        return Fates(
            joined={whole(member): day_of(whole(at), self._zone) for _, member, at in joined},
            tags=tags,
            orders=orders,
            settled=settled,
            waiting={str(key) for _, _, key in self._waiting.of(part)},
            ended={str(key): (whole(number), whole(at)) for _, _, key, number, at in ended},
            given=given,
            births={whole(member): month_day(str(birthday)) for _, member, birthday in born},
        )

    def moves(self, part: int) -> Iterator[Moved]:
        """What the part's members got and lost beside what rules gave, in order of time."""
        for _, member, _, at, points, kind, original, key in self._moved.of(part):
            yield Moved(
                at=whole(at),
                member=whole(member),
                points=whole(points),
                gained=counts_for_tier(cast(EntryKind, original or kind)),
                takes=str(key) if original == "accrual" else None,
            )


class _Parts:
    """Rows in order of their part, which is the first column."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._ahead = self._following()

    def of(self, part: int) -> Iterable[Row]:
        """Those of a part; earlier ones that nobody has asked for are passed over. Parts are asked
        for in order."""
        return self._up_to(part) if self._ahead[0] <= part else ()

    def _up_to(self, part: int) -> Iterator[Row]:
        while self._ahead[0] <= part:
            found, row = self._ahead
            self._ahead = self._following()
            if found == part:
                yield row

    def _following(self) -> tuple[float, Row]:
        """The next row behind its part, which is infinite at the end."""
        row = next(self._rows, None)
        return (inf, ()) if row is None else (whole(row[0]), row)


def _issued(view: Snapshot, first: date, last: date) -> Issued:
    issued = Issued(first, last)
    for member, rule, times, points in view.stream(
        ISSUED, COMMUNITY, COMMUNITY, first.isoformat(), last.isoformat()
    ):
        issued.add(whole(member), str(rule), whole(times), whole(points))
    return issued


def _counted(rows: Iterable[Row], advance: Advance) -> Iterator[Row]:
    for number, row in enumerate(rows, start=1):
        yield row
        if number % STEP == 0:
            advance(STEP)
