"""What each kind of word is worth in a review, and what an admin reads of it.

The first word of a kind is worth the first figure, the next the next: a list cannot make a review
by itself. The figures were fitted to the lines of tests/data/recognition/train and rounded.
"""

from collections.abc import Mapping
from itertools import accumulate

from bot.points.value import value
from bot.reading.words import goods as g
from bot.reading.words import judgement as j
from bot.reading.words import talk as t


@value
class Kind:
    """Words of one kind, or what clauses show."""

    points: tuple[int, ...]
    """For the first, the second, …"""
    reason: str
    """What an admin reads; kinds with one reason are summed."""
    words: frozenset[str] = frozenset()


KINDS: Mapping[str, Kind] = {
    "goods": Kind((11, 5, 4), "产品", g.GOODS),
    "named": Kind((25, 8), "本店产品"),
    "aspect": Kind((15, 12, 8, 5, 4), "品质", j.ASPECTS),
    "side": Kind((12, 8, 6), "品质", j.SIDES),
    "bought": Kind((25, 14, 9, 5), "购买", g.BUYING),
    "trade": Kind((18, 9, 6, 5), "购买", g.TRADE),
    "used": Kind((9, 3, 2), "使用", g.USING),
    "own": Kind((11,), "亲历"),
    "pleased": Kind((24, 13, 8, 6, 4), "感受", j.PLEASED),
    "mild": Kind((11, 8, 7, 4), "感受", j.MILD),
    "quality": Kind((5, 4, 5, 3), "感受", j.QUALITIES),
    "slightly": Kind((8, 8), "感受"),
    "fails": Kind((11,), "感受"),
    "judged": Kind((10, 10, 8, 4), "感受"),
    "liked": Kind((8, 6, 5, 4), "感受"),
    "manner": Kind((8, 8, 7, 7), "语气", j.MANNER),
    "clause": Kind((-3, 8, 2, 2), "篇幅"),
    "touting": Kind((-50, -50), "像推销", t.TOUTING),
    "offer": Kind((-13, -16, -20), "像推销", t.OFFERS),
    "asking": Kind((-11, -9, -8), "像提问", t.ASKING),
    "question": Kind((-28,), "像提问"),
    "wish": Kind((-9, -8), "像愿望", t.WISHES),
    "talk": Kind((-12, -9, -11, -11, -12, -13), "像闲谈", t.TALK),
    "tale": Kind((-10, -15, -15, -13, -12, -12), "像闲谈", t.TALES),
    "family": Kind((-4, -10, -10), "像闲谈", t.FAMILY),
    "chatty": Kind((-7, -4, -5, -5, -5), "像闲谈", t.CHATTY),
    "self": Kind((-3,), "像闲谈", frozenset({"我", "我们"})),
    "speech": Kind((-12, -6, -12), "像闲谈"),
}

START = 12
"""What a text begins with that has any word of goods or of judgement."""


def _kinds_of_words() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, kind in KINDS.items():
        for word in kind.words:
            found[word] = (*found.get(word, ()), name)
    return found


def _joined() -> frozenset[str]:
    """很大, 太硬, 甜甜: the dictionary has many a degree and its quality as one word."""
    degrees = {word for word in j.DEGREES if len(word) == 1} - {"都", "也", "还"}
    qualities = {word for word in j.QUALITIES if len(word) == 1}
    pairs = {degree + quality for degree in degrees for quality in qualities}
    return frozenset(pairs | {2 * quality for quality in qualities})


TOTALS = {name: (kind.reason, (0, *accumulate(kind.points))) for name, kind in KINDS.items()}
"""The reason of a kind, and what so many words of it are worth together."""
KINDS_OF = _kinds_of_words()
"""The kinds that a word is of."""
QUALIFIED = _joined() - KINDS_OF.keys()
"""Words that are a quality without a degree before them."""
KNOWN = KINDS_OF.keys() | j.DEGREES
"""All words that the cutter must have."""
TELLING = frozenset(word[-2:] for word in g.TAGS) | {
    word for word in g.BUYING | j.PLEASED if len(word) == 2
}
"""Words of which one may be enough, and how tags end."""
ENDS = (
    TELLING
    | QUALIFIED
    | {
        word[-2:]
        for word in g.GOODS | g.BUYING | g.TRADE | j.ASPECTS | j.SIDES | j.PLEASED | j.MILD
        if len(word) > 1
    }
)
"""How the words end of which a review has at least two: 没有异味 and 没有发票 begin alike."""
