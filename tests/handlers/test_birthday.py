"""生日: told once, and what campaigns make of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Literal

import pytest

from bot.points.campaign import Campaign, is_birthday
from bot.points.types import Programme, Rule
from tests.books import assert_balanced
from tests.chat import Chat
from tests.story import Story


@pytest.fixture
def programme(standard: Programme) -> Programme:
    rules = (
        Rule("order", "order", "下单", 1, wait_days=7),
        Rule("share", "share", "分享", 20, reply="+{total}"),
    )
    double = Campaign(
        "birthday", "生日双倍", rules=frozenset({"order"}), birthday="month", multiplier=Decimal(2)
    )
    return replace(standard, rules=rules, campaigns=(double,), tier_multiplies=frozenset())


def test_it_is_told_once_and_changed_by_an_admin_alone(chat: Chat) -> None:
    assert chat("小美", "生日") == ["这样写:生日 06-18"]
    assert chat("小美", "生日 02-30") == ["这样写:生日 06-18"]
    assert chat("小美", "生日 6-18", private=True) == ["生日登记为 06-18"]
    assert chat("小美", "生日 11-01") == ["生日已登记为 06-18,要改请找管理员"]
    assert chat("小明", "生日 @小美 11-01", mentions=["小美"]) == ["别人的生日只有管理员能改"]
    said = chat("店长", "生日 @小美 11-01", mentions=["小美"], admin=True)
    assert said == ["小美的生日登记为 11-01"]
    assert chat("小美", "生日") == ["你的生日是 11-01"]
    assert_balanced(chat)


def test_orders_count_by_the_day_they_were_paid(story: Story) -> None:
    """
    11-01 10:00  小美  生日 11-20        told
    order O1 paid 10.00 by 小美          told
    order O1 completed                   +20
    order O2 paid 10.00 by 小美 paid-at 10-31 23:59  told
    order O2 completed                   +10
    12-01 00:00  order O3 paid 10.00 by 小美  told
    order O3 completed                   +10
    小美 = 40
    """


def test_who_has_not_told_gets_nothing_on_top(story: Story) -> None:
    """
    11-01 10:00  小美  做share  +20
    order O1 paid 10.00 by 小美          told
    order O1 completed                   +10
    """


@pytest.mark.parametrize(
    ("asked", "born", "day", "is_it"),
    [
        ("month", (6, 18), date(2026, 6, 1), True),
        ("month", (6, 18), date(2026, 7, 1), False),
        ("month", None, date(2026, 6, 1), False),
        ("day", (6, 18), date(2026, 6, 18), True),
        ("day", (6, 18), date(2026, 6, 17), False),
        ("day", (2, 29), date(2027, 2, 28), True),
        ("day", (2, 29), date(2028, 2, 28), False),
        ("day", (2, 29), date(2028, 2, 29), True),
    ],
)
def test_the_days_of_a_birthday(
    asked: Literal["month", "day"], born: tuple[int, int] | None, day: date, is_it: bool
) -> None:
    assert is_birthday(asked, born, day) is is_it
