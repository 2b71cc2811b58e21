"""直播提问: labelled so, or beginning so and asking."""

import pytest

from handlers.recognisers.live_question import live_question
from tests.handlers.seeing import seen


@pytest.mark.parametrize(
    "text",
    [
        "#直播提问 敏感肌能用吗", "#直播间提问 敏感肌能用吗", "敏感肌能用吗 #直播提问",
        "#直播提问 敏感肌适用", "#直播提问敏感肌能用吗", "直播提问:敏感肌能用吗",
        "直播间提问 敏感肌能用吗", "提问主播,敏感肌能用吗", "＃直播提问 敏感肌能用吗",
    ],
)  # fmt: skip
def test_a_question_for_the_host_is_one(text: str) -> None:
    found = live_question.recognise(seen(text))
    assert found is not None
    assert (found.kind, found.is_post) == ("live_question", True)


@pytest.mark.parametrize(
    "text",
    [
        "#直播提问", "#直播提问 好", "直播提问有奖", "直播提问环节开始了",
        "今天直播提问敏感肌能用吗", "敏感肌能用吗", "#直播 敏感肌能用吗", "",
    ],
)  # fmt: skip
def test_what_asks_nothing_or_is_not_for_the_host_is_none(text: str) -> None:
    assert live_question.recognise(seen(text)) is None
