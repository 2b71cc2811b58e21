"""Reading what the shop says of an order: the JSON body of the contract, already decoded.

It serves `order` lines of transcripts and the webhook alike. Unknown keys are ignored; a known key
must be well-formed whatever the event, and null is as good as absent.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, TypeVar

from bot.points.instant import instant
from bot.points.order import Identity, Item, OrderEvent, OrderKind
from bot.points.text import LONGEST_ID, identifier, shown, storable

Read = TypeVar("Read")
Code = Literal[
    "unknown_event", "missing", "bad_id", "bad_amount", "bad_currency", "bad_time", "bad_buyer",
    "bad_items", "bad_text",
]  # fmt: skip

NEEDED: Mapping[OrderKind, tuple[str, ...]] = {
    "paid": ("order", "buyer", "paid_at", "amount"),
    "completed": ("order",),
    "refunded": ("order", "refund", "amount"),
    "cancelled": ("order",),
}
"""What each kind of event cannot do without."""

CURRENCY = "CNY"
MOST_ITEMS = 200
MOST_PIECES = 1_000_000
FIRST_YEAR = 2000
"""A payment before it is a mistake, such as an empty time that became 1970."""

_AMOUNT = re.compile(r"([0-9]{1,9})\.([0-9]{2})")


class BadOrder(ValueError):
    """A body that breaks the contract; the message says which key, what was got and what is
    wanted."""

    def __init__(self, code: Code, fault: str) -> None:
        super().__init__(fault)
        self.code = code
        """For programs: what the webhook answers with."""


def order_event(body: Mapping[str, object]) -> OrderEvent:
    """The event that a body tells. Raises BadOrder."""
    kind = _kind(body.get("event"))
    for key in NEEDED[kind]:
        if body.get(key) is None:
            raise BadOrder("missing", f"{key} is missing, the event {kind} needs it")
    _optional(body, "currency", _currency)
    buyer, mall_id = _optional(body, "buyer", _buyer) or (None, None)
    amount_fen = _optional(body, "amount", _fen)
    refund = _optional(body, "refund", _id)
    is_refund = kind == "refunded"
    if is_refund and amount_fen == 0:
        raise BadOrder("bad_amount", "amount of a refund must be above 0")
    return OrderEvent(
        kind=kind,
        order=_id(body["order"], "order"),
        buyer=buyer,
        mall_id=mall_id,
        paid_at=_optional(body, "paid_at", _paid_at),
        amount_fen=None if is_refund else amount_fen,
        items=_optional(body, "items", _items) or (),
        store=_optional(body, "store", _label) or "",
        refund=refund if is_refund else None,
        refund_fen=amount_fen if is_refund else None,
    )


def _optional(
    found: Mapping[str, object], key: str, read: Callable[[object, str], Read], within: str = ""
) -> Read | None:
    """What `read` makes of a key, which it is told to complain by; None when there is none."""
    value = found.get(key)
    return None if value is None else read(value, within + key)


def _kind(found: object) -> OrderKind:
    for kind in NEEDED:
        if kind == found:
            return kind
    raise BadOrder(
        "unknown_event", f"event must be one of {', '.join(NEEDED)}, got {shown(found)}"
    )


def _currency(found: object, key: str) -> str:
    if found != CURRENCY:
        raise BadOrder("bad_currency", f'{key} must be "{CURRENCY}", got {shown(found)}')
    return CURRENCY


def _fen(found: object, key: str) -> int:
    """Yuan as a decimal text, in fen."""
    match = _AMOUNT.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise BadOrder(
            "bad_amount",
            f'{key} must be a text of yuan such as "128.00": 1 to 9 ASCII digits and 2 '
            f"decimals, without a sign; got {shown(found)}",
        )
    return int(match[1]) * 100 + int(match[2])


def _paid_at(found: object, key: str) -> datetime:
    try:
        at = instant(found, key)
    except ValueError as error:
        raise BadOrder("bad_time", str(error)) from error
    if at.year < FIRST_YEAR:
        raise BadOrder("bad_time", f"{key} must be of {FIRST_YEAR} or later, got {shown(found)}")
    return at


def _buyer(found: object, key: str) -> tuple[Identity | None, str | None]:
    """A chat identity or a mall account. The chat's id is kept as that of who writes there is."""
    told = found if isinstance(found, dict) else {}
    external_id, mall_id = told.get("id"), told.get("mall_id")
    if (external_id is None) == (mall_id is None):
        raise BadOrder(
            "bad_buyer",
            f'{key} must be {{"channel": …, "id": …}} or {{"mall_id": …}}, got {shown(found)}',
        )
    if mall_id is not None:
        return None, _id(mall_id, f"{key}.mall_id")
    channel = _id(told.get("channel"), f"{key}.channel")
    if not isinstance(external_id, str) or not external_id:
        raise BadOrder("bad_id", f"{key}.id must be a text, got {shown(external_id)}")
    return Identity(channel, identifier(external_id)), None


def _items(found: object, key: str) -> tuple[Item, ...]:
    if not isinstance(found, list):
        raise BadOrder("bad_items", f"{key} must be a list, got {shown(found)}")
    if len(found) > MOST_ITEMS:
        raise BadOrder("bad_items", f"{key} holds {len(found)}, at most {MOST_ITEMS} are read")
    return tuple(_item(one, f"{key}[{place}]") for place, one in enumerate(found))


def _item(found: object, key: str) -> Item:
    if not isinstance(found, dict):
        raise BadOrder("bad_items", f"{key} must be an object, got {shown(found)}")
    within = f"{key}."
    amount_fen = _optional(found, "amount", _fen, within)
    if amount_fen is None:
        raise BadOrder("missing", f"{within}amount is missing")
    return Item(
        sku=_optional(found, "sku", _label, within) or "",
        category=_optional(found, "category", _label, within) or "",
        amount_fen=amount_fen,
        quantity=_optional(found, "quantity", _pieces, within) or 1,
    )


def _pieces(found: object, key: str) -> int:
    # To Python True is the number 1.
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= MOST_PIECES:
        raise BadOrder(
            "bad_items",
            f"{key} must be a whole number from 1 to {MOST_PIECES}, got {shown(found)}",
        )
    return found


def _id(found: object, key: str) -> str:
    if not isinstance(found, str) or not 1 <= len(found) <= LONGEST_ID:
        raise BadOrder(
            "bad_id", f"{key} must be a text of 1 to {LONGEST_ID} characters, got {shown(found)}"
        )
    return identifier(found)


def _label(found: object, key: str) -> str:
    """A word of the shop's for something; may be empty."""
    if not isinstance(found, str) or len(found) > LONGEST_ID:
        raise BadOrder(
            "bad_text",
            f"{key} must be a text of at most {LONGEST_ID} characters, got {shown(found)}",
        )
    return storable(found)
