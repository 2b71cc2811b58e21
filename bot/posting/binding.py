"""Joining a second account to a member: by a code that was sent privately to the first, or by an
admin when the first can no longer be asked."""

import secrets
from datetime import timedelta
from hashlib import blake2b

from bot.clock import MICROSECOND
from bot.points.crockford import DIGITS, as_meant
from bot.points.types import Refusal
from bot.points.value import value
from bot.points.wording import merged
from bot.posting.merging import merge
from bot.posting.turn import Turn

LENGTH = 8
LIVES_MICROS = timedelta(minutes=10) // MICROSECOND
TRIES = 5
"""Wrong codes of one member in an hour."""
HOUR_MICROS = timedelta(hours=1) // MICROSECOND


@value
class Bound:
    """What has become of two members, as the reply needs it."""

    member: int
    """The number that stays."""
    balance: int
    debt: int


def new_code(turn: Turn) -> str:
    """A code by which the sender's other account becomes theirs, once and for ten minutes; the one
    before it is over. Only its digest is kept: what the turn says is kept nowhere."""
    turn.is_secret = True
    code = "".join(secrets.choice(DIGITS) for _ in range(LENGTH))
    message = turn.message
    asker = (turn.member, message.channel, message.sender)
    turn.bind_codes().put(_digest(code), turn.at + LIVES_MICROS, asker)
    return code


def bind(turn: Turn, typed: str) -> Bound | Refusal:
    """Makes the sender and the member who asked for the code one, and tells that one privately.

    Refusals: `too_many_tries` (even for a right code, for an hour), `wrong_code` (none, used up,
    or too old), `same_member`.
    """
    turn.account(turn.member)
    codes = turn.bind_codes()
    if codes.wrong_since(turn.member, turn.at - HOUR_MICROS) >= TRIES:
        return Refusal("too_many_tries")
    digest = _digest(typed)
    asker = codes.find(digest, turn.at)
    if asker is None:
        return _wrong(turn)
    member, channel, external_id = asker
    if member == turn.member:
        return Refusal("same_member")
    turn.lock((member,))
    if not codes.take(digest, member):
        return _wrong(turn)
    bound = _merged(turn, member, turn.member)
    if isinstance(bound, Bound):
        turn.notify(channel, external_id, f"你的另一个账号绑定好了,{merged(bound.balance)}")
    return bound


def claim(turn: Turn, old: int, new: int, *, actor: str) -> Bound | Refusal:
    """Makes the old account of a member and the new one theirs both, in an admin's name.

    Refusals: `same_member`, `unknown_member` (nobody has seen the old one before this message),
    `still_speaks` (it did something on a later day than the new one was first seen, so they are
    likely two people).
    """
    if old == new:
        return Refusal("same_member")
    if turn.is_new(old):
        return Refusal("unknown_member")
    spoke_on = turn.account(old).active_on
    if spoke_on is not None and spoke_on > turn.seen_on(new):
        return Refusal("still_speaks")
    return _merged(turn, old, new, actor=actor)


def _merged(turn: Turn, one: int, other: int, *, actor: str | None = None) -> Bound | Refusal:
    member = merge(turn, one, other, actor=actor)
    if isinstance(member, Refusal):
        return member
    account = turn.look(member)
    return Bound(member, account.balance, account.debt)


def _wrong(turn: Turn) -> Refusal:
    message = turn.message
    turn.bind_codes().note_wrong(turn.member, turn.at, message.channel, message.id)
    return Refusal("wrong_code")


def _digest(code: str) -> bytes:
    return blake2b(as_meant(code).encode(), digest_size=16).digest()
