"""What makes two deeds the same one."""

from datetime import UTC, date, datetime

import pytest

from bot.points.types import Message, Sighting
from bot.posting.deed import key_of

DAY = date(2026, 11, 1)
MESSAGE = Message("test", "m1", None, "u1", datetime(2026, 11, 1, tzinfo=UTC))
URL = "https://shop.example/item?" + "x" * 200


@pytest.mark.parametrize(
    ("once", "key"),
    [
        ("day", "share/2026-11-01/7"),
        ("message", "share/test/m1"),
        ("subject", "share/面膜"),
        ("subject_day", "share/2026-11-01/7/面膜"),
        ("member", "share/7"),
    ],
)
def test_a_key_says_when_two_deeds_are_one(once: str, key: str) -> None:
    assert key_of(Sighting("share", once, subject="面膜"), MESSAGE, 7, DAY) == key  # type: ignore[arg-type]


def test_two_long_subjects_of_one_day_stay_two() -> None:
    one, other = (
        key_of(Sighting("share", "subject_day", subject=URL + end), MESSAGE, 7, DAY)
        for end in ("1", "2")
    )
    assert one != other
    assert max(len(one), len(other)) < 150
