"""Forty check-ins at eight in the morning, through a whole community whose clock is moved by
hand."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.clock import SandboxClock
from bot.extend import Command, Context, Said, command
from bot.observed import Observed
from tests.hand_loop import HandLoop, by_hand
from tests.living import Community, Ear, living

LINE = re.compile(r"^(?P<name>会员\d+) \+(?P<points>\d+),连续 (?P<days>\d+) 天$")


@dataclass
class PacedEar(Ear):
    """An ear with people at its end."""

    is_paced: bool = True
    times: list[float] = field(default_factory=list)

    async def send(self, said: Said) -> None:
        self.times.append(asyncio.get_running_loop().time())
        await super().send(said)


@asynccontextmanager
async def paced(folder: Path, *commands: Command) -> AsyncIterator[tuple[Community, PacedEar]]:
    """A community whose time stands while its writer is at work."""
    loop, ear = asyncio.get_running_loop(), PacedEar()
    assert isinstance(loop, HandLoop)
    url = f"sqlite:///{folder / 'bot.db'}"
    async with living(url, Observed(), *commands, ear=ear) as community:
        writer = community.app.writer
        loop.may_jump = lambda: writer is None or not writer.queued
        yield community, ear
        loop.may_jump = lambda: True


@pytest.mark.parametrize("spread_s", [0.0, 1.0, 5.0])
def test_forty_check_ins_get_a_few_messages_that_name_each_with_points_and_streak(
    tmp_path: Path, spread_s: float
) -> None:
    async def story() -> None:
        async with paced(tmp_path) as (community, ear):
            for number in range(40):
                community.deliver("签到", f"u{number}", f"会员{number}")
                await asyncio.sleep(spread_s / 40)
            await asyncio.sleep(60)
        texts = [said.reply.text for said in ear.said]
        assert 1 <= len(texts) <= 3
        lines = [LINE.match(line) for text in texts for line in text.split("\n")]
        told = {found["name"]: (found["points"], found["days"]) for found in lines if found}
        assert told == {f"会员{number}": ("5", "1") for number in range(40)}
        assert all(said.reply.to == () and said.reply.room == "r1" for said in ear.said)
        assert ear.times[-1] <= spread_s + 10
        connection = community.app.database.connect_to_read()
        assert connection.rows("SELECT count(*), sum(balance) FROM account") == [(40, 200)]
        connection.close()

    by_hand(story())


def test_a_single_check_in_is_answered_as_ever(tmp_path: Path) -> None:
    async def story() -> None:
        async with paced(tmp_path) as (community, ear):
            community.deliver("签到")
            await asyncio.sleep(60)
        [said] = ear.said
        assert said.reply.text.startswith("+5 积分,连续 1 天,余额 5")
        assert said.reply.to == ("u1",)
        assert ear.times[0] <= 0.8

    by_hand(story())


@command("悄悄", writes=True)
def whispered(context: Context) -> str:
    """Tells the sender and somebody else something in private."""
    for who in (context.message.sender, "u2"):
        context.whisper(who, f"给 {who}")
    return "说了"


def test_at_night_who_asks_is_told_privately_as_well_and_others_in_the_morning(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with paced(tmp_path, whispered) as (community, ear):
            clock = community.app.clock
            assert isinstance(clock, SandboxClock)
            clock.jump(until_two(clock.now()))
            community.deliver("悄悄")
            await asyncio.sleep(60)
            assert [said.reply.text for said in ear.said] == ["说了", "给 u1"]
            assert community.app.unsaid == 1
            clock.jump(timedelta(hours=6))
            community.deliver("积分")
            await asyncio.sleep(60)
            assert "给 u2" in [said.reply.text for said in ear.said]

    by_hand(story())


def until_two(now: datetime) -> timedelta:
    """How long it is to the next 02:00 in Shanghai."""
    night = now.astimezone(ZoneInfo("Asia/Shanghai")).replace(hour=2, minute=0) - now
    return night if night > timedelta(0) else night + timedelta(days=1)
