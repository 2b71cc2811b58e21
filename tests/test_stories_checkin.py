"""Check-ins: once a day, days in a row, messages that come late or from the future, borders of
days."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.points.types import Programme, Rule
from tests.chat import Chat, Clock, instant
from tests.story import Story


def test_a_checkin_earns_five_points(story: Story) -> None:
    """
    11-01  小美  签到  +5
           小美  = 5
           小美  streak 1
           小美  qualifying 5
           小美  lots 2027-11-01:5
    """


def test_either_word_is_the_same_deed(story: Story) -> None:
    """
    11-01  小美  签到  +5
    11-01  小美  打卡  refused already_done
           小美  = 5
    """


def test_a_day_counts_once_over_two_rooms_and_in_private(story: Story) -> None:
    """
    # Abuse: check-in in many groups.
    11-01  小美  签到 in 一群     +5
           小美  签到 in 二群     refused already_done
           小美  签到 in private  refused already_done
    11-02  小美  签到 in private  +5
           小美  签到 in 一群     refused already_done
           小美  = 10
    """


def test_two_members_do_not_stand_in_each_others_way(story: Story) -> None:
    """
    11-01  小美  签到  +5
           小明  签到  +5
           小美  签到  refused already_done
           小明  = 5
    """


def test_a_full_week_and_every_week_after_it_earns_a_bonus(story: Story) -> None:
    """
    11-01..11-06  小美  签到  +5
    11-07         小美  签到  +35
    11-07         小美  打卡  refused already_done
    11-08..11-13  小美  签到  +5
    11-14         小美  签到  +35
    11-15         小美  签到  +5
                  小美  = 135
                  小美  streak 15
    """


def test_a_missed_day_breaks_the_streak(story: Story) -> None:
    """
    11-01..11-06  小美  签到  +5
    11-08..11-13  小美  签到  +5
                  小美  streak 6
    11-14         小美  签到  +35
                  小美  = 95
    """


def test_a_late_message_joins_two_runs_and_pays_the_bonus_of_the_right_day(chat: Chat) -> None:
    story = Story(chat)
    story.tell("""
    11-01..11-04  小美  签到                    +5
    11-06..11-07  小美  签到                    +5
                  小美  streak 2
    11-07         小美  签到 sent 11-05 18:00   +35
                  小美  streak 7
                  小美  = 65
    11-08         小美  签到                    +5
                  小美  streak 8
    """)
    [row] = chat.rows("SELECT day, key FROM entry WHERE rule = 'checkin_streak'")
    assert row == ("2026-11-07", "checkin_streak:checkin/2026-11-07/1")


def test_a_late_message_before_the_run_lengthens_it(story: Story) -> None:
    """
    11-02..11-03  小美  签到                   +5
    11-03         小美  签到 sent 11-01 20:00  +5
                  小美  streak 3
    11-04..11-06  小美  签到                   +5
    11-07         小美  签到                   +35
    """


def test_a_late_message_that_touches_no_run_leaves_the_streak_alone(story: Story) -> None:
    """
    11-01  小美  签到                   +5
    11-04  小美  签到                   +5
    11-04  小美  签到 sent 11-02 23:00  +5
           小美  streak 1
    11-05  小美  签到 sent 11-03 23:30  +5
           小美  streak 4
           小美  = 20
    """


def test_a_late_message_of_a_day_that_was_done_is_refused(story: Story) -> None:
    """
    11-01  小美  签到             +5
    11-02  小美  签到 sent 11-01  refused already_done
    11-02  小美  签到             +5
    """


def test_forty_eight_hours_are_in_time_and_a_second_more_is_too_late(story: Story) -> None:
    """
    11-03 12:00:00  小美  签到 sent 11-01 12:00:00  +5
    11-03 12:00:00  小明  签到 sent 11-01 11:59:59  refused too_late
                    小明  = 0
                    小明  签到                      +5
                    小明  streak 1
    """


def test_a_message_from_the_future_counts_for_the_day_it_came(story: Story) -> None:
    """
    11-01  小美  签到 sent 11-09  +5
    11-01  小美  签到             refused already_done
    11-02  小美  签到             +5
           小美  streak 2
    """


def test_midnight_parts_two_days(story: Story) -> None:
    """
    # Abuse: check-in at the edge of a day.
    11-01 23:59:59  小美  签到  +5
    11-02 00:00:00  小美  签到  +5
                    小美  签到  refused already_done
                    小美  streak 2
    11-02 23:59:59  小美  签到  refused already_done
    11-03 00:00:00  小美  签到  +5
    """


def test_a_message_sent_before_midnight_counts_for_the_day_before(story: Story) -> None:
    """
    11-02 00:00:01  小美  签到 sent 11-01 23:59:59  +5
    11-02 00:00:02  小美  签到                      +5
                    小美  streak 2
    """


def test_the_leap_day_is_a_day_like_any_other(story: Story) -> None:
    """
    2028-02-24..2028-02-28  小美  签到  +5
    2028-02-29              小美  签到  +5
    2028-03-01              小美  签到  +35
    2028-03-02              小美  签到  +5
                            小美  streak 8
    """


def test_a_year_without_a_leap_day_goes_from_february_to_march(story: Story) -> None:
    """
    2027-02-25..2027-02-28  小美  签到  +5
    2027-03-01..2027-03-02  小美  签到  +5
    2027-03-03              小美  签到  +35
    """


def test_a_streak_goes_over_the_end_of_the_year(story: Story) -> None:
    """
    2026-12-28..2026-12-31  小美  签到  +5
    2027-01-01..2027-01-02  小美  签到  +5
    2027-01-03              小美  签到  +35
                            小美  streak 7
    """


def test_a_streak_survives_a_restart_between_any_two_days(story: Story) -> None:
    """
    11-01..11-03  小美  签到  +5
    11-03         restart
    11-03         小美  签到  refused already_done
    11-04..11-06  小美  签到  +5
    11-06         restart
    11-07         小美  签到  +35
    """


def test_a_message_delivered_again_is_met_with_silence(story: Story) -> None:
    """
    11-01  小美  签到 id a  +5
           小美  签到 id a  silence
    11-02  小美  签到 id a sent 11-01 12:00  silence
           restart
           小美  签到 id a  silence
           小美  = 5
    """


def test_a_refused_message_stays_refused_when_it_comes_again(story: Story) -> None:
    """
    11-01  小美  redeem 5 id a        refused insufficient
           店长  加分 小美 50 谢谢    +50
           小美  redeem 5 id a        silence
           小美  = 50
           小美  redeem 5 id b        -5
    """


def test_a_message_id_with_other_content_has_no_effect(story: Story) -> None:
    """
    11-01  小美  签到 id a             +5
           小明  签到 id a             silence
           小美  redeem 5 id a         silence
           小美  签到 in 二群 id a     silence
           小美  = 5
           小明  签到 id b             +5
    """


def test_a_conflicting_message_is_told_apart_from_a_duplicate(chat: Chat) -> None:
    chat("小美", "签到", id="a")
    chat("小美", "签到", id="a")
    assert [result.problem for result in chat.results] == ["duplicate"]
    chat("小美", "打卡", id="a")
    assert [result.problem for result in chat.results] == ["conflict"]


@pytest.mark.parametrize("order", ["1234567", "2134657", "1324675", "3125476", "1243756"])
def test_a_week_earns_the_same_in_whatever_order_its_messages_come(chat: Chat, order: str) -> None:
    """No message is more than 48 hours late in these orders."""
    chat.clock.move_to(instant("11-01 00:00", chat.programme.zone))
    for place, day in enumerate(order, start=1):
        chat.move_to(f"11-{max(map(int, order[:place])):02} 22:00")
        chat("小美", "签到", sent_at=instant(f"11-{int(day):02} 22:00", chat.programme.zone))
    assert chat("小美", "积分")[0].startswith("余额 65 积分,连续 7 天")
    assert chat.rows("SELECT day FROM entry WHERE rule = 'checkin_streak'") == [("2026-11-07",)]


class TestNewYork:
    """Days of 23 and 25 hours."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, zone=ZoneInfo("America/New_York"))

    def test_the_day_of_23_hours_is_one_day(self, story: Story) -> None:
        """
        2027-03-13 23:59:59  小美  签到  +5
        2027-03-14 00:00:00  小美  签到  +5
        2027-03-14 23:59:59  小美  签到  refused already_done
        2027-03-15 00:00:00  小美  签到  +5
                             小美  streak 3
        """

    def test_the_day_of_25_hours_is_one_day(self, story: Story) -> None:
        """
        10-31 23:59:59  小美  签到  +5
        11-01 00:00:00  小美  签到  +5
        11-01 01:30:00  小美  签到  refused already_done
        11-01 23:59:59  小美  签到  refused already_done
        11-02 00:00:00  小美  签到  +5
                        小美  streak 3
        """

    def test_the_hour_that_comes_twice_is_one_day(self, chat: Chat, clock: Clock) -> None:
        chat.move_to("11-01 01:30")
        assert chat("小美", "签到") == ["+5 积分,连续 1 天,余额 5,再签 6 天多得 30 分"]
        clock.pass_by(hours=1)
        assert chat("小美", "签到") == ["今天已经签到过了,连续 1 天,余额 5"]


class TestMilestones:
    """10 points on the third and seventh day of a run; 50 on every fourth of all days."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = (
            standard.rules[0],
            Rule("milestone", "checkin", "里程碑", 10, streak_days=(3, 7), goal="再 {days} 天"),
            Rule("fourth", "checkin", "累计", 50, every_total_days=4, goal="累计再 {days} 天"),
        )
        return replace(standard, rules=rules)

    def test_milestones_pay_once_a_run_and_days_in_all_go_on_over_gaps(self, story: Story) -> None:
        """
        11-01..11-02  小美  签到  +5
        11-03         小美  签到  +15
        11-04         小美  签到  +55
        11-05..11-06  小美  签到  +5
        11-07         小美  签到  +15
        11-08         小美  签到  +55
        11-09..11-10  小美  签到  +5
        # a day is missed: the run begins anew, the days in all do not
        11-12         小美  签到  +5
        11-13         小美  签到  +55
        11-14         小美  签到  +15
        11-15..11-16  小美  签到  +5
                      小美  streak 5
        """

    def test_late_messages_pay_milestones_of_their_own_day_and_count_in_all(
        self, chat: Chat
    ) -> None:
        Story(chat).tell("""
        11-01..11-02  小美  签到                   +5
        11-04         小美  签到                   +5
        11-04         小美  签到 sent 11-03 23:00  +65
                      小美  streak 4
        11-05         小美  签到                   +5
        """)
        rows = chat.rows("SELECT key, day FROM entry WHERE rule <> 'checkin' ORDER BY id")
        assert rows == [
            ("milestone:checkin/2026-11-03/1", "2026-11-03"),
            ("fourth:checkin/total-4/1", "2026-11-03"),
        ]

    def test_the_reply_tells_how_far_it_is_to_the_next_of_each(self, chat: Chat) -> None:
        said = [chat("小美", "签到", at=f"11-{day:02}")[0] for day in range(1, 9)]
        assert said[0] == "+5 积分,连续 1 天,余额 5,再 2 天,累计再 3 天"
        assert said[2] == "+15 积分,连续 3 天,余额 25,再 4 天,累计再 1 天"
        assert said[7] == "+55 积分,连续 8 天,余额 160,累计再 4 天"
        assert chat("小美", "为什么")[0].split("\n")[2] == (
            "基础 50,累计第 8 天(满 4 天一次),不设上限 = 50 分"
        )
