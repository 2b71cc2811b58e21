"""Which lots a movement takes from or gives to. Points, programme-local days.

A lot is the unspent points of one member that expire on one day. It can be spent up to and on that
day.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

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


def take_back(lots: Lots, points: int, own: date, today: date) -> Moves:
    """Takes a reversed accrual from its own day's lot, then from the earliest others; at most what
    is there."""
    moves: Moves = {}
    if own >= today and lots.get(own, 0) > 0:
        moves[own] = -min(points, lots[own])
    rest = {day: left for day, left in lots.items() if day != own}
    return moves | take(rest, points + sum(moves.values()), today)


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
