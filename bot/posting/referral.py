"""Newcomers, and who brought them: welcomed once, rewarded once for life, one level only, and not
at all when they leave before it has settled."""

from collections.abc import Sequence
from dataclasses import replace

from bot.points.readings import Referral, Stage
from bot.points.types import Activity, Decision, Entry, Message, Sighting
from bot.points.wording import accepted
from bot.posting.award import journal
from bot.posting.level_up import tell
from bot.posting.settle import Settled, follow_up, settle
from bot.posting.turn import Turn
from bot.posting.waiting import accrued_deed, activity_of, deed_of, post_wait, shorten
from store.orders import Wait

WELCOME = "welcome"
INVITE = "invite"
INVITED = "invite_first_order"
KINDS = (WELCOME, INVITE, INVITED)
LEFT: Stage = "left"
"""The code of a reward that ended because the one who was brought has left."""


def welcome(turn: Turn, members: Sequence[int], inviter: int | None) -> list[Settled]:
    """What newcomers who have just joined get, and what it brings to `inviter`.

    Only the first joining of a newcomer counts: who was in a room before the bot, or has been here
    before, is no newcomer. Nobody brings themselves, nor somebody who was here earlier.
    """
    welcomed: list[Settled] = []
    if not any(map(turn.programme.rules_on, KINDS)):
        return welcomed
    for member in members:
        sighting = Sighting(WELCOME, once="member")
        if not turn.referrals().is_newcomer(member) or turn.has_done(f"{WELCOME}/{member}"):
            continue
        welcomed.append(settle(turn, sighting, member))
        if inviter is not None and inviter < member:
            bring(turn, member, inviter, turn.message)
    return welcomed


def bring(turn: Turn, member: int, inviter: int, message: Message) -> Settled:
    """Notes who brought a newcomer, and gives the inviter what that earns. `message` told of
    it."""
    turn.referrals().add(member, inviter, turn.at)
    sighting = Sighting(INVITE, "subject", str(member))
    brought = settle(turn, sighting, inviter, message=message)
    rules = {entry.rule for entry in brought.decision.entries}
    if rules and not rules & turn.programme.waiting_rules:
        turn.referrals().move(member, "stayed")
        tell_rewarded(turn, brought.activity, brought.decision.entries)
    return brought


def invited(turn: Turn, member: int) -> list[Referral]:
    """Whom the member brought, the latest first."""
    turn.read()
    found = turn.referrals().by(member)
    deeds = {deed_of(wait.key) for wait in turn.orders().waits_of(member)} if found else set()
    return [replace(one, is_waiting=f"{INVITE}/{one.invitee}" in deeds) for one in found]


def leave(turn: Turn, member: int) -> bool:
    """Somebody is in none of the rooms any more: what waits for their staying, or for those whom
    they brought, is over. Nothing is done for one who is still in another room; whether they have
    left."""
    turn.read()
    referrals = turn.referrals()
    if referrals.is_anywhere(member):
        return False
    own = referrals.of(member)
    if own is not None:
        end(turn, own, LEFT)
    for referral in referrals.by(member):
        end(turn, referral, LEFT)
    return True


def settle_wait(turn: Turn, wait: Wait) -> None:
    """What a deed earned has waited long enough."""
    turn.account(wait.member)
    if not turn.orders().waits([wait.key]):
        return  # another process was quicker
    activity, source = activity_of(turn, wait)
    line = post_wait(turn, wait, accrued_deed(turn, activity, source), {})
    follow_up(turn, activity)
    if activity.kind == INVITE:
        entry = Entry(
            member=wait.member,
            kind="accrual",
            points=line.points,
            key=wait.key,
            at=activity.at,
            on=activity.on,
            rule=wait.rule,
            campaign=wait.campaign,
        )
        tell_rewarded(turn, activity, [entry])
        invitee = int(activity.key.partition("/")[2])
        referral = turn.referrals().of(invitee)
        if referral is not None and referral.stage == "joined":
            turn.referrals().move(referral.invitee, "stayed")


def tell_rewarded(turn: Turn, activity: Activity, entries: Sequence[Entry]) -> None:
    """Who is rewarded for what somebody else did hears privately what the rules say; nothing of
    rules without wording."""
    worded = {rule.id for rule in turn.programme.rules if rule.reply}
    said = tuple(entry for entry in entries if entry.rule in worded)
    if said:
        account = turn.look(activity.member)
        text = accepted(activity, Decision(said), turn.programme, 0, account)
        tell(turn, activity.member, text)


def step_back(turn: Turn, invitee: int) -> None:
    """Of what they ordered nothing is left: they are where they were before."""
    referral = turn.referrals().of(invitee)
    if referral is not None and referral.stage == "ordered":
        is_paid = turn.orders().accrued_deed(f"{INVITE}/{referral.invitee}") is not None
        turn.referrals().move(referral.invitee, "stayed" if is_paid else "joined")


def end(turn: Turn, referral: Referral, code: str) -> None:
    """Ends what waits for somebody's staying, refused with this code; a stage that was only begun
    is over with it."""
    turn.account(referral.inviter)
    waits = [
        wait
        for wait in turn.orders().waits_of(referral.inviter)
        if deed_of(wait.key) == f"{INVITE}/{referral.invitee}"
    ]
    for wait in waits:
        shorten(turn, wait, 0)
    if waits:
        activity, source = activity_of(turn, waits[0])
        journal(turn, activity, "refused", code, source)
    if waits or referral.stage == "joined":
        turn.referrals().move(referral.invitee, LEFT)
