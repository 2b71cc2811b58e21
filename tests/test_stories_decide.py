"""Admins decide by number, wherever it stands, or by quoting; the second hears who was first."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from store.database import Database
from store.verify import verify
from tests.books import assert_balanced
from tests.chat import Chat, Clock
from tests.requested import picture, recall, written_post

RULES = (
    Rule("review", "review", "晒单", 20, from_score=60, doubtful_score=40, per="deed"),
    Rule("video", "post", "视频", 50, wait_for="admin", choices=(50, 200), per="deed"),
    Rule("share", "share", "分享", 4, wait_for="admin"),
)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES))


@pytest.fixture
def chat(ledger: Database, programme: Programme, clock: Clock) -> Iterator[Chat]:
    driver = Chat(ledger, programme, clock, [written_post])
    yield driver
    assert_balanced(driver)
    driver.bot.stop()


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("1 通过", 50), ("#1 通过", 50), ("1通过", 50), ("＃１ 通过", 50), ("1 通过 200", 200),
        ("通过 1", 50), ("通过#1 200", 200), ("1 通过！", 50), ("通过 1 200。", 200),
    ],
)  # fmt: skip
def test_a_number_may_stand_before_the_word(chat: Chat, text: str, points: int) -> None:
    chat("小美", "写post:看这个")
    said = chat("店长", text, admin=True)
    assert said == [f"已通过 #1:小美 视频 +{points} 积分,余额 {points}"]


@pytest.mark.parametrize("text", ["1 驳回 看 不清", "1驳回，看 不清", "驳回 1：看 不清"])
def test_a_rejection_may_begin_with_the_number(chat: Chat, text: str) -> None:
    chat("小美", "写post:看这个")
    assert chat("店长", text, admin=True) == ["已驳回 #1:小美 视频,待入账的 50 分不计"]
    [(_, notice)] = chat.results[0].notices
    assert notice.text.endswith("待入账的 50 分不计:看 不清")


@pytest.mark.parametrize("text", ["1 签到", "1 通过了", "1 2 通过", "0 通过", "1 驳回理由"])
def test_a_number_before_anything_else_decides_nothing(chat: Chat, text: str) -> None:
    chat("小美", "写post:看这个")
    assert chat("店长", text, admin=True) == []
    assert chat.rows("SELECT count(*) FROM waiting") == [(1,)]


@pytest.mark.parametrize(("text", "points"), [("通过", 50), ("通过 200", 200), ("通过!", 50)])
def test_an_admin_quotes_the_post(chat: Chat, text: str, points: int) -> None:
    chat("小美", "写post:看这个", id="a")
    assert chat("店长", text, admin=True, quote="a")[0].startswith("已通过 #1:小美 视频")
    assert chat.rows("SELECT points FROM entry") == [(points,)]


def test_an_admin_quotes_the_post_and_says_why_not(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    assert chat("店长", "驳回 3 天前发过", admin=True, quote="a") != []
    [(_, notice)] = chat.results[0].notices
    assert notice.text.endswith("不计:3 天前发过")


def test_an_admin_quotes_the_picture_of_a_post(chat: Chat) -> None:
    picture(chat, "小美", "p", id="p")
    chat("小美", "写review 50分:好用", id="a")
    assert chat("店长", "通过", admin=True, quote="p")[0].startswith("已通过 #1:小美 晒单 +20")


def test_an_admin_quotes_what_is_no_post_of_its_own(chat: Chat) -> None:
    chat("小美", "做share about 面膜 today", id="a")
    chat("小美", "做share about 面膜 today", id="b")
    assert chat("店长", "通过", admin=True, quote="b")[0].startswith("这样写")
    assert chat("店长", "通过", admin=True, quote="a")[0].startswith("已通过 #1:小美 分享 +4")


def test_a_number_is_read_where_nothing_is_known_of_the_quote(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    assert chat("店长", "通过 1", admin=True, quote="card")[0].startswith("已通过 #1")


def test_who_comes_second_hears_who_was_first_and_how(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    chat("小美", "写post:看那边的另外一个", id="b")
    chat("u2", "1 通过", admin=True, name="老周")
    chat("u2", "2 驳回", admin=True)
    assert chat("店长", "1 驳回", admin=True) == ["#1 已经由老周通过了"]
    assert chat("店长", "通过", admin=True, quote="a") == ["#1 已经由老周通过了"]
    assert chat("店长", "2 通过", admin=True) == ["#2 已经由老周驳回了"]
    assert chat.rows("SELECT activity, outcome, actor FROM decision ORDER BY activity") == [
        (1, "approved", "test:u2"), (2, "rejected", "test:u2"),
    ]  # fmt: skip


def test_members_may_not_decide_by_quoting(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    assert chat("小明", "通过", quote="a") == ["这条命令只有管理员能用"]
    assert chat("小美", "驳回 不想要了", quote="a") == ["这条命令只有管理员能用"]


def test_nobody_decides_on_their_own_post_by_quoting(chat: Chat) -> None:
    """Abuse: self-approval by quoting."""
    chat("店长", "写post:看这个", id="a", admin=True)
    said = chat("店长", "通过", admin=True, quote="a")
    assert said == ["#1:自己的不能自己审,请别的管理员来"]


def test_what_has_the_form_of_a_decision_is_no_deed(chat: Chat) -> None:
    chat("小美", "1 通过")
    assert chat.rows("SELECT count(*) FROM activity") == [(0,)]


def test_who_left_is_told_to_the_admin_who_comes_too_late(chat: Chat) -> None:
    chat("小美", "写post:看这个")
    chat("小美", kind="leave", people=["小美"])
    assert chat("店长", "1 通过", admin=True) == ["#1 会员退群了,已作废"]


def echo(chat: Chat) -> None:
    """The platform tells the bot of its own card, by an id of the platform's."""
    [text] = [reply.text for _, reply in chat.results[0].notices if reply.room is not None]
    assert chat("bot", text, is_self=True, id="card") == []


def test_an_admin_quotes_the_card(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    echo(chat)
    echo_again = chat("bot", "待审核 #1 视频 +50", is_self=True, id="other")
    assert echo_again == []
    assert chat("店长", "通过 200", admin=True, quote="card")[0].startswith("已通过 #1:小美 视频")
    assert chat("老板", "驳回", admin=True, quote="card") == ["#1 已经由店长通过了"]


def test_a_card_that_is_recalled_leaves_the_request(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    echo(chat)
    recall(chat, "店长", "card", admin=True)
    assert chat.rows("SELECT count(*) FROM waiting") == [(1,)]


def test_a_picture_after_a_card_belongs_to_what_was_written(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    echo(chat)
    picture(chat, "小美", "p", id="p")
    assert chat("店长", "通过", admin=True, quote="p")[0].startswith("已通过 #1:小美 视频")


@pytest.mark.parametrize("text", ["待审核 3 条", "待审核 #0 视频 +50", "待审核 #99 视频 +50"])
def test_what_the_bot_says_else_is_no_card(chat: Chat, text: str) -> None:
    chat("小美", "写post:看这个", id="a")
    chat("bot", text, is_self=True, id="card")
    assert chat("店长", "通过", admin=True, quote="card")[0].startswith("这样写")


def test_verify_names_a_decision_on_what_still_waits(chat: Chat) -> None:
    chat("小美", "写post:看这个", id="a")
    told = []
    for sql in (
        "INSERT INTO decision (community, activity, outcome, at) VALUES (1, 1, 'rejected', 1)",
        "DELETE FROM decision",
    ):
        connection = chat.database.connect()
        connection.begin()
        connection.run(sql)
        connection.commit()
        connection.close()
        told.append(verify(chat.database)[1])
    key = "video:post/test/a"
    assert told == [[f"decision 1: its deed still waits for an admin, {key}"], []]


def test_a_choice_for_an_earlier_day_stands_in_the_journal_with_what_it_paid(
    ledger: Database, programme: Programme, clock: Clock
) -> None:
    """Caps of that day are read off the ledger, between the journal's row and the entry."""
    capped = replace(programme, cap_points_daily=300, capped=frozenset({"post", "share"}))
    chat = Chat(ledger, capped, clock, [written_post])
    chat("小美", "写post:看这个", at="11-01")
    chat("小美", "写share:那个", at="11-02")
    chat("店长", "通过 2", admin=True)
    assert chat("店长", "通过 1 200", admin=True)[0].startswith("已通过 #1:小美 视频 +200 积分")
    assert_balanced(chat)
    chat.bot.stop()


def test_the_reply_to_an_admin_names_the_member_after_a_restart_too(chat: Chat) -> None:
    chat("小美", "写post:看这个")
    chat.restart()
    assert chat("店长", "通过 1", admin=True)[0].startswith("已通过 #1:小美 视频")
