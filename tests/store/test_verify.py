"""Whatever is changed behind the ledger's back is found, and named where it is."""

import dataclasses
import sqlite3
import threading
from contextlib import closing

import pytest
from sqlmodel import SQLModel

from bot.points.types import Rule
from store.checks.found import MOST, Found
from store.database import Database
from store.schema import ensure
from store.verify import verify
from tests.chat import Chat, Clock
from tests.replaying import bot
from tests.store.sample import PROGRAMME
from tests.store.tampering import Row, Tampering, columns_of, flipped

ENTRIES = 24

FACTS = {
    "activity": {"refusal", "programme", "facts"},
    "account": {"first_expiry", "back_on", "away_days", "set_aside", "refusal"},
    "bind_code": {"digest", "until", "channel", "external_id"},
    "budget": {"campaign", "points"},
    "claim": {"thing", "post", "member", "at"},
    "community": {"created_at", "clock_at"},
    "decision": {"activity", "outcome", "at", "actor"},
    "gram": {"gram", "post"},
    "identity": {"channel", "external_id"},
    "inbox": {"channel", "message", "digest", "at"},
    "job_run": {"job", "period", "at", "place"},
    "member": {"name", "joined_at", "newcomer", "home_room", "birthday"},
    "note": {"entry", "text"},
    "outbox": {
        "id",
        "channel",
        "room",
        "mentions",
        "text",
        "quote",
        "asks",
        "picture",
        "kind",
        "cause",
        "at",
        "state",
        "refusals",
        "done_at",
    },
    "post": {
        "channel",
        "message",
        "member",
        "room",
        "at",
        "kind",
        "deed",
        "text",
        "picture",
        "part_of",
    },
    "presence": {"room", "member", "joined_at", "left_at", "inviter"},
    "purchase": {"awards", "settled_at"},
    "referral": {"invitee", "inviter", "at", "stage"},
    "room": {"channel", "external_id", "name", "adopted_at", "closed_at", "read_at"},
    "tag": {"tag", "member", "at"},
    "terms": {"since", "version", "programme"},
    "waiting": {"due_at", "campaign", "valid_days", "why", "waits_for"},
    "wrong_code": {"at", "channel", "message"},
}
"""What no entry says a second time, so that nothing can tell it from the truth. Some of these are
found all the same, in some rows: those have tests of their own."""

DERIVED = [
    (table.name, column.name)
    for table in SQLModel.metadata.sorted_tables
    for column in table.columns
    if column.name not in FACTS.get(table.name, set())
    if table.name != "entry" or column.primary_key  # the others have a test of their own
]


def test_the_sample_holds_every_kind_of_entry_and_outcome(tampering: Tampering) -> None:
    kinds = {row["kind"] for row in tampering.rows("entry")}
    assert kinds == {"accrual", "redemption", "expiry", "reversal", "adjustment"}
    refusals = {row["refusal"] for row in tampering.rows("activity")}
    assert refusals == {None, "already_done", "too_late", "cap_times_daily"}
    assert any(row["debt"] for row in tampering.rows("account"))


def test_a_ledger_that_is_right_has_no_differences(tampering: Tampering) -> None:
    assert verify(tampering.database) == (ENTRIES, [])


def test_an_empty_ledger_is_right(database: Database) -> None:
    ensure(database)
    assert verify(database) == (0, [])


@pytest.mark.parametrize(("table", "column"), DERIVED)
def test_one_bit_changed_in_a_derived_column_is_named_at_its_row(
    tampering: Tampering, table: str, column: str
) -> None:
    rows = [row for row in tampering.rows(table) if not _is_fact(table, row, column)]
    for row in rows if tampering.database.is_sqlite else _few(table, rows):
        value = flipped(row[column], table, column)
        with tampering.changed(table, row, column, value) as is_done:
            if is_done:
                _, lines = verify(tampering.database)
                wanted = [*_names(table, row), *_names(table, {**row, column: value})]
                assert any(line.startswith(name) for line in lines for name in wanted), lines


@pytest.mark.parametrize(
    "column", [name for name in columns_of("entry") if name not in ("community", "id")]
)
def test_a_changed_entry_breaks_the_chain_there_and_nowhere_else(
    tampering: Tampering, column: str
) -> None:
    rows = tampering.rows("entry")
    for row in rows if tampering.database.is_sqlite else _few("entry", rows):
        with tampering.changed(
            "entry", row, column, flipped(row[column], "entry", column)
        ) as is_done:
            if is_done:
                _, lines = verify(tampering.database)
                broken = {int(line.split()[1][:-1]) for line in lines if "its hash" in line}
                later = {entry["id"] for entry in rows if entry["id"] > row["id"]}
                assert row["id"] in broken
                assert broken == {row["id"]} or (column == "member" and broken - later)


def test_an_entry_taken_out_of_the_chain_is_missed(tampering: Tampering) -> None:
    for row in tampering.rows("entry"):
        assert tampering.execute("DELETE FROM entry WHERE id = ?", [row["id"]])
        try:
            _, lines = verify(tampering.database)
            assert any(
                f"previous is {row['id']}" in line or f"last_entry is {row['id']}" in line
                for line in lines
            ), lines
        finally:
            names = ", ".join(row)
            places = ", ".join("?" * len(row))
            assert tampering.execute(
                f"INSERT INTO entry ({names}) VALUES ({places})", [*row.values()]
            )
    assert verify(tampering.database)[1] == []


@pytest.mark.parametrize("table", ["account", "activity", "lot", "lot_use", "score", "inbox"])
def test_a_row_that_is_missing_is_missed(tampering: Tampering, table: str) -> None:
    for row in [row for row in tampering.rows(table) if row.get("outcome") != "nothing"][:6]:
        if table == "lot" and not row["remaining"]:
            continue  # an empty lot says nothing
        if table == "inbox" and row["activity"] is None:
            continue
        where = " AND ".join(f"{key} = ?" for key in row if row[key] is not None)
        values = [value for value in row.values() if value is not None]
        assert tampering.execute(f"DELETE FROM {table} WHERE {where}", values)
        try:
            assert verify(tampering.database)[1]
        finally:
            places = ", ".join("?" * len(row))
            tampering.execute(
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({places})", [*row.values()]
            )
    assert verify(tampering.database)[1] == []


def test_a_balance_is_told_beside_what_the_entries_give(tampering: Tampering) -> None:
    row = _of(tampering, "account", member=2)
    with tampering.changed("account", row, "balance", row["balance"] + 7):
        _, lines = verify(tampering.database)
    assert f"account 2: balance is {row['balance'] + 7}, its entries give 68" in lines


def test_a_lot_that_expires_before_the_first_expiry_is_found(tampering: Tampering) -> None:
    row = _of(tampering, "account", member=2)
    with tampering.changed("account", row, "first_expiry", "2026-11-16"):
        _, lines = verify(tampering.database)
    assert lines == ["account 2: first_expiry is 2026-11-16, its first lot expires on 2026-11-15"]


def test_points_moved_between_two_lots_are_found(tampering: Tampering) -> None:
    one, other = _of(tampering, "lot", remaining=15), _of(tampering, "lot", remaining=35)
    with (
        tampering.changed("lot", one, "remaining", 16),
        tampering.changed("lot", other, "remaining", 34),
    ):
        _, lines = verify(tampering.database)
    assert lines == [
        "lot 2026-11-15 of member 2: remaining is 16, its entries give 15",
        "lot 2026-11-16 of member 2: remaining is 34, its entries give 35",
    ]


def test_a_spend_that_passed_over_an_earlier_lot_is_found(tampering: Tampering) -> None:
    """Entry 11 took 10 of each of two lots; here it takes one more of the later one."""
    uses = [row for row in tampering.rows("lot_use") if row["entry"] == 11]
    with (
        tampering.changed("lot_use", uses[2], "points", -9),
        tampering.changed("lot_use", uses[3], "points", -11),
    ):
        _, lines = verify(tampering.database)
    assert any(line.startswith("entry 11: its lot uses are not") for line in lines), lines


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("activity", "room", 2),
        ("activity", "room", 99),
        ("inbox", "message", "m99"),
        ("inbox", "channel", "other"),
        ("inbox", "at", 1),
        ("identity", "member", 99),
        ("member", "home_room", 99),
        ("presence", "room", 99),
        ("presence", "member", 99),
        ("presence", "inviter", 99),
        ("note", "entry", 99),
        ("note", "entry", 1),
        ("community", "clock_at", 1),
        ("community", "programme", "{}"),
    ],
)
def test_a_row_that_names_what_is_not_there_is_found(
    tampering: Tampering, table: str, column: str, value: object
) -> None:
    rows = [row for row in tampering.rows(table) if table != "inbox" or row["activity"]]
    rows = [row for row in rows if row.get("outcome") != "nothing"]
    with tampering.changed(table, rows[0], column, value) as is_done:
        assert is_done
        assert verify(tampering.database)[1]


def test_an_entry_taken_back_twice_is_found(sample: Database) -> None:
    """A spend of 30 that is given back in entry 15, and once more."""
    tampering = Tampering(sample)
    [again] = [row["id"] for row in tampering.rows("entry") if row["kind"] == "expiry"][-1:]
    assert tampering.execute(
        "UPDATE entry SET kind = 'reversal', reverses = 11, points = 1 WHERE id = ?", [again]
    )
    _, lines = verify(sample)
    assert "entry 11: more is taken back than it gave, -31 of -30" in lines
    assert f"entry {again}: takes back -1 of entry 11 after -30, which is of -30" in lines


def test_a_reversal_of_another_entry_is_found_where_it_should_not_be(sample: Database) -> None:
    """Entry 16 takes 50 back: not those that entry 11 spent."""
    Tampering(sample).execute("UPDATE entry SET reverses = 11 WHERE id = 16")
    _, lines = verify(sample)
    assert "entry 11: more is taken back than it gave, 20 of -30" in lines


def test_a_ledger_whose_entries_may_come_twice_is_found(postgres_sample: Database) -> None:
    """On SQLite the key is a part of the table."""
    connection = postgres_sample.connect()
    connection.run("ALTER TABLE entry DROP CONSTRAINT entry_once")
    connection.close()
    assert verify(postgres_sample)[1] == ["index entry_once: there is none"]


PARTS = (30, 30, 45, 80, 70, 100)
"""Totals that are asked for one after the other, of a gain of 100: 30, 15, 35 and 20 are taken."""


@pytest.fixture
def parted(ledger: Database) -> tuple[Tampering, list[Row]]:
    """A gain of 100 that was taken back in four parts, between other entries; and the parts."""
    programme = dataclasses.replace(
        PROGRAMME, rules=(*PROGRAMME.rules, Rule("deal", "deal", "成交", 1))
    )
    chat = Chat(ledger, programme, Clock())
    chat("小美", "签到", at="11-01")
    chat("小美", "做deal 100")
    chat("小美", "redeem 40")
    for number, total in enumerate(PARTS):
        chat("店长", f"refund 2 {total}", at=f"11-02 09:0{number}")
        chat("小明", "签到", at=f"11-0{number + 2} 10:00")
        chat.move_to("11-02 09:00")
    chat.bot.stop()
    tampering = Tampering(ledger)
    parts = [row for row in tampering.rows("entry") if row["kind"] == "reversal"]
    return tampering, parts


def test_parts_say_what_is_taken_after_them(parted: tuple[Tampering, list[Row]]) -> None:
    tampering, parts = parted
    assert [(row["points"], row["key"]) for row in parts] == [
        (-30, "reversal:2/30"),
        (-15, "reversal:2/45"),
        (-35, "reversal:2/80"),
        (-20, "reversal:2/100"),
    ]
    assert verify(tampering.database)[1] == []


@pytest.mark.parametrize(
    "column", [name for name in columns_of("entry") if name not in ("community", "id")]
)
def test_a_changed_part_is_found_at_its_row(
    parted: tuple[Tampering, list[Row]], column: str
) -> None:
    tampering, parts = parted
    for row in parts if tampering.database.is_sqlite else parts[1:2]:
        value = flipped(row[column], "entry", column)
        with tampering.changed("entry", row, column, value) as is_done:
            if is_done:
                _, lines = verify(tampering.database)
                broken = [line for line in lines if "its hash" in line]
                assert any(line.startswith(f"entry {row['id']}: ") for line in broken), lines


@pytest.mark.parametrize(
    ("part", "changes", "line"),
    [
        (1, {"key": "reversal:2/46"}, "key is reversal:2/46, what is taken back of entry 2 gives"
         " reversal:2/45"),
        (0, {"key": "reversal:2"}, "key is reversal:2, what is taken back of entry 2 gives"
         " reversal:2/30"),
        (3, {"points": -21, "key": "reversal:2/101"},
         "takes back 21 of entry 2 after 80, which is of 100"),
        (3, {"points": 20, "key": "reversal:2/60"},
         "takes back -20 of entry 2 after 80, which is of 100"),
        (0, {"reverses": 1, "key": "reversal:1/30"}, "takes back 30 of entry 1, which is of 5"),
    ],
)  # fmt: skip
def test_parts_that_do_not_add_up_are_found(
    parted: tuple[Tampering, list[Row]], part: int, changes: Row, line: str
) -> None:
    tampering, parts = parted
    row = parts[part]
    assert tampering.update("entry", row, {**row, **changes})
    _, lines = verify(tampering.database)
    assert f"entry {row['id']}: {line}" in lines


def test_a_part_from_another_lot_than_its_own_is_found(
    parted: tuple[Tampering, list[Row]],
) -> None:
    """The first part took 30 of the order's lot; here one of them from the lot of a later day."""
    tampering, parts = parted
    [use] = [row for row in tampering.rows("lot_use") if row["entry"] == parts[0]["id"]]
    assert tampering.update("lot_use", use, {**use, "points": -29})
    assert tampering.execute(
        "INSERT INTO lot_use (community, entry, expires_on, points) VALUES (1, ?, ?, -1)",
        [use["entry"], "2026-11-20"],
    )
    _, lines = verify(tampering.database)
    assert any(line.startswith(f"entry {use['entry']}: its lot uses are") for line in lines), lines


@pytest.mark.parametrize("table", ["entry", "activity", "lot_use"])
def test_a_trigger_that_is_gone_is_missed(sample: Database, table: str) -> None:
    connection = sample.connect()
    if sample.is_sqlite:
        connection.run(f"DROP TRIGGER {table}_no_delete")
    else:
        connection.run(f"ALTER TABLE {table} DISABLE TRIGGER {table}_no_change")
    connection.close()
    _, lines = verify(sample)
    assert [line.partition(" refuses")[0] for line in lines] == [f"table {table}: no trigger"]


def test_a_table_that_takes_any_type_is_found(sqlite_sample: Database) -> None:
    connection = sqlite_sample.connect()
    connection.run("ALTER TABLE note RENAME TO strict_note")
    connection.run("CREATE TABLE note (community, entry, text)")
    connection.run("INSERT INTO note SELECT * FROM strict_note")
    connection.run("DROP TABLE strict_note")
    connection.close()
    assert verify(sqlite_sample)[1] == ["table note: is not STRICT and WITHOUT ROWID"]


def test_a_sequence_that_would_give_an_id_again_is_found(postgres_sample: Database) -> None:
    connection = postgres_sample.connect()
    connection.rows("SELECT setval('entry_id_seq', 5)")
    connection.close()
    assert verify(postgres_sample)[1] == ["sequence entry_id_seq: is at 5, the highest id is 24"]


def test_a_tag_of_nobody_and_a_budget_of_no_community_are_found(sample: Database) -> None:
    tampering = Tampering(sample)
    tampering.execute("UPDATE tag SET member = 99 WHERE tag = 'VIP'")
    tampering.execute("INSERT INTO budget (community, campaign, points) VALUES (7, 'sale', 1)")
    assert verify(sample)[1] == [
        "tag VIP: member is 99, and no member has that id",
        "budget sale: there is no community 7",
    ]


def test_a_damaged_page_is_reported_and_nothing_raises(sqlite_sample: Database) -> None:
    path = sqlite_sample.path
    assert path is not None
    with closing(sqlite3.connect(path)) as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [(page,)] = driver.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'")
        [(size,)] = driver.execute("PRAGMA page_size")
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * 64)
    count, lines = verify(sqlite_sample)
    assert count == 0
    assert lines
    assert all(line.startswith("integrity_check: ") for line in lines)


def test_a_ledger_that_is_written_to_meanwhile_is_right_at_every_look(sample: Database) -> None:
    chat = Chat(sample, PROGRAMME, Clock())
    stopped = threading.Event()
    failed: list[BaseException] = []

    def write() -> None:
        number = 0
        try:
            while not stopped.is_set():
                number += 1
                chat(f"新{number}", "签到", id=f"n{number}", at="12-01 09:00")
        except BaseException as error:
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        looks = [verify(sample) for _ in range(12)]
    finally:
        stopped.set()
        writer.join()
        chat.bot.stop()
    assert not failed
    assert [lines for _, lines in looks] == [[]] * 12
    counts = [count for count, _ in looks]
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_each_community_is_recounted_by_itself(sample: Database) -> None:
    """What belongs to a community that there is not is named, whatever table it is in."""
    tampering = Tampering(sample)
    tampering.execute("UPDATE score SET community = 2 WHERE member = 1")
    _, lines = verify(sample)
    assert any("there is no community 2" in line for line in lines)


def test_the_first_hundred_differences_are_named_and_the_rest_counted() -> None:
    found = Found()
    for number in range(MOST + 50):
        found.say(f"row {number}")
    assert len(found.lines()) == MOST + 1
    assert found.lines()[-1] == "… and 50 more"


def test_the_verb_prints_differences_and_leaves_with_1(sqlite_sample: Database) -> None:
    Tampering(sqlite_sample).execute("UPDATE lot SET remaining = 36 WHERE remaining = 35")
    done = bot("verify", "--db", sqlite_sample.url)
    assert done.returncode == 1
    assert done.stdout.decode().splitlines() == [
        "community 1: its balances come to 68, its lots 69",
        "lot 2026-11-16 of member 2: remaining is 36, its entries give 35",
    ]
    assert done.stderr == b""


def _is_fact(table: str, row: Row, column: str) -> bool:
    """Whether this row alone says it, unlike the others of its table."""
    if table == "activity" and row["outcome"] == "refused" and row["kind"] != "checkin":
        return column in ("day", "member", "key")
    if table == "activity" and row["outcome"] == "nothing":
        return column in ("at", "day", "member", "key", "room")
    if table == "activity" and column == "at":  # of what the shop told, and of what has waited
        return row["channel"] == "shop" or row["kind"] == "invite"
    if table == "activity" and column == "room":
        return row["outcome"] == "refused" or row["room"] is None
    return False


def _few(table: str, rows: list[Row]) -> list[Row]:
    """One row of each kind, where there are kinds."""
    kinds = {row.get("kind", 0) if table == "entry" else 0: row for row in reversed(rows)}
    return [*kinds.values()]


def _of(tampering: Tampering, table: str, **wanted: object) -> Row:
    return next(row for row in tampering.rows(table) if wanted.items() <= row.items())


def _names(table: str, row: Row) -> list[str]:
    """How the lines begin that may speak of a row."""
    match table:
        case "account":
            return [f"account {row['member']}:", f"member {row['member']}: id is"]
        case "lot":
            return [f"lot {row['expires_on']} of member {row['member']}:", "lot "]
        case "lot_use":
            return [f"entry {row['entry']}:", f"lot_use {row['entry']}:"]
        case "score":
            return [
                f"score {row['day']} of room {row['room']} and member {row['member']}:",
                f"score {row['day']}: there is no community",
            ]
        case "activity":
            return [f"activity {row['id']}:", f"entry {row['entry']}:", "waiting "]
        case "entry" | "member" | "note":
            return [f"{table} {row.get('id', row.get('entry'))}:"]
    return [""]


def test_a_deed_that_could_not_be_judged_again_is_found(tampering: Tampering) -> None:
    row = tampering.rows("activity")[0]
    with tampering.changed("activity", row, "facts", '{"units":"many"}') as done:
        assert done
        [line] = verify(tampering.database)[1]
    assert line == f'activity {row["id"]}: what it was cannot be read: {{"units":"many"}}'
