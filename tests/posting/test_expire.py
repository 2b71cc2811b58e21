"""Booking out in pages: each its own transaction, the whole exactly once."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from bot.points.types import Programme
from bot.posting import expire
from bot.posting.operation import Operation, Result
from bot.posting.posting import Posting
from bot.scheduler import Scheduler
from scheduled.expiry import expiry
from store.database import Connection, Database
from tests.books import assert_balanced
from tests.chat import Chat, instant

MEMBERS = ("甲", "乙", "丙", "丁", "戊")


@pytest.fixture
def programme(standard: Programme) -> Programme:
    """Points last for three days."""
    return replace(standard, valid_days=3)


@pytest.fixture
def night(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Operation:
    """Five members with a lot each, one of them with two; two lots at a time. Nobody has come
    since the lots ended."""
    monkeypatch.setattr(expire, "AT_ONCE", 2)
    chat.are_jobs_awake = False
    for who in MEMBERS:
        chat(who, "签到", at="11-01 12:00")
    chat("乙", "签到", at="11-02 12:00")
    chat.move_to("11-06 00:10")
    return _asked(chat, chat.programme)


def _asked(chat: Chat, programme: Programme) -> Operation:
    start = instant("11-05 12:00", programme.zone)
    [operation] = Scheduler([expiry], programme.zone, start, {}).operations(chat.clock.now())
    return operation


def _run(chat: Chat, *operations: Operation) -> list[Result]:
    return chat.bot.run(operations)


def _expired(results: Sequence[Result]) -> list[int]:
    return [line.member for result in results for line in result.lines if line.kind == "expiry"]


def test_each_page_is_a_transaction_and_the_run_is_over_with_the_last(
    chat: Chat, night: Operation
) -> None:
    chat.bot.posting.yields = True
    pages = []
    for left in (4, 2, 0):
        [result] = _run(chat, night)
        assert result.rest is not None
        pages.append(_expired([result]))
        assert chat.rows("SELECT count(*) FROM lot") == [(left,)]
        assert chat.rows("SELECT place FROM job_run") == [(0,)]
    assert pages == [[1, 2], [3, 4], [5, 2]]
    [result] = _run(chat, night)
    assert (result.rest, result.lines) == (None, [])
    assert chat.rows("SELECT job, period, place FROM job_run") == [("expiry", "2026-11-06", None)]
    [result] = _run(chat, night)
    assert (result.rest, result.lines) == (None, [])
    assert_balanced(chat)


def test_killed_between_two_pages_it_goes_on_where_it_stopped(
    chat: Chat, night: Operation
) -> None:
    found = []
    for _ in range(4):
        chat.restart()
        chat.bot.posting.yields = True
        found += _expired(_run(chat, night))
    assert found == [1, 2, 3, 4, 5, 2]
    assert chat.rows("SELECT place FROM job_run") == [(None,)]
    assert_balanced(chat)


def test_who_acts_between_two_pages_loses_the_points_there_and_once(
    chat: Chat, night: Operation
) -> None:
    chat.bot.posting.yields = True
    _run(chat, night)
    assert chat("戊", "签到", at="11-06 00:11")[0].startswith("+5 积分,连续 1 天,余额 5")
    assert chat("乙", "余额")[0].startswith("余额 0 积分")
    assert chat("甲", "签到")[0].startswith("+5 积分,连续 1 天,余额 5")
    assert _expired([_run(chat, night)[0]]) == [3, 4]
    assert _run(chat, night)[0].rest is None
    taken = chat.rows("SELECT member, count(*) FROM entry WHERE kind = 'expiry' GROUP BY member")
    assert sorted(taken) == [(1, 1), (2, 2), (3, 1), (4, 1), (5, 1)]
    assert_balanced(chat)


@pytest.mark.parametrize("at_once", [1, 2, 5, 100])
@pytest.mark.parametrize("is_alone", [False, True])
def test_where_nobody_waits_the_pages_make_no_difference(
    chat: Chat,
    night: Operation,
    monkeypatch: pytest.MonkeyPatch,
    at_once: int,
    *,
    is_alone: bool,
) -> None:
    """A replay does all of it before the next line, in one transaction with others."""
    monkeypatch.setattr(expire, "AT_ONCE", at_once)
    message = Operation(at=night.at - 1, work=lambda turn: turn.account(3) and None, cause="m")
    later = Operation(at=night.at + 1, work=lambda turn: turn.account(4) and None, cause="n")
    for operations in [[message], [night], [later]] if is_alone else [[message, night, later]]:
        for result in _run(chat, *operations):
            assert result.rest is None
    order = chat.rows("SELECT member, points, at FROM entry WHERE kind = 'expiry' ORDER BY id")
    assert order == [(3, -5, night.at - 1), *((who, -5, night.at) for who in (1, 2, 4, 5, 2))]
    assert_balanced(chat)


class TestBesideAnotherProcess:
    """On PostgreSQL."""

    @pytest.fixture
    def ledger(self, postgres_ledger: Database) -> Database:
        """Where several processes may write at once."""
        return postgres_ledger

    @pytest.fixture
    def holder(self, ledger: Database) -> Iterator[Connection]:
        """The other one."""
        connection = ledger.connect()
        yield connection
        connection.close()

    def test_a_member_it_holds_is_passed_over_and_comes_last(
        self, chat: Chat, night: Operation, holder: Connection
    ) -> None:
        holder.begin()
        holder.rows("SELECT balance FROM account WHERE member = 1 FOR UPDATE")
        chat.bot.posting.yields = True
        found = [_run(chat, night) for _ in range(3)]
        assert [_expired(page) for page in found] == [[2, 3], [4, 5], [2]]
        holder.rollback()  # a connection that is closed is let go of a moment later
        [last] = _run(chat, night)
        assert (_expired([last]), last.rest) == ([1], night)
        assert _run(chat, night)[0].rest is None
        assert_balanced(chat)

    def test_who_is_held_longer_than_it_waits_is_asked_for_again(
        self, chat: Chat, night: Operation, holder: Connection
    ) -> None:
        url = chat.database.url
        impatient = Posting(
            Database(url, busy_timeout_s=0.1), chat.programme, sleep=lambda _: None
        )
        holder.begin()
        holder.rows("SELECT balance FROM account WHERE member = 1 FOR UPDATE")
        [result] = impatient.run([night])
        assert result.problem == "unavailable"
        assert chat.rows("SELECT count(*) FROM job_run") == [(0,)]
        holder.rollback()
        [result] = impatient.run([night])
        assert (sorted(_expired([result])), result.problem) == ([1, 2, 2, 3, 4, 5], None)
        impatient.close()
        assert_balanced(chat)
