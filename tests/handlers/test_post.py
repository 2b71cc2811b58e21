"""发帖: by a hashtag, or by what a long text tells."""

from decimal import Decimal

import pytest

from bot.points.lexicon import Lexicon
from handlers.recognisers.post import post
from tests.handlers.seeing import seen

LONG = "今天给孩子做了辅食,分享一下经验,先把南瓜蒸熟然后打成泥,再加一点米粉就可以了"


@pytest.mark.parametrize(
    ("text", "units", "topic"),
    [
        ("#教程 先涂一层再上妆", 7, "教程"),
        ("#教程 ", 0, "教程"),
        ("#穿搭 " + "好" * 50, 2, "穿搭"),
        (LONG, 36, "辅食"),
    ],
)
def test_a_post_is_about_a_topic(text: str, units: int, topic: str) -> None:
    found = post.recognise(seen(text))
    assert found is not None
    assert (found.kind, found.units, found.facts) == ("post", Decimal(units), {"topic": topic})
    assert found.is_post


@pytest.mark.parametrize(
    "text",
    [
        "分享一下经验", f"{LONG},大家怎么做的?", LONG.replace("辅食", "饭").replace("经验", "事"),
        "#晒单 " + LONG, f"#今天 {LONG}", "经验" + "哈" * 40, "经验" + "!" * 40, "",
    ],
)  # fmt: skip
def test_what_is_short_asks_or_is_about_nothing_is_none(text: str) -> None:
    assert post.recognise(seen(text)) is None


def test_topics_of_the_operator_count() -> None:
    text = "换猫粮的时候要慢慢来,第一天只换一成,第二天两成,十天左右换完,这样猫咪就不会拉肚子"
    assert post.recognise(seen(text)) is None
    found = post.recognise(seen(text, Lexicon(topics=("猫粮",))))
    assert found is not None
    assert found.facts == {"topic": "猫粮"}


def test_what_was_not_written_is_no_post() -> None:
    assert post.recognise(seen("#教程 先涂一层再上妆", kind="link")) is None
