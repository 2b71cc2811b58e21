"""The order of what is told of a room, where some of it takes a while to be known."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence

from bot.points.types import Message

Messages = Sequence[Message]


log = logging.getLogger(__name__)


class Order:
    """Delivers what comes of each room in its order: a message whose picture is still being
    fetched holds back those of the same room behind it, and no other room's."""

    def __init__(self, deliver: Callable[[Message], None]) -> None:
        self._deliver = deliver
        self._waiting: dict[str, deque[Messages | asyncio.Task[Messages]]] = {}

    def put(self, room: str, told: Messages | asyncio.Task[Messages]) -> None:
        """What comes next of the room: known already, or once the task is done."""
        waiting = self._waiting.get(room)
        if waiting is None and not isinstance(told, asyncio.Task):
            self._tell(told)
            return
        self._waiting.setdefault(room, deque()).append(told)
        if isinstance(told, asyncio.Task):
            told.add_done_callback(lambda _: self._go_on(room))

    def forget(self) -> None:
        """Delivers nothing more of what is being waited for."""
        for waiting in self._waiting.values():
            for told in waiting:
                if isinstance(told, asyncio.Task):
                    told.cancel()
        self._waiting.clear()

    def _go_on(self, room: str) -> None:
        waiting = self._waiting.get(room)
        while waiting:
            told = waiting[0]
            if isinstance(told, asyncio.Task):
                if not told.done():
                    return
                told = _result(told)
            waiting.popleft()
            self._tell(told)
        self._waiting.pop(room, None)

    def _tell(self, told: Messages) -> None:
        for message in told:
            self._deliver(message)


def _result(task: asyncio.Task[Messages]) -> Messages:
    """What it found; a bug in it costs its own messages, and not the room's."""
    if task.cancelled():
        return ()
    if (bug := task.exception()) is not None:
        log.error("a message could not be completed", exc_info=bug)
        return ()
    return task.result()
