"""What is shipped loads, and says what docs and members are told."""

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.house_rules import house_rules
from bot.points.pacing import Pacing
from bot.points.segment import Segment
from bot.points.types import Admins, MakeUp, Programme, Rule, Tier
from config.loader import load, load_preset, preset_ids, presets, revive, warnings
from tests.config.folder import write

SAID = "{name} +{points},余额 {balance}"


EXPLAINED = {"beauty": 'campaigns "birthday_month" and "double_day" are both open'}
"""How the warnings begin that a preset's own comments explain."""


@pytest.mark.parametrize("name", preset_ids())
def test_every_preset_loads_without_error_or_a_warning_that_it_does_not_explain(name: str) -> None:
    assert [said[: len(EXPLAINED.get(name, ""))] for said in warnings(load_preset(name))] == (
        [EXPLAINED[name]] if name in EXPLAINED else []
    )


@pytest.mark.parametrize("name", preset_ids())
def test_the_house_rules_of_every_preset_fit_a_phone(name: str) -> None:
    lines = list(house_rules(load_preset(name), date(2026, 11, 25)))
    assert len(lines) <= 22
    assert max(map(len, lines)) <= 60
    assert not any("_" in line for line in lines)


def test_presets_are_listed_with_name_and_one_line_the_standard_one_first() -> None:
    listed = presets()
    assert [preset.id for preset in listed] == preset_ids()
    assert listed[0].id == "standard"
    assert listed[0].name == "标准积分计划"
    for preset in listed:
        assert 4 <= len(preset.summary) <= 40
        assert "\n" not in preset.summary
        assert "#" not in preset.summary


def test_the_standard_preset_has_the_standard_numbers() -> None:
    standard = load_preset("standard")
    assert standard == Programme(
        name="标准积分计划",
        version=standard.version,
        zone=ZoneInfo("Asia/Shanghai"),
        rules=(
            Rule(
                id="checkin",
                on="checkin",
                name="每日签到",
                points=5,
                reply="+{total} 积分,连续 {streak_days} 天,余额 {balance}",
            ),
            Rule(
                id="checkin_streak",
                on="checkin",
                name="连续签到奖励",
                points=30,
                every_streak_days=7,
                reply="含{name} +{points}",
                goal="再签 {days} 天多得 {points} 分",
            ),
            Rule(
                id="welcome",
                on="welcome",
                name="新人礼",
                points=50,
                reply="欢迎加入,送你 {points} 积分,发「签到」每天再拿",
            ),
            Rule("share", "share", "分享商品", 20, cap_times_daily=3, reply=SAID),
            Rule(
                id="review",
                on="review",
                name="晒单",
                points=20,
                per="deed",
                from_score=60,
                doubtful_score=40,
                min_pictures=1,
                bonuses=(50, 100, 200),
                cap_times_daily=2,
                reply=SAID,
            ),
            Rule(
                id="post",
                on="post",
                name="发帖",
                points=10,
                per="deed",
                from_units=30,
                bonuses=(200,),
                cap_times_daily=2,
                reply=SAID,
            ),
            Rule(
                id="answer",
                on="answer",
                name="回答问题",
                points=10,
                per="deed",
                from_units=15,
                bonuses=(50,),
                cap_times_daily=5,
                reply=SAID,
            ),
            Rule("adopted", "adopted", "回答被采纳", 20, cap_times_daily=5),
            Rule(
                id="feedback",
                on="feedback",
                name="反馈建议",
                points=20,
                per="deed",
                bonuses=(100,),
                cap_times_daily=1,
                reply=SAID,
            ),
            Rule(
                id="chat",
                on="chat",
                name="聊天",
                points=1,
                per="deed",
                from_units=6,
                cap_points_daily=5,
                cooldown_s=60,
            ),
            Rule(
                id="newcomer_task",
                on="newcomer_task",
                name="新人任务",
                points=50,
                needs_times=3,
                counts=("checkin", "share", "review", "post", "answer", "feedback"),
                within_days=7,
                reply="完成{name} +{points}",
            ),
            Rule("profile", "profile", "绑定奖励", 50, cap_times_ever=1, reply=SAID),
            Rule("invite", "invite", "邀请好友", 100, wait_days=7, cap_times_monthly=20),
            Rule("invite_first_order", "invite_first_order", "好友首单", 200, invitee_points=50),
            Rule("order", "order", "下单", 1, wait_days=7),
            Rule("first_order", "first_order", "首单奖励", 200, per="deed"),
        ),
        campaigns=standard.campaigns,
        segments=(Segment("returned", "30 天没来刚回来的会员", silent_days=30, returned_days=7),),
        make_up=MakeUp(points=20, within_days=7, times_monthly=2),
        tiers=(
            Tier("normal", "普通", 0),
            Tier("silver", "白银", 1_000, Decimal("1.1"), discount_percent=95),
            Tier("gold", "黄金", 5_000, Decimal("1.2")),
            Tier("diamond", "钻石", 20_000, Decimal("1.5")),
        ),
        valid_days=365,
        restore_grace_days=7,
        tier_multiplies=frozenset({"order"}),
        cap_points_daily=300,
        capped=frozenset({"checkin", "share", "review", "post", "answer", "feedback", "chat"}),
        points_per_yuan=100,
        accepts=frozenset({"wechat_inducement"}),
        admins=Admins(points_daily=5_000, second_above=1_000),
        pacing=Pacing(1_500, 20, quiet_from=time(23), quiet_until=time(7)),
        lexicon=replace(standard.lexicon, hosts=frozenset({"shop.example.com"})),
    )


EXAMPLES = {
    "mid_year_sale": ({"yearly": (((6, 1), (6, 18)),)}, "share", {"multiplier": Decimal(2)}),
    "national_day": ({"yearly": (((10, 1), (10, 7)),)}, "checkin", {"points": 10}),
    "monday_checkin": ({"weekdays": frozenset({1})}, "checkin", {"multiplier": Decimal(2)}),
    "welcome_back": (
        {},
        "checkin",
        {"multiplier": Decimal(2), "segments": frozenset({"returned"})},
    ),
    "wednesday_share": ({"weekdays": frozenset({3})}, "share", {"multiplier": Decimal(3)}),
}
"""By id: when, for which rule, and what it does."""
LUNAR = {
    "mid_autumn": [date(2026, 9, 25)],
    "spring_festival": [date(2026, 2, 17) + timedelta(days=n) for n in range(15)],
}
"""By id: the days of 2026; each doubles check-ins."""


def test_the_campaigns_of_the_standard_preset_but_birthdays_are_examples_that_are_off() -> None:
    campaigns = {one.id: one for one in load_preset("standard").campaigns}
    assert campaigns.pop("birthday_month") == Campaign(
        "birthday_month",
        "生日月下单双倍",
        rules=frozenset({"order"}),
        birthday="month",
        multiplier=Decimal(2),
    )
    assert not any(one.is_on for one in campaigns.values())
    assert campaigns.keys() == EXAMPLES.keys() | LUNAR.keys()
    for id, (window, rule, does) in EXAMPLES.items():
        one = campaigns[id]
        expected = Campaign(
            id, one.name, Window(**window), rules=frozenset({rule}), is_on=False, **does
        )
        assert one == expected


@pytest.mark.parametrize("id", LUNAR)
def test_a_festival_of_the_standard_preset_has_its_days_once_it_is_switched_on(
    tmp_path: Path, id: str
) -> None:
    own = f'[programme]\nextends = "standard"\n[[campaign]]\nid = "{id}"\nenabled = true\n'
    write(tmp_path, {"own": own})
    [one] = (one for one in load(tmp_path).campaigns if one.is_on and one.id != "birthday_month")
    assert [day for day in sorted(one.window.days or ()) if day.year == 2026] == LUNAR[id]
    assert (one.rules, one.multiplier) == ({"checkin"}, 2)


@pytest.mark.parametrize("name", preset_ids())
def test_the_examples_may_be_switched_on_together(name: str) -> None:
    """Where two meet that double the same, the one that counts is named; and one for shares has
    nothing to do where shares pay nothing."""
    preset = load_preset(name)
    campaigns = tuple(replace(one, is_on=True) for one in preset.campaigns)
    said = warnings(replace(preset, campaigns=campaigns))
    idle = [sentence for sentence in said if " changes nothing" in sentence]
    assert len(idle) == (0 if preset.rules_on("share") else 2)
    assert [one for one in said if " are both open " not in one and one not in idle] == []


@pytest.mark.parametrize("name", preset_ids())
def test_the_text_that_a_ledger_keeps_is_the_programme(name: str) -> None:
    programme = load_preset(name)
    assert revive(programme.text, programme.version) == programme
