"""Posts: what a member writes and shows in a room within two minutes is one deed, judged once, by
the first of the kinds in ORDER that is seen in it."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.clock import from_micros, to_micros
from bot.points.card import excerpt
from bot.points.lexicon import Lexicon
from bot.points.likeness import compared, prints, runs
from bot.points.text import identifier
from bot.points.types import MAX_POINTS, Message, Refusal, Sighting
from bot.points.value import value
from bot.posting.card import said_in
from bot.posting.copies import (
    COMPARED,
    TOGETHER,
    WAITS,
    claim,
    copied,
    foreign,
    spent,
    things_of,
    used_by_others,
)
from bot.posting.deed import LATEST_MICROS
from bot.posting.reverse import reverse_part
from bot.posting.settle import Settled, settle
from bot.posting.told import is_recalled
from bot.posting.turn import Turn
from bot.posting.waiting import refuse_wait
from store.posts import PICTURE, Post, post_id

CHAT = "chat"
SHARE = "share"
ANSWER = "answer"
LIVE = "live_question"
QUESTION = "question"
"""Noted so that answers to it are known; no deed."""
ORDER = ("review", "post", LIVE, "feedback", ANSWER, SHARE, CHAT)
"""One post earns by one rule."""
POSTS = (*ORDER, QUESTION)
PLACES = {kind: place for place, kind in enumerate(POSTS)}
PICTURED = frozenset({"review", "post"})
"""Kinds that pictures belong to, beside what is a deed only with one."""
MISSING = "too_few_pictures"
"""The code of what may still come."""
USED = "picture_used"
NEEDED, SPARE = "{}", '{"spare":true}'
"""What is noted of a picture that is part of a post: whether the post had counted before."""
DONE, REFUSED = "done", "refused"
"""What has come of a post beside WAITS: it has counted, or no picture can let it count."""


@value
class Kept:
    """What is known of a post that has been judged, or that waits for its pictures."""

    sighting: Sighting
    state: str
    code: str
    """Why it was refused last; "" when it was not."""


def has_posts(lexicon: Lexicon) -> bool:
    """Whether there are rules for posts to which pictures may belong."""
    return not lexicon.kinds.isdisjoint((*PICTURED, SHARE))


def is_picture(message: Message) -> bool:
    """Whether it shows something, beside what it may say."""
    return message.kind in ("image", "video") or "image" in message.facts


def is_wanted(kind: str, kinds: Collection[str]) -> bool:
    """Whether posts of a kind are looked for where rules judge these kinds; questions, where they
    judge answers."""
    return (ANSWER if kind == QUESTION else kind) in kinds


def is_talk(sightings: Sequence[Sighting]) -> bool:
    """Whether nothing was seen but that somebody talks, or asks."""
    return all(one.kind in (CHAT, QUESTION) for one in sightings)


def content_order(sightings: Sequence[Sighting]) -> list[Sighting]:
    """In the order in which they are judged, those first that say what they are; a kind that ORDER
    does not know, with shares."""
    return sorted(
        sightings, key=lambda one: (not one.is_labelled, PLACES.get(one.kind, PLACES[SHARE]))
    )


def settle_text(turn: Turn, sightings: Sequence[Sighting]) -> Settled | None:
    """Judges what a member wrote, with the pictures sent beside it. `sightings` are in order;
    one that needs a picture is kept for two minutes where none is there yet."""
    if is_recalled(turn):
        if sightings[0].kind != QUESTION:
            settle(turn, sightings[0], refusal=Refusal("recalled"))
        return None
    post = _post(turn, compared(turn.message.text))
    if is_picture(turn.message):
        _put(turn, _picture(turn, beside=True))
    seen = [one for one in sightings if _is_it(turn, one, post)]
    pictures = _loose(turn, post) if any(map(_takes_pictures, seen)) else []
    deeds = [one for one in seen if one.kind != QUESTION and (pictures or not one.needs_picture)]
    settled = _judge(turn, deeds[0], post, pictures, turn.message) if deeds else None
    kept = next((one for one in seen if one in deeds[:1] or one.needs_picture), None)
    if kept is not None and (kept.kind in COMPARED or kept.needs_picture):
        is_asked = any(one.kind == QUESTION for one in seen)
        _keep(turn, post, kept, settled if kept in deeds else None, is_asked=is_asked)
    elif any(one.kind == QUESTION for one in seen):
        post.kind = QUESTION
        _put(turn, post)
    return settled


def settle_picture(turn: Turn) -> Settled | None:
    """Takes a picture to what the member wrote beside it, which is judged again with it when only
    that was missing; else it is kept for what they may write in the next two minutes."""
    if is_recalled(turn):
        return None
    picture = _picture(turn)
    _put(turn, picture)
    post = _owner(turn, picture)
    if post is None:
        return None
    kept = _kept(post)
    if kept.state == DONE:
        _spare(turn, post, picture)
        return None
    told = replace(turn.message, id=post.message, sent_at=from_micros(post.at))
    settled = _judge(turn, kept.sighting, post, _loose(turn, post), told, kept.code)
    if settled is None:
        return None
    _keep(turn, post, kept.sighting, settled)
    if settled.outcome != "refused":
        _take_chat_back(turn, post)
        return replace(settled, account=turn.look(turn.member))
    return None if _code(settled) == MISSING else settled


def _judge(
    turn: Turn,
    sighting: Sighting,
    post: Post,
    pictures: Sequence[Post],
    message: Message,
    told: str = "",
) -> Settled | None:
    """Judges it, and claims what it needs when it counts; None where it would be refused for what
    the member has been `told`."""
    things = things_of(turn, sighting, post, message)
    spares = {f"picture/{one.picture}": one.part_of for one in pictures if one.deed == SPARE}
    used = used_by_others(turn, post, [*things, *_hashes(pictures)], spares)
    fresh = _fresh(pictures, used)
    refusal = copied(turn, post) if sighting.kind in COMPARED else None
    refusal = refusal or foreign(turn, sighting, post) or spent(things, used)
    if refusal is None and pictures and not fresh and _is_picture_needed(turn, sighting):
        refusal = Refusal("picture_used")
    if refusal is not None and refusal.code == told:
        return None
    if _takes_pictures(sighting):
        count = int(sighting.facts.get("pictures", 0)) + len(fresh)
        sighting = replace(sighting, facts={**sighting.facts, "pictures": str(count)})
    settled = settle(turn, sighting, message=message, refusal=refusal)
    if settled.outcome != "refused":
        claim(turn, post, things)
        _take(turn, post, fresh, spares)
    return settled


def _keep(
    turn: Turn,
    post: Post,
    sighting: Sighting,
    settled: Settled | None,
    *,
    is_asked: bool = False,
) -> None:
    """Notes the post, so that pictures, answers and copies of it are known as such."""
    code = _code(settled) if settled is not None else ""
    state = WAITS if settled is None or code in (MISSING, USED) else REFUSED if code else DONE
    kept = {
        "state": state,
        "code": code,
        "needs_picture": sighting.needs_picture,
        "units": str(sighting.units),
        "subject": sighting.subject,
        "facts": dict(sighting.facts),
        "key": settled.activity.key if settled is not None and state == DONE else "",
        "said": said_in(post) or excerpt(turn.message.text),
        "quote": turn.message.quote if turn.message.id == post.message else None,
    }
    if is_asked:
        kept[QUESTION] = True
    post.kind = sighting.kind
    post.deed = json.dumps(kept, sort_keys=True, separators=(",", ":"))
    _put(turn, post)
    if state == DONE and sighting.kind in COMPARED:
        turn.posts().index(post.id, prints(runs(post.text)))


def _put(turn: Turn, post: Post) -> None:
    """Notes it: its message has had an effect, and is a duplicate from now on."""
    turn.had_no_effect = False
    turn.posts().put(post)


def _kept(post: Post) -> Kept:
    kept = json.loads(post.deed)
    sighting = Sighting(
        post.kind,
        subject=kept["subject"],
        units=Decimal(kept["units"]),
        facts=kept["facts"],
        needs_picture=kept["needs_picture"],
    )
    return Kept(sighting, kept["state"], kept["code"])


def _code(settled: Settled) -> str:
    """Why it was refused; of several reasons the one that a picture can mend. "" when it was
    not."""
    if settled.outcome != "refused":
        return ""
    codes = [one.code for one in settled.decision.refusals]
    return MISSING if MISSING in codes else codes[0]


def _picture(turn: Turn, *, beside: bool = False) -> Post:
    """What the message shows; `beside` what it says, which is a post of its own."""
    message, picture = turn.message, _post(turn, "")
    shown = message.facts.get("image")
    picture.kind, picture.picture = PICTURE, identifier(shown) if shown else None
    if beside:
        picture.id = post_id(message.channel, f"{message.id}/{PICTURE}")
    return picture


def _is_it(turn: Turn, sighting: Sighting, post: Post) -> bool:
    """Whether it says anything, and some rule takes it for what it was recognised as, doubtful or
    not; an answer is one to somebody else's question, and long enough: nobody has called it
    one."""
    if not post.text and sighting.kind in COMPARED | {CHAT} and not sighting.is_labelled:
        return False
    rules = turn.programme.rules_on(sighting.kind)
    if sighting.kind == ANSWER:
        is_long = any(sighting.units >= (rule.from_units or 0) for rule in rules)
        return is_long and _is_asked_by_another(turn)
    if "score" not in sighting.facts:
        return True
    score = int(sighting.facts["score"])
    return any(score >= rule.least_score for rule in rules)


def _is_asked_by_another(turn: Turn) -> bool:
    """Whether the message quotes another member's question."""
    quote = turn.message.quote
    if quote is None:
        return False
    asked = turn.posts().of(turn.message.channel, identifier(quote))
    if asked is None or asked.member in (turn.member, *turn.formers(turn.member)):
        return False
    return asked.kind in (QUESTION, LIVE) or QUESTION in json.loads(asked.deed)


def _takes_pictures(sighting: Sighting) -> bool:
    return sighting.kind in PICTURED or sighting.needs_picture


def _is_picture_needed(turn: Turn, sighting: Sighting) -> bool:
    """Whether it earns nothing without another picture."""
    seen = int(sighting.facts.get("pictures", 0))
    rules = turn.programme.rules_on(sighting.kind)
    return sighting.needs_picture or all((rule.min_pictures or 0) > seen for rule in rules)


def _owner(turn: Turn, picture: Post) -> Post | None:
    """What the picture belongs to: the last that the member wrote before it and that takes
    pictures; else the first after it that waits for one, whichever came in first."""
    kept = [
        (one, state)
        for one in _near(turn, picture)
        if one.kind not in (PICTURE, QUESTION) and (state := _open(one))
    ]
    before = [(one.at, state == WAITS, one) for one, state in kept if one.at <= picture.at]
    if before:
        return max(before, key=lambda found: found[:2])[2]
    after = [one for one, state in kept if state == WAITS]
    return after[0] if after else None


def _open(post: Post) -> str:
    """Its state where pictures belong to it; "" where they do not: what has been refused leaves
    them to what is written next."""
    if "state" not in json.loads(post.deed):
        return ""
    kept = _kept(post)
    is_open = kept.state == WAITS or (kept.state == DONE and post.kind in PICTURED)
    return kept.state if is_open and _takes_pictures(kept.sighting) else ""


def _near(turn: Turn, post: Post) -> list[Post]:
    """What its sender wrote and showed in the room within two minutes of it, itself included."""
    first, last = post.at - TOGETHER, post.at + TOGETHER
    return turn.posts().near(post.member, post.room, first, last)


def _loose(turn: Turn, post: Post) -> list[Post]:
    """The pictures beside it that no other post needs."""
    pictures = [one for one in _near(turn, post) if one.kind == PICTURE]
    return [one for one in pictures if one.part_of in (None, post.id) or one.deed == SPARE]


def _fresh(pictures: Sequence[Post], used: set[str]) -> list[Post]:
    """Those whose content has not counted yet, each content once; of a channel that does not tell
    contents, all."""
    found: dict[str | int, Post] = {}
    for one in pictures:
        if used.isdisjoint(_hashes([one])):
            found.setdefault(one.picture or one.id, one)
    return list(found.values())


def _take(turn: Turn, post: Post, pictures: Sequence[Post], claimed: Collection[str] = ()) -> None:
    """Makes them part of the post; what they show has counted now, where it was not `claimed`
    already."""
    claim(turn, post, [one for one in _hashes(pictures) if one not in claimed])
    for picture in pictures:
        picture.part_of, picture.deed = post.id, NEEDED
        turn.posts().put(picture)


def _spare(turn: Turn, post: Post, picture: Post) -> None:
    """A picture after a post that has counted without it: what it shows has counted with it,
    unless that is for what the member is about to write beside it."""
    _take(turn, post, [picture], used_by_others(turn, post, _hashes([picture])))
    picture.deed = SPARE
    turn.posts().put(picture)


def _take_chat_back(turn: Turn, post: Post) -> None:
    """What was taken for chat until its picture came is a post, and earns by one rule."""
    rules = turn.programme.rules_on(CHAT)
    keys = [f"{rule.id}:{CHAT}/{post.channel}/{post.message}" for rule in rules]
    cause = f"{turn.message.channel}/{turn.message.id}"
    for entry in turn.posted_as(keys).values():
        if entry:
            reverse_part(turn, entry, total=MAX_POINTS, cause=cause)
    for wait in turn.orders().waits_of(post.member) if keys else ():
        if wait.key in keys:
            refuse_wait(turn, wait, "nothing")


def _hashes(pictures: Sequence[Post]) -> list[str]:
    return sorted({f"picture/{one.picture}" for one in pictures if one.picture})


def _post(turn: Turn, text: str) -> Post:
    """What the message is. When the platform says it was sent decides what belongs together, also
    where this machine's clock is behind; but nobody writes from days ahead."""
    message = turn.message
    number = post_id(message.channel, message.id)
    at = min(to_micros(message.sent_at), turn.at + LATEST_MICROS)
    return Post(
        number, message.channel, message.id, turn.member, turn.room or 0, at, kind="", text=text
    )
