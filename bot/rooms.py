"""Which rooms the bot is at work in: those that an admin has adopted, those that the operator
lists, and all of channels where rooms are open by themselves."""

from collections.abc import Collection, Iterable

from store.database import Connection
from store.rooms import RoomTable

Place = tuple[str, str]
"""(channel, the platform's id of a room)."""


class Rooms:
    """What the ledger says of rooms, in memory: it is asked for every message.

    Changed on the event loop, and only after a commit.
    """

    def __init__(
        self, listed: Iterable[Place] = (), always: Collection[str] | None = None
    ) -> None:
        """`listed` are open without an admin's word, and so are all rooms of the channels in
        `always`, of every channel when it is None; until an admin closes one."""
        self.listed = frozenset(listed)
        """What the operator says is open, as long as no admin has closed it."""
        self._always = always
        self._open = set(self.listed)
        self._closed: set[Place] = set()
        self._read: set[Place] = set()

    def load(self, connection: Connection, community: int = 1) -> None:
        """Takes over what the ledger knows."""
        known = RoomTable(connection, community).all()
        places = {(room.channel, room.external_id): room for room in known}
        self._closed = {place for place, room in places.items() if room.is_closed}
        self._read = {place for place, room in places.items() if room.is_read}
        adopted = {place for place, room in places.items() if room.is_adopted}
        self._open = {*self.listed, *adopted} - self._closed

    def is_open(self, channel: str, room: str) -> bool:
        """Whether the bot is at work in the room."""
        place = (channel, room)
        if place in self._open:
            return True
        return self._is_always_open(channel) and place not in self._closed

    def is_open_by_itself(self, channel: str, room: str) -> bool:
        """Whether it is open as long as no admin has said anything."""
        return (channel, room) in self.listed or self._is_always_open(channel)

    def unread(self, channel: str) -> list[str]:
        """The open rooms, by name, whose members have not been read since they were opened."""
        return sorted(room for name, room in self._open - self._read if name == channel)

    def note(self, channel: str, room: str, *, is_open: bool) -> None:
        """An admin has opened the room, or closed it; either way its members are to be read
        anew."""
        place = (channel, room)
        self._read.discard(place)
        (self._open if is_open else self._closed).add(place)
        (self._closed if is_open else self._open).discard(place)

    def note_read(self, channel: str, room: str) -> None:
        """The members of the room have been read."""
        self._read.add((channel, room))

    def _is_always_open(self, channel: str) -> bool:
        return self._always is None or channel in self._always
