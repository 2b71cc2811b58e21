"""A message that is taken back takes along what it earned as a post; one that is changed ends its
request."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from handlers.recognisers.checkin import checkin
from store.database import Database
from store.simulate import simulate
from tests.books import assert_balanced
from tests.chat import ROOM, Chat, Clock
from tests.requested import picture, posted, recall, written_post

RULES = (
    Rule("review", "review", "晒单", 20, per="deed", min_pictures=1, bonuses=(50,),
         from_score=60, doubtful_score=40, reply="{name} +{points}"),
    Rule("post", "post", "发帖", 10, per="deed", bonuses=(50,)),
    Rule("video", "feedback", "视频", 50, wait_for="admin", per="deed"),
    Rule("share", "share", "分享", 4),
    Rule("later", "live_question", "提问", 6, per="deed", wait_days=3),
    Rule("answer", "answer", "回答", 10, per="deed"),
    Rule("adopted", "adopted", "采纳", 20),
    Rule("chat", "chat", "聊天", 1, per="deed", from_units=2),
)  # fmt: skip


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


@pytest.fixture
def chat(ledger: Database, programme: Programme, clock: Clock) -> Iterator[Chat]:
    driver = Chat(ledger, programme, clock, [checkin, written_post])
    yield driver
    assert_balanced(driver)
    driver.bot.stop()


def balance(chat: Chat) -> object:
    return chat.rows("SELECT balance FROM account WHERE member = 1")[0][0]


@pytest.mark.parametrize(
    "text", ["写post:好用的面膜", "写chat:吃了吗", "做share about 面膜 today", "写share:面膜"]
)
def test_what_a_post_earned_goes_with_it(chat: Chat, text: str) -> None:
    chat("小美", text, id="a")
    assert balance(chat) != 0
    assert recall(chat, "小美", "a") == []
    assert balance(chat) == 0
    assert chat.results[0].notices == []


def test_a_recall_twice_takes_back_once(chat: Chat) -> None:
    chat("小美", "写post:好用的面膜", id="a")
    recall(chat, "小美", "a")
    recall(chat, "小美", "a")
    recall(chat, "小美", "a", as_id="again")
    recall(chat, "小美", "a", as_id="again")
    assert chat.rows("SELECT count(*) FROM entry") == [(2,)]


def test_a_check_in_stays(chat: Chat) -> None:
    chat("小美", "签到", id="a")
    recall(chat, "小美", "a")
    assert balance(chat) == 5


def test_what_waits_for_an_admin_is_over_and_the_cards_room_hears_so(chat: Chat) -> None:
    chat("小美", "写feedback:看这个视频", id="a")
    recall(chat, "小美", "a")
    assert posted(chat) == [(ROOM, "#1 已撤回")]
    assert len(chat.results[0].notices) == 1
    assert chat("店长", "1 通过", admin=True) == ["#1 原消息撤回了,不用审了"]
    assert chat.rows("SELECT outcome, actor FROM decision") == [("recalled", None)]
    assert chat.rows("SELECT refusal FROM activity ORDER BY id") == [(None,), ("recalled",)]


def test_what_waits_for_its_time_is_over(chat: Chat) -> None:
    chat("小美", "写live_question:什么时候开播", id="a")
    recall(chat, "小美", "a")
    assert chat.rows("SELECT waiting FROM account WHERE member = 1") == [(0,)]


def test_a_bonus_and_what_was_let_count_go_with_it(chat: Chat) -> None:
    chat("小美", "写feedback:看这个视频", id="a")
    chat("小美", "写post:好用的面膜", id="b")
    chat("店长", "1 通过", admin=True)
    chat("店长", "加精", admin=True, quote="b")
    assert balance(chat) == 110
    recall(chat, "小美", "a")
    assert balance(chat) == 60
    recall(chat, "小美", "b")
    assert balance(chat) == 0


def test_an_answers_adoption_goes_with_it(chat: Chat) -> None:
    chat("小明", "写live_question:什么面膜好用", id="q")
    chat("小美", "写answer:这个牌子的就很好用", id="a", quote="q")
    chat("小明", "采纳", quote="a")
    [(member,)] = chat.rows("SELECT member FROM identity WHERE external_id = '小美'")
    assert chat.rows("SELECT balance FROM account WHERE member = ?", member) == [(30,)]
    recall(chat, "小美", "a")
    assert chat.rows("SELECT balance FROM account WHERE member = ?", member) == [(0,)]


def test_an_admin_who_takes_it_back_stands_in_the_ledger_and_the_author_hears(chat: Chat) -> None:
    chat("小美", "写post:好用的面膜", id="a")
    recall(chat, "店长", "a", admin=True)
    assert chat.rows("SELECT points, actor FROM entry ORDER BY id DESC LIMIT 1") == [
        (-10, "test:店长")
    ]
    [(_, notice)] = chat.results[0].notices
    assert (notice.to, notice.text) == (("小美",), "发帖的消息被管理员撤回,10 分不计")


def test_another_room_takes_nothing_back(chat: Chat) -> None:
    chat("小美", "写post:好用的面膜", id="a")
    chat("小美", "做share about 面膜 today", id="b")
    recall(chat, "小美", "a", room="二群")
    recall(chat, "小美", "b", room="二群")
    assert balance(chat) == 14


def test_points_that_were_spent_become_a_debt(chat: Chat) -> None:
    """An attempt: earning by a post and taking it back."""
    chat("小美", "写post:好用的面膜", id="a")
    chat("小美", "redeem 10")
    recall(chat, "小美", "a")
    assert chat.rows("SELECT balance, debt FROM account WHERE member = 1") == [(0, 10)]


def test_what_was_recalled_is_recalled_when_all_is_simulated(chat: Chat) -> None:
    chat("小美", "写post:好用的面膜", id="a")
    chat("小美", "写feedback:看这个视频", id="b")
    chat("小美", "写feedback:看那边的另外一个", id="c")
    chat("店长", "2 通过", admin=True)
    picture(chat, "小美", "one")
    assert chat("小美", "写review 50分:这件衣服", id="d") == ["收到晒单,管理员看过就入账"]
    chat("小美", "写review 50分:那条裤子", id="e")
    chat("小美", "写post:今天做了一桌子的菜", id="f")
    for message in "abc":
        recall(chat, "小美", message)
    recall(chat, "店长", "f", admin=True)
    simulated = simulate(chat.database, chat.programme, None, None)
    assert simulated.now.rules == simulated.then.rules
    assert simulated.now.members == simulated.then.members


class TestPictures:
    def test_a_review_without_its_picture_is_none(self, chat: Chat) -> None:
        picture(chat, "小美", "one", id="p")
        assert chat("小美", "写review:好用的面膜", id="a") == ["晒单 +20"]
        recall(chat, "小美", "p")
        assert balance(chat) == 0
        recall(chat, "小美", "a")
        assert balance(chat) == 0

    def test_a_review_with_a_picture_left_stays(self, chat: Chat) -> None:
        picture(chat, "小美", "one", id="p")
        chat("小美", "写review:好用的面膜", id="a")
        picture(chat, "小美", "two", id="p2")
        recall(chat, "小美", "p")
        assert balance(chat) == 20
        recall(chat, "小美", "p2")
        assert balance(chat) == 0

    def test_text_and_picture_of_one_message_go_together(self, chat: Chat) -> None:
        said = chat("小美", "写review:好用的面膜", id="a", facts={"image": "one"})
        assert said == ["晒单 +20"]
        recall(chat, "小美", "a")
        assert balance(chat) == 0
        chat("小美", "写review:好用的面膜", id="b")
        assert balance(chat) == 0

    def test_before_its_picture_came_it_is_forgotten(self, chat: Chat) -> None:
        chat("小美", "写review:好用的面膜", id="a")
        recall(chat, "小美", "a")
        assert picture(chat, "小美", "one") == []
        assert balance(chat) == 0

    def test_it_may_be_written_again_with_the_same_picture(self, chat: Chat) -> None:
        picture(chat, "小美", "one", id="p")
        chat("小美", "写review order 123456:好用的面膜,很喜欢的", id="a")
        recall(chat, "小美", "a")
        said = chat("小美", "写review order 123456:好用的面膜,很喜欢的", id="b")
        assert said == ["晒单 +20"]

    def test_a_picture_that_was_recalled_is_part_of_nothing_later(self, chat: Chat) -> None:
        picture(chat, "小美", "one", id="p")
        recall(chat, "小美", "p")
        chat("小美", "写review:好用的面膜", id="a")
        assert balance(chat) == 0


class TestOrder:
    def test_what_is_recalled_before_it_comes_earns_nothing(self, chat: Chat) -> None:
        recall(chat, "小美", "a")
        assert chat("小美", "写post:好用的面膜", id="a") == []
        assert balance(chat) == 0
        assert chat.rows("SELECT refusal FROM activity") == [("recalled",)]

    def test_a_picture_that_is_recalled_before_it_comes_is_none(self, chat: Chat) -> None:
        recall(chat, "小美", "p")
        picture(chat, "小美", "one", id="p")
        chat("小美", "写review:好用的面膜", id="a")
        assert balance(chat) == 0

    def test_a_check_in_that_is_recalled_before_it_comes_counts(self, chat: Chat) -> None:
        recall(chat, "小美", "a")
        chat("小美", "签到", id="a")
        assert balance(chat) == 5

    def test_a_message_delivered_again_after_its_recall_earns_nothing(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        recall(chat, "小美", "a")
        chat("小美", "写post:好用的面膜", id="a")
        assert balance(chat) == 0


class TestEdits:
    def test_a_changed_message_ends_its_request(self, chat: Chat) -> None:
        """An approval of an edited claim."""
        chat("小美", "写feedback:看这个视频", id="a")
        assert chat("小美", "写feedback:看那个视频", id="a") == []
        assert chat.results[0].problem == "conflict"
        assert posted(chat) == [(ROOM, "#1 原消息改过了,已作废")]
        told = [reply.text for _, reply in chat.results[0].notices if reply.room is None]
        assert told == ["视频的消息改过了,不再审,待入账的 50 分不计"]
        assert chat("店长", "1 通过", admin=True) == ["#1 原消息改过了,已作废"]

    def test_a_second_change_says_nothing_more(self, chat: Chat) -> None:
        chat("小美", "写feedback:看这个视频", id="a")
        chat("小美", "写feedback:看那个视频", id="a")
        chat("小美", "写feedback:看别的视频", id="a")
        assert chat.results[0].notices == []

    def test_what_was_paid_stays_when_it_is_changed(self, chat: Chat) -> None:
        chat("小美", "写post:好用的面膜", id="a")
        chat("小美", "写post:难用的面膜", id="a")
        assert balance(chat) == 10


def test_a_number_that_ends_a_message_id_is_no_members(chat: Chat) -> None:
    """Member 1 had the number 2 as well; messages 1 and 2 are two all the same."""
    chat("店长", "签到", admin=True)
    chat("掌柜", "签到")
    chat("超管", "认领 @店长 @掌柜", mentions=["店长", "掌柜"])
    chat("小美", "写post:好用的面膜", id="1")
    chat("小美", "写post:另外一只锅", id="2")
    assert chat("店长", "加精", admin=True, quote="2")[0].startswith("已加精")
    assert chat("店长", "加精", admin=True, quote="1")[0].startswith("已加精")
    recall(chat, "店长", "1", admin=True)
    assert chat.rows("SELECT balance FROM account WHERE member = 4") == [(60,)]
