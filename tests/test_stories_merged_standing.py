"""What two accounts of one person have beside their points is the one member's too: caps, tiers,
points that wait, orders and invitees."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.points.types import MakeUp, Programme, Rule, Tier
from tests.books import assert_balanced
from tests.chat import CHANNEL, SUPERUSER, Chat
from tests.test_stories_identity import account, bind, give

RULES = (
    Rule("share", "share", "分享", 10, cap_times_daily=2, reply="分享 +{points}"),
    Rule("review", "review", "晒单", 50, wait_for="admin", reply="收到{name}"),
    Rule("order", "order", "下单", 1, wait_days=7),
    Rule("first_order", "first_order", "首单", 200),
    Rule("months", "order_months", "连月", 100, every_months=1),
    Rule("spend", "spend_period", "花分", 5, spend_points=100, spend_within="month"),
    Rule("welcome", "welcome", "新人礼", 10, reply="欢迎 +{points}"),
    Rule("invite", "invite", "邀请好友", 20, wait_days=7),
)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(
        standard,
        rules=(*standard.rules, *RULES),
        tiers=(Tier("a", "铜", 0), Tier("b", "银", 40)),
        make_up=MakeUp(points=1, within_days=7, times_monthly=None),
    )


@pytest.fixture(autouse=True)
def _balanced(chat: Chat) -> Iterator[None]:
    """Whatever a test here has done, the books are right at its end."""
    yield
    assert_balanced(chat)


def _paid(chat: Chat, number: str, who: str, yuan: str) -> list[str]:
    return chat.order(
        event="paid", order=number, amount=yuan, buyer={"channel": CHANNEL, "id": who},
        paid_at=chat.clock.now().isoformat(),
    )  # fmt: skip


def test_what_both_did_today_counts_towards_one_cap(chat: Chat) -> None:
    chat("小美", "做share")
    chat("美美", "做share")
    bind(chat, "小美", "美美")
    assert chat("小美", "做share")[0].startswith("今天的次数用完了")
    assert chat("小美", "做share", at="11-02") == ["分享 +10"]


def test_a_deed_that_counts_once_a_day_was_done_by_both(chat: Chat) -> None:
    chat("小美", "积分")
    chat("美美", "做share about 面膜 today")
    bind(chat, "小美", "美美")
    assert chat("小美", "做share about 面膜 today")[0].startswith("今天已经分享过这个了")
    assert chat("小美", "做share about 口红 today") == ["分享 +10"]


def test_a_tier_that_both_reach_together_is_told(chat: Chat) -> None:
    give(chat, "小美", 25)
    give(chat, "美美", 20)
    said = bind(chat, "小美", "美美")
    assert account(chat, "小美", "qualifying", "peak") == (45, 45)
    assert "银" in said[0]


def test_a_missed_day_that_the_other_account_did_cannot_be_made_up(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    chat("小美", "签到", at="11-03")
    bind(chat, "小美", "美美")
    assert chat("小美", "补签 11-02")[0].startswith("没有漏签,不用补")


def test_a_made_up_day_that_joins_days_of_both_pays_no_bonus_again(chat: Chat) -> None:
    """The other account was paid for its seventh day on 11-09. The joined run has had its seventh
    on 11-07: one bonus too, and so nothing is owed."""
    chat("小美", "签到", at="11-01")
    for day in range(3, 10):
        chat("美美", "签到", at=f"11-{day:02}")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance", "run") == (70, 7)
    assert chat("小美", "补签 11-02")[0].startswith("-1 积分,补签了 11-02,连续 9 天,余额 69,")
    assert account(chat, "小美", "balance", "run", "total_days") == (69, 9, 9)


def test_points_that_wait_settle_for_the_one_member(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到")
    _paid(chat, "O1", "美美", "30.00")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance", "waiting") == (10, 30)
    assert account(chat, "美美", "waiting") == (30,)
    said = chat.order(event="completed", order="O1")
    assert account(chat, "小美", "balance", "waiting") == (340, 0)
    assert said
    chat.order(event="refunded", order="O1", refund="R1", amount="30.00")
    assert account(chat, "小美", "balance") == (10,)


def test_a_refund_of_an_order_from_before_is_taken_from_who_it_is_now(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    _paid(chat, "O1", "美美", "30.00")
    chat("美美", "签到")
    chat.order(event="completed", order="O1")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance") == (340,)
    chat.order(event="refunded", order="O1", refund="R1", amount="10.00")
    assert account(chat, "小美", "balance") == (330,)
    _paid(chat, "O2", "小美", "20.00")
    chat.order(event="completed", order="O2")
    assert account(chat, "小美", "balance") == (350,)
    chat.order(event="refunded", order="O1", refund="R2", amount="20.00")
    assert account(chat, "小美", "balance") == (330,)


def test_the_months_of_both_are_kept_and_end_for_both(chat: Chat) -> None:
    """Each was paid for November; when both orders are gone, both payments are."""
    chat("小美", "签到", at="11-01")
    chat("美美", "签到")
    for number, who in (("O1", "小美"), ("O2", "美美")):
        _paid(chat, number, who, "10.00")
        chat.order(event="completed", order=number)
    assert account(chat, "小美", "balance") == (315,)
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance") == (630,)
    _paid(chat, "O3", "美美", "10.00")
    chat.order(event="completed", order="O3")
    assert account(chat, "小美", "balance") == (640,)
    for number in ("O1", "O2", "O3"):
        chat.order(event="cancelled", order=number)
    assert account(chat, "小美", "balance") == (10,)


def test_what_both_have_spent_counts_together(chat: Chat) -> None:
    give(chat, "小美", 100)
    give(chat, "美美", 100)
    chat("小美", "redeem 60")
    chat("美美", "redeem 30")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance") == (110,)
    chat("小美", "redeem 10")
    assert account(chat, "小美", "balance") == (105,)


def test_a_request_is_decided_after_it_and_not_by_the_one_who_made_it(chat: Chat) -> None:
    chat("小美", "签到", admin=True)
    chat("美美", "做review")
    [(number,)] = chat.rows("SELECT id FROM activity WHERE kind = 'review'")
    bind(chat, "小美", "美美")
    assert "自己的不能自己审" in chat("小美", f"通过 {number}", admin=True)[0]
    assert chat(SUPERUSER, f"通过 {number}")[0].startswith(f"已通过 #{number}:小美 晒单 +50 积分")
    assert account(chat, "小美", "balance", "waiting") == (55, 0)


def test_who_brought_their_own_second_account_gets_nothing_that_still_waits(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("小美", kind="join", people=["美美"])
    assert account(chat, "小美", "waiting") == (20,)
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance", "waiting") == (15, 0)
    assert chat("小美", "我的邀请")[0].startswith("你还没邀请过人")
    chat("小美", "签到", at="11-20")
    assert account(chat, "小美", "balance") == (20,)


def test_whom_the_second_account_brought_belongs_to_the_member(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到")
    chat("美美", kind="join", people=["阿强"])
    bind(chat, "小美", "美美")
    assert "\n阿强:已进群,待入账\n" in chat("小美", "我的邀请")[0]
    chat("小美", "签到", at="11-20")
    assert "\n阿强:奖励已入账\n" in chat("小美", "我的邀请")[0]
    assert account(chat, "小美", "balance") == (35,)


def test_who_was_brought_is_still_theirs_who_brought_them(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01")
    chat("小美", "签到")
    chat("阿强", kind="join", people=["美美"])
    bind(chat, "小美", "美美")
    assert "\n小美:已进群,待入账\n" in chat("阿强", "我的邀请")[0]
    chat("小美", kind="leave", people=["小美"])
    assert account(chat, "阿强", "waiting") == (0,)
    assert "\n小美:没住满或被驳回,不计\n" in chat("阿强", "我的邀请")[0]


def test_a_person_has_one_inviter_the_first(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01")
    chat("店长", "签到")
    chat("阿强", kind="join", people=["小美"])
    chat("店长", kind="join", people=["美美"])
    chat("店长", "签到", at="11-02")
    bind(chat, "小美", "美美")
    assert account(chat, "阿强", "waiting") == (20,)
    assert account(chat, "店长", "waiting") == (0,)
    assert chat("店长", "为什么")[0].splitlines()[0] == "没有得分:邀请好友,请来的是已经在的人"


def test_a_welcome_is_not_paid_once_more(chat: Chat) -> None:
    chat("阿强", kind="join", people=["小美"], at="11-01")
    chat("阿强", kind="join", people=["美美"])
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance") == (20,)
    assert chat("阿强", kind="join", people=["美美"], room="二群") == []
    assert account(chat, "小美", "balance") == (20,)
