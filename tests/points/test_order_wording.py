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
    ("because", "waited", "points", "debt", "said"),
    [
        ("退款", 30, 0, 0, "待入账 -30"),
        ("取消", 0, 20, 0, "-20 积分,余额 7"),
        ("金额更正", 30, 20, 0, "待入账 -30,-20 积分,余额 7"),
        ("退款", 0, 20, 5, "-20 积分,余额 7,欠 5 分"),
    ],
)
def test_what_is_taken_back_is_told_apart_from_what_waited(
    because: str, waited: int, points: int, debt: int, said: str
) -> None:
    assert taken_back("O1", because, waited, points, 7, debt) == f"订单 O1 {because}:{said}"
