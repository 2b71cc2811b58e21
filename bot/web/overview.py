"""The page that says how the real channels are: nothing can be done there."""

from collections.abc import Callable, Sequence
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from aiohttp import web

from bot.extend import Channel
from bot.outbox import Outbox
from bot.points.types import Programme
from bot.rooms import Rooms
from bot.web.pages import page
from store.database import Connection
from store.overview import RoomLine, rooms

Json = dict[str, object]
P = ParamSpec("P")
T = TypeVar("T")


class Program(Protocol):
    """What the page needs of the program."""

    @property
    def channels(self) -> Sequence[Channel]: ...
    @property
    def rooms(self) -> Rooms: ...
    @property
    def unsaid(self) -> int: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def programme(self) -> Programme: ...
    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T: ...


class Overview:
    """The page and its one route."""

    def __init__(self, program: Program) -> None:
        self._program = program

    def add_to(self, app: web.Application) -> None:
        """Adds them."""
        app.router.add_get("/", self._page)
        app.router.add_get("/overview/state", self._state)

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return page("overview.html")

    async def _state(self, _: web.Request) -> web.StreamResponse:
        program, is_open = self._program, self._program.rooms.is_open
        known = await program.read(rooms)
        return web.json_response(
            {
                "programme": program.programme.name,
                "version": program.programme.version,
                "channels": [
                    {"name": one.name, "trouble": one.trouble, "reconnects": one.reconnects}
                    for one in program.channels
                ],
                "waiting": program.unsaid,
                "parked": program.outbox.parked_count,
                "rooms": [
                    _shown(room) for room in known if is_open(room.channel, room.external_id)
                ],
            }
        )


def _shown(room: RoomLine) -> Json:
    return {
        "channel": room.channel,
        "id": room.external_id,
        "name": room.name,
        "people": room.people,
    }
