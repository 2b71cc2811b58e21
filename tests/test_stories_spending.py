"""Points spent in a week or a month: rewarded as soon as it is enough, and no more when not."""

from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat
from tests.story import Story

WEEK = Rule(
    "week", "spend_period", "花分奖励", 50, spend_points=200, spend_within="week",
    reply="本周花满,{name} +{points}",
)  # fmt: skip
MONTH = Rule("month", "spend_period", "月花分", 7, spend_points=300, spend_within="month")


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, WEEK, MONTH))


@pytest.fixture
def rich(chat: Chat) -> Story:
    """小美 has 1,000 points since Monday, 2 November."""
    Story(chat).tell("""
    11-02 09:00  小美  签到                 +5
                 店长  加分 小美 995 谢谢   +995
    """)
    return Story(chat)


def told(chat: Chat) -> list[str]:
    """What was told privately with the last message."""
    return [reply.text for result in chat.results for _, reply in result.notices]


def test_it_is_paid_as_soon_as_it_is_reached_once_a_period(rich: Story, chat: Chat) -> None:
    rich.tell("""
    11-02  小美  redeem 150  -150
    11-08  小美  redeem 49   -49
           小美  redeem 1    +49
    """)
    assert told(chat) == ["本周花满,花分奖励 +50"]
    rich.tell("""
    # The 300 of the month are reached too; the week's are paid already.
    11-08  小美  redeem 200  -193
    11-09  小美  redeem 199  -199
    11-10  小美  redeem 1    +49
           小美  redeem 99   -99
    """)
    number = chat.rows("SELECT id FROM entry WHERE rule = 'week' ORDER BY id")[0][0]
    assert "一周内花满 200 分" in chat("小美", f"为什么 {number}")[0]
    assert chat.rows("SELECT key FROM activity WHERE kind = 'spend_period' ORDER BY id") == [
        ("spend_period/week-2026-11-02/200/1",),
        ("spend_period/month-2026-11-01/300/1",),
        ("spend_period/week-2026-11-09/200/1",),
    ]


def test_what_is_given_back_takes_it_back_and_spending_again_earns_it_again(
    rich: Story, chat: Chat
) -> None:
    rich.tell("""
    11-02  小美  redeem 200  -150
           店长  撤销 3      +150
           小美  = 1000
           小美  redeem 199  -199
           小美  redeem 1    +49
           小美  = 850
    """)
    assert chat.rows("SELECT key FROM activity WHERE kind = 'spend_period' ORDER BY id") == [
        ("spend_period/week-2026-11-02/200/1",),
        ("spend_period/week-2026-11-02/200/1/2",),
    ]


def test_enough_that_is_left_keeps_it(rich: Story) -> None:
    """
    Of 250 spent 50 come back later, in another week: 200 are left of the first.
    """
    rich.tell("""
    11-02  小美  redeem 200  -150
           小美  redeem 50   -50
    11-10  店长  撤销 5      +50
           店长  撤销 3      +150
    """)


def test_what_an_admin_took_back_is_not_paid_again(rich: Story) -> None:
    rich.tell("""
    11-02  小美  redeem 200  -150
           店长  撤销 4      -50
           小美  redeem 10   -10
           店长  撤销 3      +200
           小美  redeem 200  -200
    """)


def test_making_up_a_day_is_spending_for_the_day_on_which_it_was_asked(
    rich: Story, chat: Chat
) -> None:
    rich.tell("""
    11-06        小美  redeem 180                   -180
    11-09 00:10  小美  补签 sent 11-08 23:59        +30
    """)
    assert chat.rows("SELECT key FROM activity WHERE kind = 'spend_period'") == [
        ("spend_period/week-2026-11-02/200/1",)
    ]


def test_a_refused_spend_and_a_message_told_twice_count_once(rich: Story) -> None:
    rich.tell("""
    11-02  小美  redeem 2000       refused insufficient
           小美  redeem 100 id a   -100
           小美  redeem 100 id a   silence
           restart
           小美  redeem 100 id a   silence
           小美  = 900
    """)


def test_a_deduction_that_is_given_back_is_no_spending(rich: Story, chat: Chat) -> None:
    rich.tell("""
    11-02  店长  扣分 小美 300 错了  -300
           店长  撤销 3             +300
           小美  = 1000
    """)
    assert chat(SUPERUSER, "签到")
    assert_balanced(chat)


def test_tasks_tell_how_much_of_it_is_spent(rich: Story, chat: Chat) -> None:
    rich.tell("11-02  小美  redeem 150  -150")
    lines = chat("小美", "任务")[0].split("\n")
    assert "花分奖励 本周花了 150/200 分:+50" in lines
    assert "月花分 本月花了 150/300 分:+7" in lines
    rich.tell("11-03  小美  redeem 50  +0")
    said = chat("小美", "任务")[0]
    assert "花分奖励 本周" not in said
    assert "月花分 本月花了 200/300 分:+7" in said
    assert "花分奖励 本周花了 0/200 分:+50" in chat("小美", "任务", at="11-09")[0]
    assert_balanced(chat)
