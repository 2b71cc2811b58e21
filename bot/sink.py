"""Where log lines end: written at once, or lost and counted. Nobody ever waits for a log."""

import os
import select
import stat
import threading

PATIENCE_MS = 100
"""How long a full pipe is waited for, once; until it flows again its lines are lost without
waiting."""
PIECE = select.PIPE_BUF
"""Bytes that fit whenever a pipe says that it can be written."""


class Sink:
    """A file descriptor for lines: a terminal, a file, or a pipe that somebody may have stopped
    reading."""

    def __init__(self, fd: int = 2) -> None:
        self.fd = fd
        self.lost = 0
        """Lines that could not be written."""
        self._lock = threading.RLock()
        self._is_stuck = False
        self._poll: select.poll | None = None
        self._size = 1 << 30
        try:
            if not stat.S_ISREG(os.fstat(fd).st_mode):
                self._size = PIECE
                self._poll = select.poll()
                self._poll.register(fd, select.POLLOUT)
        except OSError:
            self._size = 0

    @property
    def is_terminal(self) -> bool:
        """Whether a person reads it as it comes."""
        return os.isatty(self.fd)

    def write(self, lines: str) -> None:
        """Writes whole lines, each with its end. Never raises, and never waits for long."""
        left = memoryview(lines.encode("utf-8", "backslashreplace"))
        with self._lock:
            try:
                while left:
                    if not self._is_ready():
                        raise BlockingIOError
                    left = left[os.write(self.fd, left[: self._size]) :]
            except OSError:
                self.lost += bytes(left).count(b"\n")

    def _is_ready(self) -> bool:
        if self._size == 0:
            return False
        if self._poll is not None:
            self._is_stuck = not self._poll.poll(0 if self._is_stuck else PATIENCE_MS)
        return not self._is_stuck
