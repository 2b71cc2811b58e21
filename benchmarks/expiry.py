"""A million lots of a million members that expire in one night, and how the bot answers
meanwhile."""

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles

from benchmarks.checkins import copy, flat
from benchmarks.community import HandClock, checkins, open_app, some
from benchmarks.figure import Figure
from benchmarks.large_community import NUMBERS, PEOPLE
from benchmarks.workplace import workplace
from bot.extend import Said
from bot.points.chain import GENESIS
from config.loader import load_preset
from store.database import Database
from store.schema import ensure

MEMBERS = 1_000_000
LAST_DAY = "2027-07-31"
EVENING = datetime(2027, 7, 31, 15, 0, tzinfo=UTC)
NIGHT = datetime(2027, 7, 31, 16, 20, tzinfo=UTC)
"""00:20 in Shanghai: the job of 00:10 is due."""
EVERY_S = 0.02
"""Between two check-ins: 50 a second."""
GAINS = (
    "INSERT INTO entry (community, id, member, kind, points, rule, key, at, day, expires_on,"
    " balance, debt, why, previous, hash)"
    " SELECT 1, i, i, 'accrual', 5, 'checkin', 'checkin:' || i, 0, '2026-07-31', ?, 5, 0, '{}',"
    " 0, ? FROM number ORDER BY i",
    "INSERT INTO account (community, member, balance, debt, qualifying, qualifying_entry, run,"
    " counters, first_expiry, last_entry, last_at, head)"
    " SELECT 1, i, 5, 0, 5, i, 0, '{}', ?, i, 0, ? FROM number ORDER BY i",
)


def expiry(runs: int) -> list[Figure]:
    """The nightly job from its first lot to its last, with check-ins beside it."""
    with workplace() as folder:
        start = folder / "start.db"
        prepare(start, MEMBERS)
        found = [
            asyncio.run(night(copy(folder, start, "bot.db"), MEMBERS, run)) for run in range(runs)
        ]
    note = f"{MEMBERS:,} members, {1 / EVERY_S:.0f} check-ins a second beside it"
    cuts = [quantiles(taken, n=100) for _, taken in found]
    return [
        Figure.of(
            "nightly expiry, 1,000,000 lots", [seconds for seconds, _ in found], "s",
            must=60, aim=40, better="less", note=note,
        ),
        Figure.of("a check-in meanwhile, p50", [c[49] * 1e3 for c in cuts], "ms", better="less"),
        Figure.of(
            "a check-in meanwhile, p99", [cut[98] * 1e3 for cut in cuts], "ms",
            must=200, aim=100, better="less",
        ),
    ]  # fmt: skip


def prepare(path: Path, members: int) -> None:
    """A community in which everybody holds one lot, which can be spent for the last time on
    LAST_DAY. Of the entries it has no more than their table demands."""
    database = Database(f"sqlite:///{path}")
    ensure(database)
    connection = database.connect()
    connection.begin()
    connection.run(NUMBERS, members)
    for statement in PEOPLE:
        connection.run(statement)
    for statement in GAINS:
        connection.run(statement, LAST_DAY, GENESIS)
    connection.run(
        "INSERT INTO lot (community, expires_on, member, remaining)"
        " SELECT community, first_expiry, member, balance FROM account ORDER BY member"
    )
    connection.commit()
    connection.close()
    flat(path)


async def night(path: Path, members: int, run: int) -> tuple[float, list[float]]:
    """Seconds that the job takes, and that each check-in beside it takes from its due moment to
    its reply."""
    clock = HandClock(EVENING)
    app, replies = await open_app(Database(f"sqlite:///{path}"), load_preset("standard"), clock)
    messages = checkins(some(members, members, run), NIGHT, f"n{run}")
    clock.at = NIGHT
    due: dict[str, float] = {}
    taken: list[float] = []

    def answered(said: Said) -> None:
        taken.append(time.perf_counter() - due[said.cause])

    replies.on_reply = answered
    began = time.perf_counter()
    job = asyncio.ensure_future(app.advance())
    for number, message in enumerate(messages):
        due[message.id] = began + number * EVERY_S
        await asyncio.wait({job}, timeout=max(0, due[message.id] - time.perf_counter()))
        if job.done():
            break
        app.receive(message)
    seconds = time.perf_counter() - began
    await app.stop()
    return seconds, taken
