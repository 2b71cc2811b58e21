"""What an admin decides on deeds whose points wait: once, in a week, and never on their own."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal

from bot.clock import from_micros, to_micros
from bot.points.budget import added
from bot.points.earn import least_left, points_by, rebudgeted
from bot.points.readings import Undecided
from bot.points.streak import ONE_DAY
from bot.points.types import MAX_POINTS, Refusal
from bot.points.value import value
from bot.points.wording import approved, lapsed, rejected, rule_names, told
from bot.posting.allowance import Admin, over_limits
from bot.posting.budget import budget_left
from bot.posting.grant import confirm, is_grant
from bot.posting.referral import INVITE, end
from bot.posting.settle import follow_up, standing_for
from bot.posting.turn import Turn
from bot.posting.waiting import (
    LAPSES_AFTER,
    accrued_deed,
    activity_of,
    deed_of,
    post_wait,
    refuse_wait,
    shorten,
)
from store.decisions import Decision, DecisionOutcome
from store.orders import Wait

LAPSED: DecisionOutcome = "lapsed"
"""The code of a deed on which no admin has decided in time."""
REJECTED: DecisionOutcome = "rejected"

Steps = dict[str, str | int]


@value
class Decided:
    """What was decided, as the reply needs it."""

    member: int
    rules: tuple[str, ...]
    """Ids of the rules whose points waited."""
    points: int
    """What was posted, or what will never be."""
    balance: int
    """The member's, after it."""
    left_off: int = 0
    """Points of the choice that a cap, or a campaign's budget, has not left room for."""


def approve(turn: Turn, number: int, base: int | None, *, admin: Admin) -> Decided | Refusal:
    """Posts what waits for an admin of the deed in row `number` of the journal. `base` is chosen
    from what the rule offers; None: the rule's own points. A grant that waits is confirmed.

    Caps are counted for the day of the deed; a choice pays what they have left. Refusals:
    `not_waiting`, `own_deed`, `not_for_admin` (time or an order decides), `lapsed`,
    `not_a_choice`, `nothing`, those of an admin's limits for a choice, and of `confirm`.
    """
    waits = _decidable(turn, number)
    if isinstance(waits, Refusal):
        return waits
    if is_grant(waits[0]):
        return _confirmed(turn, waits[0], admin)
    offering = [wait for wait in waits if base is not None and base in _choices(turn, wait)]
    refusal = _wrong_choice(turn, offering, base, admin) if base is not None else None
    if refusal is not None:
        return refusal
    worth = sum(_worth(wait, base) for wait in offering if base is not None)
    activity, source = activity_of(turn, waits[0])
    # Caps may be read off the ledger, which must not part the journal's row from its entries.
    steps = {wait.key: _choose(turn, wait, base) for wait in offering if base is not None}
    deed = accrued_deed(turn, activity, source)
    points = 0
    for wait in waits:
        points += post_wait(turn, wait, deed, steps.get(wait.key, {}), admin.actor).points
    turn.decide(number, "approved", admin.actor)
    decided = _decided(turn, waits, points)
    decided = replace(decided, left_off=worth - sum(wait.points for wait in offering))
    texts = [approved(*_told(turn, decided), decided.balance)]
    texts += [
        told(one.activity, one.decision, turn.programme, one.streak_days, one.account)
        for one in follow_up(turn, activity)
    ]
    tell_member(turn, decided.member, source[0], "\n".join(filter(None, texts)))
    return decided


def _decidable(turn: Turn, number: int) -> list[Wait] | Refusal:
    """What waits for an admin of the deed, if anybody may still decide on it."""
    held = _held(turn, number)
    if isinstance(held, Refusal):
        return held
    waits = [wait for wait in held if wait.waits_for == "admin"]
    if not waits:
        return Refusal("not_for_admin")
    if waits[0].due_at <= turn.at:
        lapse(turn, waits[0])
        return Refusal("lapsed")
    return waits


def _wrong_choice(turn: Turn, offering: Sequence[Wait], base: int, admin: Admin) -> Refusal | None:
    """Why the admin may not choose this; `offering` are the waits whose rules offer it."""
    if not offering:
        return Refusal("not_a_choice")
    if not all(_worth(wait, base) for wait in offering):
        return Refusal("nothing")
    return over_limits(turn, admin, sum(_worth(wait, base) for wait in offering))


def _confirmed(turn: Turn, wait: Wait, admin: Admin) -> Decided | Refusal:
    """What a second admin's word gives."""
    line = confirm(turn, wait, admin=admin)
    if isinstance(line, Refusal):
        return line
    turn.decide(wait.activity, "approved", admin.actor)
    return _decided(turn, [wait], line.points)


def reject(turn: Turn, number: int, reason: str, *, actor: str) -> Decided | Refusal:
    """Ends all that waits of the deed in row `number` of the journal, whatever it waits for. The
    member is told the reason, which is kept nowhere.

    Refusals: `not_waiting`, `own_deed`.
    """
    waits = _held(turn, number)
    if isinstance(waits, Refusal):
        return waits
    _, (channel, _) = activity_of(turn, waits[0])
    kind, _, subject = deed_of(waits[0].key).partition("/")
    referral = turn.referrals().of(int(subject)) if kind == INVITE else None
    if referral is not None:
        end(turn, referral, REJECTED)
    else:
        for wait in waits:
            refuse_wait(turn, wait, REJECTED)
    turn.decide(number, REJECTED, actor)
    decided = _decided(turn, waits, sum(wait.points for wait in waits))
    tell_member(turn, decided.member, channel, rejected(*_told(turn, decided), reason))
    return decided


def undecided(turn: Turn, after: timedelta) -> list[Undecided]:
    """Where deeds have waited for an admin for `after`, and had not a day ago by the clock on the
    wall: whoever asks every day at one local time hears of each once. Where admins have a room of
    their own it stands for all others of its channel."""
    now = from_micros(turn.at).astimezone(turn.programme.zone)
    lapses = LAPSES_AFTER - after
    first, last = (to_micros(at.astimezone(UTC) + lapses) for at in (now - ONE_DAY, now))
    turn.read()
    found = turn.orders().undecided(first, last)
    room = turn.programme.admin_room
    if room is None:
        return found
    counts: dict[str, int] = {}
    for one in found:
        counts[one.channel] = counts.get(one.channel, 0) + one.count
    return [Undecided(channel, room, count) for channel, count in counts.items()]


def lapse(turn: Turn, wait: Wait) -> None:
    """Nobody has decided in time on the deed that this wait is of: all of it that waits for an
    admin is over, and the member is told."""
    waits = end_undecided(turn, wait.member, wait.activity, LAPSED, "lapsed")
    if waits:
        _, (channel, _) = activity_of(turn, wait)
        decided = _decided(turn, waits, sum(one.points for one in waits))
        tell_member(turn, wait.member, channel, lapsed(*_told(turn, decided)))


def lapse_undecided(turn: Turn, member: int) -> None:
    """Somebody has left: what of theirs waits for an admin is over."""
    for wait in turn.orders().waits_of(member):
        if wait.waits_for == "admin":
            end_undecided(turn, member, wait.activity, LAPSED, "left")


def end_undecided(
    turn: Turn,
    member: int,
    number: int,
    code: str,
    outcome: DecisionOutcome,
    actor: str | None = None,
) -> list[Wait]:
    """What of the member's deed in row `number` of the journal waited for an admin, and does no
    more: refused with this code. `actor` is who ended it, None for time or the member."""
    if not _for_admins(turn, number):
        return []
    turn.account(member)  # nobody decides on it meanwhile
    waits = _for_admins(turn, number)
    for one in waits:
        refuse_wait(turn, one, code)
    if waits:
        turn.decide(number, outcome, actor)
    return waits


def _for_admins(turn: Turn, number: int) -> list[Wait]:
    return [one for one in turn.orders().waits_on(number) if one.waits_for == "admin"]


def decided_before(turn: Turn, number: int) -> Decision | None:
    """How the deed in row `number` of the journal was decided on; None when it was not."""
    turn.read()
    return turn.decisions().of(number)


def _held(turn: Turn, number: int) -> list[Wait] | Refusal:
    """What waits of the deed once its account is locked: nobody else decides on it meanwhile."""
    turn.read()
    waits = turn.orders().waits_on(number)
    if waits and waits[0].member == turn.member:
        return Refusal("own_deed")
    if waits:
        turn.account(waits[0].member)
        waits = turn.orders().waits_on(number)
    return waits or Refusal("not_waiting")


def _choices(turn: Turn, wait: Wait) -> tuple[int, ...]:
    """What its rule offers now; nothing where the rule is gone."""
    return next((rule.choices for rule in turn.programme.rules if rule.id == wait.rule), ())


def _choose(turn: Turn, wait: Wait, base: int) -> Steps:
    """Lets the wait be worth what was chosen, as far as caps leave it: those of when the deed was
    done, and what others have taken of them since. What waited already has its place."""
    steps: Steps = {"base": base, "chosen": base}
    points = _worth(wait, base)
    if points > wait.points:
        code, left = _left(turn, wait)
        if left is not None and left < points:
            points = max(left, wait.points)
            steps |= {"cap": code, "cap_left": points}
        if "budget" in wait.why:
            plain, left = (
                min(_worth(wait, base, is_plain=True), points),
                budget_left(turn, wait.why),
            )
            points, why = rebudgeted(points, plain, {**wait.why}, left)
            turn.writes.add_given(added(wait.why, why))
            wait.why = why
    turn.account(wait.member).waiting += points - wait.points
    wait.points = points
    turn.orders().put(wait)
    return steps


def _worth(wait: Wait, base: int, *, is_plain: bool = False) -> int:
    """What the choice is worth, with the units, tier and campaigns of when the deed was done, or
    without campaigns that have a budget; caps are not looked at."""
    exact = base * Decimal(wait.why.get("units", 1))
    return points_by(wait.why, exact, MAX_POINTS, is_plain=is_plain)


def _left(turn: Turn, wait: Wait) -> tuple[str, int | None]:
    """The cap with the least left on the day of the deed, without this wait, and what that is."""
    rule = next(rule for rule in turn.programme.rules if rule.id == wait.rule)
    points = wait.points
    shorten(turn, wait, 0)
    activity, _ = activity_of(turn, wait)
    code, left = least_left(rule, standing_for(turn, activity), turn.programme)
    turn.orders().put(wait)
    turn.account(wait.member).waiting += points
    if "cap_left" in wait.why and (left is None or int(wait.why["cap_left"]) < left):
        return str(wait.why["cap"]), int(wait.why["cap_left"])
    return code, left


def _decided(turn: Turn, waits: list[Wait], points: int) -> Decided:
    member = waits[0].member
    balance = turn.look(member).balance
    return Decided(member, tuple(wait.rule for wait in waits), points, balance)


def _told(turn: Turn, decided: Decided) -> tuple[str, int]:
    """What it was for, by the rules' names, and the points."""
    return rule_names(decided.rules, turn.programme), decided.points


def tell_member(turn: Turn, member: int, channel: str, text: str) -> None:
    """Privately to the member, on the channel of the deed, or else on that of the admin who
    decides."""
    admin = turn.operation.message
    for one in (channel, *([admin.channel] if admin is not None else [])):
        external_id = turn.external_id(one, member)
        if external_id is not None:
            turn.notify(one, external_id, text)
            return
