"""A ranking that is kept in order says what sorting everybody would say."""

from array import array

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.points import ranking
from bot.points.ranking import Ranking

MEMBERS = 24


def sorted_places(points: dict[int, int], reached: dict[int, int]) -> list[tuple[int, int, int]]:
    on_board = [member for member in points if points[member] > 0]
    on_board.sort(key=lambda member: (-points[member], reached[member]))
    return [
        (1 + sum(points[other] > points[member] for other in on_board), member, points[member])
        for member in on_board
    ]


@settings(max_examples=200)
@given(
    st.lists(st.integers(-2, 6), max_size=MEMBERS),
    st.lists(st.tuples(st.integers(1, MEMBERS), st.integers(-6, 6)), max_size=120),
    st.integers(1, 6),
)
def test_every_place_is_that_of_sorting(
    start: list[int], gains: list[tuple[int, int]], limit: int
) -> None:
    """With few first places in order, so that members drop out of them and come back."""
    points = dict(enumerate(start, start=1))
    reached = {member: member for member in points}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "KEPT", 3)
        patch.setattr(ranking, "MOST", 5)
        board = Ranking(array("q", [0, *start]), array("q", range(len(start) + 1)))
        for entry, (member, gained) in enumerate(gains, start=MEMBERS + 1):
            board.gain(member, gained, entry)
            points[member] = points.get(member, 0) + gained
            reached[member] = entry
            assert board.first(limit) == sorted_places(points, reached)[:limit]
    for member in range(MEMBERS + 2):
        assert board.place(member) == place_of(member, sorted_places(points, reached))


def place_of(
    member: int, places: list[tuple[int, int, int]]
) -> tuple[int, int, int | None] | None:
    for rank, who, points in places:
        if who == member:
            more = [other for _, _, other in places if other > points]
            return rank, points, min(more) - points if more else None
    return None


def test_the_order_in_which_entries_are_heard_of_does_not_matter() -> None:
    one, other = Ranking(), Ranking()
    gains = [(1, 5, 1), (2, 5, 2), (1, 5, 3), (2, 5, 4), (3, 10, 5)]
    for gain in gains:
        one.gain(*gain)
    for gain in reversed(gains):
        other.gain(*gain)
    assert one.first(10) == other.first(10) == [(1, 1, 10), (1, 2, 10), (1, 3, 10)]


def test_what_is_put_back_is_as_it_was() -> None:
    board = Ranking()
    for member in range(1, 200):
        board.gain(member, 1000 - member, member)
    before = board.first(10)
    states = [(member, *board.state(member)) for member in range(1, 100)]
    for member, _, _ in states:
        board.gain(member, -990, 1000 + member)
    assert board.first(1) == [(1, 100, 900)]
    for state in states:
        board.put(*state)
    assert board.first(10) == before


def test_who_was_never_heard_of_has_nothing_and_can_be_put_anywhere() -> None:
    board = Ranking()
    assert board.state(3) == (0, 0)
    board.put(3, 10, 7)
    assert board.state(3) == (10, 7)
    board.put(4, 5, 8)
    assert board.first(5) == [(1, 3, 10), (2, 4, 5)]


def test_who_is_put_back_among_equals_stands_before_those_who_came_later() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ranking, "KEPT", 3)
        board = Ranking(array("q", [0, 10, 10, 10, 10]), array("q", range(5)))
        board.gain(2, -1, 5)
        assert board.first(2) == [(1, 1, 10), (1, 3, 10)]
        board.put(2, 10, 2)
        assert board.first(2) == [(1, 1, 10), (1, 2, 10)]
