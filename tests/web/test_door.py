"""What is let in while the bot starts and leaves."""

from aiohttp import web

from bot.web.door import Door
from tests.web.client import Serve


async def test_what_brings_messages_is_turned_away_until_they_can_be_taken(serve: Serve) -> None:
    door = Door()

    async def listen(_: web.Request) -> web.StreamResponse:
        return web.Response(text="heard")

    def add_to(app: web.Application) -> None:
        app.router.add_get("/listen", door.before(listen))

    client = await serve(door.add_to, add_to)
    assert (await client.get("/listen")).status == 503
    door.is_open = True
    assert await (await client.get("/listen")).text() == "heard"
    await door.close()
    assert (await client.get("/listen")).status == 503
