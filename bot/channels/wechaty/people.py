"""Who is called what, and is what, in which room: asked of the gateway once and kept a while."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Protocol

from bot.channels.kept import Kept
from bot.channels.wechaty.faults import TooLate
from bot.channels.wechaty.limits import Limits
from bot.channels.wechaty.reading import role_of
from bot.extend import Refused, Unreachable
from bot.points.types import Person, Role

ROOMS = 2_000
NAMES = 100_000
AT_ONCE = 16
"""Names that are asked for at once, of a room's members."""

Room = tuple[str, str, tuple[str, ...]]
"""Name, owner and admins."""


class Asked(Protocol):
    """What is asked of the gateway. All raise Unreachable and Refused."""

    async def room(self, room: str) -> Room: ...

    async def name_in(self, room: str, person: str) -> str: ...

    async def name_of(self, person: str) -> str: ...

    async def members_of(self, room: str) -> tuple[str, ...]: ...


class People:
    """What is known over one connection; the next one begins with nothing."""

    def __init__(self, gateway: Asked, limits: Limits) -> None:
        self._gateway = gateway
        self._limits = limits
        self._rooms: Kept[str, Room] = Kept(gateway.room, limits.room_s, ROOMS)
        self._names: Kept[tuple[str | None, str], str] = Kept(self._ask, limits.name_s, NAMES)
        self._heard: dict[str, set[str]] = {}
        """Whose names were asked for in each room."""

    def known_role(self, room: str | None, person: str) -> Role | None:
        """What somebody is in a room; None where that must be asked."""
        if room is None:
            return "member"
        found = self._rooms.known(room)
        return None if found is None else role_of(person, found[1], found[2])

    def known_name(self, room: str | None, person: str) -> str | None:
        """What somebody is called there; None where that must be asked."""
        return self._names.known((room, person))

    def last_name(self, room: str | None, person: str) -> str:
        """What somebody was called there last, as far as it was told."""
        return self._names.last((room, person)) or ""

    async def role(self, room: str, person: str) -> Role:
        """What somebody is in a room: a plain member where the gateway does not tell."""
        try:
            _, owner, admins = await self._rooms.get(room)
        except (Unreachable, Refused):
            return "member"
        return role_of(person, owner, admins)

    async def topic(self, room: str) -> str:
        """What a room is called; "" where the gateway does not tell."""
        try:
            return (await self._rooms.get(room))[0]
        except (Unreachable, Refused):
            return ""

    async def name(self, room: str | None, person: str, fresh_s: float | None = None) -> str:
        """What somebody is called there; what they were called last, or "", where the gateway does
        not tell."""
        try:
            return await self._names.get((room, person), fresh_s)
        except (Unreachable, Refused):
            return self.last_name(room, person)

    async def named(self, room: str, people: Iterable[str]) -> list[Person]:
        """People with their names."""
        return await _each(people, lambda person: self.name(room, person))

    async def present(self, room: str, me: str) -> list[Person]:
        """Who is in a room, the bot left out. Raises Unreachable, or Refused."""

        async def name(person: str) -> str:
            try:
                return await self._names.get((room, person))
            except (TooLate, Refused):
                return self.last_name(room, person)

        members = await self._gateway.members_of(room)
        return await _each([one for one in members if one != me], name)

    def by_name(self, room: str) -> dict[str, list[str]]:
        """Those known in a room, by what they are called there."""
        found: dict[str, list[str]] = {}
        for one in self._heard.get(room, ()):
            found.setdefault(self.last_name(room, one), []).append(one)
        return found

    def forget_room(self, room: str) -> None:
        """Its owner, admins and name may have changed."""
        self._rooms.drop(room)

    def forget_names(self, room: str, person: str = "") -> dict[str, str]:
        """What somebody, or everybody, is called in a room may have changed; what they were called
        so far."""
        heard = self._heard.get(room, set())
        found = {one: self.last_name(room, one) for one in heard if person in ("", one)}
        for one in found:
            self._names.drop((room, one))
        return found

    def forget_person(self, person: str) -> list[str]:
        """What somebody is called by themselves may have changed; the rooms they are known in."""
        self._names.drop((None, person))
        return [room for room, heard in self._heard.items() if person in heard]

    async def _ask(self, key: tuple[str | None, str]) -> str:
        room, person = key
        if room is None:
            return await self._gateway.name_of(person)
        self._heard.setdefault(room, set()).add(person)
        try:
            found = await self._gateway.name_in(room, person)
        except Refused:
            found = ""  # of somebody who has just come in a gateway may not know yet
        return found or await self._gateway.name_of(person)


async def _each(people: Iterable[str], name: Callable[[str], Awaitable[str]]) -> list[Person]:
    few = asyncio.Semaphore(AT_ONCE)

    async def person(one: str) -> Person:
        async with few:
            return Person(one, await name(one))

    return list(await asyncio.gather(*map(person, people)))
