"""The driver of a chat: `chat("小美", "签到")` answers with what the bot said, through the real
dispatch, the real posting and a real database. The clock stands still until it is moved by hand.
"""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import psycopg
import pytest

import handlers.commands
import handlers.recognisers
import scheduled
from bot.app import reader
from bot.clock import to_micros
from bot.dispatch import Dispatch
from bot.extend import Command, Context, Job, Recogniser, collect, command, recogniser
from bot.points.order_body import order_event
from bot.points.reload import ReadAgain
from bot.points.seen import Seen
from bot.points.types import (
    Message,
    MessageKind,
    Person,
    Programme,
    Refusal,
    Reply,
    Role,
    Sighting,
)
from bot.points.wording import REFUSALS
from bot.posting.adjust import redeem
from bot.posting.operation import Operation, Result
from bot.posting.orders import order_operation
from bot.posting.posting import Posting
from bot.posting.reverse import reverse_part
from bot.problems import SAID
from bot.reloading import answer, swap
from bot.rooms import Rooms
from bot.scheduler import Scheduler
from config.loader import load_preset
from store import reports
from store.database import Connection, Database
from store.schema import ensure
from tests.databases import PostgresServer

CHANNEL = "test"
ROOM = "福利群"
START = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
"""Sunday noon in Shanghai."""
SUPERUSER = "超管"


class Clock:
    """Stands still until it is moved; it can be moved back, as a machine's clock can."""

    def __init__(self, at: datetime = START) -> None:
        self._at = at

    def now(self) -> datetime:
        """UTC."""
        return self._at

    def move_to(self, at: datetime) -> None:
        """To an instant, earlier ones too."""
        self._at = at.astimezone(UTC)

    def pass_by(self, **units: float) -> None:
        """Moves on by `seconds`, `minutes`, `hours`, `days`."""
        self._at += timedelta(**units)


@command("redeem", rest=" [1-9][0-9]*", writes=True)
def _redeem(context: Context) -> str:
    """Spending, which no shipped command does yet."""
    turn = context._turn
    spent = redeem(turn, context.member, int(context.rest), f"test/{turn.message.id}")
    return REFUSALS[spent.code] if isinstance(spent, Refusal) else f"{spent.points}"


@command("refund", rest=" [1-9][0-9]* [0-9]+", writes=True)
def _refund(context: Context) -> str:
    """Takes a part back, which no shipped command does: `refund 3 50` leaves 50 points of entry 3
    taken in all."""
    number, total = map(int, context.rest.split())
    cause = f"{CHANNEL}/{context.message.id}"
    taken = reverse_part(context._turn, number, total=total, cause=cause)
    return REFUSALS[taken.code] if isinstance(taken, Refusal) else f"{taken.points}"


DEED = re.compile(
    r"做(?P<kind>[a-z_]+)(?: (?P<units>[0-9.]+))?(?: with (?P<pictures>\d) pictures)?"
    r"(?: about (?P<subject>\S+?)(?P<span> today| ever)?)?"
)


ONCE: dict[str | None, Literal["message", "subject", "subject_day"]] = {
    None: "message", " today": "subject_day", " ever": "subject",
}  # fmt: skip


@recogniser
def _deed(seen: Seen) -> Sighting | None:
    """Any kind of deed, whether something shipped finds it or not: `做share`, `做order 128.50`,
    `做share about 面膜`, the same all day with ` today`, for everybody and always with
    ` ever`; `做review with 2 pictures`."""
    found = DEED.fullmatch(seen.line)
    if found is None:
        return None
    return Sighting(
        found["kind"],
        once=ONCE[found["span"]],
        subject=found["subject"],
        units=Decimal(found["units"] or 1),
        facts={"pictures": found["pictures"]} if found["pictures"] else {},
    )


class Bot:
    """One process of the bot: everything that is lost when it stops."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        recognisers: Sequence[Recogniser] = (),
        rooms: Rooms | None = None,
    ) -> None:
        self._database = database
        self.posting = Posting(database, programme, sleep=lambda _: None, keeping=[CHANNEL])
        self.dispatch = Dispatch(
            (*collect(handlers.commands, Command), _redeem, _refund),
            (*(recognisers or collect(handlers.recognisers, Recogniser)), _deed),
            [f"{CHANNEL}:{SUPERUSER}"],
            rooms,
        )
        if rooms is not None:
            with closing(database.connect_to_read()) as connection:
                rooms.load(connection)
        self._scheduler: Scheduler | None = None

    def run_jobs(self, now: datetime) -> list[Result]:
        """What became due up to now, each at its own time."""
        if self._scheduler is None:
            self._scheduler = self._scheduler_from(now)
        return self.run(self._scheduler.operations(now))

    def run(self, operations: Sequence[Operation]) -> list[Result]:
        """Raises what an operation raised: a bug is never an answer."""
        results = self.posting.run(operations)
        for result in results:
            if result.error is not None:
                raise result.error
            if result.opened is not None and result.operation.message is not None:
                self.dispatch.note_opened(result.operation.message, is_open=result.opened)
        return results

    def stop(self) -> None:
        """Ends it."""
        self.posting.close()

    def _scheduler_from(self, now: datetime) -> Scheduler:
        connection = self._database.connect_to_read()
        try:
            start = reports.created_at(connection) or now
            done = reports.jobs_done(connection)
        finally:
            connection.close()
        return Scheduler(collect(scheduled, Job), self.posting.programme.zone, start, done)


class Chat:
    """Who says what in which room, and what the bot says to it."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        clock: Clock,
        recognisers: Sequence[Recogniser] = (),
        rooms: Callable[[], Rooms] | None = None,
    ) -> None:
        self.database = database
        self.recognisers = tuple(recognisers)
        """Instead of those that are shipped, where there are any."""
        self.programme = programme
        self.clock = clock
        self._make_rooms = rooms
        self.bot = self._new_bot()
        self.read_again: ReadAgain = reader("standard", None)
        """What 重载 reads."""
        self.results: list[Result] = []
        """What came of the last message."""
        self.are_jobs_awake = True
        self._numbers = itertools.count(1)
        self._names: dict[str, str] = {}

    def __call__(
        self,
        who: str,
        text: str = "",
        *,
        room: str = ROOM,
        private: bool = False,
        admin: bool = False,
        role: Role | None = None,
        mentions: Sequence[str] = (),
        quote: str | None = None,
        kind: MessageKind = "text",
        people: Sequence[str] = (),
        id: str | None = None,
        at: str | None = None,
        sent_at: datetime | None = None,
        name: str | None = None,
        facts: Mapping[str, str] | None = None,
        is_self: bool = False,
    ) -> list[str]:
        """What the bot says to it. `at` moves the clock first (`11-02 09:00`, programme-local,
        this year or `2027-…`); `sent_at` is what the platform says, when that is another time."""
        if at is not None:
            self.move_to(at)
        self._names[who] = name if name is not None else self._names.get(who, who)
        message = Message(
            channel=CHANNEL,
            id=id or f"m{next(self._numbers)}",
            room=None if private else room,
            sender=who,
            sent_at=sent_at or self.clock.now(),
            sender_name=self._names[who],
            kind=kind,
            text=text,
            role=role or ("admin" if admin else "member"),
            mentions=tuple(mentions),
            quote=quote,
            people=tuple(Person(person, self._names.get(person, person)) for person in people),
            facts=facts or {},
            is_self=is_self,
        )
        return [reply.text for reply in self.deliver(message)]

    def picture(self, who: str, content: str | None = None, **said: Any) -> list[str]:
        """What the bot says to a picture; `content` is the hash of what it shows, None on a
        channel that tells none. The rest is as for what is written."""
        return self(who, kind="image", facts={"image": content} if content else {}, **said)

    def recall(self, who: str, number: str, **said: Any) -> list[str]:
        """What the bot says when the message of that id is recalled."""
        return self(who, kind="recall", facts={"message": number}, **said)

    def deliver(self, message: Message) -> list[Reply]:
        """What the bot says to a message, at the clock's instant."""
        if self.are_jobs_awake:
            self.bot.run_jobs(self.clock.now())
        self.results = []
        asked = self.bot.dispatch.read(
            message, to_micros(self.clock.now()), self.bot.posting.programme.lexicon
        )
        if asked is None:
            return []
        if isinstance(asked, Reply):
            return [asked]
        self.results = self.bot.run([asked])
        [result] = self.results
        reply = SAID[result.problem](asked) if result.problem in SAID else result.reply
        if result.reload is not None:
            reply = self._reload(result)
        return [] if reply is None else [reply]

    def order(self, **body: object) -> list[str]:
        """What buyers are told privately of an event of an order; the body is the contract's."""
        if self.are_jobs_awake:
            self.bot.run_jobs(self.clock.now())
        operation = order_operation(
            order_event(body), to_micros(self.clock.now()), f"o{next(self._numbers)}"
        )
        self.results = self.bot.run([operation])
        return [notice.text for result in self.results for _, notice in result.notices]

    def _reload(self, result: Result) -> Reply | None:
        reloaded = self.read_again(self.bot.posting.programme)
        if reloaded.result == "swapped":
            self.bot.run([swap(reloaded.programme, to_micros(self.clock.now()))])
        return answer(result, reloaded)

    def move_to(self, when: str) -> None:
        """Moves the clock to a programme-local time: `11-02`, `11-02 09:00`, `2027-01-01
        00:00:01`."""
        self.clock.move_to(instant(when, self.programme.zone))

    def restart(self) -> None:
        """Another process goes on where this one stopped."""
        self.bot.stop()
        self.bot = self._new_bot()

    def _new_bot(self) -> Bot:
        rooms = self._make_rooms() if self._make_rooms is not None else None
        return Bot(self.database, self.programme, self.recognisers, rooms)

    def rows(self, sql: str, *values: str | int) -> list[tuple[object, ...]]:
        """What the database holds."""
        connection = self.read()
        try:
            return list(connection.rows(sql, *values))
        finally:
            connection.close()

    def read(self) -> Connection:
        """A connection for reading; the caller closes it."""
        return self.database.connect_to_read()


def instant(when: str, zone: ZoneInfo, year: int = START.year) -> datetime:
    """A programme-local time in UTC; noon when only the day is said."""
    day, _, clock = when.partition(" ")
    day = day if len(day) > len("11-02") else f"{year}-{day}"
    return datetime.fromisoformat(f"{day} {clock or '12:00'}").replace(tzinfo=zone).astimezone(UTC)


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with all tables and no rows."""
    file = tmp_path_factory.mktemp("migrated") / "bot.db"
    ensure(Database(f"sqlite:///{file}"))
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_server: PostgresServer) -> str:
    """The address of a database with all tables."""
    url = postgres_server.url(postgres_server.create())
    ensure(Database(url))
    return url


@pytest.fixture
def postgres_ledger(migrated_postgres: str) -> Database:
    """An empty ledger on PostgreSQL: one database for all tests, emptied for each, which takes a
    tenth of the time of a new one."""
    with psycopg.connect(migrated_postgres.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # the triggers refuse it
        connection.execute("SET lock_timeout = '10s'")
        tables = connection.execute(
            "SELECT string_agg(tablename, ', ') FROM pg_tables"
            " WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        ).fetchone()
        assert tables is not None
        connection.execute(f"TRUNCATE {tables[0]}")
        connection.execute(
            "SELECT setval(sequencename::regclass, 1, false) FROM pg_sequences"
            " WHERE schemaname = 'public'"
        )
    return Database(migrated_postgres)


@pytest.fixture
def sqlite_ledger(migrated_sqlite: Path, tmp_path: Path) -> Database:
    """An empty ledger of this test's own on SQLite."""
    file = tmp_path / "bot.db"
    shutil.copyfile(migrated_sqlite, file)
    return Database(f"sqlite:///{file}")


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest) -> Database:
    """An empty ledger of this test's own; the test runs once on each kind of database."""
    kind = {"sqlite": "sqlite_ledger", "postgresql": "postgres_ledger"}[request.param]
    found: Database = request.getfixturevalue(kind)
    return found


@pytest.fixture(scope="session")
def shipped() -> Programme:
    """The standard programme, whole."""
    return load_preset("standard")


@pytest.fixture(scope="session")
def standard(shipped: Programme) -> Programme:
    """The standard programme with its rules for check-ins alone: a test adds those it is about."""
    rules = tuple(rule for rule in shipped.rules if rule.on == "checkin")
    return replace(shipped, rules=rules, cap_points_daily=None, capped=frozenset())


@pytest.fixture
def programme(standard: Programme) -> Programme:
    """The programme in force; a test that wants another overrides this fixture."""
    return standard


@pytest.fixture
def clock() -> Clock:
    """Sunday 2026-11-01, noon in Shanghai, until somebody moves it."""
    return Clock()


@pytest.fixture
def recognisers() -> tuple[Recogniser, ...]:
    """What sees deeds in messages instead of the shipped recognisers; a test overrides this
    fixture. Empty: those."""
    return ()


@pytest.fixture
def rooms() -> Callable[[], Rooms] | None:
    """Makes what is known of rooms at each start of a bot; a test overrides this fixture. None:
    every room is open."""
    return None


@pytest.fixture
def chat(
    ledger: Database,
    programme: Programme,
    clock: Clock,
    recognisers: Sequence[Recogniser],
    rooms: Callable[[], Rooms] | None,
) -> Iterator[Chat]:
    """A community without members, on each kind of database."""
    driver = Chat(ledger, programme, clock, recognisers, rooms)
    yield driver
    driver.bot.stop()
