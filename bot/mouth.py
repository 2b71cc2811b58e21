"""What a channel has to say, one thing after the other."""

import asyncio
import time
from collections import deque
from typing import Protocol

from bot.extend import Channel, Refused, Said
from bot.observer import Observer

MOST_REFUSALS = 5
"""After so many what is kept is parked."""


class Outbox(Protocol):
    """Who keeps what carries value until it has been said; told of what has a row in the outbox,
    and of anything else in vain."""

    def sent(self, said: Said) -> None:
        """It has been said."""

    def refused(self, said: Said, error: Exception) -> None:
        """The platform does not take it; it is tried again."""

    def parked(self, said: Said, error: Exception) -> None:
        """The platform does not take it, and it is not tried any more."""


class Mouth:
    """What one channel has to say, in order."""

    def __init__(self, channel: Channel, observer: Observer, outbox: Outbox) -> None:
        self._channel = channel
        self._observer = observer
        self._outbox = outbox
        self._waiting: deque[tuple[Said, float]] = deque()
        self._is_asked = asyncio.Event()
        """Set when there is something to say, or it is to close."""
        self._is_closing = False
        self._at: tuple[Said, float] | None = None
        self._task = asyncio.get_running_loop().create_task(self._run())

    def say(self, said: Said, since: float) -> None:
        self._waiting.append((said, since))
        self._is_asked.set()

    @property
    def silent_s(self) -> float:
        """How long it has been at one thing; 0 while it has nothing to say."""
        return time.monotonic() - self._at[1] if self._at else 0.0

    async def close(self, until: float) -> None:
        self._is_closing = True
        self._is_asked.set()
        await asyncio.wait({self._task}, timeout=max(until - time.monotonic(), 0.1))
        self._task.cancel()
        if self._at is not None:
            self._observer.failed(self._at[0], self._channel.name, None)
        for said, _ in self._waiting:
            self._observer.failed(said, self._channel.name, None)

    async def _run(self) -> None:
        while not self._is_closing:
            await self._is_asked.wait()
            self._is_asked.clear()
            while self._waiting:
                await self._send(*self._waiting.popleft())

    async def _send(self, said: Said, since: float) -> None:
        self._at = said, time.monotonic()
        try:
            await self._try(said)
        except Exception as error:
            self._observer.failed(said, self._channel.name, error)
        else:
            self._observer.said(said, time.monotonic() - since)
        self._at = None

    async def _try(self, said: Said) -> None:
        """What is kept is tried again when it is refused. Where the platform cannot be reached it
        waits for the next start."""
        for number in range(1, MOST_REFUSALS + 1):
            try:
                await self._channel.send(said)
            except Refused as error:
                if said.outbox is None:
                    raise
                self._outbox.refused(said, error)
                if number == MOST_REFUSALS:
                    self._outbox.parked(said, error)
                    raise
            else:
                self._outbox.sent(said)
                return
