"""What a channel has to say: paced, or at once where nobody minds how much it is."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from bot.extend import Channel, Refused, Said, Unreachable
from bot.observer import Observer
from bot.pace import UNREACHABLE_S, Pace, Saying
from bot.pace_line import MOST_REFUSALS_KEPT
from bot.points.types import Programme

AT_LEAST_S = 0.1
"""What a mouth may take to close, however late it is."""


class Outbox(Protocol):
    """Who keeps what carries value until it has been said; told of what has a row in the
    outbox."""

    def sent(self, said: Said) -> None:
        """It has been said."""

    def refused(self, said: Said, error: Exception) -> None:
        """The platform does not take it now, and may be asked again."""

    def parked(self, said: Said, error: Exception) -> None:
        """It is not tried any more."""


class Mouth(Protocol):
    """What one channel has to say. Used from the event loop only."""

    def say(self, said: Said, since: float) -> None:
        """Takes something to be said; `since` is the `time.monotonic()` of its cause."""

    @property
    def silent_s(self) -> float:
        """How long the channel has been at one message; 0 while it is at none. What waits for its
        turn, or for a platform that is gone, is not counted."""

    @property
    def waiting(self) -> int:
        """How much is not said yet."""

    async def close(self, until: float) -> None:
        """Goes on until then, a `time.monotonic()`, at most; the observer is told what is left
        unsaid, but for what the outbox keeps."""


class _Telling:
    """Tells observer and outbox what came of what was to be said."""

    def __init__(self, channel: Channel, observer: Observer, outbox: Outbox) -> None:
        self._channel = channel
        self._observer = observer
        self._outbox = outbox

    def sent(self, said: Said, count: int) -> None:
        self._observer.sent(said, self._channel.name, count)

    def said(self, said: Said, since: float) -> None:
        self._observer.said(said, time.monotonic() - since)
        if said.outbox is not None:
            self._outbox.sent(said)

    def refused(self, said: Said, error: Exception) -> None:
        if said.outbox is not None:
            self._outbox.refused(said, error)

    def given_up(self, said: Said, error: Refused) -> None:
        self.failed(said, error)
        if said.outbox is not None:
            self._outbox.parked(said, error)

    def failed(self, said: Said, error: Exception) -> None:
        """By a fault of ours, which would come again now; what is kept has another try after the
        next start."""
        self._observer.failed(said, self._channel.name, error)

    def left(self, said: Said) -> None:
        """The bot leaves before it could say it; what is kept is said after the next start."""
        if said.outbox is None:
            self._observer.failed(said, self._channel.name, None)


class PacedMouth:
    """A channel with people at the other end. Each of its accounts says one thing at a time, and
    none waits for another."""

    def __init__(
        self,
        channel: Channel,
        observer: Observer,
        outbox: Outbox,
        *,
        programme: Callable[[], Programme],
        now: Callable[[], datetime],
        chance: Random | None = None,
    ) -> None:
        self._channel = channel
        self._observer = observer
        self._telling = _Telling(channel, observer, outbox)
        self._programme = programme
        self._now = now
        self._loop = asyncio.get_running_loop()
        # By chance alone the bot's rhythm differs from run to run: nothing else hangs on it.
        self._pace = Pace(channel.account_of, chance or Random(), programme().pacing)
        self._sending: dict[asyncio.Task[None], tuple[Saying, float]] = {}
        """What is on its way, and since when."""
        self._closes_at: float | None = None
        self._is_asked = asyncio.Event()
        """Set when there may be something to say, or it is to close."""
        self._task = self._loop.create_task(self._run())

    def say(self, said: Said, since: float) -> None:
        """Takes something to be said."""
        self._pace.offer(said, since, self._loop.time())
        self._is_asked.set()

    @property
    def silent_s(self) -> float:
        """How long the slowest message has been on its way."""
        now = self._loop.time()
        return max((now - began for _, began in self._sending.values()), default=0.0)

    @property
    def waiting(self) -> int:
        """How much is not said yet."""
        return len(self._pace) + sum(len(saying.of) for saying, _ in self._sending.values())

    async def close(self, until: float) -> None:
        """Says what may be said until then, and tells of the rest."""
        left_s = max(until - time.monotonic(), AT_LEAST_S)
        self._closes_at = self._loop.time() + left_s
        self._pace.is_in_haste = True
        self._is_asked.set()
        await asyncio.wait({self._task}, timeout=left_s)
        self._task.cancel()
        for task, (saying, _) in self._sending.items():
            task.cancel()
            for one in saying.of:
                self._telling.left(one.said)
        for one in self._pace.rest():
            self._telling.left(one.said)

    async def _run(self) -> None:
        while True:
            self._is_asked.clear()
            now, programme = self._loop.time(), self._programme()
            self._pace.pacing = programme.pacing
            quiet = programme.pacing.quiet_left(self._now(), programme.zone)
            quiet_until = now + quiet.total_seconds() if quiet > timedelta(0) else None
            while (saying := self._pace.take(now, quiet_until)) is not None:
                self._start(self._send(saying), saying)
            next_at = self._pace.next_at(quiet_until)
            if self._is_over(next_at):
                return
            await self._asked_until(next_at)

    def _is_over(self, next_at: float | None) -> bool:
        """Whether it closes, and nothing more can be said before that."""
        if self._closes_at is None or self._sending:
            return False
        return next_at is None or next_at >= self._closes_at

    async def _asked_until(self, at: float | None) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout_at(at):
                await self._is_asked.wait()

    def _start(self, sending: Coroutine[object, object, None], saying: Saying) -> None:
        task = self._loop.create_task(sending)
        self._sending[task] = saying, self._loop.time()
        task.add_done_callback(self._end)

    def _end(self, task: asyncio.Task[None]) -> None:
        saying, _ = self._sending.pop(task)
        if task.cancelled():
            # By the channel, whose connection ended while it waited for something on it.
            self._pace.was_unreachable(saying, self._loop.time())
        self._is_asked.set()

    async def _send(self, saying: Saying) -> None:
        try:
            await self._channel.send(saying.said)
        except Unreachable:
            self._pace.was_unreachable(saying, self._loop.time())
        except Refused as error:
            self._refused(saying, error)
        except Exception as error:
            self._pace.was_dropped(saying, self._loop.time())
            for one in saying.of:
                self._telling.failed(one.said, error)
        else:
            self._pace.was_said(saying, self._loop.time())
            self._telling.sent(saying.said, len(saying.of))
            for one in saying.of:
                self._telling.said(one.said, one.since)

    def _refused(self, saying: Saying, error: Refused) -> None:
        self._observer.refused(saying.said, self._channel.name, error)
        if saying.said.reply.picture is not None:
            self._pace.was_refused_with_picture(saying, self._loop.time())
            return
        given_up = self._pace.was_refused(saying, self._loop.time())
        for one in saying.of:
            self._telling.refused(one.said, error)
        for one in given_up:
            self._telling.given_up(one.said, error)


class PlainMouth:
    """A channel that says everything at once, in order."""

    def __init__(self, channel: Channel, observer: Observer, outbox: Outbox) -> None:
        self._channel = channel
        self._telling = _Telling(channel, observer, outbox)
        self._waiting: deque[tuple[Said, float]] = deque()
        self._is_asked = asyncio.Event()
        """Set when there is something to say, or it is to close."""
        self._is_closing = False
        self._began: float | None = None
        """time.monotonic() of the start of what is on its way."""
        self._task = asyncio.get_running_loop().create_task(self._run())

    def say(self, said: Said, since: float) -> None:
        """Takes something to be said."""
        self._waiting.append((said, since))
        self._is_asked.set()

    @property
    def silent_s(self) -> float:
        """How long the channel has been at one thing."""
        return time.monotonic() - self._began if self._began is not None else 0.0

    @property
    def waiting(self) -> int:
        """How much is not said yet."""
        return len(self._waiting)

    async def close(self, until: float) -> None:
        """Says what is left until then, and tells of the rest."""
        self._is_closing = True
        self._is_asked.set()
        await asyncio.wait({self._task}, timeout=max(until - time.monotonic(), AT_LEAST_S))
        self._task.cancel()
        for said, _ in self._waiting:
            self._telling.left(said)

    async def _run(self) -> None:
        while not self._is_closing:
            await self._is_asked.wait()
            self._is_asked.clear()
            while self._waiting:
                await self._say(*self._waiting[0])
                self._waiting.popleft()

    async def _say(self, said: Said, since: float) -> None:
        """What is kept is tried again at once when it is refused: nobody counts here."""
        least, most = UNREACHABLE_S
        wait_s = least
        refusals = 0
        while True:
            self._began = time.monotonic()
            try:
                await self._channel.send(said)
            except Unreachable:
                self._began = None
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, most)
            except Refused as error:
                refusals += 1
                self._telling.refused(said, error)
                if said.outbox is None or refusals >= MOST_REFUSALS_KEPT:
                    self._telling.given_up(said, error)
                    return
            except Exception as error:
                self._telling.failed(said, error)
                return
            else:
                self._telling.sent(said, 1)
                self._telling.said(said, since)
                return
            finally:
                self._began = None


def mouth(
    channel: Channel,
    observer: Observer,
    outbox: Outbox,
    *,
    programme: Callable[[], Programme],
    now: Callable[[], datetime],
) -> Mouth:
    """What speaks for a channel; `now` is the community's clock, UTC. To be called in the running
    loop."""
    if not channel.is_paced:
        return PlainMouth(channel, observer, outbox)
    return PacedMouth(channel, observer, outbox, programme=programme, now=now)
