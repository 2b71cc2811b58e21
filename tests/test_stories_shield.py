"""Shields (连签保护): a stock that covers missed days by itself when the next check-in comes."""

from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from store.verify import verify
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat
from tests.story import Story

EVERY_3 = Rule(
    "steady", "checkin", "满三天", 10, every_streak_days=3, shields=1, shields_most=2,
    reply="含{name} +{points}",
)  # fmt: skip


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, EVERY_3))


def held(chat: Chat, who: str = "小美") -> int:
    [(shields,)] = chat.rows(
        "SELECT shields FROM account JOIN identity ON identity.member = account.member"
        " WHERE external_id = ?",
        who,
    )
    return int(str(shields))


def test_a_missed_day_is_covered_and_the_streak_goes_on(chat: Chat) -> None:
    """Day 7 is checked in, and day 4 covered: the bonuses of days 6 and 7 come in their time."""
    story = Story(chat)
    story.tell("""
    11-01..11-02  小美  签到  +5
    11-03         小美  签到  +15
    """)
    assert held(chat) == 1
    assert "连签保护 1 张,漏签自动补上" in chat("小美", "积分")[0]
    assert chat("小美", "签到", at="11-05") == [
        "+5 积分,连续 5 天,余额 30,再签 2 天多得 30 分,连签保护补上 11-04,还剩 0 张"
    ]
    story.tell("""
    11-06         小美  签到                   +15
                  小美  签到 sent 11-04 20:00  refused already_done
    11-07         小美  签到                   +35
                  小美  streak 7
                  小美  = 80
    """)
    assert chat.rows(
        "SELECT kind, day, outcome FROM activity WHERE key = 'checkin/2026-11-04/1'"
    ) == [("checkin", "2026-11-04", "nothing"), ("checkin", "2026-11-04", "refused")]


def test_what_gives_a_shield_says_so(chat: Chat) -> None:
    for day in (1, 2):
        chat("小美", "签到", at=f"11-0{day}")
    assert "含满三天 +10,得连签保护 1 张" in chat("小美", "签到", at="11-03")[0]
    assert "送连签保护 1 张" in chat("小美", "为什么 4")[0]


def test_a_bonus_that_falls_on_a_covered_day_is_paid_with_it(story: Story) -> None:
    """
    11-01..11-02  小美  签到  +5
    11-03         小美  签到  +15
    11-04..11-05  小美  签到  +5
    # Day 6 is covered: its 10 and its shield come with day 7's 5 and 30.
    11-07         小美  签到  +45
                  小美  streak 7
    # Day 8 is covered by the shield that day 6 has given.
    11-09         小美  签到  +15
                  小美  streak 9
    """


def test_a_stock_that_does_not_cover_the_whole_gap_is_kept(chat: Chat) -> None:
    Story(chat).tell("""
    11-01..11-02  小美  签到  +5
    11-03         小美  签到  +15
    11-06         小美  签到  +5
                  小美  streak 1
    """)
    assert held(chat) == 1


def test_no_more_are_held_than_may_be_and_two_cover_two_days(chat: Chat) -> None:
    for first in ("01", "04", "07"):
        for ahead in range(3):
            chat("小美", "签到", at=f"11-{int(first) + ahead:02}")
    assert held(chat) == 2
    said = chat("小美", "签到", at="11-12")[0]
    assert "连续 12 天" in said
    assert "得连签保护 1 张" in said
    assert "连签保护补上 11-10 到 11-11,还剩 1 张" in said
    assert_balanced(chat)


def test_making_up_by_hand_leaves_the_shields_alone(chat: Chat) -> None:
    Story(chat).tell("""
    11-01..11-02  小美  签到  +5
    11-03         小美  签到  +15
    11-05         小美  补签  -20
                  小美  签到  +5
                  小美  streak 5
    """)
    assert held(chat) == 1


def test_a_late_checkin_uses_a_shield_for_the_days_before_its_own(chat: Chat) -> None:
    Story(chat).tell("""
    11-01..11-02  小美  签到                   +5
    11-03         小美  签到                   +15
    11-06         小美  签到 sent 11-05 23:00  +5
                  小美  签到                   +15
                  小美  streak 6
                  小美  签到 sent 11-04 23:00  refused already_done
    """)
    assert held(chat) == 1


def test_a_message_told_twice_uses_one_shield(chat: Chat) -> None:
    Story(chat).tell("""
    11-01..11-02  小美  签到       +5
    11-03         小美  签到       +15
    11-05         小美  签到 id a  +5
                  restart
                  小美  签到 id a  silence
                  小美  = 30
    """)
    assert held(chat) == 0


def test_a_shield_stays_when_the_points_beside_it_are_taken_back(chat: Chat) -> None:
    Story(chat).tell("""
    11-01..11-02  小美  签到    +5
    11-03         小美  签到    +15
                  店长  撤销 4  -10
    11-05         小美  签到    +5
                  小美  streak 5
    """)
    assert held(chat) == 0


def test_verify_counts_shields_from_entries_and_journal(chat: Chat) -> None:
    for day in (1, 2, 3, 5):
        chat("小美", "签到", at=f"11-0{day}")
    chat(SUPERUSER, "签到")
    assert_balanced(chat)
    connection = chat.database.connect()
    connection.run("UPDATE account SET shields = 1 WHERE member = 1")
    connection.close()
    _, differences = verify(chat.database)
    assert differences == ["account 1: shields is 1, its entries give 0"]
