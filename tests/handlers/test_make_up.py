"""补签: what the member reads, and how the day may be written."""

from dataclasses import replace

import pytest

from bot.points.types import MakeUp
from tests.chat import SUPERUSER, Chat


def check_in(chat: Chat, *days: int) -> None:
    for day in days:
        chat("小美", "签到", at=f"11-{day:02}")


def grant(chat: Chat, points: int) -> None:
    chat(SUPERUSER, f"加分 @小美 {points} 谢", mentions=["小美"])


def test_the_reply_says_price_day_streak_and_balance(chat: Chat) -> None:
    check_in(chat, 1, 2, 3, 4, 6)
    assert chat("小美", "补签") == ["-20 积分,补签了 11-05,连续 6 天,余额 5,再签 1 天多得 30 分"]
    assert chat("小美", "明细")[0].split("\n")[0] == "-20 补签 11-05 11-06 余额 5 #6"
    assert chat("小美", "为什么") == ["-20 积分,补签 11-05,流水 #6\n记完余额 5"]


def test_a_bonus_that_is_due_now_is_named(chat: Chat) -> None:
    check_in(chat, 1, 2, 3, 4, 6, 7)
    assert chat("小美", "补签 11-05") == [
        "-20 积分,补签了 11-05,连续 7 天,余额 40,连续签到奖励 +30,再签 7 天多得 30 分"
    ]
    said = chat("小美", "为什么")[0].split("\n")
    assert said[0] == "+30 积分,连续签到奖励,流水 #8"
    assert said[2] == "基础 30,连续第 7 天(满 7 天一次),不设上限 = 30 分"


def test_a_day_that_joins_no_run_says_nothing_of_one(chat: Chat) -> None:
    check_in(chat, 1, 2, 3, 4)
    chat.move_to("11-10")
    assert chat("小美", "补签 11-07")[0].startswith("-20 积分,补签了 11-07,余额 0,")


def test_refusals_say_what_is_missing(chat: Chat) -> None:
    check_in(chat, 1, 3)
    assert chat("小美", "补签") == ["余额不够:补签要 20 积分,还差 10,余额 10"]
    grant(chat, 100)
    assert chat("小美", "补签 11-03") == ["今天不用补,发「签到」就行,余额 110"]
    assert chat("小美", "补签 11-04") == ["还没到那一天,余额 110"]
    assert chat("小美", "补签 11-01") == ["没有漏签,不用补,余额 110"]
    chat.move_to("11-12")
    assert chat("小美", "补签 11-04") == ["太久以前了,补不了,只能补最近 7 天的,余额 110"]
    chat("小美", "补签")
    chat("小美", "补签")
    assert chat("小美", "补签") == ["这个月补签的次数用完了,每月 2 次,余额 70"]


def test_a_programme_without_it_says_so(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, make_up=None)
    assert chat("小美", "补签") == ["这里没有开补签"]


@pytest.mark.parametrize("text", ["补签 11-05", "补签11-05", "补签 11-5", "补签 2026-11-05"])
def test_the_day_may_be_written_in_several_ways(chat: Chat, text: str) -> None:
    check_in(chat, 1, 2, 3, 4)
    chat.move_to("11-07")
    assert chat("小美", text)[0].startswith("-20 积分,补签了 11-05,")


def test_a_day_without_a_year_is_the_nearest_of_that_name(chat: Chat) -> None:
    check_in(chat, 1, 2, 3, 4)
    chat.bot.posting.programme = replace(chat.programme, make_up=MakeUp(1, 365))
    assert chat("小美", "补签 12-30", at="2027-01-03")[0].startswith("-1 积分,补签了 12-30")
    assert chat("小美", "补签 01-05")[0].startswith("还没到那一天")
    assert chat("小美", "补签 06-01")[0].startswith("还没到那一天")
    assert chat("小美", "补签 11-06")[0].startswith("-1 积分,补签了 11-06")


@pytest.mark.parametrize("text", ["补签 13-05", "补签 11-31", "补签 0-0", "补签 0000-11-05"])
def test_a_day_that_is_none_is_answered_with_the_form(chat: Chat, text: str) -> None:
    check_in(chat, 1, 2, 3, 4)
    assert chat("小美", text) == ["这样写:补签 11-05"]


@pytest.mark.parametrize("text", ["补签吗", "补签 昨天", "补签 11-05 11-06", "补签 \u0661-05"])
def test_what_is_no_day_is_no_command(chat: Chat, text: str) -> None:
    check_in(chat, 1, 2, 3, 4)
    assert chat("小美", text) == []


def test_a_programme_that_says_nothing_of_days_still_answers(chat: Chat) -> None:
    [rule, _] = chat.programme.rules
    chat.bot.posting.programme = replace(chat.programme, rules=(replace(rule, reply=""),))
    check_in(chat, 1, 2, 3, 4)
    chat.move_to("11-06")
    assert chat("小美", "补签") == ["-20 积分,补签了 11-05,连续 5 天,余额 0"]
