"""What the tests of orders say of them: the words of one event, and any event at all."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from bot.points.order import Identity, Item, Order, OrderEvent, merge

NOON = datetime(2026, 6, 18, 4, tzinfo=UTC)
MEI = Identity("replay", "u1")
KINDS = st.sampled_from(["paid", "completed", "refunded", "cancelled"])


def order(*events: OrderEvent) -> Order:
    """What is known after these, in this order."""
    known = None
    for event in events:
        known = merge(known, event)
    assert known is not None
    return known


def paid(amount_fen: int = 12_800, *items: Item, at: datetime = NOON) -> OrderEvent:
    """O1 was paid by 小美."""
    return OrderEvent("paid", "O1", MEI, None, at, amount_fen, items, "online")


def refunded(refund: str, fen: int) -> OrderEvent:
    """Some of O1 was given back."""
    return OrderEvent("refunded", "O1", refund=refund, refund_fen=fen)


COMPLETED = OrderEvent("completed", "O1")
CANCELLED = OrderEvent("cancelled", "O1")


def item(category: str, amount_fen: int, quantity: int = 1) -> Item:
    """A line of an order."""
    return Item("M01", category, amount_fen, quantity)


ITEMS = st.lists(
    st.builds(
        Item,
        sku=st.sampled_from(["", "M01", "M02"]),
        category=st.sampled_from(["", "美妆", "数码"]),
        amount_fen=st.integers(0, 300),
        quantity=st.integers(1, 3),
    ),
    max_size=3,
).map(tuple)

# Few values each, so that events agree about as often as they contradict each other.
EVENTS = st.builds(
    OrderEvent,
    kind=KINDS,
    order=st.just("O1"),
    buyer=st.none() | st.builds(Identity, st.just("replay"), st.sampled_from(["u1", "u2"])),
    mall_id=st.none() | st.sampled_from(["m1", "m2"]),
    paid_at=st.none() | st.sampled_from([NOON, NOON + timedelta(hours=1)]),
    amount_fen=st.none() | st.integers(0, 400),
    items=ITEMS,
    store=st.sampled_from(["", "online", "上海店"]),
    refund=st.sampled_from(["R1", "R2", "R3"]),
    refund_fen=st.integers(1, 300),
)
ORDERS = st.lists(EVENTS, min_size=1, max_size=6).map(lambda events: order(*events))
