"""回答: what quotes another member's question and says something."""

from dataclasses import replace

import pytest

from bot.points.types import Programme
from handlers.recognisers.answer import answer
from handlers.recognisers.question import question
from tests.chat import Chat
from tests.handlers.seeing import seen

ASKED = "敏感肌用哪款面霜好"
SAID = "我用的是蓝色那款,里面没有香精,敏感肌用着没有问题"


@pytest.mark.parametrize("text", [ASKED, "这个怎么用", "求推荐面霜", "发货了吗"])
def test_what_asks_is_noted_as_a_question(text: str) -> None:
    found = question.recognise(seen(text))
    assert found is not None
    assert (found.kind, found.is_post) == ("question", True)


@pytest.mark.parametrize(
    "text", ["怎么用", "?", "好用吗?", "", "今天天气好", "[疑问][疑问]吗吗吗吗"]
)
def test_what_is_short_or_asks_nothing_is_not(text: str) -> None:
    assert question.recognise(seen(text)) is None


@pytest.mark.parametrize(
    ("text", "quote"),
    [(SAID, None), ("", "m0"), ("[强][强]", "m0"), ("同问", "m0"), ("你试过重启吗?", "m0")],
)
def test_what_quotes_nothing_says_nothing_or_asks_in_turn_is_no_answer(
    text: str, quote: str | None
) -> None:
    assert answer.recognise(seen(text, quote=quote)) is None


class TestToldInAGroup:
    """With the standard rules for answers, posts and chat."""

    @pytest.fixture
    def programme(self, shipped: Programme) -> Programme:
        wanted = ("answer", "post", "chat", "live_question")
        rules = tuple(rule for rule in shipped.rules if rule.on in wanted)
        return replace(shipped, rules=rules)

    def test_an_answer_to_another_s_question_is_paid(self, chat: Chat) -> None:
        chat("小明", ASKED, id="q1")
        assert chat("小美", SAID, quote="q1") == ["回答问题 +10,余额 10"]
        assert chat("小红", "蓝色那款", quote="q1") == []

    def test_a_second_answer_counts_unless_it_says_the_same(self, chat: Chat) -> None:
        chat("小明", ASKED, id="q1")
        chat("小美", SAID, quote="q1")
        assert chat("小美", f"{SAID}!!!", quote="q1") == ["和你以前发过的差不多,不计分,余额 10"]
        assert chat("小红", SAID, quote="q1") == ["和别人发过的差不多,不计分,余额 0"]
        other = "换季的时候再加一层修护精华,晚上用就够了,白天记得防晒"
        assert chat("小美", other, quote="q1") == ["回答问题 +10,余额 20"]

    @pytest.mark.parametrize("who", ["小美", "小明"])
    def test_an_answer_to_oneself_or_to_no_question_is_chat(self, chat: Chat, who: str) -> None:
        chat("小美", ASKED if who == "小美" else "今天收到货了,很喜欢", id="m0")
        chat.clock.pass_by(minutes=2)
        assert chat(who, SAID, quote="m0") == []
        assert [line.rule for result in chat.results for line in result.lines] == ["chat"]

    def test_an_answer_to_what_nobody_knows_is_chat(self, chat: Chat) -> None:
        for quote in ("never seen", "\ud800", "\0"):
            chat.clock.pass_by(minutes=2)
            assert chat("小美", f"{SAID}{quote!r}", quote=quote) == []
            assert all(line.rule == "chat" for line in chat.results[0].lines)

    def test_a_short_answer_is_chat_and_nobody_is_told_off(self, chat: Chat) -> None:
        chat("小明", ASKED, id="q1")
        assert chat("小美", "蓝色那款就很好", quote="q1") == []
        assert [line.rule for line in chat.results[0].lines] == ["chat"]

    def test_a_post_that_asks_can_be_answered(self, chat: Chat) -> None:
        text = "#攻略 换季护肤先做好保湿,再慢慢换成清爽的,每天防晒不能少,大家都是怎么选的面霜呢"
        assert chat("小明", text, id="q1") == ["发帖 +10,余额 10"]
        assert chat("小美", SAID, quote="q1") == ["回答问题 +10,余额 10"]

    def test_a_question_in_another_room_is_one_too(self, chat: Chat) -> None:
        chat("小明", ASKED, id="q1", room="二群")
        assert chat("小美", SAID, quote="q1") == ["回答问题 +10,余额 10"]
