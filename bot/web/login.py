"""Who may see the pages: a link that works once, exchanged for a signed cookie."""

import hmac
import os
import secrets
from pathlib import Path

from aiohttp import web
from itsdangerous import BadSignature, TimestampSigner

COOKIE = "jifen_session"
SESSION_S = 7 * 24 * 3600
WHO = "operator"
SECRET_BYTES = 64


class Login:
    """The one-time link of this start, and the sessions signed with a secret that outlives it."""

    def __init__(self, secret: bytes) -> None:
        self._signer = TimestampSigner(secret, salt="jifenbot.session")
        self._token: str | None = secrets.token_urlsafe(24)

    @property
    def path(self) -> str:
        """Path and query of the link; it stays the same, and useless, after it was used."""
        return f"/login?token={self._token or ''}"

    def accepts(self, token: str) -> bool:
        """Whether this is the unused token; from now on it is used."""
        if self._token is None or not hmac.compare_digest(token.encode(), self._token.encode()):
            return False
        self._token = None
        return True

    def admit(self, response: web.StreamResponse) -> None:
        """Puts a session's cookie on the response."""
        response.set_cookie(
            COOKIE,
            self._signer.sign(WHO).decode(),
            max_age=SESSION_S,
            path="/",
            httponly=True,
            samesite="Strict",
        )

    def knows(self, request: web.Request) -> bool:
        """Whether the request carries a session that was signed here and is not too old."""
        try:
            return self._signer.unsign(request.cookies.get(COOKIE, ""), SESSION_S) == WHO.encode()
        except (BadSignature, UnicodeError):
            return False


def session_secret(file: Path) -> bytes:
    """The secret kept in this file. It is made at the first start, for its owner's eyes only, and
    anew when a crash has left it short."""
    if file.exists() and len(secret := file.read_bytes()) >= SECRET_BYTES:
        return secret
    file.parent.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)
    with file.open("wb") as written:
        written.write(secrets.token_hex(SECRET_BYTES // 2).encode())
        written.flush()
        os.fsync(written.fileno())
    return file.read_bytes()
