"""Segments: each condition on its first and last day, and how they are put together."""

from datetime import date

import pytest

from bot.points.segment import NOTHING_ASKED, Facts, Segment, asked, cycle, segments_of
from bot.points.where import Where

ON = date(2026, 11, 30)
LARGE = Where("…", frozenset({"balance"}), lambda fields: fields["balance"] == 100)

HOLDS = [
    (Segment("s", "s", newcomer_days=30), Facts(ON, joined_on=date(2026, 11, 1)), True),
    (Segment("s", "s", newcomer_days=30), Facts(ON, joined_on=date(2026, 10, 31)), False),
    (Segment("s", "s", newcomer_days=1), Facts(ON, joined_on=ON), True),
    (Segment("s", "s", newcomer_days=30), Facts(ON), False),
    (Segment("s", "s", silent_days=30), Facts(ON, active_on=date(2026, 10, 31)), True),
    (Segment("s", "s", silent_days=30), Facts(ON, active_on=date(2026, 11, 1)), False),
    (Segment("s", "s", silent_days=30), Facts(ON), False),
    (
        Segment("s", "s", silent_days=30, returned_days=7),
        Facts(ON, active_on=date(2026, 10, 31)),
        True,
    ),
    (
        Segment("s", "s", silent_days=30, returned_days=7),
        Facts(ON, active_on=date(2026, 11, 29), back_on=date(2026, 11, 24), away_days=30),
        True,
    ),
    (
        Segment("s", "s", silent_days=30, returned_days=7),
        Facts(ON, active_on=date(2026, 11, 29), back_on=date(2026, 11, 23), away_days=30),
        False,
    ),
    (
        Segment("s", "s", silent_days=30, returned_days=7),
        Facts(ON, active_on=date(2026, 11, 29), back_on=date(2026, 11, 24), away_days=29),
        False,
    ),
    (
        Segment("s", "s", orders_monthly=2),
        Facts(ON, orders=[(date(2026, 11, 1), 1), (date(2026, 11, 30), 1)]),
        True,
    ),
    (
        Segment("s", "s", orders_monthly=2),
        Facts(ON, orders=[(date(2026, 10, 31), 1), (date(2026, 11, 30), 1)]),
        False,
    ),
    (
        Segment("s", "s", orders_monthly=1, orders_monthly_most=1),
        Facts(ON, orders=[(date(2026, 11, 1), 1), (date(2026, 11, 30), 1)]),
        False,
    ),
    (
        Segment("s", "s", orders_monthly=1, orders_monthly_most=1),
        Facts(ON, orders=[(date(2026, 11, 1), 1)]),
        True,
    ),
    (
        Segment("s", "s", orders_monthly=1),
        Facts(ON, orders=[(date(2026, 12, 1), 1)]),
        False,
    ),
    (Segment("s", "s", dormant_months=3), Facts(ON, orders=[(date(2026, 9, 1), 1)]), False),
    (Segment("s", "s", dormant_months=3), Facts(ON, orders=[(date(2026, 8, 31), 1)]), True),
    (Segment("s", "s", dormant_months=3), Facts(ON), False),
    (
        Segment("s", "s", dormant_months=3),
        Facts(ON, orders=[(date(2026, 8, 31), 1), (ON, 1)]),
        True,
    ),
    (Segment("s", "s", dormant_months=3), Facts(ON, orders=[(ON, 1)]), False),
    (
        Segment("s", "s", yearly_yuan=100),
        Facts(ON, orders=[(date(2025, 12, 1), 5_000), (ON, 5_000)]),
        True,
    ),
    (
        Segment("s", "s", yearly_yuan=100),
        Facts(ON, orders=[(date(2025, 11, 30), 5_000), (ON, 5_000)]),
        False,
    ),
    (Segment("s", "s", yearly_yuan=100), Facts(ON, orders=[(ON, 9_999)]), False),
    (Segment("s", "s", tags=frozenset("ab")), Facts(ON, tags=frozenset("bc")), True),
    (Segment("s", "s", tags=frozenset("ab")), Facts(ON, tags=frozenset("c")), False),
    (Segment("s", "s", tiers=frozenset({"gold"})), Facts(ON, tier="gold"), True),
    (Segment("s", "s", tiers=frozenset({"gold"})), Facts(ON), False),
    (Segment("s", "s", where=LARGE), Facts(ON, fields={"balance": 100}), True),
    (Segment("s", "s", where=LARGE), Facts(ON, fields={"balance": 99}), False),
    (
        Segment("s", "s", newcomer_days=30, tiers=frozenset({"gold"})),
        Facts(ON, joined_on=ON, tier="silver"),
        False,
    ),
]


@pytest.mark.parametrize(("segment", "facts", "holds"), HOLDS, ids=range(len(HOLDS)))
def test_all_that_is_set_must_hold(segment: Segment, facts: Facts, holds: bool) -> None:
    assert segments_of([segment], facts) == (frozenset({"s"}) if holds else frozenset())


A, B = (Segment(tag, tag, tags=frozenset({tag})) for tag in "ab")
MADE = [
    (Segment("s", "s", any_of=("a", "b")), ["a", "b", "ab"]),
    (Segment("s", "s", all_of=("a", "b")), ["ab"]),
    (Segment("s", "s", none_of=("a", "b")), [""]),
    (Segment("s", "s", any_of=("a",), none_of=("b",)), ["a"]),
]


@pytest.mark.parametrize(("segment", "tags"), MADE)
def test_segments_are_put_together_from_others(segment: Segment, tags: list[str]) -> None:
    needed = asked({"s": segment, "a": A, "b": B}, ["s"], tags=False).segments
    held = [
        has
        for has in ("", "a", "b", "ab")
        if "s" in segments_of(needed, Facts(ON, tags=frozenset(has)))
    ]
    assert held == tags


def test_only_what_the_named_segments_need_is_asked_for() -> None:
    orders = Segment("orders", "o", yearly_yuan=1)
    new = Segment("new", "n", newcomer_days=1)
    both = Segment("both", "b", all_of=("new", "orders"))
    known = {one.id: one for one in (both, orders, new, A)}
    assert asked(known, [], tags=False) is NOTHING_ASKED
    found = asked(known, ["new"], tags=False)
    assert (found.segments, found.tags, found.joined, found.orders) == ((new,), False, True, False)
    found = asked(known, ["both"], tags=True)
    assert found.segments == (new, orders, both)
    assert (found.tags, found.joined, found.orders) == (True, True, True)


def test_a_way_back_to_itself_is_found() -> None:
    one = Segment("one", "1", any_of=("two",))
    two = Segment("two", "2", none_of=("three",))
    three = Segment("three", "3", all_of=("one",))
    apart = Segment("apart", "4", any_of=("one",))
    known = {each.id: each for each in (one, two, three, apart)}
    assert cycle(known, "one") == ["one", "two", "three", "one"]
    assert cycle(known, "apart") == []
