"""What `/healthz` answers: each part is `ok`, says what it waits for, or what is wrong with it."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Protocol

from bot.extend import Channel
from bot.posting.writer import Writer
from store.database import Database, DatabaseError

DATABASE_S = 2.0
"""What the database may take to answer."""
FRESH_S = 1.0
"""An answer is given again for so long, so that asking costs nobody anything."""
STUCK_S = 10.0
"""A transaction that takes longer is no longer well."""
SAYING_S = 40.0
"""A channel that is at one reply for longer is not either: it has given 30 seconds to a platform
that does not answer, and is still there."""
JOBS_PATIENCE = 20
"""Times as long for a transaction with scheduled jobs."""
FAILED_S = 60.0
"""For so long a transaction that the database did not take is told of."""
OVERDUE = timedelta(seconds=60)
WAITING = "waiting: "
"""How a part begins that waits for somebody else, and is itself well."""


class Program(Protocol):
    """What is looked at."""

    @property
    def database(self) -> Database: ...
    @property
    def writer(self) -> Writer | None: ...
    @property
    def last_failed_at(self) -> float | None: ...
    @property
    def silent_s(self) -> Mapping[str, float]: ...
    @property
    def overdue(self) -> timedelta: ...
    @property
    def channels(self) -> Sequence[Channel]: ...


def is_well(said: str) -> bool:
    """Whether a part needs no new start: it is well, or waits for a platform that no new start
    brings back."""
    return said == "ok" or said.startswith(WAITING)


class Health:
    """Asked by a supervisor every few seconds. Used from the event loop only."""

    def __init__(self, app: Program) -> None:
        self._app = app
        self._asking: asyncio.Task[str] | None = None
        self._database = ""
        self._asked_at = 0.0

    async def parts(self) -> dict[str, str]:
        """Every part and what it says: one for each channel with a platform at its other end."""
        platforms = [channel for channel in self._app.channels if channel.is_paced]
        return {
            "database": await self._say_database(),
            "writer": self._say_writer(),
            "channels": self._say_channels(),
            "scheduler": self._say_scheduler(),
            **{one.name: f"{WAITING}{one.trouble}" if one.trouble else "ok" for one in platforms},
        }

    async def _say_database(self) -> str:
        """Asked on a connection of its own; one at a time, however many want to know."""
        if self._database and time.monotonic() - self._asked_at < FRESH_S:
            return self._database
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._ask))
        done, _ = await asyncio.wait({self._asking}, timeout=DATABASE_S)
        self._database = self._asking.result() if done else f"no answer in {DATABASE_S:g} s"
        self._asked_at = time.monotonic()
        return self._database

    def _ask(self) -> str:
        try:
            connection = self._app.database.connect_to_read()
            try:
                connection.rows("SELECT count(*) FROM alembic_version")
            finally:
                connection.close()
        except DatabaseError:
            return "cannot be read"
        return "ok"

    def _say_writer(self) -> str:
        writer, failed_at = self._app.writer, self._app.last_failed_at
        if writer is None or not writer.is_alive:
            return "not running"
        busy_since, now = writer.busy_since, time.monotonic()
        patience = STUCK_S * (JOBS_PATIENCE if writer.is_at_jobs else 1)
        if busy_since is not None and now - busy_since > patience:
            return f"at one transaction for {now - busy_since:.0f} s"
        if failed_at is not None and now - failed_at < FAILED_S:
            return "the database did not take the last transaction"
        return "ok"

    def _say_channels(self) -> str:
        stuck = [name for name, silent_s in self._app.silent_s.items() if silent_s > SAYING_S]
        return f"stuck at one reply: {', '.join(stuck)}" if stuck else "ok"

    def _say_scheduler(self) -> str:
        overdue = self._app.overdue
        return "ok" if overdue < OVERDUE else f"a job was due {overdue.total_seconds():.0f} s ago"
