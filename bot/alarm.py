"""APScheduler as an alarm clock: it wakes us, and our own `due` says for what."""

from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from bot.clock import system_now

LATE = timedelta(milliseconds=50)
"""Rings a little after the time, never before it."""


class Alarm:
    """One alarm; setting it again moves it. Kept in memory: at a start it is set anew."""

    def __init__(self, ring: Callable[[], Awaitable[None]]) -> None:
        self._ring = ring
        self._clock = AsyncIOScheduler(timezone=UTC)
        self._clock.start()

    def set(self, ahead: timedelta) -> None:
        """Rings so long from now, however late; at once when the time is past."""
        at = system_now() + max(ahead, timedelta(0)) + LATE
        self._clock.add_job(
            self._ring,
            DateTrigger(at),
            id="alarm",
            replace_existing=True,
            misfire_grace_time=None,
        )

    def stop(self) -> None:
        """Rings no more."""
        self._clock.shutdown(wait=False)
