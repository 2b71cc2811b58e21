"""A programme that is read again while messages come: in a replay, and in a community that is
up."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.app import reader, replay
from bot.observed import Observed
from bot.points.reload import Reloaded
from bot.points.types import Programme
from config.loader import load
from store.database import Database
from tests.config.folder import PROGRAMME, TIER, write
from tests.living import Community, living

RULE = '[[rule]]\nid = "checkin"\non = "checkin"\nname = "签到"\npoints = 5\nreply = "+{total}"\n'
DEARER = RULE.replace("5", "8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "rules"
    found.mkdir()
    write(found, {"programme": PROGRAMME, "rule": RULE, "tier": TIER})
    return found


def versions(database: Database) -> list[str]:
    """By which version each activity was judged."""
    connection = database.connect_to_read()
    try:
        rows = connection.rows("SELECT programme FROM activity ORDER BY id")
        return [str(version) for (version,) in rows]
    finally:
        connection.close()


def lines(*told: str | Callable[[], None]) -> Iterator[bytes]:
    """Everybody is an admin; between two lines somebody edits the files."""
    number = 0
    for one in told:
        if not isinstance(one, str):
            one()
            continue
        number += 1
        line = {
            "type": "message", "id": f"m{number}", "at": f"2026-11-01T12:00:{number:02}+08:00",
            "room": "r1", "sender": f"u{number}", "role": "admin", "text": one,
        }  # fmt: skip
        yield json.dumps(line).encode()


def replayed(database: Database, folder: Path, *told: str | Callable[[], None]) -> list[str]:
    """What the bot said."""
    said: list[str] = []
    player = replay(database, load(folder), (), reader(None, folder), said.append)
    player.run(lines(*told))
    player._posting.close()
    assert player.lost == 0
    return [json.loads(line)["text"] for line in said]


def test_a_replay_reads_the_files_when_it_comes_to_the_line(
    ledger: Database, folder: Path
) -> None:
    old = load(folder).version
    said = replayed(
        ledger,
        folder,
        "签到",
        lambda: write(folder, {"rule": DEARER}),
        "签到",  # in the same batch, before the line: the old price
        "重载",
        "签到",
        lambda: write(folder, {"rule": RULE[:30]}),
        "重载",
        "签到",
    )
    write(folder, {"rule": DEARER})
    new = load(folder).version
    assert said[:2] == ["+5", "+5"]
    assert said[2] == f"已重载:测试,版本 {new},规则 1 条,活动 0 个"
    assert said[3] == "+8"
    assert said[4].startswith(f"没有重载,还用版本 {new},")
    assert said[5] == "+8"
    assert versions(ledger) == [old, old, new, new]


class Reader:
    """Reads what it is given, when it is let."""

    def __init__(self, programme: Programme | Exception) -> None:
        self.programme = programme
        self.times = 0
        self.began = threading.Event()
        self.let = threading.Event()

    def __call__(self, _: Programme) -> Reloaded:
        self.times += 1
        self.began.set()
        assert self.let.wait(20)
        if isinstance(self.programme, Exception):
            raise self.programme
        return Reloaded(self.programme, "swapped")


async def said(community: Community, message: str) -> str:
    """What is said to it."""
    while True:
        for one in community.ear.said:
            if one.cause == message:
                return one.reply.text
        community.ear.heard.clear()
        await asyncio.wait_for(community.ear.heard.wait(), 20)


async def test_messages_are_answered_by_the_old_one_until_the_new_one_is_read(
    database_url: str, folder: Path
) -> None:
    write(folder, {"rule": DEARER})
    reader = Reader(load(folder))
    async with living(database_url, Observed(), read_again=reader) as community:
        old = community.app.programme
        asked = community.deliver("重载", role="admin")
        await asyncio.to_thread(reader.began.wait, 20)
        before = community.deliver("签到", "u2")
        assert (await said(community, before)).startswith("+5 积分")
        reader.let.set()
        assert (await said(community, asked)).startswith("已重载:测试,")
        after = community.deliver("签到", "u3")
        assert await said(community, after) == "+8"
        assert community.app.programme == reader.programme
    assert versions(Database(database_url)) == [old.version, load(folder).version]


async def test_who_asks_while_files_are_read_shares_the_next_reading(
    sqlite_url: str, folder: Path
) -> None:
    reader, observed = Reader(load(folder)), Observed()
    async with living(sqlite_url, observed, read_again=reader) as community:
        first = community.deliver("重载", role="admin")
        await asyncio.to_thread(reader.began.wait, 20)
        others = [community.deliver("重载", role="admin") for _ in range(5)]
        await community.done()
        signal = asyncio.ensure_future(community.app.reload())
        await asyncio.sleep(0)
        reader.let.set()
        await signal
        answers = [await said(community, message) for message in (first, *others)]
    assert len(answers) == 6
    assert reader.times == 2
    assert observed.metrics.reloads == {("swapped",): 2}


async def test_a_reader_that_fails_is_told_of_and_changes_nothing(sqlite_url: str) -> None:
    reader, observed = Reader(RuntimeError("机密")), Observed()
    reader.let.set()
    async with living(sqlite_url, observed, read_again=reader) as community:
        old = community.app.programme
        asked = community.deliver("重载", role="admin")
        assert (await said(community, asked)).endswith("出了点问题,已记录")
        assert community.app.programme is old
    assert observed.metrics.reloads == {("failed",): 1}


async def test_files_that_are_being_read_keep_nobody_from_leaving(
    sqlite_url: str, folder: Path
) -> None:
    reader = Reader(load(folder))
    async with living(sqlite_url, Observed(), read_again=reader) as community:
        community.deliver("重载", role="admin")
        await asyncio.to_thread(reader.began.wait, 20)
        last = community.deliver("签到", "u2")
        assert await community.app.stop()
        assert (await said(community, last)).startswith("+5 积分")
        reader.let.set()


async def test_a_database_out_of_reach_keeps_no_programme_back(
    sqlite_url: str, folder: Path
) -> None:
    write(folder, {"rule": DEARER})
    reader = Reader(load(folder))
    reader.let.set()
    async with living(sqlite_url, Observed(), read_again=reader) as community:
        community.app.database.busy_timeout_s = 0.02
        assert (await said(community, community.deliver("签到", "u1"))).startswith("+5 积分")
        other = Database(sqlite_url).connect()
        other.begin()
        assert (await community.app.reload()).result == "swapped"
        assert community.app.last_failed_at is not None
        other.rollback()
        other.close()
        assert await said(community, community.deliver("签到", "u2")) == "+8"
