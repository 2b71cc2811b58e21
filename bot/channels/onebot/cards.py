"""The cards that QQ sends as JSON: links and mini-programs. Pure.

There is no published form. The shapes known in 2026-11: a mini-program is
`com.tencent.miniapp_01` with `meta.detail_1` {appid, qqdocurl, url, title: the program, desc: the
page}; what other programs share is `com.tencent.structmsg` or `com.tencent.tuwen.lua` with
`meta.news` {jumpUrl, title, desc, tag}, and others of the same build (`meta.music`, …).
"""

import json
from collections.abc import Mapping
from typing import Any

from bot.points.types import MessageKind

LONGEST = 64 * 1024
"""Characters of a card that is read."""
MINI_PROGRAM = "com.tencent.miniapp"
TARGETS = ("qqdocurl", "jumpUrl", "jump_url", "url")
"""Where a card's link stands, in this order."""


def card(payload: object) -> tuple[MessageKind, dict[str, str]] | None:
    """`link` or `miniprogram` with its `url`, `title` and `appid`; None for any other card, and
    for what is none."""
    found = _parsed(payload)
    meta = found.get("meta")
    app = found.get("app")
    if not isinstance(meta, dict) or not isinstance(app, str):
        return None
    for detail in meta.values():
        if isinstance(detail, dict) and (read := _read(app, detail)):
            return read
    return None


def _parsed(payload: object) -> Mapping[str, Any]:
    if isinstance(payload, str) and len(payload) <= LONGEST:
        try:
            payload = json.loads(payload)
        except (ValueError, RecursionError):
            return {}
    return payload if isinstance(payload, dict) else {}


def _read(app: str, detail: Mapping[str, Any]) -> tuple[MessageKind, dict[str, str]] | None:
    url = next(filter(None, (_text(detail, name) for name in TARGETS)), "")
    if appid := _text(detail, "appid") if app.startswith(MINI_PROGRAM) else "":
        title = _text(detail, "desc") or _text(detail, "title")
        return "miniprogram", {"appid": appid, "url": url, "title": title}
    if url.startswith(("http://", "https://")):
        return "link", {"url": url, "title": _text(detail, "title") or _text(detail, "desc")}
    return None


def _text(detail: Mapping[str, Any], name: str) -> str:
    found = detail.get(name)
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return found if isinstance(found, str) else ""
