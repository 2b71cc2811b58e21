"""What implementations tell, delivered in the order of each room; what else must be asked for."""

import asyncio
import logging
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import Any

from aiohttp import ClientSession

from bot.channels.lanes import Lanes
from bot.channels.onebot.connection import Connection, Frame
from bot.channels.onebot.connections import Connections
from bot.channels.onebot.pictures import Pictures
from bot.channels.onebot.reading import (
    CHANNEL,
    Heard,
    Hearing,
    Malformed,
    identity,
    kind_of,
    message_id,
    part_of,
    people,
    present,
    read,
    room_of,
    told,
    topic,
)
from bot.channels.onebot.writing import number
from bot.clock import system_now
from bot.extend import Refused, Unreachable
from bot.points.types import Message, Reply

ASK_S = 25.0
"""What an answer may take."""
MOST_REMEMBERED = 2_000
"""Messages of the bot's own, and messages with several pictures, that are remembered."""

log = logging.getLogger(__name__)


class Listener:
    """Takes frames, delivers messages. In rooms that are not adopted only what is written is
    delivered, and nothing is asked about them."""

    def __init__(
        self,
        deliver: Callable[[Message], None],
        connections: Connections,
        session: ClientSession,
        *,
        is_open: Callable[[str], bool],
        may_invite: Callable[[str], bool],
    ) -> None:
        self.left_out: Counter[str] = Counter()
        """Frames that could not be read, by what was wrong with them."""
        self._deliver: Callable[[Message], None] | None = deliver
        self._connections = connections
        self._accounts = connections.accounts
        self._pictures = Pictures(session)
        self._is_open = is_open
        self._may_invite = may_invite
        self._lanes = Lanes(self._give)
        self._said: OrderedDict[str, int] = OrderedDict()
        self._albums: OrderedDict[str, int] = OrderedDict()
        self._tasks: set[asyncio.Task[Any]] = set()

    def stop(self) -> None:
        """Delivers no more."""
        self._deliver = None
        self._lanes.close()
        for task in self._tasks:
            task.cancel()

    def greet(self, connection: Connection) -> None:
        """Asks which rooms an account is in that has just connected."""
        if connection.role != "Event":
            self._later(self._learn_rooms(connection.account))

    def take(self, connection: Connection, frame: Frame) -> None:
        """Takes a frame of an account. A frame that trips over a bug is left out alone: the
        connection is for all others."""
        if self._deliver is None:
            return
        try:
            self._hear(connection, frame)
        except Malformed as wrong:
            self.leave_out(str(wrong))
        except Exception:
            log.exception("a bug in reading %s", kind_of(frame))
            self.left_out["bug"] += 1

    def leave_out(self, what: str) -> None:
        """Counts a frame that cannot be read. Told of in the log at 1, 10, 100, …"""
        self.left_out[what] += 1
        if is_round(self.left_out[what]):
            log.warning("left out a frame: %s, %s so far", what, self.left_out[what])

    def _hear(self, connection: Connection, frame: Frame) -> None:
        kind = kind_of(frame)
        if kind == "unknown":
            self.leave_out("unknown kind")
            return
        if kind == "request/group":
            self._asked_in(connection, frame)
            return
        account, room = connection.account, room_of(frame)
        if kind == "notice/group_decrease" and str(frame.get("user_id")) in self._accounts.own:
            self._accounts.leave(str(frame["user_id"]), room)
        elif not room or self._accounts.listens(account, room):
            heard = read(frame, Hearing(account, self._accounts.own, system_now()))
            if heard is not None:
                self._tell(account, heard)

    def _asked_in(self, connection: Connection, frame: Frame) -> None:
        """An invitation into a room is accepted from those who may; anything else is left to the
        account's owner."""
        if frame.get("sub_type") != "invite":
            return
        if not self._may_invite(identity(frame.get("user_id"), "user_id")):
            return
        answer = {"flag": frame.get("flag"), "sub_type": "invite", "approve": True}
        self._later(self._try(connection.account, "set_group_add_request", answer))

    def _tell(self, account: str, heard: Heard) -> None:
        message = heard.message
        if message.is_self and message.id in self._said:
            return
        room = message.room
        if room is not None and not self._is_open(room):
            if message.kind == "text":
                self._give(message)
            return
        if message.sender and not message.is_self:
            self._accounts.meet(account, message.sender, room)
        if len(heard.pictures) > 1:
            _remember(self._albums, message.id, len(heard.pictures))
        if room is None or not heard.pictures:
            self._lanes.put(room or "", *self._with_album(message))
            self._name_newcomers(account, message)
        elif all(picture.digest or not picture.url for picture in heard.pictures):
            self._lanes.put(room, *told(heard, heard.pictures))
        else:
            self._lanes.begin(room, self._fetched(heard))

    async def _fetched(self, heard: Heard) -> list[Message]:
        return told(heard, await self._pictures.named(heard.pictures))

    def _with_album(self, message: Message) -> list[Message]:
        """With a recall goes one of each further picture of what is recalled."""
        recalled = message.facts.get("message", "")
        return [message] + [
            replace(
                message,
                id=part_of(message.id, number),
                facts={"message": part_of(recalled, number)},
            )
            for number in range(2, self._albums.get(recalled, 1) + 1)
        ]

    def hear_own(self, account: str, reply: Reply, number: object) -> None:
        """Few implementations echo what the bot says, and a card must be known to be quoted: so
        the channel does, once."""
        if reply.room is None or not isinstance(number, int | str):
            return
        said = message_id(account, reply.room, str(number))
        _remember(self._said, said, 1)
        self._give(
            Message(
                CHANNEL, said, reply.room, account, system_now(), text=reply.text, is_self=True
            )
        )

    def _give(self, message: Message) -> None:
        if self._deliver is not None:
            self._deliver(message)

    # What is asked of the implementation meanwhile.

    def _name_newcomers(self, account: str, message: Message) -> None:
        """A notice of joining holds no name."""
        if message.kind == "join" and message.room is not None:
            for person in message.people:
                self._accounts.meet(account, person.id, message.room)
                self._later(self._learn_name(account, message.room, person.id))

    async def _learn_name(self, account: str, room: str, person: str) -> None:
        asked = {"group_id": number(room), "user_id": number(person), "no_cache": True}
        row = await self._try(account, "get_group_member_info", asked)
        for found in people([row], self._accounts.own):
            if found.name and found.id == person:
                self._give(present(room, found, system_now()))

    async def _learn_rooms(self, account: str) -> None:
        rooms = _rooms(await self._try(account, "get_group_list", {}))
        if rooms:
            self._accounts.know_rooms(account, rooms.keys())
        for room, name in rooms.items():
            if name and self._is_open(room):
                self._give(topic(room, name, system_now()))

    async def _try(self, account: str, action: str, params: dict[str, Any]) -> Any:
        """What it answers; None where it cannot be had, which is noted."""
        connection = self._connections.ready().get(account)
        try:
            return await connection.call(action, params, ASK_S) if connection else None
        except (Refused, Unreachable):
            log.warning("account %s: %s failed", account, action)
            return None

    def _later(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def is_round(count: int) -> bool:
    """Whether it is 1, 10, 100, …: when what happens often is worth a line of the log."""
    return str(count).rstrip("0") == "1"


def _rooms(rows: object) -> Mapping[str, str]:
    """Ids and names of the rooms in a list of groups."""
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {
        str(row["group_id"]): name if isinstance(name := row.get("group_name"), str) else ""
        for row in found
        if type(row.get("group_id")) in (int, str)
    }


def _remember(kept: OrderedDict[str, int], key: str, count: int) -> None:
    kept[key] = count
    if len(kept) > MOST_REMEMBERED:
        kept.popitem(last=False)
