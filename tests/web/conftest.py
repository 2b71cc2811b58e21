"""The web server as it is served, with whatever pages a test adds to it."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from bot.web.login import Login
from bot.web.server import Part, application
from tests.web.client import Client, Serve


@pytest.fixture
def login() -> Login:
    return Login(b"a secret of the tests")


@pytest.fixture
def serve(aiohttp_client: AiohttpClient, login: Login) -> Serve:
    """Serves these parts and gives a client, logged in unless told otherwise."""

    async def start(*parts: Part, logged_in: bool = True) -> Client:
        async def health() -> dict[str, str]:
            return {"database": "ok"}

        app = application(
            login, "127.0.0.1", health=health, metrics=lambda: b"messages_total 3\n", parts=parts
        )
        client: Client = await aiohttp_client(TestServer(app))
        if logged_in:
            admitted = web.Response()
            login.admit(admitted)
            client.session.cookie_jar.update_cookies(admitted.cookies)
        return client

    return start
