"""Orders of the shop: what an event changes, when points settle, and what refunds take back.

An order's state follows from its events alone, in whatever order they come. So each event is
joined to what is known, and then waiting points and the ledger are brought to where the order says
they are. Doing that again changes nothing: an event that comes twice needs no memory of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from bot.clock import day_of, from_micros, to_micros
from bot.points import order_wording as wording
from bot.points.budget import added
from bot.points.earn import decide, restated
from bot.points.order import KIND, MALL, SHOP, Order, OrderEvent, merge
from bot.points.order_money import category_fen, kept, left_fen
from bot.points.order_text import from_text, to_text
from bot.points.types import Activity, Decision, Outcome, Rule
from bot.points.wording import told
from bot.posting.award import journal, post
from bot.posting.budget import budget_left
from bot.posting.operation import Operation
from bot.posting.order_months import keep_months
from bot.posting.referral import INVITED, LEFT, step_back, tell_rewarded
from bot.posting.reverse import reverse_part
from bot.posting.settle import follow_up, standing_for
from bot.posting.turn import Turn
from bot.posting.waiting import (
    NEVER,
    accrued_deed,
    deed_of,
    let_wait,
    post_wait,
    settles_on,
    shorten,
)
from store.ledger import Line
from store.orders import Bought, Orders, Wait

FIRST = "first_order"
REFUNDED = "refunded"
"""The code of points that waited and will never be there."""
FEN = Decimal(100)


def order_operation(event: OrderEvent, at: int, cause: str) -> Operation:
    """What an event of an order does. `at` is when it came, microseconds since 1970 UTC."""
    return Operation(at=at, work=lambda turn: _tell(turn, event), cause=cause, kind="notice")


def take_up(turn: Turn, numbers: Sequence[str]) -> None:
    """Brings orders up: their buyers have become known, or their points may be spent now."""
    turn.read()
    orders = turn.orders()
    for number in numbers:
        bought = orders.bought(number)
        if bought is not None:
            _bring_up(turn, orders, bought, from_text(bought.known))


def take_up_known(turn: Turn) -> int:
    """Takes up parked orders whose buyers have become known beside another process; how many."""
    numbers = turn.orders().known_by_now()
    take_up(turn, numbers)
    return len(numbers)


def _tell(turn: Turn, event: OrderEvent) -> None:
    turn.read()
    orders = turn.orders()
    bought = orders.opened(event.order)
    before = from_text(bought.known) if bought.known else None
    order = merge(before, event)
    if order == before:
        return
    bought.known, bought.left_fen = to_text(order), left_fen(order)
    if order.paid_at is not None:
        bought.paid_on = day_of(to_micros(order.paid_at), turn.programme.zone).isoformat()
    if bought.member is None and order.bought_by is not None:  # who is known stays the buyer
        bought.buyer = (order.bought_by.channel, order.bought_by.external_id)
    _bring_up(turn, orders, bought, order, before)


def _paid_for(order: Order) -> tuple[int | None, Mapping[str, int]]:
    return order.amount_fen, category_fen(order)


def _bring_up(
    turn: Turn, orders: Orders, bought: Bought, order: Order, before: Order | None = None
) -> None:
    """Brings waiting points and the ledger to where the order says they are. `before`: what was
    known of it, when that has just changed."""
    _find_buyer(turn, bought)
    orders.save(bought)
    if bought.member is None or not order.is_known:
        return
    turn.account(bought.member)  # locked before anything is read that others may change
    is_new = bought.awards is None
    is_restated = before is not None and _paid_for(before) != _paid_for(order)
    if is_new:
        _judge(turn, bought, order)
    elif is_restated:
        with turn.under_terms_of(_paid_at(turn, order)):
            _restate(turn, orders, bought, order)
    _take_back(turn, orders, bought, order, is_restated=is_restated)
    is_waiting = not _settle(turn, orders, bought, order)
    if is_new and is_waiting:
        _announce(turn, orders, bought)
    orders.save(bought)
    _follow_months(turn, orders, bought, order, before)


def _find_buyer(turn: Turn, bought: Bought) -> None:
    if bought.member is None and bought.buyer is not None:
        bought.member = turn.identity(*bought.buyer)
    if bought.member is None:
        turn.note_parked()


def _follow_months(
    turn: Turn, orders: Orders, bought: Bought, order: Order, before: Order | None
) -> None:
    """Posts what months in a row give once it has settled, and says so."""
    if bought.settled_at is not None:
        paid = {order.paid_at, before.paid_at if before is not None else None}
        for text in keep_months(turn, orders, bought, paid):
            _say(turn, bought, text)


def _judge(turn: Turn, bought: Bought, order: Order) -> None:
    """By the programme and the campaigns in force when it was paid, with the tier held now. All
    that it earns waits; what needs not to wait is settled at once."""
    activity = _activity(turn, bought, order)
    last_on = turn.look(activity.member).active_on
    with turn.under_terms_of(_paid_at(turn, order)):
        decision = Decision()
        if left_fen(order):
            decision = decide(activity, standing_for(turn, activity), turn.programme)
        outcome, refusal = _outcome(decision, order)
        deed = journal(turn, activity, outcome, refusal, (SHOP, order.number))
        bought.awards = {entry.key: entry.points for entry in decision.entries}
        bought.judged_fen = order.amount_fen
        turn.read()  # gives the journal's row its number
        for entry in decision.entries:
            if points := kept(entry.points, order):
                let_wait(turn, entry, points, deed, to_micros(order.paid_at or entry.at))
    if outcome != "refused":
        _follow(turn, bought, activity, last_on)


def _follow(turn: Turn, bought: Bought, activity: Activity, last_on: date | None = None) -> None:
    """Posts what follows from the order, and says so."""
    for given in follow_up(turn, activity, last_on=last_on, source=(SHOP, bought.number)):
        text = told(
            given.activity, given.decision, turn.programme, given.streak_days, given.account
        )
        _say(turn, bought, text)


def _restate(turn: Turn, orders: Orders, bought: Bought, order: Order) -> None:
    """Judges its own points again on the terms of then, so that they are those of the order as it
    is known now, whichever event came first. Of points that refunds have ended nothing is left to
    judge."""
    activity, awards = _activity(turn, bought, order), bought.awards or {}
    own = [key for key in awards if deed_of(key) == activity.key]
    rules = {rule.id: rule for rule in turn.programme.rules}
    waits, accrued = orders.waits(own), orders.accrued(own)
    for key in waits.keys() | accrued.keys():
        number = key.partition(":")[0]
        rule = rules.get(number) or Rule(number, KIND, "", 1)
        why = waits[key].why if key in waits else accrued[key].why
        # What has been posted does not grow any more.
        left = budget_left(turn, why) if key in waits else 0
        awards[key], steps = restated(rule, why, activity, left)
        turn.writes.add_given(added(why, steps))
        if key in waits:
            most = max(kept(awards[key], order), waits[key].points)
            shorten(turn, replace(waits[key], why=steps), most)
    bought.judged_fen = order.amount_fen


def _outcome(decision: Decision, order: Order) -> tuple[Outcome, str | None]:
    if decision.entries:
        is_kept = any(kept(entry.points, order) for entry in decision.entries)
        return ("pending", None) if is_kept else ("refused", REFUNDED)
    return ("refused", decision.refusals[0].code) if decision.refusals else ("nothing", None)


def _paid_at(turn: Turn, order: Order) -> int:
    """Microseconds since 1970 UTC; nothing is paid later than now."""
    return min(to_micros(order.paid_at), turn.at) if order.paid_at is not None else turn.at


def _activity(turn: Turn, bought: Bought, order: Order) -> Activity:
    now, paid_at = from_micros(turn.at), from_micros(_paid_at(turn, order))
    parts = tuple((category, fen / FEN) for category, fen in category_fen(order).items())
    return Activity(
        kind=KIND,
        key=f"{KIND}/{order.number}",
        member=bought.member or 0,
        on=day_of(to_micros(paid_at), turn.programme.zone),
        at=now,
        done_at=paid_at,
        subject=order.number,
        units=sum((units for _, units in parts), Decimal(0)),
        parts=parts,
    )


def _take_back(
    turn: Turn, orders: Orders, bought: Bought, order: Order, *, is_restated: bool
) -> None:
    """What refunds, a cancellation or a smaller amount leave no right to: of what waits, and then
    of what was posted."""
    awards, member = bought.awards or {}, bought.member or 0
    waits, accrued = orders.waits(list(awards)), orders.accrued(list(awards))
    unwaited = reversed_points = 0
    for key, full in awards.items():
        wanted = _wanted(key, full, order)
        if key in waits and waits[key].points > wanted:
            unwaited += waits[key].points - wanted
            shorten(turn, waits[key], wanted)
        elif key in accrued and accrued[key].left > wanted:
            total, cause = accrued[key].points - wanted, f"{SHOP}/{order.number}"
            taken = reverse_part(turn, accrued[key].id, total=total, cause=cause)
            if isinstance(taken, Line) and taken.member == member:
                reversed_points -= taken.points
    if unwaited and not accrued and not orders.waits(list(awards)):
        journal(turn, _activity(turn, bought, order), "refused", REFUNDED, (SHOP, order.number))
    if unwaited or reversed_points:
        account = turn.look(member)
        because = "取消" if order.is_cancelled else "金额更正" if is_restated else "退款"
        _say(
            turn, bought,
            wording.taken_back(
                order.number, because, unwaited, reversed_points, account.balance, account.debt
            ),
        )  # fmt: skip
    if bought.settled_at is not None and not left_fen(order) and _is_first(bought):
        _pass_on_first(turn, orders, member)


def _wanted(key: str, full: int, order: Order) -> int:
    """Points of the order shrink with it; what it gave beside them goes when nothing is left."""
    if deed_of(key).startswith(f"{KIND}/"):
        return kept(full, order)
    return full if left_fen(order) else 0


def _settle(turn: Turn, orders: Orders, bought: Bought, order: Order) -> bool:
    """Posts what can be spent now; whether nothing waits any more. Then the order has settled."""
    member, waits = bought.member or 0, orders.waits(list(bought.awards or {}))
    ripe = [wait for wait in waits.values() if order.is_completed or wait.due_at <= turn.at]
    points = sum(wait.points for wait in ripe)
    if ripe:
        activity = _activity(turn, bought, order)
        deed = accrued_deed(turn, activity, (SHOP, order.number))
        for wait in ripe:
            post_wait(turn, wait, deed, _refunded(wait, bought, order))
        _follow(turn, bought, activity)
    is_over = len(ripe) == len(waits)
    has_earned = bool(ripe) or order.is_completed
    if is_over and has_earned and left_fen(order) and bought.settled_at is None:
        bought.settled_at = turn.at
        if not [one for one in orders.settled_of(member) if one.number != order.number]:
            points += _reward_first(turn, bought)
    if points:
        _say(turn, bought, wording.settled(order.number, points, turn.look(member).balance))
    return is_over


def _announce(turn: Turn, orders: Orders, bought: Bought) -> None:
    """Once, when the points begin to wait."""
    waits = orders.waits(list(bought.awards or {})).values()
    last_at = max(wait.due_at for wait in waits)
    last_on = None if last_at == NEVER else settles_on(last_at, turn.programme.zone)
    points = sum(wait.points for wait in waits)
    _say(turn, bought, wording.waiting(bought.number, points, last_on))


def _refunded(wait: Wait, bought: Bought, order: Order) -> dict[str, str | int]:
    """The step from the points of the whole order to those that refunds have left."""
    full = (bought.awards or {})[wait.key]
    if wait.points == full:
        return {}
    return {"full": full, "left_fen": left_fen(order) or 0, "of_fen": order.amount_fen or 0}


def _reward_first(turn: Turn, bought: Bought) -> int:
    """What the buyer's first order gives beside its own points, to them and to who brought them;
    how much the buyer got."""
    member, key = bought.member or 0, f"{INVITED}/{bought.number}"
    points = _reward(turn, bought, FIRST, f"{FIRST}/{bought.number}", member)
    referral = turn.referrals().of(member)
    if referral is not None and referral.stage != LEFT:
        turn.referrals().move(referral.invitee, "ordered")
        _reward(turn, bought, INVITED, key, referral.inviter)
        points += _reward(turn, bought, INVITED, f"{key}/{member}", member, is_invitee=True)
    return points


def _reward(
    turn: Turn, bought: Bought, kind: str, key: str, member: int, *, is_invitee: bool = False
) -> int:
    """Posts what the rules on `kind` give `member` for it; how much that was."""
    activity = Activity(
        kind=kind,
        key=key,
        member=member,
        on=turn.today,
        at=from_micros(turn.at),
        subject=bought.number,
        is_invitee=is_invitee,
    )
    decision = decide(activity, standing_for(turn, activity), turn.programme)
    if decision.entries:
        deed = journal(turn, activity, "accrued", None, (SHOP, bought.number))
        for entry in decision.entries:
            post(turn, turn.account(member), entry, deed)
        paid = {entry.key: entry.points for entry in decision.entries}
        bought.awards = (bought.awards or {}) | paid
        if member != bought.member:
            tell_rewarded(turn, activity, decision.entries)
    return sum(entry.points for entry in decision.entries)


def _pass_on_first(turn: Turn, orders: Orders, member: int) -> None:
    """When the first order is as if it had never been, the earliest of the others is the first;
    without any, who was brought has ordered nothing."""
    others = orders.settled_of(member)
    if any(_is_first(one) for one in others):
        return
    if not others:
        step_back(turn, member)
        return
    following = min(others, key=lambda one: (str(from_text(one.known).paid_at), one.number))
    points = _reward_first(turn, following)
    orders.save(following)
    if points:
        _say(
            turn, following,
            wording.settled(following.number, points, turn.look(member).balance),
        )  # fmt: skip


def _is_first(bought: Bought) -> bool:
    firsts = (f"{FIRST}/", f"{INVITED}/")
    return any(deed_of(key).startswith(firsts) for key in bought.awards or {})


def _say(turn: Turn, bought: Bought, text: str) -> None:
    """To the buyer alone; who is known by a mall account only hears nothing."""
    if bought.buyer is not None and bought.buyer[0] != MALL:
        turn.notify(*bought.buyer, text)
