"""What can still be earned today: never more than judging gives."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.clock import to_micros
from bot.points.campaign import Campaign
from bot.points.earn import decide
from bot.points.tasks import Task, left_today, tasks
from bot.points.types import Activity, Awards, Programme, Rule, Standing, Tally
from bot.points.where import Fields, Where

TODAY = date(2026, 11, 1)
NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"))
STANDING = Standing(7, TODAY)
MOST = 60
"""More deeds than any cap below allows."""


def only(rule: Rule, standing: Standing = STANDING, **programme: object) -> Task:
    whole = replace(BASE, rules=(rule,), **programme)  # type: ignore[arg-type]
    [task] = tasks(whole, standing, NOON, ())
    return task


def lived_through(programme: Programme, standing: Standing) -> int:
    """What a day of deeds pays, one after the other."""
    [rule] = programme.rules
    total = 0
    for number in range(MOST):
        deed = Activity(rule.on, f"{rule.on}/{number}", 7, TODAY, NOON)
        for entry in decide(deed, standing, programme).entries:
            total += entry.points
            paid = standing.awards.get(rule.id, Awards())
            counted = {
                period: Tally(
                    getattr(paid, period).times + 1, getattr(paid, period).points + entry.points
                )
                for period in ("day", "week", "month", "ever")
            }
            standing = replace(
                standing,
                awards={rule.id: Awards(**counted)},
                capped_points=standing.capped_points + entry.points,
            )
    return total


few = st.none() | st.integers(0, 9)
caps = st.none() | st.integers(20, 99)


@given(few, few, caps, caps, caps, st.integers(0, 4), st.integers(0, 80), st.booleans())
def test_what_is_promised_is_what_a_day_of_deeds_pays(
    daily: int | None,
    weekly: int | None,
    points_daily: int | None,
    points_ever: int | None,
    whole: int | None,
    times: int,
    points: int,
    is_doubled: bool,
) -> None:
    rule = Rule(
        "share", "share", "分享", 7,
        cap_times_daily=daily, cap_times_weekly=weekly,
        cap_points_daily=points_daily, cap_points_ever=points_ever,
    )  # fmt: skip
    tally = Tally(times, points)
    standing = replace(
        STANDING, awards={"share": Awards(tally, tally, tally, tally)}, capped_points=points
    )
    campaigns = (Campaign("twice", "双倍", multiplier=2),) if is_doubled else ()  # type: ignore[arg-type]
    programme = replace(
        BASE, rules=(rule,), cap_points_daily=whole, capped=frozenset({"share"}),
        campaigns=campaigns,
    )  # fmt: skip
    [task] = tasks(programme, standing, NOON, ())
    if task.left is None:
        assert rule.caps == ()
        assert whole is None
        assert task.points == (14 if is_doubled else 7)
    else:
        assert task.left == lived_through(programme, standing)


def test_what_is_done_pays_nothing_more() -> None:
    rule = Rule("knit", "knitting", "编织", 5)
    programme = replace(BASE, rules=(rule,))
    assert tasks(programme, STANDING, NOON, {"knitting"}) == (Task(rule, 0, 0, 0, None),)
    assert only(rule) == Task(rule, 5, None, 0, None)


def test_a_cooldown_is_waited_for_and_not_past_midnight() -> None:
    def cooling(seconds: int) -> Task:
        rule = Rule("chat", "chat", "聊天", 1, cooldown_s=seconds)
        awards = Awards(last_at=to_micros(NOON - timedelta(seconds=20)))
        return only(rule, replace(STANDING, awards={"chat": awards}))

    assert cooling(60).from_at == NOON + timedelta(seconds=40)
    assert (cooling(60).points, cooling(20).from_at) == (1, None)
    assert cooling(12 * 3600).points == 1
    assert cooling(13 * 3600).points == 0


def test_no_more_is_promised_than_a_cooldown_lets_in_before_midnight() -> None:
    def left(seconds: int) -> int | None:
        return only(Rule("share", "share", "分享", 20, cap_times_daily=9, cooldown_s=seconds)).left

    assert left(60) == 9 * 20
    assert left(2 * 3600) == 6 * 20  # at 12, 14, 16, 18, 20 and 22 o'clock
    assert left(2 * 3600 - 1) == 7 * 20
    assert left(86_400) == 20
    assert only(Rule("share", "share", "分享", 20, cooldown_s=4 * 3600)).left == 60


def test_a_streak_bonus_counts_on_the_day_on_which_it_is_due() -> None:
    rule = Rule("streak", "checkin", "连签", 30, every_streak_days=7)
    assert only(rule, replace(STANDING, run_before=6)).left == 30
    assert only(rule, replace(STANDING, run_before=5)).points == 0


def test_the_cap_in_times_with_the_fewest_left_is_named() -> None:
    rule = Rule("share", "share", "分享", 20, cap_times_daily=3, cap_times_weekly=5)
    awards = Awards(Tally(1, 20), Tally(4, 80))
    task = only(rule, replace(STANDING, awards={"share": awards}))
    assert task.cap is not None
    assert (task.cap.code, task.times, task.left) == ("cap_times_weekly", 4, 20)


def test_what_comes_by_itself_is_no_task() -> None:
    programme = replace(BASE, rules=(Rule("welcome", "welcome", "新人礼", 50),))
    assert tasks(programme, STANDING, NOON, ()) == ()


def test_a_rule_for_large_orders_asks_for_one_that_is_large_enough() -> None:
    assert only(Rule("big", "order", "大单", 500, "deed", from_units=300)).points == 500


def test_a_member_whom_no_limit_knows_yet_has_all_of_it() -> None:
    rule = Rule("a", "share", "分享", 20, cap_times_daily=3, cap_points_daily=50, cooldown_s=60)
    task = only(rule)
    assert (task.points, task.left, task.times, task.from_at) == (20, 50, 0, None)
    assert task.cap is not None
    assert task.cap.code == "cap_times_daily"


def test_of_caps_with_as_many_left_the_first_is_named() -> None:
    task = only(Rule("a", "share", "分享", 20, cap_times_daily=3, cap_times_weekly=3))
    assert task.cap is not None
    assert (task.cap.code, task.left) == ("cap_times_daily", 60)


def test_a_rule_without_a_cooldown_and_a_clock_that_was_set_back_wait_for_nothing() -> None:
    def paid(after_s: int, cooldown_s: int | None) -> Task:
        awards = Awards(last_at=to_micros(NOON + timedelta(seconds=after_s)))
        rule = Rule("chat", "chat", "聊天", 1, cooldown_s=cooldown_s)
        return only(rule, replace(STANDING, awards={"chat": awards}))

    assert paid(-20, None).from_at is None
    assert paid(10, 60).from_at is None
    assert paid(0, 60).from_at == NOON + timedelta(seconds=60)


def test_what_is_done_keeps_its_cap_and_what_can_be_done_its_campaigns() -> None:
    rule = Rule("share", "share", "分享", 20, cap_times_daily=3)
    [cap] = rule.caps
    programme = replace(BASE, rules=(rule,), campaigns=(Campaign("more", "加送", bonus=1),))
    assert tasks(programme, STANDING, NOON, {"share"}) == (Task(rule, 0, 0, 0, cap),)
    assert tasks(programme, STANDING, NOON, ()) == (Task(rule, 21, 63, 0, cap, "more"),)


def test_the_daily_cap_is_for_its_own_kinds_and_never_below_0() -> None:
    rule = Rule("share", "share", "分享", 20)
    assert only(rule, cap_points_daily=50, capped=frozenset({"post"})).left is None
    full = replace(STANDING, capped_points=60)
    capped = replace(BASE, rules=(rule,), cap_points_daily=50, capped=frozenset({"share"}))
    assert left_today(capped, full) == 0
    assert left_today(capped, STANDING) == 50
    assert left_today(BASE, STANDING) is None


def test_what_is_for_a_room_is_a_task_there() -> None:
    rule = Rule("share", "share", "分享", 20, rooms=frozenset({"r1"}))
    more = Campaign("more", "加送", bonus=1, rooms=frozenset({"r1"}))
    post = Rule("post", "post", "发帖", 10)
    programme = replace(BASE, rules=(rule, post), campaigns=(more,))

    def paying(place: str | None) -> list[int]:
        return [task.points for task in tasks(programme, STANDING, NOON, (), place)]

    assert paying("r1") == [21, 11]
    assert paying("r2") == paying(None) == [10]


def test_the_least_deed_that_is_large_enough_is_asked_about_today() -> None:
    asked: list[Fields] = []

    def holds(fields: Fields) -> bool:
        asked.append(fields)
        return True

    where = Where("…", frozenset({"pictures"}), holds)
    assert only(Rule("review", "review", "晒单", 20, min_pictures=2, where=where)).points == 20
    assert asked[0] == {"units": 1, "pictures": 2, "hour": 12, "weekday": 7, "room": "",
                        "topic": "", "score": 100}  # fmt: skip
    only(Rule("review", "review", "晒单", 20, from_units=30, where=where))
    assert (asked[-1]["units"], asked[-1]["pictures"]) == (30, 0)
