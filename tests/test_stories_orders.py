"""Orders of the shop: points wait, settle and are taken back, whatever the order of events."""

from dataclasses import replace
from itertools import permutations

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.types import Programme, Rule
from bot.posting.waiting import SETTLES_AT
from scheduled.settlement import settlement
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat
from tests.story import Story

ORDER = Rule("order", "order", "下单", 1, wait_days=7, categories={"美妆": 2, "数码": 1})
FIRST = Rule("first_order", "first_order", "首单", 200)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, ORDER, FIRST))


def test_points_wait_seven_days_and_can_then_be_spent(story: Story) -> None:
    """
    2026-06-18 10:00  小美  签到  +5
    order O1 paid 128.90 by 小美  told
                      小美  waiting 128
                      小美  = 5
                      小美  redeem 6  refused insufficient
    06-25 09:30       jump
                      小美  waiting 128
    06-26 09:00       jump
                      小美  waiting 0
                      小美  = 333
                      小美  qualifying 333
                      小美  lots 2027-06-18:5 2027-06-26:328
    """


def test_a_completed_order_settles_at_once_and_only_once(story: Story) -> None:
    """
    2026-06-18 10:00  小美  签到  +5
    order O1 paid 100.00 by 小美    told
    order O1 paid 100.00 by 小美    silence
    order O1 completed              +300
    order O1 completed              silence
    order O1 paid 100.00 by 小美 paid-at 06-18 10:00:01  silence
                      小美  waiting 0
                      小美  = 305
    order O2 paid 50.00 by 小美     told
    order O2 completed              +50
    """


def test_categories_have_their_rates_and_shipping_earns_nothing(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 40.50 by 小美 美妆=10.25 数码=10.25 图书=10.00  told
    order O1 completed  +240
    """


def test_a_discount_scales_the_items_down(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 50.00 by 小美 美妆=75.00 数码=25.00  told
    order O1 completed  +287
    """


def test_refunds_before_it_settles_shorten_what_waits(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美      told
    order O1 refunded R1 33.33        told
                小美  waiting 66
    order O1 refunded R1 33.33        silence
    order O1 refunded R2 33.33        told
                小美  waiting 33
    order O1 completed                +233
    """


def test_a_refund_may_leave_no_point_of_a_tiny_order(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 1.00 by 小美       told
    order O1 refunded R1 0.50        told
                小美  waiting 0
    order O2 refunded R1 0.50        silence
    order O2 paid 1.00 by 小美       silence
                小美  = 5
    """


def test_refunds_after_it_settled_sum_exactly(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美   told
    order O1 completed             +300
    order O1 refunded R1 33.33     -34
    order O1 refunded R2 33.33     -33
    order O1 refunded R3 33.34     -233
                小美  = 5
                小美  qualifying 5
    """


def test_more_than_was_paid_is_never_taken_back(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美   told
    order O1 completed             +300
    order O1 refunded R1 250.00    -300
    order O1 cancelled             silence
                小美  = 5
    """


def test_what_was_spent_becomes_a_debt(story: Story) -> None:
    """
    # Abuse: moving the balance away.
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美   told
    order O1 completed             +300
                小美  redeem 290   -290
    order O1 refunded R1 50.00     -50
                小美  = 0
                小美  debt 35
    06-19       小美  签到  +5
                小美  debt 30
    """


def test_a_refund_that_comes_before_its_order_is_netted(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 refunded R1 40.00     silence
    order O1 completed             silence
    order O1 paid 100.00 by 小美   +260
    order O2 cancelled             silence
    order O2 paid 70.00 by 小美    silence
                小美  = 265
                小美  waiting 0
    """


def test_an_order_is_parked_until_its_buyer_is_known(story: Story) -> None:
    """
    2026-06-18 10:00  路人  签到  +5
    order O1 paid 100.00 by 小美   silence
    06-20 10:00       小美  签到  +5
                      小美  waiting 100
    06-26 09:00       jump
                      小美  = 305
    order O2 paid 30.00 by 小明   silence
    order O2 completed            silence
    06-27             小明  签到  +235
    """


def test_the_first_order_moves_on_when_it_is_as_if_it_had_never_been(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美   told
    order O1 completed             +300
    order O2 paid 10.00 by 小美    told
    order O2 completed             +10
    order O1 refunded R1 40.00     -40
    order O1 cancelled             -60
                小美  = 215
    order O2 cancelled             -210
                小美  = 5
    order O3 paid 20.00 by 小美    told
    order O3 completed             +220
    """


def test_the_tier_held_when_it_is_first_judged_counts(story: Story) -> None:
    """
    2026-06-18  小美  签到  +5
    order O1 paid 100.00 by 小美    told
                店长  加分 小美 1000 老会员  +1000
                店长  加分 小美 1000 老会员  +1000
                店长  加分 小美 1000 老会员  +1000
                店长  加分 小美 1000 老会员  +1000
                店长  加分 小美 1000 老会员  +1000
    order O2 paid 100.00 by 小美    told
                小美  waiting 220
    """


def test_a_campaign_is_judged_by_the_moment_of_payment(chat: Chat, programme: Programme) -> None:
    sale = Campaign("sale", "大促", Window(yearly=(((6, 1), (6, 18)),)), points=3)
    chat.bot.posting.programme = replace(programme, campaigns=(sale,))
    Story(chat).tell("""
    2026-06-20  小美  签到  +5
    order O1 paid 10.00 by 小美 paid-at 06-18 23:59  told
    order O2 paid 10.00 by 小美 paid-at 06-19 00:00  told
                小美  waiting 40
    """)


@pytest.mark.parametrize(
    ("paid_at", "last_on"),
    [("08:59:59", "06-25"), ("09:00:00", "06-25"), ("09:00:01", "06-26"), ("23:59:59", "06-26")],
)
def test_the_day_that_is_promised_is_that_of_the_job_that_settles(
    chat: Chat, paid_at: str, last_on: str
) -> None:
    assert f"{SETTLES_AT:%H:%M}" == f"{settlement.at:%H:%M}"
    chat("小美", "签到", at="2026-06-18 07:00")
    at = f"2026-06-18T{paid_at}+08:00"
    chat.move_to(f"2026-06-18 {paid_at}")
    paid = {"order": "O1", "buyer": {"channel": CHANNEL, "id": "小美"}, "amount": "10.00"}
    [said] = chat.order(event="paid", paid_at=at, **paid)
    assert said.endswith(f"最迟 {last_on}")
    Story(chat).tell(f"""
    2026-{last_on} 08:59  jump
                          小美  waiting 10
    2026-{last_on} 09:01  jump
                          小美  waiting 0
    """)


def test_members_see_what_waits_and_why_it_came(chat: Chat) -> None:
    chat("小美", "签到", at="2026-06-18 10:00")
    paid = {"event": "paid", "order": "O1", "buyer": {"channel": CHANNEL, "id": "小美"}}
    paid |= {"paid_at": "2026-06-18T10:00:00+08:00", "amount": "128.00"}
    assert chat.order(**paid) == ["订单 O1:+128 积分待入账,确认收货后到账,最迟 06-26"]
    assert "待入账 128 积分" in chat("小美", "积分")[0]
    assert chat.order(event="refunded", order="O1", refund="R", amount="28.00") == [
        "订单 O1 退款:待入账 -28"
    ]
    assert chat.order(event="completed", order="O1") == ["订单 O1:+300 积分已到账,余额 305"]
    [line] = [line for line in chat("小美", "明细") if line]
    number = line.split("#")[2].split()[0]
    why = chat("小美", f"为什么 {number}")[0]
    assert "订单 O1,06-18" in why
    assert (
        "基础 1 × 数量 128 × 倍数 1,不设上限,整单 128 分,退款后剩 100.00/128.00 元 = 100 分" in why
    )
    assert chat.order(event="refunded", order="O1", refund="R2", amount="50.00") == [
        "订单 O1 退款:-50 积分,余额 255"
    ]
    assert chat.order(event="cancelled", order="O1") == ["订单 O1 取消:-250 积分,余额 5"]


EVENTS = {
    "paid": "order O1 paid 100.00 by 小美 paid-at 06-18 10:00",
    "completed": "order O1 completed",
    "R1": "order O1 refunded R1 20.01",
    "R2": "order O1 refunded R2 30.00",
    "cancelled": "order O1 cancelled",
}


@pytest.mark.parametrize("last", ["R2", "cancelled"])
def test_events_in_any_order_end_the_same(chat: Chat, last: str) -> None:
    """Every order of the events, each for a member and an order of its own."""
    chat.move_to("2026-06-20 10:00")
    names = ["paid", "completed", "R1", last]
    for number, events in enumerate(permutations(names)):
        who, order = f"会员{number}", f"O{number}"
        chat(who, "签到")
        for name in (*events, events[0]):
            body: dict[str, object] = {"event": name, "order": order}
            if name == "paid":
                body |= {"buyer": {"channel": CHANNEL, "id": who}, "amount": "100.00"}
                body |= {"paid_at": "2026-06-18T10:00:00+08:00"}
            if name.startswith("R"):
                amounts = {"R1": "20.01", "R2": "30.00"}
                body |= {"event": "refunded", "refund": name, "amount": amounts[name]}
            chat.order(**body)
    wanted = 5 if last == "cancelled" else 5 + 49 + 200
    rows = chat.rows("SELECT balance, debt, waiting, qualifying FROM account ORDER BY member")
    assert set(rows) == {(wanted, 0, 0, wanted)}
    assert_balanced(chat)
