"""Writing down what a deed earned: the journal's row, and the entries of the ledger."""

import json
from functools import lru_cache

from bot.points import account as accounts
from bot.points.account import Account
from bot.points.budget import charges
from bot.points.day import day_text
from bot.points.deed_text import to_text
from bot.points.expiry import shared_out
from bot.points.types import FOREVER, PASSIVE_KINDS, Activity, Entry, Outcome
from bot.posting.turn import Turn
from store.ledger import Deed, Line


def post(turn: Turn, account: Account, entry: Entry, deed: Deed) -> Line:
    """Posts what a rule pays for a deed at once, and charges the budgets of its campaigns."""
    if "budget" in entry.why:
        turn.writes.add_given(charges(entry.why))
    return enter(turn, account, entry, deed)


def enter(turn: Turn, account: Account, entry: Entry, deed: Deed) -> Line:
    """Enters what a rule pays for a deed, and counts it. It moves the boards of the deed's room,
    or of the member's home room when it has none."""
    last_day, why, for_good = entry.expires_on or FOREVER, entry.why, 0
    if entry.share_percent is not None:
        last_day, for_good = shared_out(entry.points, last_day, entry.share_percent)
        why = {**why, "for_good": for_good} if for_good else why
    moves, beside = accounts.gain(account, entry.points, last_day, for_good)
    line = turn.post(
        Line(
            member=entry.member,
            kind=entry.kind,
            points=entry.points,
            key=entry.key,
            at=turn.at,
            day=day_text(entry.on),
            posted_day=turn.today_text,
            balance=0,
            debt=0,
            rule=entry.rule,
            campaign=entry.campaign,
            expires_on=day_text(last_day),
            actor=entry.actor,
            activity=deed,
            room=entry.room or turn.home_room(entry.member),
            why=_why_text(tuple(why.items())),
            gained=entry.points,
            lot_uses=beside,
        ),
        moves,
    )
    account.count(entry.rule or "", entry.points, line.day, line.at)
    if "shields" in entry.why:
        account.shields += int(entry.why["shields"])
    return line


@lru_cache(maxsize=1024)
def _why_text(steps: tuple[tuple[str, str | int], ...]) -> str:
    """The steps as they are stored: JSON. Most entries of a day share theirs."""
    return json.dumps(dict(steps), separators=(",", ":"))


def journal(
    turn: Turn,
    activity: Activity,
    outcome: Outcome,
    refusal: str | None,
    source: tuple[str, str] | None = None,
) -> Deed:
    """Notes what happened. `source` is channel and id of what told of it, where that is not the
    message, or the job, of this turn."""
    deed = noted(turn, activity, outcome, refusal, source)
    turn.writes.deeds.append(deed)
    if outcome == "refused":
        turn.account(activity.member)  # takes the row's number, once it has one
    elif activity.kind not in PASSIVE_KINDS:
        turn.account(activity.member).note_active(activity.on, turn.programme.silence_days)
    return deed


def noted(
    turn: Turn,
    activity: Activity,
    outcome: Outcome,
    refusal: str | None,
    source: tuple[str, str] | None = None,
) -> Deed:
    """What `journal` notes."""
    channel, number = source or turn.source
    return Deed(
        at=turn.at,
        day=day_text(activity.on),
        member=activity.member,
        room=activity.room,
        kind=activity.kind,
        key=activity.key,
        channel=channel,
        message=number,
        outcome=outcome,
        refusal=refusal,
        programme=turn.programme.version,
        facts=to_text(activity),
    )
