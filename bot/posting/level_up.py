"""A member who gets into a higher tier for the first time is told so, once."""

from dataclasses import replace

from bot.points.digest import risen
from bot.points.order import MALL
from bot.points.tier import level_up, risen_to
from bot.points.types import Reply
from bot.posting.turn import Turn


def announce(turn: Turn, reply: Reply | None) -> Reply | None:
    """The reply, with what its reader is told. Others are told privately, together with what they
    hear of this operation anyway."""
    for member, peak in turn.climbs.items():
        tier = risen_to(turn.look(member).tier_points, peak, turn.programme.tiers)
        if tier is None:
            continue
        text = level_up(tier)
        if not _is_answered(turn, reply, member):
            tell(turn, member, text)
        elif reply is not None:
            brief = risen(reply.brief, tier.name)
            reply = replace(reply, text=f"{reply.text}\n{text}", brief=brief)
        else:
            reply = Reply(text, turn.message.room, (turn.message.sender,))
    return reply


def _is_answered(turn: Turn, reply: Reply | None, member: int) -> bool:
    """Whether the reply is for the member alone, or would be if there were one."""
    if turn.operation.message is None:
        return False
    if reply is None:
        return member == turn.member
    return len(reply.to) == 1 and turn.is_person(reply.to[0], member)


def tell(turn: Turn, member: int, text: str) -> None:
    """Says it privately, together with what the member hears of this operation anyway."""
    places = [place for place in turn.identities(member) if place[0] != MALL]
    for number, (channel, said) in enumerate(turn.notices):
        if said.room is None and (channel, said.to[0]) in places:
            turn.notices[number] = channel, replace(said, text=f"{said.text}\n{text}")
            return
    if places:
        turn.notify(*places[0], text)
