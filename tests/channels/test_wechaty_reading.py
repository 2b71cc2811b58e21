"""What a Wechaty gateway tells is read, or left out with a word of what is wrong with it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wechaty import reading
from bot.channels.wechaty.reading import Malformed, message
from bot.points.types import Person

NOW = datetime(2026, 11, 27, 12, tzinfo=UTC)
SENT = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@dataclass
class Payload:
    """As the gateway's client hands it over."""

    id: str = "m1"
    text: str = "签到"
    timestamp: int = 1_700_000_000
    type: int = reading.TEXT
    from_id: str = "mei"
    room_id: str = "r@chatroom"
    mention_ids: list[str] = field(default_factory=list)


@pytest.mark.parametrize(
    ("found", "at"),
    [
        (1_700_000_000, SENT), (1_700_000_000_000, SENT), (1_700_000_000.0, SENT), (0, NOW),
        (-5, NOW), (None, NOW), ("1700000000", NOW), (True, NOW), (float("nan"), NOW),
        (float("inf"), NOW), (10**18, NOW), (10**400, NOW), (-(10**400), NOW),
        (99_999_999_999, datetime(5138, 11, 16, 9, 46, 39, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_seconds_and_milliseconds_are_told_apart(found: object, at: datetime) -> None:
    assert reading.instant(found, NOW) == at


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("签到", "签到"), (" 签到\u2005", "签到"), ("\ufffc签到\ufffc", "签到"),
        ("签\ufffc到", "签到"), ("@小助手\u2005签到", "@小助手\u2005签到"),
        ("\u3000签到\n", "签到"), ("第一行\n第二行", "第一行\n第二行"), ("\ufffc", ""),
    ],
)  # fmt: skip
def test_what_clients_leave_in_a_text_is_taken_out(raw: str, text: str) -> None:
    assert message(Payload(text=raw), "bot", NOW).text == text


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (0, "other"), (1, "file"), (2, "other"), (3, "other"), (4, "other"), (5, "sticker"),
        (6, "image"), (7, "text"), (8, "other"), (9, "miniprogram"), (10, "text"), (11, "other"),
        (12, "other"), (13, "recall"), (14, "link"), (15, "video"), (16, "other"), (-1, "other"),
    ],
)  # fmt: skip
def test_every_number_is_a_kind(number: int, kind: str) -> None:
    assert message(Payload(type=number), "bot", NOW).kind == kind


def test_a_note_that_comes_as_markup_is_no_text() -> None:
    found = message(Payload(type=reading.NOTE, text="<msg><title>#接龙</title></msg>"), "bot", NOW)
    assert (found.kind, found.text) == ("other", "")


@pytest.mark.parametrize(
    ("ids", "mentions"),
    [
        ([], ()), (["bot"], ("bot",)), (["wxid_me"], ("bot",)),
        (["gang", "wxid_me"], ("gang", "bot")),
        (["gang", "gang"], ("gang",)), (["notify@all", "announcement@all"], ()), ([""], ()),
    ],
)  # fmt: skip
def test_the_bot_is_mentioned_by_its_own_id(ids: list[str], mentions: tuple[str, ...]) -> None:
    me = "bot" if ids == ["bot"] else "wxid_me"
    assert message(Payload(mention_ids=ids), me, NOW).mentions == mentions


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@小美\u2005好", ("小美",)), ("@小 美\u2005和@阿刚\u2005", ("小 美", "阿刚")),
        ("@小美 好", ()), ("mail@x.y\u2005", ("x.y",)), ("@\u2005", ()), ("好", ()),
    ],
)  # fmt: skip
def test_a_name_that_is_mentioned_ends_with_its_own_space(
    text: str, names: tuple[str, ...]
) -> None:
    assert reading.names_mentioned(text) == names


@pytest.mark.parametrize(
    ("text", "recalled"),
    [
        ("m7", "m7"), (" 123456 ", "123456"), ("", ""), ("<sysmsg></sysmsg>", ""),
        (
            '<sysmsg type="revokemsg"><revokemsg><msgid>1</msgid><newmsgid>62752</newmsgid>'
            "</revokemsg></sysmsg>",
            "62752",
        ),
    ],
)  # fmt: skip
def test_a_recall_names_the_other_message(text: str, recalled: str) -> None:
    found = message(Payload(type=reading.RECALLED, text=text), "bot", NOW)
    assert (found.kind, found.text, found.facts) == ("recall", "", {"message": recalled})


def test_what_the_account_says_is_its_own_and_a_private_text_has_no_room() -> None:
    found = message(Payload(from_id="bot", room_id=""), "bot", NOW)
    assert (found.is_self, found.room) == (True, None)


@pytest.mark.parametrize("missing", ["id", "from_id"])
def test_a_message_of_nobody_is_malformed(missing: str) -> None:
    with pytest.raises(Malformed):
        message(Payload(**{missing: ""}), "bot", NOW)


@pytest.mark.parametrize("payload", ["", "no json", "[]", "null", '"text"', "1", "[" * 100_000])
def test_an_event_that_is_no_object_is_malformed(payload: str) -> None:
    with pytest.raises(Malformed):
        reading.event(payload)


@pytest.mark.parametrize("told", [{}, {"roomId": ""}, {"roomId": 5}, {"roomId": None}])
def test_an_event_from_nowhere_is_malformed(told: dict[str, Any]) -> None:
    with pytest.raises(Malformed, match="roomId"):
        reading.moved("join", told, [Person("new")], "", NOW)


def test_ids_that_are_none_are_passed_over() -> None:
    assert reading.listed({"ids": ["a", "", 5, None, "b", "a"]}, "ids") == ("a", "b")
    with pytest.raises(Malformed):
        reading.listed({"ids": "ab"}, "ids")


def test_the_same_coming_has_the_same_id_whatever_the_order() -> None:
    told = {"roomId": "r@", "timestamp": 1_700_000_000}
    ab = reading.moved("join", told, [Person("a", "甲"), Person("b")], "mei", NOW)
    ba = reading.moved("join", told, [Person("b"), Person("a")], "", NOW)
    assert ab.id == ba.id
    assert ab.sent_at == SENT
    others = [
        reading.moved("leave", told, ab.people, "mei", NOW),
        reading.moved("join", told | {"timestamp": 1_700_000_001}, ab.people, "mei", NOW),
        reading.moved("join", told | {"roomId": "s@"}, ab.people, "mei", NOW),
        reading.moved("join", told, ab.people[:1], "mei", NOW),
    ]
    assert len({ab.id, *(one.id for one in others)}) == 5


def test_roles_are_read_from_owner_and_admins() -> None:
    assert reading.role_of("zhou", "zhou", ["zhou"]) == "owner"
    assert reading.role_of("gang", "zhou", ["gang"]) == "admin"
    assert reading.role_of("mei", "zhou", ["gang"]) == "member"
    assert reading.role_of("", "", []) == "member"


def test_cards_tell_what_they_hold_and_no_more() -> None:
    assert reading.link_facts({"url": "https://a.b", "title": "甲", "x": 1}) == {
        "url": "https://a.b", "title": "甲",
    }  # fmt: skip
    assert reading.link_facts({"url": 5}) == {}
    assert reading.mini_program_facts({"appid": "wx1", "pagePath": "p", "title": ""}) == {
        "appid": "wx1", "url": "p",
    }  # fmt: skip


KEYS = st.sampled_from(["roomId", "inviteeIdList", "inviterId", "timestamp", "newTopic"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=12,
)


@given(told=st.dictionaries(KEYS, ANYTHING))
def test_whatever_an_event_holds_it_is_read_or_malformed(told: dict[str, Any]) -> None:
    try:
        people = [Person(one) for one in reading.listed(told, "inviteeIdList")]
        found = reading.moved("join", told, people, reading.named(told, "inviterId"), NOW)
    except Malformed:
        return
    assert found.room == told["roomId"]
    assert found.sent_at.tzinfo is UTC
