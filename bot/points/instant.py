"""Reading the times that others write."""

from datetime import UTC, datetime

from bot.points.text import shown


def instant(found: object, key: str) -> datetime:
    """An ISO 8601 time with an offset, as UTC, in the years 1970 to 9000. Raises ValueError, which
    names `key`."""
    if not isinstance(found, str):
        raise ValueError(f"{key} must be an ISO 8601 time with an offset, got {shown(found)}")
    try:
        at = datetime.fromisoformat(found)
        if at.tzinfo is not None:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{key} is no ISO 8601 time: {shown(found)}") from error
    if at.tzinfo is None:
        raise ValueError(f"{key} has no offset: {found!r}, write for example {found}+08:00")
    if not 1970 <= at.year <= 9000:
        raise ValueError(f"{key} must lie between the years 1970 and 9000, got {found!r}")
    return at
