"""What every recogniser keeps to: it sees every message."""

import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers.recognisers
from bot.extend import Recogniser, collect
from bot.points.lexicon import Lexicon
from bot.points.seen import Seen
from tests.handlers.seeing import seen

ALL = collect(handlers.recognisers, Recogniser)
LEXICON = Lexicon(
    hosts=frozenset({"shop.example.com", "*.mall.cn"}),
    appids=frozenset({"wx1"}),
    products=("面霜",),
    checkin_words=frozenset({"喝水了"}),
    topics=("猫粮",),
)
each = pytest.mark.parametrize("recogniser", ALL, ids=lambda recogniser: recogniser.name)

WORDS = (
    "签到", "打卡", "#接龙", "接龙", "\n1. ", "\n2、", "已打卡", "✅", "@", "\u2005", " ",
    "/", "#", "[", "]", "#教程", "#反馈", "反馈:", "#直播提问", "#晒单", "怎么", "吗", "?",
    "有", "推荐", "求", "哈哈哈", "1", "\uff11", "https://", "http:", "shop.example.com",
    "a.mall.cn", "/a?ref=AB12", "&", "%2e", "\\", "xn--", ".", "已转发", "朋友圈", "[太阳]",
    "[疑问]", "喝水了", "猫粮", "面霜", "收到", "经验", "好" * 30, "\ud800", "\0", "\u200b",
    "\u202e", "℀", "👍", "\n", "小美",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(WORDS) | st.text(max_size=10), max_size=12).map("".join)
SEEN = st.builds(
    seen,
    TEXTS,
    st.just(LEXICON),
    kind=st.sampled_from(["text", "text", "text", "link", "miniprogram", "image", "other"]),
    mentions=st.lists(st.just("bot") | TEXTS, max_size=2).map(tuple),
    quote=st.none() | TEXTS,
    sender_name=TEXTS,
    facts=st.dictionaries(st.sampled_from(["url", "appid", "title", "image"]), TEXTS),
)
HOSTILE = {
    "one character": "签" * 100_000,
    "links": "https://shop.example.com/" * 4_000,
    "one link": "https://" + "a." * 50_000,
    "one host": "a-" * 50_000,
    "parameters": "https://shop.example.com/?" + "a=1&" * 25_000,
    "mentions": "@" * 100_000,
    "hashtags": "#" * 100_000,
    "codes": "[" * 100_000,
    "brackets": "[微" * 50_000,
    "recommendations": "有求" * 50_000,
    "laughter": "哈" * 100_000,
    "lines": "#接龙 签到\n" + "1. 小美\n" * 15_000,
    "blank lines": "接龙 签到" + "\n" * 100_000,
    "spaces": "签到" + " " * 100_000 + "x",
    "checkins": "签到 " * 33_000,
    "marks": "签到" + "\u0301" * 100_000,
    "invisible": "\u200b" * 100_000,
    "wide": "\ufdfa" * 100_000,
    "moments": "已转发朋友圈" * 16_000,
}


def same_twice(shown: Seen) -> None:
    """Every recogniser answers, and the same again."""
    for recogniser in ALL:
        assert recogniser.recognise(shown) == recogniser.recognise(shown)


@each
def test_an_empty_text_is_no_deed(recogniser: Recogniser) -> None:
    for kind in ("text", "image", "link", "miniprogram", "video", "other"):
        for text in ("", " ", "\n", "\u200b"):
            assert recogniser.recognise(seen(text, LEXICON, kind=kind)) is None


@settings(max_examples=500)
@given(SEEN)
def test_no_message_raises_and_the_same_one_shows_the_same_deed(shown: Seen) -> None:
    same_twice(shown)


@pytest.mark.slow
@pytest.mark.timeout(900)
@settings(max_examples=50_000)
@given(st.integers(0, 2**64))
def test_no_message_of_very_many_raises(seed: int) -> None:
    """Of the same parts, put together from a number, which takes a tenth of the time."""
    by = Random(seed)
    kind = by.choice(("text", "text", "text", "link", "miniprogram", "other"))
    mentions = ("bot",) * by.randrange(2)
    quote = by.choice((None, "m0"))
    facts = {"url": _put_together(by), "appid": "wx1"}
    text, name = _put_together(by), _put_together(by)
    changes = {"kind": kind, "mentions": mentions, "quote": quote, "facts": facts}
    same_twice(seen(text, LEXICON, sender_name=name, **changes))


def _put_together(by: Random) -> str:
    anything = [chr(by.randrange(0x110000)) for _ in range(by.randrange(4))]
    parts = [*by.choices(WORDS, k=by.randrange(12)), *anything]
    by.shuffle(parts)
    return "".join(parts)


@each
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_takes_no_longer_than_a_long_one(recogniser: Recogniser, text: str) -> None:
    """100 kB in 20 ms, which leaves what takes the square of its length no chance."""
    shown = seen(text, LEXICON, facts={"url": text, "appid": "wx1"}, quote="m0")
    cards = [
        seen("", LEXICON, kind=kind, facts={"url": text, "appid": "wx1"})
        for kind in ("link", "miniprogram")
    ]
    for one in (shown, *cards):
        assert min(_seconds(recogniser, one) for _ in range(3)) < 0.02


def _seconds(recogniser: Recogniser, shown: Seen) -> float:
    before = time.perf_counter()
    recogniser.recognise(shown)
    return time.perf_counter() - before


CHATTER = ["今天天气真好,下午一起去公园走走吧", "好的", "哈哈哈哈哈笑死我了", "谢谢老板,明天见"]


def test_ordinary_talk_is_looked_at_quickly() -> None:
    """By all of them 20,000 a second at least: of ten goes at it the best. What may be a review is
    read word by word, and takes longer."""
    shown = [seen(text, LEXICON) for text in CHATTER]
    best = min(_all_seconds(shown) for _ in range(10))
    assert best / len(shown) < 50e-6


def _all_seconds(shown: list[Seen]) -> float:
    before = time.perf_counter()
    for one in shown:
        for recogniser in ALL:
            recogniser.recognise(one)
    return time.perf_counter() - before
