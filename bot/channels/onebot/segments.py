"""What a OneBot message is made of, as an array or as a CQ string: said, shown, mentioned, quoted.
Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.channels.onebot.cards import card
from bot.points.mention import MENTION_END
from bot.points.text import display_name
from bot.points.types import MessageKind

BOT = "bot"
EVERYBODY = "all"
MOST_PICTURES = 20
"""Pictures of one message that are looked at."""
_CQ = re.compile(r"\[CQ:([\w.-]+)((?:,[\w.-]+=[^,\[\]]*)*),?\]", re.ASCII)
_ESCAPES = (("&#44;", ","), ("&#91;", "["), ("&#93;", "]"), ("&amp;", "&"))
_HASH = re.compile(r"\{?([0-9A-Fa-f-]{32,64})\}?(?:\.\w{1,8})?", re.ASCII)
_DIGESTS = (32, 40, 64)
"""Hexadecimal digits of an MD5, SHA-1 or SHA-256."""
_PLAIN: Mapping[str, MessageKind] = {
    "video": "video",
    "file": "file",
    "face": "sticker",
    "mface": "sticker",
    "bface": "sticker",
    "sface": "sticker",
    "dice": "sticker",
    "rps": "sticker",
    "new_dice": "sticker",
    "new_rps": "sticker",
}
"""What some segments make of a message in which nothing is written; others make it `other`."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One part of a message; its values are texts or whatever the implementation sends."""

    kind: str
    values: Mapping[str, Any]

    def text(self, name: str) -> str:
        """A value as text; "" for none, and for what is neither a text nor a number."""
        found = self.values.get(name)
        if isinstance(found, str):
            return found
        return str(found) if isinstance(found, int) and not isinstance(found, bool) else ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture: the hash that its name is, or where its content can be had. Either may be
    missing."""

    digest: str = ""
    url: str = ""


@dataclass(slots=True)
class Content:
    """What a message holds."""

    kind: MessageKind
    text: str = ""
    mentions: tuple[str, ...] = ()
    quote: str = ""
    """The number of the message it quotes; "" for none."""
    facts: dict[str, str] = field(default_factory=dict)
    pictures: tuple[Picture, ...] = ()


def content(message: object, own: Collection[str]) -> Content:
    """What the message holds; `own` are the bot's accounts. Parts that are none are passed over.

    QQ itself puts a mention of whom one quotes behind the quotation: that one is not part of the
    text, and mentions nobody but the bot.
    """
    parts = list(segments(message))
    quote = next((part.text("id") for part in parts if part.kind == "reply"), "")
    shown, mentions = _written(parts, own)
    pictures = tuple(_pictures(parts))
    kind, facts = _kind(parts, shown, pictures)
    if not shown:
        shown = facts.get("title", "")
    return Content(kind, shown, mentions, quote, facts, pictures)


def segments(message: object) -> Iterator[Segment]:
    """The parts of a message."""
    if isinstance(message, str):
        yield from _of_string(message)
        return
    if not isinstance(message, dict | list):
        return
    for part in [message] if isinstance(message, dict) else message:
        values = part.get("data") if isinstance(part, dict) else None
        if isinstance(values, dict) and isinstance(part.get("type"), str):
            yield Segment(part["type"], values)


def _of_string(message: str) -> Iterator[Segment]:
    end = 0
    for code in _CQ.finditer(message):
        if code.start() > end:
            yield Segment("text", {"text": _unescaped(message[end : code.start()])})
        pairs = (pair.partition("=") for pair in code[2].split(",") if pair)
        yield Segment(code[1], {name: _unescaped(value) for name, _, value in pairs})
        end = code.end()
    if end < len(message):
        yield Segment("text", {"text": _unescaped(message[end:])})


def _unescaped(text: str) -> str:
    if "&" in text:
        for escaped, char in _ESCAPES:
            text = text.replace(escaped, char)
    return text


def _written(parts: list[Segment], own: Collection[str]) -> tuple[str, tuple[str, ...]]:
    """The text with mentions as WeChat shows them, and whom they mention."""
    said: list[str] = []
    mentions: dict[str, None] = {}
    before = ""
    for part in parts:
        if part.kind == "text":
            said.append(part.text("text"))
        elif part.kind == "at" and (who := part.text("qq")):
            if who in own:
                mentions[BOT] = None
            elif who != EVERYBODY and before != "reply":
                mentions[who] = None
            if before != "reply":
                said.append(f"@{_shown(part, who)}{MENTION_END}")
        before = part.kind
    return "".join(said).strip(), tuple(mentions)


def _shown(part: Segment, who: str) -> str:
    name = display_name(part.text("name").replace(MENTION_END, " ")).removeprefix("@")
    return name or ("全体成员" if who == EVERYBODY else who)


def _pictures(parts: list[Segment]) -> Iterator[Picture]:
    images = [part for part in parts if part.kind == "image" and not _is_sticker(part)]
    for part in images[:MOST_PICTURES]:
        names = (part.text(name) for name in ("file_unique", "file", "filename", "file_id"))
        digest = next(filter(None, map(_digest, names)), "")
        url = next(
            (at for at in (part.text("url"), part.text("file")) if at.startswith("http")), ""
        )
        yield Picture(digest, url)


def _is_sticker(part: Segment) -> bool:
    """Whether it is a moving picture of the sender's collection, which QQ sends as an image."""
    return "1" in (part.text("sub_type"), part.text("subType")) or "[动画表情]" in part.text(
        "summary"
    )


def _digest(name: str) -> str:
    """The hash that a file's name is, in lower case; "" for any other name."""
    found = _HASH.fullmatch(name)
    digest = found[1].replace("-", "").lower() if found else ""
    return digest if len(digest) in _DIGESTS else ""


def _kind(
    parts: list[Segment], text: str, pictures: tuple[Picture, ...]
) -> tuple[MessageKind, dict[str, str]]:
    for part in parts:
        if found := _card(part):
            return found
    if text:
        return "text", {}
    if pictures:
        return "image", {}
    kinds: dict[str, MessageKind] = {
        part.kind: "sticker" if part.kind == "image" else _PLAIN.get(part.kind, "other")
        for part in parts
    }
    return next((kind for kind in kinds.values() if kind != "other"), "other"), {}


def _card(part: Segment) -> tuple[MessageKind, dict[str, str]] | None:
    if part.kind == "share":
        return "link", {"url": part.text("url"), "title": part.text("title")}
    if part.kind == "json":
        return card(part.values.get("data"))
    return None
