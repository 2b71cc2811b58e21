"""From a message that somebody quotes or takes back to the deeds that it told of."""

import json

from bot.posting.turn import Turn
from store.posts import PICTURE, Post, post_id
from store.told import Told

RECALLED = "recalled"
"""The kind of a post that was taken back, or is to be when it comes."""


CARD = "card"
"""The kind of what the bot itself has said of a request: who quotes it means that."""


def note_card(turn: Turn, number: int) -> None:
    """Notes that the turn's message, which the platform has given an id, is the card of a
    request."""
    deed, message, room = turn.journal().row(number), turn.message, turn.room
    if deed is None or room is None:
        return
    key = post_id(message.channel, message.id)
    kept = json.dumps({"key": deed.key})
    turn.posts().put(
        Post(key, message.channel, message.id, deed.member, room, turn.at, CARD, kept)
    )


def is_recalled(turn: Turn) -> bool:
    """Whether the turn's message was taken back before it came."""
    post = turn.posts().of(turn.message.channel, turn.message.id)
    return post is not None and post.kind == RECALLED


def post_of(turn: Turn, channel: str, message: str) -> Post | None:
    """The post that a message is, or that the picture belongs to which it is; None for neither."""
    post = turn.posts().of(channel, message)
    if post is None or post.kind != PICTURE or post.part_of is None:
        return post
    return turn.posts().get(post.part_of)


def deeds_of(turn: Turn, channel: str, message: str) -> list[Told]:
    """The rows of the journal that say that the deed counts, or waits, which the message told of,
    the first first; of a picture that belongs to a post, those of the post."""
    journal, post = turn.journal(), post_of(turn, channel, message)
    if post is not None and (key := _key_in(post)):
        return journal.told(key)
    first = journal.key(channel, message)
    found = journal.told(first) if first else []
    return [one for one in found if (one.channel, one.message) == (channel, message)]


def _key_in(post: Post) -> str:
    """The deed's key; "" of a post that was none."""
    return str(json.loads(post.deed).get("key", ""))
