"""A count that another process waits for: it writes a number, and hears when so many more came."""

import asyncio
import sys


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
    """Reads numbers, and writes a line for each when so many more came, until the input ends."""
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        await counted.wait(int(line))
        sys.stdout.write("came\n")
        sys.stdout.flush()
