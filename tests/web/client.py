"""An HTTP client that is logged in, and speaks as our page does."""

from collections.abc import Awaitable, Callable

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient

Client = TestClient[web.Request, web.Application]
Serve = Callable[..., Awaitable[Client]]


async def post(client: Client, path: str, body: object) -> ClientResponse:
    """Posts as the page does: JSON, with the page's own origin."""
    origin = str(client.make_url("/")).rstrip("/")
    return await client.post(path, json=body, headers={"Origin": origin})
