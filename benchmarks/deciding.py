"""What judging one deed costs, with twenty rules and ten campaigns in force."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import partial
from statistics import median

from benchmarks.figure import Figure
from bot.points.campaign import Campaign, Window
from bot.points.earn import decide
from bot.points.types import Activity, Awards, Decision, Programme, Rule, Standing, Tally
from config.loader import load_preset

CALLS = 5_000
"""Decisions in one run; its figure is the median of them."""
RULES, CAMPAIGNS = 20, 10
DAY = date(2027, 6, 8)
NOW = datetime(2027, 6, 8, 4, tzinfo=UTC)
STANDING = Standing(
    member=7,
    today=DAY,
    balance=880,
    qualifying_points=5_200,
    run_before=6,
    total_days=9,
    awards={"order": Awards(month=Tally(3, 300), ever=Tally(12, 1_500))},
    capped_points=40,
)
"""The seventh day in a row and the tenth in all, so that the bonuses are due; a gold member."""
CHECKIN = Activity("checkin", "checkin/2027-06-08/7", 7, DAY, NOW, room=3, place="room")
ORDER = Activity(
    "order",
    "order/O1",
    7,
    DAY,
    NOW,
    done_at=NOW,
    units=Decimal("385.40"),
    parts=(
        ("美妆", Decimal("128.90")), ("数码", Decimal("99.00")), ("食品", Decimal("57.50")),
        ("家居", Decimal("60.00")), ("", Decimal("40.00")),
    ),
)  # fmt: skip
"""Five items, each of another category."""


def deciding(runs: int) -> list[Figure]:
    """CPU of one decision: the check-in pays three rules, the order two."""
    programme, note = crowded(), f"{RULES} rules, {CAMPAIGNS} campaigns, all of them open"
    return [
        Figure.of(
            name,
            [_median_us(partial(decide, deed, STANDING, programme)) for _ in range(runs)],
            "µs",
            must=must,
            better="less",
            note=note,
        )
        for name, deed, must in (
            ("deciding a check-in", CHECKIN, 30.0),
            ("deciding an order of 5 items", ORDER, 100.0),
        )
    ]


def crowded() -> Programme:
    """The standard programme with rules up to twenty, and ten campaigns that are open on DAY."""
    standard = load_preset("standard")
    own = [
        replace(rule, categories={"美妆": 2, "数码": 1}, cap_points_monthly=9_000)
        if rule.on == "order"
        else rule
        for rule in standard.rules
    ]
    more = [
        Rule("tenth_day", "checkin", "累计十天", 20, every_total_days=10),
        Rule("large_order", "order", "大单", 500, per="deed", from_units=300, wait_days=7),
    ]
    idle = [Rule(f"kind_{n}", f"kind_{n}", f"行为 {n}", 5) for n in range(RULES)]
    return replace(
        standard,
        rules=(*own, *more, *idle)[:RULES],
        campaigns=tuple(_campaign(n) for n in range(CAMPAIGNS)),
    )


def _campaign(number: int) -> Campaign:
    """For every rule that is no bonus; the windows are of all sorts."""
    windows = (
        Window(yearly=(((6, 1), (6, 18)),)),
        Window(weekdays=frozenset({2})),
        Window(month_days=frozenset({8, 18})),
        Window(from_on=date(2027, 6, 1), until_on=date(2027, 6, 30)),
        Window(days=frozenset({DAY}), known_until=2040),
    )
    return Campaign(
        f"campaign_{number}",
        f"活动 {number}",
        windows[number % len(windows)],
        multiplier=1 + Decimal(number + 1) / 10,
        stack=number == 0,
    )


def _median_us(call: Callable[[], Decision]) -> float:
    took = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        call()
        took.append(time.perf_counter() - begun)
    return median(took) * 1e6
