"""A OneBot v11 implementation: it connects to the bot, or lets the bot connect to it, tells what
happens and does what it is called for."""

import asyncio
import itertools
import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType, web
from aiohttp.test_utils import TestServer

from tests.channels.onebot_frames import BOT, Frame, lifecycle

Answer = Callable[[Frame], Frame | None]
"""From the parameters of a call to its answer, but for `echo`; None: there is none."""
Socket = ClientWebSocketResponse | web.WebSocketResponse


def ok(found: object = None) -> Frame:
    """An answer that brings something."""
    return {"status": "ok", "retcode": 0, "data": found}


def failed(code: int, wording: str) -> Frame:
    """A refusal."""
    return {"status": "failed", "retcode": code, "data": None, "wording": wording}


class Peer:
    """One account."""

    def __init__(self, account: int = BOT) -> None:
        self.account = account
        self.calls: list[tuple[str, Frame]] = []
        self.asked: asyncio.Queue[tuple[str, Frame]] = asyncio.Queue()
        """All calls but those by which the bot only looks round."""
        self.told: list[Frame] = []
        """All frames it has sent of its own accord."""
        self.met: asyncio.Queue[None] = asyncio.Queue()
        """One for each connection on which the bot has looked round."""
        self.welcomed = asyncio.Event()
        """Set when somebody has connected to it."""
        self.gone = asyncio.Event()
        """Set when a connection has ended."""
        self.answers: dict[str, Answer] = {
            "get_group_list": lambda _: ok([]),
            "get_group_member_info": lambda _: failed(100, "no such member"),
            "send_group_msg": lambda _: ok({"message_id": next(self.numbers)}),
            "send_private_msg": lambda _: ok({"message_id": next(self.numbers)}),
        }
        self.numbers = itertools.count(900)
        self.token = ""
        """What it wants to be shown."""
        self._session: ClientSession | None = None
        self._server: TestServer | None = None
        self._socket: Socket | None = None
        self._reading: asyncio.Task[None] | None = None

    # It connects to the bot.

    async def connect(
        self, url: str, token: str = "", *, answers_pings: bool = True, **headers: str
    ) -> None:
        """Opens a reverse connection, as implementations do."""
        self._session = self._session or ClientSession()
        shown = {"X-Self-ID": str(self.account), "X-Client-Role": "Universal"}
        if token:
            shown["Authorization"] = f"Bearer {token}"
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self._socket = await self._session.ws_connect(
            url, headers=shown | named, autoping=answers_pings
        )
        self._reading = asyncio.create_task(self._read(self._socket))
        await self.tell(lifecycle(self.account))

    # The bot connects to it.

    async def listen(self, port: int = 0) -> str:
        """Waits for the bot; the address."""
        app = web.Application()
        app.router.add_get("/", self._welcome)
        self._server = TestServer(app, port=port or None)
        await self._server.start_server()
        return f"ws://127.0.0.1:{self._server.port}/"

    async def _welcome(self, request: web.Request) -> web.WebSocketResponse:
        if self.token and request.headers.get("Authorization") != f"Bearer {self.token}":
            raise web.HTTPForbidden
        socket = web.WebSocketResponse(timeout=0.5)
        await socket.prepare(request)
        self._socket = socket
        await self.tell(lifecycle(self.account))
        self.welcomed.set()
        await self._read(socket)
        return socket

    # Either way.

    async def tell(self, *frames: Frame) -> None:
        """Sends frames."""
        self.told += frames
        for frame in frames:
            await self.send_raw(json.dumps(frame))

    async def send_raw(self, packet: str) -> None:
        """Sends anything."""
        assert self._socket is not None
        await self._socket.send_str(packet)

    async def next_call(self) -> tuple[str, Frame]:
        """The next thing that it is to do."""
        return await asyncio.wait_for(self.asked.get(), 10)

    async def meets(self) -> None:
        """Waits until the bot is connected, and knows whom it has met."""
        await asyncio.wait_for(self.met.get(), 10)

    def cut(self) -> None:
        """The line is cut, without a word."""
        assert self._socket is not None
        if isinstance(self._socket, ClientWebSocketResponse):
            connection = self._socket._response.connection
            transport = connection.transport if connection else None
        else:
            request = self._socket._req
            transport = request.transport if request else None
        assert transport is not None
        transport.abort()

    async def close(self) -> None:
        """Leaves."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await self._reading
        if self._session is not None:
            await self._session.close()
        if self._server is not None:
            await self._server.close()

    async def _read(self, socket: Socket) -> None:
        with suppress(ConnectionError):  # what is answered to a line that was cut
            async for packet in socket:
                if packet.type is WSMsgType.TEXT:
                    await self._do(socket, json.loads(packet.data))
        self.gone.set()

    async def _do(self, socket: Socket, call: Frame) -> None:
        action, params = call["action"], call["params"]
        self.calls.append((action, params))
        answer: Any = self.answers.get(action, lambda _: ok())(params)
        if action == "get_group_list":
            self.met.put_nowait(None)
        elif not action.startswith("get_"):
            self.asked.put_nowait((action, params))
        if answer is not None and not socket.closed:
            await socket.send_str(json.dumps({**answer, "echo": call["echo"]}))
