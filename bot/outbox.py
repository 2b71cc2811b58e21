"""What carries value is said at least once: what a start finds unsaid, and notes of what has been
said since.

One process speaks on a channel: on SQLite the lock beside the file sees to it. Were two to share
one, a start would say again what the other is about to say; points are never posted twice.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from bot.clock import from_micros
from bot.extend import Said
from bot.posting.operation import Operation, Result
from bot.posting.outbox import marking
from bot.posting.posting import Posting
from store.database import Connection
from store.outbox import Mark, Outgoing, count_parked, waiting

AGAIN_S = 5.0
"""After so long what the database did not take is noted again."""


class Outbox:
    """Notes in the ledger what became of what has a row there, many at once. Used from the event
    loop only."""

    def __init__(
        self,
        post: Callable[[Operation], Awaitable[Result]],
        now: Callable[[], int],
    ) -> None:
        """`post` has an operation done; `now` is the clock's instant, microseconds since 1970
        UTC."""
        self.parked_count = 0
        """How much is parked: refused too often, and said no more by itself."""
        self._post = post
        self._now = now
        self._marks: list[tuple[int, Mark]] = []
        self._task: asyncio.Task[None] | None = None
        self._is_held = False

    def sent(self, said: Said) -> None:
        """It has been said."""
        self._note(said, "sent")

    def refused(self, said: Said) -> None:
        """The platform does not take it now."""
        self._note(said, "refused")

    def parked(self, said: Said) -> None:
        """It is not tried any more, until an operator asks for it."""
        self.parked_count += 1
        self._note(said, "parked")

    def void(self, said: Said) -> None:
        """It is not to be said any more."""
        self._note(said, "void")

    def hold(self) -> None:
        """From here on all notes wait for `close`: the writer is about to stop."""
        self._is_held = True

    async def close(self, posting: Posting, until: float) -> None:
        """Writes the last notes, once the writer has stopped. What it cannot note by `until`
        (`time.monotonic()`) is said once more by the next start."""
        if self._task is not None:
            self._task.cancel()
        if self._marks:
            writing = asyncio.ensure_future(asyncio.to_thread(self._finish, posting))
            await asyncio.wait({writing}, timeout=max(until - time.monotonic(), 0.1))

    def _note(self, said: Said, mark: Mark) -> None:
        assert said.outbox is not None
        self._marks.append((said.outbox, mark))
        if self._task is None and not self._is_held:
            self._task = asyncio.get_running_loop().create_task(self._write())

    async def _write(self) -> None:
        """All that has come up while the last were being written is the next."""
        while self._marks and not self._is_held:
            marks = self._marks[:]
            result = await self._post(marking(marks, self._now()))
            if result.problem is None:
                del self._marks[: len(marks)]
            else:
                await asyncio.sleep(AGAIN_S)
        self._task = None

    def _finish(self, posting: Posting) -> None:
        posting.run([marking(self._marks, self._now())])
        posting.close()


def unsaid(connection: Connection, channels: Iterable[str]) -> tuple[list[tuple[str, Said]], int]:
    """What a start has to say on these channels before anything new, the oldest first, with its
    channel; and how much is parked."""
    rows = waiting(connection, [*channels])
    return [(row.channel, _said(row)) for row in rows], count_parked(connection)


def _said(row: Outgoing) -> Said:
    return Said(row.reply, from_micros(row.at), row.kind, row.cause, row.id)
