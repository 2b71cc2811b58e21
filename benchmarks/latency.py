"""How long a reply takes while 1,000 check-ins a second arrive, and how fast chatter passes."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from statistics import quantiles

from benchmarks.checkins import MEMBERS, copy, flat
from benchmarks.community import CHANNEL, START, HandClock, checkins, create, open_app, some
from benchmarks.figure import Figure
from benchmarks.workplace import workplace
from bot.app import dispatch
from bot.clock import to_micros
from bot.extend import Said
from bot.points.types import Message
from config.loader import load_preset
from store.database import Database

OFFERED_PER_S = 1_000
SECONDS = 8
CHATTER = 200_000
WORDS = (
    "早上好呀", "这款面膜怎么样", "哈哈哈", "到货了吗", "我也想要一份",
    "今天好热", "收到", "谢谢老板", "好的", "孩子睡着了",
)  # fmt: skip


def offered(runs: int) -> list[Figure]:
    """Check-ins at an even pace, whatever the bot does meanwhile."""
    with workplace() as folder:
        start = folder / "start.db"
        create(f"sqlite:///{start}", MEMBERS)
        flat(start)
        taken = [asyncio.run(_offer(copy(folder, start, "ours.db"), run)) for run in range(runs)]
    cuts = [quantiles(times, n=100) for times in taken]
    p50 = [cut[49] * 1e3 for cut in cuts]
    note = f"{OFFERED_PER_S:,}/s for {SECONDS} s, members at random"
    return [
        Figure.of("1,000/s offered, p50", p50, "ms", better="less", note=note),
        Figure.of(
            "1,000/s offered, p99", [cut[98] * 1e3 for cut in cuts], "ms",
            must=50, aim=25, better="less",
        ),
    ]  # fmt: skip


def chatter(runs: int) -> list[Figure]:
    """Ordinary messages through dispatch: nothing is found in them, nothing is done."""
    reads = dispatch()
    messages = [_said(number) for number in range(CHATTER)]
    rates: list[float] = []
    for _ in range(runs):
        at, started = to_micros(START), time.perf_counter()
        for message in messages:
            if reads.read(message, at) is not None:
                raise RuntimeError(f"{message.text!r} was taken for more than chatter")
        rates.append(CHATTER / (time.perf_counter() - started))
    return [Figure.of("chatter through dispatch", rates, "/s", must=100_000, aim=250_000)]


def _said(number: int) -> Message:
    return Message(
        channel=CHANNEL,
        id=f"c{number}",
        room=f"r{number % 50}",
        sender=f"u{number % 5_000}",
        sent_at=START,
        sender_name="小美",
        text=f"{WORDS[number % len(WORDS)]}{number % 7}",
    )


async def _offer(path: Path, run: int) -> Sequence[float]:
    """Seconds from each message's due moment to its reply: a late start counts against the bot."""
    clock = HandClock(START + timedelta(hours=9))
    app, replies = await open_app(Database(f"sqlite:///{path}"), load_preset("standard"), clock)
    total = OFFERED_PER_S * SECONDS
    messages = list(checkins(some(MEMBERS, total, run), clock.at, f"o{run}"))
    due: dict[str, float] = {}
    taken: list[float] = []
    done = asyncio.Event()

    def answered(said: Said) -> None:
        taken.append(time.perf_counter() - due[said.cause])
        if len(taken) == total:
            done.set()

    replies.on_reply = answered
    begin, sent = time.perf_counter() + 0.1, 0
    while sent < total:
        now = time.perf_counter()
        while sent < total and begin + sent / OFFERED_PER_S <= now:
            due[messages[sent].id] = begin + sent / OFFERED_PER_S
            app.receive(messages[sent])
            sent += 1
        await asyncio.sleep(0.0005)
    await done.wait()
    await app.stop()
    return taken
