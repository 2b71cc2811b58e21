"""Looks at everything, in the order in which an operator would put it right."""

import asyncio
from collections.abc import Callable, Iterable, Iterator

from bot.app import kinds, sandbox_database
from bot.doctor import machine
from bot.doctor.faults import in_chinese
from bot.doctor.findings import Finding, say, verdict
from bot.doctor.gateways import gateways
from bot.doctor.ledger import look
from bot.doctor.machine import Running
from bot.doctor.rooms import room_findings
from bot.points.types import Programme
from bot.rooms import Rooms
from bot.settings import Settings
from config.advice import warnings
from config.environment import read_settings
from config.errors import ConfigErrors
from config.loader import load_chosen
from config.settings_advice import doubts
from store.database import Database
from store.lock import holder

WELL, WRONG, CONFIGURATION = 0, 1, 2
"""Exit codes."""

Show = Callable[[str], None]


def examine(show: Show) -> int:
    """Shows a line for each thing as it is found; the exit code. Nothing is changed, so it may be
    asked beside a running bot."""
    said: list[Finding] = []

    def tell(findings: Iterable[Finding]) -> None:
        for finding in findings:
            said.append(finding)
            show(str(finding))

    is_configured = _look_at_all(tell)
    for line in verdict(said):
        show(line)
    if not is_configured:
        return CONFIGURATION
    return WRONG if any(finding.mark == "✗" for finding in said) else WELL


def _look_at_all(tell: Callable[[Iterable[Finding]], None]) -> bool:
    """Whether the settings and the programme can be read: else nothing runs at all."""
    tell([machine.python()])
    try:
        settings = read_settings()
    except ConfigErrors as errors:
        tell(say("setting_wrong", fault=in_chinese(error)) for error in errors.errors)
        return False
    tell([say("settings"), *_doubts(settings)])
    programme, found = _programme(settings)
    tell(found)
    database = _database(settings)
    rooms = Rooms(settings.listed_rooms, always=())
    ledger, found = look(database, rooms)
    tell([machine.disk(database.path.parent if database.path else settings.data_dir), *found])
    if programme is not None:
        tell([machine.clock(programme.zone, ledger.last if ledger else None)])
    bot = machine.running(settings)
    tell([machine.port(settings, bot, holder(database))])
    asyncio.run(_ask_gateways(settings, bot, tell))
    tell(room_findings(settings, rooms, ledger.rooms if ledger else frozenset()))
    return programme is not None


def _doubts(settings: Settings) -> Iterator[Finding]:
    yield from (say(code, **filled) for code, filled in doubts(settings))
    if settings.superusers:
        yield say("superusers", count=len(settings.superusers))


def _programme(settings: Settings) -> tuple[Programme | None, list[Finding]]:
    try:
        programme = load_chosen(settings.preset, settings.config_dir)
    except ConfigErrors as errors:
        return None, [say("programme_wrong", fault=error) for error in errors.errors]
    found = [say("programme", name=programme.name, rules=len(programme.rules))]
    count = len(warnings(programme, kinds()))
    return programme, [*found, *([say("programme_doubts", count=count)] if count else [])]


def _database(settings: Settings) -> Database:
    """The one that `run` would open."""
    return Database(settings.database_url) if settings.channels else sandbox_database(settings)


async def _ask_gateways(
    settings: Settings, bot: Running | None, tell: Callable[[Iterable[Finding]], None]
) -> None:
    async for finding in gateways(settings, bot):
        tell([finding])
