"""What members read: every refusal has a sentence, every entry a name."""

import ast
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from bot.points.account import Account
from bot.points.earn import PROGRAMME_CAP
from bot.points.explained import explained
from bot.points.readings import LedgerLine
from bot.points.types import PERIODS, Activity, Decision, EntryKind, Programme, Refusal, Rule
from bot.points.wording import KINDS, NOTE, REFUSALS, goals, may_be_told, reason, refused
from bot.posting.allowance import OVER, SECOND
from bot.posting.approval import REJECTED
from bot.posting.merging import MERGED
from bot.posting.orders import REFUNDED
from bot.posting.recall import EDITED
from bot.posting.referral import LEFT
from tests.replaying import ROOT

ON = date(2026, 11, 1)
DEED = Activity("checkin", "checkin/2026-11-01/1", 1, ON, datetime(2026, 11, 1, tzinfo=UTC))


def line(**changes: object) -> LedgerLine:
    shown = LedgerLine(
        id=7, at=datetime(2026, 11, 1, 4, tzinfo=UTC), on=ON, member=1, member_name="小美",
        external_id="u1", kind="accrual", rule="checkin", points=5, balance=5, debt=0, note=None,
        why={"base": 5, "multiplier": "1"}, key="k", previous=0, expires_on=date(2027, 11, 1),
        reversed_by=None, reversed_points=0, is_reversed=False,
        reverses=None, actor=None, activity_kind="checkin", activity_key="k", channel="test",
        message="m1",
    )  # fmt: skip
    return replace(shown, **changes)  # type: ignore[arg-type]


def refusal_codes() -> set[str]:
    """Every `Refusal("code", …)` of the ledger; the sandbox has refusals of its own."""
    folders = (ROOT / "bot" / "points", ROOT / "bot" / "posting", ROOT / "handlers")
    files = [file for folder in folders for file in folder.rglob("*.py")]
    return {
        call.args[0].value
        for file in (*files, ROOT / "bot" / "dispatch.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id == "Refusal"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def test_every_refusal_that_can_arise_has_a_sentence_and_no_sentence_is_idle() -> None:
    caps = {f"cap_{of}_{name}" for of in ("times", "points") for name, _ in PERIODS}
    codes = refusal_codes() | caps | {PROGRAMME_CAP, REFUNDED, LEFT, MERGED, REJECTED}
    codes |= {OVER, SECOND, EDITED}
    assert {"already_done", "too_late", "insufficient", "already_reversed"} <= codes
    assert {key.partition("/")[0] for key in REFUSALS} == codes


def test_every_kind_of_entry_has_a_name() -> None:
    assert set(KINDS) == set(get_args(EntryKind))


def test_sentences_are_short_and_use_half_width_commas() -> None:
    for sentence in (*REFUSALS.values(), *KINDS.values()):
        assert len(sentence) <= 24
        assert not set(sentence) & set("，。！：；")


@pytest.mark.parametrize(
    ("code", "today", "run", "said"),
    [
        ("already_done", ON, 3, "今天已经签到过了,连续 3 天,余额 15"),
        ("already_done", ON, 0, "今天已经签到过了,余额 15"),
        ("already_done", date(2026, 11, 2), 3, "11-01 已经签到过了,连续 3 天,余额 15"),
        ("cap_times_daily", date(2026, 11, 2), 0, "11-01 的次数用完了,余额 15"),
        ("too_late", date(2026, 11, 9), 0, "这条消息晚到了 48 小时以上,不计分,余额 15"),
    ],
)
def test_a_refusal_names_the_day_it_is_about(code: str, today: date, run: int, said: str) -> None:
    assert refused(DEED, code, today, run, 15) == said


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("order", "还没到起算的金额"),
        ("post", "还没到起算的字数"),
        ("knitting", "还没到起算的数量"),
    ],
)
def test_what_is_too_small_is_so_by_its_own_measure(kind: str, said: str) -> None:
    assert refused(replace(DEED, kind=kind), "too_small", ON, 0, 15) == f"{said},余额 15"


@pytest.mark.parametrize(
    ("replies", "refusal", "is_told"),
    [
        (("", "说"), Refusal("cooldown", "a"), False),
        (("", "说"), Refusal("cooldown", "b"), True),
        (("", "说"), Refusal("already_done"), True),
        (("", ""), Refusal("already_done"), False),
        ((), Refusal("already_done"), True),
    ],
)
def test_a_rule_that_says_nothing_refuses_in_silence(
    standard: Programme, replies: tuple[str, ...], refusal: Refusal, is_told: bool
) -> None:
    rules = (
        Rule(id, "chat", "闲聊", 1, reply=reply) for id, reply in zip("ab", replies, strict=False)
    )
    programme = replace(standard, rules=tuple(rules))
    assert may_be_told(refusal, "chat", programme) is is_told


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "每日签到"),
        ({"rule": "gone"}, "gone"),
        ({"rule": None, "kind": "redemption"}, "兑换"),
        (
            {"rule": None, "kind": "redemption", "key": "redemption:make_up/2026-11-05/1"},
            "补签 11-05",
        ),
        ({"rule": None, "kind": "adjustment"}, "管理员调分"),
        ({"rule": None, "kind": "adjustment", "note": "帮忙"}, "帮忙"),
        ({"rule": None, "kind": "adjustment", "note": "谢" * NOTE}, "谢" * NOTE),
        ({"rule": None, "kind": "adjustment", "note": "谢" * 13}, "谢" * 11 + "…"),
        ({"rule": None, "kind": "adjustment", "note": "a\u202eb"}, "ab"),
        ({"rule": None, "kind": "reversal", "reverses": 3, "note": "x"}, "撤销 #3"),
        ({"rule": None, "kind": "reversal", "reverses": 3, "why": {"cause": "r"}}, "退回 #3"),
    ],
)
def test_an_entry_has_a_few_words(
    standard: Programme, changes: dict[str, object], words: str
) -> None:
    assert reason(line(**changes), standard) == words


@pytest.mark.parametrize(
    ("why", "points", "steps"),
    [
        ({"base": 5, "multiplier": "1"}, 5, "基础 5 × 倍数 1,不设上限 = 5 分"),
        (
            {"base": 1, "multiplier": "1.1", "units": "128.90"},
            141,
            "基础 1 × 数量 128.90 × 倍数 1.1 取整,不设上限 = 141 分",
        ),
        (
            {"base": 20, "multiplier": "1", "cap_left": 12},
            12,
            "基础 20 × 倍数 1,当日上限还剩 12 = 12 分",
        ),
        (
            {"base": 30, "streak_days": 14, "every_streak_days": 7},
            30,
            "基础 30,连续第 14 天(满 7 天一次),不设上限 = 30 分",
        ),
        ({"base": 10, "streak_days": 7}, 10, "基础 10,连续第 7 天,不设上限 = 10 分"),
        (
            {"base": 50, "total_days": 20, "every_total_days": 10},
            50,
            "基础 50,累计第 20 天(满 10 天一次),不设上限 = 50 分",
        ),
        ({"base": 99, "total_days": 100}, 99, "基础 99,累计第 100 天,不设上限 = 99 分"),
    ],
)
def test_the_steps_of_an_accrual_are_told(
    standard: Programme, why: dict[str, str | int], points: int, steps: str
) -> None:
    said = explained(line(why=why, points=points), standard).split("\n")
    assert said == [
        f"+{points} 积分,每日签到,流水 #7",
        "11-01 12:00 的消息 m1",
        steps,
        "有效期到 2027-11-01",
        "记完余额 5",
    ]


@pytest.mark.parametrize(
    ("taken", "is_reversed", "said"),
    [
        (5, True, "已撤销,见流水 #9"),
        (3, True, "已撤销,见流水 #9"),
        (3, False, "已退回 3 分,见流水 #9"),
    ],
)
def test_what_was_taken_back_is_told_last(
    standard: Programme, taken: int, is_reversed: bool, said: str
) -> None:
    changes = {"reversed_by": 9, "reversed_points": taken, "is_reversed": is_reversed}
    assert explained(line(**changes), standard).split("\n")[-1] == said


GOALS = [
    ({"every_streak_days": 7}, 6, 0, ["1 天 30 分"]),
    ({"every_streak_days": 7}, 7, 0, ["7 天 30 分"]),
    ({"streak_days": (3, 7)}, 3, 50, ["4 天 30 分"]),
    ({"streak_days": (3, 7)}, 7, 50, []),
    ({"every_total_days": 10}, 1, 58, ["2 天 30 分"]),
    ({"total_days": (10, 100)}, 1, 9, ["1 天 30 分"]),
    ({"total_days": (10, 100)}, 1, 100, []),
    ({}, 1, 1, []),
]


@pytest.mark.parametrize(("days", "run", "total", "said"), GOALS)
def test_a_goal_is_told_to_the_next_bonus_and_not_after_the_last(
    standard: Programme, days: dict[str, Any], run: int, total: int, said: list[str]
) -> None:
    rule = Rule("a", "checkin", "甲", 30, goal="{name} {days} 天 {points} 分", **days)
    programme, account = replace(standard, rules=(rule,)), Account(1, total_days=total)
    checkin = Activity(
        "checkin", "checkin/1", 1, date(2026, 11, 1), datetime(2026, 11, 1, tzinfo=UTC)
    )
    assert list(goals(checkin, Decision(), programme, run, account)) == [
        f"甲 {one}" for one in said
    ]
    share = replace(checkin, kind="share")
    assert list(goals(share, Decision(), programme, run, account)) == []
    barred = Decision(barring=frozenset({"a"}))
    assert list(goals(checkin, barred, programme, run, account)) == []


def test_points_for_good_have_no_last_day(standard: Programme) -> None:
    assert "有效期" not in explained(line(expires_on=date(9999, 12, 31)), standard)
