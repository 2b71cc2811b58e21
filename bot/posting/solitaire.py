"""接龙: those whom the new lines of a list name check in, together."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bot.clock import to_micros
from bot.points.seen import written
from bot.points.solitaire import names
from bot.points.types import Sighting
from bot.posting.deed import deed_day, key_of
from bot.posting.settle import Settled, settle
from bot.posting.turn import Turn
from store.posts import Post, post_id

CHAIN = "chain"
"""The kind of the post that keeps the last copy of a list."""
CHECKIN = Sighting("checkin", once="day")


def settle_list(turn: Turn, sighting: Sighting) -> list[Settled]:
    """Checks in whom the lines name that are new since the last copy of the list, in their order,
    those left out who have checked in that day already; the sender alone where a line names nobody
    in the room, or several. Of the sender alone it is told in any case what came of it."""
    members = _members(turn, _new_lines(turn, sighting))
    if members in ([], [turn.member]):
        return [settle(turn, CHECKIN) for _ in members]
    turn.lock(members)
    day, is_late = deed_day(turn.message, turn.at, turn.programme)
    if is_late:
        return [settle(turn, CHECKIN)]
    keys = {member: key_of(CHECKIN, turn.message, member, day) for member in members}
    done = turn.is_taken([*keys.values()])
    return [_settled(turn, member) for member in members if not done[keys[member]]]


def _settled(turn: Turn, member: int) -> Settled:
    """What the sender may do in the room says nothing of others."""
    if member == turn.member:
        return settle(turn, CHECKIN)
    return settle(turn, CHECKIN, member, message=replace(turn.message, role="member"))


def _new_lines(turn: Turn, sighting: Sighting) -> Sequence[str]:
    """The lines behind those of the last copy; all of a list that does not go on from there. It is
    the last copy from here on."""
    number = post_id(CHAIN, f"{turn.room}/{sighting.subject}")
    last = turn.posts().get(number)
    known = last.text.split("\n") if last is not None else []
    message, lines = turn.message, sighting.people
    at = min(to_micros(message.sent_at), turn.at)
    post = Post(
        number, message.channel, message.id, turn.member, turn.room or 0, at, CHAIN,
        text="\n".join(lines),
    )  # fmt: skip
    turn.posts().put(post)
    return lines[len(known) :] if list(lines[: len(known)]) == known else lines


def _members(turn: Turn, lines: Iterable[str]) -> list[int]:
    """Whom the lines name, each once."""
    called: dict[str, list[int]] = {}
    for member, name in turn.present() if lines else ():
        called.setdefault(written(name).strip(), []).append(member)
    return list(dict.fromkeys(_named(line, called) or turn.member for line in lines))


def _named(line: str, called: dict[str, list[int]]) -> int | None:
    """The only one who is called so."""
    for name in names(line):
        if name and name in called:
            found = called[name]
            return found[0] if len(found) == 1 else None
    return None
