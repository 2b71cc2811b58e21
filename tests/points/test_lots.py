"""Which lots a movement takes from or gives to."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.lots import (
    Lots,
    Moves,
    give_back,
    overdue,
    own_lots,
    spendable,
    take,
    take_back,
    wanted_of,
)
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
    assert take_back(lots, {own: points}, D2) == moves


@pytest.mark.parametrize(
    ("lots", "wanted", "moves"),
    [
        ({D3: 5, FOREVER: 5}, {D3: 2, FOREVER: 1}, {D3: -2, FOREVER: -1}),
        ({D3: 1, FOREVER: 5}, {D3: 2, FOREVER: 1}, {D3: -1, FOREVER: -2}),
        ({D3: 5, FOREVER: 1}, {D3: 1, FOREVER: 2}, {D3: -2, FOREVER: -1}),
        ({D1: 5, FOREVER: 5}, {D1: 2, FOREVER: 2}, {FOREVER: -4}),
        ({D2: 9, D3: 1, D4: 9, FOREVER: 1}, {D3: 2, FOREVER: 2}, {D3: -1, FOREVER: -1, D2: -2}),
        ({D2: 1, D4: 9}, {D3: 2, FOREVER: 2}, {D2: -1, D4: -3}),
        ({D2: 1}, {D3: 2, FOREVER: 0}, {D2: -1}),
        ({}, {D3: 2, FOREVER: 2}, {}),
    ],
)
def test_a_gain_in_two_lots_is_taken_from_both_then_from_either_then_from_the_earliest(
    lots: Lots, wanted: Lots, moves: Moves
) -> None:
    assert take_back(lots, wanted, D2) == moves


@pytest.mark.parametrize(
    ("own", "before", "after", "wanted"),
    [
        ({D3: 7}, 2, 5, {D3: 3}),
        ({FOREVER: 7}, 0, 7, {FOREVER: 7}),
        ({D3: 50, FOREVER: 51}, 0, 1, {D3: 1, FOREVER: 0}),
        ({D3: 50, FOREVER: 51}, 1, 2, {D3: 0, FOREVER: 1}),
        ({D3: 50, FOREVER: 51}, 0, 101, {D3: 50, FOREVER: 51}),
        ({D3: 1, FOREVER: 99}, 0, 1, {D3: 1, FOREVER: 0}),
        ({D3: 1, FOREVER: 99}, 1, 100, {D3: 0, FOREVER: 99}),
    ],
)
def test_each_lot_of_a_gain_is_to_give_in_proportion(
    own: Lots, before: int, after: int, wanted: Lots
) -> None:
    assert wanted_of(own, before, after) == wanted


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
    moves = take_back(lots, {own: points}, today)
    assert -sum(moves.values()) == min(points, spendable(lots, today))
    left_of_own = lots.get(own, 0) + moves.get(own, 0)
    assert left_of_own == 0 or own < today or set(moves) <= {own}


@given(LOTS, st.integers(2, 60), st.data())
def test_parts_of_a_gain_take_together_what_the_whole_of_them_takes_at_once(
    lots: dict[date, int], points: int, data: st.DataObject
) -> None:
    """Whatever lies in its lots and beside them, and in whatever parts."""
    own = own_lots(points, D3, data.draw(st.integers(0, points - 1)))
    totals = sorted(data.draw(st.sets(st.integers(1, points), min_size=1)))
    today = data.draw(DAYS)
    left, before = dict(lots), 0
    for total in totals:
        wanted = wanted_of(own, before, total)
        assert sum(wanted.values()) == total - before
        assert all(0 <= part <= own[day] for day, part in wanted.items())
        moves = take_back(left, wanted, today)
        assert -sum(moves.values()) == min(total - before, spendable(left, today))
        left = {day: held + moves.get(day, 0) for day, held in left.items()}
        before = total
    moves = take_back(lots, wanted_of(own, 0, before), today)
    assert left == {day: held + moves.get(day, 0) for day, held in lots.items()}
    assert wanted_of(own, 0, points) == own


@given(LOTS, st.integers(0, 100), DAYS, st.integers(0, 30))
def test_a_spend_given_back_at_once_leaves_the_lots_as_they_were(
    lots: dict[date, int], points: int, today: date, grace: int
) -> None:
    moves = take(lots, points, today)
    taken = {day: -part for day, part in moves.items()}
    assert give_back(taken.items(), sum(taken.values()), today, grace) == taken
