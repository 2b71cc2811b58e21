"""The hash chain: two unequal rows never look alike."""

from hashlib import sha256

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.points.chain import GENESIS, Field, canonical, link

TEXTS = st.text(st.characters() | st.sampled_from("|,;:'\"\\\0\n0123456789- "), max_size=12)
FIELDS = st.lists(st.none() | st.integers() | st.binary(max_size=6) | TEXTS, max_size=6)


@given(FIELDS, FIELDS)
@example(["a|b", "c"], ["a", "b|c"])
@example(["a\0", "b"], ["a", "\0b"])
@example([12, 3], [1, 23])
@example(["12", "3"], ["1", "23"])
@example([12], ["12"])
@example([12], [b"12"])
@example([None], ["None"])
@example([None], [""])
@example([], [None])
@example(["a"], ["a", ""])
@example(["', '"], ["", ""])
@example(["\\x00"], ["\0"])
@example(["\\ud800"], ["\ud800"])
@example(["é"], ["é"])
def test_unequal_rows_have_unequal_forms(one: list[Field], other: list[Field]) -> None:
    assert (canonical(one) == canonical(other)) == (one == other)


@given(FIELDS, st.data())
def test_a_digit_moved_to_the_next_field_changes_the_form(
    fields: list[Field], data: st.DataObject
) -> None:
    number = data.draw(st.integers(10, 10**9).map(str))
    cut = data.draw(st.integers(1, len(number) - 1))
    for kind in (int, str):
        joined = [*fields, kind(number), kind(number[cut:])]
        moved = [*fields, kind(number[:cut]), kind(number[cut:] + number[cut:])]
        assert canonical(joined) != canonical(moved)


def test_a_link_covers_the_link_before_it_and_its_own_fields() -> None:
    first = link(GENESIS, [1, "a"])
    assert len(first) == 32
    assert first == sha256(GENESIS + canonical([1, "a"])).digest()
    assert link(first, [1, "a"]) != first
    assert link(GENESIS, [1, "b"]) != first


@pytest.mark.parametrize("text", ["签到", "\ud800", "\0", "a\nb", "💐"])
def test_any_text_has_a_form_of_plain_bytes(text: str) -> None:
    assert canonical([text]).isascii()
