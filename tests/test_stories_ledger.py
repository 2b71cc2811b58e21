"""Spending, adjusting, expiring and taking back: what becomes of points once they are there."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from bot.points.types import Programme, Rule
from tests.chat import SUPERUSER, Chat
from tests.story import Story


def test_a_spend_takes_what_is_there_and_no_more(story: Story) -> None:
    """
    11-01  小美  签到       +5
           小美  redeem 6   refused insufficient
           小美  redeem 5   -5
           小美  = 0
           小美  redeem 1   refused insufficient
           小美  qualifying 5
           小美  lots none
    """


def test_a_stranger_has_nothing_to_spend(story: Story) -> None:
    """
    11-01  小美  redeem 1   refused insufficient
           小美  = 0
    """


def test_a_spend_takes_the_lots_that_expire_first(story: Story) -> None:
    """
    11-01..11-03  小美  签到       +5
                  小美  lots 2027-11-01:5 2027-11-02:5 2027-11-03:5
    11-03         小美  redeem 7   -7
                  小美  lots 2027-11-02:3 2027-11-03:5
                  小美  redeem 3   -3
                  小美  lots 2027-11-03:5
    """


def test_a_late_deed_expires_a_year_after_it_was_posted(story: Story) -> None:
    """
    11-02  小美  签到 sent 11-01  +5
           小美  lots 2027-11-02:5
    """


def test_an_admin_gives_and_takes(story: Story) -> None:
    """
    11-01  店长  加分 小美 50 帮忙答疑  +50
           小美  = 50
           小美  qualifying 50
           小美  lots 2027-11-01:50
           店长  扣分 小美 20 发广告    -20
           小美  = 30
           小美  qualifying 30
           店长  扣分 小美 31 太多了    refused insufficient
           店长  扣分 小美 30           -30
           小美  = 0
    """


def test_the_same_order_of_an_admin_delivered_again_gives_nothing_more(story: Story) -> None:
    """
    11-01  店长  加分 小美 50 谢谢 id a  +50
           店长  加分 小美 50 谢谢 id a  silence
           店长  加分 小美 50 谢谢 id b  +50
           小美  = 100
    """


def test_points_can_be_spent_on_their_last_day_and_not_after_it(story: Story) -> None:
    """
    11-01                小美  签到       +5
    2027-11-01 23:59:58  小美  redeem 2   -2
    2027-11-02 00:00:00  小美  redeem 1   refused insufficient
                         小美  = 0
                         小美  lots none
                         小美  qualifying 5
    """


def test_the_nightly_job_books_out_what_has_expired(story: Story) -> None:
    """
    11-01             小美  签到  +5
    11-02             小美  签到  +5
    2027-11-02 00:09  jump
                      小美  = 10
    2027-11-02 00:10  jump
                      小美  = 5
                      小美  lots 2027-11-02:5
    2027-11-03 00:10  jump
                      小美  = 0
    """


def test_expired_points_are_not_spendable_when_the_job_is_late(story: Story) -> None:
    """
    11-01             jobs asleep
                      小美  签到       +5
    11-02             小美  签到       +5
    2027-11-02 09:00  小美  redeem 6   refused insufficient
                      小美  redeem 5   -5
                      小美  = 0
    2027-11-03 09:00  jobs awake
                      jump
                      小美  = 0
    """


def test_a_job_that_slept_for_weeks_books_out_once(chat: Chat) -> None:
    Story(chat).tell("""
    11-01..11-02  小美  签到  +5
    11-03         jobs asleep
    2027-12-31    jobs awake
                  restart
                  jump
                  restart
                  jump
                  小美  = 0
    """)
    kinds = chat.rows("SELECT kind, points FROM entry ORDER BY id")
    assert kinds == [("accrual", 5), ("accrual", 5), ("expiry", -5), ("expiry", -5)]


def test_what_was_spent_does_not_expire(story: Story) -> None:
    """
    11-01             小美  签到       +5
    11-02             小美  redeem 3   -3
    2027-11-02 00:10  jump
                      小美  = 0
                      小美  debt 0
    """


class TestShortLived:
    """Ten points for a check-in, spendable for two days; what admins give is for good."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rule = Rule("checkin", "checkin", "每日签到", 10, valid_days=2, reply="+{total}")
        return replace(standard, rules=(rule,), valid_days=None)

    def test_a_rule_may_say_how_long_its_points_live(self, story: Story) -> None:
        """
        11-01        小美  签到                  +10
        11-02        小美  签到                  +10
                     小美  lots 2026-11-03:10 2026-11-04:10
        11-04 00:10  jump
                     小美  = 10
        11-05 00:10  jump
                     小美  = 0
        """

    def test_points_for_good_are_spent_last(self, story: Story) -> None:
        """
        11-01  店长  加分 小美 10 谢谢     +10
               小美  签到                  +10
               小美  redeem 12             -12
               小美  lots 9999-12-31:8
        12-31  jump
               小美  = 8
        """

    def test_an_expired_gain_cannot_be_taken_back(self, story: Story) -> None:
        """
        11-01  小美  签到         +10
        11-09  店长  撤销 1       refused already_expired
               小美  = 0
               小美  debt 0
        """

    def test_of_a_partly_expired_gain_only_the_rest_is_taken_back(self, story: Story) -> None:
        """
        # 4 were spent, 6 expired unused: taking back leaves a debt of 4
        11-01  小美  签到         +10
        11-02  小美  redeem 4     -4
        11-09  店长  撤销 1       -4
               小美  = 0
               小美  debt 4
               小美  qualifying 6
        """

    def test_an_expiry_cannot_be_taken_back(self, story: Story) -> None:
        """
        11-01  小美  签到         +10
        11-09  jump
               店长  撤销 2       refused not_reversible
        """

    def test_a_spend_given_back_after_its_lot_expired_lives_for_the_days_of_grace(
        self, story: Story
    ) -> None:
        """
        # Abuse: spend and refund to renew expiry.
        11-01        小美  签到        +10
        11-02        小美  redeem 10   -10
        11-09        店长  撤销 2      +10
                     小美  lots 2026-11-16:10
        11-16 23:59  小美  redeem 4    -4
        11-17 00:00  小美  redeem 1    refused insufficient
        """

    def test_a_spend_from_two_lots_goes_back_to_both(self, story: Story) -> None:
        """
        11-01  小美  签到        +10
        11-03  小美  签到        +10
               小美  redeem 15   -15
        11-04  店长  撤销 3      +15
               小美  lots 2026-11-05:10 2026-11-11:10
        """

    def test_what_came_back_in_grace_can_still_be_taken_with_its_gain(self, story: Story) -> None:
        """
        11-01  小美  签到        +10
        11-02  小美  redeem 10   -10
        11-09  店长  撤销 2      +10
               店长  撤销 1      -10
               小美  = 0
               小美  debt 0
        """


def test_an_unspent_gain_is_taken_back_from_its_own_lot(story: Story) -> None:
    """
    11-01  小美  签到    +5
    11-02  小美  签到    +5
    11-03  店长  撤销 2  -5
           小美  = 5
           小美  lots 2027-11-01:5
           小美  qualifying 5
    """


def test_taking_a_checkin_back_does_not_free_its_day(story: Story) -> None:
    """
    11-01  小美  签到    +5
    11-01  店长  撤销 1  -5
    11-01  小美  签到    refused already_done
    """


def test_a_partly_spent_gain_is_taken_from_other_lots_and_then_becomes_a_debt(
    story: Story,
) -> None:
    """
    11-01  店长  加分 小美 50 谢谢   +50
    11-02  小美  签到                +5
           小美  redeem 40           -40
           小美  lots 2027-11-01:10 2027-11-02:5
    11-03  店长  撤销 1              -50
           小美  = 0
           小美  debt 35
           小美  lots none
           小美  qualifying 5
    """


def test_later_gains_pay_a_debt_first(story: Story) -> None:
    """
    11-01  店长  加分 小美 12 谢谢   +12
           小美  redeem 12           -12
           店长  撤销 1              -12
           小美  debt 12
    11-02  小美  签到                +5
           小美  = 0
           小美  debt 7
           小美  redeem 1            refused insufficient
    11-03  店长  加分 小美 10 还债   +10
           小美  = 3
           小美  debt 0
           小美  lots 2027-11-03:3
    """


def test_a_gain_that_paid_a_debt_brings_the_debt_back_when_it_is_taken_back(story: Story) -> None:
    """
    11-01  店长  加分 小美 12 谢谢   +12
           小美  redeem 12           -12
           店长  撤销 1              -12
    11-02  小美  签到                +5
           店长  撤销 4              -5
           小美  = 0
           小美  debt 12
    """


def test_a_spend_given_back_pays_a_debt_first(story: Story) -> None:
    """
    11-01  店长  加分 小美 50 谢谢   +50
           小美  redeem 50           -50
           店长  撤销 1              -50
           小美  debt 50
           店长  撤销 2              +50
           小美  = 0
           小美  debt 0
    """


def test_a_deduction_can_be_taken_back(story: Story) -> None:
    """
    11-01  店长  加分 小美 50 谢谢   +50
    11-02  店长  扣分 小美 20 发错   -20
           店长  撤销 2              +20
           小美  = 50
           小美  qualifying 50
           小美  lots 2027-11-01:50
    """


def test_a_gain_taken_back_after_a_deduction_leaves_less_than_nothing(
    story: Story, chat: Chat
) -> None:
    """
    11-01  店长  加分 小美 50 谢谢   +50
           店长  扣分 小美 20 发错   -20
           店长  撤销 1              -50
           小美  debt 20
    """
    assert chat("小美", "积分") == [
        "余额 0 积分,连续 0 天,欠 20 分,之后得的分先还\n普通,成长值 -20,再得 1020 升白银"
    ]


def test_an_entry_is_taken_back_once(story: Story) -> None:
    """
    11-01  小美  签到           +5
           店长  撤销 1 id a    -5
           店长  撤销 1 id a    silence
           店长  撤销 1 id b    refused already_reversed
           超管  撤销 1         refused already_reversed
           小美  = 0
           小美  debt 0
    """


def test_a_reversal_cannot_be_taken_back(story: Story) -> None:
    """
    11-01  小美  签到      +5
           店长  撤销 1    -5
           店长  撤销 2    refused not_reversible
           小美  = 0
    """


def test_an_entry_that_is_not_there_cannot_be_taken_back(story: Story) -> None:
    """
    11-01  小美  签到                      +5
           店长  撤销 2                    refused no_such_entry
           店长  撤销 999999999999999999   refused no_such_entry
    """


def test_nobody_gives_or_takes_their_own(chat: Chat) -> None:
    """Abuse: an admin who gives to themselves."""
    for word in ("加分", "扣分"):
        said = chat("店长", f"{word} @店长 5 我自己", admin=True, mentions=["店长"])
        assert said == [f"不能给自己{word}"]
    assert chat.rows("SELECT count(*) FROM entry") == [(0,)]


def test_a_clock_set_back_leaves_the_ledger_in_order(story: Story, chat: Chat) -> None:
    """
    11-02 00:00:01  小美  签到  +5
    """
    chat.move_to("11-01 23:59:00")
    assert chat("小美", "签到") == ["+5 积分,连续 2 天,余额 10,再签 5 天多得 30 分"]
    chat.move_to("11-02 00:05:00")
    chat("店长", "撤销 2", admin=True)
    Story(chat).tell("11-02 00:06 小美 = 5")
    assert chat("小明", "日榜")[0].startswith("本群日榜\n1. 小美 5")


class TestCaps:
    """Shares pay 20 points thrice a day; reviews pay 30, at most 50 points a day."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = (
            Rule("share", "share", "分享", 20, cap_times_daily=3, reply="+{points}"),
            Rule("order", "order", "下单", 30, cap_points_daily=50, reply="+{points}"),
        )
        return replace(standard, rules=rules, tier_multiplies=frozenset())

    def test_a_cap_in_times_refuses_from_then_on(self, story: Story) -> None:
        """
        11-01  小美  做share  +20
               小美  做share  +20
               小美  做share  +20
               小美  做share  refused cap_times_daily
               小明  做share  +20
        11-02  小美  做share  +20
               小美  = 80
        """

    def test_a_cap_in_points_pays_what_is_left_of_it(self, story: Story) -> None:
        """
        11-01  小美  做order 1    +30
               小美  做order 1    +20
               小美  做order 1    refused cap_points_daily
        11-02  小美  做order 10   +50
               小美  = 100
        """

    def test_a_late_deed_counts_against_the_cap_of_its_own_day(self, story: Story) -> None:
        """
        11-01        小美  做share                       +20
        11-01 23:00  小美  做share                       +20
        11-02        小美  做share                       +20
        11-02        小美  做share sent 11-01 23:30      +20
        11-02        小美  做share sent 11-01 23:31      refused cap_times_daily
        11-02        小美  做share                       +20
        11-02        小美  做order 1                       +30
        11-02        小美  做order 1 sent 11-01 23:00      +30
        11-02        小美  做order 1 sent 11-01 23:01      +20
        11-02        小美  做order 1 sent 11-01 23:02      refused cap_points_daily
        11-02        小美  做order 1                       +20
        """

    def test_a_reversal_does_not_make_room_under_a_cap(self, story: Story) -> None:
        """
        11-01  小美  做share  +20
               小美  做share  +20
               小美  做share  +20
               店长  撤销 3  -20
               小美  做share  refused cap_times_daily
        """

    def test_the_reply_names_the_cap(self, chat: Chat) -> None:
        for _ in range(3):
            assert chat("小美", "做share") == ["+20"]
        assert chat("小美", "做share") == ["今天的次数用完了,余额 60"]
        chat("小美", "做order 1")
        assert chat("小美", "做order 1") == ["+20"]
        assert chat("小美", "做order 1") == ["今天这一项的分拿满了,余额 110"]


class TestTiers:
    """A point a yuan on orders, multiplied by the standard tiers."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        order = Rule("order", "order", "下单", 1, reply="+{points}")
        return replace(standard, rules=(*standard.rules, order))

    def test_a_tier_multiplies_what_the_programme_names(self, story: Story) -> None:
        """
        11-01  小美  做order 128.90             +128
               店长  加分 小美 871 凑到 999  +871
               小美  qualifying 999
               小美  做order 1                  +1
        # from here on silver: 128.90 × 1.1 = 141.79
               小美  做order 128.90             +141
               小美  签到                    +5
        """

    def test_spending_does_not_lower_a_tier_and_a_reversal_does(self, story: Story) -> None:
        """
        11-01  店长  加分 小美 1000 元老    +1000
               小美  redeem 1000            -1000
               小美  做order 10                +11
               店长  撤销 1                 -1000
               小美  debt 989
               小美  qualifying 11
               小美  做order 10                +10
        """

    def test_less_than_a_point_is_nothing(self, story: Story) -> None:
        """
        11-01  小美  做order 0.99   refused nothing
               小美  做order 1.99   +1
        """

    @pytest.mark.parametrize(
        ("qualifying", "amount", "points"),
        [
            (0, "0.10", 0),
            (1000, "9.09", 9),
            (1000, "9.10", 10),
            (5000, "12.50", 15),
            (20000, "0.66", 0),
            (20000, "0.67", 1),
            (20000, "33.33", 49),
        ],
    )
    def test_points_are_floored_once_at_the_end(
        self, chat: Chat, qualifying: int, amount: str, points: int
    ) -> None:
        if qualifying:
            chat(SUPERUSER, f"加分 @小美 {qualifying}", mentions=["小美"])
        chat("小美", f"做order {amount}")
        moved = [line.points for line in chat.results[0].lines]
        assert moved == ([points] if points else [])
        multiplier = {0: "1", 1000: "1.1", 5000: "1.2", 20000: "1.5"}[qualifying]
        assert int(Decimal(amount) * Decimal(multiplier)) == points


def test_a_programme_without_expiry_keeps_points_for_good(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, valid_days=None)
    Story(chat).tell("""
    11-01       小美  签到  +5
                小美  lots 9999-12-31:5
    2036-11-01  小美  = 5
    """)


def test_an_expiry_day_is_a_date_of_the_programme(chat: Chat) -> None:
    """The 29th of February has no anniversary: 365 days are counted, not a year."""
    chat.clock.move_to(chat.clock.now().replace(year=2028, month=2, day=29))
    chat("小美", "签到")
    assert chat.rows("SELECT expires_on FROM lot") == [(date(2029, 2, 28).isoformat(),)]
