"""What the frames of an implementation tell."""

from datetime import UTC, datetime

import pytest

from bot.channels.onebot.reading import (
    Hearing,
    Malformed,
    kind_of,
    number_of,
    people,
    present,
    read,
    told,
    topic,
)
from bot.channels.onebot.segments import Picture
from bot.points.types import Message, Person
from tests.channels.onebot_frames import (
    ADMIN,
    AT,
    BOT,
    MEMBER,
    Frame,
    group_message,
    heartbeat,
    invited,
    joined,
    left,
    lifecycle,
    notice,
    private_message,
    recalled,
    segment,
    sender,
)

NOW = datetime(2026, 11, 1, 4, 0, 3, tzinfo=UTC)
SENT = datetime.fromtimestamp(AT, UTC)
HEARING = Hearing("10001", {"10001", "10002"}, NOW)


def message(frame: Frame) -> Message:
    """What the frame tells."""
    heard = read(frame, HEARING)
    assert heard is not None
    return heard.message


def test_what_is_said_in_a_group_is_a_message() -> None:
    frame = group_message("签到", message_id=-5, sender=sender(card=" 小美美 ", role="admin"))
    assert message(frame) == Message(
        channel="onebot",
        id="10001:20001:-5",
        room="20001",
        sender="30001",
        sent_at=SENT,
        sender_name="小美美",
        text="签到",
        role="admin",
        facts={},
    )


def test_without_a_name_in_the_group_people_bear_their_own() -> None:
    assert message(group_message("早")).sender_name == "小美"
    assert message(group_message("早", sender={})).sender_name == ""


@pytest.mark.parametrize(
    ("role", "read_as"), [("owner", "owner"), ("member", "member"), ("boss", "member")]
)
def test_the_role_is_the_platforms(role: str, read_as: str) -> None:
    assert message(group_message("早", sender=sender(role=role))).role == read_as


def test_private_messages_have_no_room_and_no_role() -> None:
    said = message(private_message("积分", message_id=8))
    assert (said.id, said.room, said.role, said.text) == ("10001::8", None, "member", "积分")


def test_a_quote_names_the_message_as_it_was_heard() -> None:
    first = message(group_message("好喝", message_id=41))
    quoting = message(group_message(segment("reply", id="41"), "通过", message_id=42))
    assert quoting.quote == first.id
    assert number_of(first.id) == "41"


def test_what_an_account_of_the_bot_says_is_its_own() -> None:
    assert message(group_message("+5", user_id=BOT)).is_self
    assert message(group_message("+5", user_id=10002)).is_self, "heard by the other one"
    assert message(group_message("+5", post_type="message_sent", user_id=BOT)).is_self
    assert not message(group_message("+5")).is_self


@pytest.mark.parametrize(
    "frame",
    [
        group_message("早", anonymous={"id": 1, "name": "大侠", "flag": "x"}),
        group_message("早", sub_type="anonymous"),
        group_message("早", sub_type="notice"),
        lifecycle(),
        heartbeat(),
        invited(ADMIN),
        notice("group_admin", sub_type="set"),
        notice("group_card", card_old="小美", card_new=""),
        joined(user_id=BOT),
        left(user_id=10002, sub_type="kick_me"),
        recalled(5, operator_id=BOT),
        {"post_type": "message", "message_type": "guild"},
        {"post_type": ["notice"]},
        {},
    ],
)
def test_what_concerns_nobody_is_no_message(frame: Frame) -> None:
    assert read(frame, HEARING) is None


@pytest.mark.parametrize(
    ("more", "inviter"),
    [
        ({"sub_type": "invite", "operator_id": ADMIN}, "30002"),
        ({"sub_type": "approve", "operator_id": ADMIN}, ""),
        ({"sub_type": "approve", "operator_id": 0}, ""),
        ({"sub_type": "invite", "operator_id": 0}, ""),
        ({"sub_type": "invite", "operator_id": MEMBER}, ""),
        ({"sub_type": "invite", "operator_id": BOT}, ""),
        ({"sub_type": "invite", "operator_id": None}, ""),
        ({"sub_type": None}, ""),
    ],
)
def test_only_an_invitation_tells_who_brought_somebody(more: Frame, inviter: str) -> None:
    found = message(joined(**more))
    assert (found.kind, found.room, found.sender) == ("join", "20001", inviter)
    assert found.people == (Person("30001", ""),)


def test_a_join_told_twice_or_by_two_accounts_is_one() -> None:
    other = read(joined(self_id=10002), Hearing("10002", {"10002"}, NOW))
    assert other is not None
    assert message(joined()) == message(joined()) == other.message
    assert message(joined(time=AT + 60)).id != message(joined()).id, "came back"


@pytest.mark.parametrize(
    ("more", "by"),
    [({}, "30001"), ({"sub_type": "kick", "operator_id": ADMIN}, "30002")],
)
def test_leaving_names_who_did_it(more: Frame, by: str) -> None:
    found = message(left(**more))
    assert (found.kind, found.sender, found.people) == ("leave", by, (Person("30001", ""),))


def test_a_recall_names_the_message_and_who_took_it_back() -> None:
    said = message(group_message("好喝", message_id=41))
    own = message(recalled(41))
    by_admin = message(recalled(41, operator_id=ADMIN))
    assert (own.kind, own.sender, own.facts["message"]) == ("recall", "30001", said.id)
    assert by_admin.sender == "30002"
    private = message({**notice("friend_recall", message_id=8), "group_id": None})
    assert (private.room, private.facts["message"]) == (None, "10001::8")


def test_a_new_name_tells_that_somebody_is_there() -> None:
    renamed = message(notice("group_card", card_old="小美", card_new="小美美"))
    again = message(notice("group_card", card_old="小美美", card_new="小美"))
    assert (renamed.kind, renamed.people) == ("present", (Person("30001", "小美美"),))
    assert renamed.id != again.id, "within one second"
    assert "美" not in renamed.id, "ids are logged, names are not"


def test_a_rooms_new_name_is_told() -> None:
    found = message(notice("notify", sub_type="group_name", name_new="积分群"))
    assert (found.kind, found.text, found.room) == ("topic", "积分群", "20001")


def test_several_pictures_in_one_message_are_a_message_each() -> None:
    frame = group_message(
        "晒单",
        segment("reply", id="1"),
        segment("image", file="d41d8cd98f00b204e9800998ecf8427e.jpg"),
        segment("image", file="a.jpg"),
        message_id=7,
    )
    heard = read(frame, HEARING)
    assert heard is not None
    first, second = told(heard, [heard.pictures[0], Picture("ab" * 32)])
    assert (first.kind, first.text, first.facts["image"][:4]) == ("text", "晒单", "d41d")
    assert (second.id, second.kind, second.text, second.quote) == (
        "10001:20001:7/2",
        "image",
        "",
        None,
    )
    assert second.facts == {"image": "ab" * 32}
    [alone] = told(heard, [Picture()])
    assert alone.facts == {}


@pytest.mark.parametrize(
    ("time", "at"),
    [
        (AT, SENT),
        (AT * 1000, SENT),
        (float(AT), SENT),
        *[(wrong, NOW) for wrong in (0, -1, None, "soon", True, float("nan"), float("inf"))],
        (10**400, NOW),
    ],
)
def test_a_time_that_none_can_be_is_now(time: object, at: datetime) -> None:
    assert message(group_message("早", time=time)).sent_at == at


@pytest.mark.parametrize(
    ("frame", "fault"),
    [
        (group_message("早", message_id=None), "no message_id"),
        (group_message("早", user_id=None, sender={}), "no user_id"),
        (group_message("早", group_id=None), "message/group without group_id"),
        (group_message("早", group_id=[1]), "no group_id"),
        (group_message("早", user_id=1.5), "no user_id"),
        (group_message("早", user_id=True), "no user_id"),
        (joined(user_id=""), "no user_id"),
        (joined(group_id=None), "no group_id"),
        (recalled(None), "no message_id"),  # type: ignore[arg-type]
        (notice("notify", sub_type="group_name"), "notice/notify/group_name without name_new"),
    ],
)
def test_a_frame_that_lacks_something_says_what(frame: Frame, fault: str) -> None:
    with pytest.raises(Malformed, match=fault):
        read(frame, HEARING)


def test_kinds_are_named_in_words_that_are_known() -> None:
    assert kind_of(group_message("早")) == "message/group"
    assert kind_of(notice("notify", sub_type="poke")) == "notice/notify/poke"
    assert kind_of(notice("notify", sub_type="小美")) == "unknown"
    assert kind_of({"post_type": "小美"}) == "unknown"


def test_a_list_of_members_leaves_the_bot_out_and_what_is_none() -> None:
    rows = [
        {"user_id": 30001, "card": "小美美", "nickname": "小美"},
        {"user_id": 30002, "card": "", "nickname": "老周"},
        {"user_id": 10001, "nickname": "小积"},
        {"user_id": None},
        "x",
    ]
    assert people(rows, {"10001"}) == [Person("30001", "小美美"), Person("30002", "老周")]
    assert people(None, set()) == []


def test_names_that_no_encoding_takes_are_told_all_the_same() -> None:
    assert present("1", Person("2", "\ud800"), NOW).people[0].name == "\ud800"
    assert topic("1", "\ud800", NOW).text == "\ud800"
