"""What is left of an order, and what its buyer keeps. Money in fen."""

from dataclasses import replace
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.order import Item, Order, OrderEvent, merge
from bot.points.order_money import (
    category_fen,
    excess_fen,
    kept,
    left_fen,
    refunded_fen,
    settles_at,
)
from tests.points.orders import CANCELLED, COMPLETED, ITEMS, NOON, item, order, paid, refunded

REFUNDS = st.lists(st.integers(1, 5_000), max_size=6)


@pytest.mark.parametrize(
    ("events", "refunded_to", "excess", "left"),
    [
        ([paid(100)], 0, 0, 100),
        ([paid(100), refunded("R1", 30)], 30, 0, 70),
        ([paid(100), refunded("R1", 30), refunded("R2", 50)], 80, 0, 20),
        ([paid(100), refunded("R1", 30), refunded("R1", 30)], 30, 0, 70),
        ([paid(100), refunded("R1", 30), refunded("R1", 40)], 40, 0, 60),
        ([paid(100), refunded("R1", 60), refunded("R2", 40)], 100, 0, 0),
        ([paid(100), refunded("R1", 60), refunded("R2", 41)], 100, 1, 0),
        ([paid(100), CANCELLED], 100, 0, 0),
        ([paid(100), refunded("R1", 30), CANCELLED], 100, 0, 0),
        ([paid(100), refunded("R1", 130), CANCELLED], 100, 30, 0),
        ([paid(100), paid(50), refunded("R1", 60)], 50, 10, 0),
        ([paid(0)], 0, 0, 0),
        ([paid(0), refunded("R1", 5)], 0, 5, 0),
        ([refunded("R1", 30)], 0, 0, None),
        ([CANCELLED], 0, 0, None),
    ],
)
def test_refunds_sum_to_the_amount_at_most_and_the_excess_is_seen(
    events: list[OrderEvent], refunded_to: int, excess: int, left: int | None
) -> None:
    known = order(*events)
    assert (refunded_fen(known), excess_fen(known), left_fen(known)) == (refunded_to, excess, left)


@pytest.mark.parametrize(
    ("amount", "items", "shares"),
    [
        (100, [], {"": 100}),
        (100, [item("美妆", 100)], {"美妆": 100}),
        (112, [item("美妆", 100)], {"美妆": 100}),  # shipping
        (100, [item("美妆", 60), item("数码", 40)], {"美妆": 60, "数码": 40}),
        (100, [item("美妆", 60), item("", 40)], {"美妆": 60, "": 40}),
        (100, [item("a", 30), item("b", 40), item("a", 30)], {"a": 60, "b": 40}),
        (100, [item("a", 30, quantity=3), item("b", 70)], {"a": 30, "b": 70}),  # of the line
        (50, [item("a", 60), item("b", 40)], {"a": 30, "b": 20}),
        (100, [item("a", 50), item("b", 50), item("c", 50)], {"a": 34, "b": 33, "c": 33}),
        (200, [item("a", 100), item("b", 100), item("c", 100)], {"a": 67, "b": 67, "c": 66}),
        (10, [item("a", 1), item("b", 10)], {"a": 1, "b": 9}),  # 10/11 and 100/11
        (10, [item("a", 10), item("b", 1)], {"a": 9, "b": 1}),
        (1, [item("b", 1), item("a", 1)], {"b": 1, "a": 0}),
        (1, [item("a", 1), item("b", 1)], {"a": 1, "b": 0}),
        (0, [item("a", 60), item("b", 40)], {"a": 0, "b": 0}),
        (100, [item("a", 0)], {"a": 0}),  # all of it was shipping
        (0, [item("a", 0)], {"a": 0}),
        (0, [], {"": 0}),
    ],
)
def test_categories_share_what_was_paid(
    amount: int, items: list[Item], shares: dict[str, int]
) -> None:
    assert list(category_fen(order(paid(amount, *items))).items()) == list(shares.items())


@given(st.integers(0, 2_000), ITEMS)
def test_shares_are_exact_within_a_fen_and_sum_to_the_smaller_of_amount_and_items(
    amount: int, items: tuple[Item, ...]
) -> None:
    shares = category_fen(order(paid(amount, *items)))
    total = sum(one.amount_fen for one in items)
    assert sum(shares.values()) == (min(amount, total) if items else amount)
    scale = min(Fraction(1), Fraction(amount, total)) if total else Fraction(0)
    for category, fen in shares.items():
        asked = sum(one.amount_fen for one in items if one.category == category)
        assert not items or abs(fen - asked * scale) < 1


def test_refunds_do_not_change_what_categories_were_paid_for() -> None:
    known = order(paid(100, item("美妆", 100)), refunded("R1", 40))
    assert category_fen(known) == {"美妆": 100}


def test_an_order_whose_amount_is_unknown_has_no_shares() -> None:
    assert category_fen(order(COMPLETED)) == {}


@pytest.mark.parametrize(
    ("points", "events", "left"),
    [
        (128, [paid(12_800)], 128),
        (128, [paid(12_800), refunded("R1", 6_400)], 64),
        (100, [paid(300), refunded("R1", 100)], 66),
        (100, [paid(300), refunded("R1", 100), refunded("R2", 100)], 33),
        (1, [paid(300), refunded("R1", 1)], 0),
        (100, [paid(300), refunded("R1", 300)], 0),
        (100, [paid(300), refunded("R1", 900)], 0),
        (100, [paid(300), CANCELLED], 0),
        (0, [paid(300)], 0),
        (100, [paid(0)], 0),
        (100, [COMPLETED], 0),
        (10**9, [paid(99_999_999_999), refunded("R1", 1)], 999_999_999),
    ],
)
def test_the_member_keeps_what_refunds_leave_rounded_down(
    points: int, events: list[OrderEvent], left: int
) -> None:
    assert kept(points, order(*events)) == left


@given(st.integers(0, 10_000), st.integers(0, 10_000), REFUNDS)
def test_refunds_taken_back_one_by_one_sum_to_what_all_take_together(
    points: int, amount: int, refunds: list[int]
) -> None:
    known = order(paid(amount))
    balance = kept(points, known)
    assert balance == (points if amount else 0)
    for number, fen in enumerate(refunds):
        known = merge(known, refunded(f"R{number}", fen))
        back = balance - kept(points, known)
        assert back >= 0
        balance -= back
    rest = max(0, amount - sum(refunds))
    assert balance == (points * rest // amount if amount else 0)


@pytest.mark.parametrize(
    ("known", "at"),
    [
        (order(paid()), NOON + timedelta(days=7)),
        (order(paid(), COMPLETED), NOON),
        (order(COMPLETED, paid()), NOON),
        (order(paid(), refunded("R1", 100)), NOON + timedelta(days=7)),
        (order(paid(), COMPLETED, refunded("R1", 12_800)), None),
        (order(paid(), CANCELLED), None),
        (order(paid(0)), None),
        (order(COMPLETED), None),
        (order(refunded("R1", 100)), None),
        (order(replace(paid(), buyer=None)), None),
        (order(replace(paid(), paid_at=None), COMPLETED), None),
    ],
)
def test_an_order_settles_a_week_after_it_was_paid_or_when_it_is_completed(
    known: Order, at: datetime | None
) -> None:
    assert settles_at(known, 7) == at
