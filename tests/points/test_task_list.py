"""The lines of 任务."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.points.campaign import Campaign
from bot.points.task_list import task_list
from bot.points.tasks import Task
from bot.points.types import Awards, Programme, Rule, Standing, Tally

SHARE = Rule("share", "share", "分享商品", 20, cap_times_weekly=3)
POST = Rule("post", "post", "发帖", 10)
CHECKIN = Rule("checkin", "checkin", "每日签到", 5)
SEVENTH = Rule("seventh", "checkin", "七天", 30, every_streak_days=7)
THIRD = Rule("third", "checkin", "第三天", 10, streak_days=(3,))
TENTH = Rule("tenth", "checkin", "累计", 50, every_total_days=10)
ORDER = Rule("order", "order", "下单", 1)
INVITE = Rule("invite", "invite", "邀请", 100)
DOUBLE = Campaign("double", "双倍", multiplier=Decimal(2))
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"), campaigns=(DOUBLE,))
STANDING = Standing(7, date(2026, 11, 1))
[WEEKLY] = SHARE.caps


def lines(
    *found: Task,
    standing: Standing = STANDING,
    done: frozenset[str] = frozenset(),
    more: tuple[str, ...] = (),
    cap: int | None = None,
) -> list[str]:
    programme = replace(BASE, cap_points_daily=cap)
    return list(task_list(programme, found, standing, done, more))


def test_what_can_be_done_says_what_it_pays_and_how_far_it_has_come() -> None:
    assert lines(Task(POST, 10, None, 0, None)) == ["发帖:+10"]
    assert lines(Task(SHARE, 20, 40, 1, WEEKLY)) == ["分享商品 本周 1/3 次:+20,还能得 40 分"]
    assert lines(Task(SHARE, 20, 20, 2, WEEKLY)) == ["分享商品 本周 2/3 次:+20"]


def test_a_cooldown_names_its_end_on_the_clock_of_the_programme() -> None:
    at = datetime(2026, 11, 1, 4, 1, tzinfo=UTC)
    task = Task(POST, 20, 60, 0, None, "double,gone", at)
    assert lines(task) == ["发帖:+20,还能得 60 分,12:01:00 起,活动「双倍」,活动「gone」"]


def test_first_what_can_be_done_and_last_what_is_done() -> None:
    found = (
        Task(POST, 0, 0, 0, None),
        Task(ORDER, 1, None, 0, None),
        Task(SHARE, 20, 20, 2, WEEKLY),
        Task(INVITE, 0, 0, 20, None),
        Task(SEVENTH, 0, 0, 0, None),
        Task(CHECKIN, 0, 0, 0, None),
    )
    assert lines(*found, more=("补签:漏了 11-02",), cap=100) == [
        "分享商品 本周 2/3 次:+20",
        "七天:再签 7 天 +30",
        "补签:漏了 11-02",
        "一天合计最多 100 分,今天还能得 100 分",
        "等好友或订单:下单:每元 +1",
        "✓ 发帖、每日签到",
    ]
    assert lines(Task(replace(INVITE, name="邀友"), 100, None, 0, None), found[1]) == [
        "等好友或订单:邀友:+100、下单:每元 +1"
    ]


def test_an_answer_is_adopted_by_others() -> None:
    adopted = Rule("adopted", "adopted", "回答被采纳", 20, cap_times_daily=5)
    assert lines(Task(adopted, 20, 100, 0, None)) == ["等好友或订单:回答被采纳:+20"]


def test_the_way_to_the_next_bonuses_counts_the_checkin_of_today() -> None:
    found = [Task(rule, 0, 0, 0, None) for rule in (SEVENTH, THIRD, TENTH)]
    standing = replace(STANDING, run_before=4, total_days=58)
    assert lines(*found, standing=standing) == ["七天:再签 3 天 +30", "累计:再签 2 天 +50"]
    done = frozenset({"checkin"})
    assert lines(*found, standing=replace(standing, total_days=59), done=done) == [
        "七天:再签 2 天 +30",
        "累计:再签 1 天 +50",
    ]


def test_a_bonus_that_is_due_today_is_not_still_to_come() -> None:
    standing = replace(STANDING, run_before=6)
    due, later = Task(SEVENTH, 30, 30, 0, None), Task(SEVENTH, 0, 0, 0, None)
    assert lines(due, standing=standing) == ["七天:+30"]
    assert lines(later, standing=standing) == []
    seven = replace(STANDING, run_before=7)
    assert lines(due, standing=seven) == ["七天:+30"]
    assert lines(later, standing=seven) == ["七天:再签 7 天 +30"]


def test_a_bonus_that_the_member_cannot_get_again_is_not_to_come() -> None:
    once = Task(replace(SEVENTH, cap_times_ever=1), 0, 0, 1, None)
    had = Awards(ever=Tally(1, 30))
    assert lines(once) == ["七天:再签 7 天 +30"]
    assert lines(once, standing=replace(STANDING, awards={"seventh": had})) == []
    assert lines(Task(replace(SEVENTH, points=0), 0, 0, 0, None)) == []
