"""A community's boards in memory say what SQL over the tables says, whoever has written what."""

import itertools
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.points.readings import Board, Period
from bot.points.reload import Reload
from bot.points.types import Reply
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from bot.posting.turn import Turn
from store import kept_boards, tail
from store.boards import community_board, room_board
from store.database import Database
from store.kept_board import IDLE_MICROS
from store.tail import PostgresTail
from tests.chat import Chat
from tests.ledger import deeds
from tests.ledger.deeds import HOUR, MICROS, START, Sent

PERIODS: tuple[Period, ...] = ("day", "week", "month", "total")
PEOPLE = tuple(f"u{number}" for number in range(6))


class Asked:
    """Operations on one ledger; those that ask compare memory with SQL in the same transaction."""

    def __init__(self) -> None:
        self.now = START
        self.boards: list[Board | None] = []
        self._ids = deeds.Ids()

    def sent(self, sender: str, says: str, about: tuple[str, ...] = ()) -> Sent:
        self.now += MICROS
        return Sent(self._ids.next(), sender, "g1", self.now, says, about=about)

    def checkin(self, who: str) -> Operation:
        return deeds.checkin(self.sent(who, "签到"))

    def grant(self, who: str, points: int) -> Operation:
        return deeds.grant(self.sent("a", "加分", (who,)), points)

    def take_back(self, number: int) -> Operation:
        return deeds.take_back(self.sent("a", "撤销"), number)

    def fail_after(self, who: str) -> Operation:
        """Posts, reads, and then fails: the whole batch is tried again without it."""

        def work(turn: Turn) -> Reply:
            deeds.checkin(sent).work(turn)
            turn.board("total", turn.member, is_community=True)
            raise ArithmeticError("after its rows were written")

        sent = self.sent(who, "坏")
        return sent.operation(work, (deeds.CHECKIN,))

    def ask(self, who: str, period: Period) -> Operation:
        def work(turn: Turn) -> Reply:
            found = turn.board(period, turn.member, is_community=True)
            self.boards.append(found)
            if found is not None:
                assert found == community_board(
                    turn.read(), period, turn.today, turn.member, community=turn.community
                )
            assert turn.board(period, turn.member, is_community=False) == room_board(
                turn.read(), turn.room or 0, period, turn.today, turn.member,
                community=turn.community,
            )  # fmt: skip
            return Reply("asked")

        return self.sent(who, "榜").operation(work)


def run(posting: Posting, *operations: Operation) -> None:
    """A bug raises; what was made to fail may."""
    for result in posting.run(operations):
        if result.error is not None and not is_wanted(result.error):
            raise result.error


def is_wanted(error: BaseException) -> bool:
    return "after its rows were written" in str(error)


@pytest.fixture
def two(ledger: Database) -> Iterator[tuple[Posting, Posting]]:
    """Two that write to one database, as two processes would."""
    both = tuple(Posting(ledger, deeds.programme(), sleep=lambda _: None) for _ in range(2))
    yield both  # type: ignore[misc]
    for posting in both:
        posting.close()


STEPS = st.one_of(
    st.tuples(st.just("ask"), st.sampled_from(PEOPLE), st.sampled_from(PERIODS)),
    st.tuples(st.just("checkin"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("grant"), st.sampled_from(PEOPLE), st.integers(-12, 12).filter(bool)),
    st.tuples(st.just("take_back"), st.integers(1, 30)),
    st.tuples(st.just("fail_after"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("pass"), st.sampled_from([1, 12, 24, 24, 48, 24 * 7, 24 * 20, -5])),
    st.tuples(st.just("turns"), st.booleans()),
)
communities = itertools.count(1)


@pytest.mark.parametrize("kind", ["sqlite_ledger", "postgres_ledger"])
def test_memory_says_what_sql_says(kind: str, request: pytest.FixtureRequest) -> None:
    """Batches of two writers in turn, over days, with what fails and what is taken back."""
    database: Database = request.getfixturevalue(kind)

    @settings(
        max_examples=40 if database.is_sqlite else 15, derandomize=True, database=None,
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.lists(st.lists(STEPS, min_size=1, max_size=8), min_size=2, max_size=14))
    def told(batches: list[list[tuple[object, ...]]]) -> None:
        number = next(communities)
        postings = [Posting(database, deeds.programme(), number, lambda _: None) for _ in range(2)]
        live(Asked(), postings, batches)
        for posting in postings:
            posting.close()

    told()


def live(asked: Asked, postings: list[Posting], batches: list[list[tuple[object, ...]]]) -> None:
    for steps in batches:
        operations = []
        for what, *how in steps:
            if what == "pass":
                asked.now += how[0] * HOUR  # type: ignore[operator]
            elif what == "turns":
                postings.reverse()
            else:
                operations.append(getattr(asked, str(what))(*how))
        run(postings[0], *operations)
    for posting in postings:
        run(posting, *(asked.ask("u0", period) for period in PERIODS))
    assert None not in asked.boards


def test_an_answer_holds_what_the_same_batch_did_before(two: tuple[Posting, Posting]) -> None:
    asked, (posting, _) = Asked(), two
    run(
        posting, asked.ask("u0", "day"), asked.checkin("u0"), asked.ask("u0", "day"),
        asked.checkin("u1"), asked.ask("u1", "day"),
    )  # fmt: skip
    mine = [board.mine for board in asked.boards if board is not None]
    assert mine[0] is None
    assert [(place.rank, place.points) for place in mine[1:] if place] == [(1, 5), (1, 5)]


def test_what_was_rolled_back_is_on_no_board(two: tuple[Posting, Posting]) -> None:
    asked, (posting, _) = Asked(), two
    run(posting, asked.checkin("u0"), asked.ask("u0", "total"))
    run(posting, asked.checkin("u1"), asked.fail_after("u2"), asked.ask("u2", "total"))
    run(posting, asked.ask("u2", "total"))
    assert asked.boards[-1] is not None
    assert [place.points for place in asked.boards[-1].top] == [5, 5]
    assert asked.boards[-1].mine is None


def test_a_month_board_of_a_room_hears_of_what_is_taken_back(
    two: tuple[Posting, Posting],
) -> None:
    """Whoever does it, in the same transaction or before, and not when it comes to nothing."""
    asked, (posting, other) = Asked(), two
    asked.now += 8 * 24 * HOUR
    run(posting, *(asked.grant("u0", points) for points in range(1, 6)))
    asked.now += 3 * 24 * HOUR
    run(posting, asked.ask("u0", "month"), asked.grant("u1", 3), asked.ask("u1", "month"))
    run(posting, asked.take_back(1), asked.ask("u0", "month"), asked.fail_after("u2"))
    run(posting, asked.ask("u0", "month"))
    run(other, asked.take_back(2), asked.ask("u0", "month"))
    run(posting, asked.ask("u0", "month"), asked.take_back(3), asked.ask("u0", "month"))
    run(posting, asked.grant("u2", 9), asked.ask("u2", "month"))
    assert top(asked) == [9, 9, 3]
    run(posting, asked.grant("u2", 1), asked.grant("u0", 1), asked.ask("u0", "month"))
    assert top(asked) == [10, 10, 3]


def test_what_another_writer_takes_back_lowers_the_day_it_counted_on(
    two: tuple[Posting, Posting],
) -> None:
    asked, (posting, other) = Asked(), two
    run(posting, asked.grant("u0", 5), asked.grant("u1", 5))
    asked.now += 24 * HOUR
    run(posting, asked.grant("u0", 5), asked.ask("u0", "day"), asked.ask("u0", "total"))
    run(other, asked.take_back(1))
    run(posting, asked.ask("u0", "day"))
    assert top(asked) == [5]
    run(posting, asked.ask("u0", "total"))
    assert top(asked) == [5, 5]


def test_a_clock_that_goes_back_sees_no_later_day(two: tuple[Posting, Posting]) -> None:
    asked, (posting, _) = Asked(), two
    asked.now += 24 * HOUR
    run(posting, asked.checkin("u0"))
    asked.now += 24 * HOUR
    run(posting, asked.checkin("u1"), asked.ask("u1", "week"))
    assert top(asked) == [5, 5]
    asked.now -= 24 * HOUR
    run(posting, asked.ask("u0", "week"))
    assert top(asked) == [5]


def test_entries_that_another_process_commits_late_are_not_missed(
    postgres_ledger: Database,
) -> None:
    """The first draws its ids, the second draws later ones and commits, then the first commits."""
    asked = Asked()
    slow, quick = (Posting(postgres_ledger, deeds.programme()) for _ in range(2))
    run(quick, asked.checkin("u0"), asked.checkin("u1"), asked.ask("u0", "total"))
    is_written, may_commit = threading.Event(), threading.Event()

    def wait(turn: Turn) -> None:
        turn.read()
        is_written.set()
        may_commit.wait(20)

    held = deeds.checkin(asked.sent("u2", "签到"), also=wait)
    thread = threading.Thread(target=run, args=(slow, held))
    thread.start()
    try:
        assert is_written.wait(20)
        for points in range(1, 5):
            run(quick, asked.grant("u1", points), asked.ask("u1", "total"))
    finally:
        may_commit.set()
        thread.join()
    assert len(top(asked)) == 2
    run(quick, asked.ask("u1", "total"))
    assert len(top(asked)) == 3
    slow.close()
    quick.close()


def test_what_another_process_takes_back_late_lowers_a_month_board(
    postgres_ledger: Database,
) -> None:
    """While it is under way the days are added up each time, afterwards they are kept again."""
    asked = Asked()
    slow, quick = (Posting(postgres_ledger, deeds.programme()) for _ in range(2))
    asked.now += 8 * 24 * HOUR
    run(quick, asked.grant("u0", 5), asked.grant("u1", 4))
    asked.now += 3 * 24 * HOUR
    is_written, may_commit = threading.Event(), threading.Event()
    taken = asked.take_back(1)

    def wait(turn: Turn) -> Reply | Reload | None:
        reply = taken.work(turn)
        turn.read()
        is_written.set()
        may_commit.wait(20)
        return reply

    thread = threading.Thread(target=run, args=(slow, replace(taken, work=wait)))
    run(quick, asked.ask("u1", "month"))
    assert quick.boards._closed_days._sums
    quick.boards.clear()
    thread.start()
    try:
        assert is_written.wait(20)
        run(quick, asked.checkin("u1"), asked.ask("u1", "month"))
        assert not quick.boards._closed_days._sums
    finally:
        may_commit.set()
        thread.join()
    assert top(asked) == [9, 5]
    run(quick, asked.ask("u1", "month"))
    assert quick.boards._closed_days._sums
    assert top(asked) == [9]
    slow.close()
    quick.close()


def top(asked: Asked) -> list[int]:
    assert asked.boards[-1] is not None
    return [place.points for place in asked.boards[-1].top]


def test_what_is_read_again_on_postgresql_stays_short(postgres_ledger: Database) -> None:
    asked, posting = Asked(), Posting(postgres_ledger, deeds.programme())
    for _ in range(40):
        run(posting, asked.grant("u1", 5), asked.ask("u1", "total"))
    kept = posting.boards._boards["total"]._tail
    assert isinstance(kept, PostgresTail)
    assert len(kept._seen) <= 4
    posting.close()


def test_what_a_month_board_has_not_read_on_postgresql_stays_short(
    postgres_ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While nobody asks it is forgotten, and made anew for the next who does."""
    monkeypatch.setattr(tail, "LATE", 10)
    asked, posting = Asked(), Posting(postgres_ledger, deeds.programme())
    asked.now += 10 * 24 * HOUR
    run(posting, asked.grant("u1", 5), asked.ask("u1", "month"))
    for _ in range(60):
        run(posting, asked.grant("u1", 5))
    assert posting.boards._closed_days._tail is None
    run(posting, asked.ask("u1", "month"))
    assert posting.boards._closed_days._sums
    assert top(asked) == [305]
    posting.close()


def test_a_large_board_is_built_aside_while_members_wait(
    ledger: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_boards, "SMALL", 0)
    asked, posting = Asked(), Posting(ledger, deeds.programme())
    run(posting, asked.checkin("u0"))
    posting.boards.is_live = True
    run(posting, asked.ask("u0", "total"))
    assert asked.boards == [None]
    run(posting, asked.checkin("u1"))
    for builder in posting.boards._building.values():
        builder._thread.join()
    run(posting, asked.checkin("u2"), asked.ask("u0", "total"))
    assert top(asked) == [5, 5, 5]
    posting.close()


def test_who_asks_while_it_is_built_is_told_to_come_again(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_boards, "SMALL", 0)
    chat("小美", "签到")
    chat.bot.posting.boards.is_live = True
    assert chat("小美", "排行榜社群") == ["正在统计,过几秒再发一次"]


def test_a_board_that_nobody_asked_for_in_an_hour_is_dropped(
    two: tuple[Posting, Posting],
) -> None:
    asked, (posting, _) = Asked(), two
    run(posting, asked.checkin("u0"), asked.ask("u0", "total"))
    asked.now += IDLE_MICROS // 2
    run(posting, asked.checkin("u1"))
    assert posting.boards._boards
    asked.now += IDLE_MICROS
    run(posting, asked.checkin("u2"))
    assert not posting.boards._boards
    run(posting, asked.ask("u0", "total"))
    assert top(asked) == [5, 5, 5]


def test_a_board_too_far_behind_is_built_anew(
    two: tuple[Posting, Posting], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("store.tail.FAR", 3)
    asked, (posting, other) = Asked(), two
    run(posting, asked.checkin("u0"), asked.ask("u0", "total"))
    run(other, *(asked.grant("u1", points) for points in range(1, 9)))
    run(posting, asked.ask("u0", "total"))
    assert top(asked) == [36, 5]
