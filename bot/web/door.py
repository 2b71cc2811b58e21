"""Who is let in while the bot starts, works and leaves."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.web.guard import Turned

REQUESTS_S = 0.4
"""What requests that are being served may take once the bot leaves."""

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Door:
    """Lets through what changes something only while the bot can do it."""

    def __init__(self) -> None:
        self.is_open = False
        self._inside = 0
        self._empty = asyncio.Event()

    def add_to(self, app: web.Application) -> None:
        """Adds it to the application, inside the guard."""

        @web.middleware
        async def let_in(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._pass(request, handler)

        app.middlewares.append(let_in)

    def before(self, serve: Serve) -> Serve:
        """For a long-lived GET that brings messages: only while they can be taken. A stop does not
        wait for it."""

        async def let_in(request: web.Request) -> web.StreamResponse:
            self._require_open()
            return await serve(request)

        return let_in

    async def close(self) -> None:
        """Lets nobody in any more, and waits for those inside."""
        self.is_open = False
        if self._inside:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._empty.wait(), REQUESTS_S)

    async def _pass(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.method in ("GET", "HEAD"):
            return await handler(request)
        self._require_open()
        self._inside += 1
        try:
            return await handler(request)
        finally:
            self._inside -= 1
            if not self._inside and not self.is_open:
                self._empty.set()

    def _require_open(self) -> None:
        if not self.is_open:
            raise Turned(503, "not_ready", "机器人正在启动或退出，请稍后再试")
