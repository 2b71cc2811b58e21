"""A connection that we open to an implementation, for as long as the bot runs."""

import asyncio
import random
from collections.abc import Awaitable, Callable

from aiohttp import (
    ClientError,
    ClientSession,
    ClientWebSocketResponse,
    ClientWSTimeout,
    WSServerHandshakeError,
)

from bot.channels.onebot.connection import CLOSE_S, LONGEST_ANSWER, PING_S

CONNECT_S = 10.0
LONGEST_WAIT_S = 60.0
TURNED_AWAY = (401, 403)

Attend = Callable[[ClientWebSocketResponse], Awaitable[str]]
"""Serves the socket until it ends; "" where it was of use, else why it was not, in a few words."""


class Forward:
    """Connects, and again whenever the connection ends, without end: at once at first, then after
    pauses that double up to a minute, each a random half longer or shorter."""

    def __init__(
        self,
        session: ClientSession,
        url: str,
        token: str,
        attend: Attend,
        first_wait_s: float,
    ) -> None:
        self.trouble = "not connected yet"
        """Why there is no connection, in a few words; "" while there is one."""
        self._session = session
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._attend = attend
        self._first_wait_s = first_wait_s
        self._is_leaving = False
        self._task = asyncio.get_running_loop().create_task(self._run())

    def stop(self) -> None:
        """Connects no more; a connection that is there stays."""
        self._is_leaving = True
        if self.trouble:
            self._task.cancel()

    async def _run(self) -> None:
        wait_s = self._first_wait_s
        while not self._is_leaving:
            if await self._connect():
                wait_s = self._first_wait_s
            if self._is_leaving:
                break
            await asyncio.sleep(wait_s * random.uniform(0.5, 1.5))
            wait_s = min(wait_s * 2, LONGEST_WAIT_S)

    async def _connect(self) -> bool:
        try:
            async with asyncio.timeout(CONNECT_S):
                socket = await self._session.ws_connect(
                    self._url,
                    headers=self._headers,
                    heartbeat=PING_S,
                    max_msg_size=LONGEST_ANSWER,
                    timeout=ClientWSTimeout(ws_close=CLOSE_S),
                )
        except WSServerHandshakeError as error:
            is_token = error.status in TURNED_AWAY
            self.trouble = "wrong token" if is_token else f"answered with HTTP {error.status}"
            return False
        except (ClientError, OSError, ValueError) as error:
            self.trouble = f"cannot be reached: {type(error).__name__}"
            return False
        self.trouble = ""
        try:
            useless = await self._attend(socket)
        finally:
            self.trouble = "the connection ended"
        self.trouble = useless or self.trouble
        return not useless
