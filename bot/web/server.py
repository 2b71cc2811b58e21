"""The web server: login, health, metrics, the pages' files, and whatever is added to it."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path

from aiohttp import web

from bot.health import is_well
from bot.web.guard import guard, harden
from bot.web.login import Login
from bot.web.pages import page

STATIC = Path(__file__).parent / "static"

MAX_BODY_BYTES = 1024 * 1024

Health = Callable[[], Awaitable[Mapping[str, str]]]
"""What each part says of itself: `"ok"`, what it waits for, or what is wrong with it."""
Metrics = Callable[[], bytes]
"""The metrics in Prometheus' text format."""
Part = Callable[[web.Application], None]
"""Adds the routes of one page."""


def application(
    login: Login, host: str, *, health: Health, metrics: Metrics, parts: Iterable[Part] = ()
) -> web.Application:
    """The web application as it is served on `host`."""

    async def enter(request: web.Request) -> web.StreamResponse:
        # The page sends the browser on, not a redirect: a Strict cookie set while following a
        # link from elsewhere, such as a terminal in a browser, would not come along.
        if login.accepts(request.query.get("token", "")):
            response = page("entered.html")
            login.admit(response)
            return response
        return page("entered.html") if login.knows(request) else page("locked.html", 403)

    async def healthz(_: web.Request) -> web.StreamResponse:
        parts_say = dict(await health())
        well = all(is_well(said) for said in parts_say.values())
        answer = {"status": "ok" if well else "failing", "parts": parts_say}
        return web.json_response(answer, status=200 if well else 503)

    async def prometheus(_: web.Request) -> web.StreamResponse:
        kind = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=metrics(), headers={"Content-Type": kind})

    app = web.Application(middlewares=[guard(login, host)], client_max_size=MAX_BODY_BYTES)
    app.on_response_prepare.append(harden)
    app.router.add_get("/login", enter, allow_head=False)
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/metrics", prometheus)
    app.router.add_static("/static", STATIC)
    for add in parts:
        add(app)
    return app
