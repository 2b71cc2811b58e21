"""Tags: what an admin puts on a member and takes off."""

from bot.points.tag import MOST_TAGS
from bot.points.types import Refusal
from bot.posting.turn import Turn


def tag(turn: Turn, member: int, word: str, *, is_off: bool) -> list[str] | Refusal:
    """Puts a tag on the member, or takes it off, and answers with all that they have then, the
    oldest first. What is there already stays, what is not there is not missed. A tag too many is
    refused `too_many_tags`."""
    turn.look(member)  # locked, so that two admins at once do not put one too many
    tags = turn.tags()
    found = tags.of(member)
    if is_off:
        tags.drop(member, word)
    elif word not in found:
        if len(found) >= MOST_TAGS:
            return Refusal("too_many_tags")
        tags.put(member, word, turn.at)
    return tags.of(member)
