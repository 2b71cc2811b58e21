"""Another programme in the middle of a batch: before it the old one judges, after it the new."""

from dataclasses import replace

import pytest

from bot.app import dispatch
from bot.clock import to_micros
from bot.points.types import Message, Programme
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from bot.reloading import swap
from store.database import Database
from tests.chat import START

AT = to_micros(START)


@pytest.fixture
def dearer(standard: Programme) -> Programme:
    """Eight points a check-in instead of five."""
    rules = tuple(replace(rule, points=8) if rule.points == 5 else rule for rule in standard.rules)
    return replace(standard, version="dearer", rules=rules)


def check_in(person: str) -> Operation:
    message = Message("test", f"m{person}", "r1", person, START, text="签到")
    asked = dispatch().read(message, AT)
    assert isinstance(asked, Operation)
    return asked


def judged(database: Database) -> list[tuple[object, ...]]:
    """What each check-in earned, and by which version."""
    connection = database.connect_to_read()
    try:
        return list(
            connection.rows(
                "SELECT points, programme FROM activity JOIN entry ON activity.entry = entry.id"
                " ORDER BY entry.id"
            )
        )
    finally:
        connection.close()


def test_in_one_batch_each_is_judged_by_the_one_in_force(
    ledger: Database, standard: Programme, dearer: Programme
) -> None:
    posting = Posting(ledger, standard)
    results = posting.run(
        [
            check_in("u1"),
            check_in("u2"),
            swap(dearer, AT),
            check_in("u3"),
            swap(standard, AT),
            check_in("u4"),
        ]
    )
    posting.close()
    assert [result.problem for result in results] == [None] * 6
    assert judged(ledger) == [(5, standard.version)] * 2 + [(8, "dearer"), (5, standard.version)]


def test_one_that_spoils_its_batch_does_not_bring_the_old_one_back(
    ledger: Database, standard: Programme, dearer: Programme
) -> None:
    def spoil(_: object) -> None:
        raise RuntimeError

    posting = Posting(ledger, standard)
    spoiled = Operation(at=AT, work=spoil, cause="spoiled")
    results = posting.run([check_in("u1"), spoiled, swap(dearer, AT), spoiled, check_in("u2")])
    posting.close()
    assert [result.problem for result in results] == [None, "bug", None, "bug", None]
    assert [line.points for result in results for line in result.lines] == [5, 8]


def test_it_is_in_force_though_the_database_could_not_take_it_and_noted_with_the_next(
    sqlite_ledger: Database, standard: Programme, dearer: Programme
) -> None:
    def noted() -> str:
        connection = sqlite_ledger.connect_to_read()
        [(found,)] = connection.rows("SELECT programme FROM community")
        connection.close()
        return str(found)

    sqlite_ledger.busy_timeout_s = 0.02
    posting = Posting(sqlite_ledger, standard, sleep=lambda _: None)
    posting.run([check_in("u1")])
    other = sqlite_ledger.connect()
    other.begin()
    assert [result.problem for result in posting.run([swap(dearer, AT)])] == ["unavailable"]
    other.rollback()
    other.close()
    assert posting.programme is dearer
    assert "dearer" not in noted()
    posting.run([check_in("u2")])
    posting.close()
    assert "dearer" in noted()


def test_the_ledger_that_has_seen_nothing_notes_the_programme_it_is_given(
    ledger: Database, standard: Programme, dearer: Programme
) -> None:
    posting = Posting(ledger, standard)
    posting.run([swap(dearer, AT), check_in("u1")])
    posting.close()
    connection = ledger.connect_to_read()
    [(noted, created_at)] = connection.rows("SELECT programme, created_at FROM community")
    connection.close()
    assert "dearer" in str(noted)
    assert created_at == AT
