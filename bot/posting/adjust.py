"""What a person, not a rule, does to a balance: an admin's grant or deduction, and a spend."""

import json
from datetime import date

from bot.points import account as accounts
from bot.points.expiry import expires_on, share_percent, shared_out
from bot.points.lots import Moves
from bot.points.types import MAX_POINTS, EntryKind, Refusal
from bot.points.value import value
from bot.posting.turn import Turn
from store.ledger import Deed, Line


def adjust(turn: Turn, member: int, points: int, *, actor: str, note: str) -> Line | Refusal:
    """Grants `points` above 0, or deducts them below 0. Refuses `insufficient` when they are not
    there.

    The key is the admin's message, so that the same message never does it twice.
    """
    key = f"adjustment:{turn.message.channel}/{turn.message.id}"
    if points < 0:
        return _take(turn, member, -points, "adjustment", key, actor=actor, note=note)
    return give(turn, member, points, Gift(key, actor, note))


@value
class Gift:
    """What stands in an entry by which a person gives points, beside them."""

    key: str
    actor: str
    """`channel:external id` of the admin."""
    note: str
    room: int | None = None
    """Whose boards it moves; None: those of the message's room, or else of the home room."""
    valid_days: int | None = None
    """The points expire so many days later; None: as the programme says."""
    deed: Deed | None = None
    """The row of the journal that tells of it, where one does."""


def give(turn: Turn, member: int, points: int, gift: Gift) -> Line:
    """Gives the member `points`, 1 or more, in an admin's name."""
    _check(points)
    account = turn.account(member)
    programme = turn.programme
    last_day, for_good = shared_out(
        points,
        expires_on(programme, gift.valid_days, turn.day_of(account)),
        share_percent(programme, gift.valid_days),
    )
    moves, beside = accounts.gain(account, points, last_day, for_good)
    line = _line(turn, member, points, "adjustment", gift.key, actor=gift.actor, note=gift.note)
    line.room, line.activity = gift.room or line.room, gift.deed
    line.expires_on, line.lot_uses = last_day.isoformat(), beside
    if for_good:
        line.why = _why(points, for_good=for_good)
    return turn.post(line, moves)


def redeem(
    turn: Turn, member: int, points: int, key: str, on: date | None = None
) -> Line | Refusal:
    """Spends `points` above 0, for today or the day `on`. Refuses `insufficient` when they are not
    there: nothing is changed then."""
    key = f"redemption:{key}"
    spent = _take(turn, member, points, "redemption", key, actor=None, note=None)
    if on is not None and isinstance(spent, Line):
        spent.day = on.isoformat()
    return spent


def _take(
    turn: Turn,
    member: int,
    points: int,
    kind: EntryKind,
    key: str,
    *,
    actor: str | None,
    note: str | None,
) -> Line | Refusal:
    _check(points)
    account = turn.account(member)
    moves: Moves | None = None
    if account.balance >= points:
        moves = accounts.spend(account, points, turn.lots(member), turn.day_of(account))
    if moves is None:
        return Refusal("insufficient")
    line = _line(turn, member, -points, kind, key, actor=actor, note=note)
    line.lot_uses = moves
    return turn.post(line, moves)


def _line(
    turn: Turn,
    member: int,
    points: int,
    kind: EntryKind,
    key: str,
    *,
    actor: str | None,
    note: str | None,
) -> Line:
    today = turn.today.isoformat()
    return Line(
        member=member,
        kind=kind,
        points=points,
        key=key,
        at=turn.at,
        day=today,
        posted_day=today,
        balance=0,
        debt=0,
        actor=actor,
        note=note,
        room=turn.board_room(member),
        gained=points if accounts.counts_for_tier(kind) else 0,
        why=_why(points),
    )


def _why(points: int, **more: int) -> str:
    return json.dumps({"base": points, **more}, separators=(",", ":"))


def _check(points: int) -> None:
    if type(points) is not int or not 1 <= points <= MAX_POINTS:
        raise ValueError(f"an entry moves 1 to {MAX_POINTS} points, got {points}")
