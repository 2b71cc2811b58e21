"""The command line: `python -m bot VERB`, also installed as `jifenbot VERB`.

Everything heavy is imported inside the verb that needs it, so that `--help` answers at once. Exit
0: well; 1: the thing asked about does not hold; 2: wrong use, wrong configuration, a broken
transcript.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.points.types import Programme
    from bot.settings import Settings
    from store.database import Database

app = typer.Typer(
    name="jifenbot",
    help="A community-points bot for WeChat-style member groups.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich would make `--help` take half as long again
)

Db = Annotated[str | None, typer.Option("--db", help="Database URL; DATABASE_URL when left out.")]
Sandbox = Annotated[
    bool, typer.Option("--sandbox", help="The sandbox's ledger, beside that of real channels.")
]
Preset = Annotated[
    str | None, typer.Option("--preset", help="A shipped programme, see `presets`.")
]
ConfigDir = Annotated[Path | None, typer.Option("--config", help="A folder of programme files.")]
DAY = "%Y-%m-%d"

AHEAD_DAYS = 60
"""How far ahead `campaigns` looks by itself."""
MOST_DAYS = 3_660
"""How far it looks at most: ten years."""


class What(StrEnum):
    """What can be exported."""

    balances = "balances"
    entries = "entries"
    members = "members"
    activities = "activities"


class Format(StrEnum):
    """How it is written."""

    jsonl = "jsonl"
    csv = "csv"
    xlsx = "xlsx"


@app.command()
def run() -> None:
    """Start the bot: what .env switches on; without .env the sandbox on 127.0.0.1:8080."""
    with _explained():
        from bot.listening import CannotStart
        from bot.serving import serve

        settings = _settings()
        try:
            code = serve(settings, _programme(settings.preset, settings.config_dir))
        except CannotStart as error:
            _complain(str(error))
            code = 2
    raise typer.Exit(code)


@app.command()
def replay(
    file: Annotated[str, typer.Argument(help="A transcript of JSON Lines; - is standard input.")],
    db: Db = None,
    preset: Preset = None,
    config: ConfigDir = None,
    until: Annotated[str | None, typer.Option(help="Moves the clock on to this ISO time.")] = None,
    lenient: Annotated[bool, typer.Option(help="Skips and counts bad lines.")] = False,
    pacing: Annotated[
        bool, typer.Option("--pacing", help="Answers check-ins that come together in one message.")
    ] = False,
) -> None:
    """Feed a transcript through the bot; what it says is printed as JSON Lines."""
    with _explained():
        from bot.app import reader
        from bot.app import replay as prepare
        from bot.channels.transcript import instant
        from store.lock import held
        from store.schema import ensure

        end = instant(until) if until is not None else None
        settings = _settings()
        programme = _programme(preset, config)
        database = _database(db, settings)
        with _lines_of(file) as lines, held(database):
            ensure(database)
            reads = reader(preset, config)
            superusers = settings.superusers
            player = prepare(database, programme, superusers, reads, _say, merges=pacing)
            player.run(lines, until=end, lenient=lenient)
    if player.skipped:
        _complain(*player.skipped, f"skipped {len(player.skipped)} lines")
    if player.lost:
        _complain(f"{player.lost} lines failed, see above")
        raise typer.Exit(1)


@app.command()
def check(preset: Preset = None, config: ConfigDir = None) -> None:
    """Validate the programme: all errors at once, and warnings of what would go wrong."""
    from config.errors import ConfigErrors

    try:
        programme = _programme(preset, config)
    except ConfigErrors as errors:
        _complain(*(str(error) for error in errors.errors))
        raise typer.Exit(1) from None
    from bot.app import kinds
    from config.advice import warnings
    from config.rule_advice import notes

    for warning in warnings(programme, kinds()):
        _complain(f"warning: {warning}")
    for note in notes(programme):
        _complain(f"note: {note}")
    _say(f"ok {programme.name}, {len(programme.rules)} rules, version {programme.version}")


@app.command()
def doctor() -> None:
    """Say in Chinese what is well, what is wrong and what to do about it; also beside a bot."""
    from bot.doctor.examine import examine

    raise typer.Exit(examine(_say))


@app.command()
def campaigns(
    preset: Preset = None,
    config: ConfigDir = None,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="Today when left out.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="60 days later.")
    ] = None,
) -> None:
    """Say which campaign is on when, what it does and for whom: one line a run."""
    with _explained():
        programme = _programme(preset, config)
    from bot.clock import system_now
    from bot.points.agenda import agenda

    begin = first.date() if first else system_now().astimezone(programme.zone).date()
    end = (
        last.date()
        if last
        else date.fromordinal(min(begin.toordinal() + AHEAD_DAYS, date.max.toordinal()))
    )
    if not 0 <= (end - begin).days <= MOST_DAYS:
        raise typer.BadParameter(f"--to must be --from or 1 to {MOST_DAYS} days later")
    for line in list(agenda(programme, begin, end)) or [f"{begin} 到 {end} 没有活动"]:
        _say(line)


@app.command()
def verify(db: Db = None, sandbox: Sandbox = False) -> None:
    """Recompute every balance, lot and score from the entries and compare."""
    with _explained():
        from store.verify import verify as compare

        database = _read_database(db, is_sandbox=sandbox)
        count, differences = compare(database)
    for difference in differences:
        _say(difference)
    if differences:
        raise typer.Exit(1)
    _say(f"ok {count} entries")


@app.command()
def simulate(
    rules: Annotated[
        str, typer.Option(help="The new rules: a folder of programme files, or a preset's name.")
    ],
    db: Db = None,
    sandbox: Sandbox = False,
    first: Annotated[
        datetime | None, typer.Option("--from", formats=[DAY], help="The first day that counts.")
    ] = None,
    last: Annotated[
        datetime | None, typer.Option("--to", formats=[DAY], help="The last day that counts.")
    ] = None,
) -> None:
    """Judge the journal again under other rules: what they would have cost. Nothing is written."""
    if first is not None and last is not None and first > last:
        raise typer.BadParameter("--from must not be later than --to")
    with _explained():
        from bot.points.simulated import report
        from store.simulate import simulate as judge_again

        programme = _rules(rules)
        database = _read_database(db, is_sandbox=sandbox)
        simulated = judge_again(database, programme, first and first.date(), last and last.date())
    for line in report(simulated):
        _say(line)


@app.command()
def export(
    what: What,
    db: Db = None,
    sandbox: Sandbox = False,
    format: Annotated[
        Format | None, typer.Option(help="jsonl, csv or xlsx; by the ending of --out, or jsonl.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="A file; standard output when left out.")
    ] = None,
) -> None:
    """Write balances, entries, members or activities, as of the ledger's last instant."""
    format = format or _format_of(out)
    if format is Format.xlsx and out is None:
        raise typer.BadParameter("a workbook goes to a file: say where with --out FILE")
    with _explained():
        from store.export import export as write

        write(_read_database(db, is_sandbox=sandbox), what.value, format.value, out)


@app.command()
def outbox(
    db: Db = None,
    sandbox: Sandbox = False,
    again: Annotated[
        int | None, typer.Option(help="Says this parked one again, at the bot's next start.")
    ] = None,
) -> None:
    """List what waits to be said, and what was refused too often; also beside a bot."""
    with _explained():
        from bot.unsaid import lines
        from store.outbox import again as say_again

        connection = _read_database(db, is_sandbox=sandbox).connect()
        with closing(connection):
            is_known = again is None or say_again(connection, again)
            for line in lines(connection):
                _say(line)
    if again is not None:
        _say(f"#{again} 机器人下次启动时重发" if is_known else f"#{again} 不是停发的")
    if not is_known:
        raise typer.Exit(1)


@app.command()
def backup(file: Path, db: Db = None, sandbox: Sandbox = False) -> None:
    """Write a consistent copy of the database, also while the bot runs."""
    with _explained():
        from store.backup import backup as copy

        copy(_read_database(db, is_sandbox=sandbox), file)
    _say(f"ok {file}")


@app.command()
def restore(file: Path, db: Db = None, sandbox: Sandbox = False) -> None:
    """Put a backup where no database is yet; an existing one is never overwritten."""
    with _explained():
        from store.backup import restore as put_back

        settings = _settings()
        ended = put_back(file, _sandbox(db, settings) if sandbox else _database(db, settings))
    if ended:
        _complain(f"{ended} replies that still waited to be said are void, and will not be said")
    _say(f"ok {file}")


@app.command()
def presets() -> None:
    """List the programmes that are shipped."""
    from config.loader import presets as shipped

    for preset in shipped():
        _say(f"{preset.id}\t{preset.name}\t{preset.summary}")


def main() -> None:
    """Runs the verb that the command line names."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    app()


@contextmanager
def _explained() -> Iterator[None]:
    """Faults of use and configuration become a sentence on stderr and exit 2."""
    from bot.channels.transcript import BadLine
    from bot.replay import BrokenTranscript
    from config.errors import ConfigErrors
    from store.database import DatabaseError
    from store.lock import AlreadyRunning
    from store.schema import SchemaError

    try:
        yield
    except ConfigErrors as errors:
        _complain(*(str(error) for error in errors.errors))
    except OSError as error:
        _complain(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except (AlreadyRunning, BadLine, BrokenTranscript, DatabaseError, SchemaError) as error:
        _complain(str(error))
    else:
        return
    raise typer.Exit(2)


def _settings() -> "Settings":
    from config.environment import read_settings

    return read_settings()


def _programme(preset: str | None, config: Path | None) -> "Programme":
    from config.loader import load_chosen

    return load_chosen(preset, config)


def _rules(named: str) -> "Programme":
    """The programme of a folder, or else of the preset of that name."""
    from config.errors import hint
    from config.loader import preset_ids

    folder = Path(named)
    if folder.is_dir():
        return _programme(None, folder)
    if named not in preset_ids():
        known = hint(named, preset_ids())
        raise typer.BadParameter(f'--rules "{named}" is neither a folder nor a preset, {known}')
    return _programme(named, None)


def _format_of(out: Path | None) -> Format:
    ending = out.suffix.lower().removeprefix(".") if out is not None else ""
    return Format(ending) if ending in Format.__members__ else Format.jsonl


def _database(url: str | None, settings: "Settings") -> "Database":
    from store.database import Database

    if url is not None and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise typer.BadParameter("--db must begin with sqlite:/// or postgresql+psycopg://")
    return Database(url or settings.database_url)


def _sandbox(url: str | None, settings: "Settings") -> "Database":
    from bot.app import sandbox_database

    return sandbox_database(settings.model_copy(update={"database_url": url} if url else {}))


def _read_database(url: str | None, *, is_sandbox: bool) -> "Database":
    """One that holds a ledger. Whoever has only tried the sandbox so far is told where that is."""
    from store.schema import NoLedger, require

    settings = _settings()
    if is_sandbox:
        database = _sandbox(url, settings)
        require(database)
        return database
    database = _database(url, settings)
    try:
        require(database)
    except NoLedger as error:
        if not _is_readable(_sandbox(url, settings)):
            raise
        raise NoLedger(f"{error}; the sandbox has one, add --sandbox") from None
    return database


def _is_readable(database: "Database") -> bool:
    from store.schema import SchemaError, require

    try:
        require(database)
    except SchemaError:
        return False
    return True


@contextmanager
def _lines_of(file: str) -> Iterator[Iterable[bytes]]:
    if file == "-":
        from bot.replay import as_written

        yield as_written(sys.stdin.buffer)
        return
    with Path(file).open("rb") as lines:
        yield lines


def _say(line: str) -> None:
    """What is said has been committed, so it does not wait in a buffer. Who stops reading, `head`
    for one, keeps no replay from its end."""
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        from store.export import print_nowhere

        print_nowhere()


def _complain(*lines: str) -> None:
    for line in lines:
        sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
