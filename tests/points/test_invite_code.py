"""Codes of members: short, unlike their neighbours', and read as people write them."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.points.crockford import DIGITS
from bot.points.invite_code import LONGEST, invite_code, member_of_code

MILLION = 32**4
MEMBERS = st.integers(min_value=0, max_value=MILLION - 1) | st.integers(
    min_value=0, max_value=32**LONGEST - 1
)


@given(MEMBERS)
@example(MILLION - 1)
@example(MILLION)
@example(MILLION + 32**5 - 1)
@example(MILLION + 32**5)
def test_a_code_names_its_member_however_it_is_written(member: int) -> None:
    code = invite_code(member)
    assert set(code) <= set(DIGITS)
    assert member_of_code(code) == member
    assert member_of_code(code.lower()) == member
    assert member_of_code(code.replace("0", "o").replace("1", "l")) == member
    assert member_of_code(code.replace("0", "O").replace("1", "I")) == member


@pytest.mark.parametrize(
    ("member", "characters"),
    [(0, 4), (1, 4), (MILLION - 1, 4), (MILLION, 5), (MILLION + 32**5, 6)],
)
def test_the_first_million_members_have_four_characters(member: int, characters: int) -> None:
    assert len(invite_code(member)) == characters


def test_a_code_stays_what_it_is() -> None:
    """It has been told to people."""
    assert [invite_code(member) for member in (1, 2, 12, MILLION)] == [
        "EYDH",
        "XWV2",
        "KD2C",
        "00000",
    ]


def test_no_two_members_share_a_code() -> None:
    assert len({invite_code(member) for member in range(20_000)}) == 20_000


def test_neighbours_differ_in_more_than_one_character() -> None:
    for member in range(1, 2_000):
        mine, next_one = invite_code(member), invite_code(member + 1)
        assert sum(a != b for a, b in zip(mine, next_one, strict=True)) >= 2


@given(st.text(max_size=10))
def test_what_is_a_code_is_the_code_of_its_member(text: str) -> None:
    member = member_of_code(text)
    if member is not None:
        assert len(invite_code(member)) == len(text.upper())


@pytest.mark.parametrize("text", ["", "8K3", "8K3U", "8K 3F", "8K-3F", "八K3F", "A" * 9, "١٢٣٤"])
def test_what_is_no_code_names_nobody(text: str) -> None:
    assert member_of_code(text) is None
