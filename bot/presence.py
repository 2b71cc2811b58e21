"""What platforms tell of a room of their own accord: who is in it, and what it is called."""

from bot.kept_message import LONGEST_NAME, digest_of
from bot.points.text import storable
from bot.points.types import Message
from bot.posting.operation import Operation
from bot.posting.rooms import note_people, note_topic
from bot.posting.turn import Turn


def people_operation(message: Message, at: int, *, is_last: bool = False) -> Operation:
    """Notes that the message's people are in its room; nobody becomes a newcomer by it, nor stops
    being one. With `is_last` they are the last of all who are there.

    The message must be clean and tell of a room; `at` is in microseconds since 1970 UTC.
    """

    def work(turn: Turn) -> None:
        note_people(turn, is_last=is_last)

    return Operation(
        at=at,
        work=work,
        cause=message.id,
        message=message,
        digest=digest_of(message),
        people=message.people,
    )


def topic_operation(message: Message, at: int) -> Operation:
    """Notes what the message's room is called; as above."""
    name = storable(message.text)[:LONGEST_NAME]

    def work(turn: Turn) -> None:
        note_topic(turn, name)

    return Operation(
        at=at, work=work, cause=message.id, message=message, digest=digest_of(message)
    )
