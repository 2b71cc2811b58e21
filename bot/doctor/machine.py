"""Where the bot runs: Python, clock, disk, port, and whether it is running."""

import errno
import json
import shutil
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.clock import system_now
from bot.doctor.findings import Finding, say
from bot.health import is_well
from bot.settings import Settings

OLDEST = (3, 11)
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Before this program was written."""
LITTLE = 1024**3
FULL = 100 * 1024**2
"""Bytes that are left."""
ANSWER_S = 3.0
"""What a running bot may take to say how it is."""


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that answers at the address of the settings."""

    address: str
    parts: Mapping[str, str] = field(default_factory=dict)
    """As in /healthz."""


def python() -> Finding:
    """The one that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    return say("python" if sys.version_info >= OLDEST else "python_old", version=version)


def clock(zone: ZoneInfo, last: datetime | None) -> Finding:
    """The machine's time, beside the ledger's last instant: a ledger's time never goes back."""
    now = system_now()
    shown = f"{now.astimezone(zone):%Y-%m-%d %H:%M}"
    if now < FIRST_DAY:
        return say("clock_wrong", now=shown)
    if last is not None and now < last:
        return say("clock_behind", now=shown, last=f"{last.astimezone(zone):%Y-%m-%d %H:%M}")
    return say("clock", now=shown, zone=zone.key)


def disk(folder: Path) -> Finding:
    """What is left where this folder is, or will be."""
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    code = "disk_full" if free < FULL else "disk_little" if free < LITTLE else "disk"
    unit, name = (1024**3, "GB") if free >= LITTLE else (1024**2, "MB")
    return say(code, free=f"{free / unit:.1f} {name}")


def running(settings: Settings) -> Running | None:
    """The bot that answers at HOST and PORT; None where nobody does, or somebody else."""
    if not settings.port:
        return None
    connection = HTTPConnection(near(settings.host), settings.port, timeout=ANSWER_S)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        if answer.getheader("Server") != "jifenbot":
            return None
        said = json.loads(answer.read())
    except (OSError, HTTPException, ValueError):
        return None
    finally:
        connection.close()
    parts = said.get("parts") if isinstance(said, dict) else None
    return Running(_address(settings), parts) if isinstance(parts, dict) else None


def port(settings: Settings, bot: Running | None, holder: str | None) -> Finding:
    """Whether it can be used, or is; `holder` is the process that holds the database."""
    if bot is not None:
        parts = bot.parts.items()
        ill = [f"{name}: {said}" for name, said in parts if not is_well(said)]
        if ill:
            return say("port_ours_ill", parts="; ".join(ill))
        return say("port_ours", address=bot.address)
    if settings.port and holder is not None:
        return say("port_silent", process=holder, port=settings.port)
    return _free(settings)


def near(host: str) -> str:
    """How one reaches it from this machine."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)


def _address(settings: Settings) -> str:
    host = near(settings.host)
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _free(settings: Settings) -> Finding:
    try:
        family, kind, _, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return say("port_taken", port=settings.port)
        why = error.strerror or str(error)
        return say("port_unusable", host=settings.host, port=settings.port, why=why)
    return say("port", port=settings.port) if settings.port else say("port_any")
