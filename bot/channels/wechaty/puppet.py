"""The package's client of the gateway, with a limit on every call and its failures told apart.

Imports the package, which is slow: only `Wechaty` imports this, when it is started.
"""

from bot.channels.wechaty import compat  # noqa: F401

# isort: split
import asyncio
import base64
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from grpclib.client import Channel as GrpcChannel
from grpclib.client import Handler
from grpclib.const import Status
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from grpclib.protocol import H2Protocol
from h2.exceptions import H2Error
from wechaty_grpc.wechaty import PuppetStub
from wechaty_puppet import PuppetOptions
from wechaty_puppet_service import PuppetService
from wechaty_puppet_service.utils import extract_host_and_port

from bot.channels.wechaty.faults import Taken, TooLate
from bot.channels.wechaty.gathering import Gathering
from bot.channels.wechaty.limits import Limits
from bot.channels.wechaty.reading import PICTURE, TEXT, Malformed, Payload, event
from bot.extend import Refused, Unreachable

# They write for themselves, past our logs, and what they write holds the token and people's words.
for name in ("PuppetService", "Puppet"):
    logging.getLogger(name).disabled = True

IMAGE = 2
"""The size of a picture that is asked for: the one that everybody is shown."""
PICTURE_BYTES = 10_000_000
"""Of a picture that is fetched."""
BASE64 = 1
"""How the gateway is told that a file's content stands in the call itself. The package's own words
for it warn of themselves."""
MOST_OWN = 1_000
"""Messages that were sent and not told of: a gateway need not tell of its own account's."""
OWN_S = 0.1
"""For what is on its way out, before a message is fetched that may be the same."""
AWAY = frozenset({Status.UNAVAILABLE, Status.CANCELLED, Status.ABORTED})


@dataclass(slots=True)
class Own:
    """What was sent here into a room, as a gateway would hand it over."""

    room_id: str
    type: int
    text: str = ""
    id: str = ""
    from_id: str = ""
    timestamp: int = 0
    mention_ids: Sequence[str] = ()


class Puppet(PuppetService):
    """One connection to the gateway. Once it is lost it stays so: it never connects again behind
    our back."""

    def __init__(self, endpoint: str, token: str, limits: Limits) -> None:
        super().__init__(PuppetOptions(end_point=endpoint))
        host, port = extract_host_and_port(endpoint)
        self.channel = self._line = _Once(host, port)
        self._line._authority = token
        self._limits = limits
        self._puppet_stub = PuppetStub(self._line, timeout=limits.call_s)
        self._unlimited = PuppetStub(self._line)
        self._saying: set[asyncio.Future[None]] = set()
        self._own: dict[str, Own] = {}
        """What was sent here, by the id it was sent under, until the gateway tells of it."""

    def close(self) -> None:
        """Ends it; calls that wait for an answer raise Unreachable."""
        self._line.end()

    async def events(self) -> AsyncGenerator[tuple[int, str], None]:
        """Numbers and payloads of events, as long as the connection lasts. Raises Unreachable, and
        when the gateway ends the stream too."""
        with self._told():
            async with aclosing(PuppetStub(self._line).event()) as found:
                async for one in found:
                    yield int(one.type), one.payload
        raise Unreachable("the gateway ended the stream of events")

    async def begin(self) -> None:
        """Starts the gateway's side; nothing happens where it runs already."""
        with self._told():
            await PuppetStub(self._line, timeout=self._limits.start_s).start()

    async def end_there(self) -> None:
        """Stops the gateway's side, with whatever it believes to be connected."""
        with self._told():
            await PuppetStub(self._line, timeout=self._limits.start_s).stop()

    async def ask_alive(self) -> None:
        """Raises Unreachable when the gateway does not answer; a refusal is an answer."""
        try:
            with self._told():
                await self.ding("jifenbot")
        except Refused:
            return

    async def payload(self, message: str) -> Payload:
        """What a message says; its kind is the gateway's number. What was sent here is known:
        every reply comes back, and to fetch it too would cost as much as a member's message."""
        if self._saying:
            # The gateway may tell of a message before it answers under which id it was sent.
            await asyncio.wait({*self._saying}, timeout=OWN_S)
        own = self._own.pop(message, None)
        if own is not None and self.login_user_id:
            return replace(own, from_id=self.login_user_id)
        # A limit of our own costs less than one that is told to the gateway with every message.
        with self._told():
            async with asyncio.timeout(self._limits.call_s):
                return await self._unlimited.message_payload(id=message)

    async def room(self, room: str) -> tuple[str, str, tuple[str, ...]]:
        """A room's name, owner and admins."""
        with self._told():
            found = await self.room_payload(room)
            return found.topic, found.owner_id, tuple(found.admin_ids)

    async def name_in(self, room: str, person: str) -> str:
        """What somebody is called in a room, else by themselves; "" where nobody knows."""
        with self._told():
            found = await self.room_member_payload(room, person)
            return found.room_alias or found.name

    async def name_of(self, person: str) -> str:
        """What somebody is called by themselves; "" where nobody knows."""
        with self._told():
            found = await self.contact_payload(person)
            return found.name

    async def members_of(self, room: str) -> tuple[str, ...]:
        """Who is in a room, the bot too."""
        with self._told():
            return tuple(await self.room_members(room))

    async def link(self, message: str) -> dict[str, Any]:
        """The card of a link."""
        with self._told():
            found = await self.puppet_stub.message_url(id=message)
            return event(found.url_link)

    async def mini_program(self, message: str) -> dict[str, Any]:
        """The card of a mini-program."""
        with self._told():
            found = await self.puppet_stub.message_mini_program(id=message)
            return event(found.mini_program)

    async def picture(self, message: str) -> str:
        """SHA-256 of a picture's content. Raises Refused for one that is too large, or empty."""
        digest, size = hashlib.sha256(), 0
        async with aclosing(self._picture(message)) as chunks:
            async for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                if size > PICTURE_BYTES:
                    raise Refused("the picture is too large")
        if not size:
            raise Refused("the picture is empty")
        return digest.hexdigest()

    async def inviter_of(self, invitation: str) -> str:
        """Who invites the bot into a room."""
        with self._told():
            found = await self.puppet_stub.room_invitation_payload(id=invitation)
            return found.inviter_id

    async def accept(self, invitation: str) -> None:
        """Comes into that room."""
        with self._told():
            await self.room_invitation_accept(invitation)

    async def say_in(self, room: str, text: str, mentioned: Sequence[str] = ()) -> None:
        """Sends a text to a room."""
        own = Own(room, TEXT, text, mention_ids=list(mentioned))
        await self._send(own, self._text(room, text, mentioned))

    async def say_to(self, person: str, text: str) -> None:
        """Sends a text to a person."""
        await self._send(None, self._text(person, text))

    async def show_in(self, room: str, picture: bytes) -> None:
        """Sends a PNG to a room."""
        await self._send(Own(room, PICTURE), self._file(room, picture))

    async def show_to(self, person: str, picture: bytes) -> None:
        """Sends a PNG to a person."""
        await self._send(None, self._file(person, picture))

    def _text(self, to: str, text: str, mentioned: Sequence[str] = ()) -> Awaitable[Any]:
        stub = PuppetStub(self._line, timeout=self._limits.send_s)
        return stub.message_send_text(conversation_id=to, text=text, mentonal_ids=list(mentioned))

    def _file(self, to: str, picture: bytes) -> Awaitable[Any]:
        content = base64.b64encode(picture).decode()
        box = {"boxType": BASE64, "type": BASE64, "name": "picture.png", "base64": content}
        stub = PuppetStub(self._line, timeout=self._limits.send_s)
        return stub.message_send_file(conversation_id=to, filebox=json.dumps(box))

    async def _send(self, own: Own | None, call: Awaitable[Any]) -> None:
        is_said = asyncio.get_running_loop().create_future()
        self._saying.add(is_said)
        try:
            with self._told():
                sent = await call
        finally:
            self._saying.discard(is_said)
            is_said.set_result(None)
        # Not every platform says under which id it sent something.
        if own is not None and sent.id:
            self._own[sent.id] = replace(own, id=sent.id)
        if len(self._own) > MOST_OWN:
            del self._own[next(iter(self._own))]

    async def _picture(self, message: str) -> AsyncGenerator[bytes, None]:
        with self._told():
            stub = PuppetStub(self._line, timeout=self._limits.picture_s)
            try:
                async with aclosing(stub.message_image_stream(id=message, type=IMAGE)) as found:
                    async for one in found:
                        yield one.file_box_chunk.data
            except GRPCError as error:
                if error.status is not Status.UNIMPLEMENTED:
                    raise
                box = await stub.message_image(id=message, type=IMAGE)
                yield base64.b64decode(str(json.loads(box.filebox).get("base64", "")))

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Says in our words what can go wrong with a call."""
        try:
            yield
        except GRPCError as error:
            raise _of_status(error) from error
        except TimeoutError as error:
            raise TooLate("the gateway did not answer in time") from error
        except StreamTerminatedError as error:
            raise Unreachable("the connection to the gateway was lost") from error
        except (OSError, H2Error, ProtocolError) as error:
            raise Unreachable("the gateway cannot be reached") from error
        except Malformed as error:
            raise Refused(f"the gateway's answer has {error}") from error
        except (AssertionError, AttributeError) as error:
            # grpclib takes its parts away from under calls that are on their way.
            if not self._line.is_over:
                raise
            raise Unreachable("the connection to the gateway was lost") from error


class _Once(GrpcChannel):
    """A connection that is made once at most."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(host, port)
        self.is_over = False
        self._is_made = False

    def end(self) -> None:
        """No connection is made from now on, and the one that is there is closed."""
        self.is_over = True
        self.close()

    def _protocol_factory(self) -> H2Protocol:
        return Gathering(Handler(), self._config, self._h2_config)

    async def _create_connection(self) -> H2Protocol:
        if self._is_made or self.is_over:
            self.is_over = True
            raise ConnectionError("was connected before")
        self._is_made = True
        protocol = await super()._create_connection()
        if self.is_over:
            protocol.processor.close()
            raise ConnectionError("closed meanwhile")
        return protocol


def _of_status(error: GRPCError) -> Unreachable | Refused:
    words = next(iter(str(error.message or "").strip().splitlines()), "")[:200]
    match error.status:
        case Status.DEADLINE_EXCEEDED:
            return TooLate("the gateway did not answer in time")
        case Status.UNAUTHENTICATED:
            return Unreachable("the gateway does not take the token")
        case Status.ALREADY_EXISTS:
            return Taken("the gateway tells somebody else")
        case status if status in AWAY:
            return Unreachable(f"the gateway is away: {words}")
    return Refused(f"{error.status.name.lower()}: {words}")
