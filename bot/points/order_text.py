"""The text that an order is stored as: equal orders have equal texts, and the other way round."""

import json
from datetime import datetime
from typing import TypedDict

from bot.points.order import Fact, Identity, Item, Order, Refund


class _Written(TypedDict):
    number: str
    buyer: tuple[str, str] | None
    mall_id: str | None
    paid_at: str | None
    amount_fen: int | None
    items: list[tuple[str, str, int, int]]
    store: str
    is_completed: bool
    is_cancelled: bool
    refunds: list[tuple[str, int, bool]]
    disputed: list[Fact]


def to_text(order: Order) -> str:
    """JSON in ASCII with sorted keys and no spaces; instants in UTC, money in fen."""
    buyer = order.buyer
    written: _Written = {
        "number": order.number,
        "buyer": None if buyer is None else (buyer.channel, buyer.external_id),
        "mall_id": order.mall_id,
        "paid_at": None if order.paid_at is None else order.paid_at.isoformat(),
        "amount_fen": order.amount_fen,
        "items": [(one.sku, one.category, one.amount_fen, one.quantity) for one in order.items],
        "store": order.store,
        "is_completed": order.is_completed,
        "is_cancelled": order.is_cancelled,
        "refunds": [(one.id, one.fen, one.is_disputed) for one in order.refunds],
        "disputed": sorted(order.disputed),
    }
    return json.dumps(written, sort_keys=True, separators=(",", ":"))


def from_text(text: str) -> Order:
    """The order of a text that `to_text` wrote."""
    found: _Written = json.loads(text)
    buyer, paid_at = found["buyer"], found["paid_at"]
    return Order(
        number=found["number"],
        buyer=None if buyer is None else Identity(*buyer),
        mall_id=found["mall_id"],
        paid_at=None if paid_at is None else datetime.fromisoformat(paid_at),
        amount_fen=found["amount_fen"],
        items=tuple(Item(*one) for one in found["items"]),
        store=found["store"],
        is_completed=found["is_completed"],
        is_cancelled=found["is_cancelled"],
        refunds=tuple(Refund(*one) for one in found["refunds"]),
        disputed=frozenset(found["disputed"]),
    )
