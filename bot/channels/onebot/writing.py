"""From a reply to the call that says it. Pure."""

from base64 import b64encode
from typing import Any

from bot.channels.onebot.reading import number_of
from bot.points.types import Reply

Call = tuple[str, dict[str, Any]]
"""An action of the protocol, and its parameters."""


def spoken(reply: Reply, via: str | None) -> Call:
    """The call that says a reply. `via`: a room in which the account has met the person, for what
    is said privately: without being friends it goes through there."""
    if reply.room is not None:
        params = {"group_id": number(reply.room), "message": _segments(reply)}
        return "send_group_msg", params
    params = {"user_id": number(reply.to[0]), "message": _segments(reply)}
    if via is not None:
        params["group_id"] = number(via)
    return "send_private_msg", params


def number(platform_id: str) -> int | str:
    """An id as the protocol has it, which is a number wherever it can be one."""
    is_number = platform_id.isascii() and platform_id.removeprefix("-").isdigit()
    return int(platform_id) if is_number and len(platform_id) < 20 else platform_id


def _segments(reply: Reply) -> list[dict[str, Any]]:
    """Those in an array: nothing that a member has written can be taken for a code."""
    said: list[dict[str, Any]] = []
    if reply.room is not None:
        if reply.quote is not None:
            said.append(_segment("reply", id=number_of(reply.quote)))
        said += [_segment("at", qq=person) for person in reply.to]
    if reply.picture is not None:
        content = b64encode(reply.picture).decode("ascii")
        return [*said, _segment("image", file=f"base64://{content}")]
    space = " " if said and said[-1]["type"] == "at" else ""
    return [*said, _segment("text", text=f"{space}{reply.text}")]


def _segment(kind: str, **values: str) -> dict[str, Any]:
    return {"type": kind, "data": values}
