"""Grants that are too large for one admin: they wait until another one confirms."""

from bot.clock import MICROSECOND, from_micros
from bot.points.card import excerpt
from bot.points.types import GRANT, Activity, Refusal
from bot.posting.adjust import Gift, give
from bot.posting.allowance import Admin, over_day
from bot.posting.award import journal
from bot.posting.card import tell_admins
from bot.posting.turn import Turn
from bot.posting.waiting import LAPSES_AFTER, accrued_deed, activity_of, deed_of, shorten
from store.ledger import Line
from store.orders import Wait

GRANTED = "加分"
"""Stands where the rule's id does: no rule can be called so."""


def ask_second(turn: Turn, member: int, points: int, *, admin: Admin, note: str) -> int:
    """Lets a grant wait, and asks the other admins; the number by which they decide on it. The
    reason is kept beside it until then."""
    message = turn.message
    activity = Activity(
        kind=GRANT,
        key=f"{GRANT}/{message.channel}/{message.id}",
        member=member,
        on=turn.today,
        at=from_micros(turn.at),
        room=turn.room,
    )
    deed = journal(turn, activity, "pending", None)
    turn.read()  # gives the journal's row its number
    wait = Wait(
        key=f"{GRANTED}:{activity.key}",
        member=member,
        points=points,
        due_at=turn.at + LAPSES_AFTER // MICROSECOND,
        activity=deed.id,
        rule=GRANTED,
        campaign=None,
        day=turn.today_text,
        room=turn.room,
        valid_days=None,
        why={"base": points, "asked_by": admin.actor, "note": note},
        waits_for="admin",
    )
    turn.orders().put(wait)
    turn.account(member).waiting += points
    _show(turn, wait)
    return deed.id


def is_grant(wait: Wait) -> bool:
    """Whether an admin gave it, not a rule."""
    return wait.rule == GRANTED


def confirm(turn: Turn, wait: Wait, *, admin: Admin) -> Line | Refusal:
    """Posts it in the name of who gave it, whose day must have room for it.

    Refusals: `own_grant` (the one who gave it cannot be the second), `giver_over_allowance`.
    """
    first = Admin(str(wait.why["asked_by"]))
    channel, _, external_id = first.actor.partition(":")
    if admin.actor == first.actor or turn.identity(channel, external_id) == turn.member:
        return Refusal("own_grant")
    if over_day(turn, first, wait.points) is not None:
        return Refusal("giver_over_allowance")
    shorten(turn, wait, 0)
    deed = accrued_deed(turn, *activity_of(turn, wait))
    key = f"adjustment:{deed_of(wait.key).partition('/')[2]}"
    gift = Gift(key, first.actor, str(wait.why["note"]), room=wait.room, deed=deed)
    return give(turn, wait.member, wait.points, gift)


def _show(turn: Turn, wait: Wait) -> None:
    message, number = turn.message, wait.activity
    giver = excerpt(turn.name_of(turn.member)) or f"会员{turn.member}"
    name = excerpt(turn.name_of(wait.member)) or f"会员{wait.member}"
    text = (
        f"待确认 #{number} {GRANTED} +{wait.points}\n"
        f"{giver} 给 {name},超过 {turn.programme.admins.second_above} 分,要另一个管理员确认\n"
        f"发「{number} 通过」「{number} 驳回 理由」"
    )
    asks = (f"{number} 通过", f"{number} 驳回 ")
    tell_admins(turn, message.channel, message.room, text, asks)
