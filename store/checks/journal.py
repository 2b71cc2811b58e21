"""The journal against the ledger and the inbox, and the days in a row that it gives."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from bot.clock import from_micros
from bot.points.deed_text import PLAIN, from_text
from bot.points.order import SHOP
from bot.points.streak import STREAK_KIND
from bot.points.types import JOB, PASSIVE_KINDS, Activity
from store.checks.entries import Recount, Recounted
from store.checks.found import Found, is_day
from store.snapshot import Snapshot

SELECT = (
    "SELECT deed.id, deed.at, deed.day, deed.member, deed.kind, deed.key, deed.channel,"
    " deed.message, deed.outcome, deed.entry, entry.activity, inbox.at, inbox.activity,"
    " purchase.member, deed.facts, EXISTS (SELECT 1 FROM activity AS before"
    "  WHERE before.community = deed.community AND before.key = deed.key"
    "  AND before.outcome = 'pending' AND before.id < deed.id)"
    " FROM activity AS deed"
    " LEFT JOIN entry ON entry.community = deed.community AND entry.id = deed.entry"
    " LEFT JOIN inbox ON inbox.community = deed.community AND inbox.channel = deed.channel"
    "  AND inbox.message = deed.message"
    " LEFT JOIN purchase ON purchase.community = deed.community"
    f"  AND purchase.number = deed.message AND deed.channel = '{SHOP}'"
    " LEFT JOIN account AS owner ON owner.community = deed.community"
    "  AND owner.member = deed.member"
    " WHERE deed.community = ? AND coalesce(owner.merged_into, deed.member) >= ?"
    " AND coalesce(owner.merged_into, deed.member) < ? ORDER BY deed.id"
)


class DeedRow(NamedTuple):
    """A row of the journal with the entry that it names and the message that it came in."""

    id: int
    at: int
    day: str
    member: int
    kind: str
    key: str
    channel: str
    message: str
    outcome: str
    entry: int | None
    entry_activity: int | None
    inbox_at: int | None
    inbox_activity: int | None
    buyer: int | None
    facts: str
    has_waited: bool | int
    """Whether an earlier row says that its points wait."""


class Journal:
    """The activities of some members; what they checked in is noted in the recounted accounts."""

    def __init__(self, view: Snapshot, community: int, recount: Recount, found: Found) -> None:
        self._view = view
        self._community = community
        self._recount = recount
        self._found = found
        runs = view.rows("SELECT job, period FROM job_run WHERE community = ?", community)
        self._runs = frozenset("/".join(map(str, run)) for run in runs)

    def compare(self, first: int, end: int) -> None:
        """Compares members `first` up to, not including, `end`."""
        for found in self._view.stream(SELECT, self._community, first, end):
            row = DeedRow._make(found)
            for line in (
                _wrong_entry(row), self._wrong_key(row), _wrong_message(row, self._runs),
                _wrong_facts(row),
            ):  # fmt: skip
                if line is not None:
                    self._found.say(f"activity {row.id}: {line}")
            if row.outcome != "refused":
                self._note(row)
            else:
                self._recount.now(row.member).refusal = row.id

    def _wrong_key(self, row: DeedRow) -> str | None:
        """A key begins with the kind; that of a check-in goes on with its day and member, or with
        the number that the member had when it began to wait."""
        kind, _, rest = row.key.partition("/")
        if kind != row.kind:
            return f"key is {row.key}, kind is {row.kind}"
        if not is_day(row.day):
            return f"day is {row.day}, which is none"
        now = self._recount.person(row.member) or row.member
        numbers = [now, *self._recount.formers(now)] if row.has_waited else [row.member]
        if row.kind == STREAK_KIND and rest not in [f"{row.day}/{one}" for one in numbers]:
            return f"key is {row.key}, its day and member are {row.day} and {row.member}"
        return None

    def _note(self, row: DeedRow) -> None:
        try:
            day = date.fromisoformat(row.day)
        except ValueError:
            return
        own, now = self._recount.of(row.member), self._recount.now(row.member)
        if row.kind not in PASSIVE_KINDS:
            now.active_on = max(now.active_on or row.day, row.day)
        if row.kind == STREAK_KIND and day.toordinal() not in own.checked_in:
            own.checked_in.add(day.toordinal())
            self._note_message(row, own, now)

    def _note_message(self, row: DeedRow, own: Recounted, now: Recounted) -> None:
        """Of the days that one message checked in all but one were covered by shields."""
        message = (row.channel, row.message)
        now.shields -= own.last_message == message
        own.last_message = message


def _wrong_entry(row: DeedRow) -> str | None:
    """An activity has entries exactly when it accrued, and names the first."""
    if row.outcome != "accrued":
        return f"names entry {row.entry}, but is {row.outcome}" if row.entry is not None else None
    if row.entry is None:
        return "accrued, but names no entry"
    if row.entry_activity != row.id:
        return f"names entry {row.entry}, which is not of this activity"
    return None


def _wrong_message(row: DeedRow, runs: Collection[str]) -> str | None:
    """What chat tells is in the inbox; what the shop tells is known of an order; what a job finds
    is of a run that was claimed."""
    name = f"message {row.message} of {row.channel}"
    if row.channel == SHOP:
        has_buyer = row.buyer is not None
        return None if has_buyer else f"came of order {row.message}, which nobody known has placed"
    if row.channel == JOB:
        return None if row.message in runs else f"came of job {row.message}, which was not run"
    if row.inbox_at is None:
        return f"came in {name}, which the inbox does not hold"
    if row.inbox_at != row.at and not row.has_waited:
        return f"at is {row.at}, that of {name} is {row.inbox_at}"
    if row.inbox_activity is None or row.inbox_activity > row.id:
        return f"came in {name}, which names {row.inbox_activity or 'none'} as its first activity"
    return None


def _wrong_facts(row: DeedRow) -> str | None:
    """What rules were told must be there to judge the deed again."""
    if row.facts == PLAIN:
        return None
    plain = Activity(row.kind, row.key, row.member, date.min, from_micros(row.at))
    try:
        from_text(row.facts, plain)
    except ValueError:
        return f"what it was cannot be read: {row.facts}"
    return None
