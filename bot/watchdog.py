"""Notices that something hangs, shows where, and ends the process for whoever restarts it."""

import asyncio
import faulthandler
import os
import threading
import time
from collections.abc import Callable

from bot.logs import Logs

HUNG = 70
"""The exit code: EX_SOFTWARE of sysexits.h."""
TICK_S = 0.25
FROZEN = 4
"""Times the limit, after which the interpreter itself is taken for hung (a C function that never
lets go of its lock): then the operating system's clock ends it, with exit code 1."""
DUMP_S = 2.0
"""What writing the stacks may take."""

Silence = Callable[[], float]
"""For how many seconds a part has not got on with its work; 0 while it has none."""


class Watchdog:
    """One thread that looks at the parts it was given. It also ends a stop that takes too long."""

    def __init__(self, limit_s: float, logs: Logs) -> None:
        self._limit_s = limit_s
        self._logs = logs
        self._parts: dict[str, Silence] = {}
        self._beat_at = time.monotonic()
        self._leave: tuple[float, Callable[[], int]] | None = None
        self._is_over = False
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begins to watch, the event loop first."""
        self._parts = {"event loop": lambda: time.monotonic() - self._beat_at, **self._parts}
        self._beat(loop)
        self._thread.start()

    def watch(self, name: str, silence: Silence) -> None:
        """Adds a part; its silence is asked for in the watchdog's thread."""
        self._parts = {**self._parts, name: silence}

    def leave_by(self, at: float, code: Callable[[], int]) -> None:
        """From `at` (`time.monotonic()`) on, ends the process with this code. Safe in a signal
        handler."""
        self._leave = at, code

    def stop(self) -> None:
        """Watches no more; a deadline to leave stands."""
        self._parts = {}
        self._is_over = True
        faulthandler.cancel_dump_traceback_later()

    def _beat(self, loop: asyncio.AbstractEventLoop) -> None:
        self._beat_at = time.monotonic()
        if not self._is_over:
            loop.call_later(min(TICK_S, self._limit_s / 4), self._beat, loop)

    def _run(self) -> None:
        tick_s = min(TICK_S, self._limit_s / 4)
        looked_at = forgive_until = time.monotonic()
        while True:
            if not self._is_over:
                # The last look before it froze lies up to a tick back, and a tick is not frozen.
                faulthandler.dump_traceback_later(self._limit_s * FROZEN + tick_s, exit=True)
            time.sleep(tick_s)
            now = time.monotonic()
            if now - looked_at > self._limit_s / 2:
                # The whole process stood still, suspended or starved: nothing hangs for that.
                forgive_until = now + self._limit_s
            looked_at = now
            self._leave_if_late(now)
            if now >= forgive_until:
                self._look()

    def _look(self) -> None:
        for name, silence in self._parts.items():
            silent_s = silence()
            if silent_s > self._limit_s:
                self._logs.log.error("hung", part=name, seconds=round(silent_s, 1))
                dump = threading.Thread(target=self._dump, daemon=True)
                dump.start()
                dump.join(DUMP_S)
                os._exit(HUNG)

    def _dump(self) -> None:
        faulthandler.dump_traceback(self._logs.sink.fd, all_threads=True)

    def _leave_if_late(self, now: float) -> None:
        if self._leave is not None and now >= self._leave[0]:
            os._exit(self._leave[1]())
