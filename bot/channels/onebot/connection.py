"""One WebSocket to a OneBot implementation, whichever side opened it: frames in, calls out."""

import asyncio
import itertools
import json
from collections.abc import Callable, Mapping
from typing import Any, Literal

from aiohttp import ClientWebSocketResponse, WSMsgType, web

from bot.extend import Refused, Unreachable

LONGEST_EVENT = 1024 * 1024
"""Bytes of a frame that nobody asked for."""
LONGEST_ANSWER = 16 * 1024 * 1024
"""Bytes of any frame: 3,000 members of a group with all that is said of each take two million. A
longer one ends the connection, before it is read."""
PING_S = 20.0
"""How often the other side's machine is asked whether it is there; without an answer within half
of it the connection ends."""
MISSED_BEATS = 3
"""So many heartbeats in a row that do not come end the connection."""
LONGEST_BEAT_S = 600.0
CLOSE_S = 0.5
"""What the other side may take to say goodbye."""
REASON = 200
"""Characters of a refusal that are kept."""

DENIED = (1401, 1403, 401, 403)
"""Codes by which implementations that accept the connection first say that the token is wrong."""

Role = Literal["Universal", "API", "Event"]
ROLES: Mapping[str, Role] = {"api": "API", "event": "Event"}
Socket = ClientWebSocketResponse | web.WebSocketResponse
Frame = Mapping[str, Any]


class Connection:
    """A WebSocket that is open."""

    def __init__(
        self,
        socket: Socket,
        take: Callable[["Connection", Frame], None],
        spoil: Callable[[str], None],
        role: Role = "Universal",
    ) -> None:
        self.account = ""
        """Which account it serves; "" until that is known."""
        self.role = role
        self.is_online = True
        """False while the implementation says that the account is logged out."""
        self.is_denied = False
        """Whether the implementation does not take the token, and says so in its own way."""
        self._socket = socket
        self._take = take
        self._spoil = spoil
        self._numbers = itertools.count(1)
        self._calls: dict[str, asyncio.Future[Frame]] = {}
        self._beat_s = 0.0
        self._overdue: asyncio.TimerHandle | None = None
        self._closing: asyncio.Task[None] | None = None
        self._is_over = False

    async def listen(self) -> None:
        """Takes frames until the connection ends."""
        try:
            async for packet in self._socket:
                if packet.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._read(packet.data)
        finally:
            self._end()
            await self._socket.close()

    async def call(self, action: str, params: dict[str, Any], within_s: float) -> Any:
        """What the action answers. Raises Refused with the implementation's own word, and
        Unreachable where the connection ends, or no answer comes in time: it is then taken for
        dead."""
        if self._is_over:
            raise Unreachable("the connection ended")
        echo = str(next(self._numbers))
        answer = asyncio.get_running_loop().create_future()
        self._calls[echo] = answer
        call = json.dumps({"action": action, "params": params, "echo": echo})
        try:
            async with asyncio.timeout(within_s):
                await self._socket.send_str(call)
                answered = await answer
        except TimeoutError:
            self.close()
            raise Unreachable(f"{action} was not answered in {within_s:.0f} s") from None
        except (ConnectionError, RuntimeError) as error:
            raise Unreachable(f"{action} could not be sent") from error
        finally:
            self._calls.pop(echo, None)
        return _result(answered)

    def close(self) -> None:
        """Ends it, and waits for nothing."""
        self._end()
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._close())

    async def _close(self) -> None:
        await self._socket.close()

    def _end(self) -> None:
        self._is_over = True
        if self._overdue is not None:
            self._overdue.cancel()
        for answer in self._calls.values():
            if not answer.done():
                answer.set_exception(Unreachable("the connection ended"))
                answer.exception()  # who is still writing has noticed by that, and does not ask

    def _read(self, packet: str | bytes) -> None:
        self._watch()
        if len(packet) > LONGEST_EVENT and not self._calls:
            self._spoil("too long")
            return
        try:
            frame = json.loads(packet.decode() if isinstance(packet, bytes) else packet)
        except (ValueError, RecursionError):
            self._spoil("no JSON")
            return
        if not isinstance(frame, dict):
            self._spoil("no object")
        elif not self.account and frame.get("retcode") in DENIED:
            self.is_denied = True
        elif "post_type" not in frame and "echo" in frame:
            self._answered(frame)
        else:
            self._note(frame)
            self._take(self, frame)

    def _answered(self, frame: Frame) -> None:
        """An answer that nobody waits for any more came too late."""
        echo = frame["echo"]
        answer = self._calls.get(echo) if isinstance(echo, str) else None
        if answer is not None and not answer.done():
            answer.set_result(frame)

    def _note(self, frame: Frame) -> None:
        """What the implementation says of itself."""
        if frame.get("meta_event_type") != "heartbeat":
            return
        interval = frame.get("interval")
        if isinstance(interval, int | float) and 0 < interval <= LONGEST_BEAT_S * 1000:
            self._beat_s = interval / 1000
            self._watch()
        status = frame.get("status")
        self.is_online = not (isinstance(status, dict) and status.get("online") is False)

    def _watch(self) -> None:
        """Whatever comes is a sign of life."""
        if self._overdue is not None:
            self._overdue.cancel()
            self._overdue = None
        if self._beat_s and self._closing is None:
            patience = self._beat_s * MISSED_BEATS
            self._overdue = asyncio.get_running_loop().call_later(patience, self.close)


def _result(answer: Frame) -> Any:
    """What was asked for. Raises Refused."""
    status, code = answer.get("status"), answer.get("retcode")
    if status == "async" or (status != "failed" and code in (0, None)):
        return answer.get("data")
    words = (answer.get(name) for name in ("wording", "message", "msg"))
    reason = next((word for word in words if isinstance(word, str) and word), "no reason given")
    raise Refused(f"{reason[:REASON]} ({str(code)[:20]})")
