"""Questions in plain words: the command that is meant, or silence."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import handlers.commands
from bot.extend import Command, collect
from bot.points.ask import HOW, HOW_MANY, ME, NUMBER, WHAT, ask
from bot.reading.questions import LONGEST, Questions
from handlers.commands import birthday, check_in, make_up

DATA = Path(__file__).parent.parent / "data" / "recognition"
HALVES = ["questions_train.tsv", "questions_test.tsv"]
COMMANDS = collect(handlers.commands, Command)
ALL = Questions((one, command) for command in COMMANDS for one in command.asks)
BY_LABEL = {word: command for command in COMMANDS for word in command.words} | {
    "签到": check_in.asked,
    "补签": make_up.asked,
    "生日": birthday.asked,
}
"""A label that no command claims yet (商城) means silence."""

BALANCE, SHOP, RANK = "balance", "shop", "rank"
FEW = Questions(
    [
        (ask("积分 分", HOW_MANY, sure=ME, may="还有 剩"), BALANCE),
        (ask("积分 分", "换 兑换", WHAT, may=f"{NUMBER} 东西"), SHOP),
        (ask("积分", "第几", HOW), RANK),
    ]
)


def lines(half: str) -> list[tuple[str, str]]:
    """(label, text) of a file."""
    rows = (DATA / half).read_text("utf-8").splitlines()
    return [(label, text) for label, _, text in (row.partition("\t") for row in rows)]


@pytest.mark.parametrize("is_addressed", [False, True])
@pytest.mark.parametrize("half", HALVES)
def test_what_is_answered_is_what_was_asked(half: str, *, is_addressed: bool) -> None:
    right = wrong = 0
    for label, text in lines(half):
        meant = ALL.meant(text, is_addressed=is_addressed)
        if meant is not None:
            is_right = meant is BY_LABEL.get(label)
            right, wrong = right + is_right, wrong + (not is_right)
    assert right / (right + wrong) >= 0.98, f"{wrong} of {right + wrong} are wrong"


@pytest.mark.parametrize("half", HALVES)
def test_the_usual_ways_of_asking_are_answered(half: str) -> None:
    asked = [(label, text) for label, text in lines(half) if label in BY_LABEL]
    right = [
        text for label, text in asked if ALL.meant(text, is_addressed=False) is BY_LABEL[label]
    ]
    assert len(right) / len(asked) >= 0.85


def test_the_halves_share_no_line_and_are_as_long_as_they_should_be() -> None:
    train, test = map(lines, HALVES)
    assert not {text for _, text in train} & {text for _, text in test}
    both = [label for label, _ in train + test]
    assert both.count("-") >= 300
    assert len(both) - both.count("-") >= 150


@pytest.mark.parametrize(
    "text",
    ["我还有多少积分", "我還有多少積分?", "老师您好,请问我还剩多少积分呀[捂脸]", "我 多少 分"],
)
def test_what_says_nothing_of_its_own_may_stand_beside(text: str) -> None:
    assert FEW.meant(text, is_addressed=False) == BALANCE


@pytest.mark.parametrize("text", ["这个杯子多少积分", "我还有多少积分卡", "她还有多少积分"])
def test_a_word_of_anything_else_makes_it_about_something_else(text: str) -> None:
    assert FEW.meant(text, is_addressed=False) is None
    assert FEW.meant(text, is_addressed=True) is None


def test_a_known_word_inside_another_is_not_there() -> None:
    minutes = Questions([(ask("分", HOW_MANY, may="钟 部 十"), BALANCE)])
    assert minutes.meant("多少分啊", is_addressed=False) == BALANCE
    known = Questions([(ask("分", HOW_MANY), BALANCE), (ask("分钟", HOW_MANY, WHAT), RANK)])
    assert known.meant("多少分钟", is_addressed=False) is None


def test_who_addresses_the_bot_need_not_say_so_much() -> None:
    assert FEW.meant("多少积分", is_addressed=False) is None
    assert FEW.meant("多少积分", is_addressed=True) == BALANCE


def test_any_number_is_a_number() -> None:
    for text in ("500分能换啥", "1分能换什么", "12345分可以换什么东西"):
        assert FEW.meant(text, is_addressed=False) == SHOP
    assert FEW.meant("我500积分", is_addressed=False) is None


def test_two_meanings_are_none_and_the_one_that_needs_more_is_meant() -> None:
    two = [(ask("积分", HOW_MANY), BALANCE), (ask("积分", "多少", may="还有"), RANK)]
    assert Questions(two).meant("多少积分", is_addressed=True) is None
    more = [*two, (ask("积分", "多少", "还有"), SHOP)]
    assert Questions(more).meant("还有多少积分", is_addressed=True) == SHOP


def test_what_is_longer_than_a_question_is_none() -> None:
    text = "我多少积分"
    assert FEW.meant(text + "啊" * (LONGEST - len(text)), is_addressed=False) == BALANCE
    assert FEW.meant(text + "啊" * (LONGEST - len(text) + 1), is_addressed=False) is None


def test_without_asks_nothing_is_meant() -> None:
    assert Questions[str]([]).meant("我还有多少积分", is_addressed=True) is None


@settings(max_examples=200)
@given(
    st.lists(
        st.sampled_from(sorted(ALL._known)) | st.text(st.characters(), max_size=3), max_size=8
    ).map("".join),
    st.booleans(),
)
def test_no_text_raises(text: str, is_addressed: bool) -> None:
    ALL.meant(text, is_addressed=is_addressed)


def test_chatter_costs_microseconds() -> None:
    """Dozens of times what it takes; jieba for each line would take longer still."""
    chatter = [text for label, text in lines(HALVES[0]) if label == "-"]
    ALL.meant("我还有多少积分", is_addressed=False)
    begun = time.perf_counter()
    for _ in range(20):
        for text in chatter:
            ALL.meant(text, is_addressed=False)
    each = (time.perf_counter() - begun) / 20 / len(chatter)
    assert each < 200e-6
