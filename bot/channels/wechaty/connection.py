"""One connection to the gateway, from the first call to the end, of whatever kind."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Iterable, Sequence
from typing import Protocol

from bot.channels.wechaty import reading
from bot.channels.wechaty.intake import Event, Intake, note_malformed
from bot.channels.wechaty.limits import Limits
from bot.channels.wechaty.making import Gateway, Making, Told
from bot.channels.wechaty.people import People
from bot.channels.wechaty.reading import Malformed
from bot.extend import Refused, Unreachable

log = logging.getLogger(__name__)

STATES = frozenset({reading.LOGIN, reading.LOGOUT, reading.DONG, reading.ERROR, reading.RESET})
TAKEN = frozenset(
    {reading.MESSAGE, reading.DIRTY, reading.ROOM_INVITE}
    | {reading.ROOM_JOIN, reading.ROOM_LEAVE, reading.ROOM_TOPIC}
)
"""All others tell nothing that matters here."""


class Line(Gateway, Protocol):
    """The gateway's client. All calls raise Unreachable and Refused."""

    login_user_id: str | None
    """Under whose name it says what it says."""

    def close(self) -> None: ...

    def events(self) -> AsyncGenerator[tuple[int, str], None]: ...

    async def begin(self) -> None: ...

    async def end_there(self) -> None: ...

    async def say_in(self, room: str, text: str, mentioned: Sequence[str] = ()) -> None: ...

    async def say_to(self, person: str, text: str) -> None: ...

    async def show_in(self, room: str, picture: bytes) -> None: ...

    async def show_to(self, person: str, picture: bytes) -> None: ...


class Connection:
    """Listens until it is lost; `left` is then what was heard and not delivered."""

    def __init__(self, line: Line, told: Told, limits: Limits, left: Iterable[Event] = ()) -> None:
        self.line = line
        self.people = People(line, limits)
        self.left = list(left)
        self.is_up = False
        """Whether the gateway answers and tells."""
        self.is_logged_in = False
        self.is_stuck = False
        """Whether the gateway believes that it has a listener, and must be told to forget it."""
        self._told = told
        self._limits = limits
        self._making = Making(line, self.people, told)
        self._intake = Intake(line, self._making)
        self._heard = asyncio.Event()
        self._is_lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._has_logged_out = False
        self._up_at: float | None = None

    @property
    def lasted_s(self) -> float:
        """Since the gateway first told anything; 0 where it never did."""
        return 0.0 if self._up_at is None else time.monotonic() - self._up_at

    def lose(self, error: Unreachable) -> None:
        """It is of no use any more."""
        self.is_up = False
        if not self._is_lost.done():
            self._is_lost.set_exception(error)

    async def listen(self) -> None:
        """Raises Unreachable in the end. Called off, it leaves what can still be said over it."""
        if self.is_stuck:
            await self._free()
        loop = asyncio.get_running_loop()
        work = (self._hear(), self._begin(), self._intake.run())
        tasks = {self._is_lost, *(loop.create_task(one) for one in work)}
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self.is_up = False
            errors = [one.exception() for one in done if not one.cancelled()]
            raise next(filter(None, errors), RuntimeError("the channel stopped listening"))
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            self.left = self._intake.close() + self.left

    def close(self) -> None:
        """Nothing is said any more either."""
        self.is_up = False
        self._making.close()
        # Who waits for an answer is told so, and does without it.
        self.line.close()

    async def _free(self) -> None:
        try:
            await self.line.end_there()
        except Refused as error:
            raise Unreachable(f"the gateway cannot stop: {error}") from error

    async def _begin(self) -> None:
        """Has the gateway start, then keeps watching whether it is alive."""
        try:
            await self.line.begin()
        except Refused as error:
            raise Unreachable(f"the gateway cannot start: {error}") from error
        await self._ding()
        while True:
            self._heard.clear()
            await asyncio.sleep(self._limits.ding_s)
            if not self._heard.is_set() and not self._intake.is_full:
                await self._ding()

    async def _ding(self) -> None:
        """Raises Unreachable when the gateway answers no more; or answers, and tells no more, of
        one that is known to tell that it was asked."""
        self._heard.clear()
        await self.line.ask_alive()
        if not self._told.answers_dings:
            return
        try:
            await asyncio.wait_for(self._heard.wait(), self._limits.call_s)
        except TimeoutError:
            if not self._intake.is_full:
                raise Unreachable("the gateway answers, and tells nothing") from None

    async def _hear(self) -> None:
        async for number, payload in self.line.events():
            self._heard.set()
            if not self.is_up:
                self.is_up, self._up_at = True, time.monotonic()
                self._told.on_up()
            await self._take(Event(number, payload))

    async def _take(self, event: Event) -> None:
        try:
            if event.number in STATES:
                self._note(event)
            elif event.number == reading.MESSAGE and not self._knows_itself():
                log.warning("a message was left out: nobody is logged in")
            elif event.number in TAKEN:
                self.left.append(event)
        except Malformed as error:
            note_malformed(event, error)
        await self._go_on()

    async def _go_on(self) -> None:
        """Takes what is left, by the last connection too, as soon as the gateway may know of it.
        What waits for its place stays left until it has it: the connection may end meanwhile."""
        while self.left and self._knows_itself():
            try:
                await self._intake.put(self.left[0])
            except Malformed as error:
                note_malformed(self.left[0], error)
            del self.left[0]

    def _note(self, event: Event) -> None:
        """What concerns the account or the gateway. Raises Malformed."""
        match event.number:
            case reading.LOGIN:
                me = reading.identity(reading.event(event.payload), "contactId")
                self._told.me = self.line.login_user_id = me
                self.is_logged_in, self._has_logged_out = True, False
                log.info("logged in as %s", self._told.me)
            case reading.LOGOUT:
                self.is_logged_in, self._has_logged_out = False, True
                log.warning("the account was logged out")
            case reading.DONG:
                self._told.answers_dings = True
            case reading.ERROR:
                log.warning("the gateway tells of an error")
            case reading.RESET:
                raise Unreachable("the gateway begins anew")

    def _knows_itself(self) -> bool:
        """Some gateways tell of a login only once: who was logged in before is so still, unless a
        logout was told of."""
        if not self.is_logged_in and self._told.me and not self._has_logged_out:
            self.is_logged_in = True
        return self.is_logged_in
