"""What members write in a room, on the standard preset: one post earns by one rule."""

import pytest

from bot.points.types import Programme
from config.loader import load_preset
from tests.books import assert_balanced
from tests.chat import Chat

KINDS = ("post", "feedback", "live_question", "answer", "share", "chat")
POST = "#穿搭 秋天的外套选宽松一点的,里面可以叠穿衬衫和毛衣,颜色不要超过三种,鞋子跟着包走"
OTHER = "#教程 面霜要在脸还有一点湿的时候上,从中间往两边推开,最后用手掌捂一会儿,不要来回搓"
THIRD = "#攻略 带孩子去动物园最好早上开门就进,先看大熊猫,中午人少的时候去海洋馆,下午看表演"


@pytest.fixture
def programme(shipped: Programme) -> Programme:
    return shipped.on(KINDS)


def rules(chat: Chat) -> list[str | None]:
    """The rules that paid for the last message."""
    return [line.rule for result in chat.results for line in result.lines]


def test_posts_are_paid_twice_a_day(chat: Chat) -> None:
    assert chat("小美", POST) == ["发帖 +10,余额 10"]
    assert chat("小美", OTHER) == ["发帖 +10,余额 20"]
    assert chat("小美", THIRD) == ["今天的次数用完了,余额 20"]
    assert rules(chat) == []
    assert_balanced(chat)


def test_a_short_post_is_told_so_and_a_copied_one(chat: Chat) -> None:
    assert chat("小美", "#教程 先涂一层再上妆") == ["还没到起算的字数,余额 0"]
    chat("小美", POST)
    assert chat("小明", f"{POST}[太阳]\u200b!!") == ["和别人发过的差不多,不计分,余额 0"]
    assert_balanced(chat)


def test_a_long_text_about_a_topic_is_a_post_without_a_hashtag(chat: Chat) -> None:
    assert chat("小美", OTHER.removeprefix("#")) == ["发帖 +10,余额 10"]
    assert rules(chat) == ["post"]


def test_feedback_is_paid_once_a_day(chat: Chat) -> None:
    assert chat("小美", "#反馈 包装再结实一点就更好了") == ["反馈建议 +20,余额 20"]
    assert chat("小美", "建议:发货以后在群里说一声") == ["今天的次数用完了,余额 20"]
    assert chat("小美", "#反馈 慢") == []
    assert_balanced(chat)


def test_a_message_delivered_again_changes_nothing(chat: Chat) -> None:
    for text in (POST, "#反馈 包装再结实一点就更好了", "今天天气真的很不错"):
        chat("小美", text, id=text)
        assert chat("小美", text, id=text) == []
    assert chat.rows("SELECT sum(points) FROM entry") == [(10 + 20 + 1,)]


class TestFood:
    """The preset for food pays for questions in live shows."""

    @pytest.fixture
    def programme(self) -> Programme:
        return load_preset("food").on(KINDS)

    def test_a_question_in_a_live_show_is_paid_and_can_be_answered(self, chat: Chat) -> None:
        [said] = chat("小美", "#直播提问 这款坚果孕妇可以吃吗", id="q1")
        assert "+10" in said
        assert rules(chat) == ["live_question"]
        chat("小明", "孕妇可以吃原味的那一款,每天一小包,不要选盐焗的", quote="q1")
        assert rules(chat) == ["answer"]
        assert_balanced(chat)
