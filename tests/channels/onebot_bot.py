"""The channel, up and waiting for implementations, and what it has heard."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.onebot.channel import OneBot
from bot.extend import Said
from bot.points.types import Message, Reply
from tests.channels.onebot_frames import ADMIN, ROOM
from tests.channels.onebot_peer import Peer

TOKEN = "a-token-of-16-letters"
NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)


class Bot:
    """Notes what it is told."""

    def __init__(self, channel: OneBot, url: str) -> None:
        self.channel, self.url = channel, url
        self.heard: list[Message] = []
        self._told: asyncio.Queue[Message] = asyncio.Queue()

    def hear(self, message: Message) -> None:
        self.heard.append(message)
        self._told.put_nowait(message)

    async def next(self) -> Message:
        """What it is told next."""
        return await asyncio.wait_for(self._told.get(), 10)

    async def say(self, text: str, room: str | None = str(ROOM), *to: str, **more: object) -> None:
        """Says something."""
        reply = Reply(text, room, to, **more)  # type: ignore[arg-type]
        await self.channel.send(Said(reply, NOW, "reply", "m1"))

    async def meet(self, account: int = 10001) -> Peer:
        """An implementation that is connected, and known."""
        peer = Peer(account)
        await peer.connect(self.url, TOKEN)
        await peer.meets()
        return peer


@asynccontextmanager
async def onebot(
    urls: Sequence[str] = (), token: str = TOKEN, rooms: Sequence[int] = (ROOM,)
) -> AsyncIterator[Bot]:
    """The channel, with these rooms adopted."""
    adopted = frozenset(map(str, rooms))
    channel = OneBot(
        token,
        urls,
        is_open=adopted.__contains__,
        may_invite=str(ADMIN).__eq__,
        first_retry_s=0.01,
    )
    app = web.Application()
    app.router.add_get("/onebot/v11/ws", channel.serve)
    server = TestServer(app)
    await server.start_server()
    bot = Bot(channel, f"ws://127.0.0.1:{server.port}/onebot/v11/ws")
    await channel.start(bot.hear)
    try:
        yield bot
    finally:
        await channel.stop()
        await channel.close()
        await server.close()
