"""What was asked for once is kept for a while, and asked for once however many want it."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Kept(Generic[K, V]):
    """Answers by key. Used from one event loop."""

    def __init__(
        self,
        ask: Callable[[K], Awaitable[V]],
        fresh_s: float,
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._ask = ask
        self._fresh_s = fresh_s
        self._most = most
        self._clock = clock
        self._found: OrderedDict[K, tuple[V, float]] = OrderedDict()
        self._asking: dict[K, asyncio.Task[V]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def keys(self) -> list[K]:
        """What is known, fresh or not."""
        return list(self._found)

    def known(self, key: K, fresh_s: float | None = None) -> V | None:
        """The answer, if it is there and fresh; None otherwise."""
        found = self._found.get(key)
        if found is None:
            return None
        limit = self._fresh_s if fresh_s is None else min(fresh_s, self._fresh_s)
        return found[0] if self._clock() - found[1] < limit else None

    def last(self, key: K) -> V | None:
        """The answer, however old."""
        found = self._found.get(key)
        return found[0] if found is not None else None

    async def get(self, key: K, fresh_s: float | None = None) -> V:
        """The answer; asks where it is not there, or not fresh. Raises what asking raises."""
        known = self.known(key, fresh_s)
        if known is not None:
            return known
        task = self._asking.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._fetch(key))
            self._asking[key] = task
            task.add_done_callback(lambda done: self._done(key, done))
        # One of many who wait may be called away; the others still want the answer.
        return await asyncio.shield(task)

    def put(self, key: K, found: V) -> None:
        """Keeps an answer that came by the way."""
        self._found[key] = (found, self._clock())
        self._found.move_to_end(key)
        if len(self._found) > self._most:
            self._found.popitem(last=False)

    def drop(self, key: K) -> None:
        """Forgets that the answer is fresh, that of a question still open too."""
        self._asking.pop(key, None)
        if key in self._found:
            self._found[key] = (self._found[key][0], float("-inf"))

    async def _fetch(self, key: K) -> V:
        found = await self._ask(key)
        if self._asking.get(key) is asyncio.current_task():
            self.put(key, found)
        return found

    def _done(self, key: K, task: "asyncio.Task[V]") -> None:
        if self._asking.get(key) is task:
            del self._asking[key]
        if not task.cancelled():
            task.exception()  # who waited for it has been told; if nobody did, nobody minds
