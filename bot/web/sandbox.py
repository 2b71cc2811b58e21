"""The sandbox's page: its JSON routes, and what its stream tells."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import UTC, date, timedelta
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from aiohttp import web

from bot.clock import SandboxClock
from bot.points.readings import Board, MemberLine, Period
from bot.points.text import identifier
from bot.points.types import Person, Programme, Refusal
from bot.web import asks, shown
from bot.web.guard import Turned
from bot.web.pages import page
from bot.web.room import REFUSALS, Room
from bot.web.stream import Stream
from store.boards import room_board
from store.database import Connection
from store.reports import members, recent_entries, trace

LEDGER_LINES = 100
BOARDS: tuple[Period, ...] = ("day", "total")
NOBODY = Board((), None, None)

Body = TypeVar("Body", bound=asks.Asked)
P = ParamSpec("P")
T = TypeVar("T")


class Program(Protocol):
    """What the page needs of the program."""

    on_commit: list[Callable[[], None]]

    @property
    def programme(self) -> Programme: ...
    @property
    def clock(self) -> object: ...
    async def advance(self) -> None: ...
    async def read(
        self,
        function: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T: ...


class SandboxPage:
    """Joins the room, the ledger and the pages that show them."""

    def __init__(self, program: Program, room: Room) -> None:
        if not isinstance(program.clock, SandboxClock):
            raise TypeError("only a sandbox's clock may be moved")
        self._clock = program.clock
        self._program = program
        self._room = room
        self._stream = Stream()
        self._jumping = asyncio.Lock()
        room.watch(
            lambda line: self._stream.tell("line", shown.shown_line(line)),
            lambda: self._stream.tell("people", {"people": self._people()}),
        )
        program.on_commit.append(lambda: self._stream.tell("ledger", {}))

    async def recognise(self) -> None:
        """Brings back into the room whom the ledger knows from an earlier run."""
        lines = await self._members()
        self._room.welcome_back(
            (Person(line.external_id, line.name), not line.left) for line in lines
        )

    def add_to(self, app: web.Application) -> None:
        """Adds the page and its routes."""
        room, route = self._room, app.router
        route.add_get("/", self._page)
        route.add_get("/sandbox/state", self._state)
        route.add_get("/sandbox/ledger", self._ledger)
        route.add_get("/sandbox/trace", self._trace)
        route.add_get("/sandbox/events", self._stream.serve)
        route.add_get("/sandbox/pictures/{digest:[0-9a-f]{64}}", self._picture)

        def on(name: str, kind: type[Body], act: Callable[[Body], str | Refusal]) -> None:
            route.add_post(f"/sandbox/{name}", _answering(kind, act))

        on("say", asks.Say, lambda a: room.say(a.speaker, a.text, a.mentions, a.quote))
        on("share", asks.Share, lambda a: room.share(a.speaker, a.url, a.title))
        on("picture", asks.Picture, self._send_picture)
        on("join", asks.Join, self._join)
        on("leave", asks.Leave, lambda a: room.leave(a.person))
        on("recall", asks.Recall, lambda a: room.recall(a.speaker, a.message))
        on("repeat", asks.Repeat, lambda a: room.repeat(a.message))
        on("appoint", asks.Appoint, lambda a: room.appoint(a.person, a.role))
        route.add_post("/sandbox/jump", self._jump)
        app.on_shutdown.append(self._stream.close)

    async def _page(self, _: web.Request) -> web.StreamResponse:
        return page("sandbox.html")

    async def _state(self, _: web.Request) -> web.StreamResponse:
        # The stream's id is taken first: what happens meanwhile is shown twice, not missed.
        since = self._stream.last_id
        return web.json_response(
            {
                "since": since,
                "title": self._room.title,
                "zone": self._program.programme.zone.key,
                "now": self._clock.now().isoformat(),
                "people": self._people(),
                "lines": [shown.shown_line(line) for line in self._room.lines],
            }
        )

    async def _ledger(self, _: web.Request) -> web.StreamResponse:
        program, today = self._program, self._today()
        entries = await program.read(recent_entries, LEDGER_LINES, 0, self._room.name)
        here = (self._room.name, self._room.room, today)
        boards = {period: await program.read(_board, period, *here) for period in BOARDS}
        return web.json_response(
            {
                "entries": [shown.shown_entry(line, program.programme) for line in entries],
                "members": [shown.shown_member(line, today) for line in await self._members()],
                "boards": {name: shown.shown_places(one.top) for name, one in boards.items()},
            }
        )

    async def _trace(self, request: web.Request) -> web.StreamResponse:
        message = identifier(request.query.get("message", "")[:64])
        found = await self._program.read(trace, self._room.name, message)
        return web.json_response({"deeds": shown.shown_deeds(found, self._program.programme)})

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        found = self._room.picture_of(request.match_info["digest"])
        if found is None:
            raise Turned(404, "not_found", "这张图片已经不在了")
        headers = {"Cache-Control": "private, max-age=86400, immutable"}
        return web.Response(body=found[1], content_type=found[0], headers=headers)

    async def _jump(self, request: web.Request) -> web.StreamResponse:
        days = (await asks.asked(request, asks.Jump)).days
        async with self._jumping:
            clock, zone = self._clock, self._program.programme.zone
            now = clock.now()
            # The same time of day, days later, also where a day in between has 23 or 25 hours.
            then = (now.astimezone(zone) + timedelta(days)).astimezone(UTC)
            clock.jump(then - now)
            self._stream.tell("clock", {"now": clock.now().isoformat()})
            self._room.note("时间快进到第二天" if days == 1 else f"时间快进 {days} 天")
            await self._program.advance()
        self._stream.tell("ledger", {})
        return web.json_response({"now": clock.now().isoformat()})

    def _send_picture(self, ask: asks.Picture) -> str | Refusal:
        try:
            content = base64.b64decode(ask.content, validate=True)
        except ValueError:
            raise Turned(400, "bad_body", "这不是一张图片") from None
        return self._room.picture(ask.speaker, content, ask.kind)

    def _join(self, ask: asks.Join) -> str | Refusal:
        if ask.person:
            return self._room.rejoin(ask.person, ask.inviter)
        return self._room.join(ask.name, ask.inviter)

    async def _members(self) -> list[MemberLine]:
        return await self._program.read(members, self._room.name, self._room.room)

    def _today(self) -> date:
        return self._clock.now().astimezone(self._program.programme.zone).date()

    def _people(self) -> list[shown.Json]:
        return shown.shown_people(self._room.people.values())


def _board(connection: Connection, period: Period, channel: str, room: str, today: date) -> Board:
    """The board of the room; empty before anything was said there."""
    sql = "SELECT id FROM room WHERE community = 1 AND channel = ? AND external_id = ?"
    rooms = connection.rows(sql, channel, room)
    return room_board(connection, int(str(rooms[0][0])), period, today) if rooms else NOBODY


def _answering(
    kind: type[Body], act: Callable[[Body], str | Refusal]
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """A route that does what is asked and answers with the message's id."""

    async def serve(request: web.Request) -> web.StreamResponse:
        done = act(await asks.asked(request, kind))
        if isinstance(done, Refusal):
            raise Turned(409, done.code, REFUSALS.get(done.code, "现在不能这样做"))
        return web.json_response({"message": done})

    return serve
