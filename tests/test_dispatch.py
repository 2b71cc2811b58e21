"""From a message to the operation it asks for: the words to the letter, and no text that
raises."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.app import dispatch
from bot.clock import to_micros
from bot.dispatch import Dispatch
from bot.extend import Recogniser, command
from bot.points.types import Message, Person, Reply, Sighting
from bot.posting.operation import Operation
from tests.chat import SUPERUSER, Chat

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)
AT = to_micros(NOW)
ALL = dispatch()
MESSAGE = Message("test", "m1", "r1", "u1", NOW, sender_name="小美")

MEMBERS = [
    "签到", "打卡", "补签", "积分", "我的积分", "余额", "明细", "为什么", "排行榜", "日榜",
    "周榜", "月榜", "总榜", "等级", "规则", "帮助",
]  # fmt: skip
ADMINS = ["加分", "扣分", "撤销", "管理帮助"]


def read(text: str, **changes: object) -> Operation | Reply | None:
    """What a line asks for."""
    return ALL.read(replace(MESSAGE, text=text, **changes), AT)  # type: ignore[arg-type]


def is_asked(text: str, **changes: object) -> bool:
    """Whether it is a command or a deed."""
    return isinstance(read(text, **changes), Operation)


@pytest.mark.parametrize("word", [*MEMBERS, *ADMINS])
def test_every_word_of_the_contract_is_understood(word: str) -> None:
    for text in (word, f" {word}\u3000", f"/{word}", f"\uff0f{word}", f"{word}\ufe0f"):
        assert is_asked(text)
    for gap in ("\u2005", " "):
        assert is_asked(f"@助手{gap}{word}", mentions=("bot",))
        assert not is_asked(f"@助手{gap}{word}", mentions=())
        assert not is_asked(f"@助手{gap}{word}", mentions=("u2",))


@pytest.mark.parametrize("word", [*MEMBERS, *ADMINS])
def test_a_word_with_anything_about_it_is_talk(word: str) -> None:
    for text in (
        f"{word}了吗",
        f"我要{word}",
        f"{word}?",
        f"{word}\n{word}",
        f"{word}\x00",
        f"「{word}」",
    ):
        assert not is_asked(text)


@pytest.mark.parametrize("suffix", [" 社群", "社群"])
@pytest.mark.parametrize("word", ["排行榜", "总榜", "日榜", "周榜", "月榜"])
def test_a_board_may_be_asked_for_the_whole_community(word: str, suffix: str) -> None:
    assert is_asked(word + suffix)


@pytest.mark.parametrize(
    "kind", ["image", "link", "miniprogram", "video", "file", "sticker", "other", "recall"]
)
@pytest.mark.parametrize("word", ["签到", "积分", "加分 @小美 5"])
def test_only_what_was_typed_is_a_command(word: str, kind: str) -> None:
    """Abuse: a command inside a forward or a picture."""
    assert read(word, kind=kind) is None


@pytest.mark.parametrize("text", ["签到", "积分", "签道", "加分 @小美 5", ""])
def test_what_the_bot_itself_said_is_nothing(text: str) -> None:
    assert read(text, is_self=True) is None


def test_a_word_said_about_a_quoted_message_counts_and_one_inside_it_does_not() -> None:
    """Abuse: a command inside a quote."""
    assert is_asked("签到", quote="m0")
    assert read("「小明:签到」\n- - - - - - - - - - - - - - -\n好的", quote="m0") is None


@pytest.mark.parametrize("text", ["加分 @小美 5", "撤销 3", "加分", "管理帮助"])
def test_what_has_the_form_of_a_command_is_never_an_activity(text: str) -> None:
    """Permitted or not: a recogniser that sees a deed in every message sees none here."""
    greedy = Recogniser("greedy", lambda seen: Sighting("share"))
    eager = Dispatch(ALL._commands, [greedy])
    for role in ("member", "admin"):
        asked = eager.read(replace(MESSAGE, text=text, role=role), AT)  # type: ignore[arg-type]
        assert isinstance(asked, Operation)
        assert asked.sightings == ()
    assert isinstance(found := eager.read(replace(MESSAGE, text="早上好"), AT), Operation)
    assert found.sightings == (Sighting("share"),)


def test_of_two_words_that_fit_the_longer_is_meant() -> None:
    """The shorter one would write, and so have a digest."""
    short = command("积分", rest=".*", writes=True)(lambda _: None)
    long = command("积分商城")(lambda _: None)
    for commands in ((short, long), (long, short)):
        eager = Dispatch(commands, [])
        for text, has_digest in (("积分商城", False), ("积分商场", True)):
            asked = eager.read(replace(MESSAGE, text=text), AT)
            assert isinstance(asked, Operation)
            assert (asked.digest is not None) is has_digest


def test_what_changes_something_has_its_effect_once_and_a_question_may_be_asked_again() -> None:
    for text, has_digest in (
        ("签到", True),
        ("加分 @小美 5", True),
        ("撤销 1", True),
        ("积分", False),
    ):
        asked = read(text)
        assert isinstance(asked, Operation)
        assert (asked.digest is not None) is has_digest


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "打卡"},
        {"room": "r2"},
        {"room": None},
        {"sender": "u2"},
        {"quote": "m0"},
        {"mentions": ("u2",)},
        {"facts": {"url": "x"}},
        {"mentions": ("a",), "facts": {"b": "c"}},
    ],
)
def test_a_message_that_says_something_else_has_another_digest(changes: dict[str, object]) -> None:
    first, other = read("签到"), read(**({"text": "签到"} | changes))  # type: ignore[arg-type]
    assert isinstance(first, Operation)
    assert isinstance(other, Operation)
    assert first.digest != other.digest


def test_a_message_delivered_later_under_a_new_name_has_the_same_digest() -> None:
    first, again = (
        read("签到"),
        read("签到", sender_name="新名字", sent_at=datetime(2026, 1, 1, tzinfo=UTC)),
    )
    assert isinstance(first, Operation)
    assert isinstance(again, Operation)
    assert first.digest == again.digest


@pytest.mark.parametrize(
    ("kind", "room", "people"),
    [("join", None, "a"), ("leave", None, "a"), ("join", "r1", ""), ("leave", "r1", "")],
)
def test_a_coming_or_going_of_nobody_or_nowhere_is_nothing(
    kind: str, room: str | None, people: str
) -> None:
    assert read("", kind=kind, room=room, people=tuple(map(Person, people))) is None


HOSTILE = st.text(st.characters(), max_size=40)
WORDS = st.sampled_from(
    [
        *MEMBERS,
        *ADMINS,
        "@",
        "/",
        "\u2005",
        " ",
        "\u3000",
        "社群",
        "1",
        "\uff11",
        "١",
        "\ud800",
        "\0",
    ]
)


@given(
    text=st.lists(WORDS | HOSTILE, max_size=6).map("".join),
    kind=st.sampled_from(["text", "text", "text", "image", "join", "leave", "recall", "other"]),
    mentions=st.lists(st.just("bot") | HOSTILE, max_size=3).map(tuple),
    sender=HOSTILE,
    number=HOSTILE,
    room=st.none() | HOSTILE,
    people=st.lists(st.builds(Person, HOSTILE, HOSTILE), max_size=2).map(tuple),
)
@example("签到", "text", ("bot",), "\ud800", "\0", "\udfff", ())
@example("@", "text", ("bot",), "", "", "", ())
@example("/", "text", (), "", "", None, ())
def test_no_message_raises_and_what_it_asks_for_can_be_stored(
    text: str,
    kind: str,
    mentions: tuple[str, ...],
    sender: str,
    number: str,
    room: str | None,
    people: tuple[Person, ...],
) -> None:
    asked = read(
        text, kind=kind, mentions=mentions, sender=sender, id=number, room=room, people=people,
        sender_name=sender, quote=sender,
    )  # fmt: skip
    if isinstance(asked, Operation):
        assert asked.message is not None
        ids = [asked.message.id, asked.message.sender, asked.message.room or ""]
        for kept in (*ids, *(part for one in asked.people for part in (one.id, one.name))):
            assert "\0" not in kept
            kept.encode("utf-8")


@pytest.mark.parametrize(
    "text",
    ["签" * 100_000, "\u200b" * 2_000, "\u202e签到", "签到" + "\u0301" * 1_000, "{0}%s",
     "<b>签到</b>", "' OR 1=1 --", "\ud800签到", "签到\ud800", "💐" * 500, "兑换 -1", "签\n到"],
)  # fmt: skip
def test_hostile_text_is_met_with_silence_and_the_next_message_counts(
    chat: Chat, text: str
) -> None:
    assert chat("小美", text) == []
    assert chat("小美", "签到", name=text)[0].startswith("+5 积分")
    assert chat("小明", "日榜")[0].startswith("本群日榜\n1. ")


def test_hostile_ids_are_kept_apart(chat: Chat) -> None:
    """A NUL or a lone surrogate is written out, so that two ids stay two."""
    for who in ("a", "a\0", "a\ud800", "a\\x00b", "", " "):
        assert chat(who, "签到", room="\ud800", id=f"{who}\0")[0].startswith("+5 积分,连续 1 天")
        assert chat(who, "签到", room="\0", id=f"{who}\udfff")[0].startswith("今天已经签到过了")


def test_a_coming_with_hostile_people_is_noted(chat: Chat) -> None:
    chat("\ud800", kind="join", people=["\0", "甲"])
    chat(SUPERUSER, "加分 @x\u20055", mentions=["\0"])
    assert chat.results[0].lines[0].points == 5
    rows = chat.rows(
        "SELECT external_id, newcomer FROM identity JOIN member ON member.id = identity.member"
    )
    assert sorted(rows)[:2] == [("\\ud800", 0), ("\\x00", 1)]
