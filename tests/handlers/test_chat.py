"""聊天: what is said in a room earns a little, in silence, and hints go first."""

from dataclasses import replace

import pytest

from bot.points.types import Programme
from handlers.recognisers.chat import chat as recogniser
from tests.chat import Chat
from tests.handlers.seeing import seen


@pytest.mark.parametrize(("text", "units"), [("今天天气真好", 6), ("哈哈哈哈哈哈", 2), ("1", 1)])
def test_what_says_something_is_chat(text: str, units: int) -> None:
    found = recogniser.recognise(seen(text))
    assert found is not None
    assert (found.kind, found.units, found.is_post) == ("chat", units, True)


@pytest.mark.parametrize("text", ["", "...", "[微笑]", "😀", "https://a.cn/1", "@小美 "])
def test_what_says_nothing_is_none(text: str) -> None:
    assert recogniser.recognise(seen(text)) is None
    assert recogniser.recognise(seen("今天天气真好", kind="link")) is None


class TestPaid:
    """With the standard rules for chat and check-ins."""

    @pytest.fixture
    def programme(self, shipped: Programme) -> Programme:
        rules = tuple(rule for rule in shipped.rules if rule.on in ("chat", "checkin"))
        return replace(shipped, rules=rules)

    def test_chat_is_paid_in_silence_once_a_minute(self, chat: Chat) -> None:
        for seconds, paid in ((0, 1), (30, 0), (31, 1)):
            chat.clock.pass_by(seconds=seconds)
            assert chat("小美", f"今天天气真好啊{seconds}") == []
            assert sum(line.points for line in chat.results[0].lines) == paid

    def test_chat_in_private_is_none(self, chat: Chat) -> None:
        assert chat("小美", "今天天气真好啊", private=True) == []
        assert chat.results == []

    def test_a_slip_gets_its_hint_before_it_is_chat(self, chat: Chat) -> None:
        assert chat("小美", "签道") == ["你是不是想发「签到」"]
        assert chat.results == []

    def test_a_checkin_is_no_chat_beside_that(self, chat: Chat) -> None:
        chat("小美", "早上好,我来签到")
        assert [line.rule for line in chat.results[0].lines] == ["checkin"]
