"""Durable check-ins through the whole path, beside raw `sqlite3` writing the very same rows."""

import asyncio
import os
import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from statistics import median

from benchmarks.community import START, HandClock, Pace, checkins, create, flood, open_app, some
from benchmarks.figure import Figure
from benchmarks.raw_sqlite import Rows, commit_times, durable, raw, wal_kept, wal_pages
from benchmarks.workplace import workplace
from bot.points.types import Programme
from config.loader import load_preset
from store.database import Database

MEMBERS = 100_000
CHECKINS = 20_000
IN_FLIGHT = 1_000
ALONE = 300


@dataclass(frozen=True)
class Measured:
    """Ours and raw, of each run."""

    batches: list[tuple[Pace, float]]
    few: list[Pace]
    """Ours with the fewest rules, each measured beside the one above."""
    alone: list[tuple[float, float]]
    pages: tuple[float, float]


@cache
def measured(runs: int) -> Measured:
    """1,000 in flight, and one alone; the raw side writes into a copy made before."""
    with workplace() as folder:
        start = folder / "start.db"
        create(f"sqlite:///{start}", MEMBERS)
        flat(start)
        batches, few = list[tuple[Pace, float]](), list[Pace]()
        for run in range(runs):
            batches.append(_batches(folder, start, run))
            few.append(_with_few_rules(folder, start, run))
        return Measured(
            batches,
            few,
            [_alone(folder, start, run) for run in range(runs)],
            _pages(folder, start),
        )


def throughput(runs: int) -> list[Figure]:
    """The whole path beside raw sqlite3."""
    found = measured(runs)
    batches, few = found.batches, found.few
    alone, (pages, raw_pages) = found.alone, found.pages
    note = f"{CHECKINS:,} by members of {MEMBERS:,} in random order, {IN_FLIGHT:,} in flight"
    rates = [CHECKINS / ours.wall_s for ours, _ in batches]
    raw_rates = [CHECKINS / theirs for _, theirs in batches]
    return [
        Figure.of("check-ins, whole path", rates, "/s", note=note),
        Figure.of("raw sqlite3, the same rows", raw_rates, "/s"),
        Figure.of(
            "check-ins against raw sqlite3",
            [theirs / ours.wall_s for ours, theirs in batches],
            must=0.30, aim=0.50,
        ),
        Figure.of(
            "the same with two rules alone",
            [CHECKINS / theirs.wall_s for theirs in few],
            "/s", note="check-in and streak: no other rule, tier, cap or campaign",
        ),
        Figure.of(
            "the whole programme against those two",
            [theirs.wall_s / ours.wall_s for (ours, _), theirs in zip(batches, few, strict=True)],
            must=0.80,
        ),
        Figure.of(
            "the same by CPU time",
            [theirs.cpu_s / ours.cpu_s for (ours, _), theirs in zip(batches, few, strict=True)],
        ),
        Figure.of("WAL pages a check-in", [pages], must=3.0, aim=1.8, better="less"),
        Figure.of("WAL pages a check-in, raw sqlite3", [raw_pages], better="less"),
        Figure.of(
            "CPU a check-in",
            [ours.cpu_s / CHECKINS * 1e6 for ours, _ in batches],
            "µs", must=200, aim=110, better="less",
        ),
        Figure.of("one alone, p50", [ours * 1e3 for ours, _ in alone], "ms", better="less"),
        Figure.of("one raw commit, p50", [raw * 1e3 for _, raw in alone], "ms", better="less"),
        Figure.of(
            "one alone against one raw commit",
            [ours / theirs for ours, theirs in alone],
            "×", must=3.0, aim=2.0, better="less",
        ),
    ]  # fmt: skip


def growth(runs: int) -> list[Figure]:
    """The same check-ins in communities of three sizes."""
    figures: list[Figure] = []
    for members in (1_000, 100_000, 1_000_000):
        count = min(members, CHECKINS)
        with workplace() as folder:
            start = folder / "start.db"
            create(f"sqlite:///{start}", members)
            flat(start)
            paces = [
                asyncio.run(
                    whole_path(
                        copy(folder, start, "ours.db"),
                        some(members, count, run),
                        IN_FLIGHT,
                        f"g{run}",
                    )
                )
                for run in range(runs)
            ]
        rates = [count / pace.wall_s for pace in paces]
        figures.append(Figure.of(f"check-ins, {members:,} members", rates, "/s"))
    return figures


def flat(path: Path) -> None:
    """Leaves the database in one file."""
    with closing(durable(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def copy(folder: Path, start: Path, name: str) -> Path:
    """A fresh copy, written through to the disk, so that no run pays for it."""
    path = folder / name
    for suffix in ("", "-wal", "-shm"):
        Path(f"{path}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(start, path)
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path


async def whole_path(
    path: Path, members: list[int], in_flight: int, label: str, programme: Programme | None = None
) -> Pace:
    """The bot as it runs, on this file; by the standard programme unless another is given."""
    clock = HandClock(START + timedelta(hours=9))
    rules = programme or load_preset("standard")
    app, replies = await open_app(Database(f"sqlite:///{path}"), rules, clock)
    messages = list(checkins(members, clock.at, label))
    pace = await flood(app, replies, messages, in_flight)
    await app.stop()
    return pace


def few_rules() -> Programme:
    """The standard programme's check-in and its streak, and nothing else that is judged."""
    standard = load_preset("standard")
    rules = tuple(rule for rule in standard.rules if rule.on == "checkin")
    return Programme(
        standard.name, standard.version, standard.zone, rules, valid_days=standard.valid_days
    )


def _batches(folder: Path, start: Path, run: int) -> tuple[Pace, float]:
    members = some(MEMBERS, CHECKINS, run)
    ours = copy(folder, start, "ours.db")
    pace = asyncio.run(whole_path(ours, members, IN_FLIGHT, f"run{run}"))
    theirs = copy(folder, start, "theirs.db")
    return pace, raw(theirs, written(ours, start), IN_FLIGHT, checkins=CHECKINS)


def _with_few_rules(folder: Path, start: Path, run: int) -> Pace:
    path, members = copy(folder, start, "ours.db"), some(MEMBERS, CHECKINS, run)
    return asyncio.run(whole_path(path, members, IN_FLIGHT, f"run{run}", few_rules()))


def _alone(folder: Path, start: Path, run: int) -> tuple[float, float]:
    """Seconds of one check-in with nothing beside it, message to reply; and of one raw commit."""
    ours = copy(folder, start, "ours.db")
    times = asyncio.run(_one_by_one(ours, some(MEMBERS, ALONE, run), run))
    theirs = copy(folder, start, "theirs.db")
    return median(times), median(commit_times(theirs, written(ours, start), 1, checkins=ALONE))


async def _one_by_one(path: Path, members: list[int], run: int) -> list[float]:
    clock = HandClock(START + timedelta(hours=9))
    app, replies = await open_app(Database(f"sqlite:///{path}"), load_preset("standard"), clock)
    paces = [
        await flood(app, replies, [message], 1)
        for message in checkins(members, clock.at, f"alone{run}")
    ]
    await app.stop()
    return [pace.wall_s for pace in paces]


def _pages(folder: Path, start: Path) -> tuple[float, float]:
    """WAL pages a check-in, ours and raw; exact, and the same in every run."""
    ours, members = copy(folder, start, "ours.db"), some(MEMBERS, CHECKINS)
    with wal_kept(ours):
        asyncio.run(whole_path(ours, members, IN_FLIGHT, "pages"))
        pages = wal_pages(ours)
    theirs = copy(folder, start, "theirs.db")
    rows = written(ours, start)
    with wal_kept(theirs):
        raw(theirs, rows, IN_FLIGHT, checkins=CHECKINS)
        return pages / CHECKINS, wal_pages(theirs) / CHECKINS


def written(ours: Path, start: Path) -> Rows:
    """The rows that the bot wrote, in the order of its entries, with what writes them."""
    rows: dict[str, tuple[str, list[tuple[object, ...]]]] = {}
    with closing(sqlite3.connect(ours)) as connection:
        connection.execute("ATTACH ? AS start", (str(start),))
        for table in ("entry", "activity", "inbox", "lot", "score", "account"):
            columns = len(connection.execute(f"PRAGMA table_info({table})").fetchall())
            places = ", ".join("?" * columns)
            found = connection.execute(
                f"SELECT * FROM main.{table} EXCEPT SELECT * FROM start.{table}"
            ).fetchall()
            rows[table] = (f"INSERT OR REPLACE INTO {table} VALUES ({places})", found)
        order = dict(connection.execute("SELECT member, min(id) FROM entry GROUP BY member"))
        message = dict(connection.execute("SELECT message, id FROM activity"))
    keys = {
        "entry": lambda row: row[1], "activity": lambda row: row[1],
        "inbox": lambda row: message[row[2]], "lot": lambda row: order[row[2]],
        "score": lambda row: order[row[3]], "account": lambda row: order[row[1]],
    }  # fmt: skip
    return {table: (sql, sorted(found, key=keys[table])) for table, (sql, found) in rows.items()}
