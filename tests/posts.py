"""A recogniser that sees posts where a test says so, and rules for them: what real recognisers
make of real texts is tested with them."""

import re
from dataclasses import replace

from bot.extend import Recogniser, recogniser
from bot.points.seen import Seen
from bot.points.types import Programme, Rule, Sighting
from handlers.recognisers.checkin import checkin

SAID = re.compile(r"(?P<kind>晒|帖|答|图|聊)(?:单(?P<order>\w+))?:(?P<text>.*)", re.DOTALL)
KINDS = {"晒": "review", "帖": "post", "答": "answer", "图": "share", "聊": "chat"}


@recogniser
def post(seen: Seen) -> Sighting | None:
    """`晒:…` is a review, `晒单A1:…` of that order, `帖:…` a post, `答:…` an answer, `图:…` a
    share that needs a picture, `聊:…` chatter."""
    found = SAID.fullmatch(seen.text)
    if found is None:
        return None
    kind = KINDS[found["kind"]]
    return Sighting(kind, subject=found["order"], is_post=True, needs_picture=kind == "share")


@recogniser
def chatter(seen: Seen) -> Sighting | None:
    """All that is written may be chatter, beside what else it is."""
    return Sighting("chat", is_post=True) if seen.text and seen.message.kind == "text" else None


RECOGNISERS: tuple[Recogniser, ...] = (checkin, post, chatter)
"""With the shipped one for check-ins."""
REVIEW = Rule(
    "review", "review", "晒单", 20, min_pictures=1, reply="晒单 +{points},余额 {balance}"
)
RULES = (
    REVIEW,
    Rule("post", "post", "发帖", 10, reply="发帖 +{points}"),
    Rule("answer", "answer", "回答", 15, reply="回答 +{points}"),
    Rule("share", "share", "分享", 30, reply="分享 +{points},余额 {balance}"),
    Rule("chat", "chat", "聊天", 1),
)


def posting_programme(standard: Programme, *others: Rule) -> Programme:
    """The standard check-ins with RULES; a rule of the same id takes the place of one of them."""
    rules = {rule.id: rule for rule in (*standard.rules, *RULES, *others)}
    return replace(standard, rules=tuple(rules.values()))
