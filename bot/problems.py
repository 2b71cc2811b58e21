"""What a room is told when an operation failed: a bug, or a database out of reach."""

from collections.abc import Callable

from bot.points.types import Reply
from bot.posting.operation import Operation


def _bug(operation: Operation) -> Reply | None:
    return _to_sender(operation, "出了点问题,已记录")


def _unavailable(operation: Operation) -> Reply | None:
    return _to_sender(operation, "系统正忙,没有记上,请稍后再发一次")


SAID: dict[str, Callable[[Operation], Reply | None]] = {"bug": _bug, "unavailable": _unavailable}
"""By problem. `duplicate` and `conflict` are met with silence: the room has its answer."""


def _to_sender(operation: Operation, text: str) -> Reply | None:
    message = operation.message
    return None if message is None else Reply(text, message.room, (message.sender,))
