"""How many check-ins a second nonebot2 with its ORM plugin posts durably, at its best.

    .venv-bench/bin/python benchmarks/nonebot_checkin.py --members 2000 --db FILE

prints one line of JSON. Whatever could be tuned without leaving the way such a bot is written is
tuned in its favour: the events are built beforehand, the log has no sink, nobody else is in the
database, uvloop where there is one, and the best of several numbers of events in flight counts.
WAL with synchronous=FULL as ours. One connection: SQLite has one writer, and a second connection
only waits for it in sleeps; so no check-in ever fails on a locked database, and the driver may
leave BEGIN to the first write.
"""

# nonebot2 lives in .venv-bench only, so a type check in .venv does not see it.
# mypy: disable-error-code=import-not-found
# mypy: disallow-subclassing-any=False, disallow-untyped-decorators=False

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from importlib import import_module
from importlib.metadata import version
from itertools import count
from pathlib import Path
from time import perf_counter, process_time
from types import ModuleType
from zoneinfo import ZoneInfo

import nonebot
from nonebot.adapters.onebot.v11 import Adapter, Bot, GroupMessageEvent, Message
from nonebot.adapters.onebot.v11.event import Sender
from nonebot.message import handle_event
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import func, select
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

IN_FLIGHT = (1, 4, 16, 64, 256)
"""Events handled at once; each number is tried on a fifth of the members, the best in full."""

FIRST_DAY = date(2030, 1, 1)
ZONE = ZoneInfo("Asia/Shanghai")
GROUP_ID = 20_000
BOT_ID = 10_000
VERSIONS = ("nonebot2", "nonebot-plugin-orm", "nonebot-adapter-onebot", "sqlalchemy", "aiosqlite")


class CountingBot(Bot):
    """A bot that sends nothing and counts what it would have sent."""

    sent = 0

    async def send(self, event: object, message: object, **kwargs: object) -> None:  # noqa: ARG002
        self.sent += 1


@dataclass
class Book:
    """What the ledger must say, kept apart from the code under test."""

    streak: dict[int, int]
    last_on: dict[int, date]
    points: dict[int, int] = field(default_factory=dict)
    entries: int = 0

    def check_in(self, user_id: int, day: date) -> None:
        followed = self.last_on.get(user_id) == day - timedelta(days=1)
        self.streak[user_id] = self.streak.get(user_id, 0) + 1 if followed else 1
        self.last_on[user_id] = day
        earned = 35 if self.streak[user_id] % 7 == 0 else 5
        self.points[user_id] = self.points.get(user_id, 0) + earned
        self.entries += 1


@dataclass(frozen=True)
class Round:
    """One measured round of check-ins."""

    in_flight: int
    checkins: int
    seconds: float
    cpu_seconds: float

    @property
    def per_s(self) -> float:
        return self.checkins / self.seconds


def main() -> None:
    """Measure, verify, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--members", type=int, default=2000)
    parser.add_argument("--db", type=Path, required=True, help="a file that is replaced")
    args = parser.parse_args()
    for suffix in ("", "-wal", "-shm"):
        Path(f"{args.db}{suffix}").unlink(missing_ok=True)
    engine = one_connection(args.db)
    plugin = load_plugin(engine, args.db.parent)
    with asyncio.Runner(loop_factory=fastest_loop()) as runner:
        tried, full = runner.run(measure(plugin, engine, args.members))
    result = {
        "checkins": full.checkins,
        "seconds": round(full.seconds, 3),
        "per_s": round(full.per_s, 1),
        "concurrency": full.in_flight,
        "cpu_us": round(full.cpu_seconds / full.checkins * 1e6),
        "tried": {one.in_flight: round(one.per_s, 1) for one in tried},
        "versions": {name: version(name) for name in VERSIONS},
    }
    sys.stdout.write(json.dumps(result) + "\n")


def fastest_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it is installed, else asyncio's own."""
    with suppress(ImportError):
        new_loop: Callable[[], asyncio.AbstractEventLoop] = import_module("uvloop").new_event_loop
        return new_loop
    return None


def one_connection(path: Path) -> AsyncEngine:
    """An engine as durable as ours that sends no idle ROLLBACK after a COMMIT."""
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        pool_size=1,
        max_overflow=0,
        pool_timeout=3600,
        pool_reset_on_return=None,
    )

    @sqlalchemy_event.listens_for(engine.sync_engine, "connect")
    def make_durable(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    return engine


def load_plugin(engine: AsyncEngine, folder: Path) -> ModuleType:
    """Start nonebot2 without a server, silently, and load the check-in as the plugin it is."""
    nonebot.logger.remove()
    nonebot.init(
        driver="~none",
        log_level="CRITICAL",
        sqlalchemy_database_url=engine,
        localstore_data_dir=folder / "localstore",
    )
    loaded = nonebot.load_plugin("nonebot_checkin_plugin")
    if loaded is None:
        raise SystemExit("nonebot2 did not load the check-in plugin")
    module: ModuleType = loaded.module
    return module


async def measure(
    plugin: ModuleType, engine: AsyncEngine, members: int
) -> tuple[list[Round], Round]:
    """The trials and the full round, after which every balance is compared with the book."""
    book = await seed(plugin, engine, members)
    bot = CountingBot(Adapter(nonebot.get_driver()), str(BOT_ID))
    days = (FIRST_DAY + timedelta(days=n) for n in count(1))
    strangers = range(members, members + max(members // 20, 1))
    await run_round(bot, book, next(days), strangers, 16)
    trial = range(max(members // 5, 1))
    tried = [await run_round(bot, book, next(days), trial, level) for level in IN_FLIGHT]
    best = max(tried, key=lambda one: one.per_s).in_flight
    day = next(days)
    full = await run_round(bot, book, day, range(members), best)
    await handle_all(bot, [checkin_event(user, day, again=1) for user in trial], best)
    await verify(plugin, engine, book)
    if bot.sent != book.entries + len(trial):
        raise SystemExit(f"{bot.sent} replies to {book.entries + len(trial)} messages")
    await engine.dispose()
    return tried, full


async def seed(plugin: ModuleType, engine: AsyncEngine, members: int) -> Book:
    """Members with streaks of 0 to 6 up to FIRST_DAY, so that a seventh gets the bonus next."""
    from nonebot_plugin_orm import Model, get_session

    book = Book({n: n % 7 for n in range(members)}, dict.fromkeys(range(members), FIRST_DAY))
    async with engine.begin() as connection:
        await connection.run_sync(Model.metadata.create_all)
    async with get_session() as session:
        session.add_all(
            plugin.Member(user_id=str(n), streak=streak, last_checkin_on=FIRST_DAY)
            for n, streak in book.streak.items()
        )
        await session.commit()
    return book


async def run_round(
    bot: CountingBot, book: Book, day: date, users: Sequence[int], in_flight: int
) -> Round:
    """Everybody checks in once; what is measured is from the first event to the last reply."""
    events = [checkin_event(user, day) for user in users]
    started, cpu_started = perf_counter(), process_time()
    await handle_all(bot, events, in_flight)
    seconds, cpu_seconds = perf_counter() - started, process_time() - cpu_started
    for user in users:
        book.check_in(user, day)
    return Round(in_flight, len(events), seconds, cpu_seconds)


async def handle_all(
    bot: CountingBot, events: Sequence[GroupMessageEvent], in_flight: int
) -> None:
    """One task an event, as an adapter does, with so many at once."""
    waiting = iter(events)

    async def work() -> None:
        for event in waiting:
            await asyncio.create_task(handle_event(bot, event))

    await asyncio.gather(*(work() for _ in range(in_flight)))


def checkin_event(user: int, day: date, again: int = 0) -> GroupMessageEvent:
    """签到 in a group, as the OneBot adapter would hand it over."""
    noon = datetime.combine(day, time(12), tzinfo=ZONE)
    return GroupMessageEvent(
        time=int(noon.timestamp()),
        self_id=BOT_ID,
        post_type="message",
        message_type="group",
        sub_type="normal",
        user_id=user,
        group_id=GROUP_ID,
        message_id=((day - FIRST_DAY).days * 2 + again) * 10_000_000 + user,
        message=Message("签到"),
        original_message=Message("签到"),
        raw_message="签到",
        font=0,
        sender=Sender(user_id=user, nickname=f"会员{user}", role="member"),
    )


async def verify(plugin: ModuleType, engine: AsyncEngine, book: Book) -> None:
    """Every balance is the sum of its entries and what the book says; no entry is missing."""
    entries, members = plugin.Entry, plugin.Member
    async with engine.connect() as connection:
        found = await connection.execute(
            select(members.user_id, members.balance, func.sum(entries.points))
            .join(entries, entries.member_id == members.id)
            .group_by(members.id)
        )
        rows = {int(user): (balance, total) for user, balance, total in found}
        total = (await connection.execute(select(func.count()).select_from(entries))).scalar_one()
    if rows != {user: (points, points) for user, points in book.points.items()}:
        raise SystemExit("the balances are not what the check-ins earned")
    if total != book.entries:
        raise SystemExit(f"{total} entries for {book.entries} check-ins")


if __name__ == "__main__":
    main()
