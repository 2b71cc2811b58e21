"""What is known of an order after some of its events."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.order import Identity, Order, OrderEvent, OrderKind, Refund, joined, merge
from tests.points.orders import (
    CANCELLED,
    COMPLETED,
    EVENTS,
    MEI,
    NOON,
    ORDERS,
    item,
    order,
    paid,
    refunded,
)


@given(st.lists(EVENTS, min_size=1, max_size=6), st.data())
def test_any_order_and_repetition_of_the_same_events_gives_the_same_order(
    events: list[OrderEvent], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(events), max_size=4))
    shuffled = data.draw(st.permutations(events + again))
    assert order(*shuffled) == order(*events)


@given(ORDERS, ORDERS, ORDERS)
def test_what_is_known_joins_in_any_grouping(one: Order, two: Order, three: Order) -> None:
    assert joined(joined(one, two), three) == joined(one, joined(two, three))
    assert joined(one, two) == joined(two, one)
    assert joined(one, one) == one


def test_created_paid_refunded_twice_and_cancelled_come_to_the_same_in_every_order() -> None:
    events = [paid(), COMPLETED, refunded("R1", 2_800), refunded("R2", 1_000), CANCELLED]
    refunds = (Refund("R1", 2_800), Refund("R2", 1_000))
    expected = Order("O1", MEI, None, NOON, 12_800, (), "online", True, True, refunds)
    assert [order(*way) for way in permutations(events)] == [expected] * 120


def test_a_paid_order_is_known_and_undisputed() -> None:
    known = order(paid())
    assert known.is_known
    assert not known.is_disputed
    assert (known.buyer, known.amount_fen, known.paid_at) == (MEI, 12_800, NOON)
    assert not known.is_completed
    assert not known.is_cancelled


@pytest.mark.parametrize("event", [COMPLETED, CANCELLED, refunded("R1", 100)])
def test_what_comes_before_the_order_is_remembered(event: OrderEvent) -> None:
    assert not order(event).is_known
    assert order(event, paid()) == order(paid(), event)
    assert order(event, paid()).is_known


def test_a_completed_event_that_says_everything_makes_the_order_known() -> None:
    whole = replace(paid(), kind="completed")
    assert order(whole).is_known
    assert order(whole) == order(paid(), COMPLETED)


@pytest.mark.parametrize(
    "lacking", [{"buyer": None}, {"paid_at": None}, {"amount_fen": None}], ids=str
)
def test_an_order_is_not_known_without(lacking: dict[str, None]) -> None:
    assert not order(replace(paid(), **lacking)).is_known


def test_a_mall_account_is_a_buyer_too() -> None:
    known = order(replace(paid(), buyer=None, mall_id="m1"))
    assert known.is_known
    assert (known.buyer, known.mall_id) == (None, "m1")


def test_a_chat_identity_and_a_mall_account_are_no_contradiction() -> None:
    known = order(paid(), replace(COMPLETED, mall_id="m1"))
    assert (known.buyer, known.mall_id, known.is_disputed) == (MEI, "m1", False)


@pytest.mark.parametrize("kind", ["refunded", "cancelled"])
def test_only_paid_and_completed_say_what_the_order_came_to(kind: str) -> None:
    back = replace(paid(5_000, item("美妆", 5_000)), kind=kind, refund="R1", refund_fen=5_000)
    assert (order(back).amount_fen, order(back).items) == (None, ())
    assert not order(paid(), back).is_disputed


@pytest.mark.parametrize("kind", ["paid", "completed", "cancelled"])
def test_only_refunded_gives_a_part_back(kind: OrderKind) -> None:
    assert order(replace(refunded("R1", 100), kind=kind)).refunds == ()


def test_a_refund_that_is_told_twice_counts_once() -> None:
    """Abuse: refund twice."""
    known = order(paid(), refunded("R1", 100), refunded("R1", 100))
    assert known.refunds == (Refund("R1", 100),)
    assert not known.is_disputed


@pytest.mark.parametrize("amounts", list(permutations([100, 300, 200])))
def test_a_refund_with_several_amounts_counts_with_the_largest_and_is_flagged(
    amounts: tuple[int, ...],
) -> None:
    known = order(paid(), *(refunded("R1", fen) for fen in amounts))
    assert known.refunds == (Refund("R1", 300, True),)
    assert known.is_disputed
    assert known.disputed == frozenset()


@pytest.mark.parametrize(
    ("said", "otherwise", "fact"),
    [
        ({"amount_fen": 100}, {"amount_fen": 200}, "amount"),
        ({"amount_fen": 99}, {"amount_fen": 100}, "amount"),  # "100" is written before "99"
        ({"amount_fen": 0}, {"amount_fen": 100}, "amount"),
        ({"buyer": MEI}, {"buyer": Identity("replay", "u2")}, "buyer"),
        ({"mall_id": "m1"}, {"mall_id": "m2"}, "mall_id"),
        ({"paid_at": NOON}, {"paid_at": NOON + timedelta(seconds=1)}, "paid_at"),
        ({"store": "a"}, {"store": "b"}, "store"),
        ({"items": (item("a", 1),)}, {"items": (item("b", 1),)}, "items"),
        ({"items": (item("a", 1),)}, {"items": (item("a", 1), item("a", 1))}, "items"),
    ],
)
def test_a_contradiction_is_flagged_and_the_first_holds_whichever_came_first(
    said: dict[str, object], otherwise: dict[str, object], fact: str
) -> None:
    events = [replace(paid(), **said), replace(paid(), **otherwise)]  # type: ignore[arg-type]
    known = order(*events)
    assert known == order(*reversed(events))
    assert known.disputed == {fact}
    assert known.is_disputed
    if "items" not in said:
        assert {name: getattr(known, name) for name in said} == said


def test_a_contradiction_stays_flagged_when_the_first_is_said_again() -> None:
    assert order(paid(100), paid(200), paid(100)).disputed == {"amount"}


def test_the_same_items_in_another_order_are_no_contradiction() -> None:
    there, back = paid(9, item("a", 1), item("b", 2)), paid(9, item("b", 2), item("a", 1))
    assert order(there, back) == order(back, there)
    assert not order(there, back).is_disputed


def test_what_an_event_leaves_out_contradicts_nothing() -> None:
    full = paid(100, item("美妆", 100))
    assert order(full, replace(full, items=(), store="", paid_at=None)) == order(full)


def test_an_event_of_another_order_is_not_merged() -> None:
    with pytest.raises(ValueError, match="'O1' is not order 'O2'"):
        merge(order(paid()), OrderEvent("completed", "O2"))


def test_a_refund_that_is_disputed_stays_so() -> None:
    disputed = order(paid(), refunded("R1", 100), refunded("R1", 200))
    assert disputed.is_disputed
    [refund] = disputed.refunds
    agreeing = replace(disputed, refunds=(replace(refund, is_disputed=False),))
    assert joined(disputed, agreeing).refunds == joined(agreeing, disputed).refunds == (refund,)
