"""What the lines of a transcript are read as: orders. Messages are told by the replays."""

import json
from datetime import UTC, datetime

import pytest

from bot.channels.transcript import BadLine, TranscriptLine, parse
from bot.points.order import Identity, OrderEvent

LINE = {
    "type": "order",
    "id": "l1",
    "at": "2026-06-18T10:00:05+08:00",
    "event": "paid",
    "order": "O1001",
    "buyer": {"channel": "replay", "id": "u1"},
    "paid_at": "2026-06-18T10:00:00+08:00",
    "amount": "128.00",
}
AT = datetime(2026, 6, 18, 2, 0, 5, tzinfo=UTC)
PAID_AT = datetime(2026, 6, 18, 2, tzinfo=UTC)


def read(**keys: object) -> TranscriptLine:
    """The line, but for these keys."""
    return parse(json.dumps({**LINE, **keys}).encode())


def test_an_order_line_is_an_order_and_no_message() -> None:
    order = OrderEvent("paid", "O1001", Identity("replay", "u1"), None, PAID_AT, 12_800)
    assert read() == TranscriptLine(AT, "l1", message=None, order=order)


@pytest.mark.parametrize(
    ("event", "keys"),
    [("completed", {}), ("cancelled", {}), ("refunded", {"refund": "R1", "amount": "0.01"})],
)
def test_every_event_of_an_order_is_a_line(event: str, keys: dict[str, str]) -> None:
    order = read(event=event, **keys).order
    assert order is not None
    assert (order.kind, order.order) == (event, "O1001")


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ({"at": None}, "at must be an ISO 8601 time"),
        ({"id": None}, "id must be a text"),
        ({"event": None}, "event must be one of paid, completed, refunded, cancelled, got None"),
        ({"order": None}, "order is missing, the event paid needs it"),
        ({"amount": 128.0}, "amount must be a text of yuan"),
        ({"amount": float("nan")}, "amount must be a text of yuan"),
        ({"paid_at": "2026-06-18"}, "paid_at has no offset"),
        (
            {"items": [{"amount": "1.00", "quantity": 0}]},
            "items[0].quantity must be a whole number",
        ),
    ],
)
def test_a_bad_order_is_a_bad_line(keys: dict[str, object], fault: str) -> None:
    with pytest.raises(BadLine) as caught:
        read(**keys)
    assert str(caught.value).startswith(fault)


def test_an_unknown_type_is_told_those_that_are_known() -> None:
    with pytest.raises(BadLine, match="it must be one of join, leave, message, order, recall, ti"):
        read(type="orders")
