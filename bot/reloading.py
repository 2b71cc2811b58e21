"""Swapping the programme in the writer's order, for a live bot and for a replay."""

from bot.points.reload import Reloaded
from bot.points.types import Programme, Reply
from bot.posting.operation import Operation, Result
from bot.posting.turn import Turn


def swap(programme: Programme, at: int) -> Operation:
    """From this operation on the programme judges; the ledger notes it in the same
    transaction. It is in force even when the database is out of reach: the next transaction notes
    it then."""
    return Operation(
        at=at, work=_nothing, cause=f"reload/{programme.version}", programme=programme
    )


def answer(result: Result, reloaded: Reloaded) -> Reply | None:
    """What is said to the message that asked for it."""
    message = result.operation.message
    if result.reload is None or message is None:
        return None
    return Reply(result.reload.told(reloaded), message.room, (message.sender,))


def _nothing(_: Turn) -> None:
    """The swap itself writes nothing of its own."""
