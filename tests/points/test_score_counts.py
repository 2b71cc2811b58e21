"""Counts of scores answer as sorting everybody would."""

from hypothesis import given
from hypothesis import strategies as st

from bot.points.score_counts import CEILING, ScoreCounts

SCORES = st.one_of(
    st.integers(-3, 12), st.integers(0, 2 * CEILING), st.integers(CEILING - 2, CEILING + 2)
)


@given(st.lists(SCORES, max_size=30), st.lists(st.tuples(st.integers(0, 29), SCORES)), SCORES)
def test_ranks_are_those_of_sorting(
    scores: list[int], moves: list[tuple[int, int]], asked: int
) -> None:
    counts = ScoreCounts()
    for score in scores:
        counts.add(score)
    for who, after in moves:
        if who < len(scores):
            counts.move(scores[who], after)
            scores[who] = after
    on_board = sorted((score for score in scores if score > 0), reverse=True)
    assert len(counts) == len(on_board)
    assert [counts.at_place(place + 1) for place in range(len(on_board))] == on_board
    for score in {*on_board, max(asked, 0)}:
        more = [other for other in on_board if other > score]
        assert counts.above(score) == len(more)
        assert counts.next_above(score) == min(more, default=None)


@given(st.dictionaries(SCORES, st.integers(1, 3), max_size=20))
def test_many_of_one_score_come_and_go_at_once(scores: dict[int, int]) -> None:
    counts = ScoreCounts()
    for score, count in scores.items():
        counts.add(score, count)
    for score, count in scores.items():
        counts.add(score, -count)
    assert (len(counts), counts.above(0), counts.next_above(0)) == (0, 0, None)


def test_a_score_comes_down_from_the_ceiling_and_goes_back() -> None:
    counts = ScoreCounts()
    counts.add(CEILING)
    counts.move(CEILING, 1)
    assert (counts.above(0), counts.above(1), counts.next_above(0)) == (1, 0, 1)
    counts.move(1, CEILING)
    assert (counts.above(1), counts.next_above(1)) == (1, CEILING)
