"""Who brought a newcomer, told after the joining: by the newcomer with a code, or by an admin."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.clock import MICROSECOND, to_micros
from bot.points.types import Message, Refusal
from bot.posting.deed import deed_day
from bot.posting.referral import INVITE, INVITED, bring
from bot.posting.settle import Settled
from bot.posting.turn import Turn
from store.referrals import Referrals

CLAIM_DAYS = 3
"""So many times 24 hours after their joining newcomers can say who brought them."""


def is_offered(turn: Turn) -> bool:
    """Whether it brings anybody anything."""
    return any(map(turn.programme.rules_on, (INVITE, INVITED)))


def is_unattributed(turn: Turn, welcomed: Sequence[Settled]) -> bool:
    """Whether one of those who were welcomed may still say who brought them."""
    return is_offered(turn) and any(
        settled.outcome != "refused" and turn.referrals().of(settled.activity.member) is None
        for settled in welcomed
    )


def claim_inviter(turn: Turn, inviter: int | None) -> Settled | Refusal:
    """Notes who brought the sender, None for a code that cannot be, and gives the inviter what the
    joining would have given; waiting times count from now.

    Refused `joined_long_ago`, beside the refusals of `note_inviter`.
    """
    joined_at = turn.newcomer_since(turn.member)
    said_at = min(to_micros(turn.message.sent_at), turn.at)
    if joined_at is not None and said_at - joined_at > timedelta(days=CLAIM_DAYS) // MICROSECOND:
        return Refusal("joined_long_ago")
    return note_inviter(turn, turn.member, inviter, turn.message)


def enter_inviter(turn: Turn, member: int, inviter: int) -> Settled | Refusal:
    """Notes in the name of the sender, an admin, who brought somebody, however long ago.

    Refused `own_deed` for an admin who would be the inviter, beside the refusals of
    `note_inviter`.
    """
    if inviter == turn.member:
        return Refusal("own_deed")
    # The deed is the inviter's, and what role they have nobody has told.
    return note_inviter(turn, member, inviter, replace(turn.message, role="member"))


def note_inviter(
    turn: Turn, member: int, number: int | None, message: Message
) -> Settled | Refusal:
    """Notes it once; `number` is the inviter's, or was before they were merged.

    Refusals: `no_invites`, `too_late`, `not_newcomer`, `inviter_known`, `no_such_code`,
    `own_code`, `came_later` (so nobody is brought in a ring), `not_in_room` for a newcomer and
    `inviter_left` for an inviter who is in none of the rooms.
    """
    if not is_offered(turn):
        return Refusal("no_invites")
    if deed_day(message, turn.at, turn.programme)[1]:
        return Refusal("too_late")
    turn.read()
    referrals = turn.referrals()
    inviter = referrals.member_now(number) if number is not None else None
    if inviter is None:
        return _of_newcomer(referrals, member) or Refusal("no_such_code")
    refusal = _of_newcomer(referrals, member) or _of_inviter(referrals, member, inviter)
    if refusal is not None:
        return refusal
    return bring(turn, member, inviter, message)


def _of_newcomer(referrals: Referrals, member: int) -> Refusal | None:
    if not referrals.is_newcomer(member):
        return Refusal("not_newcomer")
    if referrals.of(member) is not None:
        return Refusal("inviter_known")
    return None if referrals.is_anywhere(member) else Refusal("not_in_room")


def _of_inviter(referrals: Referrals, member: int, inviter: int) -> Refusal | None:
    if inviter == member:
        return Refusal("own_code")
    if inviter > member:
        return Refusal("came_later")
    return None if referrals.is_anywhere(inviter) else Refusal("inviter_left")
