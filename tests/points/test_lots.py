"""Which lots a movement takes from or gives to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.lots import Lots, Moves, give_back, overdue, spendable, take, take_back
from bot.points.types import FOREVER

D1, D2, D3, D4 = (date(2026, 11, day) for day in (1, 2, 3, 4))
DAYS = st.sampled_from([D1, D2, D3, D4, FOREVER])
LOTS = st.dictionaries(DAYS, st.integers(0, 20))


@pytest.mark.parametrize(
    ("lots", "points", "moves"),
    [
        ({}, 5, {}),
        ({D2: 5}, 5, {D2: -5}),
        ({D2: 5}, 6, {D2: -5}),
        ({D2: 5}, 0, {}),
        ({D1: 9, D2: 5}, 5, {D2: -5}),
        ({D3: 5, D2: 5}, 7, {D2: -5, D3: -2}),
        ({FOREVER: 5, D4: 1, D2: 0}, 3, {D4: -1, FOREVER: -2}),
    ],
)
def test_a_spend_takes_the_earliest_lot_that_has_not_expired(
    lots: Lots, points: int, moves: Moves
) -> None:
    assert take(lots, points, D2) == moves


@pytest.mark.parametrize(
    ("lots", "points", "own", "moves"),
    [
        ({D2: 5, D3: 5}, 5, D3, {D3: -5}),
        ({D2: 5, D3: 2}, 5, D3, {D3: -2, D2: -3}),
        ({D2: 2, D3: 2, D4: 9}, 5, D3, {D3: -2, D2: -2, D4: -1}),
        ({D3: 2}, 5, D3, {D3: -2}),
        ({D2: 5}, 5, D1, {D2: -5}),
        ({D1: 5, D2: 1}, 5, D1, {D2: -1}),
        ({}, 5, D3, {}),
    ],
)
def test_a_gain_is_taken_back_from_its_own_lot_then_from_the_earliest(
    lots: Lots, points: int, own: date, moves: Moves
) -> None:
    assert take_back(lots, points, own, D2) == moves


@pytest.mark.parametrize(
    ("taken", "points", "moves"),
    [
        ({D2: 5, D3: 2}, 7, {D2: 5, D3: 2}),
        ({D2: 5, D3: 2}, 3, {D3: 2, D2: 1}),
        ({D1: 5}, 5, {date(2026, 11, 9): 5}),
        ({D1: 5, date(2026, 11, 9): 2}, 7, {date(2026, 11, 9): 7}),
        ({D2: 5}, 0, {}),
        ({FOREVER: 5}, 5, {FOREVER: 5}),
    ],
)
def test_a_spend_goes_back_where_it_came_from_or_into_grace(
    taken: Lots, points: int, moves: Moves
) -> None:
    assert give_back(taken.items(), points, D2, 7) == moves


def test_a_lot_is_spendable_up_to_and_on_its_last_day() -> None:
    lots = {D1: 1, D2: 10, D3: 100}
    assert spendable(lots, D2) == 110
    assert overdue(lots, D2) == {D1: 1}
    assert overdue({D1: 0, D2: 5}, D3) == {D2: 5}
    assert list(overdue({D2: 5, D1: 5}, D4)) == [D1, D2]


@given(LOTS, st.integers(0, 100), DAYS)
def test_a_spend_takes_exactly_what_is_asked_or_all_there_is(
    lots: dict[date, int], points: int, today: date
) -> None:
    moves = take(lots, points, today)
    assert -sum(moves.values()) == min(points, spendable(lots, today))
    assert all(-lots[day] <= part < 0 for day, part in moves.items())


@given(LOTS, st.integers(0, 100), DAYS, DAYS)
def test_taking_back_and_spending_differ_only_in_where_they_begin(
    lots: dict[date, int], points: int, own: date, today: date
) -> None:
    moves = take_back(lots, points, own, today)
    assert -sum(moves.values()) == min(points, spendable(lots, today))
    left_of_own = lots.get(own, 0) + moves.get(own, 0)
    assert left_of_own == 0 or own < today or set(moves) <= {own}


@given(LOTS, st.integers(0, 100), DAYS, st.integers(0, 30))
def test_a_spend_given_back_at_once_leaves_the_lots_as_they_were(
    lots: dict[date, int], points: int, today: date, grace: int
) -> None:
    moves = take(lots, points, today)
    taken = {day: -part for day, part in moves.items()}
    assert give_back(taken.items(), sum(taken.values()), today, grace) == taken
