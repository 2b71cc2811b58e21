"""What admins read of a deed that waits for them."""

import pytest

from bot.points.card import Card, asks, card, excerpt
from bot.points.types import Rule

REVIEW = Rule("review", "review", "晒单", 20)


def test_a_card_says_what_who_why_and_how_to_decide() -> None:
    found = card(
        Card(37, (REVIEW,), 20, 12, "小美", "面膜用了一周", 1, ("score 52 of 60",))
    )  # fmt: skip
    assert found.split("\n") == [
        "待审核 #37 晒单 +20",
        "小美(会员12):面膜用了一周",
        "1 张图,像晒单 52 分,要 60 分才算",
        "发「37 通过」「37 驳回 理由」,或引用原消息发「通过」",
    ]


def test_only_the_choices_that_the_rule_has_are_offered() -> None:
    chosen = Rule("a", "review", "视频", 50, wait_for="admin", choices=(50, 100), bonuses=(200,))
    of = Card(7, (chosen,), 50, 1, "")
    assert card(of).split("\n")[1:] == [
        "会员1",
        "这一项管理员看过才给分",
        "发「7 通过」「7 通过 50/100」「7 加精 200」「7 驳回 理由」,或引用原消息发「通过」",
    ]
    assert asks(of) == ("7 通过", "7 通过 100", "7 加精 200", "7 驳回 ")


def test_several_rules_have_one_card_and_each_reason_once() -> None:
    other = Rule("other", "review", "长评", 5)
    doubts = ("score 52 of 60", "score 52 of 60", "截图")
    lines = card(Card(1, (REVIEW, other), 25, 1, "x", doubts=doubts)).split("\n")
    assert lines[0] == "待审核 #1 晒单、长评 +25"
    assert lines[2] == "像晒单 52 分,要 60 分才算,截图"


@pytest.mark.parametrize(
    ("text", "shown"),
    [("一行\n两行", "一行 两行"), ("字" * 100, "字" * 60), ("\u202e倒", "倒"), (" \u200b", "")],
)
def test_what_was_written_is_one_line_without_tricks(text: str, shown: str) -> None:
    assert excerpt(text) == shown
