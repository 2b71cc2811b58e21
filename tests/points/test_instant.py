"""Reading the times that others write."""

from datetime import UTC, datetime

import pytest

from bot.points.instant import instant


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-06-18T10:00:00+08:00", datetime(2026, 6, 18, 2, tzinfo=UTC)),
        ("2026-06-18T02:00:00Z", datetime(2026, 6, 18, 2, tzinfo=UTC)),
        ("2026-06-18T02:00:00.5-00:30", datetime(2026, 6, 18, 2, 30, 0, 500_000, tzinfo=UTC)),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9000-12-31T23:59:59Z", datetime(9000, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2028-02-29T23:59:59+08:00", datetime(2028, 2, 29, 15, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_time_with_an_offset_is_read_as_utc(text: str, at: datetime) -> None:
    read = instant(text, "at")
    assert (read, read.tzinfo) == (at, UTC)


@pytest.mark.parametrize(
    ("found", "fault"),
    [
        (None, "at must be an ISO 8601 time with an offset, got None"),
        (1_780_272_000, "at must be an ISO 8601 time with an offset, got 1780272000"),
        ([[]], "at must be an ISO 8601 time with an offset, got a list"),
        ("", "at is no ISO 8601 time: ''"),
        ("yesterday", "at is no ISO 8601 time: 'yesterday'"),
        ("2026-02-30T10:00:00+08:00", "at is no ISO 8601 time"),
        ("２026-06-18T10:00:00+08:00", "at is no ISO 8601 time"),
        ("2026-06-18T10:00:00", "at has no offset: '2026-06-18T10:00:00', write for example"),
        ("1970-01-01T00:00:00+08:00", "at must lie between the years 1970 and 9000"),
        ("9001-01-01T00:00:00Z", "at must lie between the years 1970 and 9000"),
        ("9999-12-31T00:00:00+08:00", "at must lie between the years 1970 and 9000"),
        ("0001-01-01T00:00:00+08:00", "at is no ISO 8601 time"),
    ],
)
def test_anything_else_is_refused_with_what_was_got(found: object, fault: str) -> None:
    with pytest.raises(ValueError, match=r"^at ") as caught:
        instant(found, "at")
    assert str(caught.value).startswith(fault)
