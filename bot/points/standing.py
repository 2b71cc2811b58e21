"""What rules may know of a member, gathered for one deed."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol

from bot.points.account import Account, week_of
from bot.points.campaign import is_open
from bot.points.day import day_text
from bot.points.earn import day_key
from bot.points.segment import (
    FEN,
    NOTHING_ASKED,
    Asked,
    Facts,
    Order,
    orders_in_month,
    segments_of,
    yearly_fen,
)
from bot.points.streak import ONE_DAY, STREAK_KIND, run_length, streak_days
from bot.points.tier import tier_for
from bot.points.types import Activity, Awards, Programme, Rule, Standing, Tally
from bot.points.where import LONG_AGO, Fields, days_since

Paid = tuple[str, date, int]
"""(rule, the day it paid for, points)."""
NONE_PAID: Mapping[str, Mapping[date, int]] = {}
NONE: frozenset[str] = frozenset()
NOTHING_LEFT: Mapping[str, int] = {}
UNASKED = Facts(date.min)
LOOK_BACK = 64
"""Days whose keys are asked for at once when a late check-in joins two runs."""


class Past(Protocol):
    """What the account does not hold: asked when points wait, or when a deed is not the member's
    latest."""

    def paid_since(self, member: int, day: date) -> Sequence[Paid]:
        """What rules paid the member for that day and later ones."""

    def waiting(self, member: int) -> Sequence[Paid]:
        """What rules let wait for the member."""

    def birthday(self, member: int) -> tuple[int, int] | None:
        """Month and day of birth; None when nobody told."""

    def is_taken(self, keys: Sequence[str]) -> Mapping[str, bool]:
        """Which of these deeds have been done."""

    def posted(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Which of these entries' keys have been posted, and by which entry: 0 for one that was
        taken back again, and not by an admin."""

    def joined_on(self, member: int) -> date | None:
        """The day on which a newcomer joined; None for one who was there before the bot."""

    def tags_of(self, member: int) -> frozenset[str]:
        """What admins have tagged the member with."""

    def orders_of(self, member: int) -> Sequence[Order]:
        """The member's paid orders of which something is left."""

    def given(self) -> Mapping[str, int]:
        """What the campaigns with a budget have given of it, by id; one that has given nothing may
        be absent."""


def standing(
    activity: Activity,
    account: Account,
    today: date,
    programme: Programme,
    past: Past,
    runs: tuple[int, int] = (0, 0),
) -> Standing:
    """All that rules may know of the member, whose `account` it is; `runs` are those beside the
    day, and `today` the day of the posting."""
    before, after = runs
    asked = programme.asked_on(activity.kind)
    facts = _facts(account, activity.on, programme, past, asked)
    return Standing(
        member=activity.member,
        today=today,
        balance=account.balance,
        debt=account.debt,
        qualifying_points=account.tier_points,
        run_before=before,
        run_after=after,
        paid_after=_paid_after(activity, after, programme, past) if after else NONE_PAID,
        total_days=account.total_days,
        shields=account.shields,
        birthday=(
            past.birthday(activity.member) if activity.kind in programme.birthday_kinds else None
        ),
        awards=_awards(programme.rules_on(activity.kind), activity.on, account, programme, past),
        capped_points=(
            _capped_points(activity.on, account, programme, past)
            if activity.kind in programme.capped
            else 0
        ),
        segments=segments_of(asked.segments, facts) if asked.segments else NONE,
        tags=facts.tags,
        fields=facts.fields,
        budgets=(
            _budgets(activity, programme, past)
            if programme.budgeted_on(activity.kind)
            else NOTHING_LEFT
        ),
    )


def standing_today(account: Account, today: date, programme: Programme, past: Past) -> Standing:
    """What rules may know of the member when they judge a deed of today, whatever its kind."""
    run = streak_days(account.run, account.run_on, today)
    facts = _facts(account, today, programme, past, programme.asked)
    return Standing(
        member=account.member,
        today=today,
        balance=account.balance,
        debt=account.debt,
        qualifying_points=account.tier_points,
        run_before=run - (account.run_on == today),
        total_days=account.total_days,
        shields=account.shields,
        birthday=past.birthday(account.member) if programme.birthday_kinds else None,
        awards=_awards(programme.rules, today, account, programme, past),
        capped_points=_capped_points(today, account, programme, past),
        segments=segments_of(programme.asked.segments, facts),
        tags=facts.tags,
        fields=facts.fields,
        budgets=budgets_left(programme, past) if programme.budgets else NOTHING_LEFT,
    )


def budgets_left(programme: Programme, past: Past) -> dict[str, int]:
    """What the programme's campaigns have left of their budgets, by id; 0 for one that has given
    more than it may now."""
    given = past.given()
    return {one: max(0, most - given.get(one, 0)) for one, most in programme.budgets.items()}


def _budgets(activity: Activity, programme: Programme, past: Past) -> Mapping[str, int]:
    """Looked up only while a campaign with a budget is open."""
    local = (activity.done_at or activity.at).astimezone(programme.zone)
    is_any_open = any(is_open(one.window, local) for one in programme.budgeted_on(activity.kind))
    return budgets_left(programme, past) if is_any_open else NOTHING_LEFT


def _facts(account: Account, on: date, programme: Programme, past: Past, asked: Asked) -> Facts:
    """What segments may know; what nobody asks for is not looked up."""
    if asked is NOTHING_ASKED:
        return UNASKED
    tier = tier_for(account.tier_points, programme.tiers)
    facts = Facts(
        on,
        tier=tier.id if tier is not None else None,
        joined_on=past.joined_on(account.member) if asked.joined else None,
        active_on=account.active_on,
        back_on=account.back_on,
        away_days=account.away_days,
        tags=past.tags_of(account.member) if asked.tags else NONE,
        orders=past.orders_of(account.member) if asked.orders else (),
    )
    return replace(facts, fields=_fields(account, facts)) if asked.fields else facts


def _fields(account: Account, facts: Facts) -> Fields:
    """What expressions may ask of the member, as it was before the deed."""
    orders = [order for order in facts.orders if order[0] <= facts.on]
    return {
        "balance": account.balance,
        "qualifying_points": account.tier_points,
        "debt": account.debt,
        "streak_days": streak_days(account.run, account.run_on, facts.on),
        "total_days": account.total_days,
        "days_since_joining": days_since(facts.joined_on, facts.on, LONG_AGO),
        "days_since_last_deed": days_since(facts.active_on, facts.on, 0),
        "orders_this_month": orders_in_month(orders, facts.on),
        "yearly_yuan": Decimal(yearly_fen(orders, facts.on)) / FEN,
        "tier": facts.tier or "",
        "tags": facts.tags,
    }


def runs_beside(activity: Activity, account: Account, past: Past) -> tuple[int, int]:
    """Days in a row before and after the deed's day. The account knows the last run; a late deed
    asks the journal."""
    if activity.kind != STREAK_KIND:
        return 0, 0
    last = account.run_on
    if last is None or activity.on > last:
        return (account.run if last == activity.on - ONE_DAY else 0), 0
    return (
        run_length(_Done(activity, past, -ONE_DAY), activity.on - ONE_DAY, -ONE_DAY),
        run_length(_Done(activity, past, ONE_DAY), activity.on + ONE_DAY, ONE_DAY),
    )


class _Done:
    """Whether a day was checked in, asked for many days at a time in one direction."""

    def __init__(self, activity: Activity, past: Past, step: timedelta) -> None:
        self._activity, self._past, self._step = activity, past, step
        self._known: dict[str, bool] = {}

    def __call__(self, day: date) -> bool:
        kind, member = self._activity.kind, self._activity.member
        key = day_key(kind, day, member)
        if key not in self._known:
            days = (day + ahead * self._step for ahead in range(LOOK_BACK))
            self._known |= self._past.is_taken([day_key(kind, day, member) for day in days])
        return self._known[key]


def _paid_after(
    activity: Activity, after: int, programme: Programme, past: Past
) -> Mapping[str, Mapping[date, int]]:
    """For which days of the run that begins after the deed's day each rule for days in a row has
    paid, as `Standing` has them; only a late deed can meet such a run."""
    days = [activity.on + ahead * ONE_DAY for ahead in range(1, after + 1)]
    keys = {
        f"{rule.id}:{day_key(activity.kind, day, activity.member)}": (rule.id, day)
        for rule in programme.rules_on(activity.kind)
        if rule.due and not rule.due.is_total
        for day in days
    }
    paid: dict[str, dict[date, int]] = {}
    for key, entry in past.posted(list(keys)).items():
        rule, day = keys[key]
        paid.setdefault(rule, {})[day] = entry
    return paid


def _awards(
    rules: Sequence[Rule], day: date, account: Account, programme: Programme, past: Past
) -> Mapping[str, Awards]:
    """What those of the rules that have a limit paid so far, seen from the day of the deed."""
    return {
        rule.id: _paid(rule.id, day, account, programme, past) for rule in rules if rule.is_limited
    }


def _paid(rule: str, day: date, account: Account, programme: Programme, past: Past) -> Awards:
    """The account counts up to the last day the rule paid for; a late deed asks the ledger. What
    waits counts as if it had been paid."""
    awards = account.awards(rule, day)
    if not account.counts(rule, day):
        first = min(week_of(day), day.replace(day=1))
        posted = _tallied(past.paid_since(account.member, first), rule, day)
        awards = replace(posted, ever=awards.ever, last_at=awards.last_at)
    if rule not in programme.waiting_rules and not account.waiting:
        return awards
    waiting = _tallied(past.waiting(account.member), rule, day)
    return Awards(
        _both(awards.day, waiting.day),
        _both(awards.week, waiting.week),
        _both(awards.month, waiting.month),
        _both(awards.ever, waiting.ever),
        awards.last_at,
    )


def _tallied(paid: Sequence[Paid], rule: str, day: date) -> Awards:
    """What a rule paid, or lets wait, on a day, in its week and month, and in all of `paid`."""
    return Awards(
        day=_tally(paid, rule, lambda on: on == day),
        week=_tally(paid, rule, lambda on: week_of(on) == week_of(day)),
        month=_tally(paid, rule, lambda on: (on.year, on.month) == (day.year, day.month)),
        ever=_tally(paid, rule, lambda _: True),
    )


def _tally(paid: Sequence[Paid], rule: str, is_meant: Callable[[date], bool]) -> Tally:
    points = [points for by, on, points in paid if by == rule and is_meant(on)]
    return Tally(len(points), sum(points))


def _both(one: Tally, other: Tally) -> Tally:
    return Tally(one.times + other.times, one.points + other.points)


def _capped_points(day: date, account: Account, programme: Programme, past: Past) -> int:
    """What the rules under the programme's daily cap paid on that day."""
    rules = programme.capped_rules
    if not rules:
        return 0
    counted = account.points_on(day_text(day), rules)
    if counted is None:
        counted = _on_day(day, rules, past.paid_since(account.member, day))
    if rules.isdisjoint(programme.waiting_rules) and not account.waiting:
        return counted
    return counted + _on_day(day, rules, past.waiting(account.member))


def _on_day(day: date, rules: Collection[str], paid: Sequence[Paid]) -> int:
    return sum(points for rule, on, points in paid if rule in rules and on == day)
