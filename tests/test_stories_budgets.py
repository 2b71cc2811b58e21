"""Budgets of campaigns: together members get what is in them, once, and then no more."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.points.campaign import Campaign
from bot.points.types import Programme, Rule
from store.verify import verify
from tests.books import assert_balanced
from tests.chat import Chat
from tests.story import Story

SHARE = Rule("share", "share", "分享", 20, reply="+{points}")
REVIEW = Rule(
    "review", "review", "晒单", 50, wait_for="admin", choices=(50, 100), reply="+{points}"
)
ORDER = Rule("order", "order", "下单", 1, wait_days=7, categories={"美妆": 2})
DOUBLE = Campaign(
    "double", "双倍", rules=frozenset({"share", "review", "order"}), multiplier=Decimal(2),
    budget_points=110,
)  # fmt: skip


@pytest.fixture
def programme(standard: Programme) -> Programme:
    rules = (*standard.rules, SHARE, REVIEW, ORDER)
    return replace(standard, rules=rules, campaigns=(DOUBLE,))


def given(chat: Chat) -> int:
    [(points,)] = chat.rows("SELECT points FROM budget WHERE campaign = 'double'")
    return int(points)


def test_what_is_left_is_given_and_then_it_is_over(story: Story, chat: Chat) -> None:
    """
    2026-11-01  小美  做share  +40
                小明  做share  +40
                小美  做share  +40
                小明  做share  +40
                阿强  做share  +40
                小美  做share  +30
                小美  做share  +20
                小明  做share  +20
    """
    assert given(chat) == 110
    assert_balanced(chat)


def test_taking_back_gives_nothing_back_to_it(story: Story, chat: Chat) -> None:
    """
    2026-11-01  小美  做share  +40
                店长  撤销 #1  -40
                小美  做share  +40
                小美  做share  +40
                小美  做share  +40
                小美  做share  +40
                小美  做share  +30
                小美  做share  +20
    """
    assert given(chat) == 110


def test_an_order_is_charged_while_it_waits_and_refunds_give_nothing_back(
    story: Story, chat: Chat
) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美  told
                小美  waiting 200
    order O1 refunded R1 100.00   told
                小美  waiting 0
                小美  做share  +30
                小美  做share  +20
    """
    assert given(chat) == 110


def test_an_order_that_turns_out_to_be_worth_more_takes_the_rest(story: Story, chat: Chat) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 80.00 by 小美             told
                小美  waiting 160
    order O1 completed 80.00 美妆=80.00     +270
    """
    assert given(chat) == 110
    assert_balanced(chat)


def test_what_has_been_posted_takes_no_more_from_it(story: Story, chat: Chat) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 40.00 by 小美  told
    06-26 09:00 jump
                小美  = 85
    order O1 completed 40.00 美妆=40.00      silence
                小美  = 85
    """
    assert given(chat) == 40


def test_an_admins_choice_takes_the_rest(story: Story, chat: Chat) -> None:
    """
    2026-11-01  小美  做share   +40
                小美  做review  told
                小美  waiting 100
    """
    assert given(chat) == 70
    chat("店长", "通过 2 100", role="admin")
    assert chat.rows("SELECT points FROM entry WHERE rule = 'review'") == [(190,)]
    assert given(chat) == 110
    assert_balanced(chat)


def test_members_read_that_it_is_over_and_why(chat: Chat) -> None:
    chat.bot.posting.programme = replace(
        chat.programme, campaigns=(replace(DOUBLE, budget_points=25),)
    )
    line = "活动「双倍」进行中:分享、晒单、下单 ×2,共送 25 分,送完为止"
    assert chat("小美", "活动") == [line]
    assert chat("小美", "做share", at="2026-11-01 12:00") == ["+40,活动「双倍」"]
    assert chat("小美", "做share") == ["+25,活动「双倍」"]
    assert (
        "基础 20 × 倍数 1 × 活动 2,双倍,不设上限,活动只剩 5 分 = 25 分"
        in chat("小美", "为什么")[0]
    )
    assert chat("小美", "做share") == ["+20"]
    assert chat("小美", "活动") == [f"{line},已送完"]
    assert f"{line},已送完" in chat("小美", "规则")[0]


def test_a_larger_budget_goes_on_where_the_smaller_ended(story: Story, chat: Chat) -> None:
    """
    2026-11-01  小美  做share  +40
    """
    small = replace(chat.programme, campaigns=(replace(DOUBLE, budget_points=10),))
    chat.bot.posting.programme = small
    story.tell("  小美  做share  +20")
    chat.bot.posting.programme = replace(
        chat.programme, campaigns=(replace(DOUBLE, budget_points=30),)
    )
    story.tell("  小美  做share  +30")
    assert given(chat) == 30


def test_who_has_no_budget_pays_no_statement(chat: Chat) -> None:
    chat("小美", "签到")
    assert chat.rows("SELECT count(*) FROM budget") == [(0,)]


def test_verify_finds_a_budget_that_says_less_than_was_given(story: Story, chat: Chat) -> None:
    """
    2026-11-01  小美  做share  +40
    order O1 paid 30.00 by 小美  told
    """
    connection = chat.database.connect()
    connection.begin()
    connection.run("UPDATE budget SET points = 49")
    connection.commit()
    connection.close()
    _, found = verify(chat.database)
    assert found == ["budget double: 49 given, but entries and what waits were charged 50"]
