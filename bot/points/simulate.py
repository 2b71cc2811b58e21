"""What if: the journal judged again under other rules, in memory.

Every deed is judged once, in order of time, by `decide`, with a working standing per member. What
the ledger says came of it later (points that waited and settled, ended, or were taken back) comes
of it here too, in the same part. Adjustments, spending and expiry stay as they were.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

from bot.points.account import Account
from bot.points.budget import charges
from bot.points.earn import decide, is_done
from bot.points.order import Order
from bot.points.order_money import kept
from bot.points.segment import Order as Bought
from bot.points.standing import Paid, runs_beside, standing
from bot.points.streak import STREAK_KIND
from bot.points.types import (
    PASSIVE_KINDS,
    Activity,
    Entry,
    Outcome,
    Programme,
    Rule,
)
from bot.points.value import value

OUTSIDE = frozenset({
    "already_done", "copied", "flooding", "order_used", "other_order", "picture_used", "recalled",
    "refunded", "repeated", "too_late",
})  # fmt: skip
"""Codes of refusals that no rule gives: such deeds stay out."""
MICROSECOND = timedelta(microseconds=1)
NEVER = 2**63 - 1
"""Later than any instant, in microseconds since 1970 UTC."""
NO_AWARDS: Mapping[str, int] = {}


@value
class Recorded:
    """A row of the journal."""

    number: int
    at: int
    """When it was posted, microseconds since 1970 UTC; so are the others."""
    today: date
    """The programme day of that."""
    activity: Activity
    outcome: Outcome
    refusal: str | None = None
    order: Order | None = None
    """All that is known by now of the order that the deed is; None of other deeds."""
    awards: Mapping[str, int] = field(default_factory=lambda: NO_AWARDS)
    """Of what an order gave: by key of the entry, the points before refunds."""


@value
class Moved:
    """An entry of the ledger that no rule gave."""

    at: int
    member: int
    points: int
    gained: bool
    """Whether it counts for tiers."""
    takes: str | None = None
    """Key of the accrual that it takes back, or a part of it."""


@value
class Fates:
    """What the ledger says of deeds that did not stay as they were first judged. It comes later
    than the deed, so it is looked up."""

    settled: Mapping[str, int] = field(default_factory=dict)
    """By key of an entry that had waited, when it was posted."""
    waiting: Collection[str] = ()
    """Keys of entries that wait still."""
    ended: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """By key of a deed whose wait ended with nothing: the row that says so, and when."""
    joined: Mapping[int, date] = field(default_factory=dict)
    """By member, when newcomers joined; with the next two, as far as the rules ask."""
    tags: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By member, those of today: when they were given is not looked at."""
    orders: Mapping[int, Sequence[Bought]] = field(default_factory=dict)
    """By member, what is left of their orders by now."""
    given: Mapping[str, int] = field(default_factory=dict)
    """By key, the points of the accruals that had waited, or that were taken back in part or
    whole."""
    births: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    """By member, month and day of birth as they are known today."""


@dataclass(slots=True)
class Issued:
    """Points that rules gave on some days, less what was taken back."""

    first: date = date.min
    last: date = date.max
    """The days that count, both included: those that the points are for."""
    rules: dict[str, list[int]] = field(default_factory=dict)
    """By rule, how many payments there are something of which is left, and their points."""
    members: dict[int, int] = field(default_factory=dict)

    def change(self, member: int, rule: str, on: date, before: int, after: int) -> None:
        """Notes that a payment of `rule` has come from so many points to so many."""
        if before == after or not self.first <= on <= self.last:
            return
        self.add(member, rule, (after > 0) - (before > 0), after - before)

    def add(self, member: int, rule: str, times: int, points: int) -> None:
        """Notes what `rule` gave a member on these days, all together."""
        tally = self.rules.get(rule)
        if tally is None:
            tally = self.rules[rule] = [0, 0]
        tally[0] += times
        tally[1] += points
        self.members[member] = self.members.get(member, 0) + points

    def merge(self, other: "Issued") -> None:
        """Adds what rules gave on the same days to others, or for something else."""
        for rule, (times, points) in other.rules.items():
            tally = self.rules.setdefault(rule, [0, 0])
            tally[0] += times
            tally[1] += points
        for member, points in other.members.items():
            self.members[member] = self.members.get(member, 0) + points

    @property
    def points(self) -> int:
        """All together."""
        return sum(points for _, points in self.rules.values())


class Simulation:
    """The community under other rules. It is the past that its own rules are told of."""

    def __init__(self, programme: Programme, fates: Fates, issued: Issued) -> None:
        self.programme = programme
        self.issued = issued
        """What the rules give; empty at first."""
        self._rules = {rule.id: rule for rule in programme.rules}
        self._fates = fates
        self._members: dict[int, _Member] = {}
        self._given: dict[str, int] = {}
        self._waits: list[_Wait] = []
        """What settles at a known instant, a heap."""
        self._open: dict[str, _Payment] = {}
        """By key, payments that may be taken back."""
        self._keys: list[str] = []
        """The key of payment n stands at n - 1."""
        self._pending: set[str] = set()
        """Deeds whose first row says that they wait: their later rows are no new deeds."""
        self._accepted: set[str] = set()
        """Deeds that were refused and would not have been."""

    def run(self, deeds: Iterable[Recorded], moves: Iterable[Moved], until: int) -> None:
        """Judges all deeds, both in order of time, and settles what can be spent at `until`,
        microseconds since 1970 UTC."""
        ahead = iter(moves)
        moved = next(ahead, None)
        for deed in deeds:
            while moved is not None and moved.at < deed.at:
                self.move(moved)
                moved = next(ahead, None)
            self.judge(deed)
        while moved is not None:
            self.move(moved)
            moved = next(ahead, None)
        self._settle(until)

    def judge(self, deed: Recorded) -> None:
        """Judges a deed, unless it is told of for the second time."""
        self._settle(deed.at)
        if self._is_known(deed):
            return
        activity = deed.activity
        member = self._member(activity.member)
        account = member.account
        runs = runs_beside(activity, account, self)
        told = standing(activity, account, deed.today, self.programme, self, runs)
        decision = decide(activity, told, self.programme)
        if not is_done(activity, decision):
            return
        if deed.outcome == "refused":
            self._accepted.add(activity.key)
        if activity.kind not in PASSIVE_KINDS:
            account.note_active(activity.on, self.programme.silence_days)
        if activity.kind == STREAK_KIND:
            account.check_in(activity.on, *runs)
            member.days.add(activity.on)
        for entry in decision.entries:
            self._give(entry, deed)
        for number in decision.undone:
            self._undo(self._open[self._keys[number - 1]])

    def move(self, moved: Moved) -> None:
        """Lets a member have, or lose, what the ledger says beside the rules."""
        self._settle(moved.at)
        if moved.takes is None:
            self._member(moved.member).move(moved.points, gained=moved.gained)
            return
        payment = self._open.get(moved.takes)
        if payment is not None and not payment.is_undone:
            payment.then_left += moved.points
            self._change(payment, payment.part())

    def paid_since(self, member: int, day: date) -> Sequence[Paid]:
        """See Past."""
        return [paid for paid in self._member(member).paid if paid[1] >= day]

    def waiting(self, member: int) -> Sequence[Paid]:
        """See Past."""
        return list(self._member(member).waits.values())

    def birthday(self, member: int) -> tuple[int, int] | None:
        """See Past."""
        return self._fates.births.get(member)

    def is_taken(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """See Past. Only check-ins are asked about."""
        found: dict[str, bool] = {}
        for key in keys:
            _, day, member = key.split("/")
            found[key] = date.fromisoformat(day) in self._member(int(member)).days
        return found

    def posted(self, keys: Sequence[str]) -> Mapping[str, int]:
        """See Past. Only bonuses are asked about."""
        payments = [self._open[key] for key in keys if key in self._open]
        return {one.key: 0 if one.is_undone else one.number for one in payments}

    def joined_on(self, member: int) -> date | None:
        """See Past."""
        return self._fates.joined.get(member)

    def tags_of(self, member: int) -> frozenset[str]:
        """See Past."""
        return self._fates.tags.get(member, frozenset())

    def orders_of(self, member: int) -> Sequence[Bought]:
        """See Past."""
        return self._fates.orders.get(member, ())

    def given(self) -> Mapping[str, int]:
        """See Past. Budgets begin at 0: what another programme gave of them is not looked at."""
        return self._given

    def _member(self, member: int) -> "_Member":
        found = self._members.get(member)
        if found is None:
            found = self._members[member] = _Member(Account(member))
        return found

    def _is_known(self, deed: Recorded) -> bool:
        """Whether the row is no deed of its own: it tells of one that was judged, or it stays
        out."""
        key = deed.activity.key
        if deed.refusal in OUTSIDE or key in self._accepted or key in self._pending:
            return True
        if deed.outcome == "pending":
            self._pending.add(key)
        ended = self._fates.ended.get(key)
        return ended is not None and ended[0] == deed.number

    def _give(self, entry: Entry, deed: Recorded) -> None:
        """Pays at once, or lets it wait as the rule says and as long as the ledger did."""
        rule, fates = self._rules[entry.rule or ""], self._fates
        waits = self.programme.lets_wait(entry)
        ended = fates.ended.get(deed.activity.key)
        payment = _payment(entry, rule, deed, fates)
        if self.programme.budgets:
            for campaign, points in charges(entry.why).items():
                self._given[campaign] = self._given.get(campaign, 0) + points
        if ended is not None and (waits or deed.outcome == "pending"):
            when = ended[1]
        elif waits:
            when = fates.settled.get(entry.key, _due(rule, deed))
        else:
            self._pay(payment, deed.at)
            return
        self._members[entry.member].waits[entry.key] = (rule.id, entry.on, entry.points)
        if entry.key not in fates.waiting:
            heappush(self._waits, _Wait(when, entry.key, payment, ended is None))

    def _settle(self, until: int) -> None:
        """Pays what has waited until then, and drops what ended."""
        while self._waits and self._waits[0].when <= until:
            wait = heappop(self._waits)
            del self._members[wait.payment.member].waits[wait.key]
            if wait.is_kept:
                self._pay(wait.payment, wait.when)

    def _pay(self, payment: "_Payment", at: int) -> None:
        points = payment.part()
        if not points:
            return
        rule, member = payment.rule, self._members[payment.member]
        member.account.count(rule.id, points, payment.on.isoformat(), at)
        if rule.is_limited or rule.id in self.programme.capped_rules:
            member.paid.append((rule.id, payment.on, points))
        self._change(payment, points)
        if payment.then_full or rule.due is not None:
            self._keys.append(payment.key)
            payment.number = len(self._keys)
            self._open[payment.key] = payment

    def _undo(self, payment: "_Payment") -> None:
        """Takes a bonus back that the joined run does not have; one that an admin has taken back
        stays as it is."""
        if payment.left:
            self._change(payment, 0)
            payment.is_undone = True

    def _change(self, payment: "_Payment", left: int) -> None:
        self._members[payment.member].move(left - payment.left, gained=True)
        self.issued.change(payment.member, payment.rule.id, payment.on, payment.left, left)
        payment.left = left


def _due(rule: Rule, deed: Recorded) -> int:
    """When what waits can be spent, where the ledger cannot tell: as the rule says, and at once
    when the order is completed by now. Admins are taken to let everything count at once."""
    order, posted_at = deed.order, deed.activity.at
    if order is not None and order.is_completed:
        return deed.at
    if rule.wait_for == "completed":
        return NEVER
    since = order.paid_at if order is not None and order.paid_at is not None else posted_at
    return deed.at + (since + timedelta(days=rule.wait_days or 0) - posted_at) // MICROSECOND


@dataclass(slots=True)
class _Member:
    account: Account
    days: set[date] = field(default_factory=set)
    """Checked in."""
    waits: dict[str, Paid] = field(default_factory=dict)
    paid: list[Paid] = field(default_factory=list)
    """Payments of the rules that have a limit."""

    def move(self, points: int, *, gained: bool) -> None:
        """A debt is paid before there is a balance."""
        account = self.account
        total = account.balance - account.debt + points
        account.balance, account.debt = max(total, 0), max(-total, 0)
        if gained:
            account.qualifying += points


class _Wait(NamedTuple):
    when: int
    key: str
    """The same for no two, so that nothing behind it is compared."""
    payment: "_Payment"
    is_kept: bool


@dataclass(slots=True)
class _Payment:
    key: str
    member: int
    rule: Rule
    on: date
    points: int
    """What the rule gives."""
    by_money: int
    """What is left of it by what is left of an order's money."""
    then_full: int
    """What the ledger gave for the same, where that did not stay so; 0: nothing, or it did."""
    then_by_money: int
    then_left: int
    left: int = 0
    """What was paid, less what was taken back."""
    number: int = 0
    is_undone: bool = False

    def part(self) -> int:
        """What is left: of an order as much as of its money. Where the money alone does not tell
        what the ledger left, the part that the ledger left."""
        if self.then_by_money == self.then_left:
            return self.by_money
        return self.points * self.then_left // self.then_full


def _payment(entry: Entry, rule: Rule, deed: Recorded, fates: Fates) -> _Payment:
    order, given, points = deed.order, fates.given.get(entry.key, 0), entry.points
    full = deed.awards.get(entry.key, given) if given else 0
    by_money, then_by_money = (
        (points, full) if order is None else (kept(points, order), kept(full, order))
    )
    return _Payment(
        entry.key, entry.member, rule, entry.on, points, by_money, full, then_by_money, given
    )
