"""A community that is up: what a reader meets when its connection is gone."""

import asyncio
from pathlib import Path

import pytest

from benchmarks import community as measured
from benchmarks.community import HandClock, checkins, flood, open_app
from benchmarks.expiry import EVENING, LAST_DAY, NIGHT, prepare
from bot.observed import Observed
from bot.posting import expire
from config.loader import load_preset
from store.database import Connection, Database, DatabaseError, Unavailable
from tests.living import living


def one(connection: Connection) -> object:
    """Reads anything."""
    return connection.rows("SELECT 1")


def lost(connection: Connection) -> object:
    """Loses the connection, as a server does that is started anew."""
    connection.close()
    raise Unavailable("the connection is lost")


async def test_reading_goes_on_after_a_connection_is_lost(database_url: str) -> None:
    async with living(database_url, Observed()) as community:
        assert await community.app.read(one) == [(1,)]
        with pytest.raises(DatabaseError):
            await community.app.read(lost)
        assert await community.app.read(one) == [(1,)]


async def test_long_work_that_a_stop_cuts_short_is_gone_on_with_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each transaction of the nightly job books out one lot of twenty."""
    monkeypatch.setattr(expire, "AT_ONCE", 1)
    path = tmp_path / "night.db"
    prepare(path, 20)
    database, clock = Database(f"sqlite:///{path}"), HandClock(EVENING)
    monkeypatch.setattr(measured, "collect_seldom", lambda: None)
    app, replies = await open_app(database, load_preset("standard"), clock)
    await flood(app, replies, list(checkins([3], EVENING, "m")), 1)
    clock.at = NIGHT
    committed = asyncio.Event()
    app.on_commit.append(committed.set)
    working = asyncio.ensure_future(app.advance())
    await committed.wait()
    assert await app.stop()
    await working
    left, runs = state(database)
    assert 0 < left < 20
    assert "expiry" not in runs
    app, _ = await open_app(database, load_preset("standard"), clock)
    await app.stop()
    left, runs = state(database)
    assert (left, "expiry" in runs) == (0, True)


def state(database: Database) -> tuple[int, list[str]]:
    """How many lots that night ends are left, and which jobs have been run."""
    connection = database.connect_to_read()
    [(left,)] = connection.rows("SELECT count(*) FROM lot WHERE expires_on = ?", LAST_DAY)
    runs = [str(job) for (job,) in connection.rows("SELECT job FROM job_run WHERE place IS NULL")]
    connection.close()
    assert isinstance(left, int)
    return left, runs
