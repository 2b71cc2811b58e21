"""The text that an order is stored as."""

from dataclasses import replace

from hypothesis import given

from bot.points.order import Order
from bot.points.order_text import from_text, to_text
from tests.points.orders import CANCELLED, ORDERS, item, order, paid, refunded

TEXT = (
    '{"amount_fen":12800,"buyer":["replay","u1"],"disputed":["mall_id"],"is_cancelled":false,'
    '"is_completed":false,"items":[["M01","\\u7f8e\\u5986",12800,2]],"mall_id":"m1",'
    '"number":"O1","paid_at":"2026-06-18T04:00:00+00:00",'
    '"refunds":[["R1",100,false],["R2",300,true]],"store":"online"}'
)


def whole() -> Order:
    """An order with something in every place."""
    bought = paid(12_800, item("美妆", 12_800, 2))
    refunds = [refunded("R2", 300), refunded("R1", 100), refunded("R2", 200)]
    return order(replace(bought, mall_id="m1"), replace(bought, mall_id="m2"), *refunds)


def test_the_text_of_an_order_never_changes() -> None:
    assert to_text(whole()) == TEXT
    assert from_text(TEXT) == whole()


def test_an_order_of_which_little_is_known_has_a_text() -> None:
    assert from_text(to_text(order(CANCELLED))) == order(CANCELLED)


@given(ORDERS)
def test_the_text_gives_the_order_back(known: Order) -> None:
    again = from_text(to_text(known))
    assert again == known
    assert hash(again) == hash(known)
    assert to_text(again) == to_text(known)
