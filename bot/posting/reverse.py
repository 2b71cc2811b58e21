"""Taking an entry back, whole or in parts: reversals that name their original and together never
take more than it gave."""

import json

from bot.clock import day_of
from bot.points import account as accounts
from bot.points.lots import Lots, filled, own_lots, wanted_of
from bot.points.types import FOREVER, Refusal
from bot.posting.turn import Turn
from store.ledger import Line, Posted


def reverse(turn: Turn, number: int, *, actor: str | None, note: str | None) -> Line | Refusal:
    """Takes entry `number` back: all of it, or what parts have left of it.

    Refusals: `no_such_entry`, `already_reversed`, `not_reversible` (reversals and expiries stand),
    `already_expired` (a gain whose points have all expired: there is nothing to take).
    """
    original = _held(turn, number)
    if original is None:
        return Refusal("no_such_entry")
    if original.kind in ("reversal", "expiry", "transfer"):
        return Refusal("not_reversible")
    if original.points > 0:
        return _take_gain_back(turn, original, original.points, actor=actor, note=note)
    if original.reversed_points:
        return Refusal("already_reversed")
    return _give_spend_back(turn, original, actor=actor, note=note)


def reverse_part(turn: Turn, number: int, *, total: int, cause: str) -> Line | Refusal:
    """Takes accrual `number` back until `total` of its points, 1 or more, have been taken in all.

    Asked again for the same total, or for a lower one, it takes nothing, so the order in which
    refunds are told makes no difference. More than the accrual gave counts as all of it. `cause`
    is the id of what asks for it, no text and no name: it stands in the entry for good.

    Refusals: `no_such_entry`, `not_reversible` (anything but an accrual), `already_reversed` (so
    much has been taken, or nothing is left to take), `already_expired`.
    """
    if type(total) is not int or total < 1:
        raise ValueError(f"a part leaves 1 point or more taken in all, got {total}")
    original = _held(turn, number)
    if original is None:
        return Refusal("no_such_entry")
    if original.kind != "accrual":
        return Refusal("not_reversible")
    return _take_gain_back(turn, original, total, cause=cause)


def _held(turn: Turn, number: int) -> Posted | None:
    """The entry as it is once its account is locked: nobody else takes of it meanwhile."""
    original = turn.entry(number)
    if original is None:
        return None
    turn.account(original.member)
    return turn.entry(number)


def _take_gain_back(
    turn: Turn,
    original: Posted,
    total: int,
    *,
    actor: str | None = None,
    note: str | None = None,
    cause: str | None = None,
) -> Line | Refusal:
    """Takes until `total` is taken in all, or as much as there is to take."""
    own = own_lots(original.points, original.expires_on or FOREVER, original.for_good)
    most = original.points - _expired(turn, original, own)
    before, after = original.reversed_points, min(total, most)
    if after <= before:
        return Refusal("already_reversed") if before else Refusal("already_expired")
    account = turn.account(original.member)
    wanted, lots = wanted_of(own, before, after), turn.lots(original.member)
    moves = accounts.reverse_gain(account, wanted, lots, turn.day_of(account))
    line = _line(turn, original, before - after, cause)
    if before or after < most:
        line.key += f"/{after}"
    line.actor, line.note, line.lot_uses = actor, note, moves
    return turn.post(line, moves)


def _expired(turn: Turn, original: Posted, own: Lots) -> int:
    """What can be taken of a gain in no part of it: what has expired of its lots makes no debt, up
    to what the gain put there."""
    lost = {day: turn.expired(original, day) for day in own}
    if not any(lost.values()):
        return 0
    put = filled(original.points, original.expires_on or FOREVER, turn.lot_uses(original.id))
    return sum(min(put.get(day, 0), points) for day, points in lost.items())


def _give_spend_back(turn: Turn, original: Posted, *, actor: str | None, note: str | None) -> Line:
    """Returns to the lots it came from; a day already past becomes one of grace."""
    taken = {day: -points for day, points in turn.lot_uses(original.id).items()}
    account = turn.account(original.member)
    grace = turn.programme.restore_grace_days
    today = turn.day_of(account)
    moves = accounts.reverse_spend(account, -original.points, taken, today, grace)
    line = _line(turn, original, -original.points, None)
    line.actor, line.note, line.lot_uses = actor, note, moves
    return turn.post(line, moves)


def _line(turn: Turn, original: Posted, points: int, cause: str | None) -> Line:
    """A reversal; its key is that of one which takes all at once."""
    why: dict[str, int | str] = {"base": points}
    if cause is not None:
        why["cause"] = cause
    return Line(
        member=original.member,
        kind="reversal",
        points=points,
        key=f"reversal:{original.id}",
        at=turn.at,
        day=turn.today.isoformat(),
        posted_day=day_of(original.at, turn.programme.zone).isoformat(),
        balance=0,
        debt=0,
        reverses=original.id,
        room=original.room,
        gained=points if accounts.counts_for_tier(original.kind) else 0,
        why=json.dumps(why, separators=(",", ":")),
    )
