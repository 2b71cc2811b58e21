"""What an operator sees at a glance: the rooms of the real channels."""

from bot.points.value import value
from store.database import Connection

MOST_ROOMS = 500
"""Rooms that are listed at most."""


@value
class RoomLine:
    """One room."""

    channel: str
    external_id: str
    people: int
    """Who is known to be in it."""


def rooms(connection: Connection, community: int = 1) -> list[RoomLine]:
    """The rooms of a community, those with the most people first."""
    rows = connection.rows(
        "SELECT room.channel, room.external_id, count(presence.member) FROM room"
        " LEFT JOIN presence ON presence.community = room.community"
        "  AND presence.room = room.id AND presence.left_at IS NULL"
        " WHERE room.community = ? GROUP BY room.id, room.channel, room.external_id"
        " ORDER BY 3 DESC, room.id LIMIT ?",
        community, MOST_ROOMS,
    )  # fmt: skip
    return [RoomLine(str(channel), str(room), int(str(count))) for channel, room, count in rows]
