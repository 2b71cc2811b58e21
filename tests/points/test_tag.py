"""Tags: what can be one."""

import pytest

from bot.points.tag import tag_word


@pytest.mark.parametrize(
    "text", ["老客户", "VIP-2026", "a", "一二三四五六七八九十一二", "X", "\u00e9"]
)
def test_a_word_is_kept_as_it_was_typed(text: str) -> None:
    assert tag_word(text) == text


@pytest.mark.parametrize(
    "text",
    ["", "两 词", "-老客户", "@小美", "a@b", "一二三四五六七八九十一二三", "a\u200b", "a\u202eb"],
)
def test_what_could_not_be_typed_again_is_no_tag(text: str) -> None:
    assert tag_word(text) is None


def test_what_no_database_keeps_is_written_out() -> None:
    assert tag_word("a\ud800") == "a\\ud800"
