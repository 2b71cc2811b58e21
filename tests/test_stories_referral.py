"""Newcomers and those who brought them: once for life, one level, and only for those who stay."""

from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat
from tests.story import Story

RULES = (
    Rule("welcome", "welcome", "新人礼", 50, reply="欢迎,送你 {points} 积分,余额 {balance}"),
    Rule("invite", "invite", "邀请好友", 100, wait_days=7, cap_times_monthly=3),
    Rule("order", "order", "下单", 1, wait_days=7),
    Rule("first_order", "first_order", "首单", 200),
    Rule(
        "invite_first_order", "invite_first_order", "好友首单", 200, invitee_points=50
    ),
)  # fmt: skip


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


def invited(chat: Chat, who: str) -> str:
    """What 我的邀请 says above the member's code."""
    [said] = chat(who, "我的邀请")
    above, _, code = said.rpartition("\n")
    assert code.startswith("你的邀请码 ")
    return above


def test_a_newcomer_is_welcomed_and_who_brought_them_waits_seven_days(story: Story) -> None:
    """
    11-01 10:00  阿强  签到  +5
    阿强 brings 小美  +50
                 小美  = 50
                 阿强  = 5
                 阿强  waiting 100
    11-08 09:00  jump
                 阿强  waiting 100
    11-09 09:00  jump
                 阿强  waiting 0
                 阿强  = 105
    """


def test_leaving_and_coming_back_earns_nothing_twice(story: Story) -> None:
    """
    # Abuse: leaving and rejoining.
    11-01 10:00  阿强  签到  +5
    阿强 brings 小美  +50
    11-03        小美  leaves
                 阿强  waiting 0
    阿强 brings 小美  silence
    11-20        jump
                 阿强  = 5
    小红 brings 小美  silence
    小红 brings 小美 in 二群  silence
                 小美  = 50
    """


def test_leaving_one_of_two_rooms_is_not_leaving(story: Story) -> None:
    """
    11-01 10:00  阿强  签到  +5
    阿强 brings 小美  +50
    小红 brings 小美 in 二群  silence
    11-03        小美  leaves
                 阿强  waiting 100
    11-09 09:00  jump
                 阿强  = 105
    """


def test_who_was_there_before_the_bot_is_no_newcomer(story: Story) -> None:
    """
    11-01 10:00  小美  签到  +5
                 小美  leaves
    阿强 brings 小美  silence
                 小美  = 5
    """


def test_nobody_brings_themselves_or_in_a_ring(story: Story) -> None:
    """
    # Abuse: invite rings.
    11-01 10:00  小美 brings 小美  +50
                 小美  waiting 0
    小美 brings 小明  +50
    小明 brings 小美  silence
                 小美  waiting 100
                 小明  waiting 0
    """


def test_without_an_inviter_nobody_is_paid(story: Story) -> None:
    """
    11-01 10:00  nobody brings 小美  +50
    阿强 brings 小美  silence
    """


def test_the_cap_counts_those_who_wait(story: Story) -> None:
    """
    # Abuse: sockpuppets.
    11-01 10:00  阿强  签到  +5
    阿强 brings 小一  +50
    阿强 brings 小二  +50
    阿强 brings 小三  +50
    阿强 brings 小四  +50
                 阿强  waiting 300
    """


def test_the_first_order_pays_both_sides_and_goes_back_with_the_order(story: Story) -> None:
    """
    11-01 10:00  阿强  签到  +5
    阿强 brings 小美  +50
    order O1 paid 100.00 by 小美   told
    order O1 completed             +550
                 小美  = 400
                 阿强  = 205
                 阿强  waiting 100
    order O1 cancelled             -550
                 小美  = 50
                 阿强  = 5
    order O2 paid 10.00 by 小美    told
    order O2 completed             +460
    """


def test_who_has_left_brings_nothing_at_a_later_stage(story: Story) -> None:
    """
    11-01 10:00  阿强  签到  +5
    阿强 brings 小美  +50
    11-02        小美  leaves
    order O1 paid 100.00 by 小美   told
    order O1 completed             +300
                 阿强  = 5
    """


def test_the_reply_greets_and_the_inviter_can_look(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    said = chat("阿强", kind="join", people=["小美"])
    assert said == ["欢迎,送你 50 积分,余额 50"]
    assert invited(chat, "阿强") == "你邀请了 1 人\n小美:已进群,待入账"
    assert invited(chat, "小美").startswith("你还没邀请过人")
    chat.move_to("11-09 09:30")
    assert invited(chat, "阿强") == "你邀请了 1 人\n小美:奖励已入账"
    assert_balanced(chat)


class TestWording:
    """What is said to who brought somebody: when it is theirs, privately, and only if worded."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        said = {
            "invite": "{name} +{points},余额 {balance}",
            "invite_first_order": "{name} +{points}",
        }
        rules = [replace(rule, reply=said.get(rule.id, rule.reply)) for rule in RULES]
        return replace(standard, rules=(standard.rules[0], *rules))

    def test_it_is_heard_when_the_points_are_there(self, chat: Chat) -> None:
        chat("阿强", "签到", at="11-01 10:00")
        assert chat("阿强", kind="join", people=["小美"]) == ["欢迎,送你 50 积分,余额 50"]
        chat.move_to("11-09 09:30")
        heard = [one for result in chat.bot.run_jobs(chat.clock.now()) for one in result.notices]
        assert [(said.to, said.text) for _, said in heard] == [
            (("阿强",), "邀请好友 +100,余额 105")
        ]
        body = {"order": "O1", "buyer": {"channel": CHANNEL, "id": "小美"}, "amount": "10.00"}
        chat.order(event="paid", paid_at="2026-11-09T09:30:00+08:00", **body)
        assert chat.order(event="completed", order="O1") == [
            "好友首单 +200", "订单 O1:+260 积分已到账,余额 310"
        ]  # fmt: skip
        assert_balanced(chat)


@pytest.mark.parametrize(("is_paid", "stage"), [(False, "已进群,待入账"), (True, "奖励已入账")])
def test_an_invitee_of_whose_orders_nothing_is_left_has_ordered_nothing(
    chat: Chat, *, is_paid: bool, stage: str
) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    chat("阿强", kind="join", people=["小美"])
    chat.move_to("11-10 10:00" if is_paid else "11-02 10:00")
    Story(chat).tell("""
    order O1 paid 100.00 by 小美  told
    order O1 completed            +550
    """)
    assert "小美:已下首单" in chat("阿强", "我的邀请")[0]
    Story(chat).tell("order O1 cancelled  -550")
    assert invited(chat, "阿强") == f"你邀请了 1 人\n小美:{stage}"
    Story(chat).tell("""
    order O2 paid 10.00 by 小美   told
    order O2 completed            +460
    """)
    assert "小美:已下首单" in chat("阿强", "我的邀请")[0]
    assert_balanced(chat)


def test_two_deliveries_of_a_join_are_one(chat: Chat) -> None:
    chat("阿强", "签到", at="11-01 10:00")
    chat("阿强", kind="join", people=["小美"], id="j1")
    assert chat("阿强", kind="join", people=["小美"], id="j1") == []
    rows = chat.rows("SELECT balance, waiting FROM account ORDER BY member")
    assert rows == [(5, 100), (50, 0)]
    assert_balanced(chat)


class TestRewards:
    """Beside a welcome: one invite a month is paid at once, and the first order pays both."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(
            standard,
            rules=(
                standard.rules[0],
                Rule("invite", "invite", "邀请", 100, cap_times_monthly=1),
                Rule("order", "order", "下单", 1),
                Rule("friend", "invite_first_order", "好友首单", 200, invitee_points=50),
            ),
        )

    def test_what_is_paid_at_once_and_what_a_cap_refused_waits_for_nothing(
        self, chat: Chat
    ) -> None:
        chat("阿强", "签到", at="11-01 10:00")
        chat("阿强", kind="join", people=["小美"])
        chat("阿强", kind="join", people=["小明"], at="11-01 10:05")
        assert invited(chat, "阿强") == "你邀请了 2 人\n小明:已进群\n小美:奖励已入账"
        Story(chat).tell("""
        11-02  小美 leaves
               小明 leaves
               nobody brings 小美                 silence
        11-03  order O1 paid 100.00 by 小美       +350
               order O2 paid 100.00 by 小明       +100
        """)
        said = "你邀请了 2 人\n小明:没住满或被驳回,不计\n小美:已下首单"
        assert invited(chat, "阿强") == said


class TestFirstOrdersAlone:
    """Nobody is paid for joining or bringing: the first order is."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        friend = Rule("friend", "invite_first_order", "好友首单", 200, invitee_points=50)
        return replace(
            standard, rules=(standard.rules[0], Rule("order", "order", "下单", 1), friend)
        )

    def test_who_brought_the_buyer_is_known_all_the_same(self, story: Story) -> None:
        """
        11-01 10:00  阿强  签到                    +5
                     阿强 brings 小美              silence
        11-02        order O1 paid 100.00 by 小美  +350
                     阿强  = 205
        """
