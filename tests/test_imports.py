"""The table 'who may import whom' holds, and the check that says so finds what breaks it."""

from pathlib import Path

import pytest

from tests.import_rules import PACKAGES, broken

ROOT = Path(__file__).parent.parent


def test_nobody_imports_what_the_table_forbids() -> None:
    assert not (found := broken(ROOT)), "\n" + "\n".join(found)


def test_every_package_is_looked_at() -> None:
    assert {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "benchmarks"} <= {
        *PACKAGES
    }


ALLOWED = [
    ("bot/points/earn.py", "from decimal import Decimal\nfrom bot.points.types import Entry"),
    ("bot/points/earn.py", "from .types import Entry"),
    ("config/loader.py", "import tomllib, pydantic\nfrom bot.points.types import Programme"),
    ("config/loader.py", "from config.schema import Rule"),
    (
        "store/ledger.py",
        "import sqlalchemy, os\nfrom bot.points import lots\nfrom bot import clock",
    ),
    ("bot/posting.py", "from store import ledger\nfrom bot.clock import now"),
    ("bot/extend.py", "import importlib\nmodule = importlib.import_module(name)"),
    (
        "handlers/commands/balance.py",
        "from bot.extend import command\nfrom bot.points import tier",
    ),
    ("handlers/commands/link.py", "from urllib.parse import urlsplit"),
    ("scheduled/expiry.py", "from bot.extend import post"),
    ("bot/channels/wechaty.py", "import wechaty\nfrom bot.points.types import Message"),
    ("bot/channels/wechaty.py", "from bot.channels import wechaty_repair"),
    ("bot/dispatch.py", "from bot.extend import Command\nfrom store.members import member"),
    ("bot/web/orders.py", "from bot.web.guard import guard\nfrom bot.posting import settle"),
    ("bot/pacing.py", "from bot.points.types import Reply\nfrom bot import __version__"),
    ("bot/dispatch.py", "from bot.hints import Hints"),
    ("bot/replay.py", "import bot.dispatch, bot.scheduler, bot.channels.transcript"),
    ("bot/posting/__init__.py", "from bot.posting.writer import Writer"),
    ("bot/app.py", "import store.database, config.loader, handlers, bot.web.server"),
    ("bot/app.py", "def on():\n    from bot.channels import wechaty"),
    ("bot/__main__.py", "from bot.app import build"),
]

FORBIDDEN = [
    ("bot/points/earn.py", "import pydantic", "the standard library only; not pydantic"),
    ("bot/points/earn.py", "import sqlite3", "does no I/O"),
    ("bot/points/earn.py", "import store", "bot.points may import nothing of ours; not store"),
    ("bot/points/earn.py", "from bot import clock", "not bot.clock"),
    ("bot/points/earn.py", "from .. import settings", "not bot.settings"),
    ("bot/clock.py", "from bot.settings import Settings", "not bot.settings"),
    ("config/loader.py", "import store.tables", "config may import bot.points"),
    ("store/ledger.py", "import config.loader", "store may import bot.points"),
    ("store/ledger.py", "from bot import posting", "not bot.posting"),
    ("bot/posting.py", "from bot.extend import Context", "not bot.extend"),
    ("bot/extend.py", "import store.ledger", "not store.ledger"),
    ("handlers/commands/balance.py", "import store.ledger", "handlers may import bot.extend"),
    ("handlers/commands/balance.py", "import bot.posting", "not bot.posting"),
    ("handlers/commands/balance.py", "from bot import posting", "not bot.posting"),
    ("handlers/commands/balance.py", "from handlers.commands.help import x", "imports another"),
    ("handlers/commands/balance.py", "from . import help", "imports another"),
    ("handlers/commands/balance.py", "import scheduled.expiry", "not scheduled.expiry"),
    ("handlers/commands/balance.py", "import sqlalchemy", "does no I/O"),
    ("handlers/commands/balance.py", "from urllib.request import urlopen", "does no I/O"),
    ("scheduled/expiry.py", "from scheduled.ranking import top", "imports another"),
    ("scheduled/expiry.py", "import aiohttp", "does no I/O"),
    ("bot/channels/onebot.py", "from bot.points.earn import decide", "not bot.points.earn"),
    ("bot/channels/onebot.py", "from bot.points import decide", "not bot.points"),
    ("bot/channels/onebot.py", "import store", "not store"),
    ("bot/channels/onebot.py", "import handlers.commands", "not handlers.commands"),
    ("bot/dispatch.py", "from bot.channels.wechaty import Wechaty", "not bot.channels.wechaty"),
    ("bot/dispatch.py", "import handlers", "not handlers"),
    ("bot/web/server.py", "from bot.app import build", "not bot.app"),
    ("bot/web/server.py", "import config.loader", "not config.loader"),
    ("bot/web/server.py", "from store.ledger import Ledger", "only bot.posting writes points"),
    ("bot/pacing.py", "from bot.dispatch import dispatch", "not bot.dispatch"),
    ("bot/pacing.py", "from bot.channels.onebot import OneBot", "not bot.channels.onebot"),
    ("bot/replay.py", "import config.loader", "not config.loader"),
    ("bot/extend.py", "import bot.scheduler", "not bot.scheduler"),
    ("store/ledger.py", "import bot.pacing", "not bot.pacing"),
    ("bot/web/server.py", "def f():\n    import config", ":2: bot.web may import"),
    (
        "bot/web/server.py",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import config",
        ":3: bot.web may import",
    ),
    ("bot/web/server.py", "x = __import__('config.loader')", "not config.loader"),
    ("store/database.py", "importlib.import_module('bot.app')", "not bot.app"),
    ("store/database.py", "importlib.import_module(name)", "a computed name"),
    ("store/database.py", "from bot.points.types import *", "one by one"),
    ("bot/__init__.py", "from bot.app import build", "__init__ hands nothing on"),
    ("bot/points/__init__.py", "from store import ledger", "__init__ hands nothing on"),
    ("handlers/__init__.py", "from handlers.commands import help", "__init__ hands nothing on"),
    ("bot/web/server.py", "import wechaty", "known to its channel only"),
    ("bot/app.py", "import jieba", "imported in a function"),
]


@pytest.mark.parametrize(("file", "source"), ALLOWED)
def test_what_the_table_allows_is_not_reported(tmp_path: Path, file: str, source: str) -> None:
    write(tmp_path, {file: source})
    assert broken(tmp_path) == []


@pytest.mark.parametrize(("file", "source", "rule"), FORBIDDEN)
def test_what_the_table_forbids_is_reported_with_its_place(
    tmp_path: Path, file: str, source: str, rule: str
) -> None:
    write(tmp_path, {file: source})
    (found,) = broken(tmp_path)
    assert found.startswith(f"{file}:")
    assert rule in found


def test_a_name_that_another_module_hands_on_is_looked_up_at_its_home(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "store/ledger.py": "class Ledger: ...",
            "bot/posting.py": "from store.ledger import Ledger",
            "bot/extend.py": "from bot.posting import Ledger",
        },
    )
    assert broken(tmp_path) == [
        "bot/extend.py:1: bot.extend may import bot.points, bot.posting, bot.clock, bot.settings; "
        "not store.ledger (through bot.posting)"
    ]


def test_a_word_of_bot_extend_may_come_from_posting(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "bot/posting.py": "class Context: ...",
            "bot/extend.py": "from bot.posting import Context",
            "handlers/commands/balance.py": "from bot.extend import Context",
        },
    )
    assert broken(tmp_path) == []


def test_a_module_is_not_had_through_its_package(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "bot/app.py": "",
            "bot/points/types.py": "",
            "store/database.py": "import bot.points.types\nbot.points.types.x\nbot.app.build()",
        },
    )
    assert broken(tmp_path) == [
        "store/database.py:3: store may import bot.points, bot.clock, bot.settings; not bot.app"
    ]


def test_an_sdk_is_not_reached_on_the_way_to_the_start(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "bot/__main__.py": "from bot.app import build",
            "bot/app.py": "from bot.channels.wechaty import Wechaty",
            "bot/channels/wechaty.py": "import os\nimport wechaty",
        },
    )
    assert broken(tmp_path) == [
        "bot/channels/wechaty.py:2: wechaty is imported in a function, when it is needed"
    ]


def write(root: Path, files: dict[str, str]) -> None:
    for name, source in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source, "utf-8")
