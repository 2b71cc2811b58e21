"""What four brands did, a month of each: the figures are those that the presets took from them."""

from pathlib import Path

import pytest

from bot.points.types import Programme
from config.loader import load, load_preset
from tests.chat import Chat
from tests.story import Story


class TestFiveADayAndThirtyAWeek:
    """A beauty brand: 5 a day, and 30 more on every seventh day in a row."""

    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("beauty")

    def test_a_whole_month_in_a_row(self, story: Story) -> None:
        """
        # The 8th is a double day: 10, not 5. Bonuses are never doubled.
        06-01..06-06  小美  签到  +5
        06-07         小美  签到  +35
        06-08         小美  签到  +10
        06-09..06-13  小美  签到  +5
        06-14         小美  签到  +35
        06-15..06-20  小美  签到  +5
        06-21         小美  签到  +35
        06-22..06-27  小美  签到  +5
        06-28         小美  签到  +35
        06-29..06-30  小美  签到  +5
        # 30 days of 5, 5 more on the 8th, four bonuses of 30
                      小美  = 275
                      小美  streak 30
        """

    def test_a_missed_day_is_made_up_or_the_week_begins_anew(self, story: Story) -> None:
        """
        06-01..06-04  小红  签到        +5
        06-06         小红  签到        +5
                      小红  补签 06-05  -20
        06-07         小红  签到        +35
        06-08         小红  签到        +10
        # The 9th is missed and not made up: a new week
        06-10..06-15  小红  签到        +5
        06-16         小红  签到        +35
        06-30         小红  签到        +5
        # 4×5 + 5 - 20 + 35 + 10 + 6×5 + 35 + 5
                      小红  = 120
                      小红  streak 1
        """


class TestFromTheLadderOfAFoodBrand:
    """5 a day, 10 a share, 20 a review, 50 for three deeds in the first week; 80 for bringing a
    friend, and 200 more when the friend buys."""

    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("food")

    def test_a_friend_is_brought_takes_part_and_buys(self, story: Story) -> None:
        """
        06-01 09:00   阿强  签到                          +5
                      阿强  brings 小美                   +50
                      小美  签到                          +5
        06-02         小美  做share about 辣酱 today      +10
                      小美  做share about 辣酱 today      refused already_done
        # The third rewarded deed within a week: 20 + 50
        06-03         小美  做review with 1 pictures      +70
                      小美  = 135
        # The friend has stayed seven days
        06-09         jump
                      阿强  = 85
        06-10 10:00   order O1 paid 68.00 by 小美         told
                      小美  waiting 68
        # 68 for the order, 200 for the first one, 50 for the friend, 200 for who brought them
        06-13         order O1 completed                  +518
                      小美  = 453
                      阿强  = 285
        06-14..06-19  小美  签到                          +5
        06-20 20:00   小美  签到                          +35
                      小美  做live_question               +10
        06-21 10:00   order O2 paid 30.50 by 小美         told
        06-22         order O2 refunded 10.20 R1          told
        # 30 for the order; 20.30 of 30.50 are left of it: floor(30 × 20.30 / 30.50) = 19
                      小美  waiting 19
        06-25         order O2 completed                  +19
        06-26..06-30  阿强  做share about 辣酱 today      +10
        # 453 + 6×5 + 35 + 10 + 19, and 285 + 5×10
                      小美  = 547
                      阿强  = 335
        """


class TestMothersWhoKnowAndTell:
    """A mother-and-baby shop: what is written is worth most, and what is not spent in a year is
    gone."""

    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("baby")

    def test_knowledge_is_earned_spent_and_expires(self, story: Story) -> None:
        """
        11-01 10:00   豆豆妈  做post 300          +60
                      豆豆妈  做post 30           +60
                      豆豆妈  做post 30           refused cap_times_daily
                      豆豆妈  做answer 15         +30
                      豆豆妈  做answer 80         +30
                      豆豆妈  签到                +5
                      豆豆妈  做answer 20         +30
        # 120 + 90 + 5 = 215 of at most 300 that day
                      豆豆妈  做feedback          +20
                      豆豆妈  做answer 20         +30
                      豆豆妈  做answer 20         +30
                      豆豆妈  做share about 奶瓶 today  +5
                      豆豆妈  = 300
        11-02..11-06  豆豆妈  做post 60           +60
        11-07..11-12  豆豆妈  做post 60           +60
        11-15         店长  加分 豆豆妈 100 精选   +100
                      豆豆妈  = 1060
        # 1,000 spent within a month gives 100
        11-20         豆豆妈  redeem 900          -900
                      豆豆妈  redeem 100          -0
                      豆豆妈  = 160
        """


class TestThePlanOfABeautyShop:
    """1 yuan a point and 2 for make-up, 50 a review, 30 a share, 200 for the new, double on the
    8th, 1,000 for those who have not bought for three months."""

    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("beauty")

    def test_from_joining_to_being_woken_up(self, story: Story) -> None:
        """
        06-01 10:00   店长  签到                              +5
                      店长  brings 小美                       +200
        06-02         小美  签到                              +5
                      小美  做share about 口红 today          +30
        # 50, and 50 for the third rewarded deed of a newcomer
        06-03         小美  做review with 2 pictures          +100
        06-08         小美  签到                              +10
                      小美  做share about 口红 today          +60
                      小美  做review with 1 pictures          +100
        # 100 yuan × 2 for make-up × 2 on the 8th
                      order O1 paid 100.00 by 小美 美妆=100.00  told
                      小美  waiting 400
        # 400, 200 for the first, 50 and 200 for the friend and who brought her
        06-15         order O1 completed                      +850
                      小美  = 1155
        # From 1,000 on silver: 50 × 2 × 1.1
        06-20         order O2 paid 50.00 by 小美 美妆=50.00  told
        06-25         order O2 completed                      +110
        # Half of it comes back: floor(110 × 25 / 50) stays
        06-26         order O2 refunded 25.00 R1              -55
                      小美  = 1210
        06-30         店长  做share about 眉笔 today          +30
                      店长  = 335
        # Three months after the last order
        09-19 12:00   jump
                      小美  = 1210
        09-22         jump
                      小美  = 2210
        10-10         jump
                      小美  = 1210
        """


class TestThe8thOfMarch:
    """A beauty brand: orders of 300 yuan and more get 500 on the 8th of March, and on no other
    day."""

    @pytest.fixture
    def programme(self, tmp_path: Path) -> Programme:
        (tmp_path / "rules.toml").write_text(
            """
            [programme]
            extends = "standard"
            name = "美妆积分计划"

            [[rule]]
            id = "order_large"
            on = "order"
            name = "女神节大单"
            points = 0
            per = "deed"
            from_units = 300
            wait_days = 7

            [[campaign]]
            id = "womens_day"
            name = "3.8 女神节"
            rules = ["order_large"]
            yearly = ["03-08"]
            points = 500
            """,
            "utf-8",
        )
        return load(tmp_path)

    def test_large_orders_of_that_day_get_500_more(self, chat: Chat) -> None:
        Story(chat).tell("""
        # The first order gives 200 beside
        03-07         小美  签到                         +5
                      order O1 paid 300.00 by 小美       told
                      order O1 completed                 +500
        03-08         order O2 paid 299.99 by 小美       told
                      order O2 completed                 +299
        03-08         order O3 paid 300.00 by 小美       told
                      小美  waiting 800
        # A third of it comes back, and with it a third of both
        03-09         order O3 refunded 100.00 R1        told
                      order O3 completed                 +533
        # With 1,000 she is silver: 400 × 1.1
        03-09         order O4 paid 400.00 by 小美       told
                      order O4 completed                 +440
        """)
        assert "女神节大单:只在活动里有,满 300 元起" in chat("小美", "规则")[0]
        assert "女神节大单" not in chat("小美", "任务")[0]
        assert "女神节大单:+550" in chat("小美", "任务", at="2027-03-08")[0]
        assert "活动「3.8 女神节」今天:女神节大单 500 分" in chat("小美", "活动")[0]
