"""From what a gateway tells to messages: with name, role, mentions, quote and what cards show."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Protocol

from bot.channels.lanes import Lanes, Messages
from bot.channels.wechaty import reading
from bot.channels.wechaty.people import Asked, People
from bot.channels.wechaty.quote import split
from bot.channels.wechaty.reading import Payload
from bot.clock import Now
from bot.extend import Refused, Unreachable
from bot.points.types import Message, Role

log = logging.getLogger(__name__)

PICTURES = 4
"""Pictures that are fetched at once."""
PICTURES_WAITING = 32
"""Beyond so many a picture is told of without what it shows."""


class Gateway(Asked, Protocol):
    """What the intake asks of the gateway. All raise Unreachable and Refused."""

    async def payload(self, message: str) -> Payload: ...

    async def link(self, message: str) -> dict[str, Any]: ...

    async def mini_program(self, message: str) -> dict[str, Any]: ...

    async def picture(self, message: str) -> str: ...

    async def inviter_of(self, invitation: str) -> str: ...

    async def accept(self, invitation: str) -> None: ...

    async def ask_alive(self) -> None: ...


@dataclass(slots=True)
class Told:
    """What outlives a connection."""

    is_open: Callable[[str], bool]
    may_invite: Callable[[str], bool]
    now: Now
    lanes: Lanes
    on_up: Callable[[], None]
    """Called when a connection begins to tell."""
    me: str = ""
    """The account that was logged in last."""
    topics: dict[str, str] = field(default_factory=dict)
    """What each open room was last said to be called."""
    answers_dings: bool = False
    """Whether the gateway tells by an event that it was asked whether it lives."""


class Making:
    """Makes messages, and puts them into their rooms' lanes."""

    def __init__(self, gateway: Gateway, people: People, told: Told) -> None:
        self._gateway = gateway
        self._people = people
        self._told = told
        self._pictures = asyncio.Semaphore(PICTURES)
        self._pictures_waiting = 0
        self._asides: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """What goes on beside the lanes ends."""
        for task in self._asides:
            task.cancel()

    async def event(self, number: int, told: dict[str, Any]) -> None:
        """Something happened. Raises Malformed."""
        match number:
            case reading.ROOM_JOIN:
                await self._moved("join", told, "inviteeIdList", "inviterId")
            case reading.ROOM_LEAVE:
                await self._moved("leave", told, "removeeIdList", "removerId")
            case reading.ROOM_TOPIC:
                self._renamed(told)
            case reading.DIRTY:
                self._changed(told)
            case reading.ROOM_INVITE:
                self._aside(self._answer_invitation(reading.identity(told, "roomInvitationId")))

    async def said(self, payload: Payload) -> None:
        """Somebody said something. Raises Malformed."""
        told, lanes = self._told, self._told.lanes
        message = reading.message(payload, told.me, told.now())
        room = message.room
        if room is not None and not told.is_open(room):
            if message.kind == "text" and not message.is_self:
                await self._said_in_closed(room, message)
            return
        # People who write privately are as far from each other as rooms are.
        lane = room or message.sender
        if (whole := self._whole_already(message)) is not None:
            lanes.put(lane, whole)
        else:
            await lanes.put_later(lane, self._whole(message))

    async def _said_in_closed(self, room: str, message: Message) -> None:
        """An admin may open the room: what counts is what is said, and who is admin."""
        role = self._people.known_role(room, message.sender)
        if role is not None:
            self._told.lanes.put(room, replace(message, role=role))
            return

        async def made() -> Messages:
            return (replace(message, role=await self._people.role(room, message.sender)),)

        await self._told.lanes.put_later(room, made())

    def _whole_already(self, message: Message) -> Message | None:
        """The message with all that belongs to it; None where something must be asked for."""
        is_card = message.kind in ("image", "link", "miniprogram")
        if (is_card and not message.is_self) or self._hints_at(message):
            return None
        name = self._people.known_name(message.room, message.sender)
        role = self._people.known_role(message.room, message.sender)
        if name is None or role is None:
            return None
        return replace(message, sender_name=name, role=role)

    def _hints_at(self, message: Message) -> bool:
        """Whether it mentions names of which the gateway does not say whose they are."""
        if message.mentions or message.room is None or message.is_self:
            return False
        return bool(reading.names_mentioned(split(message.text)[1]))

    async def _whole(self, message: Message) -> Messages:
        """The message with all that was to be asked for, as far as it was told."""
        people, room, sender = self._people, message.room, message.sender
        role: Role = "member"
        if room is None:
            name = await people.name(room, sender)
        else:
            name, role, _ = await asyncio.gather(
                people.name(room, sender), people.role(room, sender), self._know_topic(room)
            )
        if room is not None and self._hints_at(message):
            message = replace(message, mentions=await self._meant(room, split(message.text)[1]))
        facts = await self._facts(message) if not message.is_self else {}
        if facts:
            message = replace(message, facts=facts)
        return (replace(message, sender_name=name, role=role),)

    async def _facts(self, message: Message) -> dict[str, str]:
        try:
            match message.kind:
                case "link":
                    return reading.link_facts(await self._gateway.link(message.id))
                case "miniprogram":
                    return reading.mini_program_facts(await self._gateway.mini_program(message.id))
                case "image" if message.room is not None:
                    # Only there may it be part of a deed.
                    return await self._picture(message.id)
        except (Unreachable, Refused) as error:
            log.warning("what a %s shows was not told: %s", message.kind, str(error))
        return {}

    async def _picture(self, message: str) -> dict[str, str]:
        if self._pictures_waiting >= PICTURES_WAITING:
            raise Refused("too many pictures at once")
        self._pictures_waiting += 1
        try:
            async with self._pictures:
                return {"image": await self._gateway.picture(message)}
        finally:
            self._pictures_waiting -= 1

    async def _meant(self, room: str, text: str) -> tuple[str, ...]:
        """Whom the names in a text mean, as far as one alone is called so."""
        me = self._told.me
        await self._people.name(room, me)
        known = self._people.by_name(room)
        found = (known.get(one, ()) for one in reading.names_mentioned(text))
        return reading.mentions([ids[0] for ids in found if len(ids) == 1], me)

    async def _know_topic(self, room: str) -> None:
        """Tells what the room is called, where that is news."""
        name = await self._people.topic(room)
        if name and self._told.topics.get(room) != name:
            self._told.topics[room] = name
            now = self._told.now()
            self._told.lanes.put(room, reading.topic(room, name, "", str(now), now))

    async def _moved(
        self, kind: Literal["join", "leave"], told: dict[str, Any], who: str, by: str
    ) -> None:
        """Somebody came or went; the keys of who, and by whom."""
        room, ids = reading.identity(told, "roomId"), reading.listed(told, who)
        self._people.forget_room(room)
        others = [one for one in ids if one != self._told.me]
        if not others or not self._told.is_open(room):
            return
        now = self._told.now()

        async def made() -> Messages:
            people = await self._people.named(room, others)
            return (reading.moved(kind, told, people, reading.named(told, by), now),)

        await self._told.lanes.put_later(room, made())

    def _renamed(self, told: dict[str, Any]) -> None:
        room, name = reading.identity(told, "roomId"), reading.identity(told, "newTopic")
        self._people.forget_room(room)
        if not self._told.is_open(room):
            return
        now, mark = self._told.now(), told.get("timestamp")
        self._told.topics[room] = name
        by, at = reading.named(told, "changerId"), reading.instant(mark, now)
        self._told.lanes.put(room, reading.topic(room, name, by, str(mark or now), at))

    def _changed(self, told: dict[str, Any]) -> None:
        """The gateway says that something is no longer what it was."""
        of, kind = reading.identity(told, "payloadId"), told.get("payloadType")
        if kind == reading.DIRTY_ROOM:
            self._people.forget_room(of)
        elif kind == reading.DIRTY_MEMBER:
            # The gateway names the room alone: it forgets all of its members.
            self._look_again(of, self._people.forget_names(of))
        elif kind == reading.DIRTY_CONTACT:
            for room in self._people.forget_person(of):
                self._look_again(room, self._people.forget_names(room, of))

    def _look_again(self, room: str, names: dict[str, str]) -> None:
        """Tells what people of a room are called now, where that is something else. Who speaks
        meanwhile tells it as well: no need to keep anybody waiting."""
        if names and self._told.is_open(room):
            self._aside(self._new_names(room, names))

    async def _new_names(self, room: str, names: dict[str, str]) -> None:
        people = await self._people.named(room, [one for one in names if one != self._told.me])
        changed = [one for one in people if one.name and one.name != names[one.id]]
        if changed:
            self._told.lanes.put(room, reading.present(room, changed, self._told.now()))

    def _aside(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._asides.add(task)
        task.add_done_callback(self._asides.discard)

    async def _answer_invitation(self, invitation: str) -> None:
        """Whoever is trusted with everything may take the bot anywhere, and nobody else."""
        try:
            inviter = await self._gateway.inviter_of(invitation)
            if not inviter or not self._told.may_invite(inviter):
                log.warning(
                    "an invitation into a room was left alone: %s is no superuser", inviter
                )
                return
            await self._gateway.accept(invitation)
        except (Unreachable, Refused) as error:
            log.warning("an invitation into a room could not be answered: %s", str(error))
        else:
            log.info("an invitation into a room by %s was accepted", inviter)
