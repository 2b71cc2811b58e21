"""What months in a row with an order give."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from bot.clock import day_of, to_micros
from bot.points.follow import ORDER_MONTHS, months_due, months_from
from bot.points.order import SHOP
from bot.points.types import Rule
from bot.points.wording import ended, told
from bot.posting.kept import keep
from bot.posting.turn import Turn
from store.orders import Bought, Orders


def keep_months(
    turn: Turn, orders: Orders, bought: Bought, paid: Iterable[datetime | None]
) -> Iterator[str]:
    """Brings what the buyer has for months in a row to where their orders say it is, and yields
    what they are told. The rows from the month of each instant of `paid` on may have changed; all
    is given before anything is taken back, so that this makes no debt."""
    zone = turn.programme.zone
    months = {day_of(to_micros(at), zone).replace(day=1) for at in paid if at is not None}
    for rule in turn.programme.tasks_on(ORDER_MONTHS):
        there = orders.months(bought.member or 0)
        due = set(months_due(there, rule.every_months or 1))
        row = {month for first in months for month in months_from(first, there)}
        for month in sorted(row & due):
            yield from _keep(turn, rule, f"{month:%Y-%m}", bought, holds=True)
        for month in sorted(row - due):
            yield from _keep(turn, rule, f"{month:%Y-%m}", bought, holds=False)


def _keep(turn: Turn, rule: Rule, month: str, bought: Bought, *, holds: bool) -> Iterator[str]:
    member = bought.member or 0
    key = f"{ORDER_MONTHS}/{month}/{rule.every_months}/{member}"
    changed = keep(turn, rule, key, member, holds=holds, source=(SHOP, bought.number))
    if given := changed.given:
        yield told(
            given.activity, given.decision, turn.programme, given.streak_days, given.account
        )
    elif changed.taken_back:
        yield ended(rule, changed.taken_back, turn.look(member))
