"""Which texts are lists that go round, and whom their lines name."""

import pytest

from bot.points.solitaire import LONGEST_LINE, MOST_LINES, Solitaire, names, solitaire

WORDS: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("text", "header", "lines"),
    [
        (
            "#接龙\n早安打卡接龙\n1. 小美\n2、阿强 已打卡\n3) 木木",
            "#接龙 早安打卡接龙",
            ("小美", "阿强 已打卡", "木木"),
        ),
        ("签到接龙\n1 小美\n2 阿强", "签到接龙", ("小美", "阿强")),
        ("签到接龙\n1小美\n2阿强", "签到接龙", ("小美", "阿强")),
        ("簽到接龍\n１．小美\n２．阿强", "簽到接龍", ("小美", "阿强")),
        (
            "#接龙\n\n11月27日打卡\n\n1. 小美\n\n2. @阿强✅\n3.\n",
            "#接龙 11月27日打卡",
            ("小美", "@阿强✅"),
        ),
        ("1.1打卡接龙\n1. 小美", "1.1打卡接龙", ("小美",)),
        ("打卡接龙\r\n1. 小美\r\n大家继续\r\n2. 阿强", "打卡接龙", ("小美", "阿强")),
        ("打卡接龙\n①小美\n②阿强", "打卡接龙", ("小美", "阿强")),
    ],
)
def test_a_list_is_taken_apart(text: str, header: str, lines: tuple[str, ...]) -> None:
    assert solitaire(text, WORDS) == Solitaire(header, lines)


@pytest.mark.parametrize(
    "text",
    [
        "", "打卡接龙", "打卡接龙\n小美\n阿强", "打卡接龙\n2. 阿强", "打卡接龙\n1.\n2.",
        "1. 小美\n打卡接龙", "团购接龙\n1. 小美 2 瓶", "打卡攻略\n1. 每天签到\n2. 分享",
        "打卡接龙规则\n1. 复制\n2. 粘贴", "没打卡的接龙\n1. 小美", "未签到接龙\n1. 小美",
        "明天打卡接龙\n1. 小美", "昨日打卡接龙\n1. 小美", "打卡接龙怎么玩\n1. 小美",
        "打卡报名接龙\n1. 小美", "今天打卡接龙吗\n1. 小美",
    ],
)  # fmt: skip
def test_what_is_no_list_of_checkins_is_none(text: str) -> None:
    assert solitaire(text, WORDS) is None


def test_the_header_may_name_a_word_of_the_operator() -> None:
    text = "喝水了接龙\n1. 小美"
    assert solitaire(text, WORDS) is None
    assert solitaire(text, frozenset({"喝水了"})) == Solitaire("喝水了接龙", ("小美",))


def test_a_very_long_list_is_cut() -> None:
    found = solitaire(
        "打卡接龙\n" + "".join(f"{n % 999 + 1}. {n}号\n" for n in range(2_000)), WORDS
    )
    assert found is not None
    assert len(found.lines) == MOST_LINES
    found = solitaire("打卡接龙\n1. " + "美" * 1_000, WORDS)
    assert found == Solitaire("打卡接龙", ("美" * LONGEST_LINE,))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("小美", "小美"), ("@小美", "小美"), ("小美 已打卡", "小美"), ("小美✅", "小美"),
        ("小美 ✅✅", "小美"), ("小美 打卡!", "小美"), ("小美:签到", "小美"),
        ("小美[强]", "小美"), ("小美 🌸🌸", "小美"), ("小美,早安打卡", "小美"),
        ("小美 已完成", "小美"),
    ],
)  # fmt: skip
def test_a_name_may_be_decorated(line: str, name: str) -> None:
    assert name in list(names(line))


def test_what_belongs_to_the_name_is_tried_first() -> None:
    assert list(names("小美🌸")) == ["小美🌸", "小美"]
    assert "小美" not in list(names("小美 跑了五公里"))
