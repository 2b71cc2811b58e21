"""What `simulate` takes for a journal of a million activities, as a process of its own."""

import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.large_community import NUMBERS
from benchmarks.workplace import ROOT, workplace
from bot.clock import to_micros
from bot.points.deed_text import PLAIN, to_text
from bot.points.order import Identity, Item, Order
from bot.points.order_text import to_text as order_to_text
from bot.points.summary import summary_text
from bot.points.types import Activity
from config.loader import load_preset
from store.database import Connection, Database
from store.schema import ensure

MEMBERS = 100_000
DAYS = 9
ORDERS = 50_000
"""Each has two rows: its points wait, and settle a week later."""
FIRST = datetime(2026, 6, 1, 4, tzinfo=UTC)
"""Noon in Shanghai."""
WEEK = 7 * 86_400_000_000
ACTIVITY = (
    "INSERT INTO activity (community, id, at, day, member, kind, key, channel, message, outcome,"
    " entry, programme, facts) "
)
ENTRY = (
    "INSERT INTO entry (community, id, member, kind, points, rule, key, at, day, activity,"
    " balance, debt, why, previous, hash) "
)
RULES = """
[programme]
extends = "standard"
name = "多给一点"
cap_points_daily = 300
capped = ["checkin"]

[[rule]]
id = "checkin"
points = 8
cap_times_weekly = 6

[[rule]]
id = "order"
points = 2

[[campaign]]
id = "friday"
name = "周五双倍"
weekdays = ["周五"]
multiplier = 2
"""


def simulate(runs: int) -> list[Figure]:
    """900,000 check-ins and 50,000 orders, judged by rules with caps and a campaign."""
    with workplace() as folder:
        database = Database(f"sqlite:///{folder / 'bot.db'}")
        ensure(database)
        fill(database)
        (folder / "rules").mkdir()
        (folder / "rules" / "rules.toml").write_text(RULES, "utf-8")
        found = [_simulated(database, folder / "rules") for _ in range(runs)]
    note = f"{MEMBERS * DAYS:,} check-ins and {ORDERS:,} orders of {MEMBERS:,} members"
    return [
        Figure.of(
            "simulate, 1,000,000 activities",
            [seconds for seconds, _ in found],
            "s", must=60, aim=30, better="less", note=note,
        ),
        Figure.of("the same: peak memory", [mb for _, mb in found], "MB", better="less"),
    ]  # fmt: skip


STARTER = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(process.pid, 0)
print(status, usage.ru_maxrss)
"""
"""A small process between: to Linux the peak of a child is at least that of who started it."""


def fill(database: Database) -> None:
    """Writes into an empty database the journal, and of the ledger what is read beside it."""
    connection = database.connect()
    for pragma in ("journal_mode = OFF", "synchronous = OFF"):
        connection.rows(f"PRAGMA {pragma}")
    connection.begin()
    connection.run(
        "INSERT INTO community (id, created_at, clock_at, programme) VALUES (1, 0, ?, ?)",
        to_micros(FIRST) + DAYS * WEEK, summary_text(load_preset("standard")),
    )  # fmt: skip
    connection.run(NUMBERS, MEMBERS)
    connection.run(
        "INSERT INTO member (community, id, name, joined_at, newcomer)"
        " SELECT 1, i, '会员' || i, 0, 0 FROM number"
    )
    for day in range(DAYS):
        _check_in(connection, day)
    _order(connection)
    connection.commit()
    connection.rows("PRAGMA journal_mode = WAL")
    connection.close()


def _check_in(connection: Connection, day: int) -> None:
    """Everybody, one after the other; on the seventh day with the bonus."""
    at = to_micros(FIRST + timedelta(days=day))
    on = (FIRST + timedelta(days=day)).date().isoformat()
    connection.run(
        f"{ACTIVITY} SELECT 1, ? + i, ?, '{on}', i, 'checkin', 'checkin/{on}/' || i, 'bench', i,"
        f" 'accrued', ? + 2 * i, '', '{PLAIN}' FROM number ORDER BY i",
        day * MEMBERS, at, day * 2 * MEMBERS,
    )  # fmt: skip
    for place, rule, points in ((0, "checkin", 5), (1, "checkin_streak", 30)):
        if place == 0 or day == 6:
            connection.run(
                f"{ENTRY} SELECT 1, ? + 2 * i, i, 'accrual', {points}, '{rule}',"
                f" '{rule}:checkin/{on}/' || i, ?, '{on}', ? + i, 0, 0, '', 0, ?"
                " FROM number ORDER BY i",
                day * 2 * MEMBERS + place, at, day * MEMBERS, b"",
            )  # fmt: skip


def _order(connection: Connection) -> None:
    """Orders of 100 yuan in two categories, after the last check-in."""
    paid_at = FIRST + timedelta(days=DAYS)
    on, at = paid_at.date(), to_micros(paid_at)
    items = (Item("A", "美妆", 6_000, 1), Item("B", "数码", 4_000, 1))
    known = Order("O0", Identity("bench", "u1"), None, paid_at, 10_000, items)
    rows = f"SELECT 1, ? + i, ?, '{on}', 2 * i, 'order', 'order/O' || i, 'shop', 'O' || i, ?, ?"
    deeds, entries = DAYS * MEMBERS, 2 * DAYS * MEMBERS + 2
    for place, outcome, later in ((0, "pending", 0), (ORDERS, "accrued", WEEK)):
        connection.run(
            f"{ACTIVITY} {rows}, '', replace(?, 'O0', 'O' || i) FROM number WHERE i <= {ORDERS}",
            deeds + place, at + later, outcome, None, to_text(_activity(on, paid_at)),
        )  # fmt: skip
    connection.run(
        f"{ENTRY} SELECT 1, ? + i, 2 * i, 'accrual', 100, 'order', 'order:order/O' || i, ?,"
        f" '{on}', ? + i, 0, 0, '', 0, ? FROM number WHERE i <= {ORDERS}",
        entries, at + WEEK, deeds + ORDERS, b"",
    )  # fmt: skip
    connection.run(
        "INSERT INTO purchase (community, number, known, member, awards)"
        " SELECT 1, 'O' || i, replace(?, 'O0', 'O' || i), 2 * i,"
        f" '{{\"order:order/O' || i || '\":100}}' FROM number WHERE i <= {ORDERS}",
        order_to_text(known),
    )


def _activity(on: date, at: datetime) -> Activity:
    parts = (("美妆", Decimal(60)), ("数码", Decimal(40)))
    return Activity("order", "", 0, on, at, subject="O0", units=Decimal(100), parts=parts)


def _simulated(database: Database, rules: Path) -> tuple[float, float]:
    """Seconds, and megabytes at most."""
    words = [sys.executable, "-m", "bot", "simulate"]
    words += ["--rules", str(rules), "--db", database.url]
    started = time.perf_counter()
    told = subprocess.check_output([sys.executable, "-c", STARTER, *words], cwd=ROOT, text=True)
    status, peak_kb = map(int, told.split())
    assert status == 0, "simulate failed"
    return time.perf_counter() - started, peak_kb / 1024
