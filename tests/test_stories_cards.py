"""Admins are asked about a deed that waits for them by a card, once."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from store.database import Database
from tests.books import assert_balanced
from tests.chat import ROOM, Chat, Clock
from tests.requested import picture, posted, recall, written_post

RULES = (
    Rule("review", "review", "晒单", 20, from_score=60, doubtful_score=40, bonuses=(50, 100),
         per="deed", min_pictures=1, reply="{name} +{points}"),
    Rule("video", "post", "视频", 50, wait_for="admin", choices=(50, 100), per="deed"),
    Rule("long", "post", "长文", 5, wait_for="admin", per="deed"),
    Rule("other", "note", "笔记", 4, wait_for="admin"),
)  # fmt: skip


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


@pytest.fixture
def chat(ledger: Database, programme: Programme, clock: Clock) -> Iterator[Chat]:
    driver = Chat(ledger, programme, clock, [written_post])
    yield driver
    assert_balanced(driver)
    driver.bot.stop()


def test_a_doubtful_review_has_a_card_once_its_picture_has_come(chat: Chat) -> None:
    assert chat("小美", "写review 52分:面膜,用了一周!") == ["配上图才有分,余额 0"]
    assert posted(chat) == []
    chat.clock.pass_by(seconds=5)
    assert picture(chat, "小美", "p") == ["收到晒单,管理员看过就入账"]
    [(room, text)] = posted(chat)
    [(number,)] = chat.rows("SELECT activity FROM waiting")
    assert room == ROOM
    assert text.split("\n") == [
        f"待审核 #{number} 晒单 +20",
        "小美(会员1):写review 52分:面膜,用了一周!",
        "1 张图,像晒单 52 分,要 60 分才算",
        "发「# 通过」「# 加精 50/100」「# 驳回 理由」,或引用原消息发「通过」".replace(
            "#", f"{number}"
        ),
    ]
    [(_, reply)] = chat.results[0].notices
    assert reply.asks == tuple(
        f"{number} {word}" for word in ("通过", "加精 50", "加精 100", "驳回 ")
    )


def test_several_waits_of_one_deed_have_one_card(chat: Chat) -> None:
    chat("小美", "写post:看这个")
    [(_, text)] = posted(chat)
    assert text.startswith("待审核 #1 视频、长文 +55\n小美(会员1):写post:看这个\n")
    assert "「1 通过 50/100」" in text


def test_what_is_sure_needs_no_card(chat: Chat) -> None:
    picture(chat, "小美", "p")
    assert chat("小美", "写review 60分:面膜") == ["晒单 +20"]
    assert posted(chat) == []


def test_what_was_told_privately_has_no_card_where_admins_have_no_room(chat: Chat) -> None:
    chat("小美", "做note", private=True)
    assert posted(chat) == []
    assert "待审核 1 条" in chat("店长", "待审核", admin=True)[0]


def test_the_same_message_again_shows_no_second_card(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    chat("小美", "写post:看这个", id="a")
    assert posted(chat) == []


class TestAdminRoom:
    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, rules=(*standard.rules, *RULES), admin_room="管理群")

    def test_cards_go_to_the_admins_room(self, chat: Chat) -> None:
        chat("小美", "写post:看这个")
        assert [room for room, _ in posted(chat)] == ["管理群"]
        chat("小美", "做note", private=True)
        assert [room for room, _ in posted(chat)] == ["管理群"]

    def test_admins_are_reminded_there_of_what_waits_in_all_rooms(self, chat: Chat) -> None:
        chat("小美", "做note", at="11-01 10:00")
        chat("小明", "做note", room="二群")
        chat.move_to("11-02 10:30")
        chat.bot.run_jobs(chat.clock.now())
        chat.move_to("11-03 10:30")
        results = chat.bot.run_jobs(chat.clock.now())
        said = [(reply.room, reply.text[:6]) for one in results for _, reply in one.notices]
        assert said == [("管理群", "有 2 条等")]

    def test_what_was_recalled_is_told_there(self, chat: Chat) -> None:
        chat("小美", "写post:看这个", id="a")
        recall(chat, "小美", "a")
        assert posted(chat) == [("管理群", "#1 已撤回")]
