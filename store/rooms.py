"""Which rooms the bot is at work in, and what they are called. Only `bot.posting` writes them."""

from typing import cast

from bot.points.value import value
from store.database import Connection


@value
class KnownRoom:
    """What the ledger knows of a room."""

    channel: str
    external_id: str
    is_adopted: bool
    """Whether an admin has adopted it, and nobody has closed it since."""
    is_closed: bool
    """Whether an admin has closed it. With neither, it is open where the operator says so."""
    is_read: bool
    """Whether those who were in it have been read since it was opened."""


class RoomTable:
    """The table of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def all(self) -> list[KnownRoom]:
        """Every room, in the order in which they came up."""
        rows = self._connection.rows(
            "SELECT channel, external_id, adopted_at, closed_at, read_at FROM room"
            " WHERE community = ? ORDER BY id",
            self._community,
        )
        return [
            KnownRoom(str(channel), str(place), *(at is not None for at in times))
            for channel, place, *times in rows
        ]

    def is_open(self, room: int) -> bool | None:
        """Whether an admin has opened it, or closed it; None: neither."""
        rows = self._connection.rows(
            "SELECT adopted_at, closed_at FROM room WHERE community = ? AND id = ?",
            self._community, room,
        )  # fmt: skip
        adopted_at, closed_at = rows[0] if rows else (None, None)
        return None if adopted_at is closed_at is None else closed_at is None

    def is_closed(self, channel: str, external_id: str) -> bool:
        """Whether an admin has closed the room that the channel knows by that id."""
        rows = self._connection.rows(
            "SELECT closed_at FROM room WHERE community = ? AND channel = ? AND external_id = ?",
            self._community, channel, external_id,
        )  # fmt: skip
        return bool(rows) and rows[0][0] is not None

    def left_after(self, room: int, at: int) -> set[int]:
        """Who has left it after that instant, microseconds since 1970 UTC, here and below."""
        rows = self._connection.rows(
            "SELECT member FROM presence WHERE community = ? AND room = ? AND left_at > ?",
            self._community, room, at,
        )  # fmt: skip
        return {cast(int, member) for (member,) in rows}

    def adopt(self, room: int, at: int) -> None:
        """Opens it; its members are to be read, whatever a reading that ended late has noted."""
        self._set("adopted_at = ?, read_at = NULL, closed_at = NULL", at, room)

    def close(self, room: int, at: int) -> None:
        """Closes it. Who comes and goes from now on is not heard of, so that its members must be
        read again once it is opened."""
        self._set("adopted_at = NULL, read_at = NULL, closed_at = ?", at, room)

    def mark_read(self, room: int, at: int) -> None:
        """Notes that those who are in it have been read."""
        self._set("read_at = ?", at, room)

    def name(self, room: int, name: str) -> None:
        """Notes what it is called."""
        self._set("name = ?", name, room)

    def _set(self, what: str, value: int | str, room: int) -> None:
        self._connection.run(
            f"UPDATE room SET {what} WHERE community = ? AND id = ?", value, self._community, room
        )
