"""The calls by which things are said, and which account makes them."""

import pytest

from bot.channels.onebot.accounts import MOST_PEOPLE, Accounts
from bot.channels.onebot.writing import number, spoken
from bot.points.types import Reply


def test_a_reply_in_a_group_mentions_quotes_and_says_its_text_as_it_is() -> None:
    reply = Reply("[CQ:at,qq=all] +5", "20001", ("30001", "30002"), quote="10001:20001:-7")
    assert spoken(reply, None) == (
        "send_group_msg",
        {
            "group_id": 20001,
            "message": [
                {"type": "reply", "data": {"id": "-7"}},
                {"type": "at", "data": {"qq": "30001"}},
                {"type": "at", "data": {"qq": "30002"}},
                {"type": "text", "data": {"text": " [CQ:at,qq=all] +5"}},
            ],
        },
    )


def test_a_picture_stands_for_its_text() -> None:
    reply = Reply("日榜", "20001", (), picture=b"\x89PNG")
    _, params = spoken(reply, None)
    assert params["message"] == [{"type": "image", "data": {"file": "base64://iVBORw=="}}]


def test_what_is_private_goes_through_a_common_room() -> None:
    reply = Reply("你的积分", None, ("30001",), quote="10001::7")
    said = [{"type": "text", "data": {"text": "你的积分"}}]
    assert spoken(reply, None) == ("send_private_msg", {"user_id": 30001, "message": said})
    assert spoken(reply, "20001")[1] == {"user_id": 30001, "group_id": 20001, "message": said}


@pytest.mark.parametrize(
    ("platform_id", "found"),
    [("20001", 20001), ("-7", -7), ("room-1", "room-1"), ("１２", "１２"), ("9" * 30, "9" * 30)],
)
def test_ids_are_numbers_where_they_can_be(platform_id: str, found: object) -> None:
    assert number(platform_id) == found


def test_only_the_first_account_in_a_room_listens_until_it_is_gone() -> None:
    accounts = Accounts()
    assert accounts.listens("a", "r")
    assert not accounts.listens("b", "r")
    assert accounts.listens("b", "s")
    accounts.gone("a")
    assert accounts.listens("b", "r")
    assert not accounts.listens("a", "r"), "back, and the other one goes on"
    accounts.leave("b", "r")
    assert accounts.listens("a", "r")


def test_the_account_that_listens_speaks_or_another_that_is_there() -> None:
    accounts = Accounts()
    accounts.listens("a", "r")
    accounts.know_rooms("b", ["r", "s"])
    assert accounts.speaker("r", ["a", "b"]) == "a"
    assert accounts.speaker("r", ["b"]) == "b"
    assert accounts.speaker("r", []) is None
    assert accounts.speaker("s", ["a"]) is None, "the one that is there is not connected"
    assert accounts.speaker("unknown", ["b", "a"]) == "a"
    accounts.leave("b", "r")
    assert accounts.speaker("r", ["b"]) is None


def test_who_was_heard_last_by_an_account_is_spoken_to_by_it() -> None:
    accounts = Accounts()
    accounts.meet("b", "p", "r")
    accounts.meet("b", "p", None)
    assert accounts.whisperer("p", ["a", "b"]) == ("b", "r"), "a friend or not, the room is known"
    assert accounts.whisperer("p", ["a"]) == (None, None)
    accounts.meet("a", "p", "s")
    assert accounts.whisperer("p", ["a", "b"]) == ("a", "s")
    assert accounts.whisperer("stranger", ["a"]) == ("a", None)
    assert accounts.whisperer("stranger", []) == (None, None)


def test_of_very_many_people_the_latest_are_remembered() -> None:
    accounts = Accounts()
    for person in range(MOST_PEOPLE + 1):
        accounts.meet("b", str(person), "r")
    assert accounts.whisperer("0", ["a", "b"]) == ("a", None)
    assert accounts.whisperer("1", ["a", "b"]) == ("b", "r")
