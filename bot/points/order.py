"""Orders of the shop: what one event says, and all that is known after some of them.

The shop tells of an order in several events, in any order, repeated and late. So what is known is
a join: the same events give the same `Order` however they came. Money is in fen, instants in UTC.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Literal, TypeVar

from bot.points.value import value

KIND = "order"
"""The kind of activity that an order is."""

OrderKind = Literal["paid", "completed", "refunded", "cancelled"]
Fact = Literal["amount", "buyer", "mall_id", "paid_at", "store", "items"]

Stated = TypeVar("Stated")

SHOP = "shop"
"""The channel that the journal names for what the shop told of an order."""
MALL = "mall"
"""The channel of mall accounts' identities."""


@value
class Identity:
    """Whom a channel knows under an id."""

    channel: str
    external_id: str


@value
class Item:
    """One line of an order."""

    sku: str
    """The shop's number of the article; "" when it names none."""
    category: str
    """What rates are set by; "" when the shop names none."""
    amount_fen: int
    """What the whole line cost, all its pieces together, 0 or more."""
    quantity: int
    """Pieces, 1 or more."""


@value
class Refund:
    """Money given back."""

    id: str
    """The shop's number of the refund, unique within the order."""
    fen: int
    """More than 0."""
    is_disputed: bool = False
    """Whether it was told with another amount too; the largest counts."""


@value
class OrderEvent:
    """What the shop says in one message about one order."""

    kind: OrderKind
    order: str
    """The shop's order number."""
    buyer: Identity | None = None
    """The chat identity of who bought; None when the shop does not say, or gives a mall
    account."""
    mall_id: str | None = None
    """The mall account of who bought; one of the two at most in one event."""
    paid_at: datetime | None = None
    amount_fen: int | None = None
    """What was paid for the order, shipping included, 0 or more."""
    items: tuple[Item, ...] = ()
    """In the order of the body; empty when the shop lists none."""
    store: str = ""
    """Where it was bought: `online`, a branch; "" when the shop does not say."""
    refund: str | None = None
    """The refund's number; of `refunded` only."""
    refund_fen: int | None = None
    """What this refund gave back, more than 0; of `refunded` only."""


@value
class Order:
    """All that is known of one order. Of two things said the one that gives fewer points counts
    where that is plain (the smaller amount, the larger refund), else the first when sorted."""

    number: str
    buyer: Identity | None = None
    mall_id: str | None = None
    """May be known beside `buyer`, from another event; whether both are one person, the core
    cannot tell."""
    paid_at: datetime | None = None
    amount_fen: int | None = None
    """What was paid; None until `paid`, or a `completed` that says so, is here."""
    items: tuple[Item, ...] = ()
    store: str = ""
    is_completed: bool = False
    is_cancelled: bool = False
    """All was given back, whatever the refunds come to."""
    refunds: tuple[Refund, ...] = ()
    """Sorted by id, each id once."""
    disputed: frozenset[Fact] = frozenset()
    """Facts that events contradict each other in."""

    @property
    def is_known(self) -> bool:
        """Whether it can be judged: who paid, when, and how much. Until then it is parked."""
        has_buyer = self.buyer is not None or self.mall_id is not None
        return has_buyer and self.paid_at is not None and self.amount_fen is not None

    @property
    def bought_by(self) -> Identity | None:
        """By whom the buyer is found: the chat identity, or else the mall account; None while
        neither is known."""
        if self.buyer is not None or self.mall_id is None:
            return self.buyer
        return Identity(MALL, self.mall_id)

    @property
    def is_buyer_certain(self) -> bool:
        """Whether no event names anybody else as the buyer, or under another identity."""
        named = sum(one is not None for one in (self.buyer, self.mall_id))
        return named == 1 and not self.disputed & {"buyer", "mall_id"}

    @property
    def is_disputed(self) -> bool:
        """Whether events contradict each other, on a fact or on the amount of a refund."""
        return bool(self.disputed) or any(refund.is_disputed for refund in self.refunds)


def merge(order: Order | None, event: OrderEvent) -> Order:
    """The order after one more event; the same for every order and repetition of the same events.

    `order` is None when nothing is known of it yet. Raises ValueError for an event of another
    order.
    """
    told = stated(event)
    return told if order is None else joined(order, told)


def stated(event: OrderEvent) -> Order:
    """What one event says by itself. Only `paid` and `completed` tell the amount and the items: in
    the others those may be what was given back."""
    is_whole = event.kind in ("paid", "completed")
    refunds: tuple[Refund, ...] = ()
    if event.kind == "refunded" and event.refund is not None and event.refund_fen is not None:
        refunds = (Refund(event.refund, event.refund_fen),)
    return Order(
        number=event.order,
        buyer=event.buyer,
        mall_id=event.mall_id,
        paid_at=event.paid_at,
        amount_fen=event.amount_fen if is_whole else None,
        items=event.items if is_whole else (),
        store=event.store,
        is_completed=event.kind == "completed",
        is_cancelled=event.kind == "cancelled",
        refunds=refunds,
    )


def joined(one: Order, other: Order) -> Order:
    """All that two pieces of knowledge of the same order say: commutative, associative and
    idempotent. Raises ValueError when they are of two orders."""
    if one.number != other.number:
        raise ValueError(f"order {one.number!r} is not order {other.number!r}")
    return Order(
        number=one.number,
        buyer=_agreed(one.buyer, other.buyer, _first),
        mall_id=_agreed(one.mall_id, other.mall_id, min),
        paid_at=_agreed(one.paid_at, other.paid_at, min),
        amount_fen=_agreed(one.amount_fen, other.amount_fen, min),
        items=_agreed(one.items or None, other.items or None, _first) or (),
        store=_agreed(one.store or None, other.store or None, min) or "",
        is_completed=one.is_completed or other.is_completed,
        is_cancelled=one.is_cancelled or other.is_cancelled,
        refunds=_refunds(one, other),
        disputed=one.disputed | other.disputed | frozenset(_disputes(one, other)),
    )


def _agreed(
    one: Stated | None, other: Stated | None, choose: Callable[[Stated, Stated], Stated]
) -> Stated | None:
    if one is None or other is None:
        return other if one is None else one
    return choose(one, other)


def _first(one: Stated, other: Stated) -> Stated:
    """Of two that have no order of their own, the one that is written first."""
    return min(one, other, key=repr)


def _disputes(one: Order, other: Order) -> Iterator[Fact]:
    facts: dict[Fact, tuple[object, object]] = {
        "amount": (one.amount_fen, other.amount_fen),
        "buyer": (one.buyer, other.buyer),
        "mall_id": (one.mall_id, other.mall_id),
        "paid_at": (one.paid_at, other.paid_at),
        "store": (one.store or None, other.store or None),
        "items": (_whatever_order(one.items), _whatever_order(other.items)),
    }
    for fact, (this, that) in facts.items():
        if this is not None and that is not None and this != that:
            yield fact


def _whatever_order(items: tuple[Item, ...]) -> list[str] | None:
    """The same lines in another order are no contradiction."""
    return sorted(map(repr, items)) or None


def _refunds(one: Order, other: Order) -> tuple[Refund, ...]:
    known = {refund.id: refund for refund in one.refunds}
    for refund in other.refunds:
        twin = known.get(refund.id, refund)
        known[refund.id] = Refund(
            refund.id,
            max(twin.fen, refund.fen),
            twin.is_disputed or refund.is_disputed or twin.fen != refund.fen,
        )
    return tuple(known[number] for number in sorted(known))
