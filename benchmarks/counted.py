"""A count that another process waits for: it writes a number, and hears when so many more came."""

import asyncio
import sys
import time

CHECKIN = "签到"
"""What is counted; other texts warm up."""


class Counted:
    """How many there were; used from one event loop."""

    def __init__(self) -> None:
        self._count = 0
        self._wanted = 0
        self._came = asyncio.Event()

    def add(self, more: int) -> None:
        self._count += more
        self._look()

    async def wait(self, more: int) -> None:
        """Until so many came since the last wait was over."""
        self._wanted += more
        self._came.clear()
        self._look()
        await self._came.wait()

    def _look(self) -> None:
        if self._count >= self._wanted:
            self._came.set()


async def answer(counted: Counted) -> None:
    """Reads numbers until the input ends. When so many more came it writes a line: the seconds of
    CPU that it has used by then."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        await counted.wait(int(line))
        sys.stdout.write(f"{time.process_time()}\n")
        sys.stdout.flush()
