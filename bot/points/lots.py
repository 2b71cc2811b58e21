"""Which lots a movement takes from or gives to. Points, programme-local days.

A lot is the unspent points of one member that expire on one day. It can be spent up to and on that
day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.points.types import FOREVER

Lots = Mapping[date, int]
"""Remaining points by expiry day."""
Moves = dict[date, int]
"""What is added to (above 0) or taken from (below 0) each lot."""


def spendable(lots: Lots, today: date) -> int:
    """Points in lots that have not expired; what the nightly job has not yet booked out is left
    aside."""
    return sum(points for day, points in lots.items() if day >= today)


def take(lots: Lots, points: int, today: date) -> Moves:
    """Takes `points` from the lots that expire first; at most what is spendable."""
    moves: Moves = {}
    for day in sorted(day for day, left in lots.items() if day >= today and left > 0):
        if points <= 0:
            break
        part = min(points, lots[day])
        moves[day] = -part
        points -= part
    return moves


def own_lots(points: int, expires_on: date, for_good: int) -> Lots:
    """Into which lots a gain was meant to go, whatever a debt kept of it."""
    if not for_good:
        return {expires_on: points}
    return {expires_on: points - for_good, FOREVER: for_good}


def filled(points: int, expires_on: date, uses: Lots) -> Lots:
    """What a gain did put into which lot; `uses` is what it put elsewhere than into the lot of
    `expires_on`, as it is stored."""
    return {**uses, expires_on: points + uses.get(expires_on, 0)}


def take_back(lots: Lots, wanted: Lots, today: date) -> Moves:
    """Takes a reversed gain, or a part of it, from its own lots, from each what is `wanted` of it,
    then whatever they have left, and then from the earliest others; at most what is there."""
    points = sum(wanted.values())
    moves = {day: -min(part, lots.get(day, 0)) for day, part in wanted.items() if day >= today}
    mine = {day: lots.get(day, 0) + part for day, part in moves.items()}
    others = {day: left for day, left in lots.items() if day not in wanted}
    for held in (mine, others):
        for day, part in take(held, points + sum(moves.values()), today).items():
            moves[day] = moves.get(day, 0) + part
    return {day: part for day, part in moves.items() if part}


def wanted_of(own: Lots, before: int, after: int) -> Lots:
    """How much each of a gain's own lots is to give when `before` points of it have been taken
    back and it will be `after`: in proportion to what went in. Of all that is taken, points for
    good give theirs rounded down, in the member's favour, and the other lot the rest; so parts add
    up to what the whole takes, in whatever order they come."""
    if len(own) == 1:
        return dict.fromkeys(own, after - before)
    whole, for_good = sum(own.values()), own[FOREVER]
    of_good = after * for_good // whole - before * for_good // whole
    return {day: of_good if day == FOREVER else after - before - of_good for day in own}


def give_back(
    taken: Iterable[tuple[date, int]], points: int, today: date, grace_days: int
) -> Moves:
    """Puts `points` of what a spend took (`taken`: day and points, all above 0) back into the same
    lots.

    A day already past becomes today + `grace_days`. The latest days are filled first when less
    comes back than was taken (a debt was paid out of it): the member keeps what lives longest.
    """
    moves: Moves = {}
    for day, part in sorted(taken, reverse=True):
        back = min(part, points)
        if back <= 0:
            break
        target = day if day >= today else today + timedelta(days=grace_days)
        moves[target] = moves.get(target, 0) + back
        points -= back
    return moves


def overdue(lots: Lots, today: date) -> dict[date, int]:
    """The lots whose last day is past and that still hold points, earliest first."""
    return {day: lots[day] for day in sorted(lots) if day < today and lots[day] > 0}
