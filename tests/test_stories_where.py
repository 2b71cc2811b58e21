"""Expressions: what `where` asks of a member and a deed is judged at the moment of the deed."""

from dataclasses import replace

import pytest

from bot.points.segment import Segment
from bot.points.types import Rule
from config.where import where
from store.simulate import simulate
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat
from tests.story import Story


def rule(text: str, on: str = "review", points: int = 10) -> Rule:
    return Rule(on, on, "评价", points, where=where(text, of_deeds=True), reply="+{points}")


def among(chat: Chat, *rules: Rule, segments: tuple[Segment, ...] = ()) -> Chat:
    """The chat under its programme with these rules beside the check-ins."""
    programme = replace(chat.programme, campaigns=(), segments=segments)
    rules = (chat.programme.rules[0], *rules)
    chat.bot.posting.programme = replace(programme, rules=rules)
    return chat


def assert_the_same_again(chat: Chat) -> None:
    simulated = simulate(chat.database, chat.bot.posting.programme, None, None)
    assert simulated.now.rules == simulated.then.rules
    assert_balanced(chat)


def test_a_balance_and_a_streak_are_those_before_the_deed(chat: Chat) -> None:
    among(chat, rule("balance >= 15 and streak_days > 2"))
    Story(chat).tell("""
    11-01  小美  签到      +5
    11-02  小美  签到      +5
    11-02  小美  做review  refused other_where
    11-03  小美  签到      +5
    11-03  小美  做review  +10
    11-05  小美  做review  refused other_where
    """)
    assert_the_same_again(chat)


def test_a_segment_asks_the_same(chat: Chat) -> None:
    rich = Segment("rich", "有十分的人", where=where("balance >= 10", of_deeds=False))
    among(chat, replace(rule(""), segments=frozenset({"rich"})), segments=(rich,))
    Story(chat).tell("""
    11-01  小美  签到      +5
    11-01  小美  做review  refused other_segments
    11-02  小美  签到      +5
    11-02  小美  做review  +10
    """)
    assert_the_same_again(chat)


def test_the_day_and_the_hour_are_those_of_the_deed(chat: Chat) -> None:
    """2026-11-07 is a Saturday."""
    among(chat, rule("weekday >= 6 and hour >= 20"))
    Story(chat).tell("""
    11-06 20:00  小美  做review                    refused other_where
    11-07 19:59  小美  做review                    refused other_where
    11-07 20:00  小美  做review                    +10
    11-08 09:00  小美  做review sent 11-07 23:00   +10
    """)
    assert_the_same_again(chat)


def test_joining_and_silence_are_counted_in_days(chat: Chat) -> None:
    among(chat, rule("days_since_joining <= 2 or days_since_last_deed >= 5"))
    Story(chat).tell("11-01  nobody brings 小美  silence")
    Story(chat).tell("""
    11-01  老王  做review  refused other_where
    11-03  小美  做review  +10
    11-04  小美  做review  refused other_where
    11-09  小美  做review  +10
    11-09  小美  做review  refused other_where
    """)
    assert_the_same_again(chat)


def test_what_cannot_be_reckoned_does_not_hold(chat: Chat) -> None:
    among(chat, rule("balance / debt > 1"))
    Story(chat).tell("11-01  小美  做review  refused other_where")
    assert_balanced(chat)


def test_tags_and_tiers_are_those_of_now(chat: Chat) -> None:
    first = chat.programme.tiers[0].id
    among(chat, rule(f'"团长" in tags and tier == "{first}"'))
    chat("小美", "签到", at="11-01 09:00")
    Story(chat).tell("11-01 10:00  小美  做review  refused other_where")
    chat("boss", "标签 @小美 团长", role="owner", mentions=("小美",), at="11-01 11:00")
    Story(chat).tell("11-01 12:00  小美  做review  +10")


def test_an_order_counts_itself_and_knows_its_yuan(chat: Chat) -> None:
    bought = "orders_this_month == 2 and yearly_yuan >= 150 and units >= 50.5"
    among(chat, replace(rule(bought, "order", 1), wait_days=7))
    chat("小美", "签到", at="11-01")
    for number, amount in (("A", "100.00"), ("B", "50.50"), ("C", "100.00")):
        chat.order(
            event="paid", order=number, buyer={"channel": CHANNEL, "id": "小美"},
            amount=amount, paid_at="2026-11-01T10:00:00+08:00",
        )  # fmt: skip
    assert chat.rows("SELECT outcome, refusal FROM activity WHERE kind = 'order' ORDER BY id") == [
        ("refused", "other_where"), ("pending", None), ("refused", "other_where"),
    ]  # fmt: skip


def test_the_rules_say_so_and_the_refusal_says_why(chat: Chat) -> None:
    among(chat, replace(rule("balance >= 10"), per="deed"))
    chat("小美", "签到", at="11-01 09:00")
    assert "评价:+10,另有条件" in chat("小美", "规则")[0]
    Story(chat).tell("11-01 10:00  小美  做review  refused other_where")
    assert "没有得分:评价,这一项另有条件,这次还不合" in chat("小美", "为什么")[0]


def test_the_tasks_promise_what_holds_now(chat: Chat) -> None:
    among(chat, rule("balance >= 10 and hour < 12"))
    chat("小美", "签到", at="11-01 09:00")
    assert "评价" not in chat("小美", "任务", at="11-02 08:00")[0]
    chat("小美", "签到", at="11-02 09:00")
    assert "评价:+10" in chat("小美", "任务", at="11-02 10:00")[0]
    assert "评价" not in chat("小美", "任务", at="11-02 12:00")[0]


@pytest.mark.parametrize("text", ["balance > 5", 'tier == ""'])
def test_a_restart_changes_nothing(chat: Chat, text: str) -> None:
    among(chat, rule(text))
    Story(chat).tell("11-01 09:00  小美  签到      +5")
    before = chat.bot.posting.programme
    chat.restart()
    chat.bot.posting.programme = before
    Story(chat).tell("11-01 10:00  小美  做review  refused other_where")
