"""What 任务 says: what a member can still earn today.

`decide` itself is asked what the next deed of each kind would pay, so that nothing is promised
that it would refuse.
"""

from collections.abc import Collection
from datetime import datetime, time, timedelta
from decimal import Decimal

from bot.points.budget import charges, least_left
from bot.points.earn import EPOCH, NO_AWARDS, decide, unmet
from bot.points.streak import ONE_DAY, STREAK_KIND
from bot.points.types import ADOPTED, Activity, Cap, Entry, Programme, Rule, Standing
from bot.points.value import value

BY_ITSELF = frozenset({"welcome", "newcomer_task", "order_months", "spend_period", "wake_up"})
"""Kinds of activity that come of other deeds: nothing to set out for."""
BY_OTHERS = frozenset({"order", "first_order", "invite", "invite_first_order", ADOPTED})
"""Kinds that wait for somebody else to buy, to come and stay, or to say that an answer helped."""


@value
class Task:
    """What one rule can still pay a member today."""

    rule: Rule
    points: int
    """What the next deed pays, campaigns, tier and caps included; 0: nothing more today."""
    left: int | None
    """What all deeds of today can still pay at most; None: no limit to it."""
    times: int
    """How often it has paid in the period of `cap`."""
    cap: Cap | None
    """The cap in times with the fewest left; None: no such cap."""
    campaign: str | None = None
    """Ids of the campaigns that have a part in it, joined by commas."""
    from_at: datetime | None = None
    """When the cooldown ends, UTC; None: it can be done now."""


def tasks(
    programme: Programme,
    standing: Standing,
    now: datetime,
    done: Collection[str],
    place: str | None = None,
) -> tuple[Task, ...]:
    """What each rule still pays today, in the order of the file; what comes by itself, or
    is not for the member or the room, is left out.

    `standing` is that of today, with the awards of all rules that are limited. `done` has the
    kinds of activity that are over for the day or for life. `place` is the platform's id of the
    room that deeds are thought of in. Only points that are due before the programme's midnight
    count.
    """
    return tuple(
        _task(rule, programme, standing, now, place, rule.on in done)
        for rule in programme.rules
        if rule.on not in BY_ITSELF
        and unmet(rule, _deed(rule, standing, now, place), standing, programme) is None
    )


def left_today(programme: Programme, standing: Standing) -> int | None:
    """What the programme's daily cap leaves; None without one."""
    if programme.cap_points_daily is None:
        return None
    return max(0, programme.cap_points_daily - standing.capped_points)


def _task(
    rule: Rule,
    programme: Programme,
    standing: Standing,
    now: datetime,
    place: str | None,
    is_done: bool,
) -> Task:
    cap, left_times = _fewest(rule, standing)
    times = getattr(standing.awards.get(rule.id, NO_AWARDS), cap.period).times if cap else 0
    at = _from(rule, standing, now)
    is_today = at.astimezone(programme.zone).date() == standing.today
    entry = None if is_done or not is_today else _next(rule, programme, standing, at, place)
    if entry is None:
        return Task(rule, 0, 0, times, cap)
    chances = [left_times, _times_today(rule, programme, standing, at)]
    if rule.on == STREAK_KIND:
        chances.append(1)
    most = min((times for times in chances if times is not None), default=None)
    left = _left(rule, programme, standing, entry, most)
    from_at = at if at > now else None
    return Task(rule, entry.points, left, times, cap, entry.campaign, from_at)


def _next(
    rule: Rule, programme: Programme, standing: Standing, at: datetime, place: str | None
) -> Entry | None:
    """What the next deed that is large enough earns by this rule; None when that is nothing."""
    entries = decide(_deed(rule, standing, at, place), standing, programme).entries
    return next((entry for entry in entries if entry.rule == rule.id), None)


def _deed(rule: Rule, standing: Standing, at: datetime, place: str | None) -> Activity:
    """The least deed that is large enough for the rule."""
    return Activity(
        kind=rule.on,
        key=rule.on,
        member=standing.member,
        on=standing.today,
        at=at,
        place=place,
        units=Decimal(rule.from_units or 1),
        facts={"pictures": str(rule.min_pictures)} if rule.min_pictures else {},
    )


def _from(rule: Rule, standing: Standing, now: datetime) -> datetime:
    """When its cooldown is over, or now."""
    awards = standing.awards.get(rule.id, NO_AWARDS)
    if rule.cooldown_s is None or not awards.last_at:
        return now
    paid_at = EPOCH + timedelta(microseconds=awards.last_at)
    # A clock that was set back has not paid in the future.
    return max(now, paid_at + timedelta(seconds=rule.cooldown_s)) if paid_at <= now else now


def _times_today(rule: Rule, programme: Programme, standing: Standing, at: datetime) -> int | None:
    """How often it can pay from `at` to the programme's midnight with its cooldown in between;
    None without one."""
    if rule.cooldown_s is None:
        return None
    midnight = datetime.combine(standing.today + ONE_DAY, time(), programme.zone)
    return -((at - midnight) // timedelta(seconds=rule.cooldown_s))


def _fewest(rule: Rule, standing: Standing) -> tuple[Cap | None, int | None]:
    """The cap in times with the fewest left, and how many those are."""
    awards = standing.awards.get(rule.id, NO_AWARDS)
    left = [
        (cap.limit - getattr(awards, cap.period).times, cap)
        for cap in rule.caps
        if not cap.is_in_points
    ]
    fewest, cap = min(left, key=lambda one: one[0], default=(None, None))
    return cap, fewest


def _all(entry: Entry, standing: Standing, times: int) -> int:
    """What so many deeds like this one pay, as far as the budgets of its campaigns go."""
    spent = charges(entry.why)
    if not spent:
        return entry.points * times
    extra = next(iter(spent.values()))
    left = least_left(standing.budgets, [*spent], ())
    return (entry.points - extra) * times + min(extra * times, left)


def _left(
    rule: Rule, programme: Programme, standing: Standing, entry: Entry, times: int | None
) -> int | None:
    """What so many more deeds like this one pay, as far as the caps in points go."""
    awards = standing.awards.get(rule.id, NO_AWARDS)
    limits = [
        cap.limit - getattr(awards, cap.period).points for cap in rule.caps if cap.is_in_points
    ]
    whole = left_today(programme, standing)
    if whole is not None and rule.id in programme.capped_rules:
        limits.append(whole)
    if times is not None:
        limits.append(_all(entry, standing, times))
    return min(limits, default=None)
