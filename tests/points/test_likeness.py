"""What a copy is, and what two people say of one thing."""

import pytest

from bot.points.likeness import MOST_PRINTS, compared, copied_percent, prints, runs
from bot.posting.copies import COPIED_PERCENT
from tests.points.likeness_pairs import BASE, COPIED, HONEST


def percent(mine: str, older: str) -> int:
    return copied_percent(set(runs(compared(mine))), set(runs(compared(older))))


@pytest.mark.parametrize(("one", "other"), HONEST)
def test_two_honest_reviews_of_one_thing_are_no_copies(one: str, other: str) -> None:
    assert max(percent(one, other), percent(other, one)) <= 4


@pytest.mark.parametrize(("older", "copy"), COPIED)
def test_what_somebody_made_of_an_older_text_is_a_copy(older: str, copy: str) -> None:
    """Abuse: copies with tiny edits and padding."""
    assert percent(copy, older) >= 54


@pytest.mark.parametrize(("older", "copy"), COPIED)
def test_every_copy_is_found_by_its_prints(older: str, copy: str) -> None:
    found = set(prints(runs(compared(older))))
    assert not found.isdisjoint(prints(runs(compared(copy))))


def test_the_bar_stands_between_the_honest_and_the_copied() -> None:
    assert 4 + 10 <= COPIED_PERCENT <= 54 - 10


@pytest.mark.parametrize(
    "padded",
    [
        "面\u200b膜",
        "面\u3164膜",
        "面\uffa0膜",
        "面 膜",
        "面\u2800膜",
        "面🎉膜",
        "面\ufe0f膜",
        "面。膜",
    ],
)
def test_what_says_nothing_is_not_compared(padded: str) -> None:
    assert compared(padded) == "面膜"


def test_case_and_width_are_not_compared() -> None:
    assert compared("Ｇreat ＭASK") == compared("GREAT mask") == "greatmask"


def test_hashtags_are_not_compared() -> None:
    assert compared("#好物 面膜很好用 #护肤#") == "面膜很好用"


def test_a_text_that_is_all_hashtags_is_compared_as_text() -> None:
    hidden = "".join(f"#{BASE[start : start + 20]}" for start in range(0, len(BASE), 20))
    assert percent(hidden, BASE) == 100


def test_letters_between_chinese_characters_are_not_compared() -> None:
    assert compared("x".join(BASE)) == compared(BASE)


def test_english_with_a_chinese_name_in_it_is_compared_whole() -> None:
    assert "cream" in compared("The cream from 某某牌 is thick, rich, and lasts me the whole day")


def test_only_emoji_leave_nothing_to_compare() -> None:
    assert compared("😍😍🎉👍🏻") == ""
    assert runs("") == prints([]) == []
    assert copied_percent(set(), set(runs("面膜很好用"))) == 0


def test_a_phrase_of_others_in_a_long_text_is_no_copy() -> None:
    phrase = "性价比很高,强烈推荐给大家"
    assert percent(BASE, phrase) < COPIED_PERCENT


def test_nothing_beyond_2_000_characters_is_looked_at() -> None:
    assert len(compared("面" * 1_000_000)) == 2_000
    assert (
        len(prints(runs(compared("".join(map(chr, range(0x4E00, 0x4E00 + 5_000)))))))
        <= MOST_PRINTS
    )
