"""签到: what the member reads."""

from dataclasses import replace

import pytest

from bot.points.types import Programme
from tests.chat import Chat


def test_the_reply_says_points_streak_balance_and_the_next_bonus(chat: Chat) -> None:
    assert chat("小美", "签到") == ["+5 积分,连续 1 天,余额 5,再签 6 天多得 30 分"]
    assert chat("小美", "打卡") == ["今天已经签到过了,连续 1 天,余额 5"]


def test_the_reply_on_a_bonus_day_says_what_is_in_the_sum(chat: Chat) -> None:
    for day in range(1, 7):
        chat("小美", "签到", at=f"11-0{day}")
    assert chat("小美", "签到", at="11-07") == [
        "+35 积分,连续 7 天,余额 65,含连续签到奖励 +30,再签 7 天多得 30 分"
    ]
    assert chat("小美", "签到", at="11-08") == ["+5 积分,连续 8 天,余额 70,再签 6 天多得 30 分"]


def test_a_late_message_is_told_about_its_own_day(chat: Chat) -> None:
    chat("小美", "签到")
    sent_at = chat.clock.now()
    chat.clock.pass_by(days=1)
    assert chat("小美", "签到", sent_at=sent_at) == ["11-01 已经签到过了,连续 1 天,余额 5"]
    chat.clock.pass_by(days=2)
    assert chat("小美", "签到", sent_at=sent_at) == ["这条消息晚到了 48 小时以上,不计分,余额 5"]


def test_a_checkin_in_private_is_answered_in_private(chat: Chat) -> None:
    assert chat("小美", "签到", private=True)[0].startswith("+5 积分")


@pytest.mark.parametrize(
    "text",
    [
        "签到",
        "打卡",
        " 签到\u3000",
        "/签到",
        "\uff0f签到",
        "签到\ufe0f",
        "签到!!!",
        "早上好,签到[太阳]",
    ],
)
def test_the_word_counts_however_it_is_dressed(chat: Chat, text: str) -> None:
    assert chat("小美", text)[0].startswith("+5 积分")


@pytest.mark.parametrize("gap", ["\u2005", " "])
def test_the_word_after_the_bots_name_counts(chat: Chat, gap: str) -> None:
    assert chat("小美", f"@积分助手{gap}签到", mentions=["bot"])[0].startswith("+5 积分")


@pytest.mark.parametrize(
    "text",
    [
        "签到了吗", "我要签到", "签到?", "签\n到", "签到\x00", "「小明:签到」\n- - -\n好",
        "签到" * 1_001, "@小明 签到", "@积分助手\u2005签到", "", " ", "\u200b",
    ],
)  # fmt: skip
def test_what_is_not_the_word_alone_is_no_checkin(chat: Chat, text: str) -> None:
    chat("小美", text)
    assert chat.results == []


def test_in_answer_to_somebody_the_word_alone_counts(chat: Chat) -> None:
    assert chat("小美", "每日签到", quote="m0") == []
    assert chat("小美", "签到!", quote="m0")[0].startswith("+5 积分")


@pytest.mark.parametrize(
    "kind", ["image", "link", "miniprogram", "video", "file", "sticker", "other"]
)
def test_a_forward_or_a_picture_that_says_so_is_no_checkin(chat: Chat, kind: str) -> None:
    assert chat("小美", "签到", kind=kind) == []  # type: ignore[arg-type]


def test_what_the_bot_itself_said_is_no_checkin(chat: Chat) -> None:
    assert chat("bot", "签到", is_self=True) == []


def test_a_word_of_the_operator_counts(chat: Chat) -> None:
    lexicon = replace(chat.programme.lexicon, checkin_words=frozenset({"喝水了"}))
    assert chat("小美", "喝水了!") == []
    chat.bot.posting.programme = replace(chat.programme, lexicon=lexicon)
    assert chat("小美", "喝水了!")[0].startswith("+5 积分")


def test_a_programme_without_a_rule_for_it_is_silent(chat: Chat) -> None:
    chat.bot.posting.programme = replace(chat.programme, rules=())
    assert chat("小美", "签到") == []
    assert chat.rows("SELECT outcome FROM activity") == [("nothing",)]


class TestQuiet:
    """A programme whose rule says nothing."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        [rule, _] = standard.rules
        return replace(standard, rules=(replace(rule, reply=""),))

    def test_a_rule_without_a_reply_pays_in_silence(self, chat: Chat) -> None:
        assert chat("小美", "签到") == []
        assert chat("小美", "积分")[0].startswith("余额 5 积分")
