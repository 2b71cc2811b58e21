"""Whatever is done to the ledger in whatever order, it agrees with a bookkeeper's list of lots.

The numbers in the machine's rules are those of the ledger's invariants.
"""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot.points.chain import canonical
from bot.points.types import MAX_POINTS
from bot.posting.posting import Posting
from store.database import Conflict, Database, DatabaseError
from tests.ledger.books import check
from tests.ledger.deeds import START, Sent, checkin, grant, programme, spend, take_back
from tests.ledger.machine import MergingMachine, run_machine
from tests.ledger.mutants import MUTANTS, OF_MERGING

SETTINGS = settings(
    derandomize=True, database=None, deadline=None, print_blob=False,
    suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
    phases=[Phase.explicit, Phase.generate],
)  # fmt: skip
"""Derandomized: the same examples in every run. Not shrunk, which would take minutes: add
Phase.shrink to see the shortest story of a failure."""
FIELDS = st.lists(
    st.none() | st.integers() | st.binary(max_size=3) | st.text("1|,;:'\\\0é", max_size=4),
    max_size=4,
).map(tuple)


def test_the_ledger_agrees_with_a_list_of_lots_on_sqlite(sqlite: Database) -> None:
    run_machine(sqlite, settings(SETTINGS, max_examples=40, stateful_step_count=30))


def test_the_ledger_agrees_with_a_list_of_lots_on_postgresql(postgres: Database) -> None:
    run_machine(postgres, settings(SETTINGS, max_examples=10, stateful_step_count=30))


def test_members_who_are_merged_agree_with_a_list_of_lots(sqlite: Database) -> None:
    wanted = settings(SETTINGS, max_examples=30, stateful_step_count=30)
    run_machine(sqlite, wanted, MergingMachine)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_ledger_agrees_with_a_list_of_lots_for_longer(database: Database) -> None:
    count = 400 if database.is_sqlite else 80
    wanted = settings(SETTINGS, max_examples=count, stateful_step_count=60)
    run_machine(database, wanted)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", OF_MERGING, ids=lambda mutant: mutant.__name__)
def test_a_mutant_of_merging_is_caught(
    sqlite: Database,
    monkeypatch: pytest.MonkeyPatch,
    mutant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    mutant(monkeypatch)
    wanted = settings(SETTINGS, max_examples=300, stateful_step_count=50)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_machine(sqlite, wanted, MergingMachine)


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.__name__)
def test_a_mutant_is_caught(
    sqlite: Database,
    monkeypatch: pytest.MonkeyPatch,
    mutant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    mutant(monkeypatch)
    wanted = settings(SETTINGS, max_examples=300, stateful_step_count=50)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_machine(sqlite, wanted)


@given(FIELDS, FIELDS)
@settings(SETTINGS, max_examples=800)
def test_unequal_rows_never_have_equal_bytes(one: tuple, other: tuple) -> None:
    """Invariant 16: also where bars, quotes and NULs could move between fields."""
    assert (canonical(one) == canonical(other)) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a|b", "c"), ("a", "b|c")),
        (("a", "b"), ("a,b",)),
        (("1",), (1,)),
        ((12, 3), (1, 23)),
        ((None,), ("None",)),
        ((b"a",), ("a",)),
        (("",), (None,)),
        (("a\0", "b"), ("a", "\0b")),
        (("\\x00",), ("\0",)),
        ((), ("",)),
    ],
)
def test_bytes_of_look_alikes_differ(one: tuple, other: tuple) -> None:
    """Invariant 16."""
    assert canonical(one) != canonical(other)


def test_every_changed_column_breaks_the_chain_at_its_row(sqlite: Database) -> None:
    """Invariant 15: of every entry, whatever column is changed."""
    posting = Posting(sqlite, programme())
    posting.run([grant(Sent("1", "a", "g1", START, "加", about=("u1",)), 50)])
    posting.run([checkin(Sent("2", "u1", "g1", START + 1, "签到"))])
    posting.run([spend(Sent("3", "u1", "g1", START + 2, "兑换"), 20)])
    posting.run([take_back(Sent("4", "a", "g1", START + 3, "撤销"), 3)])
    posting.close()
    connection = sqlite.connect()
    for trigger in ("entry_no_update", "entry_no_delete"):
        connection.run(f"DROP TRIGGER {trigger}")
    connection.run("PRAGMA ignore_check_constraints = ON")
    connection.begin()
    columns = connection.rows("SELECT name FROM pragma_table_info('entry')")
    names = [str(name) for (name,) in columns if name not in ("community", "id")]
    assert len(names) == 18
    for number in range(1, 5):
        for name in names:
            _change(connection, number, name)
    connection.rollback()
    connection.close()


def _change(connection: object, number: int, name: str) -> None:
    from tests.ledger.books import faults

    [(kind,)] = connection.rows(f"SELECT typeof({name}) FROM entry WHERE id = ?", number)
    changed = {
        "integer": f"{name} + 1", "text": f"{name} || 'x'", "null": "1",
        "blob": f"zeroblob(length({name}))",
    }[kind]  # fmt: skip
    connection.run("SAVEPOINT before")
    connection.run(f"UPDATE entry SET {name} = {changed} WHERE id = ?", number)
    found = faults(connection)
    assert any(f"entry {number}: the chain breaks" in fault for fault in found), (number, name)
    connection.run("ROLLBACK TO before")


def test_nothing_that_was_posted_can_be_changed(database: Database) -> None:
    """Invariant 14: UPDATE and DELETE are refused, of every column, NULLs included."""
    posting = Posting(database, programme())
    posting.run([grant(Sent("1", "a", "g1", START, "加", about=("u1",)), 50)])
    posting.run([spend(Sent("2", "u1", "g1", START + 2, "兑换"), 20)])
    posting.run([checkin(Sent("3", "u1", "g1", START + 3, "签到"))])
    posting.close()
    connection = database.connect()
    for table, columns in (
        ("entry", ("points", "note", "campaign", "reverses", "why", "hash")),
        ("activity", ("outcome", "refusal", "member")),
        ("lot_use", ("points",)),
    ):
        for column in columns:
            if column == "note":
                continue
            with pytest.raises(Conflict, match="immutable"):
                connection.run(f"UPDATE {table} SET {column} = {column}")
        with pytest.raises(Conflict, match="immutable"):
            connection.run(f"DELETE FROM {table}")
    connection.close()
    check(database)


@pytest.mark.parametrize(
    ("assignment", "table"),
    [
        ("balance = -1", "account"),
        ("debt = -1", "account"),
        ("balance = 1, debt = 1", "account"),
        ("balance = 1000000000000001", "account"),
        ("balance = 'abc'", "account"),
        ("remaining = -1", "lot"),
        ("remaining = 'abc'", "lot"),
    ],
)
def test_the_database_itself_refuses_impossible_numbers(
    database: Database, assignment: str, table: str
) -> None:
    """Invariants 3, 4 and 17, with no program between."""
    posting = Posting(database, programme())
    posting.run([grant(Sent("1", "a", "g1", START, "加", about=("u1",)), 50)])
    posting.close()
    connection = database.connect()
    with pytest.raises(DatabaseError):
        connection.run(f"UPDATE {table} SET {assignment}")
    connection.close()
    check(database)


@pytest.mark.parametrize("points", [0, -1, MAX_POINTS + 1, 10**18, 1.5, "5"])
def test_a_spend_of_no_whole_number_in_range_is_a_bug_of_its_own(
    database: Database, points: object
) -> None:
    """Invariant 17: and what stands beside it in the batch is not touched."""
    posting = Posting(database, programme())
    first, second = posting.run(
        [
            grant(Sent("1", "a", "g1", START, "加", about=("u1",)), MAX_POINTS),
            spend(Sent("2", "u1", "g1", START + 1, "兑换"), points),
        ]
    )
    posting.close()
    assert first.reply is not None
    assert first.reply.text == f"{MAX_POINTS} balance {MAX_POINTS} debt 0"
    assert second.problem == "bug"
    check(database)
