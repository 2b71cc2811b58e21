"""Who writes too fast is not judged for the rest of the minute; commands are answered."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.extend import Recogniser
from bot.flood import MOST, MOST_REFUSED, MOST_SENDERS, Flood
from bot.points.types import Message, Programme
from tests.chat import Chat
from tests.posts import RECOGNISERS, posting_programme

POST = "帖:今天学会了自己修水龙头"
AT = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    return RECOGNISERS


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return posting_programme(standard)


def said(number: int, seconds: float, who: str = "u1") -> Message:
    return Message("test", f"m{number}", "r1", who, AT + timedelta(seconds=seconds), text="在吗")


def test_twenty_messages_a_minute_are_judged_and_the_next_is_not() -> None:
    flood = Flood()
    assert [flood.is_over(said(number, number)) for number in range(22)] == [False] * 20 + [
        True
    ] * 2
    assert flood.refused == 2


def test_sixty_seconds_after_the_first_of_them_the_next_is_judged() -> None:
    flood = Flood()
    for number in range(MOST):
        flood.is_over(said(number, number))
    assert flood.is_over(said(90, 59.999))
    assert not flood.is_over(said(91, 60))
    assert flood.is_over(said(92, 60.5))


def test_others_are_judged_meanwhile() -> None:
    flood = Flood()
    for number in range(30):
        flood.is_over(said(number, 0))
    assert not flood.is_over(said(90, 1, "u2"))


def test_a_message_that_comes_again_has_the_verdict_that_it_had() -> None:
    flood = Flood()
    messages = [said(number, number % 7) for number in range(30)]
    first = [flood.is_over(one) for one in messages]
    later = [flood.is_over(said(100 + number, 3_600 + number)) for number in range(19)]
    assert not any(later)
    assert [flood.is_over(one) for one in messages[MOST:]] == first[MOST:] == [True] * 10
    assert flood.refused == 10


def test_a_backlog_of_hours_is_no_flood() -> None:
    flood = Flood()
    assert not any(flood.is_over(said(number, 4 * number)) for number in range(500))


def test_what_is_remembered_has_bounds() -> None:
    flood = Flood()
    for number in range(MOST_SENDERS + 500):
        flood.is_over(said(number, 0, f"u{number}"))
    for number in range(MOST_REFUSED + 500):
        flood.is_over(said(1_000_000 + number, 0, "u1"))
    assert len(flood._minutes) == MOST_SENDERS
    assert len(flood._refused) == MOST_REFUSED


def test_it_is_told_once_a_minute() -> None:
    flood = Flood()
    assert [flood.is_to_tell(said(0, seconds)) for seconds in (0, 1, 59, 60, 61)] == [
        True, False, False, True, False,
    ]  # fmt: skip


def flood_of(chat: Chat, count: int) -> list[list[str]]:
    return [chat("小美", f"第{number}句闲话说给大家听") for number in range(count)]


def test_deeds_of_who_floods_are_refused_once_and_then_in_silence(chat: Chat) -> None:
    flood_of(chat, MOST)
    assert chat("小美", POST) == ["发得太快了,慢一点再来,余额 20"]
    assert chat("小美", POST) == []
    assert chat.picture("小美", "h1") == []
    refused = chat.rows("SELECT kind, refusal FROM activity WHERE outcome = 'refused'")
    assert refused == [("post", "flooding")]
    assert chat("小美", "为什么")[0].startswith("没有得分:发帖,发得太快了,慢一点再来")


def test_commands_of_who_floods_are_answered(chat: Chat) -> None:
    flood_of(chat, MOST + 5)
    assert chat("小美", "积分")[0].startswith("余额 20")


def test_when_the_minute_is_over_deeds_count_again(chat: Chat) -> None:
    flood_of(chat, MOST + 5)
    chat.clock.pass_by(seconds=60)
    assert chat("小美", POST) == ["发帖 +10"]


def test_a_check_in_counts_once_a_day_whatever_else_is_written(chat: Chat) -> None:
    flood_of(chat, MOST + 5)
    assert chat("小美", "签到")[0].startswith("+5 积分")
    assert chat("小美", "签到")[0].startswith("今天已经签到过了")


def test_a_check_in_of_another_counts_during_the_flood(chat: Chat) -> None:
    """Abuse: flood to starve others."""
    flood_of(chat, MOST + 5)
    assert chat("阿强", "签到")[0].startswith("+5 积分")


def test_a_refused_flood_that_comes_again_is_still_refused(chat: Chat) -> None:
    flood_of(chat, MOST)
    sent_at = chat.clock.now()
    chat("小美", POST, id="a", sent_at=sent_at)
    chat("小美", POST, id="b", sent_at=sent_at)
    chat.clock.pass_by(minutes=10)
    assert chat("小美", POST, id="a", sent_at=sent_at) == []
    assert chat("小美", POST, id="b", sent_at=sent_at) == []
    assert chat.rows("SELECT count(*) FROM entry WHERE rule = 'post'") == [(0,)]
