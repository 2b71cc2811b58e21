"""A community that is up: messages in, operations through the writer, replies out to their
channels."""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from bot.alarm import Alarm
from bot.clock import from_micros, to_micros
from bot.dispatch import Dispatch
from bot.extend import Channel, Said
from bot.mouth import Mouth, mouth
from bot.observer import Observer
from bot.outbox import Outbox, unsaid
from bot.points.reload import ReadAgain, Reloaded
from bot.points.types import Message, Programme, Reply
from bot.posting.operation import Operation, Result, kind_among
from bot.posting.posting import Posting
from bot.posting.writer import Checkpointer, Writer
from bot.problems import SAID
from bot.reloading import answer, swap
from bot.room_reading import RoomReading
from bot.rooms import Rooms
from bot.scheduler import Scheduler
from store.database import Connection, Database, DatabaseError

TRY_AGAIN = timedelta(seconds=30)
"""When a job that failed is tried again."""
MOST_WAITING = 10_000
"""Operations waiting for the writer; beyond it new ones are turned away and counted. So many are
done in the time that a stop may take."""
CLOSE_S = 0.5
"""What a channel may take to stop delivering."""
WRITE_S = 3.4
"""What the writer may take, from the stop on, for what was accepted."""
SAY_S = 4.0
"""What a channel may take, from the stop on, to say what is left."""
NOTE_S = 4.15
"""What it may take, from the stop on, to note that it has been said."""

P = ParamSpec("P")
T = TypeVar("T")


def collect_seldom() -> None:
    """For a process that does nothing else: what is there now stays, and the garbage collector
    looks at new things 300 times less often. A check-in makes a hundred small values that live
    until its batch is committed; to look through them every 700 cost 7 to 20 % of throughput."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 20, 50)


class Clock(Protocol):
    """What the time is."""

    def now(self) -> datetime:
        """UTC."""


class App:
    """One community, its channels, its clock. Used from one event loop."""

    def __init__(
        self,
        database: Database,
        posting: Posting,
        dispatch: Dispatch,
        scheduler: Scheduler,
        clock: Clock,
        channels: Sequence[Channel],
        observer: Observer,
        read_again: ReadAgain,
    ) -> None:
        self.database = database
        self.clock = clock
        self.channels = tuple(channels)
        self.scheduler = scheduler
        self.on_commit: list[Callable[[], None]] = []
        """Called on the loop after each transaction."""
        self._posting = posting
        self._dispatch = dispatch
        self._observer = observer
        self._read_again = read_again
        self._reloading = asyncio.Lock()
        self._next_reload: asyncio.Task[Reloaded] | None = None
        self._reloads: set[asyncio.Task[object]] = set()
        self._mouths: dict[str, Mouth] = {}
        self._reader: Connection | None = None
        self._reading = asyncio.Lock()
        self._checkpointer: Checkpointer | None = None
        self._alarm: Alarm | None = None
        self._awaited: dict[int, asyncio.Future[Result]] = {}
        """By the operation itself."""
        self._room_reading = RoomReading(channels, dispatch.rooms, self._done_one, clock.now)
        self._is_stopping = False
        self.outbox = Outbox(self._done_one, lambda: to_micros(clock.now()))
        """What carries value, until it has been said."""
        self.writer: Writer | None = None
        self.last_failed_at: float | None = None
        """time.monotonic() of the last transaction if the database did not take it; else None."""

    @property
    def programme(self) -> Programme:
        """The rules in force."""
        return self._posting.programme

    @property
    def rooms(self) -> Rooms:
        """Which are open."""
        return self._dispatch.rooms

    @property
    def flooding(self) -> int:
        """Messages whose deeds were not judged since their senders wrote too fast."""
        return self._dispatch.flood.refused

    async def start(self) -> None:
        """Starts the writer, hands over what the last run left unsaid, catches up with what was
        due, then opens the channels."""
        if self.database.is_sqlite:
            self._checkpointer = Checkpointer(self.database)
        self.writer = Writer(self._posting, self._answered)
        self._mouths = {channel.name: self._mouth(channel) for channel in self.channels}
        self._alarm = Alarm(self.advance)
        await self.read(self._dispatch.rooms.load)
        left, self.outbox.parked_count = await self.read(unsaid, [*self._mouths])
        for name, said in left:
            self._mouths[name].say(said, time.monotonic())
        await self.advance()
        for channel in self.channels:
            await channel.start(self.receive)
        self._room_reading.start()

    async def stop(self) -> bool:
        """Takes no more, finishes what was accepted, says what was answered; within five seconds,
        whatever a channel does. Who has asked for the programme's files to be read again waits in
        vain: the next start reads them.

        Whether all that was accepted was done. If not, the writer's thread is still at it: nothing
        of it was answered, and nothing of it is half done.
        """
        now = time.monotonic()
        self._is_stopping = True
        self.outbox.hold()
        if self._alarm is not None:
            self._alarm.stop()
            self._alarm = None
        self._room_reading.stop()
        for task in self._reloads:
            task.cancel()
        if self._mouths:
            closing = [asyncio.ensure_future(channel.stop()) for channel in self.channels]
            await asyncio.wait(closing, timeout=CLOSE_S)
        is_done = await self._stop_writing(now + WRITE_S)
        saying = (mouth.close(now + SAY_S) for mouth in self._mouths.values())
        await asyncio.gather(*saying)
        if is_done:
            await self.outbox.close(self._posting, now + NOTE_S)
        if self._reader is not None and not self._reading.locked():
            self._reader.close()
        return is_done

    def receive(self, message: Message) -> None:
        """Takes a message from a channel: a plain call, nothing is awaited. Deaf while it stops: a
        message that is not taken is not answered."""
        at = to_micros(self.clock.now())
        asked = self._dispatch.read(message, at, self.programme.lexicon)
        self._observer.received(message, asked=asked is not None)
        if asked is None or self.writer is None or self._is_stopping:
            return
        if not isinstance(asked, Operation):
            hint = Said(asked, from_micros(at), "reply", message.id)
            self._mouths[message.channel].say(hint, time.monotonic())
        elif self.writer.queued >= MOST_WAITING:
            self._observer.shed(message)
        else:
            self.writer.submit(asked)

    async def advance(self) -> None:
        """Runs the jobs that have become due, and arms the alarm for the next."""
        now = self.clock.now()
        due = self.scheduler.operations(now)
        if self.writer is not None and due:
            await self._done(*due)
        self._arm()

    async def reload(self) -> Reloaded:
        """Reads the programme's files again, and swaps it in the writer's order: what was accepted
        before is judged by the old one. Who asks while another waits for its turn shares it."""
        if self._next_reload is None:
            self._next_reload = self._keep(self._reload())
        return await asyncio.shield(self._next_reload)

    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Runs a reading function in a thread, on a connection of its own."""
        async with self._reading:
            if self._reader is None:
                self._reader = await asyncio.to_thread(self.database.connect_to_read)
            try:
                return await asyncio.to_thread(function, self._reader, *args, **kwargs)
            except DatabaseError:
                self._reader.close()
                self._reader = None
                raise

    @property
    def silent_s(self) -> Mapping[str, float]:
        """For each channel that has something to say, how long it has been at the same thing."""
        return {name: mouth.silent_s for name, mouth in self._mouths.items() if mouth.silent_s}

    @property
    def unsaid(self) -> int:
        """How much waits to be said, on all channels."""
        return sum(mouth.waiting for mouth in self._mouths.values())

    @property
    def overdue(self) -> timedelta:
        """How long ago the next job was due; zero or less while it is yet to come."""
        at = self.scheduler.next_at()
        return timedelta(0) if at is None else self.clock.now() - at

    def _mouth(self, channel: Channel) -> Mouth:
        return mouth(
            channel,
            self._observer,
            self.outbox,
            programme=lambda: self.programme,
            now=self.clock.now,
            is_open=lambda room: self._dispatch.is_open(
                channel.name, room, self.programme.lexicon
            ),
        )

    async def _reload(self) -> Reloaded:
        async with self._reloading:
            self._next_reload = None
            before, bug = self.programme, None
            try:
                reloaded = await asyncio.to_thread(self._read_again, before)
            except Exception as error:
                reloaded, bug = Reloaded(before, "failed"), error
            if reloaded.result == "swapped":
                await self._done(swap(reloaded.programme, to_micros(self.clock.now())))
            self._observer.reloaded(reloaded, before, bug)
            return reloaded

    async def _reload_for(self, result: Result, since: float) -> None:
        self._say(result, answer(result, await self.reload()), since)

    def _keep(self, coroutine: Coroutine[object, object, T]) -> asyncio.Task[T]:
        """A task that lives until it is done, or the bot leaves."""
        task = asyncio.get_running_loop().create_task(coroutine)
        self._reloads.add(task)
        task.add_done_callback(self._reloads.discard)
        return task

    async def _done_one(self, operation: Operation) -> Result:
        [result] = await self._done(operation)
        return result

    async def _done(self, *operations: Operation) -> list[Result]:
        """Has them done, and waits for all: a long one may go on after those behind it."""
        assert self.writer is not None
        loop = asyncio.get_running_loop()
        awaited = {id(operation): loop.create_future() for operation in operations}
        self._awaited |= awaited
        for operation in operations:
            self.writer.submit(operation)
        results: list[Result] = await asyncio.gather(*awaited.values())
        return results

    def _arm(self) -> None:
        at = self.scheduler.next_at()
        if at is not None and self._alarm is not None:
            ahead = at - self.clock.now()
            self._alarm.set(ahead if ahead > timedelta(0) else TRY_AGAIN)

    async def _stop_writing(self, until: float) -> bool:
        is_done = True
        if self.writer is not None:
            try:
                await asyncio.wait_for(self.writer.stop(), until - time.monotonic())
            except TimeoutError:
                is_done = False
        if self._checkpointer is not None:
            self._checkpointer.stop()
        return is_done and (self.writer is None or not self.writer.queued)

    def _answered(
        self, results: list[Result], accepted: list[float], began: float, ended: float
    ) -> None:
        """On the loop, after the commit. Counting comes after what is said, so that nobody waits
        for it."""
        for result, since in zip(results, accepted, strict=True):
            operation = result.operation
            reply = result.reply
            if result.problem in SAID:
                reply = SAID[result.problem](operation)
            self._say(result, reply, since)
            if operation.is_job and result.problem is not None:
                self.scheduler.put_back(operation)
                self._arm()
            self._follow(result, since)
            if result.rest is not None and self.writer is not None and not self._is_stopping:
                self.writer.submit(result.rest)
                continue
            waiting = self._awaited.pop(id(operation), None)
            if waiting is not None and not waiting.done():
                waiting.set_result(result)
        for call in self.on_commit:
            call()
        is_failed = results[-1].problem == "unavailable"
        self.last_failed_at = ended if is_failed else None
        asyncio.get_running_loop().call_soon(
            self._observer.answered, results, accepted, began, ended
        )

    def _follow(self, result: Result, since: float) -> None:
        """Does what a command asks for beside its reply, now that it is committed."""
        message = result.operation.message
        if result.opened is not None and message is not None:
            self._dispatch.note_opened(message, is_open=result.opened)
            if result.opened:
                self._room_reading.read(message.channel, message.room or "")
        if result.reload is not None and not self._is_stopping:
            self._keep(self._reload_for(result, since))

    def _say(self, result: Result, reply: Reply | None, since: float) -> None:
        operation = result.operation
        if reply is None and not result.notices:
            return
        at = from_micros(operation.at)
        if reply is not None and operation.message is not None:
            said = Said(reply, at, operation.kind, operation.cause, result.row_of(reply))
            self._mouths[operation.message.channel].say(said, since)
        for channel, notice in result.notices:
            if channel in self._mouths:
                kind, row = kind_among(notice, operation), result.row_of(notice)
                said = Said(notice, at, kind, operation.cause, row)
                self._mouths[channel].say(said, since)
