"""Reading who is in the rooms: the first time that the bot is at work in one, those who are there
are no newcomers."""

import asyncio
import logging
import secrets
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import datetime
from itertools import chain, repeat

from bot.clock import to_micros
from bot.extend import Channel, Refused, Unreachable
from bot.kept_message import clean
from bot.points.types import Message, Person
from bot.posting.operation import Operation, Result
from bot.presence import people_operation
from bot.rooms import Place, Rooms

log = logging.getLogger(__name__)

PAGE = 500
"""People that one operation notes."""
PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Before it asks again, as long as a platform, or the database, is out of reach; the last one
without end."""
PATIENCE_S = 300.0
"""What a platform may take to tell who is in a room; one that takes longer is out of reach."""

Submit = Callable[[Operation], Awaitable[Result]]
"""Has an operation done, and answers with what came of it."""


class RoomReading:
    """Asks the channels for the members of rooms, for each channel one room after the other."""

    def __init__(
        self,
        channels: Iterable[Channel],
        rooms: Rooms,
        submit: Submit,
        now: Callable[[], datetime],
    ) -> None:
        self._channels = {channel.name: channel for channel in channels}
        self._rooms = rooms
        self._submit = submit
        self._now = now
        self._wanted: dict[str, asyncio.Queue[str]] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins with all open rooms that have not been read."""
        for channel in self._channels.values():
            wanted = self._wanted[channel.name] = asyncio.Queue()
            for room in self._rooms.unread(channel.name):
                wanted.put_nowait(room)
            task = asyncio.get_running_loop().create_task(self._run(channel, wanted))
            self._tasks.append(task)

    def read(self, channel: str, room: str) -> None:
        """Has one read, once those that wait already have been."""
        if channel in self._wanted:
            self._wanted[channel].put_nowait(room)

    def stop(self) -> None:
        """Ends it; what has not been read is read after the next start."""
        for task in self._tasks:
            task.cancel()

    async def _run(self, channel: Channel, wanted: asyncio.Queue[str]) -> None:
        """One that is out of reach waits behind the others: it may be another account's. Only when
        all that wait are out of reach there is a pause."""
        missed, pauses_s = 0, _pauses_s()
        while True:
            room = await wanted.get()
            try:
                is_over = await self._read(channel, room)
            except Exception:
                log.exception("room not read: channel=%s room=%s", channel.name, room)
                is_over = True
            if is_over:
                missed, pauses_s = 0, _pauses_s()
                continue
            wanted.put_nowait(room)
            missed += 1
            if missed >= wanted.qsize():
                log.info("rooms are read later: channel=%s count=%s", channel.name, missed)
                await asyncio.sleep(next(pauses_s))
                missed = 0

    async def _read(self, channel: Channel, room: str) -> bool:
        """False where it is out of reach, and is to be asked again; a room that is closed
        meanwhile is left alone."""
        if not self._rooms.is_open(channel.name, room):
            return True
        try:
            return await self._is_over(channel, room)
        except (Unreachable, TimeoutError):
            return False
        except Refused as refused:
            log.warning("room not read: channel=%s room=%s: %s", channel.name, room, refused)
            return True

    async def _is_over(self, channel: Channel, room: str) -> bool:
        """Whether nothing is left to try: all are noted, or it would fail the same way again.
        Where nobody is told of it is asked again after the next start."""
        asked_at = self._now()
        async with asyncio.timeout(PATIENCE_S):
            people = await channel.people_in(room)
        operations = self._pages((channel.name, room), people, asked_at)
        for operation in operations:
            result = await self._submit(operation)
            if result.problem is not None:
                return result.problem != "unavailable"
        if operations:
            self._rooms.note_read(channel.name, room)
        return True

    def _pages(
        self, place: Place, people: Iterable[Person], asked_at: datetime
    ) -> list[Operation]:
        channel, room = place
        named = [*{person.id: person for person in people if person.id}.values()]
        reading, now = secrets.token_hex(4), to_micros(self._now())
        pages = [
            Message(
                channel=channel,
                id=f"people/{reading}/{first}",
                room=room,
                sender="",
                sent_at=asked_at,
                kind="present",
                people=tuple(named[first : first + PAGE]),
            )
            for first in range(0, len(named), PAGE)
        ]
        return [people_operation(clean(page), now, is_last=page is pages[-1]) for page in pages]


def _pauses_s() -> Iterator[float]:
    return chain(PAUSES_S, repeat(PAUSES_S[-1]))
