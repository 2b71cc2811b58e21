"""Points that have been earned and cannot be spent yet: visible, not spendable, not in the
ledger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import MICROSECOND, from_micros, to_micros
from bot.points.budget import charges
from bot.points.expiry import expires_on, share_percent
from bot.points.readings import Waiting
from bot.points.types import Activity, Entry, Rule, WaitsFor
from bot.posting.award import enter, journal, noted
from bot.posting.turn import Turn
from store import reports
from store.ledger import Deed, Line
from store.orders import Wait

LAPSES_AFTER = timedelta(days=7)
"""What no admin has decided by then never will be."""
SETTLES_AT = time(9)
"""When the job comes by that posts what is due, programme-local: see `scheduled.settlement`."""
NEVER = to_micros(datetime(9999, 12, 31, tzinfo=UTC))
"""When what waits for something else than the time is due, microseconds since 1970 UTC."""


def deed_of(key: str) -> str:
    """The deed's key in the key of an entry: what follows the rule."""
    return key.partition(":")[2]


def let_wait(turn: Turn, entry: Entry, points: int, deed: Deed, since: int) -> Wait:
    """Lets `points` of an entry wait as long as its rule says, from `since` on (microseconds since
    1970 UTC)."""
    [rule] = [rule for rule in turn.programme.rules if rule.id == entry.rule]
    waits_for: WaitsFor | None = "admin" if "doubt" in entry.why else rule.wait_for
    wait = Wait(
        key=entry.key,
        member=entry.member,
        points=points,
        due_at=_due_at(rule, waits_for, since),
        activity=deed.id,
        rule=rule.id,
        campaign=entry.campaign,
        day=entry.on.isoformat(),
        room=entry.room,
        valid_days=rule.valid_days,
        why=entry.why,
        waits_for=waits_for,
    )
    turn.orders().put(wait)
    turn.account(entry.member).waiting += points
    turn.writes.add_given(charges(entry.why))
    return wait


def _due_at(rule: Rule, waits_for: WaitsFor | None, since: int) -> int:
    if waits_for == "completed":
        return NEVER
    wait = LAPSES_AFTER if waits_for == "admin" else timedelta(days=rule.wait_days or 0)
    return since + wait // MICROSECOND


def settles_on(due_at: int, zone: ZoneInfo) -> date:
    """The programme day on whose morning the job posts what is due then."""
    local = from_micros(due_at).astimezone(zone)
    return local.date() + timedelta(days=local.time() > SETTLES_AT)


def waiting_last(turn: Turn, member: int) -> Waiting | None:
    """What the member's last deed lets wait; None when they have got, spent or been refused
    something since, or nothing of it waits."""
    connection, account = turn.read(), turn.look(member)
    waits = turn.orders().waits_of(member) if account.waiting else []
    number = max((wait.activity for wait in waits), default=0)
    if number <= account.refusal:
        return None
    deed = reports.pending_since(connection, number, account.last_entry, turn.community)
    if deed is None:
        return None
    mine = [wait for wait in waits if wait.activity == number]
    points, rules = sum(wait.points for wait in mine), tuple(wait.rule for wait in mine)
    waits_for, due_at = mine[0].waits_for, mine[0].due_at
    ends_on = None if waits_for == "completed" else settles_on(due_at, turn.programme.zone)
    return Waiting(rules, points, *deed, waits_for, ends_on)


def shorten(turn: Turn, wait: Wait, points: int) -> None:
    """Lets `points` of it go on waiting; none: it is over."""
    turn.account(wait.member).waiting -= wait.points - points
    if points:
        turn.orders().put(replace(wait, points=points))
    else:
        turn.orders().drop(wait.key)


def activity_of(turn: Turn, wait: Wait) -> tuple[Activity, tuple[str, str]]:
    """The deed that waits, and channel and id of what told of it."""
    kind, key, member, day, room, *source = turn.orders().deed(wait.activity)
    channel, message = map(str, source)
    activity = Activity(
        kind=str(kind),
        key=str(key),
        member=int(str(member)),
        on=date.fromisoformat(str(day)),
        at=from_micros(turn.at),
        room=None if room is None else int(str(room)),
    )
    return activity, (channel, message)


def accrued_deed(turn: Turn, activity: Activity, source: tuple[str, str]) -> Deed:
    """The row of the journal that says that the deed has accrued: the one there is, or a new
    one."""
    found = turn.orders().accrued_deed(activity.key)
    if found is None:
        return journal(turn, activity, "accrued", None, source)
    deed = noted(turn, activity, "accrued", None, source)
    deed.id, deed.entry = found
    return deed


def refuse_wait(turn: Turn, wait: Wait, code: str) -> None:
    """Ends a wait without points. The deed is refused with this code when that was all there was
    to it."""
    shorten(turn, wait, 0)
    activity, source = activity_of(turn, wait)
    orders = turn.orders()
    if not orders.waits_on(wait.activity) and orders.accrued_deed(activity.key) is None:
        journal(turn, activity, "refused", code, source)


def post_wait(
    turn: Turn,
    wait: Wait,
    deed: Deed,
    steps: Mapping[str, str | int],
    actor: str | None = None,
) -> Line:
    """Posts what has waited; it expires counting from today. `steps` end its `why`."""
    shorten(turn, wait, 0)
    account = turn.account(wait.member)
    entry = Entry(
        member=wait.member,
        kind="accrual",
        points=wait.points,
        key=wait.key,
        at=from_micros(turn.at),
        on=date.fromisoformat(wait.day),
        rule=wait.rule,
        campaign=wait.campaign,
        room=wait.room,
        expires_on=expires_on(turn.programme, wait.valid_days, turn.day_of(account)),
        share_percent=share_percent(turn.programme, wait.valid_days),
        actor=actor,
        why={**wait.why, **steps},
    )
    return enter(turn, account, entry, deed)
