"""Server-sent events: what happened is told to every open page, and again to one that was away."""

import asyncio
import json
import secrets
from collections import deque
from collections.abc import Mapping
from contextlib import suppress

from aiohttp import web

KEPT = 500
"""Happenings that a page which lost its connection can still be told."""
BEHIND = 1_000
"""A page that is so many happenings behind is cut off, and starts anew."""
HEARTBEAT_S = 15
RETRY_MS = 1_000

Told = tuple[int, bytes]


class Stream:
    """One stream of happenings, for any number of pages. Used from the event loop only."""

    def __init__(self) -> None:
        self._born = secrets.token_hex(4)
        self._last = 0
        self._kept: deque[Told] = deque(maxlen=KEPT)
        self._pages: set[asyncio.Queue[Told | None]] = set()

    @property
    def last_id(self) -> str:
        """The id a page that knows everything up to now continues from."""
        return f"{self._born}-{self._last}"

    def tell(self, name: str, content: Mapping[str, object]) -> None:
        """Tells all pages."""
        self._last += 1
        text = json.dumps(content, separators=(",", ":"))
        told = (self._last, f"id: {self.last_id}\nevent: {name}\ndata: {text}\n\n".encode())
        self._kept.append(told)
        for queue in list(self._pages):
            try:
                queue.put_nowait(told)
            except asyncio.QueueFull:
                self._cut_off(queue)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Answers a page's request: first what it missed after its Last-Event-ID, then what comes.

        A page whose id is from an earlier run, or too old, is told to `start over`.
        """
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        queue: asyncio.Queue[Told | None] = asyncio.Queue(BEHIND)
        since = request.headers.get("Last-Event-ID") or request.query.get("since", "")
        first = b"".join(text for _, text in self._missed(since))
        self._pages.add(queue)
        with suppress(ConnectionResetError):
            await response.write(f"retry: {RETRY_MS}\n\n".encode() + first)
            await self._pass_on(queue, response)
        self._pages.discard(queue)
        return response

    async def close(self, _: web.Application) -> None:
        """Ends every page's request, so that the server can stop."""
        for queue in list(self._pages):
            self._cut_off(queue)

    async def _pass_on(
        self, queue: "asyncio.Queue[Told | None]", response: web.StreamResponse
    ) -> None:
        while True:
            try:
                told = await asyncio.wait_for(queue.get(), HEARTBEAT_S)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            if told is None:
                return
            await response.write(told[1])

    def _missed(self, since: str) -> list[Told]:
        born, _, number = since.partition("-")
        known = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else -1
        oldest = self._kept[0][0] if self._kept else self._last + 1
        if born != self._born or not oldest - 1 <= known <= self._last:
            return [(self._last, f"id: {self.last_id}\nevent: anew\ndata: {{}}\n\n".encode())]
        return [told for told in self._kept if told[0] > known]

    def _cut_off(self, queue: "asyncio.Queue[Told | None]") -> None:
        self._pages.discard(queue)
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)
