"""Whatever two members have done, merging them changes no sum, and what comes after it is one
member's."""

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clock import day_of
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from store.database import Connection, Database
from store.schema import ensure
from store.verify import verify
from tests.ledger import deeds
from tests.ledger.books import dump, faults
from tests.ledger.deeds import FOR_THE_ACTIVE, HOUR, MICROS, PROMISES, SHARED, START, Sent
from tests.ledger.model import Promises

WHO = st.sampled_from(["u1", "u2", "u3"])
AMOUNT = st.sampled_from([1, 5, 7, 30, 60, 200])
HOURS = st.sampled_from([0, 0, 1, 9, 24, 24, 48, 24 * 5, 24 * 7])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("checks in"), WHO, st.sampled_from([0, 0, 0, 14, 26, 47]), HOURS),
        st.tuples(st.sampled_from(["shares", "given", "deducted", "spends"]), WHO, AMOUNT, HOURS),
        st.tuples(st.just("taken back"), WHO, st.integers(1, 12), HOURS),
        st.tuples(st.just("refunded"), WHO, st.integers(1, 60), HOURS),
        st.tuples(st.just("merged"), WHO, st.sampled_from(["u1", "u2", "u3"]), HOURS),
    ),
    min_size=4,
    max_size=24,
)
TERMS = st.sampled_from([PROMISES, SHARED, FOR_THE_ACTIVE])

Step = tuple[str, str, int | str, int]


@dataclass(frozen=True)
class Sums:
    """What merging must not change."""

    worth: int
    qualifying: int
    lots: dict[str, int]
    scores: dict[tuple[str, int], int]


def test_no_sum_is_changed_on_sqlite(sqlite_template: Path, tmp_path: Path) -> None:
    numbers = itertools.count()

    @settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS, TERMS)
    def live(steps: Sequence[Step], terms: Promises) -> None:
        file = tmp_path / f"{next(numbers)}.db"
        shutil.copyfile(sqlite_template, file)
        _live(Database(f"sqlite:///{file}"), 1, steps, terms)
        file.unlink()

    live()


def test_no_sum_is_changed_on_postgresql(postgres: Database) -> None:
    ensure(postgres)
    communities = itertools.count(1)

    @settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
    @given(STEPS, TERMS)
    def live(steps: Sequence[Step], terms: Promises) -> None:
        _live(postgres, next(communities), steps, terms)

    live()


def _live(database: Database, community: int, steps: Sequence[Step], terms: Promises) -> None:
    """Lives through the steps and then two merges; everything is delivered a second time."""
    posting = Posting(database, deeds.programme(terms), community)
    reader = database.connect_to_read()
    try:
        done: list[Operation] = []
        at = START
        last: list[Step] = [("merged", "u1", "u2", 0), ("checks in", "u2", 0, 0)]
        for number, (what, who, how, hours) in enumerate([*steps, *last, *steps[:4]]):
            at += hours * HOUR + MICROS
            operation = _operation(f"m{number}", what, who, how, at)
            if what == "merged":
                _merge(posting, reader, community, operation)
            else:
                _run(posting, operation)
            done.append(operation)
        assert verify(database)[1] == []
        assert faults(reader, community) == []
        before = dump(reader, community)
        for operation in done:
            [result] = posting.run([replace(operation, at=at + MICROS)])
            assert result.problem == "duplicate"
        assert dump(reader, community) == before
    finally:
        posting.close()
        reader.close()


def _operation(number: str, what: str, who: str, how: int | str, at: int) -> Operation:
    about = (str(how),) if what == "merged" else (who,)
    sender = who if what in ("checks in", "shares", "spends", "merged") else "a"
    late = int(how) * HOUR if what == "checks in" else 0
    about = () if sender == who and what != "merged" else about
    sent = Sent(number, sender, "g1", at, f"{what} {who} {how}", at - late, about)
    if what == "merged":
        return deeds.merging(sent)
    if what == "taken back":
        return deeds.take_back(sent, int(how))
    if what == "refunded":
        return deeds.take_part(sent, int(how) % 7 + 1, int(how))
    if what in ("checks in", "shares"):
        return deeds.checkin(sent) if what == "checks in" else deeds.share(sent)
    acts = {"given": deeds.grant, "deducted": deeds.deduct, "spends": deeds.spend}
    return acts[what](sent, int(how))


def _run(posting: Posting, operation: Operation) -> None:
    [result] = posting.run([operation])
    assert result.problem is None, result.error


def _merge(posting: Posting, reader: Connection, community: int, operation: Operation) -> None:
    """What has expired by then is booked out before, so that the sums are those of then."""
    today = day_of(operation.at, posting.programme.zone)
    _run(posting, deeds.expire(today, operation.at - 1))
    before = _sums(reader, community)
    has_debt = bool(
        reader.rows("SELECT 1 FROM account WHERE debt > 0 AND community = ?", community)
    )
    _run(posting, operation)
    after = _sums(reader, community)
    if has_debt:
        before, after = replace(before, lots={}), replace(after, lots={})
    assert after == before


def _sums(reader: Connection, community: int) -> Sums:
    [(worth, qualifying)] = reader.rows(
        "SELECT CAST(coalesce(sum(balance - debt), 0) AS BIGINT),"
        " CAST(coalesce(sum(qualifying), 0) AS BIGINT) FROM account WHERE community = ?",
        community,
    )
    lots: dict[str, int] = {}
    for day, left in reader.rows(
        "SELECT expires_on, remaining FROM lot WHERE community = ? AND remaining > 0", community
    ):
        lots[str(day)] = lots.get(str(day), 0) + int(str(left))
    scores: dict[tuple[str, int], int] = {}
    for day, room, points in reader.rows(
        "SELECT day, room, points FROM score WHERE community = ?", community
    ):
        place = (str(day), int(str(room)))
        scores[place] = scores.get(place, 0) + int(str(points))
    return Sums(int(str(worth)), int(str(qualifying)), lots, scores)
