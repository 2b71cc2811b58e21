"""Where admins are asked about a deed that waits for them, and told what came of it."""

import json
from collections.abc import Sequence

from bot.points import card as cards
from bot.points.types import Activity, Message
from bot.posting.turn import Turn
from store.orders import Wait
from store.posts import Post


def ask_admins(turn: Turn, activity: Activity, waits: Sequence[Wait]) -> None:
    """Shows one card for all that waits for an admin of a deed that was told in a room."""
    waiting = [wait for wait in waits if wait.waits_for == "admin"]
    message = turn.operation.message
    if not waiting or message is None:
        return
    known = {rule.id: rule for rule in turn.programme.rules}
    doubts = [str(wait.why["doubt"]) for wait in waiting if "doubt" in wait.why]
    card = cards.Card(
        number=waiting[0].activity,
        rules=tuple(known[wait.rule] for wait in waiting if wait.rule in known),
        points=sum(wait.points for wait in waiting),
        member=activity.member,
        name=turn.name_of(activity.member),
        said=_said(turn, activity, message),
        pictures=int(activity.facts.get("pictures", 0)),
        doubts=tuple(doubts),
    )
    tell_admins(turn, message.channel, message.room, cards.card(card), cards.asks(card))


def tell_admins(
    turn: Turn, channel: str, room: str | None, text: str, asks: tuple[str, ...] = ()
) -> None:
    """Says it where admins are asked: in their room, or else in the room of the deed; nowhere for
    what was told privately where admins have no room."""
    place = turn.programme.admin_room or room
    if place is not None:
        turn.announce(channel, place, text, asks)


def said_in(post: Post) -> str:
    """What a card shows of a post; "" when nothing is kept of it."""
    return str(json.loads(post.deed).get("said", ""))


def _said(turn: Turn, activity: Activity, message: Message) -> str:
    """The beginning of what the member wrote; "" of what follows from other deeds. A post that
    only its picture has completed was written before."""
    if activity.condition or activity.member != turn.member:
        return ""
    channel, _, number = activity.key.partition("/")[2].partition("/")
    post = turn.posts().of(channel, number)
    written = said_in(post) if post is not None else ""
    return written or cards.excerpt(message.text or message.facts.get("title", ""))
