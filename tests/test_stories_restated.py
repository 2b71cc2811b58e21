"""What the shop says twice and differently: amounts, items and buyers of one order."""

from dataclasses import replace
from itertools import permutations

import psycopg
import pytest

from bot.points.types import Programme, Rule
from store.database import Database
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat, Clock
from tests.story import Story

ORDER = Rule("order", "order", "下单", 1, wait_days=7, categories={"美妆": 2})
LARGE = Rule("large", "order", "大单", 500, per="deed", from_units=80, wait_days=7)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, ORDER))


def test_an_amount_that_turns_out_smaller_takes_points_with_it(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.50 by 小美  told
                小美  waiting 100
    order O1 completed 90.00      +90
                小美  waiting 0
    order O1 paid 80.00 by 小美   -10
    order O1 refunded R1 40.00    -40
                小美  = 45
    """


def test_a_larger_amount_than_was_said_first_changes_nothing(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 90.00 by 小美   told
    order O1 completed 100.50     +90
    """


def test_items_that_come_later_are_paid_by_their_category_while_points_wait(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美             told
    order O1 refunded R1 20.00               told
    order O1 completed 100.00 美妆=90.00     +144
                小美  = 149
    """


def test_the_buyer_is_told_that_the_amount_was_put_right(chat: Chat) -> None:
    chat("小美", "签到", at="2026-06-18 10:00")
    body = {"order": "O1", "buyer": {"channel": CHANNEL, "id": "小美"}}
    chat.order(event="paid", amount="100.50", paid_at="2026-06-18T10:00:00+08:00", **body)
    assert chat.order(event="completed", amount="90.00", **body) == [
        "订单 O1 金额更正:待入账 -10",
        "订单 O1:+90 积分已到账,余额 95",
    ]
    why = chat("小美", "为什么 2")[0]
    assert "基础 1 × 数量 90 × 倍数 1,不设上限 = 90 分" in why


def test_events_with_two_amounts_end_the_same_in_any_order(
    chat: Chat, programme: Programme
) -> None:
    """Also a rule from 80 yuan on, which the smaller amount does not reach, and an award that the
    refund shares in: floor(79.99) = 79 and floor(79 × 49.98 / 79.99) = 49."""
    chat.bot.posting.programme = replace(programme, rules=(*programme.rules, LARGE))
    chat.move_to("2026-06-20 10:00")
    events: dict[str, dict[str, object]] = {
        "paid": {"amount": "100.50", "paid_at": "2026-06-18T10:00:00+08:00"},
        "completed": {"amount": "79.99"},
        "refunded": {"amount": "30.01", "refund": "R1"},
    }
    for number, order in enumerate(permutations(events)):
        who = f"会员{number}"
        chat(who, "签到")
        for event in (*order, *order):
            buyer = {"channel": CHANNEL, "id": who}
            chat.order(event=event, order=f"O{number}", buyer=buyer, **events[event])
    rows = chat.rows("SELECT balance, debt, waiting, qualifying FROM account")
    assert set(rows) == {(5 + 49, 0, 0, 5 + 49)}
    assert_balanced(chat)


def test_who_became_known_first_stays_the_buyer(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    2026-06-18  阿强  签到  +5
    order O1 paid 100.00 by 小美  told
    order O1 completed by 阿强    +100
    order O1 refunded R1 50.00 by 阿强  -50
                小美  = 55
                阿强  = 5
    """


def test_of_two_buyers_nobody_knows_the_first_when_sorted_counts(story: Story) -> None:
    """
    2026-06-18  阿强  签到  +5
    order O1 paid 100.00 by 小美     silence
    order O1 completed by 阿强       silence
                小美  签到  +105
    """


def test_a_page_of_what_is_due_is_locked_at_once(
    postgres_ledger: Database, programme: Programme, clock: Clock
) -> None:
    """Another process holds every account: after one refusal the job begins with all of them."""
    chat = Chat(postgres_ledger, programme, clock)
    people = [f"会员{number}" for number in range(7)]
    for number, who in enumerate(people):
        chat(who, "签到", at="2026-06-18 10:00")
        paid = {"event": "paid", "order": f"O{number}", "amount": "10.00"}
        paid |= {"paid_at": "2026-06-18T10:00:00+08:00"}
        chat.order(buyer={"channel": CHANNEL, "id": who}, **paid)
    wanted: list[int] = []
    address = postgres_ledger.url.replace("+psycopg", "")
    with psycopg.connect(address) as other:
        other.execute("SELECT 1 FROM account ORDER BY member FOR UPDATE")

        def let_go(_: float) -> None:
            wanted.append(len(chat.bot.posting._wanted))
            other.rollback()

        chat.bot.posting._sleep = let_go
        chat.move_to("2026-06-26 12:00")
        chat.bot.run_jobs(chat.clock.now())
    assert wanted == [len(people)]
    assert set(chat.rows("SELECT balance FROM account")) == {(15,)}
    chat.bot.stop()
