"""What the buyer of an order hears."""

from datetime import date

import pytest

from bot.points.order_wording import settled, taken_back, waiting


def test_what_waits_says_when_it_can_be_spent() -> None:
    said = "订单 O1:+99 积分待入账,确认收货后到账"
    assert waiting("O1", 99, None) == said
    assert waiting("O1", 99, date(2026, 12, 1)) == f"{said},最迟 12-01"


def test_what_has_settled_is_told_with_the_balance() -> None:
    assert settled("O1", 99, 140) == "订单 O1:+99 积分已到账,余额 140"


@pytest.mark.parametrize(
    ("waited", "points", "debt", "is_refund", "said"),
    [
        (30, 0, 0, True, "退款:待入账 -30"),
        (0, 20, 0, True, "退款:-20 积分,余额 7"),
        (30, 20, 0, False, "金额更正:待入账 -30,-20 积分,余额 7"),
        (0, 20, 5, True, "退款:-20 积分,余额 7,欠 5 分"),
    ],
)
def test_what_is_taken_back_is_told_apart_from_what_waited(
    waited: int, points: int, debt: int, is_refund: bool, said: str
) -> None:
    assert taken_back("O1", waited, points, 7, debt, is_refund=is_refund) == f"订单 O1 {said}"
