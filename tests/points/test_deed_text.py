"""The text that the journal keeps of a deed beside its columns."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.deed_text import PLAIN, from_text, to_text
from bot.points.types import Activity

AT = datetime(2026, 11, 2, 4, 0, 30, tzinfo=UTC)
CHECKIN = Activity("checkin", "checkin/2026-11-02/17", 17, date(2026, 11, 2), AT)
ORDER = replace(
    CHECKIN,
    subject="O1",
    units=Decimal("128.50"),
    parts=(("美妆", Decimal("100")), ("", Decimal("28.50"))),
    done_at=datetime(2026, 11, 1, 2, 0, tzinfo=UTC),
    is_made_up=True,
    is_invitee=True,
    facts={"pictures": "2"},
)
TEXT = (
    '{"done_at":"2026-11-01T02:00:00+00:00","facts":{"pictures":"2"},"is_invitee":true,'
    '"is_made_up":true,"parts":[["\\u7f8e\\u5986","100"],["","28.50"]],"subject":"O1",'
    '"units":"128.50"}'
)

UNITS = st.decimals(min_value=0, max_value=10**9, places=2)
INSTANTS = st.timedeltas(timedelta(-20_000), timedelta(2_000_000)).map(lambda by: AT + by)
ACTIVITIES = st.builds(
    replace,
    st.just(CHECKIN),
    subject=st.none() | st.text(),
    units=UNITS,
    parts=st.lists(st.tuples(st.text(), UNITS)).map(tuple),
    done_at=st.none() | INSTANTS,
    is_made_up=st.booleans(),
    is_invitee=st.booleans(),
    facts=st.dictionaries(st.text(), st.text()),
)


def test_the_text_of_a_deed_never_changes() -> None:
    assert to_text(ORDER) == TEXT
    assert from_text(TEXT, CHECKIN) == ORDER


def test_a_deed_that_follows_from_others_keeps_what_it_met() -> None:
    deed = replace(CHECKIN, condition=(("spend_points", 200), ("spend_within", "week")))
    text = '{"condition":[["spend_points",200],["spend_within","week"]]}'
    assert to_text(deed) == text
    assert from_text(text, CHECKIN) == deed


def test_a_plain_checkin_says_nothing() -> None:
    assert to_text(CHECKIN) == PLAIN
    assert from_text(PLAIN, CHECKIN) is CHECKIN


@pytest.mark.parametrize(
    ("seconds", "is_told"), [(0, False), (30, False), (31, True), (3_600, True), (86_400, True)]
)
def test_when_it_was_done_is_told_from_another_minute_on(seconds: int, is_told: bool) -> None:
    late = replace(CHECKIN, done_at=AT - timedelta(seconds=seconds))
    assert (to_text(late) != PLAIN) == is_told
    assert from_text(to_text(late), CHECKIN).done_at == (late.done_at if is_told else None)


@given(ACTIVITIES)
def test_the_text_gives_the_deed_back(activity: Activity) -> None:
    again = from_text(to_text(activity), CHECKIN)
    assert to_text(again) == to_text(activity)
    if again.done_at is None:
        again = replace(again, done_at=activity.done_at)
    assert again == activity


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{ }", '{"units":"x"}', '{"parts":[1]}', '{"what":1}', '{"done_at":"today"}',
     '{"is_made_up":false}', '{"units":"2","subject":"O1"}'],
)  # fmt: skip
def test_nothing_else_is_read(text: str) -> None:
    with pytest.raises(ValueError, match=r"no deed reads|Expecting|Invalid isoformat"):
        from_text(text, CHECKIN)
