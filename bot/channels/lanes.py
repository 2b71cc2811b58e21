"""Order within each room, while what a message still lacks is asked for."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.points.types import Message

log = logging.getLogger(__name__)

Messages = Sequence[Message]
Coming = Coroutine[Any, Any, Messages]
"""Makes messages whole, which takes a while."""


class Lanes:
    """One lane for each room: what was put in first comes out first, and no room waits for
    another."""

    def __init__(self, deliver: Callable[[Message], None], most: int = 256) -> None:
        """`most`: how much may be in the making before `put_later` waits."""
        self._deliver = deliver
        self._waiting: dict[str, deque[Messages | asyncio.Task[Messages]]] = {}
        self._places = asyncio.Semaphore(most)

    @property
    def waiting(self) -> int:
        """How much waits in all lanes."""
        return sum(map(len, self._waiting.values()))

    def put(self, room: str, *messages: Message) -> None:
        """Delivers messages that lack nothing: at once where none waits before them."""
        lane = self._waiting.get(room)
        if lane is None:
            self._tell(messages)
        else:
            lane.append(messages)

    def begin(self, room: str, coming: Coming) -> "asyncio.Task[Messages]":
        """Keeps the place of messages that are still to be made."""
        making = asyncio.get_running_loop().create_task(coming)
        self._waiting.setdefault(room, deque()).append(making)
        making.add_done_callback(lambda _: self._go_on(room))
        return making

    async def put_later(self, room: str, coming: Coming) -> None:
        """The same; waits while too many are being made."""
        try:
            await self._places.acquire()
        except asyncio.CancelledError:
            coming.close()
            raise
        self.begin(room, coming).add_done_callback(lambda _: self._places.release())

    def close(self) -> None:
        """Delivers no more."""
        self._deliver = _drop
        for lane in self._waiting.values():
            for one in lane:
                if isinstance(one, asyncio.Task):
                    one.cancel()
        self._waiting.clear()

    def _go_on(self, room: str) -> None:
        lane = self._waiting.get(room)
        while lane:
            first = lane[0]
            if isinstance(first, asyncio.Task):
                if not first.done():
                    return
                first = _made(first)
            lane.popleft()
            self._tell(first)
        self._waiting.pop(room, None)

    def _tell(self, messages: Messages) -> None:
        for message in messages:
            try:
                self._deliver(message)
            except Exception:
                # A bug in taking one of them: those behind it are to come all the same.
                log.exception("message %s could not be taken", message.id)


def _made(making: "asyncio.Task[Messages]") -> Messages:
    """What became of it; a bug costs this message, not those behind it."""
    if making.cancelled():
        return ()
    if (error := making.exception()) is not None:
        log.error("a message could not be made whole", exc_info=error)
        return ()
    return making.result()


def _drop(message: Message) -> None:
    """Nobody listens any more."""
