"""What /healthz says of each part when it is not well; a community that is well is asked in
test_serving."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot.extend import Channel
from bot.health import Health, is_well
from store.database import Database, Unavailable
from tests.living import Ear


@dataclass
class Writer:
    is_alive: bool = True
    busy_since: float | None = None
    is_at_jobs: bool = False


@dataclass
class Program:
    """A community as it stands at one moment."""

    database: Any
    writer: Any = field(default_factory=Writer)
    last_failed_at: float | None = None
    silent_s: Mapping[str, float] = field(default_factory=dict)
    overdue: timedelta = timedelta(hours=-1)
    channels: Sequence[Channel] = ()


class Platform(Channel):
    """A channel whose platform may be away."""

    name, is_paced = "wire", True

    def __init__(self, trouble: str) -> None:
        self._trouble = trouble

    @property
    def trouble(self) -> str:
        return self._trouble


class Silent:
    """A database that does not answer until it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.let = threading.Event()

    def connect_to_read(self) -> None:
        self.asked += 1
        self.let.wait(20)
        raise Unavailable("too late")


def ago(seconds: float) -> float:
    return time.monotonic() - seconds


SAID = [
    (lambda: {"writer": None}, "writer", "not running"),
    (lambda: {"writer": Writer(is_alive=False)}, "writer", "not running"),
    (lambda: {"writer": Writer(busy_since=ago(1))}, "writer", "ok"),
    (lambda: {"writer": Writer(busy_since=ago(30))}, "writer", "at one transaction for 30 s"),
    (lambda: {"writer": Writer(busy_since=ago(30), is_at_jobs=True)}, "writer", "ok"),
    (
        lambda: {"last_failed_at": ago(5)},
        "writer",
        "the database did not take the last transaction",
    ),
    (lambda: {"last_failed_at": ago(600)}, "writer", "ok"),
    (lambda: {"silent_s": {"ear": 31.0}}, "channels", "ok"),
    (lambda: {"silent_s": {"ear": 41.0, "eye": 1.0}}, "channels", "stuck at one reply: ear"),
    (lambda: {"overdue": timedelta(seconds=5)}, "scheduler", "ok"),
    (lambda: {"overdue": timedelta(hours=1)}, "scheduler", "a job was due 3600 s ago"),
]


@pytest.mark.parametrize(("state", "part", "said"), SAID)
async def test_each_part_says_what_is_wrong_with_it(
    sqlite_url: str, state: Callable[[], dict[str, Any]], part: str, said: str
) -> None:
    parts = await Health(Program(Database(sqlite_url), **state())).parts()
    assert parts[part] == said
    assert parts["database"] == "cannot be read"  # there is no such file


@pytest.mark.parametrize(
    ("trouble", "said"), [("", "ok"), ("nobody is logged in", "waiting: nobody is logged in")]
)
async def test_a_platform_that_is_away_is_told_of_and_is_no_reason_for_a_new_start(
    sqlite_url: str, trouble: str, said: str
) -> None:
    database = Database(sqlite_url)
    parts = await Health(Program(database, channels=[Platform(trouble)])).parts()
    assert parts["wire"] == said
    assert is_well(parts["wire"])
    assert is_well(parts["channels"])
    assert not is_well(parts["database"])


async def test_a_channel_without_a_platform_is_no_part(sqlite_url: str) -> None:
    parts = await Health(Program(Database(sqlite_url), channels=[Ear()])).parts()
    assert set(parts) == {"database", "writer", "channels", "scheduler"}


async def test_a_database_that_does_not_answer_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.health.DATABASE_S", 0.05)
    monkeypatch.setattr("bot.health.FRESH_S", 0.0)
    silent = Silent()
    health = Health(Program(silent))
    for _ in range(3):
        assert (await health.parts())["database"] == "no answer in 0.05 s"
    assert silent.asked == 1
    silent.let.set()
    while (said := (await health.parts())["database"]) != "cannot be read":
        assert said == "no answer in 0.05 s"
