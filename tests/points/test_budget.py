"""Budgets: what a deed is charged for, and what it earns when little is left."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.points.budget import added, least_left, spend
from bot.points.campaign import Campaign
from bot.points.earn import decide, restated
from bot.points.tasks import tasks
from bot.points.types import Activity, Awards, Programme, Rule, Standing, Tally, Tier

DAY = date(2026, 11, 1)
SHARE = Rule("share", "share", "分享", 20, cap_points_daily=100)
ORDER = Rule("order", "order", "下单", 1)
DOUBLE = Campaign("double", "双倍", multiplier=Decimal(2), budget_points=1000)
TRIPLE = Campaign("triple", "三倍", multiplier=Decimal(3), stack=True, budget_points=500)
FREE = Campaign("free", "另加", bonus=7)
SILVER = Tier("silver", "白银", 0, Decimal("1.1"))

SPENT = [
    # points, plain, held, left: earned, charged
    (40, 20, 0, 1000, (40, 20)),
    (40, 20, 0, 20, (40, 20)),
    (40, 20, 0, 19, (39, 19)),
    (40, 20, 0, 0, (20, 0)),
    (20, 20, 0, 5, (20, 0)),
    (15, 20, 0, 5, (15, 0)),
    (60, 30, 20, 0, (50, 20)),
    (60, 30, 20, 4, (54, 24)),
    (60, 30, 20, 100, (60, 30)),
    (20, 10, 30, 100, (20, 30)),
]


@pytest.mark.parametrize(("points", "plain", "held", "left", "earned"), SPENT)
def test_what_is_left_is_given_and_nothing_comes_back(
    points: int, plain: int, held: int, left: int, earned: tuple[int, int]
) -> None:
    assert spend(points, plain, held, left) == earned


def test_of_several_budgets_the_one_with_the_least_decides() -> None:
    spent = [{"budget": "a,b", "budget_points": 3}, {"budget": "b", "budget_points": 4}, {}]
    assert least_left({"a": 10, "b": 12}, ["a", "b"], spent) == 5
    assert least_left({"a": 10, "b": 12}, ["a"], spent) == 7


def test_a_deed_put_right_is_charged_what_is_more_than_before() -> None:
    before = {"budget": "a,b", "budget_points": 3}
    after = {"budget": "a,b", "budget_points": 10}
    assert added(before, after) == {"a": 7, "b": 7}
    assert added({}, after) == {"a": 10, "b": 10}
    assert added({"budget": "b", "budget_points": 10}, after) == {"a": 10}
    assert added(after, after) == {}


def programme(*campaigns: Campaign) -> Programme:
    return Programme(
        "p", "v", ZoneInfo("Asia/Shanghai"), (SHARE, ORDER), (SILVER,),
        tier_multiplies=frozenset({"order"}), campaigns=campaigns,
    )  # fmt: skip


def deed(kind: str, units: str = "1") -> Activity:
    return Activity(kind, f"{kind}/1", 1, DAY, datetime(2026, 11, 1, 4, tzinfo=UTC),
                    units=Decimal(units))  # fmt: skip


def earned(
    kind: str, campaigns: tuple[Campaign, ...], budgets: dict[str, int], units: str = "1",
    shared: int = 0,
) -> tuple[int, str | None, int | str | None]:  # fmt: skip
    """Points, campaigns, and what their budgets are charged."""
    awards = {"share": Awards(day=Tally(1, shared))}
    standing = Standing(1, DAY, awards=awards, budgets=budgets)
    [entry] = decide(deed(kind, units), standing, programme(*campaigns)).entries
    return entry.points, entry.campaign, entry.why.get("budget_points")


def test_it_is_charged_what_is_above_what_the_rule_pays() -> None:
    assert earned("share", (DOUBLE,), {"double": 1000}) == (40, "double", 20)


def test_the_rest_is_given_and_then_it_is_over() -> None:
    assert earned("share", (DOUBLE,), {"double": 7}) == (27, "double", 7)
    assert earned("share", (DOUBLE,), {"double": 0}) == (20, None, None)


def test_a_bonus_and_another_base_end_too() -> None:
    bonus = Campaign("c", "c", bonus=5, budget_points=100)
    based = Campaign("c", "c", points=50, budget_points=100)
    assert earned("share", (bonus,), {"c": 3}) == (23, "c", 3)
    assert earned("share", (based,), {"c": 100}) == (50, "c", 30)
    assert earned("share", (based,), {"c": 10}) == (30, "c", 10)
    assert earned("share", (bonus,), {"c": 0}) == earned("share", (based,), {"c": 0})


def test_caps_come_before_the_budget_is_charged() -> None:
    assert earned("share", (DOUBLE,), {"double": 1000}, shared=70) == (30, "double", 10)
    assert earned("share", (DOUBLE,), {"double": 1000}, shared=85) == (15, "double", 0)


def test_tier_and_rounding_are_those_of_the_entry() -> None:
    """33.30 × 1.1 = 36.63, and × 2 = 73.26: 36 without the campaign, 37 on top."""
    assert earned("order", (DOUBLE,), {"double": 1000}, "33.30") == (73, "double", 37)


def test_what_campaigns_without_a_budget_give_is_not_charged_nor_lessened() -> None:
    assert earned("share", (DOUBLE, FREE), {"double": 1000}) == (47, "double,free", 20)
    assert earned("share", (DOUBLE, FREE), {"double": 1}) == (28, "double,free", 1)
    assert earned("share", (DOUBLE, FREE), {"double": 0}) == (27, "free", None)


def test_each_budget_that_had_a_part_is_charged_all_of_it() -> None:
    both = {"double": 1000, "triple": 500}
    standing = Standing(1, DAY, budgets=both)
    order = deed("order", "10")
    [entry] = decide(order, standing, programme(DOUBLE, TRIPLE)).entries
    assert (entry.points, entry.why["budget"], entry.why["budget_points"]) == (
        66, "double,triple", 55,
    )  # fmt: skip
    assert earned("order", (DOUBLE, TRIPLE), both | {"triple": 9}, "10") == (
        20,
        "double,triple",
        9,
    )
    assert earned("order", (DOUBLE, TRIPLE), both | {"triple": 0}, "10") == (22, "double", 11)


def test_two_rules_for_one_deed_share_what_is_left() -> None:
    more = Rule("more", "share", "再来", 30)
    under = replace(programme(DOUBLE), rules=(SHARE, more))
    standing = Standing(1, DAY, budgets={"double": 25})
    entries = decide(deed("share"), standing, under).entries
    assert [entry.points for entry in entries] == [40, 35]
    entries = decide(deed("share"), replace(standing, budgets={"double": 20}), under).entries
    assert [(entry.points, entry.campaign) for entry in entries] == [(40, "double"), (30, None)]


RESTATED = [
    # units before, left then, units after, left now: points, charged in all
    ("100", 1000, "80", 900, (176, 110)),
    ("100", 1000, "120", 900, (264, 132)),
    ("100", 1000, "120", 15, (132 + 125, 125)),
    ("100", 60, "120", 0, (132 + 60, 60)),
    ("100", 60, "50", 0, (110, 60)),
    ("100", 60, "60", 0, (66 + 60, 60)),
]


@pytest.mark.parametrize(("before", "left", "after", "now", "wanted"), RESTATED)
def test_an_amount_that_is_put_right_takes_the_rest_from_the_budget(
    before: str, left: int, after: str, now: int, wanted: tuple[int, int]
) -> None:
    standing = Standing(1, DAY, budgets={"double": left})
    [entry] = decide(deed("order", before), standing, programme(DOUBLE)).entries
    points, steps = restated(ORDER, entry.why, deed("order", after), now)
    assert (points, steps["budget_points"]) == wanted


@pytest.mark.parametrize(("left", "wanted"), [(1000, 100), (30, 100), (25, 85)])
def test_no_more_is_promised_than_is_left(left: int, wanted: int) -> None:
    """Three shares a day: 3 × 20, and 3 × 20 on top, at most 100."""
    share = replace(SHARE, cap_times_daily=3)
    under = replace(programme(DOUBLE), rules=(share,))
    standing = Standing(1, DAY, budgets={"double": left}, awards={"share": Awards()})
    [task] = tasks(under, standing, datetime(2026, 11, 1, 4, tzinfo=UTC), ())
    assert task.left == min(wanted, 60 + left)


def test_what_campaigns_without_a_budget_multiply_is_told_apart() -> None:
    """10 × 1.1 × 2 + 7 = 29 without the budget, × 3 on top: 73. The steps say how both came."""
    twice = Campaign("twice", "双倍", multiplier=Decimal(2))
    under = programme(twice, TRIPLE, FREE)
    standing = Standing(1, DAY, budgets={"triple": 500})
    [entry] = decide(deed("order", "10"), standing, under).entries
    assert entry.points == 73
    assert entry.why == {
        "base": 1, "multiplier": "1.1", "units": "10", "campaign": "twice,triple,free",
        "campaign_multiplier": "6", "bonus": 7, "budget": "triple", "budget_points": 44,
        "plain_base": 1, "plain_multiplier": "2", "plain_bonus": 7,
    }  # fmt: skip
    [less] = decide(deed("order", "10"), replace(standing, budgets={"triple": 9}), under).entries
    assert (less.points, less.why["budget_points"], less.why["budget_left"]) == (38, 9, 9)
    points, steps = restated(ORDER, less.why, deed("order", "20"), 40)
    assert (points, steps["budget_points"], steps["budget_left"]) == (51 + 49, 49, 49)
    points, steps = restated(ORDER, less.why, deed("order", "20"), 500)
    assert (points, steps["budget_points"]) == (139, 88)
    assert "budget_left" not in steps
    assert restated(ORDER, less.why, deed("order", "20"))[0] == 51 + 9


def test_a_cap_holds_for_what_an_amount_put_right_earns() -> None:
    """50 are left: with the campaign 55 would be due, without it 27, so it is charged 23."""
    order = replace(ORDER, cap_points_daily=50)
    under = replace(programme(DOUBLE), rules=(order,))
    standing = Standing(1, DAY, budgets={"double": 1000})
    [entry] = decide(deed("order", "25"), standing, under).entries
    assert (entry.points, entry.why["budget_points"], entry.why["cap_left"]) == (50, 23, 50)
    points, steps = restated(order, entry.why, deed("order", "60"), 1000)
    assert (points, steps["budget_points"]) == (50, 23)


def test_a_cap_comes_before_what_the_campaign_adds_is_reckoned() -> None:
    """60 × 1.1 = 66 alone are more than the 50 that the cap leaves: nothing is on top."""
    order = replace(ORDER, cap_points_daily=50)
    under = replace(programme(DOUBLE), rules=(order,))
    standing = Standing(1, DAY, budgets={"double": 1000})
    [entry] = decide(deed("order", "60"), standing, under).entries
    assert (entry.points, entry.why["budget_points"]) == (50, 0)
