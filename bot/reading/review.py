"""Whether a text is a review (晒单): what somebody bought, and how it is.

Points are given for kinds of words, once for each word and less for each further one, and most
where a clause joins what is judged with a judgement; they are taken for questions, offers, wishes
and talk.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from operator import add

from bot.points.value import value
from bot.reading.segmented import words
from bot.reading.weights import ENDS, KINDS_OF, QUALIFIED, START, TELLING, TOTALS
from bot.reading.words.goods import TAGS
from bot.reading.words.judgement import DEGREES

SURE = 60
"""From so many points on a text is a review."""
DOUBTFUL = 40
"""From so many on an admin decides."""
LONGEST = 2_000
"""Characters of a text that are looked at."""
CUT = 400
"""Characters that are cut into words: what has not been said by then is no review."""
TOUTED = -35
"""Points for words of sellers from which on nothing but a tag makes a review."""
SHORTEST = 4
"""Characters below which nothing but a tag makes a review."""


@value
class Score:
    """What a text is worth as a review."""

    points: int
    """0 to 100."""
    reasons: tuple[str, ...]
    """What speaks for it and against it, in Chinese, the weightiest first."""
    is_tagged: bool = False
    """Whether it calls itself a review."""


NONE = Score(0, ())
QUALIFIES = ("quality",)

_TAG = f"(?:{'|'.join(TAGS)})"
_TAGGED = re.compile(
    rf"[#＃]\s?{_TAG}[^\s#＃]{{0,6}}[#＃]|[#＃]\s?{_TAG}|[【\[]\s?{_TAG}[^】\]]{{0,6}}[】\]]"
    r"|^\s*(?:我?来|今日|今天|交作业)?(?:晒单|晒图|买家秀|返图)(?:啦|了|咯|来啦|来了|一下)?"
    r"(?:[\s:：,，!！。.~～]|$)"
    r"|^\s*评价[:：]"
)
_ABOUT_TAGS = re.compile(
    r"怎么|怎样|如何|多少|什么|规则|活动|有奖|吗|没有|能不能|可不可以|要不要|需要|几张|几分|积分|算不算"
)
_HOW_LONG = "[0-9一二两三四五六七八九十半几多好]{1,6}"
_OWN = re.compile(
    r"[用穿戴吃喝买敷睡养洗试装][了过着]?(?:才|还|快|有|将近|整整|大概|不到|差不多){0,2}"
    rf"{_HOW_LONG}来?个?多?(?:天|周|星期|礼拜|月|年|次|回|小时|晚)"
    r"|第[二三四五六七八九十几n]次|[刚才终]于?(?:到|收到|拿到|买|换)"
    r"|一直(?:用|买|吃|喝|穿|在用|在吃|在喝)"
)
_SLIGHTLY = re.compile(
    "[大小长短厚薄重轻沉硬软松紧贵慢吵暗淡咸甜酸高低窄宽响热油干](?:了(?:一?点|些)|一?点儿)"
)
_FAILS = re.compile(
    "[用充开关连打装穿戴吃喝贴插拔扣拉洗擦盖坐拧按调显收读放卡]不"
    "(?:了|上|开|进|动|起来|出来|住|干净|满|出)"
    "|不能(?:用|充|开|关|连|退|换|打)|无法(?:使用|连接|识别|充电|打开|开机|安装)|没法用"
)
_PLEA = (
    r"[吗么嘛][?？!！。~～ ]*$|^(?:为什么|为啥|怎么|如何|谁|哪)|请问|怎么办|有没有(?:人|推荐|懂)"
    r"|有人[知用要]|谁有|谁知道|求推荐|推荐一?[款下个]|帮我|什么时候|多少钱|怎么还|没有?收到"
    r"|还没(?:到|发|收到|有收到|有发|动静|送)"
)
_ASKS = re.compile(_PLEA)
_QUESTION = re.compile(rf"{_PLEA}|[?？][^\w]*$|^(?:如果|要是|等)")
_SPEECH = re.compile(r"[说问道答喊叫][:：]|[“「『]")
_PATTERNS = (
    ("own", _OWN), ("fails", _FAILS), ("question", _QUESTION), ("slightly", _SLIGHTLY),
    ("speech", _SPEECH),
)  # fmt: skip


def may_be_review(text: str, products: Collection[str] = ()) -> bool:
    """Whether a text may be one at all: two pairs of its characters end words of goods or of
    judgement, or one is a telling word, or a product is named. It costs microseconds, where
    `score` cuts words."""
    text = text[:LONGEST]
    found = ENDS.intersection(map(add, text, text[1:]))
    return len(found) > 1 or not TELLING.isdisjoint(found) or _named(text, products) > 0


def score(text: str, products: Collection[str] = ()) -> Score:
    """What a text is worth as a review by what it says, in full-width or half-width marks.

    A tag is enough to be sure of, unless something is advertised. `products` are names of what the
    shop sells. Whether there are pictures is the caller's to ask.
    """
    text = text[:LONGEST]
    is_tagged = _is_tagged(text)
    if not is_tagged and (len(text) < SHORTEST or not may_be_review(text, products)):
        return NONE
    given = _given(text, products)
    points = sum(given.values())
    if _is_asked_or_sold(text, given):
        points = min(points, DOUBTFUL - 1)
    if is_tagged:
        points = SURE + max(0, points) // 2 if "像推销" not in given else max(DOUBTFUL, points)
    return Score(max(0, min(100, points)), _reasons(given, is_tagged), is_tagged)


def _is_tagged(text: str) -> bool:
    """A question or an announcement about tags is not tagged by them."""
    found = _TAGGED.search(text)
    if found is None:
        return False
    rest = text[found.end() :].strip()
    return len(rest) > 30 or _ABOUT_TAGS.search(rest) is None


def _given(text: str, products: Collection[str]) -> dict[str, int]:
    """The points by reason."""
    given = {"篇幅": START + _for_length(len(text))}
    for name, count in (*_seen(text).items(), *_on_the_whole(text, products)):
        reason, totals = TOTALS[name]
        points = totals[min(count, len(totals) - 1)]
        given[reason] = given.get(reason, 0) + points
    return given


def _on_the_whole(text: str, products: Collection[str]) -> Iterator[tuple[str, int]]:
    if count := _named(text, products):
        yield "named", count
    for name, pattern in _PATTERNS:
        if pattern.search(text) is not None:
            yield name, len(pattern.findall(text))


def _is_asked_or_sold(text: str, given: Mapping[str, int]) -> bool:
    """Whether it mostly asks, or advertises."""
    if given.get("像推销", 0) <= TOUTED:
        return True
    return len(text) < 40 and "亲历" not in given and _ASKS.search(text) is not None


def _named(text: str, products: Collection[str]) -> int:
    return sum(name in text for name in products if name)


def _for_length(length: int) -> int:
    """Short texts say little, and of what goes on beyond a few lines most are tales."""
    if length <= 60:
        return min(12, length // 2 + 2)
    return max(-25, 12 - (length - 60) // 4)


def _reasons(given: dict[str, int], is_tagged: bool) -> tuple[str, ...]:
    weighty = sorted(
        (name for name in given if abs(given[name]) >= 5), key=lambda n: -abs(given[n])
    )
    return ("话题", *weighty) if is_tagged else tuple(weighty)


def _seen(text: str) -> dict[str, int]:
    """How many different words there are of each kind, and how many clauses join two."""
    found: set[tuple[str, str]] = set()
    seen: dict[str, int] = {}
    for clause in _clauses(words(text[:CUT])):
        for name in _shape(_read(clause, found)):
            seen[name] = seen.get(name, 0) + 1
    for name, _ in found:
        seen[name] = seen.get(name, 0) + 1
    return seen


def _clauses(cut: Sequence[str]) -> Iterator[Sequence[str]]:
    start = 0
    for end, word in enumerate(cut):
        if not word.isalnum():
            if end > start:
                yield cut[start:end]
            start = end + 1
    yield cut[start:]


def _read(clause: Sequence[str], found: set[tuple[str, str]]) -> set[str]:
    """Notes the words of one clause, and answers which kinds it has."""
    names: set[str] = set()
    after_degree = False
    for word in clause:
        for name in KINDS_OF.get(word, QUALIFIES if word in QUALIFIED else ()):
            if name != "quality" or after_degree or word in QUALIFIED:
                names.add(name)
                found.add((name, word))
        after_degree = word in DEGREES
    return names


def _shape(names: set[str]) -> list[str]:
    has_matter = not names.isdisjoint(("goods", "aspect", "side", "bought", "trade"))
    shape = ["clause"] if has_matter or names & {"pleased", "mild"} else []
    if has_matter and ("pleased" in names or ("aspect" in names and names & {"mild", "quality"})):
        shape.append("judged")
    elif has_matter and names & {"mild", "quality"}:
        shape.append("liked")
    return shape


_ORDER_WORD = re.compile(
    r"(?:订单编?号|订单|单号)\s{0,3}[:：是为]?\s{0,3}#?([0-9A-Za-z][0-9A-Za-z-]{5,31})(?![0-9A-Za-z])"
)
_LONE_NUMBER = re.compile(r"(?<![0-9A-Za-z.])([0-9]{10,24})(?![0-9A-Za-z.])")
_TELEPHONE = re.compile(r"1[3-9][0-9]{9}|0[0-9]{9,11}|[48]00[0-9]{7}")


def order_number(text: str) -> str | None:
    """The order number that a text names, or the one long number in it that is no telephone's.

    None when there is none, or two and nothing says which.
    """
    text = text[:LONGEST]
    if named := _ORDER_WORD.search(text):
        return named[1]
    lone = {n for n in _LONE_NUMBER.findall(text) if not _TELEPHONE.fullmatch(n)}
    return lone.pop() if len(lone) == 1 else None
