"""What a Wechaty gateway tells, read into messages: pure, and sure of nothing.

The numbers are those of the gateway: of its events, and of its kinds of message, which are not
the ones that `wechaty_grpc` knows by the same names.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from bot.clock import EPOCH
from bot.points.text import TRIMMED
from bot.points.types import NOTHING, Message, MessageKind, Person, Role

CHANNEL = "wechaty"

HEARTBEAT, MESSAGE, DONG = 1, 2, 3
ERROR, ROOM_INVITE, ROOM_JOIN, ROOM_LEAVE, ROOM_TOPIC = 16, 18, 19, 20, 21
SCAN, RESET, LOGIN, LOGOUT, DIRTY = 22, 24, 25, 26, 27
DIRTY_CONTACT, DIRTY_ROOM, DIRTY_MEMBER = 2, 3, 4

PICTURE, TEXT, NOTE, RECALLED = 6, 7, 10, 13
KINDS: dict[int, MessageKind] = {
    1: "file", 5: "sticker", PICTURE: "image", TEXT: "text", 9: "miniprogram", NOTE: "text",
    RECALLED: "recall", 14: "link", 15: "video",
}  # fmt: skip
"""All others, and those that no gateway has yet, are `other`."""

EVERYBODY = "@all"
"""What the ids end with that stand for everybody in a room."""
MENTION_END = "\u2005"
_STRAY = re.compile("\ufffc")
_MENTION = re.compile(f"@([^@{MENTION_END}]{{1,64}}){MENTION_END}")
_RECALLED_IN = re.compile(r"<newmsgid>\s*([0-9]+)\s*</newmsgid>")
_FROM_MS = 100_000_000_000
"""From this number on a time is in milliseconds: in seconds it would be the year 5138."""
_LATEST_S = 253_402_300_799
"""The end of the year 9999."""


class Malformed(ValueError):
    """An event or a payload that says too little to be one; the message names the fault, not the
    content."""


class Payload(Protocol):
    """A message as the gateway hands it over."""

    id: str
    text: str
    timestamp: int
    type: int
    from_id: str
    room_id: str
    mention_ids: Sequence[str]


def event(payload: str) -> dict[str, Any]:
    """What an event carries. Raises Malformed."""
    try:
        found = json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise Malformed("no JSON") from error
    if not isinstance(found, dict):
        raise Malformed("no object")
    return found


def identity(told: dict[str, Any], key: str) -> str:
    """An id that must be there. Raises Malformed."""
    found = told.get(key)
    if not isinstance(found, str) or not found:
        raise Malformed(f"no {key}")
    return found


def named(told: dict[str, Any], key: str) -> str:
    """An id or a name that may be missing, or lost: "" then."""
    found = told.get(key)
    return found if isinstance(found, str) else ""


def listed(told: dict[str, Any], key: str) -> tuple[str, ...]:
    """Ids, of which there must be a list, each once. Raises Malformed."""
    found = told.get(key)
    if not isinstance(found, list):
        raise Malformed(f"no {key}")
    return tuple(dict.fromkeys(one for one in found if isinstance(one, str) and one))


def instant(found: object, now: datetime) -> datetime:
    """When something happened; the gateways write seconds or milliseconds since 1970, and now and
    then nothing, which is `now`."""
    if not isinstance(found, int | float) or isinstance(found, bool):
        return now
    if not 0 < found <= _LATEST_S * 1000:
        return now
    return EPOCH + timedelta(seconds=found / 1000 if found >= _FROM_MS else found)


def message(payload: Payload, me: str, now: datetime) -> Message:
    """What somebody said, without name, role and what only more questions tell. `me` is the bot's
    own id. Raises Malformed."""
    if not payload.id or not payload.from_id:
        raise Malformed("no id" if not payload.id else "no sender")
    kind = kind_of(payload)
    text = cleaned(payload.text) if kind != "recall" else ""
    return Message(
        channel=CHANNEL,
        id=payload.id,
        room=payload.room_id or None,
        sender=payload.from_id,
        sent_at=instant(payload.timestamp, now),
        kind=kind,
        text=text if kind == "text" else "",
        mentions=mentions(payload.mention_ids, me),
        facts={"message": recalled(payload.text)} if kind == "recall" else NOTHING,
        is_self=payload.from_id == me,
    )


def kind_of(payload: Payload) -> MessageKind:
    """A note in a room (接龙) is a text, unless it comes as the markup it was made of."""
    kind = KINDS.get(payload.type, "other")
    if payload.type == NOTE and payload.text.lstrip().startswith("<"):
        return "other"
    return kind


def cleaned(text: str) -> str:
    """A text without the place holders and spaces that clients leave in it; the U+2005 that ends
    a mention stays, it tells how far the name goes."""
    return _STRAY.sub("", text).strip(TRIMMED)


def mentions(ids: Sequence[str], me: str) -> tuple[str, ...]:
    """Who is mentioned, each once; everybody is nobody."""
    found = ("bot" if one == me else one for one in ids if not one.endswith(EVERYBODY))
    return tuple(one for one in dict.fromkeys(found) if one)


def names_mentioned(text: str) -> tuple[str, ...]:
    """The names that a text mentions, of gateways that do not tell whom."""
    return tuple(dict.fromkeys(_MENTION.findall(text))) if MENTION_END in text else ()


def recalled(text: str) -> str:
    """Id of the message that was taken back: the text is that id, or the markup that holds it."""
    found = _RECALLED_IN.search(text)
    return found[1] if found else "" if "<" in text else text.strip()


def role_of(person: str, owner: str, admins: Sequence[str]) -> Role:
    """What somebody is in a room."""
    if person and person == owner:
        return "owner"
    return "admin" if person in admins else "member"


def moved(
    kind: MessageKind, told: dict[str, Any], people: Sequence[Person], by: str, now: datetime
) -> Message:
    """Somebody came or went. Its id says which ones, where and when: the same event again has the
    same one."""
    room, at = identity(told, "roomId"), told.get("timestamp")
    ids = sorted(person.id for person in people)
    return Message(
        channel=CHANNEL,
        id=made_id(kind, room, str(at), *ids),
        room=room,
        sender=by,
        sent_at=instant(at, now),
        kind=kind,
        people=tuple(people),
    )


def topic(room: str, name: str, by: str, mark: str, at: datetime) -> Message:
    """What a room is called; `mark` tells it from another time that it was called so."""
    return Message(
        channel=CHANNEL,
        id=made_id("topic", room, name, mark),
        room=room,
        sender=by,
        sent_at=at,
        kind="topic",
        text=name,
    )


def present(room: str, people: Sequence[Person], at: datetime) -> Message:
    """What people in a room are called from now on."""
    return Message(
        channel=CHANNEL,
        id=made_id(
            "present", room, str(at), *(text for one in people for text in (one.id, one.name))
        ),
        room=room,
        sender="",
        sent_at=at,
        kind="present",
        people=tuple(people),
    )


def made_id(kind: str, *parts: str) -> str:
    """An id for what the gateway gives none."""
    digest = hashlib.sha256(json.dumps(parts).encode("utf-8", "backslashreplace")).hexdigest()
    return f"{kind}-{digest[:40]}"


def link_facts(told: dict[str, Any]) -> dict[str, str]:
    """What a link's card says."""
    return {key: found for key in ("url", "title") if (found := named(told, key))}


def mini_program_facts(told: dict[str, Any]) -> dict[str, str]:
    """What a mini-program's card says; `url` is its page."""
    keys = {"appid": "appid", "url": "pagePath", "title": "title"}
    return {fact: found for fact, key in keys.items() if (found := named(told, key))}
