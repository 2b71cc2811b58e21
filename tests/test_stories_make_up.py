"""补签: what it costs, which days it may be, and that it makes no difference when it is asked."""

from dataclasses import replace
from itertools import product

import pytest

from bot.points.types import MakeUp, Programme, Rule
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat, instant
from tests.story import Story


def test_a_made_up_day_joins_two_runs_and_pays_the_bonus_of_the_right_day(chat: Chat) -> None:
    """20 points are spent and 30 gained: the seventh day is 11-07."""
    story = Story(chat)
    story.tell("""
    11-01..11-04  小美  签到                   +5
    11-06..11-07  小美  签到                   +5
                  小美  补签 11-05             +10
                  小美  streak 7
                  小美  = 40
                  小美  qualifying 60
                  小美  签到 sent 11-05 18:00  refused already_done
                  小美  补签 11-05             refused not_missed
    11-08         小美  签到                   +5
                  小美  streak 8
    """)
    assert chat.rows(
        "SELECT kind, points, day, key FROM entry WHERE id IN (7, 8) ORDER BY id"
    ) == [
        ("redemption", -20, "2026-11-07", "redemption:make_up/2026-11-05/1"),
        ("accrual", 30, "2026-11-07", "checkin_streak:checkin/2026-11-07/1"),
    ]
    assert chat.rows("SELECT kind, day, outcome FROM activity WHERE key = ?", *KEY) == [
        ("checkin", "2026-11-05", "accrued"),
        ("checkin", "2026-11-05", "refused"),
    ]


KEY = ("checkin/2026-11-05/1",)


def test_a_made_up_day_pays_nothing_itself(story: Story) -> None:
    """
    11-01..11-04  小美  签到        +5
    11-06         小美  补签 11-05  -20
                  小美  = 0
                  小美  streak 5
                  小美  签到        +5
                  小美  streak 6
    """


def test_a_day_that_was_checked_in_late_needs_no_making_up(story: Story) -> None:
    """
    11-01..11-04  小美  签到             +5
    11-06         小美  签到 sent 11-05  +5
                  小美  补签             refused not_missed
                  小美  补签 11-05       refused not_missed
    """


def test_without_a_day_the_gap_before_the_run_is_made_up(story: Story) -> None:
    """
    11-01..11-03  小美  签到        +5
    11-05         小美  签到        +5
    11-07..11-08  小美  签到        +5
                  小美  补签        -20
                  小美  streak 4
                  店长  加分 小美 50 谢谢  +50
                  小美  补签        +10
                  小美  streak 8
                  小美  补签        refused not_missed
    """


def test_without_a_day_yesterday_is_made_up_while_today_is_open(story: Story) -> None:
    """
    11-01..11-05  小美  签到  +5
    11-07         小美  补签  -20
                  小美  streak 6
                  小美  签到  +35
                  小美  streak 7
                  小美  = 40
    """


def test_making_up_after_the_checkin_comes_to_the_same(story: Story) -> None:
    """
    11-01..11-05  小美  签到  +5
    11-07         小美  签到  +5
                  小美  补签  +10
                  小美  streak 7
                  小美  = 40
    """


def test_only_days_gone_by_within_the_window_and_in_the_members_time(story: Story) -> None:
    """
    11-04  小美  签到               +5
           店长  加分 小美 95 谢谢  +95
           小美  补签               refused not_missed
           小美  补签 11-03         refused not_missed
           小美  补签 11-04         refused not_over
           小美  补签 11-05         refused in_the_future
           小美  补签 2027-11-03    refused in_the_future
           小美  补签 2025-11-03    refused too_old
    11-13  小美  补签 11-05         refused too_old
           小美  补签 11-06         -20
           小美  = 80
           小美  streak 1
    """


def test_who_has_too_little_is_refused_and_nothing_is_changed(story: Story) -> None:
    """
    11-01..11-03  小美  签到             +5
    11-05         小美  补签             refused insufficient
                  小美  = 15
                  小美  签到 sent 11-04  +5
                  小美  streak 4
    11-06..11-07  小美  签到             +5
    """


def test_twice_a_month_by_the_day_on_which_it_is_asked(story: Story) -> None:
    """
    11-20         小美  签到                                 +5
                  店长  加分 小美 200 谢谢                    +200
    11-27         小美  补签                                 -20
                  小美  补签                                 -20
                  小美  补签                                 refused used_up
    12-01 00:10   小美  补签 id a sent 11-30 23:59           refused used_up
                  小美  补签 11-30                           -20
                  小美  补签 11-29                           -20
    12-31         小美  补签 12-30                           refused used_up
    2027-01-01    小美  补签 12-31                           -20
                  小美  = 105
    """


def test_what_an_admin_gives_back_was_made_up_all_the_same(story: Story) -> None:
    """
    11-01..11-04  小美  签到    +5
    11-06         小美  补签    -20
    11-07         店长  撤销 5  +20
                  小美  = 20
    11-09         小美  补签    -20
                  店长  加分 小美 20 谢谢  +20
                  小美  补签    refused used_up
    """


def test_a_message_makes_up_once(story: Story) -> None:
    """
    11-01..11-04  小美  签到             +5
                  店长  加分 小美 50 谢  +50
    11-08         小美  补签 id a        -20
                  小美  补签 id a        silence
                  restart
                  小美  补签 id a        silence
                  小美  补签 11-05 id a  silence
                  小美  = 50
    """


def test_a_message_that_is_two_days_old_spends_nothing(story: Story) -> None:
    """
    11-01..11-04  小美  签到                   +5
    11-08 12:00   小美  补签 sent 11-06 12:00  -20
                  小美  签到 sent 11-06 13:00  +5
                  店长  加分 小美 50 谢        +50
    11-09 12:00   小美  补签 sent 11-07 11:59  refused too_late
                  小美  = 55
    """


def test_a_late_message_makes_up_as_of_its_own_day(story: Story) -> None:
    """
    11-01..11-04  小美  签到                   +5
    11-07         小美  补签 sent 11-06 23:59  -20
                  小美  streak 5
    """


def test_in_two_rooms_and_in_private_a_day_is_made_up_once(story: Story) -> None:
    """
    11-01..11-04  小美  签到                   +5
                  店长  加分 小美 50 谢        +50
    11-06         小美  补签 11-05 in private  -20
                  小美  补签 11-05 in 二群     refused not_missed
    """


def test_points_that_expire_pay_for_it_first(story: Story) -> None:
    """
    11-01..11-04  小美  签到  +5
    11-05         店长  加分 小美 50 谢  +50
    11-06         小美  补签  -20
                  小美  lots 2027-11-05:50
    """


class TestOff:
    """A programme that offers no making up."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, make_up=None)

    def test_it_is_not_offered(self, story: Story) -> None:
        """
        11-01..11-04  小美  签到        +5
        11-06         小美  补签        refused not_offered
                      小美  补签 11-05  refused not_offered
                      小美  = 20
        """


class TestMilestones:
    """10 points on the third, the seventh and the tenth day of a run."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rule = Rule("milestone", "checkin", "里程碑", 10, streak_days=(3, 7, 10))
        return replace(
            standard, rules=(standard.rules[0], rule), make_up=MakeUp(2, 30, times_monthly=None)
        )

    def test_a_milestone_that_a_run_had_already_is_not_paid_again(self, chat: Chat) -> None:
        """Four days and three, each with a third day, come to eight: a third and a seventh."""
        Story(chat).tell("""
        11-01..11-02  小美  签到  +5
        11-03         小美  签到  +15
        11-04         小美  签到  +5
        11-06..11-07  小美  签到  +5
        11-08         小美  签到  +15
                      小美  补签  -2
                      小美  streak 8
        11-09         小美  签到  +5
        11-10         小美  签到  +15
                      小美  = 73
        """)
        days = chat.rows("SELECT day FROM entry WHERE rule = 'milestone' ORDER BY id")
        assert [day for (day,) in days] == ["2026-11-03", "2026-11-08", "2026-11-10"]

    def test_a_milestone_too_many_is_taken_back(self, chat: Chat) -> None:
        """Ten days and three come to fourteen, which have no other third day."""
        Story(chat).tell("""
        11-01..11-02  小美  签到  +5
        11-03         小美  签到  +15
        11-04..11-06  小美  签到  +5
        11-07         小美  签到  +15
        11-08..11-09  小美  签到  +5
        11-10         小美  签到  +15
        11-12..11-13  小美  签到  +5
        11-14         小美  签到  +15
                      小美  = 105
                      小美  qualifying 105
                      小美  补签  -12
                      小美  streak 14
                      小美  qualifying 95
        11-15         小美  签到  +5
        """)
        [row] = chat.rows("SELECT rule, points, actor FROM entry WHERE kind = 'reversal'")
        assert row == (None, -10, None)

    def test_a_bonus_that_an_admin_took_back_stays_back(self, story: Story) -> None:
        """
        11-01..11-02  小美  签到     +5
        11-03         小美  签到     +15
        11-05..11-06  小美  签到     +5
        11-07         小美  签到     +15
        11-07         店长  撤销 8   -10
                      小美  补签     -2
                      小美  streak 7
        11-08..11-09  小美  签到     +5
        11-10         小美  签到     +15
        """

    def test_what_was_taken_back_is_told(self, chat: Chat) -> None:
        for day in (*range(1, 11), *range(12, 15)):
            chat("小美", "签到", at=f"11-{day:02}")
        assert chat("小美", "补签") == [
            "-2 积分,补签了 11-11,连续 14 天,余额 93,两段连签合成一段,收回重复的奖励 10 分"
        ]


RULES = (
    Rule("daily", "checkin", "签到", 5),
    Rule("weekly", "checkin", "连签", 30, every_streak_days=7),
    Rule("second", "checkin", "隔天", 1, every_streak_days=2),
    Rule("milestone", "checkin", "里程碑", 10, streak_days=(2, 3, 7)),
    Rule("fourth", "checkin", "累计", 3, every_total_days=4),
    Rule("total", "checkin", "累计", 100, total_days=(5, 8)),
)


class TestOrder:
    """Every kind of bonus there is."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, rules=RULES, make_up=MakeUp(20, 7, times_monthly=2))

    def test_it_makes_no_difference_when_days_are_made_up(self, chat: Chat) -> None:
        """Days 4 and 6 of nine are missed, and made up by each member at another time: before or
        after the check-in of any later day."""
        asked = [(day, is_first) for day in (5, 6, 7, 8, 9) for is_first in (True, False)]
        later = [one for one in asked if one[0] > 6]
        plans = {f"会员{n}": plan for n, plan in enumerate(product(asked, later))}
        for who in plans:
            chat(SUPERUSER, f"加分 @{who} 100 谢", mentions=[who], at="11-01 00:00")
        for day in range(1, 10):
            chat.move_to(f"11-{day:02}")
            for who, plan in plans.items():
                self._live(chat, who, day, dict(zip(("11-04", "11-06"), plan, strict=True)))
        bonuses = 30 + 4 * 1 + 3 * 10 + 2 * 3 + 2 * 100
        sums = chat.rows(
            "SELECT balance, run, total_days FROM account JOIN identity"
            " ON identity.member = account.member WHERE external_id LIKE '会员%'"
        )
        assert sums == [(100 + 7 * 5 - 2 * 20 + bonuses, 9, 9)] * len(plans)
        assert_balanced(chat)

    @staticmethod
    def _live(chat: Chat, who: str, day: int, plan: dict[str, tuple[int, bool]]) -> None:
        asked: dict[bool, list[str]] = {True: [], False: []}
        for missed, (on, is_first) in plan.items():
            if on == day:
                asked[is_first].append(missed)
        for missed in asked[True]:
            chat(who, f"补签 {missed}")
        if day not in (4, 6):
            chat(who, "签到")
        for missed in asked[False]:
            chat(who, f"补签 {missed}")

    def test_a_late_checkin_and_a_made_up_day_change_places(self, chat: Chat) -> None:
        """Of days 3 and 4 the one is made up and the other comes late, in either order."""
        for who in ("先补", "后补"):
            chat(SUPERUSER, f"加分 @{who} 100 谢", mentions=[who], at="11-01 00:00")
        for day in (1, 2, 5):
            for who in ("先补", "后补"):
                chat(who, "签到", at=f"11-{day:02} 20:00")
        late = instant("11-04 12:00", chat.programme.zone)
        chat("先补", "补签 11-03")
        chat("先补", "签到", sent_at=late)
        chat("后补", "签到", sent_at=late)
        chat("后补", "补签 11-03")
        sums = chat.rows(
            "SELECT balance, run, total_days FROM account JOIN identity"
            " ON identity.member = account.member WHERE external_id LIKE '%补'"
        )
        bonuses = 2 * 1 + 2 * 10 + 3 + 100
        assert sums == [(100 + 4 * 5 - 20 + bonuses, 5, 5)] * 2
        assert_balanced(chat)
