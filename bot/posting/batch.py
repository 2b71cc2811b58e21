"""The working state of one transaction: read for all its operations at once, written at once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from bot.clock import day_of
from bot.points.account import Account
from bot.points.types import Message, Programme
from bot.posting.deed import deed_day, key_of
from bot.posting.operation import Operation
from store.database import Unavailable
from store.kept_boards import KeptBoards
from store.ledger import Ledger, Line, Writes
from store.orders import Orders

Place = tuple[str, str]
"""(channel, external id) of a person, a room or a message."""
Presences = dict[tuple[int, int], tuple[int, int | None, int | None]]
"""(joined at, left at, inviter) by (room, member)."""


class Merged(Unavailable):
    """Another process has merged a member meanwhile: who is who must be read again."""


Revive = Callable[[str, str], Programme | None]
"""The programme with these tables and this version; None when it cannot be had any more."""


def no_programme(_text: str, _version: str) -> None:
    """Where nobody keeps programmes, the one in force judges all."""


class Known:
    """What hardly ever changes once it is committed, so that it may be kept in memory: who is who.
    That a member has been merged elsewhere is seen when their account is locked.

    No fact that decides points is here.
    """

    LIMIT = 500_000

    def __init__(self) -> None:
        self.members: dict[Place, int] = {}
        self.rooms: dict[Place, int] = {}
        self.presences: set[tuple[int, int]] = set()
        self.names: dict[int, str] = {}
        self.newcomers: dict[int, int] = {}
        """When they joined, microseconds since 1970 UTC, of those in `members` who were not there
        before the bot."""

    def learn(self, presences: Presences, names: Mapping[int, str]) -> None:
        """Takes over what a committed batch has written. What has grown past the limit is
        forgotten whole; it is read again when needed."""
        for place, (_, left_at, _) in presences.items():
            if left_at is None:
                self.presences.add(place)
            else:
                self.presences.discard(place)
        self.names |= names
        if len(self.members) > self.LIMIT:
            for known in (self.members, self.names, self.newcomers):
                known.clear()
        for kept in (self.rooms, self.presences, self.names):
            if len(kept) > self.LIMIT:
                kept.clear()


class Batch:
    """One transaction's accounts, keys and messages, and everything still to be written."""

    def __init__(
        self,
        ledger: Ledger,
        programme: Programme,
        known: Known,
        boards: KeptBoards,
        revive: Revive = no_programme,
    ) -> None:
        self.ledger = ledger
        self.programme = programme
        self._revive = revive
        self.known = known
        self.boards = boards
        self.accounts: dict[int, Account] = {}
        self.digests: dict[Place, bytes] = {}
        self.taken: dict[str, bool] = {}
        self.writes = Writes()
        self.wanted: set[int] = set()
        """Accounts that an earlier try of this transaction could not have: others held them."""
        self.wanted_budgets: set[str] = set()
        """The budgets likewise."""
        self._given: dict[str, int] | None = None
        """What campaigns have given of their budgets, with what this batch has merged so far; None
        before anybody has asked."""
        self._is_planned = False
        self.written: list[Line] = []
        """The entries that have been flushed, in order."""
        self.presences: Presences = {}
        """Who was flushed as being in which room, or as having left it, the last word for each."""
        self.names: dict[int, str] = {}
        """The names that have been flushed."""
        self.unseen: set[Place] = set()
        """Who is enrolled by this transaction and has not come up yet: up to then nobody knows
        them, whatever the size of the batch."""
        self.may_be_parked = False
        """Whether there may be orders of people who are not known yet."""
        self.has_merged = False
        """Whether a member was merged into another by it."""
        self.keeping: frozenset[str] = frozenset()
        """The channels whose words are kept until they have been said."""

    def plan(self, operations: Sequence[Operation]) -> None:
        """Reads what all of them need: messages seen, who is who, accounts (locked), and enrols
        the unknown."""
        messages = [operation.message for operation in operations if operation.message]
        self._find_rooms({(m.channel, m.room) for m in messages if m.room is not None}, messages)
        self._find_members(operations)
        members = {
            self.known.members[operation.message.channel, person.id]
            for operation in operations
            if operation.message
            for person in operation.people
        }
        self.lock(members | self.wanted)
        if self.wanted_budgets:
            self.given()
        self._is_planned = True
        self._find_names(members)
        self._find_absent(messages, members)
        for channel, ids in _by_channel((m.channel, m.id) for m in messages):
            for message, digest in self.ledger.digests(channel, ids).items():
                self.digests[channel, message] = digest
        self._find_keys(operations)

    def lock(self, members: Iterable[int], *, may_be_merged: bool = False) -> None:
        """Reads and locks these accounts, unless this transaction holds them already.

        Only the first time it waits for others: whoever waits for one account while holding
        another of a higher number could wait for ever. Raises Unavailable; the next try begins
        with them. Raises Merged when one of them is another member's by now, unless that may be.
        """
        wanted = [member for member in members if member not in self.accounts]
        if not wanted:
            return
        try:
            self.accounts |= self.ledger.accounts(wanted, wait=not self._is_planned)
        except Unavailable:
            self.wanted.update(wanted)
            raise
        missing = [member for member in wanted if member not in self.accounts]
        if missing and not may_be_merged and (merged := self.ledger.merged(missing)):
            self.wanted.difference_update(merged)
            raise Merged(f"members {sorted(merged)} are others by now")

    def programme_at(self, at: int) -> Programme:
        """The one in force at an instant, microseconds since 1970 UTC; where that is not known, or
        cannot be read any more, the one in force now."""
        found = self.ledger.terms_at(at)
        if found is None or found[0] == self.programme.version:
            return self.programme
        version, text = found
        return (self._revive(text, version) if text else None) or self.programme

    def given(self, programme: Programme | None = None) -> dict[str, int]:
        """What the campaigns of the programme in force, or of another, have given of their
        budgets, by id. The first to ask locks them all, as `lock` does accounts: two processes
        cannot wait for each other."""
        wanted = self.wanted_budgets.union((programme or self.programme).budgets)
        known = self._given or {}
        missing = wanted.difference(known)
        if missing or self._given is None:
            try:
                self._given = known | self.ledger.given(
                    [*missing], wait=not self._is_planned and not known
                )
            except Unavailable:
                self.wanted_budgets.update(wanted, known)
                raise
        return self._given

    def note_given(self, given: Mapping[str, int]) -> None:
        """Notes what an operation that ended well has given of them."""
        known = self.given()
        for campaign, points in given.items():
            known[campaign] += points

    def look_up(self, keys: Sequence[str]) -> None:
        """Reads which of these deeds have been done."""
        wanted = [key for key in keys if key not in self.taken]
        if wanted:
            found = self.ledger.taken(wanted)
            self.taken |= {key: key in found for key in wanted}

    def flush(self) -> None:
        """Writes what has been gathered, so that SQL of the same transaction sees it."""
        writes, self.writes = self.writes, Writes()
        self.ledger.write(writes)
        self.written += writes.lines
        self.presences |= writes.presences
        self.names |= writes.names

    def note_merged(self, gone: int, places: Iterable[Place]) -> None:
        """Notes that a member is another from here on, who is known by `places`. What is gathered
        must have been flushed."""
        self.has_merged = True
        self.accounts.pop(gone, None)
        self._read_members(places)

    def name_of(self, member: int) -> str:
        """What the member is called, after the operations so far; "" when nobody said."""
        pending = self.writes.names.get(member) or self.names.get(member)
        if pending or member in self.known.names:
            return pending or self.known.names[member]
        return self.ledger.names([member]).get(member, "")

    def newcomer_since(self, member: int) -> int | None:
        """When a newcomer joined, microseconds since 1970 UTC; None for one who was there before
        the bot. Whoever has a known name was read whole."""
        if member in self.known.names:
            return self.known.newcomers.get(member)
        return self.ledger.newcomer_since(member)

    def is_present(self, place: tuple[int, int]) -> bool:
        """Whether it is known of a (room, member), after the operations so far."""
        for presences in (self.writes.presences, self.presences):
            if place in presences:
                return presences[place][1] is None
        return place in self.known.presences

    def home_room(self, member: int) -> int:
        """Where the member was first seen; 0 for one who only ever wrote privately."""
        return self.ledger.home_room(member) or 0

    def today(self, at: int) -> date:
        """The programme's day of an instant."""
        return day_of(at, self.programme.zone)

    def _find_keys(self, operations: Sequence[Operation]) -> None:
        keys: list[str] = []
        for operation in operations:
            if operation.sightings and operation.message:
                message = operation.message
                member = self.known.members[message.channel, message.sender]
                day, _ = deed_day(message, operation.at, self.programme)
                keys += [
                    key_of(sighting, message, member, day) for sighting in operation.sightings
                ]
        if keys:
            self.look_up(keys)

    def _find_rooms(self, wanted: set[Place], messages: Sequence[Message]) -> None:
        unknown = {place for place in wanted if place not in self.known.rooms}
        if not unknown:
            return
        self._read_rooms(unknown)
        in_order = [
            place
            for place in dict.fromkeys((m.channel, m.room or "") for m in messages)
            if place in unknown and place not in self.known.rooms
        ]
        if in_order:
            self.ledger.open_rooms(in_order)
            self._read_rooms(unknown)

    def _read_rooms(self, places: Iterable[Place]) -> None:
        for channel, ids in _by_channel(places):
            for external, room in self.ledger.rooms(channel, ids).items():
                self.known.rooms[channel, external] = room

    def _find_members(self, operations: Sequence[Operation]) -> None:
        unknown: dict[Place, tuple[str, str, str, int, int, int | None]] = {}
        for operation in operations:
            message = operation.message
            if message is None:
                continue
            for person in operation.people:
                place = (message.channel, person.id)
                if place not in self.known.members and place not in unknown:
                    room = self.known.rooms.get((message.channel, message.room or ""))
                    newcomer = int(person.id in operation.newcomers)
                    unknown[place] = (*place, person.name, operation.at, newcomer, room)
        if not unknown:
            return
        self._read_members(unknown)
        missing = [row for place, row in unknown.items() if place not in self.known.members]
        if missing:
            self.ledger.enrol(missing)
            self._read_members((row[0], row[1]) for row in missing)
            self.unseen = {(row[0], row[1]) for row in missing}
            orders = Orders(self.ledger.connection, self.ledger.community)
            self.may_be_parked = orders.is_any_parked()
        self._place(missing)

    def _place(self, enrolled: Sequence[tuple[str, str, str, int, int, int | None]]) -> None:
        """Who is enrolled in a room is in it."""
        for channel, external, _, at, _, room in enrolled:
            if room is not None:
                member = self.known.members[channel, external]
                self.writes.presences[room, member] = (at, None, None)

    def _read_members(self, places: Iterable[Place]) -> None:
        for channel, ids in _by_channel(places):
            for external, member, name, joined_at, room in self.ledger.members(channel, ids):
                self.known.members[channel, external] = member
                self.known.names[member] = name
                if room is not None:
                    self.known.presences.add((room, member))
                if joined_at is not None:
                    self.known.newcomers[member] = joined_at

    def _find_absent(self, messages: Sequence[Message], members: Iterable[int]) -> None:
        """Beside other processes somebody may have left since they were seen."""
        if not self.ledger.connection.is_sqlite:
            rooms = {self.known.rooms[m.channel, m.room] for m in messages if m.room is not None}
            absences = self.ledger.absences(list(rooms), list(members))
            self.known.presences.difference_update(absences)

    def _find_names(self, members: Iterable[int]) -> None:
        """Beside other processes a name may have changed since it was read."""
        names = self.known.names if self.ledger.connection.is_sqlite else {}
        unknown = [member for member in members if member not in names]
        if unknown:
            self.known.names |= self.ledger.names(unknown)


def _by_channel(places: Iterable[Place]) -> Iterable[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for channel, external in places:
        found.setdefault(channel, []).append(external)
    for channel in sorted(found):
        yield channel, sorted(found[channel])
