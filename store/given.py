"""What an admin gave."""

from collections.abc import Sequence
from datetime import date, timedelta

from store.database import Connection

LATEST = timedelta(days=10)
"""So long after the day of a deed an admin may still let it count, with a margin."""


def given_by(
    connection: Connection,
    community: int,
    actors: Sequence[str],
    day: date,
    span: tuple[int, int],
) -> int:
    """Points that the admin, who is each of `actors`, gave of their own choice on `day`, by grants
    and by amounts that they chose; `span` is the day's first instant and the next one's,
    microseconds since 1970 UTC. What was taken back since counts all the same."""
    rows = connection.rows(
        "SELECT CAST(coalesce(sum(points), 0) AS BIGINT) FROM entry"
        " WHERE community = ? AND actor IN ?* AND day >= ? AND at >= ? AND at < ? AND points > 0"
        " AND (kind = 'adjustment' OR kind = 'accrual' AND why LIKE ?)",
        community, actors, (day - LATEST).isoformat(), *span, '%"chosen":%',
    )  # fmt: skip
    [(points,)] = rows
    assert isinstance(points, int)
    return points
