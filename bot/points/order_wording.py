"""What the buyer of an order hears privately. Numbers and the operator's words only."""

from datetime import date


def waiting(number: str, points: int, last_on: date | None) -> str:
    """Said when points have been earned that cannot be spent yet. `last_on`: when they can be at
    the latest, programme-local; None: only the completion decides."""
    latest = f",最迟 {last_on:%m-%d}" if last_on is not None else ""
    return f"订单 {number}:+{points} 积分待入账,确认收货后到账{latest}"


def settled(number: str, points: int, balance: int) -> str:
    """Said when they can be spent."""
    return f"订单 {number}:+{points} 积分已到账,余额 {balance}"


def taken_back(
    number: str, because: str, waiting: int, points: int, balance: int, debt: int
) -> str:
    """Said after a refund or a cancellation, or when the amount is less than was said first
    (`because`): how many that waited are gone, and how many that had been paid."""
    parts = [f"待入账 -{waiting}"] if waiting else []
    if points:
        parts.append(f"-{points} 积分,余额 {balance}" + (f",欠 {debt} 分" if debt else ""))
    return f"订单 {number} {because}:{','.join(parts)}"
