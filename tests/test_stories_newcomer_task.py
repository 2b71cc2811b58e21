"""A newcomer's task: so many rewarded deeds so soon after joining, once for life."""

import re
from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from tests.books import assert_balanced
from tests.chat import Chat
from tests.story import Story

TASK = Rule(
    "hello", "newcomer_task", "新人任务", 50, reply="完成{name} +{points}",
    needs_times=3, counts=("checkin", "share"), within_days=7,
)  # fmt: skip
RULES = (
    Rule("welcome", "welcome", "新人礼", 50),
    Rule("share", "share", "分享", 20, reply="+{points}", cap_times_daily=2),
    Rule("share_more", "share", "分享加码", 1),
    Rule("post", "post", "发帖", 10, reply="+{points}"),
    TASK,
)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


def test_the_third_rewarded_deed_completes_it_and_the_reply_says_so(chat: Chat) -> None:
    Story(chat).tell("""
    11-01        阿强  签到     +5
    阿强 brings 小美  +50
                 小美  签到     +5
                 小美  做post   +10
                 小美  做share  +21
    """)
    assert chat("小美", "签到", at="11-02") == [
        "+5 积分,连续 2 天,余额 141,再签 5 天多得 30 分\n完成新人任务 +50"
    ]
    line = chat.rows("SELECT key, room FROM entry WHERE rule = 'hello'")
    assert line == [("hello:newcomer_task/2", 1)]
    number = chat.rows("SELECT id FROM entry WHERE rule = 'hello'")[0][0]
    why = chat("小美", f"为什么 {number}")[0]
    assert "基础 50 × 倍数 1,进群 7 天内得分满 3 次,不设上限 = 50 分" in why
    assert_balanced(chat)


def test_once_for_life(story: Story) -> None:
    """
    # Abuse: newcomer bonus farming.
    11-01        阿强  签到     +5
    阿强 brings 小美  +50
    11-01..11-02 小美  签到     +5
    11-03        小美  签到     +55
    11-04..11-06 小美  签到     +5
    11-06        小美  leaves
    阿强 brings 小美  silence
    11-07        小美  签到     +35
    """


def test_only_newcomers_have_it(story: Story) -> None:
    """
    11-01..11-06  小美  签到     +5
                  小美  leaves
    阿强 brings 小美  silence
    11-07         小美  签到     +35
                  小美  做share  +21
    """


def test_the_seventh_day_after_joining_is_the_last(story: Story) -> None:
    """
    11-01 23:50  阿强  签到     +5
    阿强 brings 小美  +50
    阿强 brings 小明  +50
    11-02        小美  签到     +5
                 小明  签到     +5
    11-03        小美  签到     +5
                 小明  签到     +5
    11-08 23:00  小美  签到     +55
    11-09 00:10  小明  签到     +5
    """


def test_a_late_message_counts_for_its_own_day(story: Story) -> None:
    """
    11-01        阿强  签到                   +5
    阿强 brings 小美  +50
    11-02..11-03 小美  签到                   +5
    11-09        小美  签到                   +5
                 小美  签到 sent 11-08 13:00  +55
    """


def test_what_pays_nothing_and_what_was_taken_back_does_not_count(story: Story) -> None:
    """
    11-01        阿强  签到     +5
    阿强 brings 小美  +50
                 小美  做share  +21
                 店长  撤销 3   -20
                 店长  撤销 4   -1
                 小美  做share  +21
                 小美  签到     +5
                 小美  签到     refused already_done
                 小美  做share  +51
    """


def test_once_paid_it_stays_whatever_is_taken_back(story: Story) -> None:
    """
    11-01        阿强  签到     +5
    阿强 brings 小美  +50
                 小美  签到     +5
                 小美  做share  +21
                 小美  做share  +71
                 店长  撤销 3   -5
                 店长  撤销 4   -20
                 小美  = 122
    """


def test_a_message_told_twice_and_a_restart_change_nothing(story: Story) -> None:
    """
    11-01        阿强  签到        +5
    阿强 brings 小美  +50
    11-01..11-02 小美  签到        +5
                 restart
    11-03        小美  签到 id a   +55
                 小美  签到 id a   silence
                 restart
                 小美  签到 id a   silence
                 小美  做share     +21
                 小美  = 136
    """


def test_what_has_waited_counts_once_it_is_paid(chat: Chat, programme: Programme) -> None:
    """Three shares wait two days each; the task is done when the third of them is paid."""
    waiting = Rule("share", "share", "分享", 20, wait_days=2)
    rules = tuple(rule for rule in programme.rules if rule.on != "share")
    chat.bot.posting.programme = replace(programme, rules=(*rules, waiting))
    Story(chat).tell("""
    11-01 10:00  阿强  签到     +5
    阿强 brings 小美  +50
                 小美  做share  silence
                 小美  做share  silence
    11-02        小美  做share  silence
    11-04 10:00  jump
                 小美  = 90
    11-05        jump
                 小美  = 160
    """)


def test_linking_an_account_pays_once(chat: Chat, shipped: Programme) -> None:
    """`cap_times_ever = 1` is all that `profile` needs."""
    chat.bot.posting.programme = shipped
    Story(chat).tell("""
    11-01       小美  做profile  +50
                小美  做profile  refused cap_times_ever
    2027-11-30  小美  做profile  refused cap_times_ever
    """)


@pytest.fixture
def quick(chat: Chat) -> Chat:
    """A chat with somebody who was there before the bot."""
    chat("小美", "签到", at="11-01")
    return chat


def test_who_is_no_newcomer_costs_no_statement(
    quick: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.posting.follow._count", None)
    monkeypatch.setattr("store.ledger.Ledger.newcomer_since", None)
    for day in range(2, 7):
        assert quick("小美", "签到", at=f"11-0{day}")


def test_a_newcomer_is_one_still_when_a_second_account_is_bound_after_a_restart(
    chat: Chat,
) -> None:
    chat("阿强", "签到", at="11-01")
    chat("阿强", kind="join", people=["小美"])
    code = re.findall("绑定码 ([0-9A-Z]{8})", chat("小美", "绑定", private=True)[0])[0]
    chat.restart()
    assert chat("美美", f"绑定 {code}", private=True)[0].startswith("绑定好了")
    for day in ("11-01", "11-02", "11-03"):
        said = chat("小美", "签到", at=f"{day} 13:00")
    assert "完成新人任务 +50" in said[0]
