"""Limits on what a rule, and the whole programme, pay a member: a day, a week, a month, ever."""

from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from store.simulate import simulate
from tests.chat import Chat
from tests.story import Story


@pytest.fixture
def programme(standard: Programme) -> Programme:
    rules = (
        Rule("share", "share", "分享", 20, cap_times_weekly=3, reply="+{points}"),
        Rule("post", "post", "发帖", 30, cap_points_monthly=80, reply="+{points}"),
        Rule("profile", "profile", "资料", 50, cap_times_ever=1, reply="+{points}"),
        Rule("chat", "chat", "闲聊", 1, cooldown_s=60, reply="+{points}"),
    )
    return replace(standard, rules=rules, tier_multiplies=frozenset())


def test_a_weekly_cap_ends_with_sunday(story: Story) -> None:
    """
    11-02  小美  做share  +20
    11-04  小美  做share  +20
    11-08  小美  做share  +20
    11-08  小美  做share  refused cap_times_weekly
    11-09  小美  做share  +20
           小美  = 80
    """


def test_a_monthly_cap_ends_with_the_month(story: Story) -> None:
    """
    11-01  小美  做post  +30
    11-15  小美  做post  +30
    11-30  小美  做post  +20
    11-30  小美  做post  refused cap_points_monthly
    12-01  小美  做post  +30
    """


def test_once_for_life_is_once_for_life(story: Story) -> None:
    """
    11-01       小美  做profile  +50
    2027-11-01  小美  做profile  refused cap_times_ever
                小明  做profile  +50
    """


def test_a_cooldown_is_counted_from_the_last_payment(story: Story) -> None:
    """
    11-01 09:00:00  小美  做chat  +1
    11-01 09:00:59  小美  做chat  refused cooldown
    11-01 09:01:00  小美  做chat  +1
    11-01 09:01:30  小明  做chat  +1
    restart
    11-01 09:01:59  小美  做chat  refused cooldown
    11-01 09:02:00  小美  做chat  +1
    """


def test_a_late_deed_counts_against_its_own_week_and_month(story: Story) -> None:
    """
    # Saturday 28, Sunday 29; Monday 30 begins a week, Tuesday a month.
    11-28  小美  做share                  +20
    11-29  小美  做share                  +20
    11-30  小美  做share                  +20
    11-30  小美  做share sent 11-29 20:00  +20
    11-30  小美  做share sent 11-29 20:01  refused cap_times_weekly
    11-30  小美  做share                  +20
    11-30  小美  做post                   +30
    12-01  小美  做post                   +30
    12-01  小美  做post sent 11-30 20:00   +30
    12-01  小美  做post sent 11-30 20:01   +20
    12-01  小美  做post sent 11-30 20:02   refused cap_points_monthly
    12-01  小美  做post                   +30
    """


class TestProgrammeCap:
    """At most 50 points a day by shares and posts together; orders stand outside."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = (
            Rule("share", "share", "分享", 20, reply="+{points}"),
            Rule("post", "post", "发帖", 15, reply="+{points}"),
            Rule("post_extra", "post", "发帖加送", 4),
            Rule("order", "order", "下单", 1, reply="+{points}"),
        )
        return replace(
            standard,
            rules=rules,
            tier_multiplies=frozenset(),
            cap_points_daily=50,
            capped=frozenset({"share", "post"}),
        )

    def test_all_rules_of_its_kinds_draw_on_one_cap(self, story: Story) -> None:
        """
        11-01  小美  做order 100  +100
               小美  做share      +20
               小美  做post       +19
               小美  做post       +11
               小美  做post       refused programme_cap_points_daily
               小美  做share      refused programme_cap_points_daily
               小美  做order 7    +7
               小明  做share      +20
        11-02  小美  做share      +20
               小美  = 177
        """

    def test_a_late_deed_draws_on_the_cap_of_its_own_day(self, story: Story) -> None:
        """
        11-01  小美  做share                  +20
        11-02  小美  做share                  +20
        11-02  小美  做share sent 11-01 23:00  +20
        11-02  小美  做post sent 11-01 23:01   +10
        11-02  小美  做share sent 11-01 23:02  refused programme_cap_points_daily
        11-02  小美  做share                  +20
        11-02  小美  做share                  +10
        """

    def test_why_names_the_cap_that_left_least(self, chat: Chat) -> None:
        for _ in range(3):
            chat("小美", "做share")
        assert "基础 20 × 倍数 1,全天总上限还剩 10 = 10 分" in chat("小美", "为什么")[0]


class TestProgrammeCapOverWhatWaits:
    """At most 50 points a day by shares and posts together; those of shares wait for two days."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = (
            Rule("share", "share", "分享", 20, wait_days=2, reply="+{points}"),
            Rule("post", "post", "发帖", 15, reply="+{points}"),
        )
        return replace(
            standard,
            rules=rules,
            tier_multiplies=frozenset(),
            cap_points_daily=50,
            capped=frozenset({"share", "post"}),
        )

    def test_what_waits_counts_as_if_it_had_been_paid(self, story: Story) -> None:
        """
        11-01  小美  做share                   told
               小美  做share                   told
               小美  做post                    +10
               小美  做share                   refused programme_cap_points_daily
               小美  waiting 40
        11-02  小美  做share sent 11-01 23:00  refused programme_cap_points_daily
               小美  做post                    +15
               小美  做share                   told
        11-05  jump
               小美  waiting 0
               小美  = 85
        """


class TestCheckinUnderACap:
    """At most 40 points a day by shares and check-ins; ten more on every third day in a row."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = (
            replace(standard.rules[0], cap_times_monthly=6),
            Rule("third", "checkin", "连签", 10, every_streak_days=3, reply="含{name} +{points}"),
            Rule("share", "share", "分享", 20, reply="+{points}"),
        )
        capped = frozenset({"share", "checkin"})
        return replace(standard, rules=rules, cap_points_daily=40, capped=capped)

    def test_a_day_is_checked_in_though_the_cap_leaves_nothing_for_it(self, chat: Chat) -> None:
        Story(chat).tell("""
        11-01  小美  签到      +5
        11-02  小美  做share   +20
               小美  做share   +20
        """)
        said = "签到记上了,今天能拿的分已经拿满,连续 2 天,余额 45"
        assert chat("小美", "签到") == [said]
        assert chat("小美", "为什么")[0].startswith("没有得分:每日签到,今天能拿的分已经拿满")
        Story(chat).tell("""
        11-02  小美  签到      refused already_done
               小美  补签      refused not_missed
        11-03  小美  签到      +15
               小美  streak 3
        """)
        simulated = simulate(chat.database, chat.programme, None, None)
        assert simulated.now.rules == simulated.then.rules
        more = replace(chat.programme, cap_points_daily=300)
        assert simulate(chat.database, more, None, None).now.rules["checkin"] == [3, 15]

    def test_the_cap_is_told_and_not_whom_another_rule_is_for(self, chat: Chat) -> None:
        leaders = Rule(
            "more", "checkin", "团长签到", 9, tags=frozenset({"团长"}), reply="+{points}"
        )
        first = replace(chat.programme.rules[0], cap_times_monthly=1)
        chat.bot.posting.programme = replace(chat.programme, rules=(leaders, first))
        chat("小美", "签到", at="11-01")
        said = "签到记上了,这个月的次数用完了,连续 2 天,余额 5"
        assert chat("小美", "签到", at="11-02") == [said]
        assert "这个月的次数用完了" in chat("小美", "为什么")[0]

    def test_so_it_is_with_a_cap_in_times(self, story: Story) -> None:
        """
        11-01..11-02  小美  签到  +5
        11-03         小美  签到  +15
        11-04..11-05  小美  签到  +5
        11-06         小美  签到  +15
        11-07         小美  签到  refused cap_times_monthly
        11-08         小美  签到  refused cap_times_monthly
        # The ninth day has its bonus, and no points of its own
        11-09         小美  签到  +10
                      小美  streak 9
        """

    def test_a_shield_covers_the_days_before_it(self, chat: Chat) -> None:
        shield = replace(chat.programme.rules[0], cap_times_monthly=1, shields=1)
        chat.bot.posting.programme = replace(
            chat.programme, rules=(shield, *chat.programme.rules[1:])
        )
        chat("小美", "签到", at="11-01")
        Story(chat).tell("""
        # 10 for the third day; the second was covered
        11-03  小美  签到  +10
               小美  streak 3
        11-04  小美  签到  refused cap_times_monthly
               小美  streak 4
        """)
        assert chat.rows(
            "SELECT day, outcome FROM activity WHERE kind = 'checkin' ORDER BY id"
        ) == [
            ("2026-11-01", "accrued"), ("2026-11-02", "nothing"), ("2026-11-03", "accrued"),
            ("2026-11-04", "refused"), ("2026-11-04", "nothing"),
        ]  # fmt: skip
        simulated = simulate(chat.database, chat.bot.posting.programme, None, None)
        assert simulated.now.rules == simulated.then.rules


class TestCheckinWithoutPoints:
    """A check-in gives nothing by itself; every third day in a row gives ten."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        third = Rule("third", "checkin", "连签", 10, every_streak_days=3, reply="+{points}")
        return replace(standard, rules=(replace(standard.rules[0], points=0), third))

    def test_days_in_a_row_count_all_the_same(self, story: Story) -> None:
        """
        11-01  小美  签到  refused nothing
        11-02  小美  签到  refused nothing
        11-03  小美  签到  +10
               小美  streak 3
        """


class TestCheckinInOneRoom:
    """Checking in pays in one room; a rule without points waits for campaigns everywhere."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        here = replace(standard.rules[0], rooms=frozenset({"一群"}), cap_times_monthly=1)
        return replace(standard, rules=(here, Rule("more", "checkin", "活动", 0)))

    def test_where_it_never_pays_it_is_no_checkin(self, story: Story) -> None:
        """
        11-01  小美  签到 in 二群  refused other_rooms
               小美  签到 in 一群  +5
        11-02  小美  签到 in 二群  refused other_rooms
               小美  streak 1
               小美  签到 in 一群  refused cap_times_monthly
               小美  streak 2
        """
