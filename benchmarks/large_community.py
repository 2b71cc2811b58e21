"""A community of a million members and five million entries, written by SQL: what boards read, and
no more of an entry than its table demands.

Everybody was paid on the last five days of July, and the 500 of the first room on every day of it.
"""

from benchmarks.community import CHANNEL, ROOM_SIZE
from store.database import Connection, Database

MEMBERS = 1_000_000
DAYS = tuple(f"2026-07-{day:02d}" for day in range(1, 32))
LAST_DAY = DAYS[-1]
EVERYBODY_FROM = 26
"""The first day, counted from 0, on which all were paid."""

NUMBERS = (
    "CREATE TEMPORARY TABLE number AS WITH RECURSIVE counted(i) AS ("
    " SELECT CAST(1 AS BIGINT) UNION ALL SELECT i + 1 FROM counted WHERE i < ?)"
    " SELECT i FROM counted"
)
HOME = f"(i - 1) / {ROOM_SIZE} + 1"
PEOPLE = (
    f"INSERT INTO room (community, id, channel, external_id)"
    f" SELECT 1, i, '{CHANNEL}', 'r' || (i - 1) FROM number WHERE i <= {MEMBERS // ROOM_SIZE}",
    "INSERT INTO member (community, id, name, joined_at, newcomer, home_room)"
    f" SELECT 1, i, '会员' || i, 0, 0, {HOME} FROM number ORDER BY i",
    "INSERT INTO identity (community, channel, external_id, member)"
    f" SELECT 1, '{CHANNEL}', 'u' || i, i FROM number ORDER BY 3",
    "INSERT INTO presence (community, room, member, joined_at)"
    f" SELECT 1, {HOME}, i, 0 FROM number ORDER BY i",
)


def fill(database: Database) -> None:
    """Writes it into an empty database, and tells PostgreSQL what it holds."""
    connection = database.connect()
    if connection.is_sqlite:
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000"):
            connection.rows(f"PRAGMA {pragma}")
    else:
        connection.run("SET work_mem = '128MB'")
    connection.begin()
    connection.run(
        "INSERT INTO community (id, created_at, clock_at, programme) VALUES (1, 0, 0, '')"
    )
    connection.run(NUMBERS, MEMBERS)
    for statement in PEOPLE:
        connection.run(statement)
    first = 0
    for day in range(len(DAYS)):
        first += _pay(connection, day, first)
    _open_accounts(connection, first)
    connection.commit()
    if connection.is_sqlite:
        connection.rows("PRAGMA journal_mode = WAL")
    else:
        for table, last in (("room", MEMBERS), ("member", MEMBERS), ("entry", first)):
            connection.rows("SELECT setval(?::regclass, ?)", f"{table}_id_seq", last)
        connection.run("ANALYZE")
    connection.close()


def _pay(connection: Connection, day: int, first: int) -> int:
    """One entry each on one day, with its score; how many."""
    count = MEMBERS if day >= EVERYBODY_FROM else ROOM_SIZE
    connection.run(
        "INSERT INTO entry (community, id, member, kind, points, rule, key, at, day, expires_on,"
        " room, balance, debt, why, previous, hash)"
        f" SELECT 1, ? + i, i, 'accrual', {_points(day)}, 'checkin',"
        f" '{day:02d}/' || (10000000 + i), ?, '{DAYS[day]}', '2027-07-31',"
        f" {HOME}, {_points(day)}, 0, '', 0, ? FROM number WHERE i <= ? ORDER BY i",
        first, 0, b"", count,
    )  # fmt: skip
    connection.run(
        "INSERT INTO score (community, day, room, member, points, entry)"
        f" SELECT 1, '{DAYS[day]}', {HOME}, i, {_points(day)}, ? + i FROM number"
        " WHERE i <= ? ORDER BY i",
        first, count,
    )  # fmt: skip
    return count


def _open_accounts(connection: Connection, entries: int) -> None:
    of_all = " + ".join(_points(day) for day in range(EVERYBODY_FROM, len(DAYS)))
    of_room = " + ".join(_points(day) for day in range(len(DAYS)))
    points = f"CASE WHEN i <= {ROOM_SIZE} THEN {of_room} ELSE {of_all} END"
    connection.run(
        "INSERT INTO account (community, member, balance, debt, qualifying, qualifying_entry, run,"
        " run_on, total_days, counters, first_expiry, last_entry, last_at, head)"
        f" SELECT 1, i, {points}, 0, {points}, ? + i, 5, '{LAST_DAY}', 5,"
        f" '{{\"checkin\":[\"{LAST_DAY}\",1,5,\"2026-07\",5,25,5,25]}}', '2027-07-31', ? + i, 0, ?"
        " FROM number ORDER BY i",
        entries - MEMBERS, entries - MEMBERS, bytes(32),
    )  # fmt: skip


def _points(day: int) -> str:
    """1 to 200, different for everybody and every day."""
    return f"(1 + (i * 7919 + {day * 104_729} + i / 97 * 31) % 200)"
