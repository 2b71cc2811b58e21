"""Posts over two processes: a text that one hears and its picture that the other hears, and what
both hear at the same time."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.clock import to_micros
from bot.points.types import Message, Programme
from bot.posting.operation import Operation, Result
from store.database import Database
from tests.books import assert_balanced
from tests.chat import CHANNEL, Bot, Chat, Clock
from tests.points.likeness_pairs import BASE, HONEST
from tests.posts import RECOGNISERS, posting_programme

ROUNDS = 12


@pytest.fixture
def shared(postgres_ledger: Database, standard: Programme, clock: Clock) -> Iterator[Chat]:
    """A community on PostgreSQL, where several processes may write at once."""
    chat = Chat(postgres_ledger, posting_programme(standard), clock, RECOGNISERS)
    yield chat
    chat.bot.stop()


def at_once(chat: Chat, *sides: Callable[[int], Message]) -> list[str]:
    """What ROUNDS messages of each side come to when as many processes hear them at once, a round
    at a time; what they say."""
    bots = [Bot(chat.database, chat.programme, RECOGNISERS) for _ in sides]
    start = threading.Barrier(len(sides))

    def hear(bot: Bot, side: Callable[[int], Message]) -> list[Result]:
        results = []
        for number in range(ROUNDS):
            asked = bot.dispatch.read(
                side(number), to_micros(chat.clock.now()), chat.programme.lexicon
            )
            assert isinstance(asked, Operation)
            start.wait()
            results += bot.run([asked])
        return results

    with ThreadPoolExecutor(len(sides)) as pool:
        results = [one for side in pool.map(hear, bots, sides) for one in side]
    for bot in bots:
        bot.stop()
    assert not [result.problem for result in results if result.problem]
    assert_balanced(chat)
    return [result.reply.text for result in results if result.reply]


def text(chat: Chat, who: str, words: str, number: int, room: str = "r1") -> Message:
    return Message(
        CHANNEL, f"{room}{who}t{number}", room, f"{who}{number}", chat.clock.now(),
        text=f"晒:{words}",
    )  # fmt: skip


def picture(chat: Chat, who: str, content: str, number: int, room: str = "r1") -> Message:
    return Message(
        CHANNEL, f"{room}{who}p{number}", room, f"{who}{number}", chat.clock.now(), kind="image",
        facts={"image": content},
    )  # fmt: skip


def paid(chat: Chat) -> list[tuple[object, ...]]:
    return chat.rows("SELECT count(*), sum(points) FROM entry")


def test_a_text_and_its_picture_at_once_in_two_processes_are_one_review(shared: Chat) -> None:
    reviews = [words for pair in HONEST for words in pair]
    at_once(
        shared,
        lambda number: text(shared, "u", reviews[number], number),
        lambda number: picture(shared, "u", f"h{number}", number),
    )
    assert paid(shared) == [(ROUNDS, 20 * ROUNDS)]


def test_one_picture_at_once_in_two_processes_counts_once(shared: Chat) -> None:
    reviews = [words for pair in HONEST for words in pair]
    for number in range(ROUNDS):
        for side, who in enumerate("甲乙"):
            shared(f"{who}{number}", f"晒:{reviews[2 * number + side]}", room="r1")
    said = at_once(
        shared,
        lambda number: picture(shared, "甲", f"h{number}", number),
        lambda number: picture(shared, "乙", f"h{number}", number),
    )
    assert paid(shared) == [(ROUNDS, 20 * ROUNDS)]
    assert sum("这张图用过了" in one for one in said) == ROUNDS


def test_one_text_at_once_in_two_processes_counts_once(shared: Chat) -> None:
    for number in range(ROUNDS):
        for who in "甲乙":
            shared.picture(f"{who}{number}", f"{who}{number}", room="r1")
    words = [f"{BASE[:number]}{pair[0]}" for number, pair in enumerate(HONEST)]
    said = at_once(
        shared,
        lambda number: text(shared, "甲", words[number], number),
        lambda number: text(shared, "乙", words[number], number),
    )
    assert paid(shared) == [(ROUNDS, 20 * ROUNDS)]
    assert sum("和别人发过的差不多" in one for one in said) == ROUNDS


def test_the_same_pictures_in_another_order_at_once_do_not_stop_both(shared: Chat) -> None:
    """Each process claims what the other is about to claim."""
    reviews = [words for pair in HONEST for words in pair]
    for number in range(ROUNDS):
        for side, who in enumerate("甲乙"):
            for content in ("a", "b") if side else ("b", "a"):
                shared.picture(f"{who}{number}", f"{content}{number}", room="r1")
    at_once(
        shared,
        lambda number: text(shared, "甲", reviews[2 * number], number),
        lambda number: text(shared, "乙", reviews[2 * number + 1], number),
    )
    assert paid(shared) == [(ROUNDS, 20 * ROUNDS)]
