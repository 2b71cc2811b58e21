"""WeChat groups by way of a Wechaty gateway.

The `wechaty` package's puppet service speaks with it; when to connect, and when to give a
connection up, is decided here. What happens while there is no connection no gateway tells
afterwards, so it is lost; what was told before is not.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.channels.lanes import Lanes
from bot.channels.wechaty.connection import Connection, Line
from bot.channels.wechaty.faults import Taken, TooLate
from bot.channels.wechaty.intake import Event
from bot.channels.wechaty.limits import LIMITS, Limits
from bot.channels.wechaty.making import Told
from bot.channels.wechaty.quote import Recent
from bot.channels.wechaty.reading import CHANNEL, MENTION_END
from bot.clock import system_now
from bot.extend import Channel, Refused, Said, Unreachable
from bot.points.types import Message, Person, Reply

if TYPE_CHECKING:
    from bot.channels.wechaty.puppet import Puppet

log = logging.getLogger(__name__)

PICTURE_BYTES = 3_000_000
"""Of a picture that is sent: a gateway takes 4 MiB a call, and a picture grows by a third."""
STUCK = 4
"""After so many connections in a row that were told somebody else listens, the gateway is asked to
stop: that somebody is most often an earlier connection of our own."""


class Wechaty(Channel):
    """One WeChat account. Used from the event loop only."""

    name = CHANNEL
    is_paced = True
    reconnects = 0

    def __init__(
        self,
        endpoint: str,
        token: str,
        *,
        is_open: Callable[[str], bool],
        may_invite: Callable[[str], bool],
        limits: Limits = LIMITS,
    ) -> None:
        self._address = endpoint, token
        self._limits = limits
        self._deliver: Callable[[Message], None] = _ignore
        self._recent = Recent()
        lanes = Lanes(lambda message: self._deliver(self._recent.traced(message)))
        self._told = Told(is_open, may_invite, system_now, lanes, self._count_up)
        self._connection: Connection | None = None
        self._left: list[Event] = []
        self._why = "not started"
        self._was_up = False
        self._task: asyncio.Task[None] | None = None

    async def start(self, deliver: Callable[[Message], None]) -> None:
        """Begins to connect."""
        self._deliver = deliver
        self._why = "connecting"
        self._task = asyncio.get_running_loop().create_task(self._live())

    async def stop(self) -> None:
        """Delivers no more; for some seconds, what is still to be said can be."""
        self._deliver = _ignore
        self._told.lanes.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=0.3)
        if self._connection is not None and self._connection.is_up:
            self._task = asyncio.get_running_loop().create_task(self._linger(self._connection))
            await asyncio.sleep(0)  # once begun, it also ends when the loop does
        elif self._connection is not None:
            self._connection.close()

    async def send(self, said: Said) -> None:
        """Says it in a room, with mentions, or to one person. A picture goes alone."""
        connection, reply = self._ready(), said.reply
        try:
            if reply.room is not None:
                await self._say_in(connection, reply.room, reply)
            else:
                await _say_to(connection.line, _person(reply), reply)
        except Refused as error:
            if connection.is_logged_in:
                raise
            raise Unreachable("logged out meanwhile") from error
        except TooLate as error:
            # A gateway that stands still says it all when it goes on: nothing more goes there
            # until it answers.
            connection.lose(error)
            raise

    async def people_in(self, room: str) -> list[Person]:
        """Who is in a room, by the names they have there."""
        return await self._ready().people.present(room, self._told.me)

    def _count_up(self) -> None:
        if self._was_up:
            self.reconnects += 1
        self._was_up = True

    @property
    def trouble(self) -> str:
        """What keeps it from sending."""
        connection = self._connection
        if connection is None or not connection.is_up:
            return self._why
        return "" if connection.is_logged_in else "the account is not logged in at the gateway"

    def _ready(self) -> Connection:
        if self._connection is None or self.trouble:
            raise Unreachable(self.trouble)
        return self._connection

    async def _say_in(self, connection: Connection, room: str, reply: Reply) -> None:
        if reply.picture is not None:
            await connection.line.show_in(room, _fit(reply.picture))
            return
        names = await asyncio.gather(
            *(connection.people.name(room, one, self._limits.mention_s) for one in reply.to)
        )
        # Without the name in the text a mention is none.
        seen = [(one, name) for one, name in zip(reply.to, names, strict=True) if name]
        marks = "".join(f"@{name}{MENTION_END}" for _, name in seen)
        await connection.line.say_in(room, marks + reply.text, [one for one, _ in seen])

    async def _live(self) -> None:
        try:
            # Seconds of imports: the loop must not stand still for them.
            make = await asyncio.to_thread(_client)
        except Exception as error:
            # On a Python that it was not made for it fails in any way.
            self._why = f"the package wechaty cannot be used: {error}"
            log.exception("the package wechaty cannot be used")
            return
        await self._connect(lambda: make(*self._address, self._limits))

    async def _connect(self, make: Callable[[], Line]) -> None:
        """Again and again, and no more often the longer it takes."""
        wait_s, taken = self._limits.first_wait_s, 0
        while True:
            connection = Connection(make(), self._told, self._limits, self._left)
            connection.is_stuck = taken >= STUCK
            self._connection = connection
            why, is_taken = await _end_of(connection)
            if why != self._why:
                log.warning("no connection to the gateway: %s", why)
            self._left, self._why = connection.left, why
            taken = taken + 1 if is_taken else 0
            if connection.lasted_s >= self._limits.steady_s:
                wait_s = self._limits.first_wait_s
            await asyncio.sleep(wait_s * random.uniform(0.5, 1))
            wait_s = min(2 * wait_s, self._limits.longest_wait_s)

    async def _linger(self, connection: Connection) -> None:
        try:
            await asyncio.sleep(self._limits.linger_s)
        finally:
            connection.close()


def _client() -> "type[Puppet]":
    from bot.channels.wechaty.puppet import Puppet

    return Puppet


async def _end_of(connection: Connection) -> tuple[str, bool]:
    """Listens; what ended it, in words, and whether somebody else listens. No more of the error is
    kept: it holds on to all that it went through."""
    try:
        await connection.listen()
    except Unreachable as error:
        ended = str(error), isinstance(error, Taken)
    except Exception:
        # Whatever it is: a bot that is deaf from now on would be worse.
        log.exception("a bug in the channel")
        ended = "a bug in the channel", False
    connection.close()
    return ended


async def _say_to(line: Line, person: str, reply: Reply) -> None:
    if reply.picture is not None:
        await line.show_to(person, _fit(reply.picture))
    else:
        await line.say_to(person, reply.text)


def _fit(picture: bytes) -> bytes:
    if len(picture) > PICTURE_BYTES:
        raise Refused(f"a picture of {len(picture)} bytes is more than a gateway takes")
    return picture


def _person(reply: Reply) -> str:
    if not reply.to:
        raise Refused("there is nobody to say it to")
    return reply.to[0]


def _ignore(message: Message) -> None:
    """Nobody listens."""
