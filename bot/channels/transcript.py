"""The `replay` channel: transcript lines to messages and orders. The keys are those of the
contract."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.points.instant import instant as iso_instant
from bot.points.order import OrderEvent
from bot.points.order_body import BadOrder, order_event
from bot.points.text import shown, storable
from bot.points.types import NOTHING, Message, Person

CHANNEL = "replay"
BOT = "bot"
"""The id of the bot itself, who is no member."""
KINDS = frozenset(["text", "image", "link", "miniprogram", "video", "file", "sticker", "other"])
ROLES = frozenset(("owner", "admin", "member"))
FACTS = ("url", "title", "appid", "image")
LONGEST_LINE = 4_000_000
"""Bytes; a message of 100 kB with every character escaped fits many times."""


class BadLine(ValueError):
    """A line that breaks the contract; the message says what was got and what is wanted."""


@dataclass(frozen=True, slots=True)
class TranscriptLine:
    """One line: a message, an order, or a tick that only moves the clock."""

    at: datetime
    id: str
    """Of the line; a message's own id too."""
    message: Message | None = None
    order: OrderEvent | None = None


def parse(line: bytes) -> TranscriptLine:
    """Raises BadLine. Unknown keys are ignored; hostile text is no fault."""
    found = _object(line)
    at = instant(found.get("at"))
    kind = _text(found, "type")
    number = storable(_text(found, "id"))
    if kind == "tick":
        return TranscriptLine(at, number)
    if kind == "order":
        return TranscriptLine(at, number, order=_order(found))
    if kind not in _READERS:
        known = ", ".join(sorted([*_READERS, "order", "tick"]))
        raise BadLine(f"type {shown(kind)} is unknown, it must be one of {known}")
    return TranscriptLine(at, number, _READERS[kind](found, number, at))


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST_LINE:
        raise BadLine(f"is {len(line)} bytes long, at most {LONGEST_LINE} are read")
    try:
        found = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadLine(f"is not UTF-8 at byte {error.start}") from error
    except ValueError as error:
        raise BadLine(f"is not JSON: {error}") from error
    except RecursionError as error:
        raise BadLine("is nested too deep") from error
    if not isinstance(found, dict):
        raise BadLine(f"must be a JSON object, got {type(found).__name__}")
    return found


def _order(found: dict[str, Any]) -> OrderEvent:
    try:
        return order_event(found)
    except BadOrder as error:
        raise BadLine(str(error)) from error


def _message(found: dict[str, Any], number: str, at: datetime) -> Message:
    kind = _choice(found, "kind", KINDS, "text")
    facts = {key: found[key] for key in FACTS if isinstance(found.get(key), str)}
    return Message(
        channel=CHANNEL,
        id=number,
        room=_room(found),
        sender=storable(_text(found, "sender")),
        sent_at=at,
        sender_name=storable(_text(found, "name", "")),
        kind=kind,  # type: ignore[arg-type]
        text=_text(found, "text", ""),
        role=_choice(found, "role", ROLES, "member"),  # type: ignore[arg-type]
        mentions=_ids(found, "mentions"),
        quote=_text(found, "quotes", "") or None,
        facts=facts or NOTHING,
        is_self=found["sender"] == BOT,
    )


def _join(found: dict[str, Any], number: str, at: datetime) -> Message:
    people = found.get("members")
    if not isinstance(people, list) or not all(isinstance(one, dict) for one in people):
        raise BadLine('members must be a list of {"id": …, "name": …}')
    return Message(
        channel=CHANNEL,
        id=number,
        room=_room(found, needed=True),
        sender=_but_the_bot(storable(_text(found, "inviter", ""))),
        sent_at=at,
        kind="join",
        people=tuple(
            Person(storable(_text(one, "id")), storable(_text(one, "name", "")))
            for one in people
            if one.get("id") != BOT
        ),
    )


def _leave(found: dict[str, Any], number: str, at: datetime) -> Message:
    return Message(
        channel=CHANNEL,
        id=number,
        room=_room(found, needed=True),
        sender=storable(_text(found, "by", "")),
        sent_at=at,
        kind="leave",
        people=tuple(Person(one) for one in _ids(found, "members") if one != BOT),
    )


def _but_the_bot(inviter: str) -> str:
    return "" if inviter == BOT else inviter


def _recall(found: dict[str, Any], number: str, at: datetime) -> Message:
    return Message(
        channel=CHANNEL,
        id=number,
        room=_room(found),
        sender=storable(_text(found, "sender")),
        sent_at=at,
        kind="recall",
        facts={"message": storable(_text(found, "message"))},
    )


_READERS = {"message": _message, "join": _join, "leave": _leave, "recall": _recall}


def instant(found: object) -> datetime:
    """An ISO 8601 time with an offset, as UTC. Raises BadLine."""
    try:
        return iso_instant(found, "at")
    except ValueError as error:
        raise BadLine(str(error)) from error


def _text(found: dict[str, Any], key: str, default: str | None = None) -> str:
    value = found.get(key)
    if value is None and default is not None:
        return default
    if not isinstance(value, str) or (default is None and not value):
        raise BadLine(f"{key} must be a text, got {shown(value)}")
    return value


def _choice(found: dict[str, Any], key: str, known: frozenset[str], default: str) -> str:
    value = _text(found, key, default)
    if value not in known:
        raise BadLine(f"{key} must be one of {', '.join(sorted(known))}, got {shown(value)}")
    return value


def _room(found: dict[str, Any], *, needed: bool = False) -> str | None:
    room = storable(_text(found, "room", ""))
    if needed and not room:
        raise BadLine("room must be a text")
    return room or None


def _ids(found: dict[str, Any], key: str) -> tuple[str, ...]:
    value = found.get(key, [])
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise BadLine(f"{key} must be a list of ids, got {shown(value)}")
    return tuple(storable(one) for one in value)
