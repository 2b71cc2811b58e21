"""What is left of an order, and what its buyer keeps for it. Money in fen, points whole."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.points.order import Order

NO_CATEGORY = ""
"""What an order without items was paid for, and items whose category the shop does not name."""


def refunded_fen(order: Order) -> int:
    """What was given back, at most the amount; all of it when the order was cancelled; 0 while the
    amount is unknown."""
    if order.amount_fen is None:
        return 0
    if order.is_cancelled:
        return order.amount_fen
    return min(_told_fen(order), order.amount_fen)


def excess_fen(order: Order) -> int:
    """What refunds come to above the amount: something for a person to look at. 0 while the amount
    is unknown."""
    return 0 if order.amount_fen is None else max(0, _told_fen(order) - order.amount_fen)


def left_fen(order: Order) -> int | None:
    """The amount less what was given back, 0 or more; None while the amount is unknown. At 0 the
    order never happened."""
    return None if order.amount_fen is None else order.amount_fen - refunded_fen(order)


def category_fen(order: Order) -> Mapping[str, int]:
    """What was paid for each category, before refunds, in the order of the items.

    Items above the amount (a discount on the whole) are scaled down in whole fen, so that the
    parts sum to the amount exactly: the largest remainders get the fen that are over, of equal
    ones the first. Items below the amount leave the rest, shipping, to no category. Without items
    all of it is for NO_CATEGORY. Empty while the amount is unknown.
    """
    if order.amount_fen is None:
        return {}
    if not order.items:
        return {NO_CATEGORY: order.amount_fen}
    parts: dict[str, int] = {}
    for item in order.items:
        parts[item.category] = parts.get(item.category, 0) + item.amount_fen
    if sum(parts.values()) <= order.amount_fen:
        return parts
    return dict(zip(parts, _scaled(list(parts.values()), order.amount_fen), strict=True))


def kept(points: int, order: Order) -> int:
    """Of `points` (0 or more) for the whole order what refunds leave: points × left / amount,
    rounded down. 0 of an order for nothing, or whose amount is unknown.

    What one more refund takes back is the difference of before and after, so that any number of
    them sums to what all of them together take.
    """
    left = left_fen(order)
    return points * left // order.amount_fen if left and order.amount_fen else 0


def settles_at(order: Order, wait_days: int) -> datetime | None:
    """From when its points can be spent, UTC: `wait_days` times 24 hours after it was paid; when
    it is completed at once, that is from `paid_at`.

    None when nothing is left of it, and while it cannot be judged (`Order.is_known`).
    """
    if not order.is_known or order.paid_at is None or not left_fen(order):
        return None
    return order.paid_at if order.is_completed else order.paid_at + timedelta(days=wait_days)


def _told_fen(order: Order) -> int:
    return sum(refund.fen for refund in order.refunds)


def _scaled(parts: Sequence[int], whole: int) -> list[int]:
    """Parts that sum to `whole`, in proportion to `parts`, by the largest remainder."""
    total = sum(parts)
    shares = [part * whole // total for part in parts]
    over = whole - sum(shares)
    by_remainder = sorted(range(len(parts)), key=lambda place: -(parts[place] * whole % total))
    for place in by_remainder[:over]:
        shares[place] += 1
    return shares
