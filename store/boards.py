"""Boards: who gained how much in a period. Equal points share a rank, and who reached them first
stands first."""

from collections.abc import Sequence
from datetime import date, timedelta

from bot.points.readings import Board, Period, Place
from store.database import Connection, Row


def days_of(period: Period, today: date) -> Sequence[str]:
    """The days of the calendar period that holds `today`, up to today; weeks begin on Monday. Not
    for `total`."""
    first = today
    if period == "week":
        first = today - timedelta(days=today.weekday())
    elif period == "month":
        first = today.replace(day=1)
    return [
        (first + timedelta(days=ahead)).isoformat() for ahead in range((today - first).days + 1)
    ]


def room_board(
    connection: Connection,
    room: int,
    period: Period,
    today: date,
    member: int | None = None,
    *,
    limit: int = 10,
    community: int = 1,
) -> Board:
    """The board of one room. `total` ranks the qualifying points of those who are in it now."""
    if period == "total":
        rows = connection.rows(
            "SELECT account.member, account.qualifying, account.qualifying_entry FROM presence"
            " JOIN account ON account.community = presence.community"
            "  AND account.member = presence.member"
            " WHERE presence.community = ? AND presence.room = ? AND presence.left_at IS NULL"
            " AND account.qualifying > 0 ORDER BY 2 DESC, 3",
            community, room,
        )  # fmt: skip
    else:
        rows = connection.rows(
            "SELECT member, CAST(sum(points) AS BIGINT), max(entry) FROM score"
            " WHERE community = ? AND day IN ?* AND room = ?"
            " GROUP BY member HAVING sum(points) > 0 ORDER BY 2 DESC, 3",
            community, days_of(period, today), room,
        )  # fmt: skip
    return ranked(connection, rows, member, limit, community)


def community_board(
    connection: Connection,
    period: Period,
    today: date,
    member: int | None = None,
    *,
    limit: int = 10,
    community: int = 1,
) -> Board:
    """The board of the whole community, rooms and private chats together."""
    if period == "total":
        rows = connection.rows(
            "SELECT member, qualifying, qualifying_entry FROM account"
            " WHERE community = ? AND qualifying > 0 ORDER BY 2 DESC, 3",
            community,
        )
    else:
        rows = connection.rows(
            "SELECT member, CAST(sum(points) AS BIGINT), max(entry) FROM score"
            " WHERE community = ? AND day IN ?*"
            " GROUP BY member HAVING sum(points) > 0 ORDER BY 2 DESC, 3",
            community, days_of(period, today),
        )  # fmt: skip
    return ranked(connection, rows, member, limit, community)


def ranked(
    connection: Connection, rows: Sequence[Row], member: int | None, limit: int, community: int
) -> Board:
    """A board from rows (member, points, entry) in their order: 1, 2, 2, 4."""
    places: list[tuple[int, int, int]] = []
    better: int | None = None
    mine: tuple[int, int, int] | None = None
    gap: int | None = None
    rank, last = 0, 0
    for number, (who, points, _) in enumerate(rows, start=1):
        assert isinstance(who, int)
        assert isinstance(points, int)
        if points != last:
            better, rank, last = (last if number > 1 else None), number, points
        if number <= limit:
            places.append((rank, who, points))
        if who == member:
            mine = (rank, who, points)
            gap = None if better is None else better - points
        if number > limit and mine is not None:
            break
    own = None if mine is None else (mine[0], mine[2], gap)
    return named(connection, places, member or 0, own, community)


def named(
    connection: Connection,
    places: Sequence[tuple[int, int, int]],
    member: int,
    own: tuple[int, int, int | None] | None,
    community: int,
) -> Board:
    """A board with names, from places (rank, member, points) and the member's own (rank, points,
    gap)."""
    wanted = [who for _, who, _ in places] + [member]
    rows = connection.rows(
        "SELECT id, name FROM member WHERE community = ? AND id IN ?*", community, wanted
    )
    names = {who: str(name) for who, name in rows}
    top = tuple(Place(rank, who, names.get(who, ""), points) for rank, who, points in places)
    if own is None:
        return Board(top, None, None)
    rank, points, gap = own
    return Board(top, Place(rank, member, names.get(member, ""), points), gap)
