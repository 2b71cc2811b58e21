"""Settling: a deed is judged, journalled, and what it earns is posted."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from bot.clock import from_micros
from bot.points.account import Account
from bot.points.earn import ADMIN, decide, is_done, spent_first
from bot.points.standing import runs_beside, standing
from bot.points.streak import ONE_DAY, STREAK_KIND, streak_days
from bot.points.types import (
    Activity,
    Decision,
    Message,
    Outcome,
    Refusal,
    Sighting,
    Standing,
)
from bot.points.value import value
from bot.posting.award import journal, post
from bot.posting.card import ask_admins
from bot.posting.deed import deed_day, key_of
from bot.posting.follow import followed
from bot.posting.reverse import reverse
from bot.posting.turn import Turn
from bot.posting.waiting import let_wait

UNTOLD = frozenset({"chat"})
"""Posts that leave nothing behind when they earn nothing: every message is one, and nobody asks
why it was not paid for."""
MADE_UP = Sighting(STREAK_KIND, once="day")


@value
class Settled:
    """What settling one deed gave, as the reply needs it."""

    activity: Activity
    decision: Decision
    outcome: Outcome
    account: Account
    """After it."""
    streak_days: int
    """The member's days in a row after it."""
    taken_back: int = 0
    """Points of bonuses that were taken back: two runs had them that are one now."""
    shielded: tuple[date, ...] = ()
    """Missed days before it that shields have covered."""
    followed: "tuple[Settled, ...]" = ()
    """What followed from it, and paid too."""


def settle(
    turn: Turn,
    sighting: Sighting,
    member: int | None = None,
    *,
    message: Message | None = None,
    refusal: Refusal | None = None,
) -> Settled:
    """Judges one deed of the sender, or of `member`, and posts what it earns; a deed done before
    is refused `already_done`. `message` is the one it was done with, where that is not the turn's;
    `refusal` is why it earns nothing whatever the rules say."""
    message = message or turn.message
    day, is_late = deed_day(message, turn.at, turn.programme)
    member = turn.member if member is None else member
    activity = _activity(turn, sighting, member, day, message)
    account = turn.account(activity.member)
    if is_late:
        refusal = Refusal("too_late")
    elif any(map(turn.is_done, _keys(turn, sighting, activity, message))):
        refusal = Refusal("already_done")
    if refusal is not None:
        return _refuse(turn, activity, refusal, is_quiet=_is_quiet(sighting))
    last_on = account.active_on
    runs = runs_beside(activity, account, turn)
    decision = decide(activity, standing_for(turn, activity, runs), turn.programme)
    if not is_done(activity, decision):
        return _refuse(turn, activity, *decision.refusals, is_quiet=_is_quiet(sighting))
    if runs == (0, 0) and (missed := _shielded(turn, activity)):
        settled = _settle_shielded(turn, activity, missed)
    else:
        settled = _accept(turn, activity, decision, runs)
    return _with_followed(turn, settled, last_on)


def settle_made_up(turn: Turn, day: date, member: int | None = None) -> Settled:
    """Checks in a day that the sender, or `member`, missed: it pays nothing itself, and the
    bonuses stand as if it had been checked in. What a cap refuses changes nothing of that."""
    member = turn.member if member is None else member
    activity = replace(_activity(turn, MADE_UP, member, day, turn.message), is_made_up=True)
    runs = runs_beside(activity, turn.account(activity.member), turn)
    decision = decide(activity, standing_for(turn, activity, runs), turn.programme)
    return _accept(turn, activity, decision, runs)


def reward(
    turn: Turn, activity: Activity, source: tuple[str, str] | None = None
) -> Settled | None:
    """Posts what a deed earns that follows from others; `source` is as for `journal`. None when it
    was done before, or pays nothing now: then it has not been done, and may still be."""
    if turn.has_done(activity.key):
        return None
    decision = decide(activity, standing_for(turn, activity), turn.programme)
    return _accept(turn, activity, decision, (0, 0), source) if decision.entries else None


def follow_up(
    turn: Turn,
    activity: Activity,
    *,
    last_on: date | None = None,
    source: tuple[str, str] | None = None,
) -> tuple[Settled, ...]:
    """Posts what follows from a deed that has just been paid. `last_on` is the day of the member's
    last deed before it, None when it ends no silence; `source` is as for `journal`."""
    programme = turn.programme
    if not programme.silences and activity.kind not in programme.newcomer_kinds:
        return ()
    rewards = (reward(turn, one, source) for one in followed(turn, activity, last_on))
    return tuple(one for one in rewards if one is not None)


def _with_followed(turn: Turn, settled: Settled, last_on: date | None) -> Settled:
    """The deed with all that followed from it."""
    also = follow_up(turn, settled.activity, last_on=last_on)
    if not also:
        return settled
    return replace(settled, account=turn.look(settled.activity.member), followed=also)


def _shielded(turn: Turn, activity: Activity) -> Sequence[date]:
    """The days missed before this check-in, when shields cover all of them."""
    account = turn.account(activity.member)
    if activity.kind != STREAK_KIND or not account.shields or account.run_on is None:
        return ()
    missed = (activity.on - account.run_on).days - 1
    if not 0 < missed <= account.shields:
        return ()
    return [account.run_on + ahead * ONE_DAY for ahead in range(1, missed + 1)]


def _settle_shielded(turn: Turn, activity: Activity, missed: Sequence[date]) -> Settled:
    """Covers the missed days first, so that the check-in goes on with the run."""
    turn.account(activity.member).shields -= len(missed)
    covered = [settle_made_up(turn, day, activity.member).decision for day in missed]
    runs = runs_beside(activity, turn.account(activity.member), turn)
    decision = decide(activity, standing_for(turn, activity, runs), turn.programme)
    settled = _accept(turn, activity, decision, runs)
    entries = [entry for one in (*covered, decision) for entry in one.entries]
    decision = replace(decision, entries=tuple(entries))
    return replace(settled, decision=decision, shielded=tuple(missed))


def _activity(
    turn: Turn, sighting: Sighting, member: int, day: date, message: Message
) -> Activity:
    at = from_micros(turn.at)
    facts = sighting.facts
    if message.role != "member" and _excludes_admins(turn, sighting.kind):
        facts = {**facts, "role": ADMIN}
    return Activity(
        kind=sighting.kind,
        key=key_of(sighting, message, member, day),
        member=member,
        on=day,
        at=at,
        room=turn.room,
        place=message.room,
        done_at=min(message.sent_at, at),
        subject=sighting.subject,
        units=sighting.units,
        facts=facts,
    )


def _excludes_admins(turn: Turn, kind: str) -> bool:
    return any(rule.excludes_admins for rule in turn.programme.rules_on(kind))


def _keys(turn: Turn, sighting: Sighting, activity: Activity, message: Message) -> Iterator[str]:
    """The deed's key, and what it would be under the member's former numbers."""
    yield activity.key
    for former in turn.formers(activity.member):
        yield key_of(sighting, message, former, activity.on)


def standing_for(turn: Turn, activity: Activity, runs: tuple[int, int] = (0, 0)) -> Standing:
    """All that rules may know of the member; `runs` are those beside the day."""
    account = turn.account(activity.member)
    return standing(activity, account, turn.day_of(account), turn.programme, turn, runs)


def _is_quiet(sighting: Sighting) -> bool:
    return sighting.is_post and sighting.kind in UNTOLD


def _refuse(turn: Turn, activity: Activity, *refusals: Refusal, is_quiet: bool = False) -> Settled:
    if is_quiet:
        turn.had_no_effect = True
    else:
        journal(turn, activity, "refused", refusals[0].code)
    account = turn.look(activity.member)
    streak = streak_days(account.run, account.run_on, turn.today)
    return Settled(activity, Decision((), refusals), "refused", account, streak)


def _accept(
    turn: Turn,
    activity: Activity,
    decision: Decision,
    runs: tuple[int, int],
    source: tuple[str, str] | None = None,
) -> Settled:
    waiting = [entry for entry in decision.entries if turn.programme.lets_wait(entry)]
    entries = [entry for entry in decision.entries if not turn.programme.lets_wait(entry)]
    outcome: Outcome = "accrued" if entries else "pending" if waiting else "nothing"
    if decision.refusals and outcome == "nothing" and not activity.is_made_up:
        decision = replace(decision, refusals=spent_first(decision.refusals))
        # So that 为什么 tells why.
        journal(turn, activity, "refused", decision.refusals[0].code, source)
    deed = journal(turn, activity, outcome, None, source)
    turn.mark_taken(activity.key)
    account = turn.account(activity.member)
    if activity.kind == STREAK_KIND:
        account.check_in(activity.on, *runs)
    for entry in entries:
        post(turn, account, entry, deed)
    if waiting:
        turn.read()  # gives the journal's row its number
        waits = [let_wait(turn, entry, entry.points, deed, turn.at) for entry in waiting]
        ask_admins(turn, activity, waits)
    taken_back = _undo(turn, decision.undone) if decision.undone else 0
    account = turn.look(activity.member) if taken_back or waiting else account
    streak = streak_days(account.run, account.run_on, turn.today)
    return Settled(activity, decision, outcome, account, streak, taken_back)


def _undo(turn: Turn, entries: Sequence[int]) -> int:
    """Takes these entries back, and says how many points that was. One that an admin took back, or
    that has expired, stays as it is."""
    lines = [reverse(turn, entry, actor=None, note=None) for entry in entries]
    return -sum(line.points for line in lines if not isinstance(line, Refusal))
