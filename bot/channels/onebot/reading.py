"""From the frames of a OneBot v11 implementation to messages. Pure.

A message's id is `account:room:number` (`account::number` in private). The protocol's numbers have
32 bits, are made by each implementation in its own way from what it knows of a message, and mean
something only to the account that heard it; with the room they are as good as unique, and what
quotes and recalls a message always names all three. What comes without a number is named after
what happened, so that two accounts that tell of it, or one that tells twice, name it the same.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from bot.channels.onebot.segments import Picture, content
from bot.points.types import NOTHING, Message, MessageKind, Person, Role

CHANNEL = "onebot"
LATEST = 4_000_000_000
"""Seconds since 1970, the year 2096: a time above it is in milliseconds."""
ROLES: Mapping[str, Role] = {"owner": "owner", "admin": "admin"}

Frame = Mapping[str, Any]


class Malformed(ValueError):
    """A frame that lacks what its kind must have; the message names the kind, and no content."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """Who hears: what a frame does not say."""

    account: str
    own: Collection[str]
    """All accounts of the bot, the one that hears among them."""
    now: datetime
    """When it was heard, UTC; stands in for a time that none can be."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a frame tells, and the pictures that are shown in it."""

    message: Message
    pictures: tuple[Picture, ...] = ()


def read(frame: Frame, hearing: Hearing) -> Heard | None:
    """What the frame tells; None for what concerns nobody here. Raises Malformed."""
    kind = kind_of(frame)
    reading = _READERS.get(kind)
    return reading(frame, hearing) if reading is not None else None


def told(heard: Heard, pictures: Sequence[Picture]) -> list[Message]:
    """The message with its first picture, and one more for each picture behind that, whose ids end
    in `/2`, `/3`, …"""
    first = replace(heard.message, facts=_with_picture(heard.message.facts, pictures[:1]))
    return [first] + [
        replace(
            heard.message,
            id=part_of(first.id, number),
            kind="image",
            text="",
            mentions=(),
            quote=None,
            facts=_with_picture(NOTHING, [picture]),
        )
        for number, picture in enumerate(pictures[1:], 2)
    ]


def part_of(message: str, number: int) -> str:
    """The id of a further picture in a message, from 2."""
    return f"{message}/{number}"


def kind_of(frame: Frame) -> str:
    """What a frame is, in the protocol's own words: `message/group`, `notice/group_recall`. Words
    that are not known are `unknown`."""
    post = frame.get("post_type")
    if post == "message_sent":
        post = "message"
    detail = frame.get(f"{post}_type") if isinstance(post, str) else None
    if post == "notice" and detail == "notify":
        detail = f"notify/{frame.get('sub_type')}"
    kind = f"{post}/{detail}"
    return kind if kind in _READERS or kind in IGNORED else "unknown"


def room_of(frame: Frame) -> str:
    """The room that a frame is from; "" for none. What is said privately to somebody who is no
    friend names the room that both are in: it is not from there."""
    found = None if frame.get("message_type") == "private" else frame.get("group_id")
    return "" if found is None else _id(found, "group_id")


def identity(found: object, what: str) -> str:
    """A platform's id. Raises Malformed for what is none."""
    return _id(found, what)


def people(rows: object, own: Collection[str]) -> list[Person]:
    """Who is in a list of a group's members, the bot's own accounts left out."""
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    named = [(row.get("user_id"), _name(row)) for row in found]
    return [Person(str(who), name) for who, name in named if _is_id(who) and str(who) not in own]


def present(room: str, person: Person, at: datetime) -> Message:
    """Tells that somebody is in a room, and what they are called there."""
    digest = blake2b(person.name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    number = f"present:{room}:{person.id}:{_seconds(at)}:{digest}"
    return _event("present", number, room, at, people=(person,))


def topic(room: str, name: str, at: datetime) -> Message:
    """Tells what a room is called."""
    digest = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=4).hexdigest()
    return _event("topic", f"topic:{room}:{_seconds(at)}:{digest}", room, at, text=name)


def message_id(account: str, room: str, number: str) -> str:
    """What the message is called throughout the channel."""
    return f"{account}:{room}:{number}"


def number_of(message: str) -> str:
    """The platform's number in a message's id."""
    return message.rpartition(":")[2]


def account_in(message: str) -> str:
    """The account that heard or said a message, from the message's id."""
    return message.partition(":")[0]


def _message(frame: Frame, hearing: Hearing) -> Heard | None:
    room = room_of(frame)
    if frame.get("message_type") == "group" and not room:
        raise Malformed("message/group without group_id")
    if frame.get("anonymous") or frame.get("sub_type") in ("anonymous", "notice"):
        return None
    sender = frame.get("sender")
    sender = sender if isinstance(sender, dict) else {}
    who = _id(frame.get("user_id", sender.get("user_id")), "user_id")
    number = _id(frame.get("message_id"), "message_id")
    said = content(frame.get("message"), hearing.own)
    message = Message(
        channel=CHANNEL,
        id=message_id(hearing.account, room, number),
        room=room or None,
        sender=who,
        sent_at=_at(frame, hearing),
        sender_name=_name(sender),
        kind=said.kind,
        text=said.text,
        role=_role(sender),
        mentions=said.mentions,
        quote=message_id(hearing.account, room, said.quote) if said.quote else None,
        facts=said.facts or NOTHING,
        is_self=frame.get("post_type") == "message_sent" or who in hearing.own,
    )
    return Heard(message, said.pictures)


def _with_picture(facts: Mapping[str, str], pictures: Sequence[Picture]) -> Mapping[str, str]:
    digest = pictures[0].digest if pictures else ""
    return {**facts, "image": digest} if digest else facts


def _increase(frame: Frame, hearing: Hearing) -> Heard | None:
    """Somebody has come. By whom they were brought is told for an invitation alone: the operator
    of an approved request is whichever admin approved it."""
    who, room, at = _who(frame), _room(frame), _at(frame, hearing)
    if who in hearing.own:
        return None
    operator = _operator(frame) if frame.get("sub_type") == "invite" else ""
    inviter = "" if operator == who or operator in hearing.own else operator
    number = f"join:{room}:{who}:{_seconds(at)}"
    return Heard(_event("join", number, room, at, sender=inviter, people=(Person(who, ""),)))


def _decrease(frame: Frame, hearing: Hearing) -> Heard | None:
    who, room, at = _who(frame), _room(frame), _at(frame, hearing)
    if who in hearing.own:
        return None
    is_kick = frame.get("sub_type") == "kick"
    operator = _operator(frame) if is_kick else who
    number = f"leave:{room}:{who}:{_seconds(at)}"
    return Heard(_event("leave", number, room, at, sender=operator, people=(Person(who, ""),)))


def _recall(frame: Frame, hearing: Hearing) -> Heard | None:
    """A message is taken back, by whoever wrote it or by an admin."""
    room, at = room_of(frame), _at(frame, hearing)
    recalled = message_id(hearing.account, room, _id(frame.get("message_id"), "message_id"))
    by = _operator(frame) or _who(frame)
    if by in hearing.own:
        return None
    facts = {"message": recalled}
    return Heard(_event("recall", f"recall/{recalled}", room, at, sender=by, facts=facts))


def _renamed(frame: Frame, hearing: Hearing) -> Heard | None:
    """A member's name in the room is another; without one they are called by their own, which is
    not told here."""
    who, name = _who(frame), frame.get("card_new")
    if who in hearing.own or not isinstance(name, str) or not name.strip():
        return None
    return Heard(present(_room(frame), Person(who, name.strip()), _at(frame, hearing)))


def _topic(frame: Frame, hearing: Hearing) -> Heard | None:
    name = frame.get("name_new")
    if not isinstance(name, str):
        raise Malformed("notice/notify/group_name without name_new")
    return Heard(topic(_room(frame), name, _at(frame, hearing)))


_READERS: Mapping[str, Callable[[Frame, Hearing], Heard | None]] = {
    "message/group": _message,
    "message/private": _message,
    "notice/group_increase": _increase,
    "notice/group_decrease": _decrease,
    "notice/group_recall": _recall,
    "notice/friend_recall": _recall,
    "notice/group_card": _renamed,
    "notice/notify/group_name": _topic,
}
IGNORED = frozenset(
    {"meta_event/heartbeat", "meta_event/lifecycle", "request/friend", "request/group"}
    | {f"notice/{kind}" for kind in ("group_admin", "group_ban", "group_upload", "friend_add")}
    | {f"notice/{kind}" for kind in ("essence", "offline_file", "client_status")}
    | {f"notice/{kind}" for kind in ("group_msg_emoji_like", "bot_offline", "reaction")}
    | {f"notice/notify/{kind}" for kind in ("poke", "lucky_king", "honor", "title")}
    | {f"notice/notify/{kind}" for kind in ("input_status", "profile_like")}
)
"""Kinds of frame that are known and make no message."""


def _event(kind: MessageKind, number: str, room: str, at: datetime, **what: Any) -> Message:
    what.setdefault("sender", "")
    return Message(channel=CHANNEL, id=number, room=room or None, sent_at=at, kind=kind, **what)


def _who(frame: Frame) -> str:
    return _id(frame.get("user_id"), "user_id")


def _room(frame: Frame) -> str:
    return _id(frame.get("group_id"), "group_id")


def _operator(frame: Frame) -> str:
    """Who did it; "" where nobody says."""
    found = frame.get("operator_id")
    return str(found) if _is_id(found) and str(found) != "0" else ""


def _id(found: object, what: str) -> str:
    if not _is_id(found):
        raise Malformed(f"no {what}")
    return str(found)


def _is_id(found: object) -> bool:
    return bool(found) if isinstance(found, str) else type(found) is int


def _name(sender: Mapping[str, Any]) -> str:
    """What the room calls somebody: the name they bear there, or their own."""
    names = (sender.get(name) for name in ("card", "nickname"))
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), "")


def _role(sender: Mapping[str, Any]) -> Role:
    found = sender.get("role")
    return ROLES.get(found, "member") if isinstance(found, str) else "member"


def _at(frame: Frame, hearing: Hearing) -> datetime:
    found = frame.get("time")
    if isinstance(found, bool) or not isinstance(found, int | float):
        return hearing.now
    if not 0 < found < LATEST * 1000:
        return hearing.now
    return datetime.fromtimestamp(found / 1000 if found > LATEST else found, UTC)


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
