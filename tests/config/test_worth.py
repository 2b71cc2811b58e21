"""A purchase that pays for itself is refused; one that might is warned of, with the arithmetic."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign
from bot.points.types import Programme, Rule, Tier
from config.worth import excess, excess_warnings
from tests.config.folder import faults, write

ORDER = Rule("order", "order", "下单", 1)
BIG = Rule("big", "order", "大单", 500, per="deed", from_units=300)
PROGRAMME = Programme(
    "试", "0", ZoneInfo("Asia/Shanghai"), (ORDER,), points_per_yuan=100,
    tiers=(Tier("normal", "普通", 0), Tier("gold", "黄金", 9, Decimal("1.5"))),
    tier_multiplies=frozenset({"order"}),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "worth", "reason"),
    [
        ((ORDER,), None, None),
        ((ORDER,), 2, None),
        ((ORDER,), 1, "an order of 1 yuan earns 1 points"),
        ((replace(ORDER, points=99),), 100, None),
        ((replace(ORDER, points=100),), 100, "an order of 1 yuan earns 100 points"),
        ((replace(ORDER, categories={"金": 100}),), 100, "an order of 1 yuan earns 100 points"),
        ((replace(ORDER, points=60), replace(ORDER, id="also", points=40)), 100,
         "an order of 1 yuan earns 100 points"),
        # 300 + 500 points are worth 8 yuan where 100 are a yuan, and 400 where 2 are.
        ((ORDER, BIG), 100, None),
        ((ORDER, BIG), 2, "an order of 300 yuan earns 800 points"),
        ((replace(BIG, from_units=None),), 100, "an order of 1 yuan earns 500 points"),
        ((Rule("first_order", "first_order", "首单", 200),), 1, None),
    ],
)  # fmt: skip
def test_points_are_held_against_the_purchase(
    rules: tuple[Rule, ...], worth: int | None, reason: str | None
) -> None:
    found = excess(replace(PROGRAMME, rules=rules, points_per_yuan=worth))
    assert found == (f"{reason}: points would exceed purchase value" if reason else None)


@pytest.mark.parametrize(
    ("points", "campaigns", "sum_of"),
    [
        (40, (), None),
        (70, (), "70 × 1.5 × 1 = 105"),
        (40, (Campaign("a", "甲", multiplier=Decimal(2)),), "40 × 1.5 × 2 = 120"),
        (40, (Campaign("a", "甲", multiplier=Decimal(2), is_on=False),), None),
        (40, (Campaign("a", "甲", bonus=40),), "40 × 1.5 × 1 + 40 = 100"),
        (40, (Campaign("a", "甲", points=67),), "67 × 1.5 × 1 = 100"),
        (40, (Campaign("a", "甲", multiplier=Decimal(9), rules=frozenset({"other"})),), None),
        (
            20,
            (
                Campaign("a", "甲", multiplier=Decimal(2)),
                Campaign("b", "乙", multiplier=Decimal("1.5")),
                Campaign("c", "丙", multiplier=Decimal(2), stack=True),
            ),
            "20 × 1.5 × 4 = 120",
        ),
    ],
)
def test_the_highest_tier_and_all_campaigns_at_once_are_warned_of(
    points: int, campaigns: tuple[Campaign, ...], sum_of: str | None
) -> None:
    rules = (replace(ORDER, points=points),)
    found = [*excess_warnings(replace(PROGRAMME, rules=rules, campaigns=campaigns))]
    assert found == (
        [
            f"an order of 1 yuan earns up to {sum_of} points, with the highest tier and every "
            "campaign at once, and 100 are worth a yuan: points would exceed purchase value"
        ]
        if sum_of
        else []
    )


def test_a_programme_whose_purchases_pay_for_themselves_is_refused(tmp_path: Path) -> None:
    own = '[programme]\nextends = "standard"\npoints_per_yuan = 1\n'
    write(tmp_path, {"own": own})
    assert faults(tmp_path) == [
        "config/own.toml [programme]: points_per_yuan = 1, an order of 1 yuan earns 1 points: "
        "points would exceed purchase value (line 3)"
    ]


def test_a_referral_by_levels_is_refused_with_the_reason(tmp_path: Path) -> None:
    rule = '[[rule]]\nid = "invite"\nlevels = 2\n'
    write(tmp_path, {"own": f'[programme]\nextends = "standard"\n{rule}'})
    [fault] = faults(tmp_path)
    assert fault.startswith('config/own.toml [[rule]] "invite": levels = 2, a referral pays who ')
    assert "传销" in fault
