"""A gateway's client whose answers can be held back, for what happens once in a thousand times."""

import asyncio
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.wechaty import reading
from bot.extend import Unreachable

ROOM = "r@chatroom"


@dataclass(slots=True)
class Payload:
    """A message as the gateway hands it over."""

    id: str
    text: str = ""
    from_id: str = "mei"
    room_id: str = ROOM
    type: int = reading.TEXT
    timestamp: int = 1_700_000_000
    mention_ids: Sequence[str] = ()


class Line:
    """Answers at once, but for what is held back: until it is let go, or the line is closed."""

    def __init__(self) -> None:
        self.payloads: dict[str, Any] = {}
        self.names = {"mei": "小美", "gang": "阿刚"}
        self.owner = "gang"
        self.login_user_id: str | None = None
        self.asked: list[str] = []
        """The verbs of all calls."""
        self._held: dict[str, asyncio.Event] = {}
        self._over = asyncio.get_running_loop().create_future()
        self._told: asyncio.Queue[tuple[int, str]] = asyncio.Queue()
        self.tell(reading.LOGIN, contactId="bot")

    # What the test does.

    def tell(self, number: int, **payload: object) -> None:
        """Something happens."""
        self._told.put_nowait((number, json.dumps(payload)))

    def say(self, payload: Any) -> None:
        """Somebody says something."""
        self.payloads[payload.id] = payload
        self.tell(reading.MESSAGE, messageId=payload.id)

    def hold(self, verb: str) -> None:
        """What is asked so is not answered."""
        self._held[verb] = asyncio.Event()

    def let_go(self, verb: str) -> None:
        """It is answered now."""
        self._held.pop(verb).set()

    # What the channel asks for.

    def close(self) -> None:
        if not self._over.done():
            self._over.set_result(None)

    async def events(self) -> AsyncGenerator[tuple[int, str], None]:
        while True:
            yield await self._told.get()

    async def begin(self) -> None:
        await self._answer("begin")

    async def end_there(self) -> None:
        await self._answer("end_there")

    async def ask_alive(self) -> None:
        await self._answer("ask_alive")

    async def payload(self, message: str) -> Any:
        await self._answer("payload")
        return self.payloads[message]

    async def room(self, room: str) -> tuple[str, str, tuple[str, ...]]:
        await self._answer("room")
        return "", self.owner, ()

    async def name_in(self, room: str, person: str) -> str:
        await self._answer("name_in")
        return self.names[person]

    async def name_of(self, person: str) -> str:
        await self._answer("name_of")
        return self.names[person]

    async def members_of(self, room: str) -> tuple[str, ...]:
        await self._answer("members_of")
        return tuple(self.names)

    async def link(self, message: str) -> dict[str, Any]:
        await self._answer("link")
        return {}

    async def mini_program(self, message: str) -> dict[str, Any]:
        await self._answer("mini_program")
        return {}

    async def picture(self, message: str) -> str:
        await self._answer("picture")
        return "0" * 64

    async def inviter_of(self, invitation: str) -> str:
        await self._answer("inviter_of")
        return "gang"

    async def accept(self, invitation: str) -> None:
        await self._answer("accept")

    async def _answer(self, verb: str) -> None:
        self.asked.append(verb)
        if (gate := self._held.get(verb)) is not None:
            waiting = asyncio.ensure_future(gate.wait())
            await asyncio.wait({waiting, self._over}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
        if self._over.done():
            raise Unreachable("closed")
