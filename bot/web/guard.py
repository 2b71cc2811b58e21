"""What every request passes and every response carries, whichever page it is for."""

import ipaddress
import logging
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.web.login import Login
from bot.web.pages import page
from store.database import Unavailable

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Server": "jifenbot",
}
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
OPEN_PATHS = ("/login", "/healthz", "/metrics", "/static/", "/api/", "/onebot/")
"""Need no session: they show nothing of the community, or bring their own signature (/api/) or
token (/onebot/)."""
ANY_HOST = ("/onebot/",)
"""Reached by whatever name a program knows this machine by, a container's or a proxy's. A page
whose name was rebound to this machine does not know the token."""

log = logging.getLogger(__name__)


class Turned(Exception):
    """A request that is not served; the code is for programs, the text for people."""

    def __init__(self, status: int, code: str, text: str) -> None:
        super().__init__(text)
        self.status, self.code, self.text = status, code, text


def guard(login: Login, host: str) -> Middleware:
    """The middleware: host, session and origin are looked at in this order, then it is served.

    A foreign Host is refused, so that a name that is rebound to this machine reaches nothing. A
    POST must come from a page of this origin and say that it is JSON, so that no other site can
    forge one.
    """

    @web.middleware
    async def serve(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            _look_at(request, login, host)
            return await handler(request)
        except Turned as turned:
            if turned.status == 401 and _wants_page(request):
                return page("locked.html", 401)
            return problem(turned.status, turned.code, turned.text)
        except web.HTTPException as refused:
            if refused.status < 400:
                raise
            code = refused.reason.lower().replace(" ", "_")
            return problem(refused.status, code, refused.reason)
        except Unavailable:
            return problem(503, "unavailable", "数据库暂时没有回应，请稍后再试")
        except Exception:
            log.exception("web request failed: %s %s", request.method, request.rel_url.path)
            return problem(500, "bug", "出了点问题，已记录")

    return serve


async def harden(request: web.Request, response: web.StreamResponse) -> None:
    """Puts the security headers on a response; a signal, so that streams and errors have them."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    # Files of the pages are asked for again each time, and mostly answered with "not modified".
    is_file = request.path.startswith("/static/")
    response.headers.setdefault("Cache-Control", "no-cache" if is_file else "no-store")


def problem(status: int, code: str, text: str) -> web.Response:
    """An error in the form that every JSON route answers with."""
    return web.json_response({"error": {"code": code, "message": text}}, status=status)


def is_own_host(header: str, bound: str) -> bool:
    """Whether a Host header names this server: the bound address, or this machine.

    Bound to every address (0.0.0.0), any plain IP address is taken: rebinding needs a name.
    """
    try:
        name = urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return False
    return name in LOCAL or name == bound.lower() or (bound in ("0.0.0.0", "::") and _is_ip(name))


def _look_at(request: web.Request, login: Login, host: str) -> None:
    if not request.path.startswith(ANY_HOST) and not is_own_host(request.host, host):
        raise Turned(400, "bad_host", "这个地址不是本机器人的")
    if request.path.startswith(OPEN_PATHS):
        return
    if not login.knows(request):
        raise Turned(401, "no_session", "请用终端里打印的登录链接打开")
    if request.method not in ("GET", "HEAD"):
        _require_own_page(request)


def _require_own_page(request: web.Request) -> None:
    if request.headers.get("Origin") not in (f"http://{request.host}", f"https://{request.host}"):
        raise Turned(403, "bad_origin", "这个请求不是本页面发出的")
    if request.content_type != "application/json" or "Content-Encoding" in request.headers:
        raise Turned(415, "unsupported_media_type", "只接受没有压缩的 application/json")


def _wants_page(request: web.Request) -> bool:
    return request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _is_ip(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True
