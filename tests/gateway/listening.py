"""The Wechaty channel in front of a gateway, with patience measured in tenths of seconds."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from bot.channels.wechaty.channel import Wechaty
from bot.channels.wechaty.limits import Limits
from bot.extend import Said
from bot.points.types import Message, Reply

QUICK = Limits(
    call_s=2, send_s=2, picture_s=3, start_s=3, ding_s=0.5, first_wait_s=0.05,
    longest_wait_s=0.4, steady_s=1, linger_s=0,
)  # fmt: skip
AT = datetime(2026, 11, 27, tzinfo=UTC)
WAIT_S = 20
"""A busy machine may take so long; waiting ends as soon as there is something."""


class Listening:
    """The channel, and what it has delivered."""

    def __init__(self, channel: Wechaty) -> None:
        self.channel = channel
        self.heard: list[Message] = []
        self._came = asyncio.Event()
        self._taken = 0

    def hear(self, message: Message) -> None:
        self.heard.append(message)
        self._came.set()

    def forget(self) -> None:
        """What was delivered so far."""
        self.heard.clear()
        self._taken = 0

    async def heard_so_many(self, count: int) -> None:
        """Waits until at least so many messages were delivered."""
        async with asyncio.timeout(WAIT_S):
            while len(self.heard) < count:
                self._came.clear()
                await self._came.wait()

    async def heard_text(self, text: str) -> None:
        """Waits until somebody says this."""
        while not any(one.text == text for one in self.heard):
            await self.heard_so_many(len(self.heard) + 1)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Waits until something is so of the channel, which tells nobody."""
        async with asyncio.timeout(WAIT_S):
            while not is_so():  # noqa: ASYNC110
                await asyncio.sleep(0.01)

    async def ready(self) -> None:
        """Waits until it can send."""
        await self.until(lambda: not self.channel.trouble)

    async def next(self, kind: str = "") -> Message:
        """The next message, or the next of a kind; those before it are passed over."""
        while True:
            await self.heard_so_many(self._taken + 1)
            message = self.heard[self._taken]
            self._taken += 1
            if kind in ("", message.kind) and (kind or message.kind != "topic"):
                return message

    async def say(self, text: str, room: str | None = None, *to: str, **more: Any) -> None:
        """Says it by the channel."""
        await self.channel.send(Said(Reply(text, room, to, **more), AT, "reply", "m1"))


@asynccontextmanager
async def listening(
    endpoint: str,
    token: str,
    *,
    is_open: Callable[[str], bool] = lambda room: True,
    may_invite: Callable[[str], bool] = lambda person: False,
    limits: Limits = QUICK,
) -> AsyncIterator[Listening]:
    """The channel, started."""
    channel = Wechaty(endpoint, token, is_open=is_open, may_invite=may_invite, limits=limits)
    found = Listening(channel)
    await channel.start(found.hear)
    try:
        yield found
    finally:
        await channel.stop()
