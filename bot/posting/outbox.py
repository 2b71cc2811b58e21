"""What is kept until it has been said: which words carry value, and what became of them."""

from collections.abc import Iterator, Sequence

from bot.points.types import Reply
from bot.posting.operation import Operation, kind_among
from bot.posting.turn import Turn
from store.outbox import Mark, Outgoing

MARKS: tuple[Mark, ...] = ("refused", "sent", "parked", "void")
CAUSE = "outbox"
"""The cause of operations that note what was said."""


def outgoing(turn: Turn, reply: Reply | None) -> Iterator[Outgoing]:
    """What of an ended turn carries value: all that is said beside the reply, and the reply of an
    operation that keeps it, where the turn has left anything in ledger or journal, or has decided.
    A refusal, a question, a check-in can be asked for again, and costs no row."""
    operation = turn.operation
    if turn.is_secret:
        return
    came_to_something = turn.lines or turn.deeds or turn.has_decided
    if reply is not None and operation.keeps_reply and came_to_something:
        yield Outgoing(turn.message.channel, reply, operation.kind, operation.cause, turn.at)
    for channel, notice in turn.notices:
        yield Outgoing(channel, notice, kind_among(notice, operation), operation.cause, turn.at)


def marking(marks: Sequence[tuple[int, Mark]], at: int) -> Operation:
    """Notes what became of rows of the outbox at their channels. Doing it again changes nothing,
    but for what was refused."""

    def work(turn: Turn) -> None:
        outbox = turn.outbox()
        for mark in MARKS:
            rows = [row for row, its in marks if its == mark]
            if rows:
                outbox.mark(rows, mark, at)

    return Operation(at=at, work=work, cause=CAUSE)
