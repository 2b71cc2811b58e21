"""The page that says how the real channels are: nothing can be done there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from aiohttp import web

from bot.extend import Channel
from bot.outbox import Outbox
from bot.points.types import Programme
from bot.rooms import Place, Rooms
from bot.troubles import in_chinese
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
        program = self._program
        known = {(room.channel, room.external_id): room for room in await program.read(rooms)}
        return web.json_response(
            {
                "programme": program.programme.name,
                "version": program.programme.version,
                "channels": [
                    {
                        "name": one.name,
                        "trouble": in_chinese(one.trouble),
                        "reconnects": one.reconnects,
                    }
                    for one in program.channels
                ],
                "waiting": program.unsaid,
                "parked": program.outbox.parked_count,
                "rooms": [*map(_shown, _open(program.rooms, known))],
            }
        )


def _open(rooms: Rooms, known: Mapping[Place, RoomLine]) -> list[RoomLine]:
    """Those that are open, listed ones that nothing was heard of yet last."""
    heard = [room for place, room in known.items() if rooms.is_open(*place)]
    return [*heard, *(RoomLine(*place, "", 0) for place in sorted(rooms.listed - known.keys()))]


def _shown(room: RoomLine) -> Json:
    return {
        "channel": room.channel,
        "id": room.external_id,
        "name": room.name,
        "people": room.people,
    }
