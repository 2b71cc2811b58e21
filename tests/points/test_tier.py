"""Levels by qualifying points."""

from decimal import Decimal

import pytest

from bot.points.tier import level_up, lowered, next_tier, rechecked, risen_to, tier_for
from bot.points.types import Tier

TIERS = (Tier("a", "普通", 0), Tier("b", "白银", 1000), Tier("c", "黄金", 5000))


@pytest.mark.parametrize(
    ("points", "held", "above"),
    [
        (0, "a", "b"),
        (999, "a", "b"),
        (1000, "b", "c"),
        (4999, "b", "c"),
        (5000, "c", None),
        (10**9, "c", None),
        (-5, "a", "b"),
    ],
)
def test_a_tier_is_held_from_its_threshold_on(points: int, held: str, above: str | None) -> None:
    found, higher = tier_for(points, TIERS), next_tier(points, TIERS)
    assert found is not None
    assert (found.id, higher and higher.id) == (held, above)


def test_without_tiers_none_is_held_and_none_is_next() -> None:
    assert tier_for(500, ()) is None
    assert next_tier(500, ()) is None


def test_the_first_point_may_lift() -> None:
    first = (TIERS[0], Tier("b", "初来", 1))
    assert next_tier(0, first) == next_tier(-1, first) == first[1]


@pytest.mark.parametrize(
    ("now", "peak", "told"),
    [
        (999, 0, None), (1000, 999, "b"), (1000, 1000, None), (5000, 999, "c"),
        (4999, 1000, None), (900, 1500, None), (0, -5, None), (5000, 4999, "c"),
    ],
)  # fmt: skip
def test_a_higher_tier_is_news_once(now: int, peak: int, told: str | None) -> None:
    risen = risen_to(now, peak, TIERS)
    assert (risen.id if risen else None) == told
    assert risen_to(now, peak, ()) is None


@pytest.mark.parametrize(
    ("percent", "words", "said"),
    [
        (None, (), "恭喜升到白银"),
        (95, (), "恭喜升到白银:订单 9.5 折"),
        (90, ("新品试用", "专属客服"), "恭喜升到白银:订单 9 折、新品试用、专属客服"),
    ],
)
def test_a_level_up_tells_what_it_brings(
    percent: int | None, words: tuple[str, ...], said: str
) -> None:
    assert level_up(Tier("silver", "白银", 1000, Decimal(1), words, percent)) == said


@pytest.mark.parametrize(
    ("points", "gained", "floor", "left"),
    [
        # Who has gained as much as the tier asks for keeps all, also what is above it.
        (6000, 5000, None, 6000),
        (1000, 1000, None, 1000),
        # Else the year's gain is what counts.
        (6000, 4999, None, 4999),
        (6000, 999, None, 999),
        (6000, -50, None, 0),
        # No lower than the floor, which lifts nobody.
        (6000, 0, "b", 1000),
        (6000, 2000, "b", 2000),
        (900, 0, "b", 900),
        (6000, 0, "gone", 0),
        # Nothing is taken from who holds the same tier after it as before.
        (1500, 500, "b", 1500),
        (900, -5, None, 900),
    ],
)
def test_a_recheck_leaves_what_the_year_gave(
    points: int, gained: int, floor: str | None, left: int
) -> None:
    assert rechecked(points, gained, TIERS, floor) == left


def test_a_recheck_without_tiers_leaves_all() -> None:
    assert rechecked(500, 0, (), None) == 500


def test_who_falls_is_told_from_what() -> None:
    said = "年度复核:过去 12 个月得了 300 成长值,等级调整为白银"
    assert lowered(300, TIERS[1]) == said
