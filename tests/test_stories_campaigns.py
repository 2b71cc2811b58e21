"""Campaigns: what they change, for whom and when, and what they leave alone."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.types import Programme, Rule
from tests.chat import Chat
from tests.story import Story

SHARE = Rule("share", "share", "分享", 20, cap_points_daily=100, reply="+{points}")
ORDER = Rule("order", "order", "下单", 1, reply="+{points}")


def under(standard: Programme, *campaigns: Campaign) -> Programme:
    return replace(standard, rules=(*standard.rules, SHARE, ORDER), campaigns=campaigns)


class TestDoubleShares:
    """618: from the 1st to the 18th of June shares pay twice 20, at most 100 a day as ever."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        window = Window(yearly=(((6, 1), (6, 18)),))
        sale = Campaign(
            "sale", "618 分享双倍", window, rules=frozenset({"share"}), multiplier=Decimal(2)
        )
        return under(standard, sale)

    def test_it_doubles_its_rule_within_its_days_and_no_other(self, story: Story) -> None:
        """
        2027-05-31 23:59  小美  做share  +20
        06-01 00:00       小美  做share  +40
        06-01             小美  签到     +5
        06-18 23:59       小美  做share  +40
        06-19 00:00       小美  做share  +20
        """

    def test_caps_stand_as_they_are(self, story: Story) -> None:
        """
        2027-06-10  小美  做share  +40
                    小美  做share  +40
                    小美  做share  +20
                    小美  做share  refused cap_points_daily
        """

    def test_a_late_share_is_judged_by_the_moment_it_was_sent(self, story: Story) -> None:
        """
        2027-06-19 09:00  小美  做share                    +20
                          小美  做share sent 06-18 20:00   +40
        """

    def test_the_reply_and_why_name_it(self, chat: Chat) -> None:
        assert chat("小美", "做share", at="2027-06-01") == ["+40,活动「618 分享双倍」"]
        why = chat("小美", "为什么")[0]
        assert "基础 20 × 倍数 1 × 活动 2,618 分享双倍,当日上限还剩 100 = 40 分" in why
        [(campaign,)] = chat.rows("SELECT campaign FROM entry WHERE rule = 'share'")
        assert campaign == "sale"

    def test_what_was_posted_stays_when_the_rule_changes_meanwhile(self, chat: Chat) -> None:
        story = Story(chat)
        story.tell("2027-06-01  小美  做share  +40")
        sale = replace(chat.programme.campaigns[0], multiplier=Decimal(3))
        chat.bot.posting.programme = replace(chat.programme, campaigns=(sale,))
        story.tell("""
                    小美  做share  +60
        2027-06-02  店长  撤销 #1  -40
                    小美  = 60
        """)


class TestOthers:
    """国庆: a check-in is worth 10. A happy hour from 22:00 to 02:00 gives 7 on top. Gold members
    have orders ×1.2 by their tier and ×1.5 by a campaign of their own. One room has shares ×3."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return under(
            standard,
            Campaign(
                "national_day", "国庆", Window(yearly=(((10, 1), (10, 7)),)),
                rules=frozenset({"checkin"}), points=10,
            ),
            Campaign(
                "night", "夜场",
                Window(days=frozenset({date(2026, 11, 6)}), hours=((time(22), time(2)),)),
                rules=frozenset({"share"}), bonus=7,
            ),
            Campaign(
                "gold", "黄金日", rules=frozenset({"order"}), tiers=frozenset({"gold"}),
                multiplier=Decimal("1.5"),
            ),
            Campaign(
                "room", "一群专享", rules=frozenset({"share"}), rooms=frozenset({"一群"}),
                multiplier=Decimal(3),
            ),
            Campaign("off", "关着", multiplier=Decimal(9), is_on=False),
        )  # fmt: skip

    def test_another_base_stands_instead_and_the_streak_bonus_stays(self, story: Story) -> None:
        """
        2026-10-01..10-06  小美  签到  +10
        10-07              小美  签到  +40
        10-08              小美  签到  +5
        """

    def test_hours_may_cross_midnight(self, story: Story) -> None:
        """
        11-06 21:59  小美  做share  +20
        11-06 22:00  小美  做share  +27
        11-07 01:59  小美  做share  +27
        11-07 02:00  小美  做share  +20
        11-07 22:30  小美  做share  +20
        """

    def test_tier_and_campaign_multiply_and_are_floored_once(self, story: Story) -> None:
        """
        11-01  超管  加分 小美 5000 老会员  +5000
               小美  做order 1.11  +1
               小美  做order 3.33  +5
               小明  做order 3.33  +3
        """

    def test_a_room_of_its_own(self, story: Story) -> None:
        """
        11-02  小美  做share in 一群     +60
               小美  做share in 二群     +20
               小美  做share in private  +20
        """


def test_a_streak_bonus_is_multiplied_by_a_campaign_that_names_it(
    chat: Chat, standard: Programme
) -> None:
    bonus = Campaign(
        "bonus", "连签翻倍", rules=frozenset({"checkin_streak"}), multiplier=Decimal(2)
    )
    every = Campaign("every", "全场", multiplier=Decimal(3))
    chat.bot.posting.programme = under(standard, bonus, every)
    Story(chat).tell("""
    11-01..11-06  小美  签到  +15
    11-07         小美  签到  +75
    """)


def test_of_several_the_highest_wins_and_those_that_stack_multiply(
    chat: Chat, standard: Programme
) -> None:
    def times(name: str, multiplier: int, *, stack: bool = False) -> Campaign:
        return Campaign(
            name, name, rules=frozenset({"order"}), multiplier=Decimal(multiplier), stack=stack
        )

    chat.bot.posting.programme = under(
        standard, times("two", 2), times("three", 3), times("four", 4, stack=True)
    )
    Story(chat).tell("11-01  小美  做order 10  +120")
    [(campaign,)] = chat.rows("SELECT campaign FROM entry")
    assert campaign == "three,four"
