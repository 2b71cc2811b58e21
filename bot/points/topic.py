"""What a post is about."""

import re
from functools import lru_cache

from bot.points.hashtag import hashtags

TOPICS = (
    "教程", "攻略", "经验", "心得", "测评", "穿搭", "育儿", "食谱", "菜谱", "辅食", "避坑",
    "干货", "技巧", "护肤", "美妆", "妆容", "搭配", "收纳", "家居", "装修", "烘焙", "健身",
    "减脂", "养生", "旅行", "读书", "种草", "科普", "好物",
)  # fmt: skip
"""What hashtags name; a longer one may hold it: #护肤心得."""
TELLING = TOPICS[:13]
"""Those that also make a long text a post that has no hashtag: they are hardly said of else."""
OTHERS = re.compile("晒单|晒图|晒物|买家秀|返图|好评|反馈|建议|意见|吐槽|投诉|提问")
"""Hashtags of what is judged as something else."""
LONG_TAG = 8
"""Characters; in a longer hashtag, which no space ended, only its beginning is a label."""


def labelled_topic(text: str, topics: tuple[str, ...]) -> str | None:
    """What the hashtags say it is about, `topics` first; None when they say nothing of it, or that
    it is something else."""
    tags = hashtags(text.lower())
    if any(OTHERS.match(tag) for tag in tags):
        return None
    for words in (topics, TOPICS):
        for tag in tags if words else ():
            look = _words(words).search if len(tag) <= LONG_TAG else _words(words).match
            if (found := look(tag)) is not None:
                return _named(found[0], words)
    return None


def told_topic(text: str, topics: tuple[str, ...]) -> str | None:
    """What a text without hashtags tells of, as far as a word says it."""
    if "#" in text:
        return None
    text = text.lower()
    for words in (topics, TELLING):
        found = _words(words).search(text) if words else None
        if found is not None:
            return _named(found[0], words)
    return None


def _named(found: str, words: tuple[str, ...]) -> str:
    return next(word for word in words if word.lower() == found)


@lru_cache(maxsize=8)
def _words(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(map(str.lower, words), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))
