"""Events of the gateway, fetched ahead and taken in order."""

import asyncio
import logging
from dataclasses import dataclass

from bot.channels.wechaty import reading
from bot.channels.wechaty.making import Gateway, Making
from bot.channels.wechaty.reading import Malformed, Payload
from bot.extend import Refused, Unreachable

log = logging.getLogger(__name__)

AHEAD = 200
"""Messages whose content is asked for before the first of them has come: many questions go out,
and many answers come in, in one piece. Of 1,000 at once 24 ahead took 1.70 ms of CPU each, 200
took 1.45 (`make bench-gateway ARGS=--paced`, an otherwise idle machine)."""
TRIES = 3
"""How often a message is asked for that a gateway, which answers otherwise, does not hand over."""


@dataclass(slots=True)
class Event:
    """One event of the gateway, until it is delivered."""

    number: int
    payload: str
    tries: int = 0

    @property
    def message(self) -> str:
        """Id of the message it tells of. Raises Malformed."""
        return reading.identity(reading.event(self.payload), "messageId")


Fetching = asyncio.Task[Payload]


class Intake:
    """The way of the events of one connection."""

    def __init__(self, gateway: Gateway, making: Making) -> None:
        self._gateway = gateway
        self._making = making
        self._queue: asyncio.Queue[tuple[Event, Fetching | None]] = asyncio.Queue(AHEAD)
        self._at: Event | None = None

    @property
    def is_full(self) -> bool:
        """Whether it takes no more for now."""
        return self._queue.full()

    async def put(self, event: Event) -> None:
        """Takes an event, and begins to fetch what it tells of. Raises Malformed."""
        fetching = None
        if event.number == reading.MESSAGE:
            fetching = self._fetch(event.message)
        try:
            await self._queue.put((event, fetching))
        except asyncio.CancelledError:
            if fetching is not None:
                fetching.cancel()
            raise

    async def run(self) -> None:
        """Hands on what was taken, in order. Raises Unreachable when the connection is lost."""
        while True:
            event, fetching = await self._queue.get()
            self._at = event
            try:
                await self._one(event, fetching)
            except Malformed as error:
                note_malformed(event, error)
            except Unreachable:
                raise
            except Exception:
                # The connection is for all others; and the next one would end by it too.
                log.exception("a bug in reading an event of kind %d", event.number)
            self._at = None

    def close(self) -> list[Event]:
        """Takes and hands on no more; what was taken and not handed on, in order."""
        left = [] if self._at is None else [self._at]
        while not self._queue.empty():
            event, fetching = self._queue.get_nowait()
            if fetching is not None:
                fetching.cancel()
            left.append(event)
        return left

    async def _one(self, event: Event, fetching: Fetching | None) -> None:
        if fetching is None:
            await self._making.event(event.number, reading.event(event.payload))
            return
        payload = await self._fetched(event, fetching)
        if payload is not None:
            await self._making.said(payload)

    async def _fetched(self, event: Event, fetching: Fetching) -> Payload | None:
        """The message's content; None of one that the gateway will not hand over."""
        while True:
            try:
                return await fetching
            except Refused as error:
                log.warning(
                    "message %s is lost, the gateway refuses it: %s", event.message, str(error)
                )
                return None
            except Unreachable:
                # Either the connection is gone, and this ends it; or this one message hangs.
                await self._gateway.ask_alive()
                event.tries += 1
            if event.tries >= TRIES:
                log.error("message %s is lost, the gateway never hands it over", event.message)
                return None
            fetching = self._fetch(event.message)

    def _fetch(self, message: str) -> Fetching:
        fetching = asyncio.get_running_loop().create_task(self._gateway.payload(message))
        fetching.add_done_callback(_look_at)
        return fetching


def _look_at(fetching: Fetching) -> None:
    """Who waits for it is told what went wrong; whom the end of the connection overtook, not."""
    if not fetching.cancelled():
        fetching.exception()


def note_malformed(event: Event, error: Malformed) -> None:
    """An event that says too little is left out, and those behind it come."""
    log.warning("an event of kind %d was left out: %s", event.number, str(error))
