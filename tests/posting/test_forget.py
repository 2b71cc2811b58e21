"""Posts are forgotten after 90 days; what they have claimed is not."""

from collections.abc import Iterator

import pytest

from bot.extend import Recogniser
from bot.points.types import Programme
from bot.posting import forget
from tests.books import assert_balanced
from tests.chat import Chat
from tests.points.likeness_pairs import BASE, HONEST, RICE
from tests.posts import RECOGNISERS, posting_programme


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    return RECOGNISERS


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return posting_programme(standard)


@pytest.fixture(autouse=True)
def balanced(chat: Chat) -> Iterator[None]:
    """Whatever a test did, the books are in order."""
    yield
    assert_balanced(chat)


def counts(chat: Chat) -> list[int]:
    """How many posts, runs and claims there are."""
    return [
        int(str(chat.rows(f"SELECT count(*) FROM {table}")[0][0]))
        for table in ("post", "gram", "claim")
    ]


def test_after_90_days_a_post_is_forgotten_and_its_picture_and_order_are_not(chat: Chat) -> None:
    chat("小美", f"晒单A1:{BASE}")
    chat.picture("小美", "h1")
    chat.move_to("2027-01-30 12:00")
    chat("阿强", "积分")
    assert counts(chat)[0] == 2
    chat.move_to("2027-01-31 12:00")
    assert chat("阿强", f"晒单A1:{RICE}") == ["这个订单号晒过了,余额 0"]
    chat.picture("阿强", "h1")
    assert chat.rows("SELECT count(*) FROM post WHERE member = 1") == [(0,)]
    assert counts(chat)[1] == 0
    things = [("order/A1",), ("picture/h1",)]
    assert chat.rows("SELECT thing FROM claim ORDER BY thing") == things


def test_what_was_written_91_days_ago_may_be_written_again(chat: Chat) -> None:
    chat("小美", f"帖:{BASE}")
    assert chat("阿强", f"帖:{BASE}", at="2027-01-30") == ["和别人发过的差不多,不计分,余额 0"]
    assert chat("阿强", f"帖:{BASE}", at="2027-01-31") == ["发帖 +10"]


def test_many_posts_are_forgotten_in_pages(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forget, "AT_ONCE", 3)
    for number, pair in enumerate(HONEST[:4]):
        for side, words in enumerate(pair):
            chat(f"u{number}{side}", f"帖:{words}")
    assert counts(chat)[0] == 8
    chat.bot.posting.yields = True
    chat.are_jobs_awake = False
    chat.bot.run_jobs(chat.clock.now())
    chat.move_to("2027-02-01 03:30")
    results = chat.bot.run_jobs(chat.clock.now())
    [job] = [one for one in results if one.operation.cause == "job:forgotten_posts/2027-02-01"][
        -1:
    ]
    left = [counts(chat)[0]]
    while job.rest is not None:
        [job] = chat.bot.run([job.rest])
        left.append(counts(chat)[0])
    assert left[-1] == 0
    assert counts(chat)[1] == 0
