"""The door: who comes in, what every answer carries, what is refused before a page sees it."""

import re
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from bot.web.guard import is_own_host
from bot.web.login import Login, session_secret
from bot.web.server import STATIC
from store.database import Unavailable
from tests.web.client import Client, Serve, post

ORIGIN_FREE = {"Content-Type": "application/json"}


def page(app: web.Application) -> None:
    """A page with one thing to see and one to do."""

    async def see(_: web.Request) -> web.Response:
        return web.Response(text="seen")

    async def fail(_: web.Request) -> web.Response:
        raise RuntimeError("a bug, with a name in it: 小美")

    async def wait(_: web.Request) -> web.Response:
        raise Unavailable("locked")

    app.router.add_get("/", see)
    app.router.add_get("/locked", wait)
    app.router.add_post("/do", see)
    app.router.add_get("/bug", fail)


async def test_the_link_works_once_and_the_cookie_stays(serve: Serve, login: Login) -> None:
    client = await serve(page, logged_in=False)
    path = login.path
    assert (await client.get("/")).status == 401
    first = await client.get(path)
    assert first.status == 200
    assert 'content="0; url=/"' in await first.text()
    assert await (await client.get("/")).text() == "seen"
    assert (await client.get(path)).status == 200, "somebody who is logged in is let in"
    client.session.cookie_jar.clear()
    assert (await client.get(path)).status == 403
    assert (await client.get("/")).status == 401


@pytest.mark.parametrize(
    "query", ["", "token=", "token=%C3%A9", "token=%ff%ed%a0%80", "token=" + "x" * 4_000]
)
async def test_a_wrong_token_lets_nobody_in_and_uses_nothing_up(
    serve: Serve, login: Login, query: str
) -> None:
    client = await serve(page, logged_in=False)
    assert (await client.get(URL(f"/login?{query}", encoded=True))).status == 403
    assert (await client.get(login.path)).status == 200


async def test_the_cookie_is_for_this_site_and_not_for_scripts(serve: Serve, login: Login) -> None:
    client = await serve(page, logged_in=False)
    cookie = (await client.get(login.path)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie


@pytest.mark.parametrize(
    "cookie",
    ["", "operator", "operator.x.y", "é", "\udcff", "operator.aaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA"],
)
async def test_a_cookie_that_was_not_signed_here_is_none(serve: Serve, cookie: str) -> None:
    client = await serve(page, logged_in=False)
    answer = await client.get("/", headers={"Cookie": f"jifen_session={cookie}"})
    assert answer.status == 401


async def test_a_session_outlives_the_process_but_not_the_secret(serve: Serve) -> None:
    client = await serve(page)
    [cookie] = client.session.cookie_jar
    request = type("Request", (), {"cookies": {cookie.key: cookie.value}})()
    assert Login(b"a secret of the tests").knows(request)
    assert not Login(b"another").knows(request)


async def test_a_browser_without_a_session_is_told_in_chinese(serve: Serve) -> None:
    client = await serve(page, logged_in=False)
    answer = await client.get("/", headers={"Accept": "text/html"})
    assert "登录链接" in await answer.text()


async def test_every_answer_carries_the_security_headers(serve: Serve) -> None:
    client = await serve(page)
    for path in ("/", "/healthz", "/static/main.js", "/nowhere", "/bug"):
        headers = (await client.get(path)).headers
        assert headers["Content-Security-Policy"].startswith(
            "default-src 'none'; script-src 'self'"
        )
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Server"] == "jifenbot"


@pytest.mark.parametrize(
    ("header", "bound", "is_own"),
    [
        ("127.0.0.1:8080", "127.0.0.1", True),
        ("localhost", "127.0.0.1", True),
        ("[::1]:8080", "127.0.0.1", True),
        ("LOCALHOST:8080", "127.0.0.1", True),
        ("bot.example:8080", "bot.example", True),
        ("evil.example", "127.0.0.1", False),
        ("localhost.evil.example", "127.0.0.1", False),
        ("192.168.1.5:8080", "127.0.0.1", False),
        ("192.168.1.5:8080", "0.0.0.0", True),
        ("[fe80::1]:8080", "::", True),
        ("evil.example", "0.0.0.0", False),
        ("", "127.0.0.1", False),
        ("[", "127.0.0.1", False),
    ],
)
def test_a_host_is_ours_by_name_or_by_address(header: str, bound: str, is_own: bool) -> None:
    assert is_own_host(header, bound) is is_own


async def test_a_rebound_name_reaches_nothing(serve: Serve) -> None:
    client = await serve(page)
    for path in ("/", "/login", "/healthz", "/metrics", "/static/main.js"):
        answer = await client.get(path, headers={"Host": "evil.example"})
        assert answer.status == 400
        assert (await answer.json())["error"]["code"] == "bad_host"


async def test_another_site_cannot_post_in_the_users_name(serve: Serve) -> None:
    client = await serve(page)
    own = str(client.make_url("/")).rstrip("/")
    assert (await post(client, "/do", {})).status == 200
    for origin in ("https://evil.example", "null", own + ".evil.example", own + "1"):
        answer = await client.post("/do", json={}, headers={"Origin": origin})
        assert answer.status == 403
    assert (await client.post("/do", json={})).status == 403
    form = await client.post(
        "/do", data="{}", headers={"Origin": own, "Content-Type": "text/plain"}
    )
    assert form.status == 415


async def test_a_bug_is_logged_once_and_says_nothing_of_itself(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = await serve(page)
    answer = await client.get("/bug")
    assert answer.status == 500
    assert "小美" not in await answer.text()
    assert len([one for one in caplog.records if one.name == "bot.web.guard"]) == 1


async def test_a_database_out_of_reach_is_no_bug(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    client = await serve(page)
    answer = await client.get("/locked")
    assert (answer.status, caplog.records) == (503, [])


async def test_health_and_metrics_need_no_session(serve: Serve) -> None:
    client = await serve(page, logged_in=False)
    health = await (await client.get("/healthz")).json()
    assert health == {"status": "ok", "parts": {"database": "ok"}}
    assert await (await client.get("/metrics")).text() == "messages_total 3\n"


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/server.py", "/static/"])
async def test_only_the_pages_own_files_are_served(serve: Serve, path: str) -> None:
    client = await serve(page)
    assert (await client.get(path)).status in (403, 404)


async def test_a_known_path_with_a_wrong_method_is_refused(client: Client) -> None:
    assert (await client.put("/", headers=ORIGIN_FREE)).status in (403, 405)


@pytest.fixture
async def client(serve: Serve) -> Client:
    return await serve(page)


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "data" / "session.key"
    secret = session_secret(file)
    assert len(secret) == 64
    assert session_secret(file) == secret
    assert file.stat().st_mode & 0o077 == 0


def test_a_secret_that_a_crash_left_short_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "session.key"
    file.touch()
    secret = session_secret(file)
    assert len(secret) >= 64
    assert session_secret(file) == secret


async def test_a_look_at_the_link_does_not_use_it_up(serve: Serve, login: Login) -> None:
    client = await serve()
    assert (await client.head(login.path)).status == 405
    assert (await client.get(login.path)).status == 200


def test_no_page_has_script_or_style_in_its_markup_nor_asks_elsewhere() -> None:
    pages = [*STATIC.parent.glob("templates/*.html"), *STATIC.glob("*.svg")]
    assert len(pages) >= 4
    for file in pages:
        markup = file.read_text("utf-8")
        assert not re.search(r"\son\w+=|style=|<style|javascript:", markup), file.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", markup), file.name
        assert not re.search(r'(src|href)="(?!/|#)', markup), file.name


def test_no_script_puts_text_in_as_markup() -> None:
    scripts = list(STATIC.glob("*.js"))
    assert len(scripts) >= 10
    for file in scripts:
        source = file.read_text("utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|setHTML", source
        ), file.name
