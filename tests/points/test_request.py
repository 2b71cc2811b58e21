"""How admins point at a deed that waits."""

import pytest

from bot.points.request import ended, pointed_at, rejected


@pytest.mark.parametrize(
    ("rest", "quoted", "found"),
    [
        ("", None, (None, None)),
        (" 37", None, (37, None)),
        ("37", None, (37, None)),
        (" #37 200", None, (37, 200)),
        ("", 12, (12, None)),
        (" 200", 12, (12, 200)),
        (" #37", 12, (37, None)),
        (" #37 200", 12, (37, 200)),
        (" 37 200", 12, (37, 200)),
    ],
)
def test_a_number_is_typed_or_quoted(
    rest: str, quoted: int | None, found: tuple[int | None, int | None]
) -> None:
    assert pointed_at(rest, quoted) == found


@pytest.mark.parametrize(
    ("rest", "quoted", "found"),
    [
        ("", None, (None, "")),
        (" 37 看不清", None, (37, "看不清")),
        (" #37", None, (37, "")),
        (" 看不清", 12, (12, "看不清")),
        ("", 12, (12, "")),
        (" 3 张都糊了", 12, (12, "3 张都糊了")),
        (" #37 看不清", 12, (37, "看不清")),
        ("#37,看不清", None, (37, "看不清")),
    ],
)
def test_a_rejection_has_a_number_or_a_quote_and_may_have_a_reason(
    rest: str, quoted: int | None, found: tuple[int | None, str]
) -> None:
    assert rejected(rest, quoted) == found


def test_who_was_quicker_is_named() -> None:
    assert ended(37, "approved", "老周") == "#37 已经由老周通过了"
    assert ended(37, "rejected", "\u202e") == "#37 已经由管理员驳回了"
    assert ended(37, "recalled", "") == "#37 原消息撤回了,不用审了"
