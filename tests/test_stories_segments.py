"""Segments and tags: whom campaigns and rules are for, at the moment of the deed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.points.campaign import Campaign
from bot.points.segment import Segment
from bot.points.types import Programme, Rule
from store.simulate import simulate
from store.verify import verify
from tests.books import assert_balanced
from tests.chat import CHANNEL, SUPERUSER, Chat
from tests.story import Story

ORDER = Rule("order", "order", "下单", 1, wait_days=7)
REVIEW = Rule("review", "review", "评价", 10, per="deed", reply="+{points}")


def double(programme: Programme, *segments: Segment, **whom: frozenset[str]) -> Programme:
    """Check-ins pay twice for some."""
    campaign = Campaign(
        "double", "双倍", rules=frozenset({"checkin"}), multiplier=Decimal(2), **whom
    )
    return replace(programme, campaigns=(campaign,), segments=segments)


class TestReturned:
    """Check-ins pay twice for seven days after a silence of thirty days, as the campaign that the
    standard programme brings along says."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        [welcome] = [one for one in standard.campaigns if one.id == "welcome_back"]
        return replace(standard, campaigns=(replace(welcome, is_on=True),))

    def test_it_begins_with_the_return_and_ends_after_seven_days(self, story: Story) -> None:
        """
        09-01          小美  签到  +5
        10-01          小美  签到  +10
        10-02..10-06   小美  签到  +10
        10-07          小美  签到  +40
        10-08          小美  签到  +5
        """

    def test_a_shorter_silence_is_none_and_nobody_returns_who_is_new(self, story: Story) -> None:
        """
        09-01  小美  签到  +5
        09-30  小美  签到  +5
        10-01  小明  签到  +5
        """

    def test_any_deed_is_a_return_and_a_late_one_counts_on_its_own_day(self, chat: Chat) -> None:
        chat.bot.posting.programme = replace(chat.programme, rules=(*chat.programme.rules, REVIEW))
        Story(chat).tell("""
        09-01  小美  签到                    +5
        10-02  小美  做review sent 10-01     +10
        10-07  小美  签到                    +10
        10-08  小美  签到                    +5
        """)
        assert chat.rows("SELECT back_on, away_days FROM account") == [("2026-10-01", 30)]

    def test_the_return_is_known_after_a_restart_and_is_said(self, chat: Chat) -> None:
        chat("小美", "签到", at="09-01")
        chat("小美", "签到", at="10-02")
        chat.restart()
        assert "活动「回归签到双倍」" in chat("小美", "签到", at="10-03")[0]
        assert "每日签到 ×2,限30 天没来刚回来的会员" in chat("小美", "规则")[0]
        assert "活动 2,回归签到双倍" in chat("小美", "为什么")[0]
        assert_balanced(chat)

    def test_the_same_rules_give_the_same_again(self, chat: Chat) -> None:
        Story(chat).tell("""
        09-01          小美  签到  +5
        10-02..10-04   小美  签到  +10
        10-10          小美  签到  +5
        """)
        simulated = simulate(chat.database, chat.programme, None, None)
        assert simulated.now.rules == simulated.then.rules == {"checkin": [5, 40]}
        off = replace(chat.programme, campaigns=())
        assert simulate(chat.database, off, None, None).now.rules == {"checkin": [5, 25]}

    def test_verify_finds_a_return_that_cannot_have_been(self, chat: Chat) -> None:
        chat("小美", "签到", at="09-01")
        chat("小美", "签到", at="10-02")
        assert verify(chat.database)[1] == []
        for change, said in (
            ("away_days = 0", "account 1: back_on is 2026-10-02, away_days is 0"),
            (
                "away_days = 9, back_on = '2026-10-03'",
                "back_on is 2026-10-03, after its last deed",
            ),
        ):
            connection = chat.database.connect()
            connection.begin()
            connection.run(f"UPDATE account SET {change} WHERE member = 1")
            connection.commit()
            connection.close()
            [line] = verify(chat.database)[1]
            assert said in line


class TestNewcomers:
    """Whoever joined within three days has check-ins twice; who was there before has not."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        segment = Segment("new", "新人", newcomer_days=3)
        return double(standard, segment, segments=frozenset({"new"}))

    def test_the_day_of_joining_is_the_first(self, chat: Chat) -> None:
        Story(chat).tell("11-01  nobody brings 小美  silence")
        Story(chat).tell("""
        11-01         小美  签到  +10
        11-01         老王  签到  +5
        11-03         小美  签到  +10
        11-04         小美  签到  +5
        """)
        simulated = simulate(chat.database, chat.programme, None, None)
        assert simulated.now.rules == simulated.then.rules


class TestBuyers:
    """Check-ins pay twice for who has paid for two orders this month."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        segment = Segment("active", "活跃买家", orders_monthly=2)
        programme = double(standard, segment, segments=frozenset({"active"}))
        return replace(programme, rules=(*programme.rules, ORDER))

    def test_refunded_orders_and_those_of_other_months_are_none(self, chat: Chat) -> None:
        def buy(number: str, event: str, at: str) -> None:
            buyer = {"channel": CHANNEL, "id": "小美"}
            chat.order(
                event=event, order=number, buyer=buyer, amount="100.00",
                **({"paid_at": f"{at}T10:00:00+08:00"} if event == "paid" else {}),
            )  # fmt: skip

        story = Story(chat)
        story.tell("11-02  小美  签到  +5")
        buy("A", "paid", "2026-10-31")
        buy("B", "paid", "2026-11-01")
        story.tell("11-03  小美  签到  +5")
        buy("C", "paid", "2026-11-03")
        story.tell("11-04  小美  签到  +10")
        buy("B", "cancelled", "")
        story.tell("11-05  小美  签到  +5")
        simulated = simulate(chat.database, chat.programme, None, None)
        assert simulated.now.rules["checkin"] == [4, 20]  # by what is left of the orders today


class TestDormant:
    """Who has not ordered for three months has orders twice on the day of coming back (沉睡用户的
    积分翻倍日)."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        double = Campaign(
            "double",
            "沉睡双倍",
            rules=frozenset({"order"}),
            segments=frozenset({"dormant"}),
            multiplier=Decimal(2),
        )
        return replace(
            standard,
            rules=(*standard.rules, replace(ORDER, wait_days=None)),
            segments=(Segment("dormant", "沉睡用户", dormant_months=3),),
            campaigns=(double,),
        )

    def test_the_order_that_ends_it_is_paid_twice_and_the_next_day_is_as_ever(
        self, story: Story
    ) -> None:
        """
        01-01  小美  签到                        +5
        01-02  order A paid 100.00 by 小美       +100
        04-01  order B paid 100.00 by 小美       +100
        07-01  order C paid 100.00 by 小美       +200
        07-01  order D paid 50.00 by 小美        +100
        07-02  order E paid 100.00 by 小美       +100
        07-02  小明  签到                        +5
        07-02  order F paid 100.00 by 小明       +100
        """


class TestRules:
    """Reviews pay gold members in one room, and shares the newcomers; check-ins pay 8 more to who
    is tagged."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        review = replace(REVIEW, tiers=frozenset({"gold"}), rooms=frozenset({"福利群"}))
        share = Rule("share", "share", "分享", 20, segments=frozenset({"new"}), reply="+{points}")
        more = Rule("more", "checkin", "团长签到", 8, tags=frozenset({"团长"}))
        return replace(
            standard,
            rules=(*standard.rules, review, share, more),
            segments=(Segment("new", "新人", newcomer_days=3),),
        )

    def test_who_is_not_meant_is_refused_and_told_for_whom_it_is(self, chat: Chat) -> None:
        Story(chat).tell("""
        11-01  小美  做review           refused other_tiers
               超管  加分 小美 5000     +5000
               小美  做review           +10
               小美  做review in 二群   refused other_rooms
               小美  做share            refused other_segments
               小美  签到               +5
        """)
        assert "只给一部分会员" in chat("小美", "做share", at="11-02")[0]
        assert "(限新人)" in chat("小美", "为什么")[0]
        assert "评价:+10,只在部分群,限黄金" in chat("小美", "规则")[0]

    def test_tasks_leave_out_what_is_not_for_the_member(self, chat: Chat) -> None:
        chat("小美", "签到", at="11-01")
        assert not any(word in chat("小美", "任务")[0] for word in ("评价", "分享"))
        chat(SUPERUSER, "加分 @小美 5000", mentions=["小美"])
        assert "评价:+10" in chat("小美", "任务")[0]
        assert "评价" not in chat("小美", "任务", room="二群")[0]
        Story(chat).tell("11-02  nobody brings 小明  silence")
        assert "分享:+20" in chat("小明", "任务")[0]
