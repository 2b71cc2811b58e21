"""OneBot v11, the protocol of programs that stand for a QQ account, over WebSocket both ways: the
implementation connects to us (`serve`), or we to it (`urls`).

Any number of accounts at once. What happens while an account is not connected is lost: the
protocol has no way to ask for it.
"""

import asyncio
import hmac
import logging
from collections.abc import Callable, Collection, Mapping, Sequence

from aiohttp import ClientSession, ClientWebSocketResponse, web

from bot.channels.onebot.connection import (
    CLOSE_S,
    LONGEST_ANSWER,
    PING_S,
    ROLES,
    Connection,
    Frame,
)
from bot.channels.onebot.connections import Connections
from bot.channels.onebot.forward import Forward
from bot.channels.onebot.listener import ASK_S, Listener, is_round
from bot.channels.onebot.reading import CHANNEL, Malformed, account_in, identity, number_of, people
from bot.channels.onebot.writing import number, spoken
from bot.extend import Channel, Refused, Said, Unreachable
from bot.points.types import Message, Person, Reply

SEND_S = 25.0
"""What saying one thing may take: implementations upload a picture before they answer."""
LAST_WORDS_S = 4.0
"""How long connections stay open after the stop, for what is left to be said."""

log = logging.getLogger(__name__)


class OneBot(Channel):
    """The accounts that are connected, as one channel. Used from the event loop only."""

    name = CHANNEL
    is_paced = True

    def __init__(
        self,
        token: str,
        urls: Sequence[str] = (),
        *,
        is_open: Callable[[str], bool],
        may_invite: Callable[[str], bool],
        first_retry_s: float = 1.0,
    ) -> None:
        """`token`: what implementations show, and are shown. Without one nobody may connect to
        us: whoever reaches the port could speak for anybody."""
        self._token = token
        self._urls = tuple(urls)
        self._is_open = is_open
        self._may_invite = may_invite
        self._first_retry_s = first_retry_s
        self._connections = Connections()
        self._listener: Listener | None = None
        self._session: ClientSession | None = None
        self._forwards: list[Forward] = []
        self._leaving: asyncio.Task[None] | None = None
        self._turned_away = 0

    # What the program asks of every channel.

    async def start(self, deliver: Callable[[Message], None]) -> None:
        """Begins to listen, and to connect."""
        session = self._session = ClientSession()
        self._listener = Listener(
            deliver,
            self._connections,
            session,
            is_open=self._is_open,
            may_invite=self._may_invite,
        )
        self._forwards = [
            Forward(session, url, self._token, self._attend_forward, self._first_retry_s)
            for url in self._urls
        ]

    async def send(self, said: Said) -> None:
        """Says it through the account that serves the room, or has heard the person last."""
        reply = said.reply
        if reply.room is None and not reply.to:
            raise Refused("nobody to say it to")
        connection, via = self._mouth(reply)
        answer = await connection.call(*spoken(reply, via), SEND_S)
        if self._listener is not None and isinstance(answer, dict):
            self._listener.hear_own(connection.account, reply, answer.get("message_id"))

    async def stop(self) -> None:
        """Delivers no more. Connections stay for a moment longer, for what is left to be said."""
        if self._listener is None or self._leaving is not None:
            return
        self._listener.stop()
        for forward in self._forwards:
            forward.stop()
        self._leaving = asyncio.get_running_loop().create_task(self._leave())

    async def people_in(self, room: str) -> list[Person]:
        """Who is in a room, under their names there."""
        connection, _ = self._mouth(Reply("", room))
        rows = await connection.call("get_group_member_list", {"group_id": number(room)}, ASK_S)
        return people(rows, self._connections.accounts.own)

    def account_of(self, reply: Reply) -> str:
        """The account that says it, connected or not; the channel's name while none is known."""
        account, _ = self._speaker(reply, self._connections.ready())
        if account is None:
            account, _ = self._speaker(reply, self._connections.accounts.own)
        return account or self.name

    @property
    def reconnects(self) -> int:
        """How often an account that had been here before has connected."""
        return self._connections.reconnects

    @property
    def trouble(self) -> str:
        """ "" while every account that was there is."""
        if missing := self._connections.missing():
            return f"account {', '.join(missing)} is not connected"
        if failing := next((one.trouble for one in self._forwards if one.trouble), ""):
            return failing
        if self._connections.accounts.own:
            return ""
        if self._turned_away:
            return "an implementation was turned away for its token"
        return "no implementation has connected yet"

    # What it can do beside that.

    @property
    def left_out(self) -> Mapping[str, int]:
        """Frames that could not be read, by what was wrong with them."""
        return self._listener.left_out if self._listener is not None else {}

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """GET /onebot/v11/ws: an implementation connects to us. Without the token 401, with a
        wrong one 403, before the start and after the stop 503."""
        self._check(request)
        if self._listener is None or self._leaving is not None:
            raise web.HTTPServiceUnavailable
        socket = web.WebSocketResponse(
            heartbeat=PING_S, max_msg_size=LONGEST_ANSWER, timeout=CLOSE_S
        )
        if not socket.can_prepare(request):
            raise web.HTTPUpgradeRequired
        await socket.prepare(request)
        role = ROLES.get(request.headers.get("X-Client-Role", "").lower(), "Universal")
        connection = Connection(socket, self._take, self._listener.leave_out, role)
        connection.account = _account(request.headers.get("X-Self-ID", ""))
        await self._attend(connection)
        return socket

    async def close(self) -> None:
        """Ends all connections; by itself it does so a moment after the stop."""
        if self._leaving is not None and self._leaving is not asyncio.current_task():
            self._leaving.cancel()
        for forward in self._forwards:
            forward.stop()
        self._connections.close()
        if self._session is not None:
            await self._session.close()

    async def take_back(self, message: str) -> None:
        """Recalls what the bot has said. Raises Unreachable, or Refused."""
        connection = self._connections.ready().get(account_in(message))
        if connection is None:
            raise Unreachable("the account is not connected")
        await connection.call("delete_msg", {"message_id": number(number_of(message))}, ASK_S)

    # How it is done.

    def _check(self, request: web.Request) -> None:
        status = _refusal(request, self._token)
        if status is None:
            return
        self._turned_away += 1
        if is_round(self._turned_away):
            count = self._turned_away
            log.warning("an implementation was turned away for its token, %s so far", count)
        raise web.HTTPUnauthorized if status == 401 else web.HTTPForbidden

    async def _attend_forward(self, socket: ClientWebSocketResponse) -> str:
        assert self._listener is not None
        connection = Connection(socket, self._take, self._listener.leave_out)
        await self._attend(connection)
        if connection.is_denied:
            return "wrong token"
        return "" if connection.account else "the connection ended"

    async def _attend(self, connection: Connection) -> None:
        self._connections.open(connection)
        if connection.account:
            self._admit(connection)
        try:
            await connection.listen()
        finally:
            self._connections.dismiss(connection)

    def _admit(self, connection: Connection) -> None:
        self._connections.admit(connection)
        if self._listener is not None:
            self._listener.greet(connection)

    def _take(self, connection: Connection, frame: Frame) -> None:
        assert self._listener is not None
        if not connection.account:
            try:
                connection.account = identity(frame.get("self_id"), "self_id")
            except Malformed as wrong:
                self._listener.leave_out(str(wrong))
                return
            self._admit(connection)
        if not connection.is_online:
            self._connections.accounts.gone(connection.account)
        self._listener.take(connection, frame)

    def _speaker(self, reply: Reply, ready: Collection[str]) -> tuple[str | None, str | None]:
        """Which of these accounts says it, and via which room."""
        accounts = self._connections.accounts
        if reply.room is not None:
            return accounts.speaker(reply.room, ready), None
        return accounts.whisperer(reply.to[0], ready) if reply.to else (None, None)

    def _mouth(self, reply: Reply) -> tuple[Connection, str | None]:
        """What it is said through, and via which room. Raises Unreachable."""
        ready = self._connections.ready()
        account, via = self._speaker(reply, ready)
        if account is None:
            raise Unreachable(self.trouble or "the account is not connected")
        return ready[account], via

    async def _leave(self) -> None:
        try:
            await asyncio.sleep(LAST_WORDS_S)
        finally:
            await self.close()


def _refusal(request: web.Request, token: str) -> int | None:
    """The status for who does not show the token; None for who does."""
    scheme, _, shown = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in ("bearer", "token"):
        shown = request.query.get("access_token", "")
    if not shown:
        return 401
    is_right = hmac.compare_digest(_bytes(shown.strip()), _bytes(token))
    return None if is_right and token else 403


def _bytes(text: str) -> bytes:
    """Of whatever a client sends: bytes that are no UTF-8 arrive as lone surrogates."""
    return text.encode("utf-8", "surrogatepass")


def _account(shown: str) -> str:
    """The account that an implementation says it is; "" where its frames must tell."""
    account = shown.strip()
    return account if account.isascii() and account.isalnum() else ""
