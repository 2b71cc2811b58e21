"""The single writer: a thread that takes whatever is waiting and runs it in one transaction."""

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Protocol

from bot.posting.operation import Operation, Result
from bot.posting.posting import MOST, Posting
from store.database import Database, DatabaseError


class Done(Protocol):
    """Who is told of a transaction, on the event loop. All times are `time.monotonic()`."""

    def __call__(
        self, results: list[Result], accepted: list[float], began: float, ended: float
    ) -> None:
        """The results in order, when each operation was accepted, and the transaction's time."""


CHECKPOINT_ABOVE = 8 * 1024 * 1024
"""Bytes of write-ahead log from which the checkpointer copies it into the database."""


class Writer:
    """Operations in from the event loop, results back to it, in order, after the commit."""

    def __init__(self, posting: Posting, done: Done) -> None:
        self._posting = posting
        posting.boards.is_live = posting.yields = True
        self._done = done
        self._loop = asyncio.get_running_loop()
        self._queue: queue.SimpleQueue[list[Operation] | None] = queue.SimpleQueue()
        self._waiting: list[Operation] = []
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self._since = 0.0
        self._accepted: deque[tuple[float, int]] = deque()
        self._ended = asyncio.Event()
        self.queued = 0
        """Operations accepted and not yet answered."""
        self.busy_since: float | None = None
        """time.monotonic() of the start of the running transaction; None while idle."""
        self.is_at_jobs = False
        """Whether the running transaction holds a scheduled job, which may take minutes."""
        self._thread.start()

    def submit(self, operation: Operation) -> None:
        """Accepts one. The first of a loop turn schedules one hand-over of all that came in that
        turn; one that finds the writer idle is handed over at once.

        Raises RuntimeError once it has been stopped.
        """
        if self._is_closed:
            raise RuntimeError("the writer has been stopped")
        self.queued += 1
        self._waiting.append(operation)
        if len(self._waiting) == 1:
            self._since = time.monotonic()
            if self.queued == 1:
                self._hand_over()
            else:
                self._loop.call_soon(self._hand_over)

    async def stop(self) -> None:
        """Runs what was accepted, and ends. May be cancelled: the thread then goes on alone."""
        self._hand_over()
        self._is_closed = True
        self._queue.put(None)
        await self._ended.wait()

    @property
    def is_alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def _hand_over(self) -> None:
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            self._accepted.append((self._since, len(waiting)))
            self._queue.put(waiting)

    def _run(self) -> None:
        is_last = False
        try:
            while not is_last:
                operations, is_last = self._take()
                for batch in _batches(operations):
                    self._run_batch(batch)
            self._posting.close()
        finally:
            self._tell(self._ended.set)

    def _take(self) -> tuple[list[Operation], bool]:
        """Waits for the first, then takes all that is there."""
        operations: list[Operation] = []
        handed = self._queue.get()
        while True:
            if handed is None:
                return operations, True
            operations += handed
            if len(operations) >= MOST:
                return operations, False
            try:
                handed = self._queue.get_nowait()
            except queue.Empty:
                return operations, False

    def _run_batch(self, operations: Sequence[Operation]) -> None:
        self.is_at_jobs = operations[0].is_job
        self.busy_since = began = time.monotonic()
        results = self._results(operations)
        self.busy_since = None
        self._tell(self._answer, results, began, time.monotonic())

    def _results(self, operations: Sequence[Operation]) -> list[Result]:
        """Whatever goes wrong, the thread lives on: the batch is halved until the operation that
        spoils it stands alone."""
        try:
            return self._posting.run(operations)
        except Exception as error:
            if len(operations) == 1:
                return [Result(operations[0], problem="bug", error=error)]
        middle = len(operations) // 2
        return self._results(operations[:middle]) + self._results(operations[middle:])

    def _tell(self, call: Callable[..., object], *args: object) -> None:
        with suppress(RuntimeError):  # the loop is closed: nobody is left to be told
            self._loop.call_soon_threadsafe(call, *args)

    def _answer(self, results: list[Result], began: float, ended: float) -> None:
        self.queued -= len(results)
        self._done(results, self._accepted_at(len(results)), began, ended)

    def _accepted_at(self, count: int) -> list[float]:
        """When the next so many operations were accepted; those of one loop turn share a time."""
        times: list[float] = []
        while count:
            since, size = self._accepted.popleft()
            if size > count:
                self._accepted.appendleft((since, size - count))
                size = count
            times += [since] * size
            count -= size
        return times


def _batches(operations: Sequence[Operation]) -> Iterator[Sequence[Operation]]:
    """What is run in one transaction, in order: no member's answer waits for a job behind it, and
    each job stands alone."""
    for is_job, group in groupby(operations, key=lambda operation: operation.is_job):
        together, most = list(group), 1 if is_job else MOST
        for start in range(0, len(together), most):
            yield together[start : start + most]


class Checkpointer:
    """Copies SQLite's write-ahead log into the database beside the writer, which then never waits
    for it."""

    def __init__(self, database: Database) -> None:
        assert database.path is not None
        database.has_checkpointer = True
        self._wal = database.path.with_name(database.path.name + "-wal")
        self._database = database
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="checkpointer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ends it; what is in the log stays there and is no less durable."""
        self._stopped.set()
        self._thread.join()

    def _run(self) -> None:
        connection = self._database.connect()
        while not self._stopped.wait(0.05):
            with suppress(DatabaseError, OSError):  # a full disk: it is tried again
                if self._wal.exists() and self._wal.stat().st_size > CHECKPOINT_ABOVE:
                    connection.rows("PRAGMA wal_checkpoint(PASSIVE)")
        connection.close()
