"""What an admin adds to a deed for its quality: once, beside what its rule gives."""

from bot.points.types import Refusal, Rule
from bot.points.value import value
from bot.posting.adjust import Gift, give
from bot.posting.allowance import Admin, over_limits
from bot.posting.approval import approve, tell_member
from bot.posting.turn import Turn
from store.orders import Wait
from store.told import Told

BONUS = "adjustment:bonus/"
"""How the key of a bonus begins; that of the deed follows."""


@value
class Added:
    """What was added, as the reply needs it."""

    member: int
    rule: Rule
    points: int
    balance: int
    """The member's, after it."""
    approved: int
    """Points that waited for an admin and were let count with it; 0: none did."""


def add_bonus(turn: Turn, number: int, points: int | None, *, admin: Admin) -> Added | Refusal:
    """Adds to the deed in row `number` of the journal what its rule offers, or the least of that;
    what of it waits for an admin counts with it.

    Refusals: `not_counted` (it earned nothing, or was taken back), `own_bonus`, `no_bonus`,
    `not_a_bonus`, `bonus_given`, those of an admin's limits, and of `approve`.
    """
    deed = turn.journal().row(number)
    if deed is None:
        return Refusal("not_counted")
    if deed.member == turn.member:
        return Refusal("own_bonus")
    turn.account(deed.member)
    counting = counting_rules(turn, deed)
    rule = _offering(counting, points)
    if isinstance(rule, Refusal):
        return rule
    points = points or rule.bonuses[0]
    key = f"{BONUS}{deed.key}"
    if turn.posted_as([key]):
        return Refusal("bonus_given")
    refusal = over_limits(turn, admin, points)
    if refusal is not None:
        return refusal
    approved = _approve(turn, deed, admin)
    if isinstance(approved, Refusal):
        return approved
    gift = Gift(key, admin.actor, f"{rule.name}加精", deed.room, rule.valid_days)
    line = give(turn, deed.member, points, gift)
    said = f"{rule.name}加精,+{points} 积分,余额 {line.balance}"
    tell_member(turn, deed.member, deed.channel, said)
    return Added(deed.member, rule, points, line.balance, approved)


def counting_rules(turn: Turn, deed: Told) -> list[Rule]:
    """The rules that have paid for a deed, or let it wait."""
    keys = {f"{rule.id}:{deed.key}": rule for rule in turn.programme.rules_on(deed.kind)}
    posted = turn.posted_as([*keys])
    waits = turn.orders().waits([*keys])
    return [rule for key, rule in keys.items() if key in waits or _stands(turn, posted.get(key))]


def _stands(turn: Turn, number: int | None) -> bool:
    """Whether the entry was posted and something of it is left."""
    entry = turn.entry(number) if number else None
    return entry is not None and entry.reversed_points < entry.points


def _offering(rules: list[Rule], points: int | None) -> Rule | Refusal:
    if not rules:
        return Refusal("not_counted")
    having = [rule for rule in rules if rule.bonuses]
    if not having:
        return Refusal("no_bonus")
    fitting = [rule for rule in having if points is None or points in rule.bonuses]
    return fitting[0] if fitting else Refusal("not_a_bonus")


def _approve(turn: Turn, deed: Told, admin: Admin) -> int | Refusal:
    """Lets count what waits for an admin of the deed; how many points that is."""
    waiting: list[Wait] = []
    for row in turn.journal().told(deed.key):
        waiting += [one for one in turn.orders().waits_on(row.id) if one.waits_for == "admin"]
    if not waiting:
        return 0
    decided = approve(turn, waiting[0].activity, None, admin=admin)
    return decided if isinstance(decided, Refusal) else decided.points
