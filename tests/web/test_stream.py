"""The live connection: nothing is missed, and who was away too long starts over."""

import asyncio

import pytest
from aiohttp import ClientResponse, web

from bot.web import stream as streams
from bot.web.stream import Stream
from tests.web.client import Client, Serve


@pytest.fixture
def stream() -> Stream:
    return Stream()


@pytest.fixture
async def client(serve: Serve, stream: Stream) -> Client:
    def add(app: web.Application) -> None:
        app.router.add_get("/events", stream.serve)
        app.on_shutdown.append(stream.close)

    return await serve(add)


async def test_what_happens_is_told_to_every_page(client: Client, stream: Stream) -> None:
    since = stream.last_id
    pages = [await client.get(f"/events?since={since}") for _ in range(2)]
    stream.tell("line", {"text": "签到\n\ndata: x"})
    for page in pages:
        assert await events(page, 1) == [("line", '{"text":"\\u7b7e\\u5230\\n\\ndata: x"}')]


async def test_a_page_that_comes_back_is_told_what_it_missed(
    client: Client, stream: Stream
) -> None:
    since = stream.last_id
    stream.tell("line", {"n": 1})
    seen = stream.last_id
    stream.tell("line", {"n": 2})
    page = await client.get(f"/events?since={since}", headers={"Last-Event-ID": seen})
    assert await events(page, 1) == [("line", '{"n":2}')]
    page = await client.get(f"/events?since={since}")
    assert await events(page, 2) == [("line", '{"n":1}'), ("line", '{"n":2}')]


@pytest.mark.parametrize("since", ["", "0-1", "x", "abcd-99999999999999999999", "-1", "½-½"])
async def test_a_page_of_another_run_starts_anew(
    client: Client, stream: Stream, since: str
) -> None:
    stream.tell("line", {"n": 1})
    page = await client.get("/events", params={"since": since})
    assert await events(page, 1) == [("anew", "{}")]


async def test_a_page_that_was_away_too_long_starts_anew(client: Client, stream: Stream) -> None:
    since = stream.last_id
    for number in range(streams.KEPT + 1):
        stream.tell("line", {"n": number})
    page = await client.get(f"/events?since={since}")
    assert await events(page, 1) == [("anew", "{}")]


async def test_a_page_that_cannot_keep_up_is_cut_off(client: Client, stream: Stream) -> None:
    page = await client.get(f"/events?since={stream.last_id}")
    for number in range(streams.BEHIND + 2):
        stream.tell("line", {"n": number})
    await asyncio.wait_for(page.read(), 30)


async def test_the_stop_ends_every_connection(client: Client, stream: Stream) -> None:
    page = await client.get(f"/events?since={stream.last_id}")
    await stream.close(client.app)
    assert await asyncio.wait_for(page.read(), 30) == b"retry: 1000\n\n"


async def events(page: ClientResponse, count: int) -> list[tuple[str, str]]:
    """The next events: name and data."""
    found = []
    while len(found) < count:
        text = (await asyncio.wait_for(page.content.readuntil(b"\n\n"), 30)).decode()
        fields = dict(line.split(": ", 1) for line in text.strip().splitlines())
        if "event" in fields:
            found.append((fields["event"], fields["data"]))
    page.close()
    return found
