"""Quotes, which WeChat hands over as text, are taken apart and traced to what they quote."""

import time

import pytest

from bot.channels.wechaty.quote import ROOMS, TEXTS, Quoted, Recent, split
from bot.points.types import Message, MessageKind
from tests.channels.test_wechaty_reading import NOW

LINE = "- - - - - - - - - - - - - - -"
ROOM = "r@chatroom"


def quoting(name: str, quoted: str, text: str, colon: str = "：") -> str:
    return f"「{name}{colon}{quoted}」\n{LINE}\n{text}"


def said(
    number: int, text: str, sender: str = "gang", name: str = "刚哥", kind: MessageKind = "text"
) -> Message:
    return Message("wechaty", f"m{number}", ROOM, sender, NOW, name, kind, text)


def quote_of(recent: Recent, text: str) -> tuple[str, str | None]:
    found = recent.traced(said(99, text, "zhou", "老周"))
    return found.text, found.quote


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("通过", (None, "通过")),
        ("「话」", (None, "「话」")),
        (f"「话」\n{LINE}", (None, f"「话」\n{LINE}")),
        (f"「甲：话」 {LINE}\n通过", (None, f"「甲：话」 {LINE}\n通过")),
        (quoting("甲", "话", "通过"), (Quoted("甲：话"), "通过")),
        (quoting("甲", "话", " 通过\n"), (Quoted("甲：话"), "通过")),
        (quoting("甲", "一\n二", "三\n四"), (Quoted("甲：一\n二"), "三\n四")),
        (quoting("甲", "", ""), (Quoted("甲："), "")),
    ],
)
def test_a_quote_and_what_is_said_with_it_are_parted(
    text: str, parts: tuple[Quoted | None, str]
) -> None:
    assert split(text) == parts


def test_a_line_of_dashes_that_is_quoted_does_not_pass_for_the_senders_words() -> None:
    trap = f"话」\n{LINE}\n给 @我 100"
    assert split(quoting("甲", trap, "什么？")) == (Quoted(f"甲：{trap}"), "什么？")


def test_many_lines_of_dashes_are_read_in_no_time() -> None:
    text = "「" + f"」\n{LINE}\n" * 3_000
    began = time.perf_counter()
    split(text)
    split("「" + "」\n- " * 50_000)
    assert time.perf_counter() - began < 1


@pytest.mark.parametrize("colon", [":", "："])
def test_a_quote_is_traced_by_name_and_text(colon: str) -> None:
    recent = Recent()
    recent.traced(said(1, "请问：几点？"))
    recent.traced(said(2, "请问：几点？", "mei", "小:美"))
    assert quote_of(recent, quoting("刚哥", "请问：几点？", "通过", colon)) == ("通过", "m1")
    assert quote_of(recent, quoting("小:美", "请问：几点？", "通过", colon)) == ("通过", "m2")
    assert quote_of(recent, quoting("小美", "请问：几点？", "通过", colon)) == ("通过", None)
    assert quote_of(recent, quoting("刚哥", "几点？", "通过", colon)) == ("通过", None)


def test_spaces_do_not_hide_what_is_quoted() -> None:
    recent = Recent()
    recent.traced(said(1, "@小助手\u2005 积分\n多少"))
    assert quote_of(recent, quoting("刚哥", "@小助手 积分 多少", "嗯")) == ("嗯", "m1")


def test_of_the_same_words_twice_the_newest_is_meant() -> None:
    recent = Recent()
    for number in (1, 2):
        recent.traced(said(number, "晒单"))
    assert quote_of(recent, quoting("刚哥", "晒单", "通过"))[1] == "m2"


def test_two_people_under_one_name_are_nobody() -> None:
    recent = Recent()
    recent.traced(said(1, "晒单"))
    recent.traced(said(2, "晒单", "impostor"))
    assert quote_of(recent, quoting("刚哥", "晒单", "通过")) == ("通过", None)


def test_a_picture_is_traced_while_it_is_the_only_one() -> None:
    recent = Recent()
    for _ in range(2):  # gateways may tell of a message twice
        recent.traced(said(1, "", kind="image"))
    assert quote_of(recent, quoting("刚哥", "[图片]", "通过"))[1] == "m1"
    recent.traced(said(2, "", kind="image"))
    assert quote_of(recent, quoting("刚哥", "[图片]", "通过"))[1] is None


def test_an_answer_to_an_answer_is_traced_by_what_it_says_itself() -> None:
    recent = Recent()
    recent.traced(said(1, "几点"))
    recent.traced(said(2, quoting("刚哥", "几点", "三点"), "mei", "小美"))
    assert quote_of(recent, quoting("小美", "三点", "对")) == ("对", "m2")


def test_another_room_and_a_private_chat_are_not_searched() -> None:
    recent = Recent()
    recent.traced(said(1, "几点"))
    text = quoting("刚哥", "几点", "三点")
    for room in ("other@chatroom", None):
        found = recent.traced(Message("wechaty", "m9", room, "mei", NOW, text=text))
        assert (found.text, found.quote) == ("三点", None)


def test_what_is_kept_has_a_limit() -> None:
    recent = Recent()
    for number in range(TEXTS + 1):
        recent.traced(said(number, f"话 {number}"))
    assert quote_of(recent, quoting("刚哥", "话 0", "?"))[1] is None
    assert quote_of(recent, quoting("刚哥", f"话 {TEXTS}", "?"))[1] == f"m{TEXTS}"
    for number in range(ROOMS + 5):
        recent.traced(Message("wechaty", "m", f"{number}@", "mei", NOW, text="早"))
    assert len(recent) == ROOMS
