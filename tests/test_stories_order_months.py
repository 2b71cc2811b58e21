"""Months in a row with an order: paid for every n-th, and never for a month that was refunded."""

from dataclasses import replace
from itertools import permutations

import pytest

from bot.points.types import Programme, Rule
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat
from tests.story import Story

ORDER = Rule("order", "order", "下单", 1, wait_days=7)
MONTHS = Rule("months", "order_months", "连续下单", 500, every_months=3)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, ORDER, MONTHS))


def test_every_third_month_in_a_row_pays_when_its_order_settles(story: Story) -> None:
    """
    2026-01-31 10:00  小美  签到  +5
    order O1 paid 10.00 by 小美  told
    02-28             jump
    order O2 paid 10.00 by 小美  told
    # The month is that of payment: O3 is paid in March and settles in April.
    03-31             jump
    order O3 paid 10.00 by 小美  told
    order O4 paid 10.00 by 小美  told
                      小美  = 25
    04-08             jump
                      小美  = 545
    order O5 paid 10.00 by 小美  told
    05-20             jump
    order O6 paid 10.00 by 小美  told
    order O6 completed           +10
    06-20             jump
    order O7 paid 10.00 by 小美  told
    order O7 completed           +510
                      小美  = 1075
    """


def test_a_month_without_an_order_begins_anew(story: Story) -> None:
    """
    2026-01-10 10:00  小美  签到  +5
    order O1 paid 10.00 by 小美  told
    02-10             jump
    order O2 paid 10.00 by 小美  told
    04-10             jump
    order O4 paid 10.00 by 小美  told
    05-10             jump
    order O5 paid 10.00 by 小美  told
    order O5 completed           +10
    06-10             jump
    order O6 paid 10.00 by 小美  told
    order O6 completed           +510
    """


def test_a_month_that_is_refunded_takes_it_back_and_another_order_gives_it_again(
    story: Story,
) -> None:
    """
    2026-01-10 10:00  小美  签到  +5
    order O1 paid 10.00 by 小美   told
    order O1 completed            +10
    order O2 paid 20.00 by 小美   told
    order O2 completed            +20
    02-10             jump
    order O3 paid 10.00 by 小美   told
    order O3 completed            +10
    03-10             jump
    order O4 paid 10.00 by 小美   told
    order O4 completed            +510
    # January has another order; a part of February's is kept; then nothing of it is.
    order O1 cancelled            -10
    order O3 refunded R1 5.00     -5
    order O3 refunded R2 5.00     -505
                      小美  = 35
    order O5 paid 10.00 by 小美 paid-at 02-27 10:00  +510
    order O4 cancelled            -510
                      小美  = 35
    """


def test_the_buyer_is_told(chat: Chat) -> None:
    chat("小美", "签到", at="2026-01-10 10:00")
    said = []
    for month in (1, 2, 3):
        chat.move_to(f"2026-0{month}-10 12:00")
        body = {"order": f"O{month}", "buyer": {"channel": CHANNEL, "id": "小美"}}
        body |= {"amount": "10.00", "paid_at": f"2026-0{month}-10T10:00:00+08:00"}
        said = chat.order(event="completed", **body)
    assert said == ["订单 O3:+10 积分已到账,余额 35", "连续下单 +500 积分,余额 535"]
    number = chat.rows("SELECT id FROM entry WHERE rule = 'months'")[0][0]
    assert "每连续 3 个月下单" in chat("小美", f"为什么 {number}")[0]
    assert chat.order(event="cancelled", order="O1") == [
        "订单 O1 取消:-10 积分,余额 525",
        "连续下单:不再满足,收回 500 积分,余额 25",
    ]


def test_settling_in_any_order_ends_the_same(chat: Chat) -> None:
    """Five months, the second of which is refunded: March to May are three in a row, whichever
    order was told of first. Each permutation is one member."""
    chat.move_to("2026-06-20 10:00")
    events = [("completed", month) for month in range(1, 6)] + [("cancelled", 2)]
    plans = list(permutations(events))[:: 720 // 36]
    for number, plan in enumerate(plans):
        who = f"会员{number}"
        chat(who, "签到")
        for event, month in plan:
            body: dict[str, object] = {"event": event, "order": f"O{number}-{month}"}
            if event == "completed":
                body |= {"buyer": {"channel": CHANNEL, "id": who}, "amount": "10.00"}
                body |= {"paid_at": f"2026-0{month}-10T10:00:00+08:00"}
            chat.order(**body)
    rows = chat.rows("SELECT balance, debt, waiting FROM account")
    assert set(rows) == {(5 + 4 * 10 + 500, 0, 0)}
    assert_balanced(chat)


def test_what_was_there_before_the_rule_is_not_paid_after_it(
    chat: Chat, programme: Programme
) -> None:
    """Six months in a row, the rule from the seventh on: only the ninth pays."""
    chat.bot.posting.programme = replace(programme, rules=programme.rules[:-1])
    chat("小美", "签到", at="2026-01-10 10:00")
    for month in range(1, 10):
        if month == 7:
            chat.bot.posting.programme = programme
        chat.move_to(f"2026-{month:02}-10 12:00")
        body = {"order": f"O{month}", "buyer": {"channel": CHANNEL, "id": "小美"}}
        body |= {"amount": "10.00", "paid_at": f"2026-{month:02}-10T10:00:00+08:00"}
        chat.order(event="completed", **body)
    keys = chat.rows("SELECT key FROM entry WHERE rule = 'months'")
    assert keys == [("months:order_months/2026-09/3/1",)]
