"""What 规则 says, word for word."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.house_rules import described, house_rules
from bot.points.segment import Segment
from bot.points.types import MakeUp, Programme, Rule, Tier
from bot.points.where import Where

TODAY = date(2026, 6, 1)
CHECKIN = Rule("checkin", "checkin", "签到", 5)
SHARE = Rule("share", "share", "分享", 20, cap_times_daily=3)
PROGRAMME = Programme(
    "社群积分", "0", ZoneInfo("Asia/Shanghai"), (CHECKIN, SHARE),
    tiers=(Tier("normal", "普通", 0), Tier("gold", "黄金", 5000)),
    segments=(Segment("newcomer", "新人", newcomer_days=30),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (Rule("a", "a", "签到", 5), "签到:+5"),
        (Rule("a", "a", "连签", 30, every_streak_days=7), "连签:每满 7 天 +30"),
        (Rule("a", "a", "连签", 10, streak_days=(3, 7, 30)), "连签:连续第 3、7、30 天 +10"),
        (Rule("a", "a", "累计", 50, every_total_days=10), "累计:累计每满 10 天 +50"),
        (Rule("a", "a", "百天", 99, total_days=(100,)), "百天:累计第 100 天 +99"),
        (Rule("a", "a", "分享", 20, cap_times_daily=3), "分享:+20,每天 3 次"),
        (Rule("a", "a", "签到", 5, shields=1), "签到:+5,送连签保护 1 张"),
        (
            Rule("a", "a", "满月", 9, every_streak_days=30, shields=1, shields_most=2),
            "满月:每满 30 天 +9,送连签保护 1 张(最多存 2 张)",
        ),
        (
            Rule("a", "wake_up", "好久不见", 500, dormant_months=3),
            "好久不见:3 个月没下单 +500",
        ),
        (Rule("a", "a", "闲聊", 1, cap_points_daily=5), "闲聊:+1,每天最多 5 分"),
        (
            Rule("a", "invite", "邀请", 100, invitee_points=20, wait_days=7),
            "邀请:+100,好友 +20,7 天后入账",
        ),
        (
            Rule("a", "order", "下单", 1, categories={"美妆": 2, "赠品": 0}),
            "下单:每元 +1(美妆 2、赠品 0)",
        ),
        (
            Rule("a", "a", "发帖", 9, where=Where("…", frozenset(), lambda _: True)),
            "发帖:+9,另有条件",
        ),
        (Rule("a", "a", "闲聊", 1, cooldown_s=60), "闲聊:+1,隔 60 秒再得"),
        (Rule("a", "post", "发帖", 10, per="deed", from_units=30), "发帖:+10,满 30 字起"),
        (Rule("a", "order", "大单", 500, per="deed", from_units=300), "大单:+500,满 300 元起"),
        (Rule("a", "knitting", "织毛衣", 9, from_units=3), "织毛衣:+9,满 3 个起"),
        (
            Rule("a", "review", "晒单", 20, per="deed", min_pictures=1),
            "晒单:+20,至少 1 张图",
        ),
        (Rule("a", "post", "长文", 2, cap_points_daily=60), "长文:每字 +2,每天最多 60 分"),
        (
            Rule("a", "order", "大单", 500, per="deed", categories={"美妆": 2}),
            "大单:+500",
        ),
        (Rule("a", "a", "签到", 5, valid_days=14), "签到:+5,14 天内有效"),
        (Rule("a", "a", "发圈", 10, wait_for="admin"), "发圈:+10,管理员审核后入账"),
        (
            Rule("a", "a", "视频", 50, wait_for="admin", choices=(50, 100, 200)),
            "视频:50/100/200 分,由管理员定,审核后入账",
        ),
        (Rule("a", "order", "下单", 1, wait_for="completed"), "下单:每元 +1,订单完成后入账"),
        (
            Rule(
                "a", "a", "发帖", 9, cap_times_weekly=5, cap_points_monthly=90, cap_times_ever=99
            ),
            "发帖:+9,每周 5 次,总共 99 次,每月最多 90 分",
        ),
        (
            Rule(
                "a",
                "a",
                "发帖",
                9,
                rooms=frozenset({"r"}),
                tiers=frozenset({"gold", "normal"}),
                segments=frozenset({"newcomer"}),
                tags=frozenset({"团长"}),
            ),
            "发帖:+9,只在部分群,限普通、黄金,限新人,限标签团长",
        ),
    ],
)
def test_a_rule_is_described_in_a_line(rule: Rule, said: str) -> None:
    assert described(rule, PROGRAMME) == said


def test_rules_come_first_and_then_what_holds_for_all() -> None:
    programme = replace(
        PROGRAMME, valid_days=365, cap_points_daily=300, capped=frozenset({"checkin", "share"})
    )
    assert list(house_rules(programme, TODAY)) == [
        "社群积分", "签到:+5", "分享:+20,每天 3 次", "签到、分享一天合计最多 300 分",
        "积分 365 天内有效",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        (MakeUp(20, 7, times_monthly=2), "补签:一天 20 分,最近 7 天内漏的,每月 2 次"),
        (MakeUp(5, 30), "补签:一天 5 分,最近 30 天内漏的"),
    ],
)
def test_what_making_up_takes_is_told_after_the_rules(terms: MakeUp, said: str) -> None:
    assert list(house_rules(replace(PROGRAMME, make_up=terms), TODAY))[2:] == [
        "分享:+20,每天 3 次", said, "积分永久有效",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("window", "said"),
    [
        (Window(), "进行中"),
        (Window(until_on=date(2026, 6, 18)), "到 06-18"),
        (Window(until_on=TODAY), "今天"),
        (Window(from_on=date(2026, 6, 20)), "06-20 起"),
        (Window(weekdays=frozenset({1})), "今天"),
        (Window(from_on=date(2026, 6, 20), until_on=date(2026, 6, 22)), "06-20 到 06-22"),
        (Window(month_days=frozenset({18})), "06-18"),
        (Window(weekdays=frozenset({3})), "下次 06-03"),
        (Window(weekdays=frozenset({6, 7})), "下次 06-06 到 06-07"),
        (Window(until_on=date(2026, 5, 31)), None),
        (Window(from_on=date(2026, 8, 1)), None),
    ],
)
def test_a_campaign_is_told_while_it_is_on_or_near(window: Window, said: str | None) -> None:
    sale = Campaign("sale", "618", window, rules=frozenset({"share"}), multiplier=Decimal("2.0"))
    found = list(house_rules(replace(PROGRAMME, campaigns=(sale,)), TODAY))[4:]
    assert found == ([f"活动「618」{said}:分享 ×2"] if said else [])
    off = replace(PROGRAMME, campaigns=(replace(sale, is_on=False),))
    assert len(list(house_rules(off, TODAY))) == 4


def test_a_campaign_whose_rules_are_switched_off_is_not_told() -> None:
    sale = Campaign("sale", "618", rules=frozenset({"gone"}), multiplier=Decimal(2))
    found = list(house_rules(replace(PROGRAMME, campaigns=(sale,)), TODAY))
    assert found == list(house_rules(PROGRAMME, TODAY))


@pytest.mark.parametrize(
    ("campaign", "said"),
    [
        (Campaign("a", "甲", points=10, rules=frozenset({"checkin"})), "签到 10 分"),
        (Campaign("a", "甲", bonus=8), "得分 +8"),
        (
            Campaign("a", "甲", multiplier=Decimal("1.5"), tiers=frozenset({"gold"})),
            "得分 ×1.5,限黄金",
        ),
        (
            Campaign(
                "a",
                "甲",
                Window(hours=((time(20), time(22)),)),
                rooms=frozenset({"r"}),
                bonus=8,
            ),
            "得分 +8,每天 20:00-22:00,只在部分群",
        ),
        (
            Campaign("a", "甲", bonus=8, rules=frozenset({"share", "checkin"}), birthday="day"),
            "签到、分享 +8,限生日当天",
        ),
        (
            Campaign("a", "甲", bonus=8, birthday="month", budget_points=500),
            "得分 +8,限生日当月,共送 500 分,送完为止",
        ),
    ],
)
def test_a_campaign_says_what_it_gives_and_to_whom(campaign: Campaign, said: str) -> None:
    *_, last = house_rules(replace(PROGRAMME, campaigns=(campaign,)), TODAY)
    assert last == f"活动「甲」进行中:{said}"


def test_each_campaign_is_told_once_and_whether_its_budget_is_gone() -> None:
    mondays = Campaign("mondays", "周一", Window(weekdays=frozenset({1})), bonus=1)
    later = Campaign("later", "618", Window(from_on=date(2026, 6, 20)), bonus=2)
    programme = replace(PROGRAMME, campaigns=(mondays, later))
    assert list(house_rules(programme, TODAY, {"mondays"}))[-2:] == [
        "活动「周一」今天:得分 +1,已送完",
        "活动「618」06-20 起:得分 +2",
    ]
