"""In which rooms the bot is at work, told as stories; every test runs on both databases."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from bot.rooms import Rooms
from tests.chat import CHANNEL, ROOM, SUPERUSER, Chat
from tests.story import Story

LISTED = "老群"


@pytest.fixture
def rooms() -> Callable[[], Rooms]:
    """Rooms of the test's channel are open where they are listed, or adopted."""
    return lambda: Rooms([(CHANNEL, LISTED)], always=())


def told(chat: Chat, what: str = "name") -> list[tuple[object, ...]]:
    """Something of each member, by external id."""
    return chat.rows(
        f"SELECT external_id, {what} FROM identity JOIN member ON member.id = identity.member"
        " ORDER BY external_id"
    )


def here(chat: Chat, room: str = ROOM) -> list[str]:
    """Who is in the room now."""
    rows = chat.rows(
        "SELECT identity.external_id FROM presence JOIN room ON room.id = presence.room"
        " JOIN identity ON identity.member = presence.member"
        " WHERE room.external_id = ? AND left_at IS NULL ORDER BY identity.external_id",
        room,
    )
    return [str(who) for (who,) in rows]


def present(chat: Chat, *people: str, room: str = ROOM) -> None:
    """The platform tells who is in the room."""
    assert chat("", kind="present", people=people, room=room) == []


def test_what_is_said_in_a_room_that_is_not_adopted_counts_nowhere(story: Story) -> None:
    """
    11-01 09:00  小美  签到         silence
    11-01 09:01  小美  启用         silence
    11-01 09:02  小美  签到 in private  +5
    11-01 09:03  小美  签到 in 老群     refused already_done
    11-01 09:04  小明  签到 in 老群     +5
    """
    assert told(story.chat) == [("小明", "小明"), ("小美", "小美")]
    assert story.chat.rows("SELECT count(*) FROM room") == [(1,)]


def test_coming_and_going_where_the_bot_is_not_at_work_is_not_noted(chat: Chat) -> None:
    for kind, fact in (
        ("join", {}),
        ("leave", {}),
        ("present", {}),
        ("recall", {"message": "m1"}),
    ):
        assert chat("小美", kind=kind, people=["小明"], facts=fact) == []  # type: ignore[arg-type]
    assert chat("小美", "福利一群", kind="topic") == []
    assert told(chat) == []


def test_an_admin_s_word_opens_a_room_until_an_admin_closes_it(chat: Chat) -> None:
    [welcome] = chat("店长", "启用", admin=True)
    assert welcome.startswith("标准积分计划开始了,大家这样玩:\n每天发一次「签到」:+5\n")
    assert len(welcome.split("\n")) <= 12
    assert chat("小美", "签到")[0].startswith("+5 积分")
    assert chat("店长", "启用", admin=True) == ["这个群已经启用了,发「帮助」看能发什么"]
    assert chat("小美", "停用") == ["这条命令只有管理员能用"]
    [said] = chat("店长", "停用", admin=True)
    assert said.startswith("已停用")
    assert chat("小美", "积分") == []
    assert chat("小美", "积分", room="二群") == []
    assert chat("小美", "积分", private=True)[0].startswith("余额 5 积分")
    assert chat("店长", "停用", admin=True) == ["这个群没有启用,管理员发「启用」就开始"]
    chat("店长", "启用", admin=True)
    assert chat("小美", "积分")[0].startswith("余额 5 积分")


def test_a_superuser_s_word_opens_a_room_too(chat: Chat) -> None:
    assert chat(SUPERUSER, "启用")[0].startswith("标准积分计划开始了")
    assert chat("小美", "签到")[0].startswith("+5 积分")


def test_what_a_room_is_stays_after_a_restart(chat: Chat) -> None:
    chat("店长", "启用", admin=True)
    chat("店长", "停用", admin=True, room=LISTED)
    chat.restart()
    assert chat("小美", "签到", room=LISTED) == []
    assert chat("小美", "签到")[0].startswith("+5 积分")
    chat("店长", "停用", admin=True)
    chat("店长", "启用", admin=True, room=LISTED)
    chat.restart()
    assert chat("小美", "积分") == []
    assert chat("小美", "积分", room=LISTED)[0].startswith("余额 5 积分")


def test_a_listed_room_is_open_already(chat: Chat) -> None:
    assert chat("店长", "启用", admin=True, room=LISTED) == [
        "这个群已经启用了,发「帮助」看能发什么"
    ]


def test_another_process_has_opened_it_meanwhile(chat: Chat) -> None:
    """What the ledger says is what counts, and what memory learns."""
    chat("店长", "启用", admin=True)
    chat.bot.dispatch.rooms.note(CHANNEL, ROOM, is_open=False)
    assert chat("店长", "启用", admin=True) == ["这个群已经启用了,发「帮助」看能发什么"]
    assert chat("小美", "签到")[0].startswith("+5 积分")


def test_a_second_delivery_opens_nothing_again(chat: Chat) -> None:
    chat("店长", "启用", admin=True, id="first")
    chat("店长", "停用", admin=True)
    assert chat("店长", "启用", admin=True, id="first") == []
    assert chat("小美", "签到") == []


def test_privately_the_words_say_where_they_belong(chat: Chat) -> None:
    assert chat(SUPERUSER, "启用", private=True) == ["到要启用的群里发「启用」"]
    assert chat(SUPERUSER, "停用", private=True) == ["到要停用的群里发「停用」"]


def test_who_was_there_is_no_newcomer_and_who_joined_first_stays_one(chat: Chat) -> None:
    chat("店长", "启用", admin=True)
    chat("", kind="join", people=["新人"])
    present(chat, "小美", "小明", "新人")
    chat("", kind="join", people=["小明", "更新的人"])
    assert told(chat, "newcomer") == [
        ("小明", 0), ("小美", 0), ("店长", 0), ("新人", 1), ("更新的人", 1),
    ]  # fmt: skip
    assert here(chat) == ["小明", "小美", "店长", "新人", "更新的人"]


def test_who_is_there_again_has_not_left(chat: Chat) -> None:
    chat("店长", "启用", admin=True)
    present(chat, "小美", "小明")
    chat("小美", kind="leave", people=["小美"])
    assert here(chat) == ["小明", "店长"]
    present(chat, "小美")
    assert here(chat) == ["小明", "小美", "店长"]


def test_members_and_rooms_are_called_what_the_platform_says_last(chat: Chat) -> None:
    chat("店长", "启用", admin=True)
    chat("小美", "签到", name="小美")
    chat._names["小美"] = "小美 2 栋"
    present(chat, "小美")
    assert ("小美", "小美 2 栋") in told(chat)
    chat("店长", "福利一群", kind="topic")
    chat("店长", "福利\0二群", kind="topic")
    assert chat.rows("SELECT name FROM room") == [("福利\\x00二群",)]


def test_the_same_telling_twice_is_done_once(chat: Chat) -> None:
    chat("店长", "启用", admin=True)
    chat("", kind="present", people=["小美"], id="p1")
    chat("小美", kind="leave", people=["小美"])
    chat("", kind="present", people=["小美"], id="p1")
    assert here(chat) == ["店长"]
    assert [result.problem for result in chat.results] == ["duplicate"]


class TestWhatWaits:
    """Of a rule that lets an admin decide."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        waits = Rule("other", "note", "笔记", 4, wait_for="admin")
        return replace(standard, rules=(*standard.rules, waits))

    def reminded(self, chat: Chat) -> list[str | None]:
        """Which rooms are told of it two days later."""
        chat.move_to("11-02 10:30")
        results = chat.bot.run_jobs(chat.clock.now())
        chat.move_to("11-03 10:30")
        results += chat.bot.run_jobs(chat.clock.now())
        return [reply.room for one in results for _, reply in one.notices]

    def test_nobody_is_reminded_in_a_room_that_is_closed(self, chat: Chat) -> None:
        for room in (LISTED, ROOM):
            chat("店长", "启用", admin=True, room=room)
            chat("小美", "做note", room=room)
        chat("店长", "停用", admin=True)
        assert self.reminded(chat) == [LISTED]


class TestAdminRoom(TestWhatWaits):
    """Where the programme names the admins' own room."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        waits = Rule("other", "note", "笔记", 4, wait_for="admin")
        return replace(standard, rules=(*standard.rules, waits), admin_room="管理群")

    def test_it_needs_no_word_to_open_it(self, chat: Chat) -> None:
        chat("小美", "做note", room=LISTED)
        [(number,)] = chat.rows("SELECT activity FROM waiting")
        [said] = chat("店长", f"{number} 通过", admin=True, room="管理群")
        assert said.startswith(f"已通过 #{number}")
        assert chat("店长", "签到", admin=True) == []

    def test_nobody_is_reminded_in_a_room_that_is_closed(self, chat: Chat) -> None:
        """Cards and reminders come to the admins' room all the same."""
        chat("小美", "做note", room=LISTED)
        chat("店长", "停用", admin=True, room="管理群")
        chat("店长", "停用", admin=True, room=LISTED)
        assert self.reminded(chat) == ["管理群"]
