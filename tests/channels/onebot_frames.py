"""Frames as a OneBot v11 implementation sends them."""

import itertools
from typing import Any

Frame = dict[str, Any]

BOT, ROOM, MEMBER, ADMIN = 10001, 20001, 30001, 30002
AT = 1_793_505_600
"""2026-11-01 04:00 UTC, in the protocol's seconds."""

_numbers = itertools.count(1)


def text(said: str) -> Frame:
    """A segment of text."""
    return {"type": "text", "data": {"text": said}}


def segment(kind: str, **values: Any) -> Frame:
    """Any segment."""
    return {"type": kind, "data": values}


def group_message(*parts: Frame | str, **more: Any) -> Frame:
    """Something said in a group; a plain string is a segment of text."""
    said = [text(part) if isinstance(part, str) else part for part in parts]
    user = more.get("user_id", MEMBER)
    return {
        "time": AT, "self_id": BOT, "post_type": "message", "message_type": "group",
        "sub_type": "normal", "message_id": next(_numbers), "group_id": ROOM, "user_id": user,
        "anonymous": None, "message": said, "raw_message": "", "font": 14,
        "sender": {
            "user_id": user, "nickname": "小美", "card": "", "sex": "unknown", "age": 0,
            "area": "", "level": "1", "role": "member", "title": "",
        },
        **more,
    }  # fmt: skip


def private_message(*parts: Frame | str, **more: Any) -> Frame:
    """Something said privately."""
    said = [text(part) if isinstance(part, str) else part for part in parts]
    return {
        "time": AT, "self_id": BOT, "post_type": "message", "message_type": "private",
        "sub_type": "friend", "message_id": next(_numbers), "user_id": MEMBER,
        "message": said, "raw_message": "", "font": 14,
        "sender": {"user_id": MEMBER, "nickname": "小美", "sex": "unknown", "age": 0}, **more,
    }  # fmt: skip


def sender(**more: Any) -> Frame:
    """Who sent it."""
    return {"user_id": MEMBER, "nickname": "小美", "card": "", "role": "member", **more}


def notice(kind: str, **more: Any) -> Frame:
    """Something that happened in the group."""
    return {
        "time": AT, "self_id": BOT, "post_type": "notice", "notice_type": kind,
        "group_id": ROOM, "user_id": MEMBER, **more,
    }  # fmt: skip


def joined(**more: Any) -> Frame:
    """Somebody has come in, invited by the admin unless told otherwise."""
    return notice("group_increase", **{"sub_type": "invite", "operator_id": ADMIN, **more})


def left(**more: Any) -> Frame:
    """Somebody has gone."""
    return notice("group_decrease", **{"sub_type": "leave", "operator_id": MEMBER, **more})


def recalled(message: int, **more: Any) -> Frame:
    """Somebody takes back a message of the group."""
    return notice("group_recall", **{"operator_id": MEMBER, "message_id": message, **more})


def invited(user: int, flag: str = "flag-1") -> Frame:
    """Somebody asks the bot into a group."""
    return {
        "time": AT, "self_id": BOT, "post_type": "request", "request_type": "group",
        "sub_type": "invite", "group_id": ROOM, "user_id": user, "comment": "", "flag": flag,
    }  # fmt: skip


def lifecycle(account: int = BOT) -> Frame:
    """The first frame of a connection."""
    return {
        "time": AT, "self_id": account, "post_type": "meta_event",
        "meta_event_type": "lifecycle", "sub_type": "connect",
    }  # fmt: skip


def heartbeat(interval_ms: int = 5000, *, online: bool = True, account: int = BOT) -> Frame:
    """A sign of life, and when the next is due."""
    return {
        "time": AT, "self_id": account, "post_type": "meta_event",
        "meta_event_type": "heartbeat", "interval": interval_ms,
        "status": {"online": online, "good": online},
    }  # fmt: skip
