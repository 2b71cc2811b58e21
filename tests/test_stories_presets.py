"""What each shipped programme pays: the rules it is told apart by, every number worked out."""

from dataclasses import replace

import pytest

from bot.points.types import Programme
from config.loader import load_preset
from tests.chat import Chat
from tests.story import Story


class TestStandard:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("standard")

    def test_a_share_pays_three_times_a_day_and_once_a_target(self, story: Story) -> None:
        """
        11-02  小美  做share about 面膜 today  +20
               小美  做share about 面膜 today  refused already_done
               小明  做share about 面膜 today  +20
               小美  做share about 口红 today  +20
               小美  做share about 眉笔 today  +20
               小美  做share about 粉底 today  refused cap_times_daily
        11-03  小美  做share about 面膜 today  +20
               小美  = 80
        """

    def test_a_review_wants_a_picture_and_pays_twice_a_day(self, story: Story) -> None:
        """
        11-02  小美  做review                    refused too_few_pictures
               小美  做review 12 with 1 pictures  +20
               小美  做review with 9 pictures     +20
               小美  做review with 1 pictures     refused cap_times_daily
        """

    def test_what_is_written_pays_by_the_deed_from_its_length_on(self, story: Story) -> None:
        """
        11-02  小美  做post 29    refused too_small
               小美  做post 30    +10
               小美  做post 900   +10
               小美  做post 30    refused cap_times_daily
               小美  做answer 14  refused too_small
               小美  做answer 15  +10
               小美  做answer 99  +10
               小美  做answer 15  +10
               小美  做answer 15  +10
               小美  做answer 15  +10
               小美  做answer 15  refused cap_times_daily
               小美  做feedback 4   +20
               小美  做feedback 80  refused cap_times_daily
        """

    def test_chat_pays_a_point_a_minute_five_times_a_day_and_never_speaks(
        self, story: Story, chat: Chat
    ) -> None:
        """
        11-02 09:00:00  小美  做chat 5   silence
              小美  做chat 6   +1
        11-02 09:01:00  小美  做chat 60  silence
        11-02 09:01:01  小美  做chat 60  +1
        11-02 09:03     小美  做chat 6   +1
        11-02 09:05     小美  做chat 6   +1
        11-02 09:07     小美  做chat 6   +1
        11-02 09:09     小美  做chat 6   silence
        11-03 09:09     小美  做chat 6   +1
                        小美  = 6
        """
        assert chat("小美", "做chat 50", at="11-03 10:00") == []


class TestFood:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("food")

    def test_less_for_a_share_and_an_invitation_and_ten_for_a_question(self, story: Story) -> None:
        """
        06-01 10:00  阿强  签到                     +5
              阿强  做share about 曲奇 today       +10
              阿强  做review with 1 pictures       +20
              阿强  做live_question                +10
        # 80 wait until 小美 has stayed seven days; both sides of the first order are as ever.
              阿强 brings 小美                     +50
              阿强  waiting 80
        06-09 09:00  jump
              阿强  = 125
        06-09  order O1 paid 30.00 by 小美          told
        # 30 for the order, 200 for the first one and 50 beside them; 200 for 阿强.
              order O1 completed                   +480
              小美  = 330
              阿强  = 325
        """

    def test_questions_are_under_the_cap_of_the_day(self, story: Story) -> None:
        """
        # 29 of 10 and the check-in are 295, so 5 are left.
        06-01 10:00  小美  签到  +5
        06-01 10:01  小美  做share about a today   +10
              小美  做share about b today   +10
              小美  做share about c today   +10
              小美  做review with 1 pictures  +20
              小美  做review with 1 pictures  +20
              小美  做feedback              +20
              小美  做post 30               +10
              小美  做post 30               +10
              小美  做answer 15             +10
              小美  做answer 15             +10
              小美  做answer 15             +10
              小美  做answer 15             +10
              小美  做answer 15             +10
              小美  = 165
        06-01 10:10  小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +10
              小美  做live_question  +5
              小美  做live_question  refused programme_cap_points_daily
        06-02  小美  签到             +5
        """


class TestBeauty:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("beauty")

    def test_content_pays_most_up_to_three_hundred_a_day(self, story: Story) -> None:
        """
        # 100 + 100 + 50 + 30 = 280, so 20 are left of 300, whatever it is for.
        06-01 10:00  小美  做post 29                   refused too_small
              小美  做post 300                  +100
              小美  做post 30                   +100
              小美  做review with 3 pictures    +50
              小美  做share about 口红 today    +30
              小美  做share about 眉笔 today    +20
              小美  签到                        refused programme_cap_points_daily
        06-02  小美  签到                       +5
        """

    def test_a_newcomer_begins_with_two_hundred_and_pays_for_two_categories(
        self, story: Story
    ) -> None:
        """
        06-01 10:00  阿强  签到             +5
              阿强 brings 小美      +200
        # 2 × 99.90 + 1 × 60.00 + 1 × 10.00 = 269.80, floored once; 200 for the first and 50.
        06-02  order O1 paid 169.90 by 小美 美妆=99.90 数码=60.00 家居=10.00  told
              小美  waiting 269
              order O1 completed    +719
              小美  = 719
        """

    def test_the_8th_doubles_what_is_done_and_not_what_is_given_once(self, story: Story) -> None:
        """
        06-02..06-07  小美  签到  +5
        # 2 × 5, and 30 of the seventh day as ever.
        06-08 10:00   小美  签到                      +40
              小美  做share about 口红 today  +60
              小美  做post 30                 +200
        # 10 + 30 + 60 + 200 are the 300 of the day.
              小美  做review with 1 pictures  refused programme_cap_points_daily
              小美 brings 小新                +200
        # 2 × 2 × 50.00 = 200; 200 for the first order and 50 are not doubled, nor the 200 of 小美.
              order O1 paid 50.00 by 小新 美妆=50.00  told
              order O1 completed              +650
              小新  = 650
        06-09  小美  签到  +5
        """

    def test_who_has_not_ordered_for_three_months_is_given_a_thousand(self, story: Story) -> None:
        """
        06-01 10:00  小美  签到  +5
              order O1 paid 50.00 by 小美  told
              order O1 completed           +250
              小美  = 255
        08-31 23:00  jump
              小美  = 255
        09-02 12:00  jump
              小美  = 1255
        # Nothing is left of the gift after its fourteenth day.
        09-16 12:00  jump
              小美  = 255
        """


class TestBaby:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("baby")

    def test_knowledge_pays_sixty_and_thirty(self, story: Story) -> None:
        """
        06-01 10:00  小美  做post 500   +60
              小美  做post 30    +60
              小美  做post 30    refused cap_times_daily
              小美  做answer 15  +30
              小美  做answer 15  +30
              小美  做answer 15  +30
              小美  做answer 15  +30
              小美  做answer 15  +30
              小美  做answer 15  refused cap_times_daily
              小美  做feedback   +20
        # 120 + 150 + 20 are 290: 10 are left of a review's 20.
              小美  做review with 1 pictures  +10
              小美  = 300
        """

    def test_a_thousand_points_spent_in_a_month_bring_a_hundred(self, story: Story) -> None:
        """
        06-01 10:00  超管  加分 小美 2500 老客户  +2500
              小美  redeem 999            -999
        06-30 10:00  小美  redeem 1               +99
              小美  = 1600
        07-01 10:00  小美  redeem 999             -999
        """


class TestAppliance:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("appliance")

    def test_service_pays_and_neither_shares_nor_chat_do(self, story: Story, chat: Chat) -> None:
        """
        06-01 10:00  小美  做feedback 20             +30
              小美  做answer 15              +20
              小美  做share about 空调 today  silence
              小美  做chat 50                silence
              小美  签到                     +5
              小美  = 55
        """
        assert "分享" not in chat("小美", "规则")[0]
        assert "聊天" not in chat("小美", "规则")[0]


class TestFashion:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("fashion")

    def test_an_outfit_pays_thirty(self, story: Story) -> None:
        """
        08-20 10:00  小美  做post 30  +30
              小美  做post 80  +30
              小美  做post 80  refused cap_times_daily
        """


class TestFashionSale:
    @pytest.fixture
    def programme(self) -> Programme:
        preset = load_preset("fashion")
        campaigns = (replace(one, is_on=one.id == "season_sale") for one in preset.campaigns)
        return replace(preset, campaigns=tuple(campaigns))

    def test_while_the_sale_lasts_an_outfit_pays_three_times_thirty(self, story: Story) -> None:
        """
        08-14 10:00  小美  做post 30                 +30
        08-15 00:00  小美  做post 30                 +90
              小美  做share about 裙子 today  +20
        08-31 23:59  小美  做post 30                 +90
        09-01 00:00  小美  做post 30                 +30
        """


class TestSnack:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("snack")

    def test_who_invites_gets_both_stages_and_the_newcomer_the_welcome(self, story: Story) -> None:
        """
        06-01 10:00  阿强  签到                  +5
              阿强 brings 小美           +50
        06-09 09:00  jump
              阿强  = 105
        # 30 for the order and 200 for the first one to 小美, 200 to 阿强, and no 50.
        06-09  order O1 paid 30.00 by 小美  told
              order O1 completed        +430
              小美  = 280
              阿强  = 305
        # Nothing is left of it: 230 and 200 go back.
              order O1 cancelled        -430
              小美  = 50
              阿强  = 105
        """


class TestDeals:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("deals")

    def test_two_a_yuan_and_five_hundred_from_three_hundred_yuan_on(self, story: Story) -> None:
        """
        06-01 10:00  小美  做share about 纸巾 today  +10
        # 2 × 299.99 = 599.98, floored; 200 for the first order.
              order O1 paid 299.99 by 小美  told
              小美  waiting 599
              order O1 completed  +799
        # 2 × 300 + 500.
              order O2 paid 300.00 by 小美  told
              小美  waiting 1100
              order O2 completed  +1100
              小美  = 1909
        # A third comes back: 400 and floor(500 × 2/3) = 333 stay, of 1,100.
              order O2 refunded R1 100.00  -367
              小美  = 1542
        """

    def test_the_tier_multiplies_both(self, story: Story) -> None:
        """
        # 1,000 points make 白银, ×1.1: 660 + 550.
        06-01 10:00  小美  签到                    +5
              店长  加分 小美 1000 老客户   +1000
              order O1 paid 300.00 by 小美  told
              小美  waiting 1210
        """


class TestHome:
    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("home")

    def test_a_video_or_review_pays_what_an_admin_chooses_and_nothing_before(
        self, story: Story
    ) -> None:
        """
        06-01 10:00  小美  做review                  told
              小美  waiting 50
              小美  做review with 3 pictures  told
              小美  做review                  refused cap_times_daily
              小美  = 0
              店长  通过 1 200                +200
              店长  通过 2 20                 refused not_a_choice
              店长  通过 2                    +50
              小美  = 250
        """
