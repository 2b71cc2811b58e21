"""Opening and closing rooms, who is in them, and what they are called."""

from bot.clock import to_micros
from bot.posting.turn import Turn


def open_room(turn: Turn, *, is_open_by_itself: bool) -> bool:
    """Adopts the message's room; False when it is open already. Raises ValueError in a private
    chat."""
    room = _room(turn)
    if _is_open(turn, room, is_open_by_itself):
        return False
    turn.rooms().adopt(room, turn.at)
    return True


def close_room(turn: Turn, *, is_open_by_itself: bool) -> bool:
    """Closes the message's room; what its members have stays theirs. False when it is not open.
    Raises ValueError in a private chat."""
    room = _room(turn)
    if not _is_open(turn, room, is_open_by_itself):
        return False
    turn.rooms().close(room, turn.at)
    return True


def note_people(turn: Turn, *, is_last: bool = False) -> None:
    """Notes that the message's people are in its room, and what they are called there. Who is
    unknown has been enrolled as one who was there before; who is known, a newcomer too, stays what
    they are. Whoever has left since the message was sent stays away. With `is_last`, these are the
    last of all who are in it."""
    room = _room(turn)
    turn.read()
    gone = turn.rooms().left_after(room, to_micros(turn.message.sent_at))
    for person in turn.message.people:
        member = turn.member_of(person.id)
        if member not in gone:
            turn.see(room, member)
        turn.rename(member, person.name)
    if is_last:
        turn.rooms().mark_read(room, turn.at)


def note_topic(turn: Turn, name: str) -> None:
    """Notes what the message's room is called."""
    turn.rooms().name(_room(turn), name)


def _is_open(turn: Turn, room: int, is_open_by_itself: bool) -> bool:
    """As the ledger has it: another process may have opened or closed it meanwhile."""
    is_open = turn.rooms().is_open(room)
    return is_open_by_itself if is_open is None else is_open


def _room(turn: Turn) -> int:
    if turn.room is None:
        raise ValueError(f"{turn.operation.cause} was said in no room")
    return turn.room
