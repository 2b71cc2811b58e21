"""A question in plain words is answered as the command that it means."""

from dataclasses import replace

import pytest

from bot.dispatch import Dispatch
from bot.extend import Recogniser, command
from bot.points.ask import ask
from bot.points.lexicon import Lexicon
from bot.points.types import Message, Programme, Reply, Sighting
from bot.posting.operation import Operation
from tests.chat import START, Chat


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("我还有多少积分", "积分"),
        ("第几名了", "排行榜"),
        ("我这个月第几名了", "月榜"),
        ("看看本周排行榜", "周榜"),
        ("晒单给几分积分", "规则"),
        ("我连续签到几天了", "积分"),
        ("怎么拿积分", "任务"),
        ("积分规则是什么", "规则"),
        ("积分明细怎么看", "明细"),
        ("我几级了", "等级"),
        ("为什么没给我积分", "为什么"),
        ("晒单怎么没分", "为什么"),
        ("签到为什么没加分", "为什么"),
        ("我邀请了几个人", "我的邀请"),
        ("有什么积分活动", "活动"),
        ("有哪些命令", "帮助"),
        ("怎么登记生日", "生日"),
    ],
)
def test_the_answer_is_the_command_s_own(chat: Chat, text: str, word: str) -> None:
    chat("小美", "签到")
    said = chat("小美", text)
    assert said
    assert said == chat("小美", word)


def test_who_asks_how_to_check_in_reads_the_word_and_what_it_pays(chat: Chat) -> None:
    [said] = chat("小美", "怎么签到")
    assert said == "发「签到」或「打卡」,每天一次\n每日签到:+5\n连续签到奖励:每满 7 天 +30"
    assert chat.rows("SELECT count(*) FROM activity") == [(0,)]


def test_a_question_about_making_up_makes_up_nothing(chat: Chat) -> None:
    chat("小美", "签到", at="11-01 10:00")
    chat("店长", "加分 @小美 50", admin=True, mentions=["小美"])
    assert chat("小美", "忘了签到怎么补", at="11-03 10:00") == [
        "补签:一天 20 分,最近 7 天内漏的,每月 2 次\n"
        "发「补签」补最近漏的一天,「补签 11-05」补那一天"
    ]
    assert chat("小美", "积分")[0].startswith("余额 55 积分")


class TestWithoutMakingUp:
    """The programme has none."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, make_up=None)

    def test_it_is_said_that_there_is_none(self, chat: Chat) -> None:
        assert chat("小美", "怎么补签") == ["这里没有开补签"]


def test_what_nothing_can_be_had_for_yet_is_left_unanswered(chat: Chat) -> None:
    assert chat("小美", "500分能换啥") == []


@pytest.mark.parametrize(
    "text", ["这个多少钱", "还有多少库存", "几点发货", "排名第几的品牌", "老师我的快递到哪了"]
)
def test_what_is_about_something_else_is_left_alone(chat: Chat, text: str) -> None:
    assert chat("小美", text) == []


def test_what_is_asked_of_somebody_else_is_left_alone(chat: Chat) -> None:
    text = "我还有多少积分"
    assert chat("小美", f"@小明 {text}", mentions=["小明"]) == []
    assert chat("小美", text, mentions=["小明"]) == []
    assert not chat("小美", text, mentions=["bot", "小明"])[0].startswith("余额")
    assert chat("小美", text, quote="m1") == []
    assert chat("小美", f"@助手\u2005{text}", mentions=["bot"], quote="m1") != []


def test_who_addresses_the_bot_is_met_half_way(chat: Chat) -> None:
    assert chat("小美", "积分多少") == []
    said = chat("小美", "@助手\u2005积分多少", mentions=["bot"])
    assert said[0].startswith("余额 0 积分")
    assert chat("小美", "积分多少", private=True) == said


def test_a_question_is_no_chat_and_a_deed_is_no_question() -> None:
    balance = command("积分", asks=(ask("积分", "多少"),))(lambda _: "0")
    message = Message("test", "m1", "r1", "u1", START, text="我有多少积分呀")
    for kind, sightings in (("chat", ()), ("answer", (Sighting("answer"),))):
        seen = Recogniser(kind, lambda _, kind=kind: Sighting(kind))  # type: ignore[misc]
        lexicon = Lexicon(kinds=frozenset({kind}))
        asked = Dispatch([balance], [seen]).read(message, 0, lexicon)
        assert isinstance(asked, Operation)
        assert asked.sightings == sightings
        talk = Dispatch([balance], [seen]).read(replace(message, text="积分真多呀"), 0, lexicon)
        assert isinstance(talk, Operation)
        assert talk.sightings == (Sighting(kind),)


def test_a_question_leaves_nothing_behind_and_may_be_asked_again(chat: Chat) -> None:
    first = chat("小美", "我还有多少积分", id="m1")
    assert chat("小美", "我还有多少积分", id="m1") == first != []
    assert chat.rows("SELECT count(*) FROM inbox") == [(0,)]


def test_nothing_that_changes_anything_can_be_asked_for() -> None:
    with pytest.raises(ValueError, match="changes something"):
        command("花光", writes=True, asks=(ask("花光", "吗"),))


def test_a_hint_is_no_answer_to_a_question(chat: Chat) -> None:
    found = chat.bot.dispatch.read(
        Message("test", "m1", "r1", "u1", START, text="我还有多少积分"), 0
    )
    assert not isinstance(found, Reply)
