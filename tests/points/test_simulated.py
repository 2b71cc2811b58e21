"""What `simulate` prints."""

from datetime import date
from zoneinfo import ZoneInfo

from bot.points.simulate import Issued
from bot.points.simulated import LEFT_OUT, Simulated, report
from bot.points.types import Programme, Rule


def programme(points_per_yuan: int | None = 100) -> Programme:
    rules = (Rule("checkin", "checkin", "每日签到", 5), Rule("share", "share", "分享", 20))
    zone = ZoneInfo("Asia/Shanghai")
    return Programme("好邻居", "1", zone, rules, points_per_yuan=points_per_yuan)


def issued(rules: dict[str, list[int]], members: dict[int, int], **days: date) -> Issued:
    return Issued(rules=rules, members=members, **days)


def test_rules_that_are_no_more_come_last_by_id() -> None:
    then = issued({"zoo": [1, 3], "gone": [2, 4], "checkin": [1_000, 5_000]}, {1: 5_007})
    now = issued({"checkin": [1_000, 8_000]}, {1: 8_000})
    lines = [*report(Simulated(programme(), then, now, 1_003, {1: "小美"}))]
    assert lines[:9] == [
        "好邻居,看了 1,003 条行为记录",
        "",
        "规则          实际              新规则                差",
        "每日签到  1,000 次  5,000 分  1,000 次  8,000 分  +3,000",
        "gone          2 次      4 分      0 次      0 分      -4",
        "zoo           1 次      3 分      0 次      0 分      -3",
        "合计      1,003 次  5,007 分  1,000 次  8,000 分  +2,993",
        "",
        "成本:50.07 元 → 80.00 元(+29.93 元,100 分值 1 元)",
    ]


def test_nothing_is_said_of_money_when_nobody_has_said_what_points_are_worth() -> None:
    lines = [*report(Simulated(programme(None), issued({}, {}), issued({}, {}), 0))]
    assert not any("元" in line for line in lines)
    assert "没有一位会员的分有变化" in lines


def test_the_twenty_whom_it_changes_most_are_named_the_most_first() -> None:
    members = dict.fromkeys(range(1, 30), 100)
    then, now = issued({}, members), issued({}, {**members, 7: 90, 8: 120})
    assert Simulated(programme(), then, now, 0).changed_most == [8, 7]
    now = issued({}, {number: 100 + number for number in members})
    assert Simulated(programme(), then, now, 0).changed_most == [*range(29, 9, -1)]


def test_a_name_that_would_break_the_line_does_not() -> None:
    simulated = Simulated(
        programme(), issued({}, {}), issued({}, {1: 5}), 1, {1: "a\n\x1b[2J\u202eb"}
    )
    [line] = [line for line in report(simulated) if line.startswith("#1")]
    assert line == "#1  a  [2Jb  0 分    5 分  +5"


def test_the_days_that_count_are_named() -> None:
    for days, said in (
        ({"first": date(2026, 6, 1)}, ",只数 2026-06-01 起"),
        ({"last": date(2026, 6, 30)}, ",只数到 2026-06-30"),
        ({"first": date(2026, 6, 1), "last": date(2026, 6, 30)},
         ",只数 2026-06-01 到 2026-06-30"),
    ):  # fmt: skip
        empty = issued({}, {}, **days)
        assert next(report(Simulated(programme(), empty, empty, 5))).endswith(f"记录{said}")


def test_members_stand_below_the_rules_and_what_is_left_out_comes_last() -> None:
    then = issued({"share": [1, 20]}, {1: 20, 22: 0})
    now = issued({"share": [1, 20], "checkin": [1, 5]}, {1: 20, 22: 5})
    assert [*report(Simulated(programme(None), then, now, 2, {22: "e\u0301"}))] == [
        "好邻居,看了 2 条行为记录",
        "",
        "规则      实际         新规则           差",
        "每日签到  0 次   0 分    1 次   5 分    +5",
        "分享      1 次  20 分    1 次  20 分  不变",
        "合计      1 次  20 分    2 次  25 分    +5",
        "",
        "变化最大的 1 位会员",
        "号   名字  实际  新规则  差",
        "#22  e\u0301     0 分    5 分  +5",
        "",
        *LEFT_OUT,
    ]


def test_a_member_without_a_name_has_a_number() -> None:
    then, now = issued({}, {2: 1_000}), issued({}, {1: 5, 2: 1_001})
    assert [*report(Simulated(programme(), then, now, 1))][-6:-3] == [
        "号  名字      实际    新规则  差",
        "#1            0 分      5 分  +5",
        "#2        1,000 分  1,001 分  +1",
    ]
