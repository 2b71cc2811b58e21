"""The ledger read again from its first entry: what each account, lot and score must be."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from sys import intern
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.clock import day_of
from bot.points.account import Account, counts_for_tier, gain
from bot.points.chain import GENESIS, link
from bot.points.earn import total_key
from bot.points.joined import AFTER
from bot.points.lots import filled, give_back, own_lots, take_back, wanted_of
from bot.points.streak import STREAK_KIND
from bot.points.types import FOREVER, MERGE, EntryKind
from store.checks.found import Found, is_day
from store.database import Row
from store.ledger import ENTRY_COLUMNS
from store.snapshot import Snapshot, whole

HASHED = len(ENTRY_COLUMNS.split(", "))
REVERSIBLE = ("accrual", "redemption", "adjustment")
KEYS = {"adjustment": "adjustment:", "redemption": "redemption:", "transfer": "transfer:"}
Uses = list[tuple[str, int]]
"""What an entry took from (below 0) or gave back to (above 0) lots: (day, points)."""


class EntryRow(NamedTuple):
    """An entry with the deed that earned it and the entry that it takes back."""

    id: int
    member: int
    kind: EntryKind
    points: int
    rule: str | None
    campaign: str | None
    key: str
    at: int
    day: str
    expires_on: str | None
    reverses: int | None
    actor: str | None
    activity: int | None
    room: int | None
    balance: int
    debt: int
    why: str
    previous: int
    hash: bytes
    deed_member: int | None
    deed_kind: str | None
    deed_key: str | None
    deed_day: str | None
    deed_room: int | None
    deed_outcome: str | None
    deed_entry: int | None
    original_member: int | None
    original_kind: EntryKind | None
    original_points: int | None
    original_at: int | None
    original_room: int | None
    original_day: str | None
    original_why: str | None


SELECT = (
    f"SELECT {', '.join('entry.' + column for column in ENTRY_COLUMNS.split(', '))}, entry.hash,"
    " deed.member, deed.kind, deed.key, deed.day, deed.room, deed.outcome, deed.entry,"
    " original.member, original.kind, original.points, original.at, original.room,"
    " original.expires_on, original.why FROM entry"
    " LEFT JOIN activity AS deed ON deed.community = entry.community AND deed.id = entry.activity"
    " LEFT JOIN entry AS original ON original.community = entry.community"
    "  AND original.id = entry.reverses"
    " LEFT JOIN account AS owner ON owner.community = entry.community"
    "  AND owner.member = entry.member"
    " WHERE entry.community = ? AND coalesce(owner.merged_into, entry.member) >= ?"
    " AND coalesce(owner.merged_into, entry.member) < ? ORDER BY entry.id"
)


@dataclass(slots=True)
class Recounted:
    """One member's account as the entries give it. What a merged one has gained is counted for the
    member that it is now; its chain, its points and its days are its own."""

    account: Account
    """Its balance and debt are those of all points together. The peak is the highest that it can
    be: who was merged has reached some of it elsewhere."""
    heads: tuple[bytes, ...] = (GENESIS,)
    """What the next entry may link to: more than one after an entry whose hash does not fit, so
    that a single wrong row is named alone."""
    nets: tuple[int, ...] = (0,)
    """Balance less debt that the next entry may start from; more than one for the same reason."""
    lots: dict[str, int] = field(default_factory=dict)
    expired: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """By the day of their lot what booked points out, and how many."""
    gained: int = 0
    """Qualifying points of its own entries."""
    least_peak: int = 0
    """The lowest that the peak can be."""
    scores: dict[tuple[str, int], tuple[int, int]] = field(default_factory=dict)
    """Points, and the entry that last changed them, by (day, room)."""
    checked_in: set[int] = field(default_factory=set)
    """Days checked in, as ordinals; the journal fills it."""
    last_message: tuple[str, str] | None = None
    """Channel and id of the message that checked in last, as the journal says."""
    shields: int = 0
    """Given by entries; the journal takes those that were used."""
    active_on: str | None = None
    """The day of the last deed that was not refused; the journal fills it."""
    refusal: int = 0
    """The last row of the journal that tells of a refused one; the journal fills it."""


class Recount:
    """The accounts of some members, with those that were merged into them."""

    def __init__(self, view: Snapshot, community: int, zone: ZoneInfo, found: Found) -> None:
        self._view = view
        self._community = community
        self._zone = zone
        self._found = found
        self.accounts: dict[int, Recounted] = {}
        self._taken: dict[int, int] = {}
        """What reversals took so far, by the entry that they took back; below 0 of a spend."""
        rows = view.rows(
            "SELECT account.member, merged_into, deed.member, facts FROM account"
            " LEFT JOIN activity AS deed ON deed.community = account.community"
            f"  AND deed.key = '{MERGE}/' || account.member AND deed.outcome = 'nothing'"
            " WHERE account.community = ? AND merged_into IS NOT NULL ORDER BY account.member",
            community,
        )
        self._merged = {whole(member): whole(kept) for member, kept, _, _ in rows}
        self._formers: dict[int, list[int]] = {}
        for number, kept in self._merged.items():
            self._formers.setdefault(kept, []).append(number)
        self._went_on = {
            whole(member): (whole(kept), _last_before(facts))
            for member, _, kept, facts in rows
            if kept is not None
        }
        """In whose account a merged one went on at once, and behind which entry there."""

    def person(self, member: int | None) -> int | None:
        """The member that one of this number is now."""
        return self._merged.get(member, member) if member is not None else None

    def formers(self, member: int) -> list[int]:
        """The numbers that were merged into the member, in order."""
        return self._formers.get(member, [])

    def now(self, member: int) -> Recounted:
        """So far, the account of the member that one of this number is now."""
        return self.of(self._merged.get(member, member))

    def of(self, member: int) -> Recounted:
        """The member's account so far."""
        known = self.accounts.get(member)
        if known is None:
            known = self.accounts[member] = Recounted(Account(member))
        return known

    def read(self, first: int, end: int) -> Iterator[int]:
        """Reads all entries of members `first` up to, not including, `end`; yields their ids."""
        uses = Merged(self._view, self._community)
        for found in self._view.stream(SELECT, self._community, first, end):
            row = EntryRow._make(found)
            self._add(row, uses.of(row.id))
            yield row.id

    def _add(self, row: EntryRow, uses: Uses) -> None:
        known = self.of(row.member)
        today = self._day(row.at)
        self._check_link(row, known)
        moved = self._check_balance(row, known)
        self._check_lots(row, known, uses, today)
        lots = sum(points for _, points in uses) + (row.points if _fills_a_lot(row) else 0)
        if lots != moved:
            self._say(row, f"its lots move by {lots}, its balance by {moved}")
        for line in self._wrong_references(row):
            self._say(row, line)
        self._gain(row, self.now(row.member), today)
        known.account.last_entry, known.account.last_at = row.id, row.at

    def _check_link(self, row: EntryRow, known: Recounted) -> None:
        last = known.account.last_entry
        if row.id < 1:
            self._say(row, "ids begin at 1")
        if row.previous != last:
            self._say(row, f"previous is {row.previous}, the entry before it is {last}")
        if row.at < known.account.last_at:
            self._say(row, f"its time is before that of entry {last}")
        wanted = [link(head, row[:HASHED]) for head in known.heads]
        known.account.head = row.hash
        if row.hash in wanted:
            known.heads = (row.hash,)
            return
        known.heads = (row.hash, wanted[0])
        self._say(row, "its hash does not fit its columns and the entry before it")

    def _check_balance(self, row: EntryRow, known: Recounted) -> int:
        """How far the balance moved, by the entry's points."""
        account = known.account
        total = account.balance - account.debt + row.points
        account.balance, account.debt = max(total, 0), max(-total, 0)
        stored = row.balance - row.debt
        fitting = [net for net in known.nets if net + row.points == stored]
        before = fitting[0] if fitting else known.nets[0]
        net = before + row.points
        known.nets = (stored,) if fitting else (stored, net)
        if row.balance != max(net, 0):
            self._say(row, f"balance is {row.balance}, the entries up to it give {max(net, 0)}")
        if row.debt != max(-net, 0):
            self._say(row, f"debt is {row.debt}, the entries up to it give {max(-net, 0)}")
        return max(net, 0) - max(before, 0)

    def _check_lots(self, row: EntryRow, known: Recounted, uses: Uses, today: str) -> None:
        lots = known.lots
        if _fills_a_lot(row):
            day = intern(row.expires_on or "")
            if day < today:
                self._say(row, f"its lot expires on {day or 'no day'}")
            lots[day] = lots.get(day, 0) + row.points
        elif row.expires_on is not None:
            self._say(row, f"expires_on is {row.expires_on}, but it adds to no lot")
        for day, points in uses:
            lots[day] = lots.get(day, 0) + points
            if lots[day] < 0:
                self._say(row, f"takes {-points} from the lot of {day}, which held less")
        if not self._has_right_uses(row, known, uses, today):
            listed = ", ".join(f"{day}: {points:+d}" for day, points in uses) or "none"
            self._say(row, f"its lot uses are not what such an entry makes ({listed})")

    def _has_right_uses(self, row: EntryRow, known: Recounted, uses: Uses, today: str) -> bool:
        """Whether it took from and gave to the right lots; how much in all is compared apart."""
        if _fills_a_lot(row):
            return _is_shared_out(row, uses)
        if row.kind == "expiry":
            return _empties_a_lot(row, known, uses, today)
        if row.kind == "transfer" and row.key.endswith("/out"):
            return _carries_a_lot_off(row, known, uses)
        if row.points > 0:
            return self._gives_back(row, uses, today)
        if row.kind == "reversal":
            return _takes_back(row, known, uses, today, self._taken.get(row.reverses or 0, 0))
        return _takes_earliest(known.lots, uses, today)

    def _gives_back(self, row: EntryRow, uses: Uses, today: str) -> bool:
        """Whether a spend came back to the lots it was taken from. How many days of grace a lot
        got that had expired is not noted anywhere, so any will do."""
        try:
            now = date.fromisoformat(today)
            given = {date.fromisoformat(day): points for day, points in uses}
            before = [(day, -part) for day, part in self._original_uses(row).items()]
        except ValueError:
            return False
        graces = {(day - now).days for day in given} | {0}
        total = sum(given.values())
        return any(give_back(before, total, now, grace) == given for grace in graces if grace >= 0)

    def _original_uses(self, row: EntryRow) -> dict[date, int]:
        """The lot uses of the entry that is taken back. Raises ValueError for what is no day."""
        found = self._view.rows(
            "SELECT expires_on, points FROM lot_use WHERE community = ? AND entry = ?",
            self._community, row.reverses,
        )  # fmt: skip
        return {date.fromisoformat(str(day)): whole(points) for day, points in found}

    def _wrong_references(self, row: EntryRow) -> Iterator[str]:
        """What does not fit between the entry, its key, its deed and its original."""
        if row.kind == "accrual":
            yield from _wrong_deed(row)
            if self.person(row.deed_member) != self.person(row.member):
                yield (
                    f"member is {row.member},"
                    f" activity {row.activity} is of member {row.deed_member}"
                )
        elif row.kind == "reversal":
            yield from self._wrong_original(row)
        elif not row.key.startswith(KEYS.get(row.kind, "")):
            yield f"key is {row.key}, which no {row.kind} has"

    def _expired(self, row: EntryRow) -> int:
        """What has expired of the gain that is taken back: what was booked out of its lots after
        it, up to what it put there."""
        lost = {day: self._booked_out(row, str(day)) for day in _own_lots(row)}
        if not any(lost.values()):
            return 0
        try:
            day = date.fromisoformat(row.original_day or "")
            put = filled(row.original_points or 0, day, self._original_uses(row))
        except ValueError:
            return 0
        return sum(min(put.get(day, 0), points) for day, points in lost.items())

    def _booked_out(self, row: EntryRow, day: str) -> int:
        """What went from a lot after the original: from its own account, and from those in which
        that one went on."""
        number, after, total = row.original_member or 0, row.reverses or 0, 0
        while number in self.accounts:
            expired = self.accounts[number].expired.get(day, ())
            total += sum(points for entry, points in expired if entry > after)
            number, after = self._went_on.get(number, (-1, 0))
        return total

    def _wrong_original(self, row: EntryRow) -> Iterator[str]:
        number, points = row.reverses, row.original_points
        if points is None or number is None or number >= row.id:
            yield f"takes back entry {number}, which is not before it"
            return
        if self.person(row.original_member) != self.person(row.member):
            yield f"takes back entry {number} of member {row.original_member}"
        if row.original_kind not in REVERSIBLE:
            yield f"takes back entry {number}, which is {row.original_kind} and stands for good"
        if row.original_room != row.room:
            yield f"room is {row.room}, entry {number} counts in room {row.original_room}"
        yield from self._wrong_part(row, number, points - self._expired(row))

    def _wrong_part(self, row: EntryRow, number: int, most: int) -> Iterator[str]:
        """What does not fit between a reversal and those before it of the same original, of which
        no more than `most` can be taken: a spend is given back at once, and a key says how much is
        taken after it unless that is all at once."""
        before = self._taken.get(number, 0)
        after = self._taken[number] = before - row.points
        is_whole = before == 0 and after == most
        if not (is_whole or (row.original_kind == "accrual" and before < after <= most)):
            earlier = f" after {before}" if before else ""
            of = row.original_points
            yield f"takes back {-row.points} of entry {number}{earlier}, which is of {of}"
        wanted = f"reversal:{number}" if is_whole else f"reversal:{number}/{after}"
        if row.key != wanted:
            yield f"key is {row.key}, what is taken back of entry {number} gives {wanted}"

    def _gain(self, row: EntryRow, known: Recounted, today: str) -> None:
        """Counts what the entry adds to qualifying points, scores and counters."""
        account = known.account
        if row.kind == "accrual" and is_day(row.day):
            account.count(row.rule or "", row.points, row.day, row.at)
            known.shields += _shields(row)
        day, judged = today, row.kind
        if row.kind == "reversal" and row.original_kind is not None:
            day, judged = self._day(row.original_at or 0), row.original_kind
        if not counts_for_tier(judged):
            return
        account.qualifying += row.points
        own = self.of(row.member)
        own.gained += row.points
        known.least_peak = max(known.least_peak, own.gained)
        account.peak = max(account.peak, account.qualifying, own.gained)
        account.qualifying_entry = row.id
        place = (day, row.room or 0)
        known.scores[place] = (known.scores.get(place, (0, 0))[0] + row.points, row.id)

    def _day(self, at: int) -> str:
        """The day of an instant; "" of one that no calendar has."""
        try:
            return intern(day_of(at, self._zone).isoformat())
        except OverflowError:
            return ""

    def _say(self, row: EntryRow, line: str) -> None:
        self._found.say(f"entry {row.id}: {line}")


class Merged:
    """Lot uses in the order of their entries, read along with them."""

    def __init__(self, view: Snapshot, community: int) -> None:
        self._rows = view.stream(
            "SELECT entry, expires_on, points FROM lot_use WHERE community = ?"
            " ORDER BY entry, expires_on",
            community,
        )
        self._next: Row | None = next(self._rows, None)

    def of(self, entry: int) -> Uses:
        """The uses of an entry; entries must be asked for in ascending order."""
        uses: Uses = []
        while self._next is not None and self._next[0] <= entry:  # type: ignore[operator]
            number, day, points = self._next
            if number == entry:
                uses.append((str(day), whole(points)))
            self._next = next(self._rows, None)
        return uses


def _fills_a_lot(row: EntryRow) -> bool:
    if row.kind == "transfer":
        return row.points > 0 and row.key.endswith("/in")
    return row.kind == "accrual" or (row.kind == "adjustment" and row.points > 0)


def _carries_a_lot_off(row: EntryRow, known: Recounted, uses: Uses) -> bool:
    """Whether it took what its key names: a lot, or a debt, which no lot knows of."""
    _, day, *_ = row.key.replace(":", "/").split("/")
    if day == "debt":
        return row.points > 0 and not uses
    return row.points < 0 and [one for one, _ in uses] == [day] and day in known.lots


def _empties_a_lot(row: EntryRow, known: Recounted, uses: Uses, today: str) -> bool:
    """Whether the whole of one lot was booked out, after its last day."""
    if len(uses) != 1:
        return False
    [(day, _)] = uses
    known.expired.setdefault(day, []).append((row.id, -row.points))
    is_named = row.key.startswith(f"expiry:{day}/{row.member}/")
    is_past = day < today or (day == str(FOREVER) and _was_idle(row.why, today))
    return is_named and is_past and known.lots[day] == 0


def _was_idle(why: str, today: str) -> bool:
    """Whether the reason says that the member had been inactive for longer than was allowed."""
    try:
        found = json.loads(why)
        idle = date.fromisoformat(today) - date.fromisoformat(found["since"])
        return idle.days > int(found["inactive_days"])
    except (ValueError, KeyError, TypeError):
        return False


def _is_shared_out(row: EntryRow, uses: Uses) -> bool:
    """Whether what it put elsewhere than into its day's lot is what its reason says is for good,
    and what paid a debt; how much that was is compared apart."""
    for_good, day = _noted(row.why, "for_good"), row.expires_on or ""
    if not uses and not for_good:
        return True
    debt = -sum(points for _, points in uses)
    if (
        debt < 0
        or not is_day(day)
        or (for_good and not _may_be_for_good(for_good, row.points, day))
    ):
        return False
    _, beside = gain(Account(row.member, debt=debt), row.points, date.fromisoformat(day), for_good)
    return {str(one): points for one, points in beside.items()} == dict(uses)


def _may_be_for_good(for_good: int, points: int, day: str) -> bool:
    return 0 < for_good < points and day < str(FOREVER)


def _own_lots(row: EntryRow) -> dict[date, int]:
    """What the gain that the entry takes back was to put into which lot."""
    points, day = row.original_points or 0, row.original_day or ""
    if points <= 0 or not is_day(day):
        return {}
    for_good = _noted(row.original_why or "", "for_good")
    if not _may_be_for_good(for_good, points, day):
        for_good = 0
    return {**own_lots(points, date.fromisoformat(day), for_good)}


def _takes_back(row: EntryRow, known: Recounted, uses: Uses, today: str, before: int) -> bool:
    """Whether a gain, or a part of it, was taken from its own lots and then from the earliest."""
    own = _own_lots(row)
    if not own or not is_day(today):
        return False
    lots = {date.fromisoformat(day): left for day, left in known.lots.items() if is_day(day)}
    for day, points in uses:
        if is_day(day):
            lots[date.fromisoformat(day)] -= points
    wanted = wanted_of(own, before, before - row.points)
    moves = take_back(
        {day: left for day, left in lots.items() if left > 0}, wanted, date.fromisoformat(today)
    )
    return {str(day): points for day, points in moves.items()} == dict(uses)


def _takes_earliest(lots: dict[str, int], uses: Uses, today: str) -> bool:
    """Whether nothing expired was taken, and no lot was passed over for a later one."""
    last = max((day for day, _ in uses), default="")
    return all(points < 0 and day >= today for day, points in uses) and not any(
        left > 0 and today <= day < last for day, left in lots.items()
    )


def _wrong_deed(row: EntryRow) -> Iterator[str]:
    number = row.activity
    if row.deed_key is None:
        yield f"names activity {number}, which there is not" if number else "names no activity"
        return
    later = f"{row.rule}:{row.deed_kind}/{row.day}/{row.deed_member}"
    if row.key == f"{row.rule}:{row.deed_key}" or _is_of_total(row):
        is_own_day = row.day == row.deed_day
    else:
        is_own_day = row.key == later and row.day > (row.deed_day or "")
    if not is_own_day:
        yield (
            f"key is {row.key} and day {row.day}, its rule and activity give"
            f" {row.rule}:{row.deed_key} and {row.deed_day}"
        )
    if row.deed_outcome != "accrued":
        yield f"names activity {number}, whose outcome is {row.deed_outcome}"
    if row.deed_entry is None or row.deed_entry > row.id:
        yield f"is the first of activity {number}, which names {row.deed_entry or 'none'}"
    if row.deed_room not in (None, row.room):
        yield f"room is {row.room}, activity {number} is of room {row.deed_room}"


def _shields(row: EntryRow) -> int:
    """How many shields the entry gave beside its points, as its reason says."""
    return _noted(row.why, "shields")


def _last_before(facts: object) -> int:
    """The entry behind which a merged account went on, as the journal tells; 0 when it cannot be
    read."""
    try:
        return int(json.loads(str(facts))["facts"][AFTER])
    except (ValueError, KeyError, TypeError):
        return 0


def _noted(why: str, step: str) -> int:
    """The number that a reason has for a step; 0 for none."""
    if f'"{step}"' not in why:
        return 0
    try:
        found = json.loads(why)[step]
    except (ValueError, KeyError, TypeError):
        return 0
    return found if isinstance(found, int) else 0


def _is_of_total(row: EntryRow) -> bool:
    """Whether its key says for which of all days checked in it was paid, as its reason does."""
    try:
        why = json.loads(row.why)
    except ValueError:
        return False
    count = why.get("total_days") if isinstance(why, dict) else None
    key = f"{row.rule}:{total_key(STREAK_KIND, count, row.deed_member or 0)}" if count else None
    return row.key == key and row.deed_kind == STREAK_KIND
