"""What a typed line says, apart from how it was typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.text import bare, display_name, folded, has_control, shown, storable


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("签到", "签到"),
        ("  签到\u3000", "签到"),
        ("\u200b签到\ufeff", "签到"),
        ("/签到", "签到"),
        ("／签到", "签到"),
        ("/ 签到", "签到"),
        ("//签到", "/签到"),
        ("明细\u3000２", "明细 2"),
        ("加分 ＠小美 １２", "加分 @小美 12"),
        ("ＡＢｃ！", "ABc!"),
        ("明细 ٢", "明细 ٢"),
        ("明细 ²", "明细 ²"),
        ("签到\n", "签到"),
        ("", None),
        (" \t\r\n\u3000\u200b\ufe0f", None),
        ("/", None),
        ("签\n到", None),
        ("签\0到", None),
        ("\x1b[31m签到", None),
        ("签\x7f到", None),
        ("签\x85到", None),
        ("签" * 2_000, "签" * 2_000),
        ("签" * 2_001, None),
        (" " * 1_999 + "签", "签"),
        (" " * 2_000 + "签", None),
    ],
)
def test_a_line_is_read_as_a_command_would_be_written(text: str, line: str | None) -> None:
    assert bare(text, False) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("@积分助手\u2005签到", "签到"),
        ("@积分助手 签到", "签到"),
        ("@积分 助手\u2005签到", "签到"),
        ("@积分助手\u2005/签到", "签到"),
        ("@积分助手\u2005 签到 ", "签到"),
        ("＠积分助手\u2005签到", "签到"),
        ("@积分助手\u2005明细 2", "明细 2"),
        ("签到", "签到"),
        ("签到 @积分助手\u2005", "签到 @积分助手"),
        ("@积分助手 加分 @小明\u20055", "加分 @小明\u20055"),
        ("@积分助手\u2005加分 @小明\u20055", "加分 @小明\u20055"),
        ("@积分助手\u2005\u200b签到", "签到"),
        ("@积分助手\u2005/\u200b签到", "签到"),
        ("@积分助手签到", None),
        ("@积分助手\u2005", None),
        ("@", None),
    ],
)
def test_a_leading_mention_of_the_bot_is_left_out(text: str, line: str | None) -> None:
    assert bare(text, True) == line


def test_a_mention_of_somebody_else_stays() -> None:
    assert bare("@小明\u2005签到", False) == "@小明\u2005签到"


@given(st.text(st.characters(), max_size=50), st.booleans())
def test_no_text_raises_and_what_is_left_has_no_control_character(
    text: str, is_mentioned: bool
) -> None:
    line = bare(text, is_mentioned)
    assert line is None or (line and not has_control(line))


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("abc", "abc"),
        ("小美💐", "小美💐"),
        ("a\0b", "a\\x00b"),
        ("\ud800", "\\ud800"),
        ("美\ud800\0", "美\\ud800\\x00"),
        ("\x01", "\x01"),
    ],
)
def test_what_a_database_cannot_keep_is_written_out(text: str, stored: str) -> None:
    assert storable(text) == stored


@given(st.text(st.characters()))
def test_every_text_can_be_stored(text: str) -> None:
    assert "\0" not in storable(text)
    storable(text).encode("utf-8")
    assert storable(storable(text)) == storable(text)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("小美", "小美"),
        (" 小美\u2005", "小美"),
        ("a\nb\tc", "a b c"),
        ("a\u2028b", "a b"),
        ("a\u2029b", "a b"),
        ("\u200b小美\u200b", "小美"),
        ("\u202e倒着\u2066", "倒着"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("长" * 40, "长" * 32),
        ("", ""),
        (" \u200b\u3164\u2800", ""),
        ("\u0301" * 500, ""),
        ("a" + "\u0301" * 500, "a" + "\u0301" * 31),
        ("a\0b", "a\\x00b"),
        ("{0} %s <b>", "{0} %s <b>"),
    ],
)
def test_a_name_fits_one_line_and_turns_nothing(name: str, shown: str) -> None:
    assert display_name(name) == shown


def test_full_width_folds_and_nothing_else() -> None:
    assert folded("！～０９Ａｚ　") == "!~09Az "
    assert folded("，。「」¥￥·…") == ",。「」¥￥·…"


@pytest.mark.parametrize(
    ("found", "line"),
    [
        ("美妆", "'美妆'"),
        ("a\nb", r"'a\nb'"),
        ("x" * 40, "'" + "x" * 40 + "'"),
        ("x" * 41, "'" + "x" * 40 + "'… (41 characters)"),
        (12, "12"),
        (True, "True"),
        (None, "None"),
        (10**60, "1" + "0" * 39),
        ([[[]]], "a list"),
        ({"a": "secret"}, "an object"),
    ],
)
def test_a_wrong_input_is_named_on_one_short_line(found: object, line: str) -> None:
    assert shown(found) == line
