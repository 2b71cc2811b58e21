"""What the web server shows: the sandbox's page, or how the real channels are."""

from aiohttp import web

from bot.channels.sandbox import Sandbox
from bot.live import App
from bot.settings import Settings
from bot.web.door import Door
from bot.web.overview import Overview
from bot.web.sandbox import SandboxPage
from bot.web.server import Part

ONEBOT_PATH = "/onebot/v11/ws"
"""Where OneBot implementations connect to."""


async def web_parts(app: App, settings: Settings, door: Door) -> list[Part]:
    """The page at `/`, and beside it the way in for implementations that connect to us."""
    if not settings.channels:
        return [(await _sandbox(app)).add_to]
    parts: list[Part] = [Overview(app).add_to]
    if settings.onebot_access_token is not None:
        parts.append(_onebot(app, door))
    return parts


async def _sandbox(app: App) -> SandboxPage:
    """The sandbox's page, with the people of earlier runs in its room."""
    [channel] = app.channels
    assert isinstance(channel, Sandbox)
    page = SandboxPage(app, channel)
    await page.recognise()
    return page


def _onebot(app: App, door: Door) -> Part:
    """Without a token there is no such way: anybody could come in as the platform."""
    from bot.channels.onebot.channel import OneBot

    [channel] = [one for one in app.channels if isinstance(one, OneBot)]
    serve = door.before(channel.serve)

    def add_to(server: web.Application) -> None:
        server.router.add_get(ONEBOT_PATH, serve, allow_head=False)

    return add_to
