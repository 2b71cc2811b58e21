"""Posts: what a member writes and shows in a room within two minutes is one deed, judged once, by
the first of the kinds in ORDER that is seen in it."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.clock import MICROSECOND, from_micros, to_micros
from bot.points.card import excerpt
from bot.points.lexicon import Lexicon
from bot.points.likeness import compared, copied_percent, prints, runs
from bot.points.types import Message, Refusal, Sighting
from bot.posting.card import said_in
from bot.posting.reverse import reverse
from bot.posting.settle import Settled, settle
from bot.posting.told import is_recalled
from bot.posting.turn import Turn
from store.posts import PICTURE, Post, post_id

CHAT = "chat"
SHARE = "share"
ANSWER = "answer"
QUESTION = "question"
"""Noted so that answers to it are known; no deed."""
ORDER = ("review", "post", "live_question", "feedback", ANSWER, SHARE, CHAT)
"""One post earns by one rule."""
COMPARED = frozenset({"review", "post", "live_question", "feedback", ANSWER})
"""Kinds whose texts must not be copied."""
PICTURED = frozenset({"review", "post"})
"""Kinds that pictures belong to, beside what is a deed only with one."""
MISSING = "too_few_pictures"
"""The code of what may still come."""
TOGETHER = timedelta(minutes=2) // MICROSECOND
"""What is further apart is two posts."""
COPIED_PERCENT = 60
"""So much of a text in an older one makes it a copy."""
LOOK_BACK = timedelta(days=90) // MICROSECOND
"""Copies of what was written before that are not looked for."""
MOST_ALIKE = 20
"""Posts that a text is compared with, those first that share most of its runs."""


def has_posts(lexicon: Lexicon) -> bool:
    """Whether there are rules for posts to which pictures may belong."""
    return not lexicon.kinds.isdisjoint((*PICTURED, SHARE))


def is_wanted(sighting: Sighting, lexicon: Lexicon) -> bool:
    """Whether there is a rule for it; for a question, one for answers."""
    kind = ANSWER if sighting.kind == QUESTION else sighting.kind
    return kind in lexicon.kinds


def content_order(sightings: Sequence[Sighting]) -> list[Sighting]:
    """In the order in which they are judged."""
    return sorted(sightings, key=lambda one: (*ORDER, QUESTION).index(one.kind))


def settle_text(turn: Turn, sightings: Sequence[Sighting]) -> Settled | None:
    """Judges what a member wrote, with the pictures sent just before it. `sightings` are in order;
    one that needs a picture is kept for two minutes where none is there yet."""
    if is_recalled(turn):
        if sightings[0].kind != QUESTION:
            settle(turn, sightings[0], refusal=Refusal("recalled"))
        return None
    message, seen = turn.message, [one for one in sightings if _is_enough(turn, one)]
    post = _post(turn, message, compared(message.text))
    pictures = _loose_pictures(turn, post) if any(map(_takes_pictures, seen)) else []
    deeds = [one for one in seen if one.kind != QUESTION and (pictures or not one.needs_picture)]
    settled = _judge(turn, deeds[0], post, pictures, message) if deeds else None
    kept = next((one for one in seen if one in deeds[:1] or one.needs_picture), None)
    if kept is not None and (kept.kind in COMPARED or kept.needs_picture):
        _keep(turn, post, kept, settled if kept in deeds else None)
    elif any(one.kind == QUESTION for one in seen):
        post.kind = QUESTION
        turn.posts().put(post)
    return settled


def settle_picture(turn: Turn) -> Settled | None:
    """Takes a picture to what the member wrote just before it, which is judged again with it when
    only that was missing; else it is kept for what they may write in the next two minutes."""
    if is_recalled(turn):
        return None
    message = turn.message
    picture = _post(turn, message, "")
    picture.kind, picture.picture = PICTURE, message.facts.get("image")
    near = turn.posts().near(turn.member, picture.room, picture.at - TOGETHER, picture.at)
    post = next((one for one in reversed(near) if _is_open(one)), None)
    picture.part_of = post.id if post is not None else None
    turn.posts().put(picture)
    if post is None:
        return None
    pictures = [one for one in near if one.part_of == post.id or _is_loose(one)] + [picture]
    sighting, waits = _kept(post)
    if not waits:
        _claim(turn, post, _hashes([picture]))
        return None
    told = replace(message, id=post.message, sent_at=from_micros(post.at))
    settled = _judge(turn, sighting, post, pictures, told)
    _keep(turn, post, sighting, settled)
    if settled.outcome != "refused":
        _take_chat_back(turn, post)
    elif settled.decision.refusals[0].code == MISSING:
        return None
    return settled


def _judge(
    turn: Turn, sighting: Sighting, post: Post, pictures: Sequence[Post], message: Message
) -> Settled:
    """Judges it, and claims what it needs when it counts."""
    things = _things(turn, sighting, post)
    claimed = turn.posts().claimed([*things, *_hashes(pictures)])
    used = {thing for thing, by in claimed.items() if by != post.id}
    fresh = [one for one in pictures if used.isdisjoint(_hashes([one]))]
    refusal = _spent(things, used, is_picture_used=bool(pictures and not fresh))
    if refusal is None and sighting.kind in COMPARED:
        refusal = _copied(turn, post)
    if _takes_pictures(sighting):
        count = int(sighting.facts.get("pictures", 0)) + len(fresh)
        sighting = replace(sighting, facts={**sighting.facts, "pictures": str(count)})
    settled = settle(turn, sighting, message=message, refusal=refusal)
    if settled.outcome != "refused":
        _claim(turn, post, [*things, *_hashes(fresh)])
        for picture in fresh:
            picture.part_of = post.id
            turn.posts().put(picture)
    return settled


def _keep(turn: Turn, post: Post, sighting: Sighting, settled: Settled | None) -> None:
    """Notes the post, so that pictures, answers and copies of it are known as such."""
    refusals = settled.decision.refusals if settled is not None else ()
    is_done = settled is not None and settled.outcome != "refused"
    kept = {
        "waits": not is_done and (not refusals or refusals[0].code == MISSING),
        "needs_picture": sighting.needs_picture,
        "units": str(sighting.units),
        "subject": sighting.subject,
        "facts": dict(sighting.facts),
        "key": settled.activity.key if settled is not None and is_done else "",
        "said": said_in(post) or excerpt(turn.message.text),
        "quote": turn.message.quote if turn.message.id == post.message else None,
    }
    post.kind = sighting.kind
    post.deed = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    turn.posts().put(post)
    if is_done and sighting.kind in COMPARED:
        turn.posts().index(post.id, prints(runs(post.text)))


def _kept(post: Post) -> tuple[Sighting, bool]:
    """What was seen in a post, and whether only pictures are missing."""
    kept = json.loads(post.deed)
    sighting = Sighting(
        post.kind,
        subject=kept["subject"],
        units=Decimal(kept["units"]),
        facts=kept["facts"],
        needs_picture=kept["needs_picture"],
    )
    return sighting, kept["waits"]


def _is_enough(turn: Turn, sighting: Sighting) -> bool:
    """Whether some rule takes it for what it was recognised as, doubtful or not."""
    if "score" not in sighting.facts:
        return True
    score = int(sighting.facts["score"])
    rules = turn.programme.rules_on(sighting.kind)
    return any(score >= rule.least_score for rule in rules)


def _takes_pictures(sighting: Sighting) -> bool:
    return sighting.kind in PICTURED or sighting.needs_picture


def _is_open(post: Post) -> bool:
    """Whether pictures belong to it that come after it."""
    return post.kind in PICTURED or post.kind == SHARE


def _things(turn: Turn, sighting: Sighting, post: Post) -> list[str]:
    """What of it counts once for good; of chatter the same text on a day, whoever says it."""
    if sighting.kind == CHAT:
        return [f"{CHAT}/{turn.today_text}/{post_id(CHAT, post.text)}"]
    return [f"order/{sighting.subject}"] if sighting.kind == "review" and sighting.subject else []


def _spent(things: Sequence[str], used: set[str], *, is_picture_used: bool) -> Refusal | None:
    """What has counted once and does not again."""
    for thing in things:
        if thing in used:
            return Refusal("copied" if thing.startswith(CHAT) else "order_used")
    return Refusal("picture_used") if is_picture_used else None


def _copied(turn: Turn, post: Post) -> Refusal | None:
    """Whether most of it stands in what the member, or another, got points for in 90 days."""
    mine = runs(post.text)
    for other in turn.posts().alike(prints(mine), post.at - LOOK_BACK, MOST_ALIKE):
        if other.id != post.id and copied_percent(mine, runs(other.text)) >= COPIED_PERCENT:
            return Refusal("repeated" if other.member == post.member else "copied")
    return None


def _take_chat_back(turn: Turn, post: Post) -> None:
    """What was taken for chat until its picture came is a post, and earns by one rule."""
    keys = [
        f"{rule.id}:{CHAT}/{post.channel}/{post.message}" for rule in turn.programme.rules_on(CHAT)
    ]
    for entry in turn.posted(keys).values():
        if entry:
            reverse(turn, entry, actor=None, note=None)


def _claim(turn: Turn, post: Post, things: Sequence[str]) -> None:
    """Notes what has counted now, each thing once."""
    free = set(things) - turn.posts().claimed(things).keys()
    turn.posts().claim(free, post.id, post.member, turn.at)


def _loose_pictures(turn: Turn, post: Post) -> list[Post]:
    """Pictures of the last two minutes that belong to nothing yet."""
    near = turn.posts().near(post.member, post.room, post.at - TOGETHER, post.at)
    return [one for one in near if _is_loose(one)]


def _is_loose(post: Post) -> bool:
    return post.kind == PICTURE and post.part_of is None


def _hashes(pictures: Sequence[Post]) -> list[str]:
    return sorted({f"picture/{one.picture}" for one in pictures if one.picture})


def _post(turn: Turn, message: Message, text: str) -> Post:
    number = post_id(message.channel, message.id)
    at = min(to_micros(message.sent_at), turn.at)
    return Post(
        number, message.channel, message.id, turn.member, turn.room or 0, at, kind="", text=text
    )
