"""When points go: with the quarter or the year, or with those who do nothing."""

from dataclasses import replace

import pytest

import store.ledger
from bot.points.types import Programme, Rule
from bot.posting import expire
from bot.scheduler import Scheduler
from scheduled.expiry import expiry
from tests.books import assert_balanced
from tests.chat import Chat, instant
from tests.story import Story

CHECKIN = Rule("checkin", "checkin", "每日签到", 10)


class TestYearEnd:
    """On the last day of the year goes what was earned in it."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        """A check-in of 10 points, and a share whose points last for 30 days."""
        share = Rule("share", "share", "分享", 20, valid_days=30)
        return replace(standard, rules=(CHECKIN, share), valid_days=None, valid_until="year_end")

    def test_the_last_day_counts_and_the_next_year_begins_with_its_own(self, story: Story) -> None:
        """
        11-01              小美  签到        +10
        12-31 23:59        小美  签到        +10
                           小美  lots 2026-12-31:20
        12-31 23:59:30     小美  redeem 1    -1
        2027-01-01 00:00   小美  redeem 1    refused insufficient
        2027-01-01 00:01   小美  签到        +10
                           小美  lots 2027-12-31:10
        2027-01-02         jump
                           小美  = 10
        """

    def test_a_rule_that_says_how_long_wins(self, story: Story) -> None:
        """
        12-20        小美  做share   +20
                     小美  签到      +10
                     小美  lots 2026-12-31:10 2027-01-19:20
        2027-01-05   jump
                     小美  = 20
        2027-01-20   jump
                     小美  = 0
        """

    def test_a_gift_of_an_admin_goes_with_the_year_too(self, story: Story) -> None:
        """
        12-01        店长  加分 小美 50 辛苦   +50
                     小美  lots 2026-12-31:50
        """

    def test_a_late_message_counts_for_the_year_it_was_posted_in(self, story: Story) -> None:
        """
        2027-01-01 08:00   小美  签到 sent 2026-12-31 23:00   +10
                           小美  lots 2027-12-31:10
        """

    def test_a_refund_over_the_year_is_given_days_of_grace(self, story: Story) -> None:
        """
        11-01        小美  签到        +10
        12-30        小美  redeem 10   -10
        2027-01-02   店长  撤销 2      +10
                     小美  lots 2027-01-09:10
        2027-01-10   jump
                     小美  = 0
        """

    def test_a_gain_taken_back_over_the_year_makes_debt_of_what_was_spent_alone(
        self, story: Story
    ) -> None:
        """
        11-01        小美  签到       +10
        12-30        小美  redeem 4   -4
        2027-01-02   店长  撤销 1     -4
                     小美  debt 4
                     小美  签到       +10
                     小美  lots 2027-12-31:6
        """

    def test_asleep_over_the_year_nothing_is_spent_twice(self, story: Story) -> None:
        """
        jobs asleep
        11-01        小美  签到       +10
                     小明  签到       +10
        2027-01-03   小美  redeem 1   refused insufficient
        restart
        jobs awake
        2027-01-04   jump
                     小明  = 0
                     小美  lots none
        """

    def test_the_room_is_told(self, chat: Chat) -> None:
        assert "当年得的积分,12-31 过期" in chat("小美", "规则")[0].split("\n")


class TestQuarterEnd:
    """With the quarter."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        """A check-in of 10 points, and an order's points, which wait for seven days."""
        order = Rule("order", "order", "下单", 1, wait_days=7)
        return replace(
            standard, rules=(CHECKIN, order), valid_days=None, valid_until="quarter_end"
        )

    def test_each_quarter_clears_its_own(self, story: Story) -> None:
        """
        2027-03-31   小美  签到   +10
        2027-04-01   小美  签到   +10
                     小美  lots 2027-06-30:10
        2027-06-30   小美  签到   +10
                     小美  lots 2027-06-30:20
        2027-07-01   jump
                     小美  = 0
        """

    def test_what_waits_over_the_end_belongs_to_the_quarter_it_can_be_spent_in(
        self, story: Story
    ) -> None:
        """
        12-28        小美  签到                    +10
                     order O1 paid 50.00 by 小美   told
                     小美  waiting 50
        2027-01-05   jump
                     小美  lots 2027-03-31:50
        """

    def test_the_room_is_told(self, chat: Chat) -> None:
        assert "每季度得的积分,季度最后一天过期" in chat("小美", "规则")[0].split("\n")


class TestExpiringSoon:
    """积分 and 明细 say what goes within thirty days."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        """A check-in of 10 points, which last for 40 days."""
        return replace(standard, rules=(CHECKIN,), valid_days=40, tiers=(), make_up=None)

    def test_what_goes_first_is_named_with_its_day(self, chat: Chat) -> None:
        chat("小美", "签到", at="11-01")
        chat("小美", "签到", at="11-02")
        assert chat("小美", "积分", at="11-10") == ["余额 20 积分,连续 0 天"]
        assert chat("小美", "积分", at="11-11") == ["余额 20 积分,连续 0 天\n10 分 12-11 到期"]
        soon = "10 分 12-11 到期,30 天内共 20 分到期"
        assert chat("小美", "积分", at="11-12") == [f"余额 20 积分,连续 0 天\n{soon}"]
        assert chat("小美", "明细")[0].split("\n")[-1] == soon
        assert chat("小美", "积分", at="12-11 23:59")[0].split("\n")[-1] == soon
        assert chat("小美", "积分", at="12-12")[0].split("\n")[-1] == "10 分 12-12 到期"
        assert chat("小美", "积分", at="12-13") == ["余额 0 积分,连续 0 天"]

    def test_what_was_spent_and_what_others_have_is_not_counted(self, chat: Chat) -> None:
        for who in ("小美", "小明"):
            chat(who, "签到", at="11-01 12:00")
        chat("小美", "redeem 4", at="12-01")
        assert chat("小美", "积分")[0].split("\n")[-1] == "6 分 12-11 到期"
        chat("小美", "redeem 6")
        assert chat("小美", "积分") == ["余额 0 积分,连续 0 天"]

    def test_it_stands_on_the_first_page_of_the_entries_alone(self, chat: Chat) -> None:
        for day in range(1, 10):
            chat("小美", "签到", at=f"11-0{day}")
        first, second = (chat("小美", text, at="12-20")[0] for text in ("明细", "明细 2"))
        assert "到期" not in first + second  # all of it is gone by now
        chat("小美", "签到")
        first, second = (chat("小美", text, at="12-30")[0] for text in ("明细", "明细 2"))
        assert first.split("\n")[-2] == "10 分 01-29 到期"
        assert "到期" not in second


class TestInactivity:
    """Who does nothing for ten days loses everything."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        """A check-in of 10 points, and a share whose points have days of their own."""
        share = Rule("share", "share", "分享", 20, valid_days=30)
        return replace(
            standard,
            rules=(CHECKIN, share),
            valid_days=None,
            inactive_days=10,
            tiers=(),
            make_up=None,
        )

    def test_the_tenth_day_counts_and_the_next_does_not(self, story: Story) -> None:
        """
        11-01        小美  签到       +10
        11-05        小美  签到       +10
                     小美  lots 9999-12-31:20
        11-15 23:59  小美  redeem 1   -1
        11-25 23:59  jump
                     小美  = 19
        11-26 00:10  jump
                     小美  = 0
                     小美  lots none
                     小美  签到       +10
                     小美  = 10
        """

    def test_a_deed_in_between_begins_anew(self, story: Story) -> None:
        """
        11-01   小美  签到   +10
                小明  签到   +10
        11-11   小美  签到   +10
        11-12   jump
                小美  = 20
                小明  = 0
        11-21   小美  签到   +10
                小美  = 30
        """

    def test_asleep_they_are_lost_on_first_touch_before_the_deed_counts(
        self, story: Story
    ) -> None:
        """
        jobs asleep
        11-01   小美  签到       +10
                小明  签到       +10
        11-12   小美  签到       +10
                小美  = 10
                小明  redeem 1   refused insufficient
        restart
        jobs awake
        11-13   jump
                小美  = 10
                小明  = 0
        """

    def test_asking_is_no_deed_and_a_gift_of_an_admin_puts_it_off(self, story: Story) -> None:
        """
        11-01   小美  签到                  +10
                小明  签到                  +10
        11-09   小美  积分                  told
                店长  加分 小明 5 辛苦      +5
        11-12   jump
                小美  = 0
                小明  = 15
        11-20   jump
                小明  = 0
        """

    def test_a_gift_to_one_who_was_silent_stays(self, story: Story) -> None:
        """
        11-01   小美  签到                  +10
        11-20   店长  加分 小美 5 辛苦      +5
                小美  = 5
        11-30   jump
                小美  = 5
        12-01   jump
                小美  = 0
        """

    def test_points_with_days_of_their_own_keep_them(self, story: Story) -> None:
        """
        11-01   小美  做share   +20
                小美  签到      +10
        11-12   jump
                小美  lots 2026-12-01:20
        12-02   jump
                小美  = 0
        """

    def test_what_had_gone_before_a_gain_is_not_forgiven_with_it(self, story: Story) -> None:
        """
        11-01   小美  签到       +10
        11-12   jump
        11-13   小美  签到       +10
                小美  redeem 4   -4
                店长  撤销 3     -10
                小美  debt 4
                店长  撤销 1     refused already_expired
        """

    def test_it_expires_again(self, story: Story) -> None:
        """
        11-01   小美  签到       +10
        11-12   jump
        11-13   小美  签到       +10
        11-24   jump
                小美  = 0
        """

    def test_members_are_told(self, chat: Chat) -> None:
        chat("小美", "签到", at="11-01")
        assert "10 天没有动静,积分过期" in chat("小美", "规则")[0].split("\n")
        assert chat("小美", "积分")[0].split("\n")[-1] == "10 分 11-11 到期,有动静就顺延"
        assert chat("小美", "积分", at="11-12") == ["余额 0 积分,连续 0 天"]
        assert "从 2026-11-01 起 10 天没有动静" in chat("小美", "为什么 2")[0].split("\n")

    def test_a_night_goes_over_all_members_and_each_is_booked_out_once(
        self, chat: Chat, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(expire, "AT_ONCE", 2)
        monkeypatch.setattr(store.ledger, "SCANNED", 3)
        for number in range(1, 9):
            chat(f"会员{number}", "签到", at="11-01 12:00")
        chat("会员3", "签到", at="11-05")
        chat.are_jobs_awake = False
        chat.move_to("11-12 01:00")
        chat.bot.posting.yields = True
        start = instant("11-11 12:00", chat.programme.zone)
        found = Scheduler([expiry], chat.programme.zone, start, {}).operations(chat.clock.now())
        pages = []
        while found:
            [result] = chat.bot.run(found)
            pages.append([line.member for line in result.lines])
            found = [result.rest] if result.rest is not None else []
        assert pages == [[], [1, 2], [4, 5], [6, 7], [8]]
        assert chat.rows("SELECT count(*) FROM job_run WHERE period = '2026-11-12'") == [(1,)]
        assert_balanced(chat)
