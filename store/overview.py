"""What an operator sees at a glance: the rooms, and who is in them."""

from bot.points.value import value
from store.database import Connection


@value
class RoomLine:
    """One room."""

    channel: str
    external_id: str
    name: str
    """What it is called; "" where no platform has said."""
    people: int
    """Who is known to be in it."""


def rooms(connection: Connection, community: int = 1) -> list[RoomLine]:
    """The rooms that anything was ever heard of, those with the most people first."""
    rows = connection.rows(
        "SELECT room.channel, room.external_id, room.name, count(presence.member) FROM room"
        " LEFT JOIN presence ON presence.community = room.community"
        "  AND presence.room = room.id AND presence.left_at IS NULL"
        " WHERE room.community = ?"
        " GROUP BY room.id, room.channel, room.external_id, room.name"
        " ORDER BY 4 DESC, room.id",
        community,
    )
    return [
        RoomLine(str(channel), str(room), str(name), int(str(count)))
        for channel, room, name, count in rows
    ]
