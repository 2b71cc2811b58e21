"""What the unmaintained `wechaty` 0.10.7 lacks on Python 3.11 and newer.

Import this before `wechaty`, `wechaty_puppet` or `wechaty_puppet_service`, and only when the
channel is switched on: it takes up to three seconds and 80 MB. Each cure names the issue of
python-wechaty that it answers; telnetlib went with PEP 594, and halves of characters, which node
sends and betterproto does not read, have none.
"""

import os
import socket
import sys
import tempfile
from types import ModuleType
from typing import Any

import betterproto
import pyee
import pyee.asyncio
import urllib3
import urllib3.util


class Telnet:
    """All that is asked of telnetlib: whether somebody answers at an address."""

    def open(self, host: str, port: int, timeout: float) -> None:
        """Raises OSError when nobody answers within so many seconds."""
        socket.create_connection((host, port), timeout).close()


def get_host(url: str) -> tuple[str, str | None, int | None]:
    """Scheme, host and port of an address, as urllib3 said it until 1.26."""
    parsed = urllib3.util.parse_url(url)
    return parsed.scheme or "http", parsed.hostname, parsed.port


_read = betterproto.Message._postprocess_single


def read_leniently(
    message: betterproto.Message, wire_type: int, meta: Any, field: Any, value: Any
) -> Any:
    """A field of what a gateway tells; where a text holds half a character, as programs leave it
    that cut texts in the middle of an emoji, U+FFFD stands there."""
    try:
        return _read(message, wire_type, meta, field, value)
    except UnicodeDecodeError:
        whole = value.decode("utf-8", "replace").encode()
        return _read(message, wire_type, meta, field, whole)


# Both are read while the packages are imported. They make a folder of this name, and log what
# members write unless they are told to tell of catastrophes only, which they call silly.
os.environ.setdefault("CACHE_DIR", tempfile.gettempdir())
os.environ.setdefault("WECHATY_LOG", "silly")

telnetlib = ModuleType("telnetlib")
telnetlib.Telnet = Telnet  # type: ignore[attr-defined]

pyee.AsyncIOEventEmitter = pyee.asyncio.AsyncIOEventEmitter  # type: ignore[attr-defined]  # issue 430
urllib3.get_host = get_host  # type: ignore[attr-defined]  # issue 408
sys.modules.setdefault("telnetlib", telnetlib)  # PEP 594

# It needs the first of these itself.
from wechaty_puppet import PuppetOptions  # noqa: E402

PuppetOptions.__hash__ = object.__hash__  # issue 422
betterproto.Message._postprocess_single = read_leniently  # type: ignore[assignment]
