"""Order within each room, while what a message still lacks is asked for."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine

from bot.points.types import Message

log = logging.getLogger(__name__)

Later = Coroutine[None, None, Message | None]


class Lanes:
    """One lane for each room: what was put in first comes out first, and no room waits for
    another."""

    def __init__(self, deliver: Callable[[Message], None], most: int = 256) -> None:
        self._deliver = deliver
        self._waiting: dict[str | None, deque[Message | asyncio.Task[Message | None]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(most)
        """Free places among all lanes."""

    @property
    def waiting(self) -> int:
        """Messages in all lanes."""
        return sum(map(len, self._waiting.values()))

    def put(self, room: str | None, message: Message) -> None:
        """Delivers a message that lacks nothing: at once where none waits before it."""
        lane = self._waiting.get(room)
        if lane is None:
            self._deliver(message)
        else:
            lane.append(message)

    async def put_later(self, room: str | None, coming: Later) -> None:
        """Keeps the place of a message that is still to be made; None makes nothing of it. Waits
        while too many are being made."""
        try:
            await self._room.acquire()
        except asyncio.CancelledError:
            coming.close()
            raise
        loop = asyncio.get_running_loop()
        making = loop.create_task(coming)
        making.add_done_callback(lambda _: self._room.release())
        lane = self._waiting.get(room)
        if lane is not None:
            lane.append(making)
            return
        self._waiting[room] = deque([making])
        task = loop.create_task(self._empty(room))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def close(self) -> None:
        """Delivers no more."""
        self._deliver = _drop
        for task in self._tasks:
            task.cancel()
        for lane in self._waiting.values():
            for one in lane:
                if isinstance(one, asyncio.Task):
                    one.cancel()
        self._waiting.clear()

    async def _empty(self, room: str | None) -> None:
        lane = self._waiting[room]
        while lane:
            one = lane[0]
            made = await _made(one) if isinstance(one, asyncio.Task) else one
            # Only now: what comes meanwhile must see that somebody is before it.
            lane.popleft()
            if made is not None:
                self._deliver(made)
        if self._waiting.get(room) is lane:
            del self._waiting[room]


async def _made(making: "asyncio.Task[Message | None]") -> Message | None:
    """What became of it; a bug costs this message, not those behind it."""
    await asyncio.wait({making})
    if making.cancelled():
        return None
    if (error := making.exception()) is not None:
        log.error("a message could not be made whole", exc_info=error)
        return None
    return making.result()


def _drop(message: Message) -> None:
    """Nobody listens any more."""
