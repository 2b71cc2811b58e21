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

AT_ONCE = 500
"""Members who are looked at together."""


def gift_dormant(turn: Turn, day: date) -> int:
    """Gives what rules give those whose last order of which something is left was paid so many
    months ago, or longer, seen from `day`; to how many. Once a dormancy: an order begins
    another."""
    return sum(
        _gift(turn, rule, rule.dormant_months, day)
        for rule in turn.programme.tasks_on(WAKE_UP)
        if rule.dormant_months is not None
    )


def _gift(turn: Turn, rule: Rule, months: int, day: date) -> int:
    turn.read()
    rules = [one.id for one in turn.programme.rules_on(WAKE_UP) if one.condition == rule.condition]
    until, key = months_before(day, months).isoformat(), f"{WAKE_UP}/dormant-{months}/"
    count, last = 0, 0
    while page := turn.orders().dormant(until, key, last, AT_ONCE):
        last = page[-1].member
        turn.lock(one.member for one in page)
        turn.is_taken([f"{key}{one.paid_on}/{one.member}" for one in page])  # all at once
        for one in page:
            counters = turn.look(one.member).counters
            # The order after which they were given it may have been refunded since.
            if not any(str(counters[name][0]) > one.paid_on for name in rules if name in counters):
                count += _wake(turn, rule, f"{key}{one.paid_on}/{one.member}", one, day)
        turn.read()  # writes the page, so that a long list is not held in memory
    return count


def _wake(turn: Turn, rule: Rule, key: str, one: LastOrder, day: date) -> bool:
    """Gives it, and says so privately to whom the last order was told to."""
    given = reward(turn, task(turn, rule, key, one.member, day))
    if given is None:
        return False
    if one.buyer[0] != MALL:
        said = told(
            given.activity, given.decision, turn.programme, given.streak_days, given.account
        )
        turn.notify(*one.buyer, said)
    return True
