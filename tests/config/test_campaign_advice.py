"""What is allowed in campaigns and hardly meant is warned of, one sentence each."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.types import Programme, Rule
from config.loader import warnings

PROGRAMME = Programme(
    "测试",
    "0" * 12,
    ZoneInfo("Asia/Shanghai"),
    rules=(Rule("checkin", "checkin", "签到", 5), Rule("share", "share", "分享", 20)),
    accepts=frozenset({"wechat_inducement"}),
)
SALE = Window(yearly=(((6, 1), (6, 18)),))
ONE = Campaign("one", "一", SALE, multiplier=Decimal(2))
OTHER = Campaign("other", "二", Window(month_days=frozenset({18})), multiplier=Decimal(3))
MEET = 'campaigns "one" and "other" are both open for rule "{}", first on {}: of the two {}; '
MEET += "write stack = true where both should count"
ONCE = MEET.replace(": of the two {}", ': of the two multiplier = 3 of "other" counts')


def warned(*campaigns: Campaign) -> tuple[str, ...]:
    return warnings(replace(PROGRAMME, campaigns=campaigns))


@pytest.mark.parametrize(
    "window",
    [
        Window(month_days=frozenset({31}), yearly=(((2, 1), (2, 29)),)),
        Window(month_days=frozenset({30}), yearly=(((2, 1), (2, 29)),)),
        Window(days=frozenset(), known_until=2040),
        Window(days=frozenset({date(2026, 9, 25)}), known_until=2040, weekdays=frozenset({1})),
        Window(from_on=date(2027, 3, 1), until_on=date(2027, 12, 31), yearly=(((2, 1), (2, 9)),)),
    ],
)
@pytest.mark.parametrize("is_on", [True, False])
def test_a_campaign_that_no_day_fits_is_warned_of(window: Window, is_on: bool) -> None:
    assert warned(replace(ONE, window=window, is_on=is_on)) == (
        'campaign "one" is never open, no day fits all that it asks for',
    )


@pytest.mark.parametrize(
    "window",
    [
        Window(),
        SALE,
        Window(yearly=(((2, 29), (2, 29)),), weekdays=frozenset({1})),
        Window(until_on=date(2019, 6, 1), yearly=SALE.yearly),
        Window(from_on=date(2099, 12, 31), until_on=date(2099, 12, 31)),
        Window(hours=((time(22), time(2)),)),
    ],
)
def test_a_campaign_that_some_day_fits_is_not_warned_of(window: Window) -> None:
    assert warned(replace(ONE, window=window)) == ()


WON = [
    ({"multiplier": Decimal(2)}, {"multiplier": Decimal(2)}, 'multiplier = 2 of "one" counts'),
    ({"points": 9}, {"points": 30}, 'points = 30 of "other" counts'),
    (
        {"multiplier": Decimal(3), "bonus": 5},
        {"multiplier": Decimal(2), "bonus": 7},
        'multiplier = 3 of "one" counts and bonus = 7 of "other" counts',
    ),
]


@pytest.mark.parametrize(("mine", "theirs", "won"), WON)
def test_of_two_campaigns_the_one_that_counts_is_named(
    mine: dict[str, object], theirs: dict[str, object], won: str
) -> None:
    shares = replace(ONE, multiplier=None, rules=frozenset({"share"}))
    one, other = replace(shares, **mine), replace(shares, id="other", **theirs)
    told = [sentence for sentence in warned(one, other) if "both open" in sentence]
    assert told == [MEET.format("share", "2026-06-01", won)]


def test_campaigns_that_change_different_things_are_not_warned_of() -> None:
    one = replace(ONE, multiplier=None, points=50)
    other = replace(OTHER, multiplier=None, bonus=3)
    assert warned(one, ONE) == ()
    assert warned(one, other) == ()


def test_a_campaign_whose_rules_are_switched_off_is_warned_of() -> None:
    said = 'campaign "one" changes nothing, no rule that it is for is switched on'
    assert warned(replace(ONE, rules=frozenset({"gone"}))) == (said,)
    assert warned(replace(ONE, rules=frozenset({"gone", "share"}))) == ()
    assert warned(replace(ONE, rules=frozenset({"gone"}), is_on=False)) == ()


def test_a_campaign_in_rooms_for_what_is_done_in_none_is_warned_of() -> None:
    here = replace(ONE, rules=frozenset({"order"}), rooms=frozenset({"r"}))
    order = Rule("order", "order", "下单", 1)
    programme = replace(PROGRAMME, rules=(*PROGRAMME.rules, order), campaigns=(here,))
    assert warnings(programme) == (
        'campaign "one" changes nothing, rooms are asked for and what it is for is done in none',
    )
    everywhere = replace(here, rules=frozenset({"order", "share"}))
    assert warnings(replace(programme, campaigns=(everywhere,))) == ()


APART = [
    replace(OTHER, is_on=False),
    replace(OTHER, stack=True),
    replace(OTHER, rules=frozenset({"share"})),
    replace(OTHER, rooms=frozenset({"b"})),
    replace(OTHER, tiers=frozenset({"gold"})),
    replace(OTHER, window=Window(yearly=(((6, 19), (5, 31)),))),
    replace(OTHER, window=Window(from_on=date(2026, 6, 19), until_on=date(2027, 5, 31))),
    replace(OTHER, window=Window(hours=((time(20), time(22)),))),
]


@pytest.mark.parametrize("other", APART)
def test_campaigns_that_never_meet_are_not_warned_of(other: Campaign) -> None:
    one = replace(
        ONE,
        rules=frozenset({"checkin"}),
        rooms=frozenset({"a"}),
        tiers=frozenset({"normal"}),
        window=replace(SALE, hours=((time(8), time(20)),)),
    )
    assert warned(one, OTHER)
    assert warned(one, other) == ()


MEETING = [
    (OTHER, "checkin", "2026-06-18"),
    (replace(OTHER, rules=frozenset({"share"})), "share", "2026-06-18"),
    (replace(OTHER, rooms=frozenset({"a"}), tiers=frozenset({"gold"})), "checkin", "2026-06-18"),
    (replace(OTHER, window=Window(from_on=date(2026, 6, 18))), "checkin", "2026-06-18"),
    (replace(OTHER, window=Window(hours=((time(20), time(22)),))), "checkin", "2026-06-01"),
    (
        replace(OTHER, window=Window(weekdays=frozenset({7}), hours=((time(22), time(2)),))),
        "checkin",
        "2026-06-01",  # a Monday, and Sunday's night goes on until 2:00
    ),
]


@pytest.mark.parametrize(("other", "rule", "day"), MEETING)
def test_two_campaigns_on_one_rule_are_warned_of_with_the_first_day(
    other: Campaign, rule: str, day: str
) -> None:
    assert warned(ONE, other) == (ONCE.format(rule, day),)


def test_a_base_below_that_of_the_rule_is_warned_of() -> None:
    assert warned(Campaign("one", "一", points=5, rules=frozenset({"checkin"}))) == ()
    assert warned(Campaign("one", "一", points=10)) == (
        'campaign "one" makes rule "share" pay less, points = 10 instead of 20',
    )


def test_a_streak_bonus_has_to_be_named() -> None:
    bonus = Rule("streak", "checkin", "连签", 30, every_streak_days=7)
    programme = replace(PROGRAMME, rules=(*PROGRAMME.rules[:1], bonus))
    for rules, told in ((frozenset[str](), False), (frozenset({"streak"}), True)):
        campaign = Campaign("one", "一", points=20, rules=rules)
        said = warnings(replace(programme, campaigns=(campaign,)))
        assert any('makes rule "streak" pay less' in sentence for sentence in said) is told


BY_LAW = (
    'campaign "one" goes by public holidays that are not announced after 2026: for {} it has the '
    "days that the law names, and none that are exchanged (调休)"
)
NONE_KNOWN = 'campaign "one" has no festivals and public holidays for {}'


@pytest.mark.parametrize(
    ("known_until", "from_on", "until_on", "expected"),
    [
        (2026, None, None, [BY_LAW.format("2027..2040")]),
        (2026, None, date(2026, 12, 31), []),
        (2026, None, date(2027, 1, 1), [BY_LAW.format("2027")]),
        (2026, None, date(2041, 1, 1), [BY_LAW.format("2027..2040"), NONE_KNOWN.format("2041")]),
        (2040, None, None, []),
        (2040, None, date(2040, 12, 31), []),
        (2040, None, date(2042, 1, 1), [NONE_KNOWN.format("2041..2042")]),
        (None, None, None, []),
    ],
)
def test_years_without_festivals_and_holidays_are_warned_of(
    known_until: int | None,
    from_on: date | None,
    until_on: date | None,
    expected: list[str],
) -> None:
    days = None if known_until is None else frozenset({date(2026, 10, 1)})
    window = Window(from_on, until_on, days=days, known_until=known_until)
    assert warned(replace(ONE, window=window)) == tuple(expected)


def test_a_budget_below_what_one_payment_adds_is_warned_of() -> None:
    small = Campaign("one", "一", rules=frozenset({"share"}), multiplier=Decimal(2))
    assert warned(replace(small, budget_points=20)) == ()
    assert warned(replace(small, budget_points=19)) == (
        'campaign "one" has budget_points = 19, less than the 20 that it adds to what rule "share"'
        " pays once",
    )
