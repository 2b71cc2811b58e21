"""What a group is told when it is adopted."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bot.app import kinds
from bot.points.room_welcome import room_welcome
from bot.points.types import ADOPTED, Programme, Rule
from config.extends import preset_ids
from config.loader import load_preset

PROGRAMME = Programme(
    "社群积分", "0", ZoneInfo("Asia/Shanghai"),
    (
        Rule("checkin", "checkin", "签到", 5),
        Rule("more", "checkin", "早签", 2),
        Rule("streak", "checkin", "连签", 30, every_streak_days=7),
        Rule("welcome", "welcome", "新人礼", 50),
        Rule("share", "share", "分享", 20, cap_times_daily=3),
        Rule("chat", "chat", "聊天", 1, per="deed"),
        Rule("video", "post", "视频", 50, wait_for="admin", choices=(50, 300)),
        Rule("here", "note", "本群笔记", 40, rooms=frozenset({"r1"})),
        Rule("sale", "sale", "活动", 0),
        Rule("adopted", ADOPTED, "采纳", 90),
        Rule("invite", "invite", "邀请好友", 100, wait_days=7),
        Rule("feedback", "feedback", "反馈", 2, per="deed"),
    ),
)  # fmt: skip
END = [
    "「积分」看余额,「排行榜」看名次",
    "「任务」看今天还能拿哪些分,「规则」看全部规则",
    "「帮助」看还能发什么",
]


def test_it_tells_how_to_begin_and_the_five_that_earn_most_here() -> None:
    assert list(room_welcome(PROGRAMME, "r1")) == [
        "社群积分开始了,大家这样玩:",
        "每天发一次「签到」:+7",
        "得分最多的:",
        "· 视频:50/300 分,由管理员定,审核后入账",
        "· 邀请好友:+100,7 天后入账",
        "· 本群笔记:+40,只在部分群",
        "· 分享:+20,每天 3 次",
        "· 反馈:+2",
        *END,
    ]


def test_what_pays_in_other_rooms_alone_is_not_told() -> None:
    told = "\n".join(room_welcome(PROGRAMME, "r2"))
    assert "本群笔记" not in told
    assert "聊天" in told


def test_a_programme_without_rules_tells_what_can_be_asked() -> None:
    assert list(room_welcome(replace(PROGRAMME, rules=()), "r1")) == [
        "社群积分开始了,大家这样玩:", *END,
    ]  # fmt: skip


@pytest.mark.parametrize("name", preset_ids())
def test_no_shipped_programme_needs_more_than_a_dozen_lines(name: str) -> None:
    assert len([*room_welcome(load_preset(name).on(kinds()), "r1")]) <= 12
