"""Bursts through a real Wechaty gateway on loopback, to the stock client and to the whole bot; and
how long one member waits for an answer. `make bench-gateway`; needs node.

Both clients are processes of their own and get the very same bursts, one after the other:
check-ins by different members of one room, all of whom have spoken there before.
"""

import argparse
import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from benchmarks import report
from benchmarks.counted import CHECKIN
from benchmarks.figure import Figure, table
from benchmarks.workplace import ROOT, workplace
from tests.gateway.gateway import Gateway, Process
from tests.gateway.installed import install

STOCK, OURS = "benchmarks.gateway_stock", "benchmarks.gateway_bot"
ROOM = "奶茶群@chatroom"
BURSTS = [300, 1_000, 3_000]
ALONE = 300
"""Members who check in one after the other, each when the one before was answered."""
BREATH_S = 1.0
"""A client that has made no call for so long has finished what it does when it comes."""


@dataclass(frozen=True)
class Pace:
    """How one client took one burst."""

    per_s: float
    """Messages a second, from before the first is said until the client has counted them all."""
    cpu_us: float
    """Microseconds of CPU that the client used for one of them by then."""


@dataclass(frozen=True)
class Run:
    """What one client did with all bursts."""

    paces: Sequence[Pace]
    waits_ms: Sequence[float]
    """From what is said to its answer, both when the gateway has it."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gateway")
    parser.add_argument("--runs", type=int, default=3, help="how many runs the medians are of")
    parser.add_argument("--paced", action="store_true", help="speak as shipped; no waits then")
    parser.add_argument("--bursts", type=int, nargs="+", default=BURSTS, help="messages at once")
    args = parser.parse_args()
    install()
    with workplace() as folder:
        process = Process(folder / "gateway")
        process.start()
        try:
            figures = asyncio.run(measured(process, folder, args))
        finally:
            process.kill()
    sys.stdout.write(f"{report.machine()}\n\n{table(figures)}\n")


async def measured(process: Process, folder: Path, args: argparse.Namespace) -> list[Figure]:
    """Stock and ours in turn, so often."""
    stock, ours, bursts = list[Run](), list[Run](), args.bursts
    pacing = "paced" if args.paced else "at-once"
    async with Gateway(process) as gateway:
        for run in range(args.runs):
            sys.stderr.write(f"run {run + 1} …\n")
            stock.append(await _run(gateway, bursts, STOCK))
            sys.stderr.write(f"  {stock[-1].paces}\n")
            ours.append(await _run(gateway, bursts, OURS, ROOM, f"{folder}/{run}.db", pacing))
            sys.stderr.write(f"  {ours[-1].paces}\n")
    return [*_bursts(bursts, stock, ours), *([] if args.paced else _waits(ours))]


def _bursts(bursts: Sequence[int], stock: Sequence[Run], ours: Sequence[Run]) -> list[Figure]:
    figures: list[Figure] = []
    for number, count in enumerate(bursts):
        theirs = [run.paces[number].per_s for run in stock]
        judged = [run.paces[number].per_s for run in ours]
        figures += [
            Figure.of(f"stock client, {count:,} at once", theirs, "/s", note="into on_message"),
            Figure.of(f"the whole bot, {count:,} at once", judged, "/s", note="until committed"),
            Figure.of(
                f"ours against stock, {count:,}",
                [own / other for own, other in zip(judged, theirs, strict=True)],
                "×",
                must=0.9,
            ),
        ]
    largest = f"{bursts[-1]:,} at once"
    figures += [
        Figure.of(
            f"CPU a message, {name}",
            [run.paces[-1].cpu_us for run in found],
            "µs",
            better="less",
            note=largest,
        )
        for name, found in (("stock client", stock), ("the whole bot", ours))
    ]
    return figures


def _waits(ours: Sequence[Run]) -> list[Figure]:
    cuts = [quantiles(run.waits_ms, n=100) for run in ours]
    note = f"{ALONE} check-ins, one at a time, pacing off; at the gateway"
    return [
        Figure.of(
            "reply, p50", [cut[49] for cut in cuts], "ms", must=50, better="less", note=note
        ),
        Figure.of("reply, p99", [cut[98] for cut in cuts], "ms", better="less"),
    ]


async def _run(gateway: Gateway, bursts: Sequence[int], client: str, *words: str) -> Run:
    people = [f"m{number}" for number in range(sum(bursts) + ALONE + 1)]
    await gateway.reset()
    await gateway.contacts({"bot": "积分小助手", **{one: f"会员{one}" for one in people}})
    await gateway.room(ROOM, ["bot", *people], owner=people[-1])
    await gateway.login()
    async with _client(client, gateway, *words) as counted:
        await gateway.wait(isConnected=True, isLoggedIn=True, timeout_s=30)
        await _idle(gateway)
        # Nobody is new to a client that has been in the room for a while.
        await gateway.burst(ROOM, people, len(people), text="早", prefix="before")
        await gateway.say(people.pop(), ROOM, CHECKIN)
        await counted(1)
        await _idle(gateway)
        paces = [await _burst(gateway, counted, _take(people, count)) for count in bursts]
        await _idle(gateway)
        waits = [await _wait(gateway, one) for one in people] if "at-once" in words else []
    return Run(paces, waits)


async def _burst(gateway: Gateway, counted: "Counting", people: Sequence[str]) -> Pace:
    count, before_s = len(people), await counted(0)
    coming = asyncio.create_task(counted(count))
    started = time.perf_counter()
    await gateway.burst(ROOM, people, count, text=CHECKIN, prefix=f"burst-{count}")
    cpu_s = await coming - before_s
    rate = count / (time.perf_counter() - started)
    await _idle(gateway)
    return Pace(rate, cpu_s / count * 1e6)


async def _wait(gateway: Gateway, person: str) -> float:
    before = await gateway.sent_count()
    told = await gateway.say(person, ROOM, CHECKIN)
    (answer,) = await gateway.sent(before + 1, since=before)
    return answer.at_ms - told.at_ms


def _take(people: list[str], count: int) -> list[str]:
    taken = people[:count]
    del people[:count]
    return taken


async def _idle(gateway: Gateway) -> None:
    """Until the client makes no more calls; what it calls all the time does not count."""
    before, now = -1, 0
    while before != now:
        await asyncio.sleep(BREATH_S)
        calls = await gateway.calls()
        before, now = now, sum(calls.values()) - calls.get("ding", 0)


class Counting:
    """The counting child process, seen from here."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child

    async def __call__(self, more: int) -> float:
        """Returns when the child has counted so many more; the seconds of CPU that it has used."""
        assert self._child.stdin is not None
        assert self._child.stdout is not None
        self._child.stdin.write(f"{more}\n".encode())
        if not (line := await self._child.stdout.readline()):
            raise RuntimeError("the client ended before it had them all")
        return float(line)


@asynccontextmanager
async def _client(module: str, gateway: Gateway, *words: str) -> AsyncIterator[Counting]:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, gateway.endpoint, gateway.token, *words,
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield Counting(child)
    finally:
        assert child.stdin is not None
        child.stdin.close()
        await child.wait()


if __name__ == "__main__":
    main()
