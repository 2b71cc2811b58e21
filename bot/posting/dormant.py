"""Gifts to those who have ordered before and do not any more."""

from datetime import date

from bot.points.follow import WAKE_UP, months_before
from bot.points.order import MALL
from bot.points.types import Rule
from bot.points.wording import told
from bot.posting.follow import task
from bot.posting.settle import reward
from bot.posting.turn import Turn
from store.orders import LastOrder

AT_ONCE = 50
"""Members in one call: so long do others wait for it, some hundredths of a second."""
MOST_MEMBERS = 10**12
"""The place is that many times the months of a silence, and the last member looked at."""


def gift_dormant(turn: Turn, day: date) -> int | None:
    """Gives some members what rules give those whose last order of which something is left was
    paid so many months ago, or longer, seen from `day`; where to go on, None at the end. The
    shortest silence comes first. Once a dormancy: an order begins another."""
    silences = {
        rule.dormant_months: rule
        for rule in turn.programme.tasks_on(WAKE_UP)
        if rule.dormant_months is not None
    }
    begun, after = divmod(turn.place, MOST_MEMBERS)
    for months in sorted(silences):
        if months >= begun:
            last = _gift(turn, silences[months], months, day, after if months == begun else 0)
            return (months + 1 if last is None else months) * MOST_MEMBERS + (last or 0)
    return None


def _gift(turn: Turn, rule: Rule, months: int, day: date, after: int) -> int | None:
    """Members above `after`; the last one that was looked at, None at the end."""
    turn.read()
    rules = [one.id for one in turn.programme.rules_on(WAKE_UP) if one.condition == rule.condition]
    until, key = months_before(day, months).isoformat(), f"{WAKE_UP}/dormant-{months}/"
    found, last = turn.orders().dormant(until, key, after, AT_ONCE)
    turn.lock(one.member for one in found)
    turn.is_taken([f"{key}{one.paid_on}/{one.member}" for one in found])  # all at once
    for one in found:
        counters = turn.look(one.member).counters
        # The order after which they were given it may have been refunded since.
        if not any(str(counters[name][0]) > one.paid_on for name in rules if name in counters):
            _wake(turn, rule, f"{key}{one.paid_on}/{one.member}", one, day)
    return last


def _wake(turn: Turn, rule: Rule, key: str, one: LastOrder, day: date) -> None:
    """Gives it, and says so privately to whom the last order was told to."""
    given = reward(turn, task(turn, rule, key, one.member, day))
    if given is not None and one.buyer[0] != MALL:
        said = told(
            given.activity, given.decision, turn.programme, given.streak_days, given.account
        )
        turn.notify(*one.buyer, said)
