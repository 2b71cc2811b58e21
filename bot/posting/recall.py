"""A post that is taken back, or changed: what it earned, or what waits of it, goes with it."""

import json
from collections.abc import Iterable
from dataclasses import replace

from bot.clock import from_micros
from bot.points.likeness import prints, runs
from bot.points.text import identifier
from bot.points.types import ADOPTED, MAX_POINTS, Refusal, Sighting
from bot.points.wording import edited, recalled, rule_names
from bot.posting.approval import end_undecided, tell_member
from bot.posting.bonus import BONUS, counting_rules
from bot.posting.card import tell_admins
from bot.posting.content import ORDER
from bot.posting.copies import TOGETHER, things_of
from bot.posting.reverse import reverse, reverse_part
from bot.posting.told import CARD, RECALLED, deeds_of
from bot.posting.turn import Turn
from bot.posting.waiting import refuse_wait
from store.decisions import DecisionOutcome
from store.ledger import Line
from store.posts import PICTURE, Post, post_id
from store.told import Told

CONTENT = frozenset(ORDER)
"""Kinds whose points go with the message."""
CODE: DecisionOutcome = "recalled"
EDITED: DecisionOutcome = "edited"
"""The codes of what ends so."""


def recall(turn: Turn) -> None:
    """Takes back what the message earned that the turn's message recalls, if it was a post in the
    same room. A picture takes its post along when too few are left. What is recalled before it has
    come earns nothing when it comes."""
    channel, message = turn.message.channel, identifier(turn.message.facts["message"])
    post, beside = (turn.posts().of(channel, one) for one in (message, f"{message}/{PICTURE}"))
    if beside is not None and beside.room == turn.room and beside.kind == PICTURE:
        _recall_picture(turn, beside)
        post = turn.posts().of(channel, message)
    if post is None and not turn.journal().is_known(channel, message):
        _expect(turn, channel, message)
    elif post is None:
        _void(turn, channel, message)
    elif post.room == turn.room and post.kind == PICTURE:
        _recall_picture(turn, post)
    elif post.room == turn.room and post.kind not in (RECALLED, CARD):
        _void(turn, channel, message)
        _forget(turn, post)


def void_edited(turn: Turn) -> None:
    """The turn's message was another when it was judged: what waits for an admin of what it was is
    over."""
    channel, room = turn.message.channel, turn.message.room
    for deed in deeds_of(turn, channel, turn.message.id):
        if deed.member != turn.member:
            continue
        waits = end_undecided(turn, deed.member, deed.id, EDITED, EDITED)
        if waits:
            names = rule_names([wait.rule for wait in waits], turn.programme)
            points = sum(wait.points for wait in waits)
            tell_admins(turn, channel, room, f"#{deed.id} 原消息改过了,已作废")
            tell_member(turn, deed.member, channel, edited(names, points))


def _expect(turn: Turn, channel: str, message: str) -> None:
    """Notes that it was recalled before it has come."""
    number = post_id(channel, message)
    turn.posts().put(
        Post(number, channel, message, turn.member, turn.room or 0, turn.at, RECALLED)
    )


def _recall_picture(turn: Turn, picture: Post) -> None:
    post = turn.posts().get(picture.part_of) if picture.part_of is not None else None
    picture.kind, picture.part_of = RECALLED, None
    turn.posts().put(picture)
    if post is not None and picture.picture is not None:
        shown = {one.picture for one in _pictures_of(turn, post)}
        gone = [] if picture.picture in shown else [f"picture/{picture.picture}"]
        turn.posts().release(gone, post.id)
    if post is not None and _lacks_pictures(turn, post):
        _void(turn, post.channel, post.message)
        _forget(turn, post)


def _lacks_pictures(turn: Turn, post: Post) -> bool:
    """Whether the post counts, and fewer pictures are left than that needs. One that had counted
    before does not count."""
    deeds = deeds_of(turn, post.channel, post.message)
    if not deeds:
        return False
    kept = json.loads(post.deed)
    pictures = _pictures_of(turn, post)
    hashes = [f"picture/{one.picture}" for one in pictures if one.picture]
    own = {thing for thing, by in turn.posts().claimed(hashes).items() if by == post.id}
    left = int(kept["facts"].get("pictures", 0)) + len(own)
    left += sum(not one.picture for one in pictures)
    least = [rule.min_pictures or 0 for rule in counting_rules(turn, deeds[0])]
    return left < max([*least, int(kept["needs_picture"])])


def _void(turn: Turn, channel: str, message: str) -> None:
    """Ends what waits, and takes back what was posted, of the deed that a message told of."""
    found = deeds_of(turn, channel, message)
    if not found or found[0].kind not in CONTENT or found[0].room != turn.room:
        return
    turn.account(found[0].member)  # nobody decides on it meanwhile
    deeds, points = deeds_of(turn, channel, message), 0
    actor = f"{channel}:{turn.message.sender}" if found[0].member != turn.member else None
    for deed in deeds:
        points += _end_waits(turn, deed, actor)
    points += _take_back(turn, _entries(turn, deeds), actor)
    if points and actor is not None:
        rules = [rule.id for rule in turn.programme.rules_on(found[0].kind)]
        text = recalled(rule_names(rules[:1], turn.programme), points)
        tell_member(turn, found[0].member, channel, text)


def _end_waits(turn: Turn, deed: Told, actor: str | None) -> int:
    """Whatever it waits for; how many points that were. Admins hear when they were asked."""
    waits = end_undecided(turn, deed.member, deed.id, CODE, CODE, actor)
    if waits:
        tell_admins(turn, deed.channel, turn.message.room, f"#{deed.id} 已撤回")
    later = turn.orders().waits_on(deed.id)
    adopted = turn.orders().waits([*_adoption_keys(turn, deed)])
    for wait in (*later, *adopted.values()):
        refuse_wait(turn, wait, CODE)
    return sum(wait.points for wait in (*waits, *later, *adopted.values()))


def _entries(turn: Turn, deeds: list[Told]) -> list[int]:
    """What was posted for them, a bonus and an adoption too, in order."""
    first = {deed.entry for deed in deeds if deed.entry is not None}
    keys: list[str] = []
    for deed in deeds[:1]:
        keys += [f"{rule.id}:{deed.key}" for rule in turn.programme.rules_on(deed.kind)]
        keys += [f"{BONUS}{deed.key}", *_adoption_keys(turn, deed)]
    return sorted(first | {number for number in turn.posted_as(keys).values() if number})


def _adoption_keys(turn: Turn, deed: Told) -> Iterable[str]:
    for rule in turn.programme.rules_on(ADOPTED):
        yield f"{rule.id}:{ADOPTED}/{deed.channel}/{deed.message}"


def _take_back(turn: Turn, entries: list[int], actor: str | None) -> int:
    """How many points that were; what was taken back before stays as it is."""
    lines = [_reversed(turn, entry, actor) for entry in entries]
    return -sum(line.points for line in lines if isinstance(line, Line))


def _reversed(turn: Turn, number: int, actor: str | None) -> Line | Refusal:
    """Takes it back in the admin's name; in nobody's, what a rule gave names the recall as its
    cause, so that it counts as undone by the member and not by the rules."""
    entry = turn.entry(number)
    if actor is None and entry is not None and entry.kind == "accrual":
        cause = f"{turn.message.channel}/{turn.message.id}"
        return reverse_part(turn, number, total=MAX_POINTS, cause=cause)
    return reverse(turn, number, actor=actor, note=None)


def _forget(turn: Turn, post: Post) -> None:
    """The post is none any more: its pictures and its order may count for another, which may say
    the same."""
    pictures = _pictures_of(turn, post)
    things = [f"picture/{one.picture}" for one in pictures if one.picture]
    sighting = Sighting(post.kind, subject=json.loads(post.deed).get("subject"))
    told = replace(turn.message, sent_at=from_micros(post.at))
    turn.posts().release([*things, *things_of(turn, sighting, post, told)], post.id)
    for picture in pictures:
        picture.part_of = None
        turn.posts().put(picture)
    turn.posts().drop(post.id, prints(runs(post.text)))
    post.kind, post.text, post.deed = RECALLED, "", "{}"
    turn.posts().put(post)


def _pictures_of(turn: Turn, post: Post) -> list[Post]:
    near = turn.posts().near(post.member, post.room, post.at - TOGETHER, post.at + TOGETHER)
    return [one for one in near if one.part_of == post.id and one.kind == PICTURE]
