"""What posts are about."""

import pytest

from bot.points.topic import TOPICS, labelled_topic, told_topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("#教程 先涂一层", "教程"), ("先涂一层 #教程", "教程"), ("#护肤心得 先涂一层", "护肤"),
        ("#穿搭#攻略 外套", "穿搭"), ("#教程怎么用面霜打底才好看", "教程"),
        ("#今天来讲讲面霜的教程", None), ("#猫粮 选粮", "猫粮"), ("#教程 #猫粮 选粮", "猫粮"),
        ("#DIY 手账", "diy"), ("#晒单 #穿搭 外套", None), ("#反馈 教程太难", None),
        ("#建议 #教程 x", None), ("#吐槽 攻略", None), ("#直播提问 教程", None),
        ("#买家秀 #穿搭", None), ("#今天 教程", None), ("教程", None), ("#", None),
        ("# 教程", None), ("", None),
    ],
)  # fmt: skip
def test_a_hashtag_says_what_a_post_is_about(text: str, topic: str | None) -> None:
    assert labelled_topic(text, ("猫粮", "diy")) == topic


def test_every_topic_is_known_by_its_hashtag() -> None:
    for topic in TOPICS:
        assert labelled_topic(f"#{topic} 说说", ()) == topic


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("说说我的经验", "经验"), ("这份攻略", "攻略"), ("换猫粮要慢慢来", "猫粮"),
        ("手账DIY", "diy"), ("去健身", None), ("#经验 说说", None), ("今天天气好", None),
    ],
)  # fmt: skip
def test_a_text_without_hashtags_tells_by_its_words(text: str, topic: str | None) -> None:
    assert told_topic(text, ("猫粮", "diy")) == topic
