"""Two members who are one person: their histories become one, and no sum changes.

No row of history moves. Points are carried over by paired transfers, one pair a lot, so both
chains stay whole; what is kept beside the ledger is added up, or re-pointed.
"""

import json
from datetime import date, timedelta

from bot.clock import from_micros
from bot.points import account as accounts
from bot.points.account import Account
from bot.points.earn import day_key
from bot.points.joined import AFTER, emptied, join
from bot.points.streak import ONE_DAY, STREAK_KIND
from bot.points.tier import is_crossed
from bot.points.types import MAX_POINTS, MERGE, Activity, Refusal
from bot.posting.award import journal
from bot.posting.referral import end
from bot.posting.turn import Turn
from store.ledger import Line

MERGED = "merged"
"""The code of an invitation that ends because the one who was brought was there already."""
AT_ONCE = 64
"""Days that are asked about together."""
ASIDE = timedelta(days=3)
"""How far from when somebody was first seen their first gain may lie: late messages, wrong
clocks."""


def merge(turn: Turn, one: int, other: int, *, actor: str | None = None) -> int | Refusal:
    """Makes one member of two, for good, and answers with the number that stays: the lower one,
    which was seen first. `actor` is the admin who says that they are one. Refuses `same_member`.
    """
    kept, gone = sorted((one, other))
    if kept == gone:
        return Refusal("same_member")
    turn.lock((kept, gone))
    days = _checked_in(turn, kept) | _checked_in(turn, gone)
    _join_referrals(turn, kept, gone)
    _journal(turn, kept, gone, actor)
    _carry_over(turn, turn.account(kept), turn.account(gone), actor)
    before, scored = turn.account(gone), _scored(turn, gone)
    _join_standings(turn, kept, gone, days)
    merging = turn.merging()
    merging.move_scores(gone, kept, scored, before.qualifying)
    merging.repoint(gone, kept)
    turn.note_merged(gone, kept)
    return kept


def _join_referrals(turn: Turn, kept: int, gone: int) -> None:
    """Nobody brought themselves, and who was brought twice was brought by the first."""
    turn.read()
    referrals = turn.referrals()
    own = [found for found in (referrals.of(kept), referrals.of(gone)) if found is not None]
    first = min((one for one in own if one.inviter not in (kept, gone)), key=lambda one: one.at,
                default=None)  # fmt: skip
    for referral in own:
        if referral is not first:
            end(turn, referral, MERGED)
            referrals.drop(referral.invitee)


def _checked_in(turn: Turn, member: int) -> set[date]:
    """All days on which the member has checked in: the account knows how many there are."""
    account, found = turn.account(member), set[date]()
    last = account.run_on
    while last is not None and len(found) < account.total_days:
        days = (last - back * ONE_DAY for back in range(AT_ONCE))
        keys = {day_key(STREAK_KIND, day, member): day for day in days}
        found |= {keys[key] for key, is_done in turn.is_taken(list(keys)).items() if is_done}
        last -= AT_ONCE * ONE_DAY
    return found


def _journal(turn: Turn, kept: int, gone: int, actor: str | None) -> None:
    """The journal's row is what stays of it where there was nothing to carry over. What came on
    the account that stays up to the entry `after` was none of the other one's."""
    turn.read()
    told = {AFTER: str(turn.account(kept).last_entry)}
    activity = Activity(
        kind=MERGE,
        key=f"{MERGE}/{gone}",
        member=kept,
        on=turn.today,
        at=from_micros(turn.at),
        room=turn.room,
        facts=told if actor is None else {**told, "actor": actor},
    )
    journal(turn, activity, "nothing", None)


def _carry_over(turn: Turn, kept: Account, gone: Account, actor: str | None) -> None:
    """What expires first goes first, so that a debt is paid as a spend would be."""
    for day, points in sorted(turn.lots(gone.member).items()):
        for number, part in enumerate(_parts(points), start=1):
            key = f"transfer:{day}/{gone.member}/{number}"
            gone.balance -= part
            out = _line(turn, gone, -part, f"{key}/out", actor)
            out.lot_uses = {day: -part}
            turn.post(out, {day: -part})
            moves, beside = accounts.gain(kept, part, day)
            into = _line(turn, kept, part, f"{key}/in", actor)
            into.expires_on, into.lot_uses = day.isoformat(), beside
            turn.post(into, moves)
    for number, part in enumerate(_parts(gone.debt), start=1):
        key = f"transfer:debt/{gone.member}/{number}"
        gone.debt -= part
        turn.post(_line(turn, gone, part, f"{key}/out", actor), {})
        lots, today = turn.lots(kept.member), turn.day_of(kept)
        moves = accounts.reverse_gain(kept, {date.min: part}, lots, today)
        into = _line(turn, kept, -part, f"{key}/in", actor)
        into.lot_uses = moves
        turn.post(into, moves)


def _parts(points: int) -> list[int]:
    """As many as one entry can move each."""
    whole, rest = divmod(points, MAX_POINTS)
    return [MAX_POINTS] * whole + ([rest] if rest else [])


def _line(turn: Turn, account: Account, points: int, key: str, actor: str | None) -> Line:
    return Line(
        member=account.member,
        kind="transfer",
        points=points,
        key=key,
        at=turn.at,
        day=turn.today_text,
        posted_day=turn.today_text,
        balance=0,
        debt=0,
        actor=actor,
        why=json.dumps({"base": points}, separators=(",", ":")),
    )


def _join_standings(turn: Turn, kept: int, gone: int, days: set[date]) -> None:
    account, other = turn.account(kept), turn.account(gone)
    peak = max(account.peak, other.peak)
    join(account, other, days)
    if is_crossed(peak, account.qualifying, turn.programme.tiers):
        turn.climbs[kept] = peak
    turn.writes.accounts[gone] = emptied(other)


def _scored(turn: Turn, gone: int) -> list[str]:
    """Days on which the member can have gained something."""
    first = min(turn.seen_on(gone), turn.today) - ASIDE
    last = max(turn.today, turn.day_of(turn.account(gone))) + ASIDE
    return [(first + ahead * ONE_DAY).isoformat() for ahead in range((last - first).days + 1)]
