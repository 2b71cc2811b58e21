"""Reading what the shop says of an order."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.order import Identity, Item, OrderEvent
from bot.points.order_body import NEEDED, BadOrder, order_event

# The contract's example.
PAID: dict[str, Any] = json.loads("""
{"event": "paid", "order": "O1001", "buyer": {"channel": "replay", "id": "u1"},
 "paid_at": "2026-06-18T10:00:00+08:00",
 "amount": "128.00", "currency": "CNY", "store": "online",
 "items": [{"sku": "M01", "category": "美妆", "amount": "128.00", "quantity": 1}]}
""")
REFUNDED = {"event": "refunded", "order": "O1001", "refund": "R1", "amount": "28.00"}
EVENT = OrderEvent(
    kind="paid",
    order="O1001",
    buyer=Identity("replay", "u1"),
    paid_at=datetime(2026, 6, 18, 2, tzinfo=UTC),
    amount_fen=12_800,
    items=(Item("M01", "美妆", 12_800, 1),),
    store="online",
)
DEEP: list[Any] = []
for _ in range(900):
    DEEP = [DEEP]


def items(**keys: object) -> list[dict[str, object]]:
    """One good item, then one that is good but for these keys."""
    good = {"sku": "M01", "category": "美妆", "amount": "1.00", "quantity": 1}
    return [good, {**good, **keys}]


def test_the_example_of_the_contract_is_read() -> None:
    assert order_event(PAID) == EVENT


@pytest.mark.parametrize(
    ("body", "event"),
    [
        (
            {key: PAID[key] for key in ("event", *NEEDED["paid"])},
            replace(EVENT, items=(), store=""),
        ),
        ({"event": "completed", "order": "O1"}, OrderEvent("completed", "O1")),
        ({**PAID, "event": "completed"}, replace(EVENT, kind="completed")),
        (REFUNDED, OrderEvent("refunded", "O1001", refund="R1", refund_fen=2_800)),
        ({"event": "cancelled", "order": "O1"}, OrderEvent("cancelled", "O1")),
        ({**PAID, "buyer": {"mall_id": "m1"}}, replace(EVENT, buyer=None, mall_id="m1")),
        ({**PAID, "buyer": {"channel": "replay", "id": "u1", "mall_id": None}}, EVENT),
        ({**PAID, "refund": "R1"}, EVENT),
        ({**PAID, "type": "order", "id": "l1", "at": "…", "gift": [1]}, EVENT),
        ({**PAID, "currency": None}, EVENT),
        ({**PAID, "store": None, "items": None}, replace(EVENT, items=(), store="")),
        ({**PAID, "items": [{"amount": "1.00"}]}, replace(EVENT, items=(Item("", "", 100, 1),))),
    ],
)  # fmt: skip
def test_each_event_needs_only_what_it_is_about(body: dict[str, Any], event: OrderEvent) -> None:
    assert order_event(body) == event


@pytest.mark.parametrize(("event", "key"), [(e, key) for e in NEEDED for key in NEEDED[e]])
@pytest.mark.parametrize("body", [PAID | REFUNDED])
def test_what_an_event_needs_may_not_be_missing(
    body: dict[str, Any], event: str, key: str
) -> None:
    full = {**body, "event": event}
    order_event(full)
    without = {name: found for name, found in full.items() if name != key}
    for lacking in (without, {**full, key: None}):
        with pytest.raises(
            BadOrder, match=f"^{key} is missing, the event {event} needs it$"
        ) as it:
            order_event(lacking)
        assert it.value.code == "missing"


@pytest.mark.parametrize(
    ("amount", "fen"),
    [
        ("128.00", 12_800),
        ("128.05", 12_805),
        ("0.01", 1),
        ("0.00", 0),
        ("007.10", 710),
        ("999999999.99", 99_999_999_999),
    ],
)
def test_yuan_are_read_as_fen(amount: str, fen: int) -> None:
    assert order_event({**PAID, "amount": amount}).amount_fen == fen


AMOUNTS = [
    128, 128.0, 0, -1, 10**12, True, float("nan"), float("inf"), [], {}, "", " ", ".5", "5.",
    "1.000", "1.005", "-1.00", "+1.00", "-0", "1e2", "1E2", "0x10", "1_000", "1,000.00", "1,5",
    "NaN", "Infinity", "inf", "１.00", "１２８", "١٢٣", "²", "128.00 ", " 128.00", "128.00\n",
    "128\n.00", "¥128.00", "128元", "1.0.0", "128", "128.5", "0",
    "1000000000", "9" * 5_000, "1\0", "\ud800", DEEP,
]  # fmt: skip


@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda found: ascii(found)[:20])
@pytest.mark.parametrize("body", [PAID, REFUNDED, {"event": "cancelled", "order": "O1"}])
def test_an_amount_is_a_text_of_plain_digits(body: dict[str, Any], amount: object) -> None:
    """Abuse: odd digits, NaN, Infinity, negative refunds."""
    with pytest.raises(BadOrder, match=r"^amount must be a text of yuan .*; got ") as caught:
        order_event({**body, "amount": amount})
    assert caught.value.code == "bad_amount"


@pytest.mark.parametrize("amount", ["0.00", "000.00"])
def test_a_refund_of_nothing_is_refused(amount: str) -> None:
    with pytest.raises(BadOrder, match=r"^amount of a refund must be above 0$") as caught:
        order_event({**REFUNDED, "amount": amount})
    assert caught.value.code == "bad_amount"


@pytest.mark.parametrize(
    ("keys", "code", "fault"),
    [
        ({"event": None}, "unknown_event", "event must be one of paid, completed, refunded, "),
        ({"event": "shipped"}, "unknown_event", "event must be one of "),
        ({"event": "Paid"}, "unknown_event", "event must be one of "),
        ({"event": ["paid"]}, "unknown_event", "event must be one of "),
        ({"order": ""}, "bad_id", "order must be a text of 1 to 120 characters, got ''"),
        ({"order": 1001}, "bad_id", "order must be a text of 1 to 120 characters, got 1001"),
        ({"order": "O" * 121}, "bad_id", "order must be a text of 1 to 120 characters, got 'O"),
        ({"order": ["O1"]}, "bad_id", "order must be a text of 1 to 120 characters, got a list"),
        ({"order": DEEP}, "bad_id", "order must be a text of 1 to 120 characters, got a list"),
        ({"refund": ""}, "bad_id", "refund must be a text of 1 to 120 characters, got ''"),
        ({"refund": 7}, "bad_id", "refund must be a text of 1 to 120 characters, got 7"),
        ({"currency": "USD"}, "bad_currency", "currency must be \"CNY\", got 'USD'"),
        ({"currency": "cny"}, "bad_currency", "currency must be \"CNY\", got 'cny'"),
        ({"currency": 156}, "bad_currency", 'currency must be "CNY", got 156'),
        ({"paid_at": 1781748000}, "bad_time", "paid_at must be an ISO 8601 time with an offset"),
        ({"paid_at": "soon"}, "bad_time", "paid_at is no ISO 8601 time: 'soon'"),
        ({"paid_at": "2026-02-30T10:00:00+08:00"}, "bad_time", "paid_at is no ISO 8601 time"),
        ({"paid_at": "2026-06-18T10:00:00"}, "bad_time", "paid_at has no offset"),
        ({"paid_at": "1970-01-01T08:00:00+08:00"}, "bad_time", "paid_at must be of 2000 or later"),
        ({"paid_at": "9999-12-31T00:00:00Z"}, "bad_time", "paid_at must lie between the years"),
        ({"buyer": "u1"}, "bad_buyer", 'buyer must be {"channel": …, "id": …} or {"mall_id": …}'),
        ({"buyer": {}}, "bad_buyer", "buyer must be "),
        ({"buyer": {"channel": "replay"}}, "bad_buyer", "buyer must be "),
        (
            {"buyer": {"channel": "replay", "id": "u1", "mall_id": "m1"}},
            "bad_buyer",
            "buyer must be ",
        ),
        ({"buyer": {"id": "u1"}}, "bad_id", "buyer.channel must be a text of 1 to 120"),
        ({"buyer": {"channel": "", "id": "u1"}}, "bad_id", "buyer.channel must be a text of 1 to"),
        ({"buyer": {"channel": "replay", "id": ""}}, "bad_id", "buyer.id must be a text, got ''"),
        ({"buyer": {"channel": "replay", "id": 1}}, "bad_id", "buyer.id must be a text, got 1"),
        ({"buyer": {"mall_id": ""}}, "bad_id", "buyer.mall_id must be a text of 1 to 120"),
        ({"buyer": {"mall_id": 8}}, "bad_id", "buyer.mall_id must be a text of 1 to 120"),
        ({"store": 3}, "bad_text", "store must be a text of at most 120 characters, got 3"),
        ({"store": "s" * 121}, "bad_text", "store must be a text of at most 120 characters, got"),
        ({"items": {}}, "bad_items", "items must be a list, got an object"),
        ({"items": "M01"}, "bad_items", "items must be a list, got 'M01'"),
        ({"items": items() * 101}, "bad_items", "items holds 202, at most 200 are read"),
        ({"items": ["M01"]}, "bad_items", "items[0] must be an object, got 'M01'"),
        ({"items": [None]}, "bad_items", "items[0] must be an object, got None"),
        ({"items": items(amount=None)}, "missing", "items[1].amount is missing"),
        ({"items": items(amount=1.0)}, "bad_amount", "items[1].amount must be a text of yuan"),
        ({"items": items(amount="-1")}, "bad_amount", "items[1].amount must be a text of yuan"),
        ({"items": items(sku=1)}, "bad_text", "items[1].sku must be a text of at most 120"),
        ({"items": items(category=[])}, "bad_text", "items[1].category must be a text of at most"),
        ({"items": items(category="c" * 121)}, "bad_text", "items[1].category must be a text of"),
        ({"items": items(quantity=0)}, "bad_items", "items[1].quantity must be a whole number"),
        ({"items": items(quantity=-1)}, "bad_items", "items[1].quantity must be a whole number"),
        ({"items": items(quantity=1_000_001)}, "bad_items", "items[1].quantity must be a whole"),
        ({"items": items(quantity=1.0)}, "bad_items", "items[1].quantity must be a whole number"),
        ({"items": items(quantity="1")}, "bad_items", "items[1].quantity must be a whole number"),
        ({"items": items(quantity=True)}, "bad_items", "items[1].quantity must be a whole number"),
    ],
)
def test_a_bad_body_is_refused_with_the_key_and_what_was_got(
    keys: dict[str, Any], code: str, fault: str
) -> None:
    with pytest.raises(BadOrder) as caught:
        order_event({**PAID, **keys})
    assert str(caught.value).startswith(fault)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("keys", "got"),
    [
        ({"event": "shipped"}, "'shipped'"),
        ({"amount": 128}, "128"),
        ({"paid_at": "1999-12-31T08:00:00+08:00"}, "'1999-12-31T08:00:00+08:00'"),
        ({"buyer": ["u1"]}, "a list"),
        ({"buyer": {"mall_id": 8}}, "8"),
        ({"store": {}}, "an object"),
        ({"items": items(quantity=0)}, "0"),
        ({"items": items(amount="-1.00")}, "'-1.00'"),
    ],
)
def test_a_complaint_ends_with_what_was_got(keys: dict[str, Any], got: str) -> None:
    with pytest.raises(BadOrder) as caught:
        order_event({**PAID, **keys})
    assert str(caught.value).endswith(f" got {got}")


def test_orders_are_read_from_the_year_2000_on() -> None:
    event = order_event({**PAID, "paid_at": "2000-01-01T00:00:00Z"})
    assert event.paid_at == datetime(2000, 1, 1, tzinfo=UTC)


def test_a_word_of_the_shops_may_be_empty_and_120_characters_long() -> None:
    event = order_event({**PAID, "store": "s" * 120, "items": items(sku="", category="c" * 120)})
    assert event.store == "s" * 120
    assert event.items[1] == Item("", "c" * 120, 100, 1)
    assert order_event({**PAID, "store": ""}).store == ""


@pytest.mark.parametrize("event", ["completed", "refunded", "cancelled"])
@pytest.mark.parametrize(
    "keys", [{"buyer": 1}, {"paid_at": 1}, {"items": 1}, {"store": 1}, {"currency": 1}], ids=str
)
def test_what_an_event_does_not_need_must_be_well_formed_all_the_same(
    event: str, keys: dict[str, int]
) -> None:
    with pytest.raises(BadOrder, match=f"^{next(iter(keys))} must be"):
        order_event({**REFUNDED, "event": event, **keys})


def test_as_many_items_and_pieces_are_read_as_allowed() -> None:
    event = order_event({**PAID, "items": items(quantity=1_000_000) * 100})
    assert len(event.items) == 200
    assert event.items[-1].quantity == 1_000_000


def test_ids_are_kept_as_both_databases_can() -> None:
    event = order_event({**PAID, "order": "O\0\ud800", "store": "\0", "buyer": {"mall_id": "\0"}})
    assert (event.order, event.store, event.mall_id) == ("O\\x00\\ud800", "\\x00", "\\x00")
    assert len(order_event({**PAID, "order": "\0" * 120}).order) == 120
    assert order_event({**PAID, "order": "O" * 120}).order == "O" * 120


def test_a_buyer_is_known_by_the_id_that_a_message_of_theirs_is_kept_under() -> None:
    """Chat ids are cut and hashed in dispatch; the shop sends them whole."""
    buyers = [
        order_event({**PAID, "buyer": {"channel": "replay", "id": "x" * n}}).buyer
        for n in (9_000, 9_001)
    ]
    assert all(buyer is not None and len(buyer.external_id) == 120 for buyer in buyers)
    assert buyers[0] != buyers[1]


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["paid", "1.00", "CNY", PAID["paid_at"]]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["id", "channel", "mall_id", "amount", "sku"]), inner),
    max_leaves=5,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*PAID, "refund"]), JSON_VALUES))
def test_no_body_raises_anything_else(keys: dict[str, Any]) -> None:
    told = told_by({**PAID, **keys})
    assert "\n" not in told if isinstance(told, str) else told.kind in NEEDED


def told_by(body: dict[str, Any]) -> OrderEvent | str:
    """The event, or what is wrong with it."""
    try:
        return order_event(body)
    except BadOrder as error:
        return str(error)
