"""A day of a gateway's bad luck in two minutes: the bot comes through it, and grows by nothing."""

import asyncio
import gc
import random
import resource
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.channels.wechaty.connection import Connection
from bot.extend import Refused, Unreachable
from tests.gateway.gateway import Gateway
from tests.gateway.listening import Listening, listening
from tests.gateway.test_wechaty import ROOM, furnish

pytestmark = [pytest.mark.gateway, pytest.mark.slow]

SEED = 20261127
LASTS_S = 100
WARM = 8
"""Rounds after which nothing grows any more."""
GROWTH_BYTES = 12_000_000

Misfortune = Callable[[Gateway, Listening, random.Random], Awaitable[None]]


async def killed(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    await gateway.kill()
    await bot.until(lambda: bool(bot.channel.trouble))
    await gateway.start()


async def frozen(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    gateway.freeze()
    if chance.random() < 0.5:
        await bot.until(lambda: bool(bot.channel.trouble))
    gateway.thaw()


async def cut_off(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    await gateway.end_stream()


async def muted(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    await gateway.wait(isConnected=True, timeout_s=20)
    await bot.ready()
    before = bot.channel.reconnects
    await gateway.mute()
    await bot.until(lambda: bot.channel.reconnects > before)


async def talks_nonsense(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    for _ in range(20):
        payload = chance.choice(["", "{}", "[]", "null", '{"messageId": "x"}', '{"roomId": 1}'])
        number = chance.choice([0, 2, 16, 18, 19, 20, 21, 22, 25, 27, 99])
        await gateway.wait(isConnected=True, timeout_s=20)
        await gateway.raw(number, payload)
    await gateway.emit("error", data="x")


async def logged_out(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    await gateway.logout()
    await bot.until(lambda: bool(bot.channel.trouble))
    await gateway.login("bot")


async def fails(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    method = chance.choice(["messagePayload", "room*", "messageSend*", "ding", "*"])
    kind = chance.choice(["refuse", "hang", "lose", "delay"])
    await gateway.fault(method, kind, times=chance.randrange(1, 6), ms=200)
    await gateway.burst(ROOM, ["mei", "gang"], 20, prefix=f"f{chance.random()}")
    for _ in range(3):
        try:
            await bot.say("一", ROOM, "mei")
        except (Unreachable, Refused):
            continue


async def busy(gateway: Gateway, bot: Listening, chance: random.Random) -> None:
    await gateway.burst(ROOM, ["mei", "gang", "zhou"], 300, prefix=f"b{chance.random()}")
    await gateway.image("mei", ROOM, bytes(50_000))
    await gateway.rename("mei", chance.choice(["小美", "美美", "小美丽"]))


MISFORTUNES: list[Misfortune] = [
    killed, frozen, cut_off, muted, talks_nonsense, logged_out, fails, fails, busy, busy,
]  # fmt: skip


async def recovers(gateway: Gateway, bot: Listening, text: str) -> None:
    """Hears and answers. What is said while the stream of events is dead, and nobody has noticed
    yet, is lost: people say it again."""
    async with asyncio.timeout(60):
        while not any(one.text == text for one in bot.heard):
            await bot.ready()
            await gateway.wait(isConnected=True, isLoggedIn=True)
            await gateway.say("mei", ROOM, text)
            with suppress(TimeoutError):
                await asyncio.wait_for(bot.heard_text(text), 2)
        while not any(one.text == text for one in await gateway.sent()):
            with suppress(Unreachable):
                await bot.say(text, ROOM)


def size() -> int:
    """Bytes of this process in memory."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def connections() -> int:
    gc.collect()
    return sum(isinstance(one, Connection) for one in gc.get_objects())


async def test_a_day_of_misfortunes(gateway: Gateway) -> None:
    chance = random.Random(SEED)
    await furnish(gateway)
    async with listening(gateway.endpoint, gateway.token) as bot:
        await bot.ready()
        ends, rounds, grown_from, tasks = time.monotonic() + LASTS_S, 0, 0, 0
        while time.monotonic() < ends or rounds <= WARM:
            for misfortune in chance.sample(MISFORTUNES, 2):
                await misfortune(gateway, bot, chance)
            await gateway.heal()
            await recovers(gateway, bot, f"第 {rounds} 轮")
            rounds += 1
            bot.forget()
            await gateway.clear()
            if rounds == WARM:
                grown_from, tasks = size(), len(asyncio.all_tasks())
        await bot.until(lambda: len(asyncio.all_tasks()) <= tasks)
        assert connections() == 1
        assert size() - grown_from < GROWTH_BYTES
        assert bot.channel._told.lanes.waiting == 0
    assert bot.channel.reconnects >= rounds // 3
