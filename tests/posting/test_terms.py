"""An order is judged by the programme that was in force when it was paid, whenever it is told
of."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.app import revived
from bot.clock import to_micros
from bot.points.order_body import order_event
from bot.points.types import Message, Person, Programme
from bot.posting.operation import Operation
from bot.posting.orders import order_operation
from bot.posting.posting import Posting
from bot.reloading import swap
from config.loader import load
from store.database import Database
from store.verify import verify
from tests.chat import START

HOUR = timedelta(hours=1)
HEAD = '[programme]\nname = "测试"\nzone = "Asia/Shanghai"\n\n'
ORDERS = '[[rule]]\nid = "{id}"\non = "order"\nname = "下单"\npoints = {points}\nwait_days = 7\n'
CAMPAIGN = (
    '[[campaign]]\nid = "sale"\nname = "大促"\nmultiplier = 1.5\nfrom_on = 2026-11-01\n'
    "budget_points = 30\n"
)

Written = Callable[[str], Programme]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """A programme with these tables."""

    def write(tables: str) -> Programme:
        (tmp_path / "all.toml").write_text(HEAD + tables, encoding="utf-8")
        return load(tmp_path)

    return write


@pytest.fixture
def terms(written: Written) -> tuple[Programme, Programme]:
    """One point a yuan and half as many again up to 30; then, under another id, three a yuan."""
    return (
        written(ORDERS.format(id="order", points=1) + CAMPAIGN),
        written(ORDERS.format(id="shopping", points=3)),
    )


@pytest.fixture
def posting(ledger: Database, terms: tuple[Programme, Programme]) -> Iterator[Posting]:
    """It has run under the first, and under the second for an hour from START on."""
    posting = Posting(ledger, terms[0], revive=revived)
    posting.run([hello(START - 2 * HOUR)])
    posting.run([swap(terms[1], to_micros(START))])
    yield posting
    posting.close()
    assert verify(ledger)[1] == []


def hello(at: datetime) -> Operation:
    message = Message("test", f"hello/{at}", "r1", "u1", at, text="在吗")
    return Operation(to_micros(at), lambda _: None, message.id, message, people=(Person("u1"),))


def order(posting: Posting, number: str, paid_at: datetime, **more: object) -> None:
    """Tells of an order of 100 yuan an hour after START."""
    body = {
        "event": "paid", "order": number, "buyer": {"channel": "test", "id": "u1"},
        "paid_at": paid_at.isoformat(), "amount": "100.00", **more,
    }  # fmt: skip
    at = to_micros(START + HOUR)
    [result] = posting.run([order_operation(order_event(body), at, f"{number}/{more}")])
    assert result.problem is None


def waiting(database: Database) -> list[tuple[object, ...]]:
    """Rule and points of what waits."""
    connection = database.connect_to_read()
    try:
        return list(connection.rows("SELECT rule, points FROM waiting ORDER BY key"))
    finally:
        connection.close()


def test_what_was_paid_before_a_swap_is_judged_by_the_programme_of_then(
    ledger: Database, posting: Posting
) -> None:
    order(posting, "O1", START - HOUR)
    order(posting, "O2", START)
    assert waiting(ledger) == [("order", 130), ("shopping", 300)]


def test_what_was_paid_before_the_first_programme_is_judged_by_that(
    ledger: Database, posting: Posting
) -> None:
    """The campaign had not begun then."""
    order(posting, "O1", START - timedelta(days=3))
    assert waiting(ledger) == [("order", 100)]


def test_a_restart_forgets_no_programme(
    ledger: Database, posting: Posting, terms: tuple[Programme, Programme]
) -> None:
    posting.close()
    again = Posting(ledger, terms[1], revive=revived)
    order(again, "O1", START - HOUR)
    again.close()
    assert waiting(ledger) == [("order", 130)]


def test_what_is_put_right_later_stays_under_its_terms(ledger: Database, posting: Posting) -> None:
    order(posting, "O1", START - HOUR)
    order(posting, "O1", START - HOUR, amount="50.00")
    assert waiting(ledger) == [("order", 75)]


def test_the_budgets_of_both_programmes_are_kept_apart_in_one_batch(
    ledger: Database, posting: Posting
) -> None:
    order(posting, "O1", START - HOUR)
    order(posting, "O2", START - HOUR)
    assert waiting(ledger) == [("order", 130), ("order", 100)]


def test_one_that_cannot_be_read_any_more_leaves_the_judging_to_the_one_in_force(
    ledger: Database, posting: Posting
) -> None:
    connection = ledger.connect()
    connection.run("UPDATE terms SET programme = '[]'")
    connection.close()
    order(posting, "O1", START - HOUR)
    assert waiting(ledger) == [("shopping", 300)]
