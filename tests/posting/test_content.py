"""What is written and shown in a room within two minutes is one deed, whatever came first."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.extend import Recogniser
from bot.points.types import Programme, Rule
from store.simulate import simulate
from tests.books import assert_balanced
from tests.chat import START, Chat
from tests.points.likeness_pairs import BASE, HONEST, RICE
from tests.posts import RECOGNISERS, REVIEW, posting_programme

MISSING = "配上图才有分,余额 0"


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    return RECOGNISERS


@pytest.fixture(autouse=True)
def balanced(chat: Chat) -> Iterator[None]:
    """Whatever a test did, the books are in order."""
    yield
    assert_balanced(chat)


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return posting_programme(standard)


def posted(chat: Chat) -> list[tuple[object, object]]:
    """Rule and points of every entry, in order."""
    return [(row[0], row[1]) for row in chat.rows("SELECT rule, points FROM entry ORDER BY id")]


def test_text_first_then_its_picture(chat: Chat) -> None:
    assert chat("小美", f"晒:{BASE}") == [MISSING]
    chat.clock.pass_by(seconds=30)
    assert chat.picture("小美", "h1") == ["晒单 +20,余额 20"]


def test_picture_first_then_its_text(chat: Chat) -> None:
    assert chat.picture("小美", "h1") == []
    chat.clock.pass_by(seconds=30)
    assert chat("小美", f"晒:{BASE}") == ["晒单 +20,余额 20"]


def test_nine_pictures_are_one_review(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    said = [chat.picture("小美", f"h{number}") for number in range(9)]
    assert said == [["晒单 +20,余额 20"]] + [[]] * 8
    assert posted(chat) == [("review", 20)]
    assert chat.rows("SELECT count(*) FROM claim WHERE thing LIKE 'picture/%'") == [(9,)]


def test_pictures_before_and_after_the_text_are_counted_together(chat: Chat) -> None:
    programme = posting_programme(chat.programme, review_of(3))
    chat.bot.posting.programme = programme
    chat.picture("小美", "h1")
    chat.clock.pass_by(seconds=110)
    assert chat("小美", f"晒:{BASE}") == [MISSING]
    chat.clock.pass_by(seconds=100)
    assert chat.picture("小美", "h2") == []
    assert chat.picture("小美", "h3") == ["晒单 +20,余额 20"]


def review_of(pictures: int) -> Rule:
    """A review that needs so many pictures."""
    return replace(REVIEW, min_pictures=pictures)


def test_the_same_picture_three_times_is_one_picture(chat: Chat) -> None:
    chat.bot.posting.programme = posting_programme(chat.programme, review_of(3))
    chat("小美", f"晒:{BASE}")
    assert [chat.picture("小美", "h1") for _ in range(3)] == [[], [], []]
    assert posted(chat) == []


def test_pictures_without_a_hash_count_each(chat: Chat) -> None:
    chat.bot.posting.programme = posting_programme(chat.programme, review_of(3))
    chat("小美", f"晒:{BASE}")
    assert [chat.picture("小美") for _ in range(3)] == [[], [], ["晒单 +20,余额 20"]]


@pytest.mark.parametrize(("seconds", "is_one"), [(120, True), (121, False)])
@pytest.mark.parametrize("is_text_first", [True, False])
def test_two_minutes_are_together_and_a_second_more_is_not(
    chat: Chat, seconds: int, is_one: bool, is_text_first: bool
) -> None:
    sent = [lambda: chat("小美", f"晒:{BASE}"), lambda: chat.picture("小美", "h1")]
    first, second = sent if is_text_first else sent[::-1]
    first()
    chat.clock.pass_by(seconds=seconds)
    second()
    assert posted(chat) == ([("review", 20)] if is_one else [])


def test_two_reviews_in_two_minutes_are_two(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    assert chat.picture("小美", "h1") == ["晒单 +20,余额 20"]
    chat("小美", f"晒:{RICE}")
    assert chat.picture("小美", "h2") == ["晒单 +20,余额 40"]


def test_two_reviews_with_their_pictures_first_are_two(chat: Chat) -> None:
    chat.picture("小美", "h1")
    assert chat("小美", f"晒:{BASE}") == ["晒单 +20,余额 20"]
    chat.clock.pass_by(seconds=30)
    chat.picture("小美", "h2")
    assert chat("小美", f"晒:{RICE}") == ["晒单 +20,余额 40"]
    chat.picture("阿强", "h2")
    assert chat("阿强", f"晒:{HONEST[0][0]}") == ["这张图用过了,换一张新的,余额 0"]


def test_a_picture_that_a_review_needed_is_not_to_spare(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    chat.picture("小美", "h1")
    assert chat("小美", f"晒:{RICE}") == ["配上图才有分,余额 20"]


def test_one_picture_is_no_second_review(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    chat("小美", f"晒:{RICE}")
    assert chat.picture("小美", "h1") == ["晒单 +20,余额 20"]
    assert posted(chat) == [("review", 20)]


def test_anothers_picture_is_not_ones_own(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    assert chat.picture("阿强", "h1") == []
    assert posted(chat) == []


def test_a_picture_in_another_room_or_privately_is_not_part_of_it(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    assert chat.picture("小美", "h1", room="二群") == []
    assert chat.picture("小美", "h2", private=True) == []
    assert posted(chat) == []


def test_what_is_written_privately_is_no_post(chat: Chat) -> None:
    chat.picture("小美", "h1", private=True)
    assert chat("小美", f"晒:{BASE}", private=True) == []
    assert posted(chat) == []


SENT = {"text": 0, "a": 20, "b": 40}
"""When each part of a review was sent, in seconds."""


def deliver(chat: Chat, part: str) -> list[str]:
    at = START + timedelta(seconds=SENT[part])
    if part == "text":
        return chat("小美", f"晒:{BASE}", id=part, sent_at=at)
    return chat.picture("小美", part, id=part, sent_at=at)


@pytest.mark.parametrize("order", [*itertools.permutations(SENT)])
def test_in_whatever_order_they_come_and_come_again_it_is_one_review(
    chat: Chat, order: tuple[str, ...]
) -> None:
    chat.clock.pass_by(minutes=5)
    for part in order:
        deliver(chat, part)
        deliver(chat, part)
    before = [*chat.rows("SELECT id, kind, deed, part_of FROM post ORDER BY id")]
    for part in SENT:
        assert deliver(chat, part) == []
        assert chat.results[0].problem == "duplicate"
    assert posted(chat) == [("review", 20)]
    assert chat.rows("SELECT id, kind, deed, part_of FROM post ORDER BY id") == before
    assert len({row[3] for row in before if row[1] == "picture"} - {None}) == 1


def test_a_process_that_is_killed_between_text_and_picture_loses_nothing(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    chat.restart()
    assert chat.picture("小美", "h1") == ["晒单 +20,余额 20"]
    chat.restart()
    assert chat.picture("小美", "h2") == []
    assert posted(chat) == [("review", 20)]


def test_a_clock_that_goes_back_does_not_part_them(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}")
    sent_at = chat.clock.now() + timedelta(seconds=10)
    chat.clock.pass_by(hours=-1)
    assert chat.picture("小美", "h1", sent_at=sent_at) == ["晒单 +20,余额 20"]


def test_times_from_the_future_are_still_together_and_copies_still_found(chat: Chat) -> None:
    chat("阿强", f"晒:{BASE}")
    chat.picture("阿强", "h0")
    future = chat.clock.now() + timedelta(days=20_000)
    said = chat("小美", f"晒:{BASE}", sent_at=future)
    assert said == ["和别人发过的差不多,不计分,余额 0"]
    chat("小美", f"晒:{RICE}", sent_at=future)
    assert chat.picture("小美", "h1", sent_at=future) == ["晒单 +20,余额 20"]


@pytest.mark.parametrize(("hours", "rule"), [(47, "review"), (49, None)])
def test_what_was_sent_47_hours_ago_counts_and_49_is_too_late(
    chat: Chat, hours: int, rule: str | None
) -> None:
    sent_at = chat.clock.now() - timedelta(hours=hours)
    chat("小美", f"晒:{BASE}", sent_at=sent_at)
    chat.picture("小美", "h1", sent_at=sent_at)
    assert posted(chat) == ([(rule, 20)] if rule else [])


def test_chat_that_becomes_a_share_with_its_picture_is_taken_back(chat: Chat) -> None:
    chat("小美", "图:看看我今天的下午茶")
    assert posted(chat) == [("chat", 1)]
    assert chat.picture("小美", "h1") == ["分享 +30,余额 30"]
    assert posted(chat) == [("chat", 1), ("share", 30), (None, -1)]


def test_chat_that_waits_to_be_paid_is_taken_back_too(chat: Chat) -> None:
    rules = tuple(
        replace(rule, wait_days=3) if rule.id == "chat" else rule for rule in chat.programme.rules
    )
    chat.bot.posting.programme = replace(chat.programme, rules=rules)
    chat("小美", "图:看看我今天的下午茶")
    chat.picture("小美", "h1")
    chat.move_to("11-09")
    chat("小美", "积分")
    assert posted(chat) == [("share", 30)]
    assert chat.rows("SELECT count(*) FROM waiting") == [(0,)]


def test_a_refused_post_is_told_once_and_not_for_each_picture(chat: Chat) -> None:
    chat.bot.posting.programme = posting_programme(
        chat.programme, replace(REVIEW, cap_times_daily=1)
    )
    chat("小美", f"晒:{BASE}")
    chat.picture("小美", "h1")
    assert chat("小美", f"晒:{RICE}") == [MISSING.replace("0", "20")]
    said = [chat.picture("小美", f"n{number}") for number in range(5)]
    assert said == [["今天的次数用完了,余额 20"], [], [], [], []]


def test_a_used_picture_is_told_once_and_a_new_one_still_counts(chat: Chat) -> None:
    chat("阿强", f"晒:{RICE}")
    chat.picture("阿强", "h1")
    chat("小美", f"晒:{BASE}")
    said = [chat.picture("小美", content) for content in ("h1", "h1", "h2")]
    assert said == [["这张图用过了,换一张新的,余额 0"], [], ["晒单 +20,余额 20"]]


def test_a_picture_counts_once_for_good_and_in_all_rooms(chat: Chat) -> None:
    """Abuse: reused screenshots."""
    chat("小美", f"晒:{BASE}")
    chat.picture("小美", "h1")
    chat.move_to("2027-03-01")
    chat.picture("小美", "h1", room="二群")
    assert chat("小美", f"晒:{RICE}", room="二群") == ["这张图用过了,换一张新的,余额 20"]


def test_the_pictures_of_a_refused_copy_serve_for_what_is_written_instead(chat: Chat) -> None:
    chat("阿强", f"晒:{BASE}")
    chat.picture("阿强", "h0")
    assert re.match("和别人发过的差不多", chat("小美", f"晒:{BASE}")[0])
    assert chat.picture("小美", "h1") == []
    assert chat("小美", f"晒:{RICE}") == ["晒单 +20,余额 20"]


def test_a_picture_after_a_post_that_has_counted_has_counted_with_it(chat: Chat) -> None:
    chat("小美", f"帖:{BASE}")
    chat.picture("小美", "h1")
    chat.clock.pass_by(minutes=3)
    chat.picture("阿强", "h1")
    assert chat("阿强", f"晒:{RICE}") == ["这张图用过了,换一张新的,余额 0"]


def test_an_order_number_is_reviewed_once(chat: Chat) -> None:
    """Abuse: reused order numbers."""
    chat.picture("小美", "h1")
    chat("小美", f"晒单A1:{BASE}")
    chat.picture("阿强", "h2")
    assert chat("阿强", f"晒单A1:{RICE}") == ["这个订单号晒过了,余额 0"]


def test_who_copies_a_review_that_waits_for_its_pictures_does_not_take_its_place(
    chat: Chat,
) -> None:
    chat("小美", f"晒:{BASE}")
    chat.clock.pass_by(seconds=30)
    chat.picture("阿强", "h1")
    assert chat("阿强", f"晒:{BASE}") == ["和别人发过的差不多,不计分,余额 0"]
    chat.clock.pass_by(seconds=30)
    assert chat.picture("小美", "h2") == ["晒单 +20,余额 20"]


def test_the_same_chatter_pays_once_a_day_whoever_says_it_and_wherever(chat: Chat) -> None:
    for who in ("小美", "小美一", "小美二"):
        chat(who, "今天天气真不错啊")
        chat(who, "今天天气 真不错啊!!", room="二群")
    assert posted(chat) == [("chat", 1)]
    chat("小美一", "今天天气真不错啊", at="11-02")
    assert posted(chat) == [("chat", 1)] * 2


def test_only_emoji_and_only_marks_are_no_chatter(chat: Chat) -> None:
    for text in ("😍😍😍", "。。。", "\u200b\u200b", "👍🏻", "\u3164"):
        assert chat("小美", text) == []
    assert posted(chat) == []
    assert chat.rows("SELECT count(*) FROM activity") == [(0,)]


def test_a_picture_of_a_share_that_needs_none_more_is_left_for_the_review(chat: Chat) -> None:
    chat("小美", "图:看看我今天的下午茶")
    chat.picture("小美", "h1")
    chat.picture("小美", "h2")
    assert chat("小美", f"晒:{BASE}") == ["晒单 +20,余额 50"]


def test_ids_and_pictures_that_no_database_keeps_are_kept_all_the_same(chat: Chat) -> None:
    chat("小美", f"晒:{BASE}", id="m\0\ud800" + "x" * 5_000)
    assert chat.picture("小美", "h\0\ud800" + "y" * 5_000) == ["晒单 +20,余额 20"]


def test_the_same_rules_give_the_same_when_posts_are_simulated(chat: Chat) -> None:
    chat("小美", "图:看看我今天的下午茶")
    chat.picture("小美", "h1")
    chat("小美", f"晒单A1:{BASE}")
    chat.picture("小美", "h2")
    chat.picture("阿强", "h2")
    chat("阿强", f"晒:{RICE}")
    chat("阿强", f"帖:{BASE}")
    chat("阿强", f"帖:{RICE}")
    chat("阿强", f"帖:{RICE}")
    for number in range(30):
        chat("阿强", f"第{number}句闲话说给大家听听")
    simulated = simulate(chat.database, chat.programme, None, None)
    assert simulated.now.rules == simulated.then.rules
    assert simulated.now.members == simulated.then.members
