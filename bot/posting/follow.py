"""What follows from a deed that has just been done: a newcomer's task, and the end of a silence.

It only looks; settling posts what is found here.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from bot.clock import day_of, from_micros
from bot.points.follow import NEWCOMER_TASK, WAKE_UP
from bot.points.types import Activity, Rule
from bot.posting.turn import Turn


def followed(turn: Turn, activity: Activity, last_on: date | None) -> Iterator[Activity]:
    """The deeds that are done with this one. `last_on`: the day of the member's last deed before
    it, None when it is their first."""
    if last_on is not None:
        for rule in turn.programme.silences:
            if (activity.on - last_on).days >= (rule.silent_days or 0):
                key = f"{WAKE_UP}/{activity.on}/{rule.silent_days}/{activity.member}"
                yield task(turn, rule, key, activity.member, activity.on)
    if activity.kind in turn.programme.newcomer_kinds:
        yield from _newcomer_tasks(turn, activity)


def task(turn: Turn, rule: Rule, key: str, member: int, on: date) -> Activity:
    """A deed that meets what `rule` needs."""
    message = turn.operation.message
    return Activity(
        kind=rule.on,
        key=key,
        member=member,
        on=on,
        at=from_micros(turn.at),
        room=turn.room,
        place=message.room if message is not None else None,
        condition=rule.condition,
    )


def open_newcomer_tasks(turn: Turn, member: int) -> Iterator[tuple[Rule, int, date]]:
    """What a newcomer can still do: the rule, how often they have done it, and the last day."""
    joined_at = turn.newcomer_since(member)
    if joined_at is None or turn.has_done(f"{NEWCOMER_TASK}/{member}"):
        return
    joined_on = day_of(joined_at, turn.programme.zone)
    for rule in turn.programme.tasks_on(NEWCOMER_TASK):
        last_on = joined_on + timedelta(days=rule.within_days or 0)
        if turn.today <= last_on:
            yield rule, _count(turn, rule, member, joined_on, last_on), last_on


def _newcomer_tasks(turn: Turn, activity: Activity) -> Iterator[Activity]:
    """Nearly everybody is no newcomer any more, or has not been paid often enough: both are known
    without asking the database."""
    member = activity.member
    joined_at = turn.newcomer_since(member)
    if joined_at is None:
        return
    joined_on = day_of(joined_at, turn.programme.zone)
    paid = sum(int(counter[-3]) for counter in turn.look(member).counters.values())
    for rule in turn.programme.tasks_on(NEWCOMER_TASK):
        last_on = joined_on + timedelta(days=rule.within_days or 0)
        needed = rule.needs_times or 0
        key = f"{NEWCOMER_TASK}/{member}"
        if activity.kind not in rule.counts or activity.on > last_on or paid < needed:
            continue
        if not turn.has_done(key) and _count(turn, rule, member, joined_on, last_on) >= needed:
            yield task(turn, rule, key, member, activity.on)


def _count(turn: Turn, rule: Rule, member: int, first: date, last: date) -> int:
    """How many deeds of the days from `first` to `last` earned something that was not taken back
    whole. Bonuses for days in a row are no deeds."""
    deeds = {
        line.activity_key
        for line in turn.entries_since(member, first)
        if line.activity_kind in rule.counts
        and first <= line.on <= last
        and not line.is_reversed
        and not {"streak_days", "total_days"} & line.why.keys()
    }
    return len(deeds)
