"""What is allowed and hardly meant is warned of, one sentence each."""

import re
from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.app import kinds
from bot.points.lexicon import Lexicon
from bot.points.pacing import Pacing
from bot.points.types import Admins, MakeUp, Programme, Rule, Tier
from config.extends import PRESETS
from config.loader import load_preset, preset_ids, warnings
from config.rule_advice import notes

CHECKIN = Rule("checkin", "checkin", "签到", 5)
STREAK = Rule("streak", "checkin", "连签", 30, every_streak_days=7, goal="再签 {days} 天")
TASK = Rule("task", "newcomer_task", "新人", 50, needs_times=3, counts=("checkin",), within_days=7)
NORMAL = Tier("normal", "普通", 0)
SILVER = Tier("silver", "白银", 1000, Decimal("1.1"))
PROGRAMME = Programme(
    "测试",
    "0" * 12,
    ZoneInfo("Asia/Shanghai"),
    rules=(CHECKIN, STREAK),
    tiers=(NORMAL, SILVER),
    tier_multiplies=frozenset({"order"}),
    accepts=frozenset({"wechat_inducement"}),
)

WARNED = [
    (
        {"pacing": Pacing(gap_ms=1_499)},
        "[pacing] gap_ms = 1499 is less than 1500, "
        "an account that speaks so fast may be limited or banned",
    ),
    (
        {"pacing": Pacing(most_a_minute=21)},
        "[pacing] most_a_minute = 21 is more than 20, "
        "an account that speaks so fast may be limited or banned",
    ),
    ({"rules": ()}, "nothing earns points, every rule is switched off"),
    (
        {"rules": (STREAK,)},
        'rule "streak" pays once in 7 days, and no rule pays for on = "checkin" on the others',
    ),
    (
        {"rules": (replace(CHECKIN, goal="再签 {days} 天"),)},
        'rule "checkin" never says its goal, it has none of every_streak_days, streak_days, '
        "every_total_days and total_days",
    ),
    (
        {"rules": (replace(STREAK, every_streak_days=None, streak_days=(3, 7)),)},
        'rule "streak" pays on day 3, 7, and no rule pays for on = "checkin" on the others',
    ),
    (
        {"rules": (CHECKIN, replace(STREAK, on="share"))},
        'rule "streak" never pays, days are counted for on = "checkin" alone',
    ),
    (
        {"rules": (CHECKIN,), "make_up": MakeUp(20, 7)},
        "[make_up] costs points and gives none, no rule pays for days in a row or in all",
    ),
    (
        {"rules": (CHECKIN, replace(STREAK, name="签到"))},
        '2 rules are called "签到", members cannot tell them apart',
    ),
    (
        {"tiers": (NORMAL, replace(SILVER, name="普通"))},
        '2 tiers are called "普通", members cannot tell them apart',
    ),
    (
        {"tiers": (NORMAL, SILVER, Tier("gold", "黄金", 5000))},
        'tier "gold" multiplies by 1, less than tier "silver" below it by 1.1',
    ),
    (
        {"tier_multiplies": frozenset()},
        "no tier's multiplier is used, tier_multiplies names no kind of activity",
    ),
    (
        {"rules": (CHECKIN, STREAK, replace(TASK, counts=()))},
        'rule "task" never pays, on = "newcomer_task" needs needs_times, counts, within_days',
    ),
    (
        {"rules": (CHECKIN, STREAK, Rule("back", "wake_up", "回来", 50))},
        'rule "back" never pays, on = "wake_up" needs silent_days or dormant_months',
    ),
    (
        {"rules": (replace(CHECKIN, silent_days=30), STREAK)},
        'rule "checkin" sets silent_days, read with on = "wake_up" alone',
    ),
    (
        {"rules": (CHECKIN, replace(STREAK, shields_most=2))},
        'rule "streak" sets shields_most, which means nothing without shields',
    ),
    (
        {"rules": (CHECKIN, STREAK, TASK, replace(TASK, id="more", name="加码", needs_times=5))},
        'rule "more" never pays, newcomers have one task, that of "task"',
    ),
    (
        {
            "rules": (CHECKIN, STREAK, Rule("share", "note", "笔记", 9, bonuses=(50, 2000))),
            "admins": Admins(5000, 1000),
        },
        'rule "share" offers bonuses up to 2000, which admins may not give, '
        "[admins] second_above = 1000",
    ),
    (
        {"make_up": MakeUp(4, 7)},
        "[make_up] is a loop that earns from spending: a day costs 4 points, and by "
        '"streak" each day is worth 4.28571',
    ),
    (
        {"tier_multiplies": frozenset({"chekin", "order"})},
        '[programme] tier_multiplies names "chekin", which no rule is for, '
        'did you mean "checkin"?',
    ),
    (
        {"rules": (CHECKIN, STREAK, replace(TASK, counts=("checkin", "check_in", "share")))},
        'rule "task" counts names "check_in", which no rule is for, did you mean "checkin"?',
    ),
    (
        {"cap_points_daily": 99, "capped": frozenset({"checkin", "checkins", "share"})},
        '[programme] capped names "checkins", which no rule is for, did you mean "checkin"?',
    ),
    (
        {"points_per_yuan": 100, "rules": (CHECKIN, Rule("each", "order", "每单", 5, "deed"))},
        'rule "each" pays for an order of 0.01 yuan, too; write from_units, the yuan from which '
        "it pays",
    ),
    (
        {"lexicon": Lexicon(hosts=frozenset({"shop.example.com"}))},
        '[programme] shop_hosts is never used, no rule is for on = "share"',
    ),
    (
        {"lexicon": Lexicon(appids=frozenset({"wx1"}))},
        '[programme] shop_appids is never used, no rule is for on = "share"',
    ),
    (
        {"lexicon": Lexicon(products=("面膜",))},
        '[programme] products is never used, no rule is for on = "review"',
    ),
    (
        {
            "rules": (Rule("post", "post", "发帖", 10, per="deed"),),
            "lexicon": Lexicon(checkin_words=frozenset({"早安打卡"})),
        },
        '[programme] checkin_words is never used, no rule is for on = "checkin"',
    ),
    (
        {"lexicon": Lexicon(topics=("育儿",))},
        '[programme] topics is never used, no rule is for on = "post"',
    ),
    (
        {"zone": ZoneInfo("Etc/GMT+8")},
        'zone "Etc/GMT+8" counts backwards: Etc/GMT-8 is eight hours ahead of UTC',
    ),
]


SHARE = Rule("share", "share", "分享", 20)
ORDER = Rule("order", "order", "下单", 1)
POST = Rule("post", "post", "发帖", 10, per="deed", from_units=30, cap_points_daily=20)
RISK = 'wechat_inducement: rule "share" pays for shares, which WeChat punishes as inducement, '
RISK += "by blocking links and accounts"
RULE_WARNED = [
    (
        Rule("spender", "spend_period", "消费", 200, spend_points=200, spend_within="week"),
        'rule "spender" is a loop that earns from spending: '
        "it pays up to 200 points for 200 spent",
    ),
    (
        replace(ORDER, id="here", rooms=frozenset({"r"})),
        'rule "here" never pays, rooms are asked for and orders come from none',
    ),
    (
        Rule("kept", "order_months", "连续下单", 500, every_months=3, rooms=frozenset({"r"})),
        'rule "kept" never pays, rooms are asked for and orders come from none',
    ),
    (
        replace(POST, from_score=70),
        'rule "post" never uses from_score, only on = "review" has a score',
    ),
    (
        replace(POST, id="asked", from_score=0),
        'rule "asked" never uses from_score, only on = "review" has a score',
    ),
    (
        replace(ORDER, id="people", excludes_admins=True),
        'rule "people" never uses excludes_admins, on = "order" is not what somebody writes',
    ),
    (
        Rule("brought", "invite", "邀请", 100, excludes_admins=True),
        'rule "brought" never uses excludes_admins, on = "invite" is not what somebody writes',
    ),
    (
        Rule("gift", "wake_up", "好久不见", 500, dormant_months=3, rooms=frozenset({"r"})),
        'rule "gift" never pays, rooms are asked for and a job gives it in none',
    ),
    (
        replace(ORDER, id="large", per="deed", from_units=300, categories={"美妆": 2}),
        'rule "large" never uses its categories, per = "deed" pays for the whole',
    ),
    (
        replace(SHARE, id="feast", points=0),
        'rule "feast" never pays, points = 0 and no campaign that is switched on gives it points '
        "or a bonus",
    ),
    (
        replace(POST, id="long", per="unit", cap_points_daily=None),
        'rule "long" pays 10 points for each character; write per = "deed" when they are for all '
        "of it",
    ),
    (
        replace(SHARE, id="judged", wait_for="admin", choices=(20, 200), cap_points_weekly=100),
        'rule "judged" never pays in full, choices go up to 200 and cap_points_weekly = 100',
    ),
    (
        replace(SHARE, id="slow", cooldown_s=60, wait_days=7),
        'rule "slow" has a cooldown_s that begins when its points have settled, and lets more '
        "deeds wait meanwhile; a cap in times counts those that wait",
    ),
    (
        replace(SHARE, id="many", from_units=2),
        'rule "many" never pays, from_units = 2 and on = "share" comes one at a time',
    ),
    (
        replace(ORDER, id="seen", min_pictures=1),
        'rule "seen" never pays, min_pictures = 1 and on = "order" has no pictures',
    ),
    (
        replace(POST, id="sorted", categories={"美妆": 2}),
        'rule "sorted" never uses its categories, only on = "order" has them',
    ),
    (
        replace(POST, id="both", invitee_points=5),
        'rule "both" never pays its invitee_points, only on = "invite_first_order" does',
    ),
    (
        replace(ORDER, id="cut", points=2, from_units=300, cap_points_monthly=500),
        'rule "cut" never pays in full, 300 units are 600 points and cap_points_monthly = 500',
    ),
]
SOUND = [
    replace(POST, excludes_admins=True),
    Rule("review", "review", "晒单", 20, per="deed", from_score=70, doubtful_score=40),
    Rule("spender", "spend_period", "消费", 199, spend_points=200, spend_within="week"),
    replace(SHARE, from_units=1, min_pictures=1),
    replace(ORDER, from_units=300, cap_points_monthly=300, categories={"美妆": 2}),
    POST,
    Rule("back", "wake_up", "回来", 5, silent_days=30, rooms=frozenset({"r"})),
    Rule("by_the_word", "post", "长文", 1, cap_points_daily=60),
    replace(ORDER, per="deed"),
    Rule("knitting", "knitting", "织毛衣", 5, from_units=3, min_pictures=2),
    Rule("both", "invite_first_order", "首单", 200, invitee_points=50),
]


@pytest.mark.parametrize(("rule", "warning"), RULE_WARNED)
def test_a_rule_that_never_counts_is_warned_of(rule: Rule, warning: str) -> None:
    assert warnings(replace(PROGRAMME, rules=(CHECKIN, rule))) == (warning,)


@pytest.mark.parametrize("rule", SOUND)
def test_a_rule_that_may_count_is_not_warned_of(rule: Rule) -> None:
    assert warnings(replace(PROGRAMME, rules=(CHECKIN, rule))) == ()


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        (
            {"cap_points_daily": 300, "capped": frozenset({"post"})},
            "[programme] cap_points_daily caps nothing, no rule is for what capped names",
        ),
        (
            {"cap_points_daily": 20, "capped": frozenset({"checkin"})},
            'rule "streak" never pays in full, points = 30 and [programme] cap_points_daily = 20',
        ),
        (
            {"capped": frozenset({"checkin"})},
            "[programme] capped has no cap_points_daily to keep to",
        ),
    ],
)
def test_a_programme_cap_without_its_other_half_is_warned_of(
    changes: dict[str, object], warning: str
) -> None:
    assert warnings(replace(PROGRAMME, **changes)) == (warning,)


def test_paying_for_shares_is_a_risk_until_it_is_accepted() -> None:
    sharing = replace(PROGRAMME, rules=(CHECKIN, SHARE), accepts=frozenset())
    [warning] = warnings(sharing)
    assert warning.startswith(f"{RISK}; switch it off")
    assert notes(sharing) == ()
    accepting = replace(sharing, accepts=frozenset({"wechat_inducement"}))
    assert warnings(accepting) == ()
    assert notes(accepting) == (f"{RISK}: accepted",)
    assert notes(replace(accepting, rules=(CHECKIN,))) == ()


def test_a_sensible_programme_is_not_warned_of() -> None:
    assert warnings(PROGRAMME) == ()


@pytest.mark.parametrize(("changes", "warning"), WARNED)
def test_what_is_hardly_meant_is_warned_of(changes: dict[str, object], warning: str) -> None:
    assert warnings(replace(PROGRAMME, **changes)) == (warning,)


def test_a_rule_on_what_nothing_recognises_is_warned_of_with_the_nearest() -> None:
    programme = replace(
        PROGRAMME, rules=(CHECKIN, replace(CHECKIN, id="a", on="chekin", name="b"))
    )
    assert warnings(programme, kinds={"checkin", "share"}) == (
        'rule "a" never pays, nothing recognises on = "chekin", did you mean "checkin"?',
    )


TO_COME = {"profile"}
"""Kinds that rules are shipped for and that no recogniser finds yet; the preset says so."""


@pytest.mark.parametrize("name", preset_ids())
def test_a_shipped_rule_that_nothing_recognises_is_one_that_its_file_speaks_of(name: str) -> None:
    unknown = [rule for rule in load_preset(name).rules if rule.on not in kinds()]
    said = warnings(load_preset(name), kinds=kinds())
    assert [sentence.partition(",")[0] for sentence in said if "recognises" in sentence] == [
        f'rule "{rule.id}" never pays' for rule in unknown
    ]
    assert {rule.on for rule in unknown} <= TO_COME


def test_the_files_explain_that_warning() -> None:
    text = (PRESETS / "standard" / "rules.toml").read_text("utf-8")
    assert re.search("认不出|不会从消息里认出来", text)
    assert "check 会" in text
