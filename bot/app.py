"""The one place that knows every real part and puts them together."""

import logging
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from functools import lru_cache, partial
from pathlib import Path

import handlers.commands
import handlers.recognisers
import scheduled
from bot.channels.sandbox import Sandbox
from bot.channels.transcript import CHANNEL as REPLAYED
from bot.clock import EPOCH, SandboxClock, SystemClock, system_now
from bot.dispatch import Dispatch
from bot.extend import Channel, Command, Job, Recogniser, collect
from bot.live import App
from bot.observed import Observed
from bot.observer import Observer
from bot.points.follow import NEEDS
from bot.points.order import KIND as ORDER
from bot.points.reload import ReadAgain, Reloaded
from bot.points.types import ADOPTED, Programme
from bot.posting.content import QUESTION
from bot.posting.orders import FIRST
from bot.posting.posting import Posting
from bot.posting.referral import INVITE, INVITED, WELCOME
from bot.replay import Replay, Say
from bot.rooms import Rooms
from bot.scheduler import Scheduler
from bot.settings import Settings
from config.loader import ConfigErrors, load_chosen, revive
from config.reload import read_again
from store import reports
from store.database import Database
from store.schema import keep_zone

log = logging.getLogger(__name__)

May = Callable[[str], bool]
"""Whether a room, or a person, by the id that the channel knows it by."""

SANDBOX_SCHEMA = "sandbox"
"""The PostgreSQL schema of the sandbox's tables."""


def dispatch(superusers: Iterable[str] = (), rooms: Rooms | None = None) -> Dispatch:
    """Every command and recogniser there is, in these rooms."""
    return Dispatch(
        collect(handlers.commands, Command),
        collect(handlers.recognisers, Recogniser),
        superusers,
        rooms,
    )


def scheduler(database: Database, programme: Programme, start: datetime) -> Scheduler:
    """Every job there is, from where the ledger left off; from `start` when it is new."""
    connection = database.connect_to_read()
    try:
        keep_zone(connection, programme.zone)
        first = reports.created_at(connection) or start
        done = reports.jobs_done(connection)
    finally:
        connection.close()
    return Scheduler(collect(scheduled, Job), programme.zone, first, done)


def replay(
    database: Database,
    programme: Programme,
    superusers: Iterable[str],
    read_again: ReadAgain,
    say: Say,
    *,
    merges: bool = False,
) -> Replay:
    """A replay into this database, whose rooms are open by themselves; `merges` says together what
    a live bot would."""
    rooms = Rooms(always={REPLAYED})
    with closing(database.connect_to_read()) as connection:
        rooms.load(connection)
    return Replay(
        Posting(database, programme.on(kinds()), revive=revived),
        dispatch(superusers, rooms),
        lambda start: scheduler(database, programme, start),
        read_again,
        say,
        merges=merges,
    )


def reader(preset: str | None, folder: Path | None) -> ReadAgain:
    """Reads the same files again that the programme in force was read from. The room need not know
    where on this machine they lie."""
    origin = folder.absolute().name if folder is not None else None
    load = partial(load_chosen, preset, folder, origin)

    def again(now: Programme) -> Reloaded:
        read = read_again(load, now, kinds())
        return replace(read, programme=read.programme.on(kinds()))

    return again


@lru_cache(maxsize=8)
def revived(text: str, version: str) -> Programme | None:
    """A programme that was in force, from its tables; None when they are none any more."""
    try:
        return revive(text, version).on(kinds())
    except ConfigErrors:
        log.warning("programme %s cannot be read any more: the one in force judges", version)
        return None


def kinds() -> frozenset[str]:
    """The kinds of activity that can happen: what recognisers find, but for questions, which are
    only noted; what joining, leaving and orders are, and what follows from those."""
    found = (found.name for found in collect(handlers.recognisers, Recogniser))
    known = [*found, WELCOME, INVITE, ORDER, FIRST, INVITED, *NEEDS, ADOPTED]
    return frozenset(known) - {QUESTION}


def sandbox_database(settings: Settings) -> Database:
    """The sandbox's own database, never a real channel's: a file or a schema beside the
    configured one."""
    configured = Database(settings.database_url)
    if configured.path is not None:
        return Database(f"sqlite:///{configured.path.with_name('sandbox.db')}")
    separator = "&" if "?" in configured.url else "?"
    return Database(f"{configured.url}{separator}options=-csearch_path%3D{SANDBOX_SCHEMA}")


async def build(
    database: Database,
    programme: Programme,
    settings: Settings,
    observer: Observer | None = None,
) -> App:
    """The community of the channels that are switched on, which share one ledger; on the machine's
    clock. Built inside the loop that will run it."""
    names = settings.channels
    posting = Posting(database, programme.on(kinds()), revive=revived, keeping=names)
    at_work = dispatch(settings.superusers, Rooms(settings.listed_rooms, always=()))

    def is_open(channel: str, room: str) -> bool:
        return at_work.is_open(channel, room, posting.programme.lexicon)

    return App(
        database=database,
        posting=posting,
        dispatch=at_work,
        scheduler=scheduler(database, programme, system_now()),
        clock=SystemClock(),
        channels=switched_on(settings, is_open),
        observer=observer or Observed(),
        read_again=reader(settings.preset, settings.config_dir),
    )


def switched_on(settings: Settings, is_open: Callable[[str, str], bool]) -> list[Channel]:
    """The channels of `settings.channels`, in that order; `is_open` takes a channel's name and a
    room. Their SDKs are imported here and no sooner."""
    makers: dict[str, Callable[[Settings, May, May], Channel]] = {
        "wechaty": _wechaty,
        "onebot": _onebot,
    }

    def made(name: str) -> Channel:
        return makers[name](
            settings,
            partial(is_open, name),
            lambda person: f"{name}:{person}" in settings.superusers,
        )

    return [made(name) for name in settings.channels]


def _wechaty(settings: Settings, is_open: May, may_invite: May) -> Channel:
    from bot.channels.wechaty.channel import Wechaty

    endpoint, token = settings.wechaty_endpoint, settings.wechaty_token
    assert endpoint is not None
    assert token is not None
    return Wechaty(endpoint, token.get_secret_value(), is_open=is_open, may_invite=may_invite)


def _onebot(settings: Settings, is_open: May, may_invite: May) -> Channel:
    from bot.channels.onebot.channel import OneBot

    token = settings.onebot_access_token
    return OneBot(
        token.get_secret_value() if token is not None else "",
        settings.onebot_urls,
        is_open=is_open,
        may_invite=may_invite,
    )


async def build_sandbox(
    database: Database,
    programme: Programme,
    settings: Settings,
    observer: Observer | None = None,
) -> App:
    """The sandbox's community: its own ledger, a clock that can be moved ahead, one channel."""
    connection = database.connect_to_read()
    try:
        last = reports.last_instant(connection)
    finally:
        connection.close()
    clock = SandboxClock(last or EPOCH)
    sandbox = Sandbox(clock.now)
    posting = Posting(database, programme.on(kinds()), revive=revived, keeping=[sandbox.name])
    return App(
        database=database,
        posting=posting,
        dispatch=dispatch(settings.superusers, Rooms(always={Sandbox.name})),
        scheduler=scheduler(database, programme, clock.now()),
        clock=clock,
        channels=[sandbox],
        observer=observer or Observed(),
        read_again=reader(settings.preset, settings.config_dir),
    )
