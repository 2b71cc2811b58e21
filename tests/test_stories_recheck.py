"""The yearly re-check of tiers."""

from dataclasses import replace

import pytest

from bot.points.tier import rechecked
from bot.points.types import Programme, Recheck, Tier
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat
from tests.test_stories_identity import bind

TIERS = (Tier("a", "普通", 0), Tier("b", "白银", 100), Tier("c", "黄金", 500))


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, tiers=TIERS, recheck=Recheck((1, 1)))


@pytest.mark.parametrize(
    ("points", "gained", "floor", "left"),
    [
        (600, 500, None, 600), (600, 499, None, 499), (600, 20, None, 20), (600, 20, "b", 100),
        (150, 20, "b", 150), (50, -5, "b", 50), (600, -5, None, 0), (600, 0, "c", 600),
    ],
)  # fmt: skip
def test_what_is_left_after_a_recheck(
    points: int, gained: int, floor: str | None, left: int
) -> None:
    assert rechecked(points, gained, TIERS, floor) == left


def test_a_year_without_enough_lowers_the_tier_once_and_says_so(chat: Chat) -> None:
    chat(SUPERUSER, "加分 @小美 600", mentions=["小美"], at="11-01")
    chat(SUPERUSER, "加分 @小明 600", mentions=["小明"])
    chat.move_to("2027-01-02")
    chat.bot.run_jobs(chat.clock.now())
    assert chat("小美", "等级")[0].startswith("黄金,成长值 600\n每年 01-01 复核")
    chat(SUPERUSER, "加分 @小明 500", mentions=["小明"], at="2027-12-01")
    chat(SUPERUSER, "加分 @小美 120", mentions=["小美"])
    chat.move_to("2028-01-02")
    results = chat.bot.run_jobs(chat.clock.now())
    told = [(said.to, said.text) for result in results for _, said in result.notices]
    assert told == [(("小美",), "年度复核:过去 12 个月得了 120 成长值,等级调整为白银")]
    assert chat("小美", "等级")[0].startswith("白银,成长值 120,再得 380 升黄金")
    assert chat("小明", "等级")[0].startswith("黄金,成长值 1100")
    chat.restart()
    chat.bot.run_jobs(chat.clock.now())
    assert chat("小美", "等级")[0].startswith("白银,成长值 120")
    assert "小美 720" in chat("小美", "总榜")[0]
    assert_balanced(chat)


def test_what_two_accounts_of_one_person_gained_is_rechecked_together(chat: Chat) -> None:
    chat(SUPERUSER, "加分 @小美 300", mentions=["小美"], at="2027-02-01")
    chat(SUPERUSER, "加分 @美美 300", mentions=["美美"])
    bind(chat, "小美", "美美")
    chat.move_to("2028-01-02")
    chat.bot.run_jobs(chat.clock.now())
    assert chat("小美", "等级")[0].startswith("黄金,成长值 600")
    chat.move_to("2029-01-02")
    results = chat.bot.run_jobs(chat.clock.now())
    told = [(said.to, said.text) for result in results for _, said in result.notices]
    assert told == [(("小美",), "年度复核:过去 12 个月得了 0 成长值,等级调整为普通")]
    assert_balanced(chat)
