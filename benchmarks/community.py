"""A community of many members, and the bot that serves it: only its channel is ours."""

import asyncio
import os
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice

from benchmarks.workplace import ROOT
from bot.app import dispatch, reader, scheduler
from bot.extend import Channel, Said
from bot.live import App, collect_seldom
from bot.logs import Logs
from bot.observed import Observed
from bot.points.types import Message, Programme
from bot.posting.batch import Presences
from bot.posting.posting import Posting
from bot.sink import Sink
from store.database import Database
from store.ledger import Ledger, Writes
from store.schema import ensure

START = datetime(2026, 6, 1, 0, 0, tzinfo=UTC)
ROOM_SIZE = 500
"""Members of one room."""
CHANNEL = "bench"


@dataclass
class HandClock:
    """Stands until it is moved."""

    at: datetime = START

    def now(self) -> datetime:
        """UTC."""
        return self.at


@dataclass
class Replies(Channel):
    """A channel that counts what it is given."""

    on_reply: Callable[[Said], None] = lambda _: None
    said: int = 0
    name: str = CHANNEL
    texts: list[str] = field(default_factory=list)

    async def start(self, deliver: Callable[[Message], None]) -> None:
        """Messages come from the benchmark."""

    async def send(self, said: Said) -> None:
        """Counts it."""
        self.said += 1
        self.on_reply(said)

    async def stop(self) -> None:
        """Nothing to stop."""


def create(url: str, members: int) -> Database:
    """A database with so many members, in rooms of 500, as the bot itself enrols them."""
    database = Database(url)
    ensure(database)
    connection = database.connect()
    ledger = Ledger(connection, 1)
    rooms = [f"r{number}" for number in range(-(-members // ROOM_SIZE))]
    connection.begin()
    ledger.open_rooms([(CHANNEL, room) for room in rooms])
    ids = ledger.rooms(CHANNEL, rooms)
    connection.commit()
    people = (
        (CHANNEL, f"u{number}", f"会员{number}", 0, 0, ids[f"r{number // ROOM_SIZE}"])
        for number in range(members)
    )
    while chunk := list(islice(people, 20_000)):
        connection.begin()
        ledger.enrol(chunk)
        home = {external: room for _, external, _, _, _, room in chunk}
        found = ledger.members(CHANNEL, list(home))
        present: Presences = {
            (home[external], member): (0, None, None) for external, member, *_ in found
        }
        ledger.write(Writes(presences=present))
        connection.commit()
    connection.close()
    return database


def checkins(members: Sequence[int], day: datetime, label: str) -> Iterator[Message]:
    """One check-in of each of these members, in that order."""
    for number in members:
        yield Message(
            channel=CHANNEL,
            id=f"{label}-{number}",
            room=f"r{number // ROOM_SIZE}",
            sender=f"u{number}",
            sent_at=day,
            sender_name=f"会员{number}",
            text="签到",
        )


def some(members: int, count: int, seed: int = 7) -> list[int]:
    """Different members, in random order."""
    return random.Random(seed).sample(range(members), count)


@dataclass(frozen=True)
class Pace:
    """How long it took, in seconds."""

    wall_s: float
    """Until the last reply was with its channel."""
    cpu_s: float
    """Of the whole process, with what comes after that: counters and logs."""


async def flood(app: App, replies: Replies, messages: Sequence[Message], in_flight: int) -> Pace:
    """Keeps so many messages in flight until all are answered."""
    waiting = iter(messages)
    left = len(messages)
    done = asyncio.Event()
    ended = 0.0

    def answered(_: Said) -> None:
        nonlocal left, ended
        left -= 1
        following = next(waiting, None)
        if following is not None:
            app.receive(following)
        if left == 0:
            ended = time.perf_counter()
            done.set()

    replies.on_reply = answered
    started, cpu = time.perf_counter(), time.process_time()
    for message in islice(waiting, in_flight):
        app.receive(message)
    await done.wait()
    return Pace(ended - started, time.process_time() - cpu)


async def open_app(
    database: Database, programme: Programme, clock: HandClock
) -> tuple[App, Replies]:
    """The bot on this database, with its logs going to a file as they would."""
    replies = Replies()
    log = os.open(ROOT / ".benchmarks" / "bot.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    app = App(
        database=database,
        posting=Posting(database, programme, keeping=[CHANNEL]),
        dispatch=dispatch(),
        scheduler=scheduler(database, programme, clock.now()),
        clock=clock,
        channels=[replies],
        observer=Observed(Logs(Sink(log))),
        read_again=reader("standard", None),
    )
    await app.start()
    collect_seldom()
    return app, replies
