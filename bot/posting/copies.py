"""What of a post counts once: texts, pictures, numbers of orders."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from bot.clock import MICROSECOND
from bot.points.day import day_text
from bot.points.likeness import copied_percent, prints, runs
from bot.points.text import identifier
from bot.points.types import Message, Refusal, Sighting
from bot.posting.deed import deed_day
from bot.posting.turn import Turn
from store.posts import Post, post_id

COMPARED = frozenset({"review", "post", "live_question", "feedback", "answer"})
"""Kinds whose texts must not be copied."""
COPIED_PERCENT = 40
"""So much of a text in an older one makes it a copy. Of the pairs in `tests/points` honest ones
share 4 % at most, copied ones 54 % at least."""
LOOK_BACK = timedelta(days=90) // MICROSECOND
"""Copies of what was written before that are not looked for."""
TOGETHER = timedelta(minutes=2) // MICROSECOND
"""What is further apart is two posts."""
MOST_ALIKE = 5
"""Posts that a text is compared with, those that share most of its runs."""
MOST_WAITING = 20
"""Posts of the last two minutes that it is compared with."""
WAITS = "waits"
"""The state of a post that another picture may let count."""
NOTHING: Mapping[str, int | None] = {}
CHAT, TEXT, ORDER = "chat", "text", "order"
"""How what is claimed begins: chatter of a day, a text on a day, an order for good."""
SPENT = {CHAT: Refusal("copied"), TEXT: Refusal("copied"), ORDER: Refusal("order_used")}
"""Why what has been claimed does not count again."""


def things_of(turn: Turn, sighting: Sighting, post: Post, message: Message) -> list[str]:
    """What of it counts once, whoever says it: the same words on a day, which two processes may
    hear at once; the number of an order for good."""
    day = day_text(deed_day(message, turn.at, turn.programme)[0])
    if sighting.kind == CHAT:
        return [f"{CHAT}/{day}/{post_id(CHAT, post.text)}"]
    things = []
    if sighting.kind in COMPARED and post.text:
        things.append(f"{TEXT}/{day}/{post_id(TEXT, post.text)}")
    if sighting.kind == "review" and sighting.subject:
        things.append(f"{ORDER}/{identifier(sighting.subject)}")
    return things


def used_by_others(
    turn: Turn, post: Post, things: Sequence[str], spares: Mapping[str, int | None] = NOTHING
) -> set[str]:
    """Which of these have counted for another post; not those that it has to spare."""
    claimed = turn.posts().claimed(things)
    return {thing for thing, by in claimed.items() if by not in (post.id, spares.get(thing))}


def spent(things: Sequence[str], used: set[str]) -> Refusal | None:
    """What has counted once and does not again."""
    for thing in things:
        if thing in used:
            return SPENT[thing.partition("/")[0]]
    return None


def foreign(turn: Turn, sighting: Sighting, post: Post) -> Refusal | None:
    """Whether it is about an order that somebody else has placed. An order that the ledger does
    not know, or whose buyer is not known yet, may be the member's."""
    if sighting.kind != "review" or not sighting.subject:
        return None
    bought = turn.orders().bought(identifier(sighting.subject))
    if bought is None or bought.member in (None, post.member):
        return None
    return Refusal("other_order")


def copied(turn: Turn, post: Post) -> Refusal | None:
    """Whether most of it stands in what the member, or another, got points for in 90 days; or in
    what another has just written and may still bring the pictures for."""
    found = runs(post.text)
    mine = set(found)
    for other in turn.posts().alike(prints(found), post.at - LOOK_BACK, MOST_ALIKE):
        if other.id != post.id and _is_copy(mine, other):
            is_own = other.member in (post.member, *turn.formers(post.member))
            return Refusal("repeated") if is_own else Refusal("copied")
    for other in turn.posts().written(post.at - TOGETHER, post.at - 1, post.member, MOST_WAITING):
        is_waiting = other.kind in COMPARED and json.loads(other.deed)["state"] == WAITS
        if is_waiting and _is_copy(mine, other):
            return Refusal("copied")
    return None


def _is_copy(mine: set[int], other: Post) -> bool:
    return copied_percent(mine, set(runs(other.text))) >= COPIED_PERCENT


def claim(turn: Turn, post: Post, things: Sequence[str]) -> None:
    """Notes what has counted now, each thing once. What another process has claimed since it was
    looked up makes it fail: Conflict, and the second try sees it."""
    claimed = turn.posts().claimed(things)
    mine = {thing for thing, by in claimed.items() if by == post.id}
    turn.posts().claim(set(things) - mine, post.id, post.member, turn.at)
