"""Running until told to stop: lock, schema, community, web server, signals."""

import asyncio
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

from aiohttp import web

from bot.app import build, build_sandbox, sandbox_database
from bot.health import JOBS_PATIENCE, Health
from bot.listening import CannotStart, listen
from bot.live import App, collect_seldom
from bot.logs import Logs, Uncaught, set_up
from bot.metrics import ByChannel, Exposition, Gauges, Metrics
from bot.observed import Observed
from bot.points.types import Programme
from bot.reading.segmented import warm
from bot.settings import Settings
from bot.watchdog import Watchdog
from bot.web.door import REQUESTS_S, Door
from bot.web.login import Login, session_secret
from bot.web.server import application
from bot.web_parts import web_parts
from config.settings_advice import warnings
from store.database import Database, DatabaseError
from store.lock import held
from store.schema import ensure, shown

LEAVE_S = 4.8
"""From the signal to the end of the process, whatever happens."""
MOST_STOP_S = 4.2
"""Of which so much may have gone by once all is done and said."""
LOST = 1
"""Exit code when not all that was accepted could be done."""


def serve(settings: Settings, programme: Programme) -> int:
    """Runs the bot until SIGTERM or SIGINT; the exit code. Raises CannotStart, AlreadyRunning or
    SchemaError.
    """
    logs = set_up(settings.log_level, settings.log_format)
    for warning in warnings(settings):
        logs.log.warning(warning)
    database = Database(settings.database_url) if settings.channels else sandbox_database(settings)
    with ExitStack() as stack:
        try:
            stack.enter_context(held(database))
            ensure(database)
            login = Login(_secret(settings))
        except DatabaseError as error:
            raise CannotStart(_out_of_reach(database, error)) from error
        except OSError as error:
            raise CannotStart(_not_writable(settings, error)) from error
        return asyncio.run(_serve(settings, programme, database, login, logs))


async def _serve(
    settings: Settings, programme: Programme, database: Database, login: Login, logs: Logs
) -> int:
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(Uncaught(logs))
    listening = listen(settings.host, settings.port)
    watchdog = Watchdog(settings.watchdog_s, logs)
    leaving = _leave_on_signals(watchdog)
    hung_up = _hear_hangups(leaving)
    observed = Observed(logs, Metrics())
    build_it = build if settings.channels else build_sandbox
    app = await build_it(database, programme, settings, observed)
    door = Door()
    exposition = Exposition(observed.metrics, _gauges(app, logs), _by_channel(app))
    server = web.AppRunner(
        application(
            login,
            settings.host,
            health=Health(app).parts,
            metrics=exposition.text,
            parts=[door.add_to, *await web_parts(app, settings, door)],
        ),
        access_log=None,
        shutdown_timeout=REQUESTS_S,
    )
    await server.setup()
    watchdog.start(loop)
    await web.SockSite(server, listening).start()
    starting = asyncio.create_task(app.start())
    collect_seldom()
    left = asyncio.create_task(leaving.wait())
    await asyncio.wait({starting, left}, return_when=asyncio.FIRST_COMPLETED)
    if starting.done():
        starting.result()
        _watch_writer(watchdog, app)
        door.is_open = True
        reloading = asyncio.create_task(_reload_on(hung_up, app))
        _say_where(settings, database, login, listening.getsockname()[1], logs)
        _warm_up(app)
        await left
        reloading.cancel()
    else:
        starting.cancel()
    return await _stop(app, server, door, watchdog, logs)


async def _stop(
    app: App, server: web.AppRunner, door: Door, watchdog: Watchdog, logs: Logs
) -> int:
    """Requests that came in are served, what they brought is committed and answered; then the
    pages are let go."""
    watchdog.stop()
    for site in list(server.sites):
        await site.stop()
    await door.close()
    is_done = await app.stop()
    if is_done:
        watchdog.leave_by(time.monotonic() + LEAVE_S - MOST_STOP_S, lambda: 0)
    else:
        queued = app.writer.queued if app.writer else 0
        logs.log.error("left too early", operations=queued)
    await server.cleanup()
    logs.log.info("stopped", lost_log_lines=logs.sink.lost)
    return 0 if is_done else LOST


def _warm_up(app: App) -> None:
    """Loads the dictionary beside the first commit: no post waits for it, and a bot that nobody
    talks to does without its 76 MB. No stop waits for it either: the thread goes with the
    process."""
    warming = threading.Thread(target=warm, name="warm", daemon=True)
    app.on_commit.append(lambda: None if warming.ident else warming.start())


def _gauges(app: App, logs: Logs) -> Gauges:
    path = app.database.path
    wal = path.with_name(path.name + "-wal") if path is not None else None

    def wal_bytes() -> float:
        return wal.stat().st_size if wal is not None and wal.exists() else 0

    return {
        "queue_length": (
            "Operations accepted and not yet answered.",
            lambda: app.writer.queued if app.writer else 0,
        ),
        "unsaid_length": ("Things that wait to be said.", lambda: app.unsaid),
        "outbox_parked": (
            "Things of value that were refused too often, and wait for an operator.",
            lambda: app.outbox.parked_count,
        ),
        "wal_bytes": ("Size of SQLite's write-ahead log.", wal_bytes),
        "flooding_messages": (
            "Messages whose deeds were not judged because their senders wrote too fast.",
            lambda: app.flooding,
        ),
        "log_lines_lost": ("Log lines that could not be written.", lambda: logs.sink.lost),
    }


def _by_channel(app: App) -> ByChannel:
    """The sandbox has no platform that could be away."""
    channels = [channel for channel in app.channels if channel.is_paced]
    return {
        "channel_up": (
            "Whether the platform can be reached and takes what is said.",
            lambda: {channel.name: float(not channel.trouble) for channel in channels},
        ),
        "channel_reconnects": (
            "Times that it had to connect again since the start.",
            lambda: {channel.name: float(channel.reconnects) for channel in channels},
        ),
    }


def _watch_writer(watchdog: Watchdog, app: App) -> None:
    writer = app.writer
    assert writer is not None

    def silence() -> float:
        since = writer.busy_since
        if not writer.is_alive:
            return float("inf")
        if since is None:
            return 0.0
        return (time.monotonic() - since) / (JOBS_PATIENCE if writer.is_at_jobs else 1)

    watchdog.watch("writer", silence)


def _leave_on_signals(watchdog: Watchdog) -> asyncio.Event:
    """The event is set by the first SIGTERM or SIGINT; the second ends the process at once.

    The deadline is set in the interpreter's own handler, which also runs while the loop is stuck.
    """
    leaving = asyncio.Event()
    asked: list[int] = []

    def at_once(number: int, _: FrameType | None) -> None:
        if asked:
            os._exit(128 + number)
        asked.append(number)
        watchdog.leave_by(time.monotonic() + LEAVE_S, lambda: LOST)

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, leaving.set)
        signal.signal(number, at_once)
    return leaving


def _hear_hangups(leaving: asyncio.Event) -> asyncio.Event:
    """The event is set by SIGHUP, heard from the start on: otherwise it would end the process.

    A terminal that is closed says so by the same signal, and whoever ran the bot there means it to
    leave with it.
    """
    hung_up = asyncio.Event()
    had_terminal = _has_terminal()

    def heard() -> None:
        (leaving if had_terminal and not _has_terminal() else hung_up).set()

    asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, heard)
    return hung_up


def _has_terminal() -> bool:
    return any(map(os.isatty, range(3)))


async def _reload_on(hung_up: asyncio.Event, app: App) -> None:
    """However often it is heard while the files are read, they are read once more."""
    while True:
        await hung_up.wait()
        hung_up.clear()
        await app.reload()


def _out_of_reach(database: Database, error: DatabaseError) -> str:
    why, name = str(error).strip().splitlines()[0], shown(database)
    if why.startswith(name):
        return why
    return f"{name if database.is_sqlite else f'PostgreSQL at {name}'} cannot be used: {why}"


def _not_writable(settings: Settings, error: OSError) -> str:
    where = error.filename or settings.data_dir
    return (
        f"{where} cannot be written: {error.strerror}; "
        "choose another folder with JIFEN_DATA_DIR, or another DATABASE_URL"
    )


def _say_where(
    settings: Settings, database: Database, login: Login, port: int, logs: Logs
) -> None:
    """One line on stdout that a person can click; the rest is told in the log."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)
    address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    what = "打开状态页" if settings.channels else "打开沙盒"
    try:
        sys.stdout.write(f"{what}: {address}{login.path}\n")
        sys.stdout.flush()
    except OSError as error:
        sys.stdout = None  # or its rest fails again at the end
        logs.log.error("stdout cannot be written", exc_info=error)
    logs.log.info(
        "serving",
        address=address,
        database=shown(database),
        channels=",".join(settings.channels) or None,
    )


def _secret(settings: Settings) -> bytes:
    """What cookies are signed with. Two processes that make the file at once use the same one."""
    if settings.secret_key is not None:
        return settings.secret_key.get_secret_value().encode()
    file = Path(settings.data_dir) / "session.key"
    if not file.exists():
        made = file.with_name(f"{file.name}.{os.getpid()}")
        session_secret(made)
        with suppress(FileExistsError):
            os.link(made, file)
        made.unlink()
    return session_secret(file)
