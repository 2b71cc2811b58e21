"""Which of the bot's accounts hears in a room, and which one speaks there. Pure."""

from collections import OrderedDict
from collections.abc import Collection

MOST_PEOPLE = 20_000
"""People of whom it is known where they were heard last."""


class Accounts:
    """What is known of the bot's accounts.

    Two of them in one room are told of everything twice, under different numbers: only one listens
    there, the first that told of the room, until it is gone.
    """

    def __init__(self) -> None:
        self.own: set[str] = set()
        """All that were ever seen; what they say, the bot says."""
        self._listening: dict[str, str] = {}
        self._rooms: dict[str, set[str]] = {}
        self._met: OrderedDict[str, tuple[str, str | None]] = OrderedDict()

    def listens(self, account: str, room: str) -> bool:
        """Whether it is this account that listens in the room."""
        self._rooms.setdefault(account, set()).add(room)
        return self._listening.setdefault(room, account) == account

    def meet(self, account: str, person: str, room: str | None) -> None:
        """Notes where somebody was heard: in a room, or privately."""
        known = self._met.get(person)
        if room is None and known is not None and known[0] == account:
            room = known[1]
        self._met[person] = (account, room)
        self._met.move_to_end(person)
        if len(self._met) > MOST_PEOPLE:
            self._met.popitem(last=False)

    def know_rooms(self, account: str, rooms: Collection[str]) -> None:
        """Notes all rooms that the account is in."""
        self._rooms[account] = set(rooms)

    def leave(self, account: str, room: str) -> None:
        """The account is no longer in the room."""
        self._rooms.get(account, set()).discard(room)
        if self._listening.get(room) == account:
            del self._listening[room]

    def gone(self, account: str) -> None:
        """Nothing is heard from the account any more: others may listen where it did."""
        for room in [room for room, by in self._listening.items() if by == account]:
            del self._listening[room]

    def speaker(self, room: str, ready: Collection[str]) -> str | None:
        """Which of those that are `ready` to speak does so in a room; None where the ones that are
        there are not. Where nobody is known to be there, any may try."""
        listening = self._listening.get(room)
        if listening in ready:
            return listening
        there = [account for account, rooms in self._rooms.items() if room in rooms]
        if there:
            return next((account for account in there if account in ready), None)
        return next(iter(sorted(ready)), None)

    def whisperer(self, person: str, ready: Collection[str]) -> tuple[str | None, str | None]:
        """Which of those that are `ready` speaks to somebody privately, and a room in which it has
        met them; none where the one that has heard them is not."""
        account, room = self._met.get(person, (None, None))
        if account is None:
            return next(iter(sorted(ready)), None), None
        return (account, room) if account in ready else (None, None)
