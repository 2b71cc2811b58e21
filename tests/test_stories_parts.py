"""A gain taken back in parts, as the refunds of an order do it: `refund 1 50` leaves 50 points of
entry 1 taken in all."""

from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from tests.chat import Chat
from tests.story import Story


@pytest.fixture
def programme(standard: Programme) -> Programme:
    """A point a yuan, spendable for two days; what admins give is for good."""
    order = Rule("order", "order", "下单", 1, valid_days=2, reply="+{points}")
    return replace(standard, rules=(order,), valid_days=None)


def test_parts_add_up_to_the_whole_and_not_a_point_more(story: Story) -> None:
    """
    11-01  小美  做order 100     +100
           店长  refund 1 33    -33
           小美  qualifying 67
           小美  lots 2026-11-03:67
           店长  refund 1 66    -33
           店长  refund 1 99    -33
           店长  refund 1 100   -1
           小美  = 0
           小美  debt 0
           小美  qualifying 0
           店长  refund 1 100   refused already_reversed
           店长  撤销 1         refused already_reversed
    """


def test_the_same_total_again_takes_nothing_and_nor_does_a_lower_one(story: Story) -> None:
    """
    11-01  小美  做order 100          +100
           店长  refund 1 50 id a    -50
           店长  refund 1 50 id a    silence
           店长  refund 1 50 id b    refused already_reversed
           店长  refund 1 30         refused already_reversed
           小美  = 50
           店长  refund 1 60         -10
           小美  = 40
    """


def test_more_than_the_gain_counts_as_all_of_it(story: Story) -> None:
    """
    11-01  小美  做order 100       +100
           店长  refund 1 40      -40
           店长  refund 1 999999  -60
           小美  = 0
           小美  debt 0
    """


def test_the_rest_of_a_gain_is_taken_back_by_an_admin(story: Story, chat: Chat) -> None:
    """
    11-01  小美  做order 100    +100
           店长  refund 1 30   -30
           店长  撤销 1        -70
           店长  refund 1 40   refused already_reversed
           店长  撤销 1        refused already_reversed
           小美  = 0
           小美  qualifying 0
    """
    rows = chat.rows("SELECT key, why, actor FROM entry WHERE kind = 'reversal' ORDER BY id")
    assert rows == [
        ("reversal:1/30", '{"base":-30,"cause":"test/m2"}', None),
        ("reversal:1/100", '{"base":-70}', "test:店长"),
    ]


def test_all_at_once_is_no_part_whoever_asks_for_it(story: Story, chat: Chat) -> None:
    """
    11-01  小美  做order 100     +100
           小美  做order 50      +50
           店长  refund 1 100   -100
           店长  撤销 2         -50
           店长  refund 2 20    refused already_reversed
    """
    rows = chat.rows("SELECT key FROM entry WHERE kind = 'reversal' ORDER BY id")
    assert rows == [("reversal:1",), ("reversal:2",)]


def test_a_part_of_spent_points_is_a_debt_that_later_gains_pay(story: Story) -> None:
    """
    11-01  小美  做order 100    +100
           小美  redeem 80     -80
           店长  refund 1 50   -50
           小美  = 0
           小美  debt 30
           小美  qualifying 50
    11-02  小美  做order 40     +40
           小美  = 10
           小美  debt 0
           店长  refund 1 100  -50
           小美  = 0
           小美  debt 40
    """


def test_a_part_is_taken_from_its_own_lot_then_from_the_earliest(story: Story) -> None:
    """
    11-01  小美  做order 100              +100
    11-02  小美  做order 20               +20
           店长  加分 小美 30 谢谢       +30
           小美  lots 2026-11-03:100 2026-11-04:20 9999-12-31:30
           店长  refund 2 15             -15
           小美  lots 2026-11-03:100 2026-11-04:5 9999-12-31:30
           店长  refund 2 20             -5
           小美  lots 2026-11-03:100 9999-12-31:30
           小美  redeem 90               -90
           店长  refund 1 25             -25
           小美  lots 9999-12-31:15
           店长  refund 1 45             -20
           小美  debt 5
    """


def test_what_expired_of_a_gain_is_in_no_part_of_it(story: Story) -> None:
    """
    # of 100, 70 were spent and 30 expired unused: parts of 50 and 50 take 70
    11-01  小美  做order 100     +100
           小美  redeem 70      -70
    11-09  店长  refund 1 50    -50
           小美  = 0
           小美  debt 50
           店长  refund 1 100   -20
           小美  debt 70
           小美  qualifying 30
           店长  refund 1 100   refused already_reversed
    """


def test_what_expires_between_two_parts_is_not_in_the_second(story: Story) -> None:
    """
    # of 100, 20 were spent, 50 taken back and 30 expired: 20 are left to take
    11-01  小美  做order 100     +100
           小美  redeem 20      -20
           店长  refund 1 50    -50
    11-09  小美  = 30
           店长  refund 1 60    -10
           小美  debt 10
           店长  撤销 1         -10
           小美  debt 20
           小美  qualifying 30
    """


def test_a_gain_that_has_expired_whole_is_taken_back_in_no_part(story: Story) -> None:
    """
    11-01  小美  做order 100     +100
           小美  做order 10      +10
           店长  refund 2 4     -4
    11-09  店长  refund 1 50    refused already_expired
           店长  refund 2 10    refused already_reversed
           小美  = 0
           小美  debt 0
    """


def test_a_part_lowers_the_day_of_its_gain_and_no_other(story: Story, chat: Chat) -> None:
    """
    11-01  小美  做order 100     +100
    11-02  小美  做order 10      +10
           店长  refund 1 30    -30
           小美  qualifying 80
    """
    rows = chat.rows("SELECT day, points FROM score ORDER BY day")
    assert rows == [("2026-11-01", 70), ("2026-11-02", 10)]


def test_only_what_a_rule_paid_is_taken_back_in_parts(story: Story) -> None:
    """
    11-01  小美  做order 100         +100
           店长  加分 小美 30 谢谢  +30
           小美  redeem 20          -20
           店长  refund 1 10        -10
           店长  refund 2 10        refused not_reversible
           店长  refund 3 10        refused not_reversible
           店长  refund 4 10        refused not_reversible
           店长  refund 5 10        refused no_such_entry
    """


def test_a_part_of_nothing_is_a_bug(chat: Chat) -> None:
    chat("小美", "做order 100")
    with pytest.raises(ValueError, match="got 0"):
        chat("店长", "refund 1 0")
    assert chat.rows("SELECT count(*) FROM entry") == [(1,)]


def test_a_member_reads_what_was_taken_back(chat: Chat) -> None:
    chat("小美", "做order 100")
    chat("店长", "refund 1 30")
    assert chat("小美", "为什么 1")[0].endswith("\n记完余额 100\n已退回 30 分,见流水 #2")
    assert chat("小美", "为什么 2")[0].startswith("-30 积分,退回 #1,流水 #2\n")
    chat("店长", "refund 1 60")
    assert chat("小美", "为什么 1")[0].endswith("\n已退回 60 分,见流水 #3")
    assert chat("店长", "撤销 1", admin=True) == ["已撤销 #1:小美 -40 积分,余额 0,流水 #4"]
    assert chat("小美", "为什么 1")[0].endswith("\n已撤销,见流水 #4")


def test_all_that_had_not_expired_counts_as_taken_back_at_once(chat: Chat) -> None:
    chat("小美", "做order 100")
    chat("小美", "redeem 70")
    chat("店长", "撤销 1", at="11-09", admin=True)
    assert chat("小美", "为什么 1")[0].endswith("\n已撤销,见流水 #4")
