"""What is told by its words is sure, doubtful or not what it looks like; and who does it may be
left out."""

from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.points.earn import decide
from bot.points.types import Activity, Decision, Programme, Rule, Standing

ON = date(2026, 11, 1)
REVIEW = Rule("review", "review", "晒单", 20, from_score=70, doubtful_score=40)
DEED = Activity("review", "review/test/m1", 7, ON, datetime(2026, 11, 1, 4, tzinfo=UTC))


def decided(rule: Rule, **facts: str) -> Decision:
    programme = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (rule,))
    return decide(replace(DEED, facts=facts), Standing(7, ON), programme)


def outcome(rule: Rule, **facts: str) -> str:
    """`paid`, the doubt for which an admin decides, or the code of the refusal."""
    decision = decided(rule, **facts)
    if decision.entries:
        return str(decision.entries[0].why.get("doubt", "paid"))
    return decision.refusals[0].code


@pytest.mark.parametrize(
    ("score", "said"),
    [
        ("100", "paid"),
        ("70", "paid"),
        ("69", "score 69 of 70"),
        ("40", "score 40 of 70"),
        ("39", "unlike"),
        ("0", "unlike"),
    ],
)
def test_between_the_two_scores_an_admin_decides_and_below_both_it_is_none(
    score: str, said: str
) -> None:
    assert outcome(REVIEW, score=score) == said


@pytest.mark.parametrize(("score", "said"), [("70", "paid"), ("69", "unlike")])
def test_without_a_doubtful_score_nobody_doubts(score: str, said: str) -> None:
    assert outcome(replace(REVIEW, doubtful_score=None), score=score) == said


def test_without_scores_what_was_recognised_is_paid() -> None:
    assert outcome(replace(REVIEW, from_score=None, doubtful_score=None), score="0") == "paid"


def test_what_has_no_score_is_sure() -> None:
    assert outcome(REVIEW) == "paid"


def test_a_doubt_of_the_recogniser_stands_whatever_the_score() -> None:
    assert outcome(REVIEW, score="100", doubt="截图") == "截图"


def test_what_is_doubtful_waits_whatever_the_rule_says() -> None:
    [entry] = decided(REVIEW, score="50").entries
    programme = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (REVIEW,))
    assert programme.lets_wait(entry)


@pytest.mark.parametrize(
    ("excludes", "role", "said"),
    [(True, "admin", "not_for_admins"), (True, "", "paid"), (False, "admin", "paid")],
)
def test_admins_are_refused_where_the_rule_leaves_them_out(
    excludes: bool, role: str, said: str
) -> None:
    facts = {"role": role} if role else {}
    assert outcome(replace(REVIEW, excludes_admins=excludes), **facts) == said


def test_admins_are_told_so_before_anything_that_they_could_mend() -> None:
    rule = replace(REVIEW, excludes_admins=True, min_pictures=3)
    assert outcome(rule, role="admin", score="10") == "not_for_admins"
