"""Judging is quick, with twenty rules and ten campaigns in force. Measured with
`pytest tests/points/test_earn_speed.py --benchmark-enable`; `make bench` shows the same."""

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.deciding import CAMPAIGNS, CHECKIN, ORDER, RULES, STANDING, crowded
from bot.points.earn import decide
from bot.points.types import Activity


@pytest.mark.parametrize(
    ("deed", "points", "most_us"),
    [
        # 5 × 2.0 × 1.1 = 11, the 30 of the seventh day and the 20 of the tenth: no multiplier.
        (CHECKIN, [11, 30, 20], 30),
        # (257.80 + 99.00 + 57.50 + 60.00 + 40.00) × 1.2 × 2.2 = 1357.75…, and 500 × 1.2 × 2.2.
        (ORDER, [1357, 1320], 100),
    ],
    ids=["checkin", "order"],
)
def test_a_decision_takes_microseconds(
    benchmark: BenchmarkFixture, deed: Activity, points: list[int], most_us: int
) -> None:
    programme = crowded()
    assert (len(programme.rules), len(programme.campaigns)) == (RULES, CAMPAIGNS)
    decision = benchmark(decide, deed, STANDING, programme)
    assert [entry.points for entry in decision.entries] == points
    if benchmark.stats is not None:
        assert benchmark.stats.stats.median * 1e6 <= most_us
