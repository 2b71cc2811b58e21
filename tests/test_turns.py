"""No fact that decides points lives only in memory: several processes, or one that is stopped
after every line, write the very same ledger as one process does."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from store.database import Database
from store.verify import verify
from tests import turns
from tests.replaying import TRANSCRIPTS
from tests.turns import Books, books, lines_of

Play = Callable[[Database, Sequence[bytes]], None]
HOSTILE, MONTH = TRANSCRIPTS / "hostile.jsonl", TRANSCRIPTS / "month.jsonl"
ORDERS = TRANSCRIPTS / "orders.jsonl"
"""Newcomers, invites, and orders that are parked, refunded, cancelled and told of twice."""
FEW = frozenset({"u01", "u13", "u20", "u37"})
"""An admin who gives and takes back, one with three streaks, one from whom 100 was taken back, and
one with the most points: their month is a tenth of everybody's."""
Of = tuple[Path, frozenset[str] | None]
Written = Callable[[Path, frozenset[str] | None], Books]


@pytest.fixture(scope="module")
def kept() -> dict[Of, Books]:
    """What one process wrote, by transcript and senders."""
    return {}


@pytest.fixture
def by_one_process(kept: dict[Of, Books], migrated_sqlite: Path, tmp_path: Path) -> Written:
    """The ledger of one process from beginning to end, on SQLite."""

    def found(transcript: Path, senders: frozenset[str] | None) -> Books:
        place = (transcript, senders)
        if place not in kept:
            file = tmp_path / "one.db"
            shutil.copyfile(migrated_sqlite, file)
            turns.at_once(Database(f"sqlite:///{file}"), lines_of(transcript, senders))
            kept[place] = books(Database(f"sqlite:///{file}"), tmp_path)
        return kept[place]

    return found


@pytest.mark.parametrize("play", [turns.at_once, turns.in_turn, turns.restarted])
@pytest.mark.parametrize(
    ("transcript", "senders"), [(HOSTILE, None), (ORDERS, None), (MONTH, FEW)]
)
def test_the_ledger_is_the_same_however_the_lines_are_shared_out(
    postgres_ledger: Database,
    by_one_process: Written,
    tmp_path: Path,
    transcript: Path,
    senders: frozenset[str] | None,
    play: Play,
) -> None:
    play(postgres_ledger, lines_of(transcript, senders))
    assert books(postgres_ledger, tmp_path) == by_one_process(transcript, senders)
    assert verify(postgres_ledger)[1] == []


@pytest.mark.slow
def test_a_restart_between_any_two_lines_changes_nothing_on_sqlite(
    sqlite_ledger: Database, by_one_process: Written, tmp_path: Path
) -> None:
    turns.restarted(sqlite_ledger, lines_of(MONTH, FEW))
    assert books(sqlite_ledger, tmp_path) == by_one_process(MONTH, FEW)


def test_two_programs_take_lines_in_turn(
    postgres_ledger: Database, by_one_process: Written, tmp_path: Path
) -> None:
    turns.by_two_programs(postgres_ledger, lines_of(MONTH, FEW))
    assert books(postgres_ledger, tmp_path) == by_one_process(MONTH, FEW)


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.parametrize("play", [turns.in_turn, turns.restarted, turns.by_two_programs])
def test_the_whole_month_is_the_same_however_its_lines_are_shared_out(
    postgres_ledger: Database,
    by_one_process: Written,
    tmp_path: Path,
    play: Play,
) -> None:
    play(postgres_ledger, lines_of(MONTH))
    assert books(postgres_ledger, tmp_path) == by_one_process(MONTH, None)
