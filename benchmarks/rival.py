"""The same check-in with nonebot2 and its ORM plugin, run in their own environment."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.checkins import CHECKINS, measured
from benchmarks.figure import Figure
from benchmarks.workplace import ROOT, workplace

MEMBERS = 2_000
SHOWN = ("nonebot2", "nonebot-plugin-orm", "sqlalchemy")


@dataclass(frozen=True, slots=True)
class Rival:
    """What `nonebot_checkin.py` printed."""

    per_s: float
    in_flight: int
    cpu_us: float
    versions: str


def nonebot(runs: int) -> list[Figure]:
    """Their check-ins a second, at their best."""
    measured = rivals(runs)
    levels = ", ".join(str(one.in_flight) for one in measured)
    return [
        Figure.of(
            "check-ins with nonebot2 and its ORM plugin",
            [one.per_s for one in measured],
            "/s",
            note=f"{MEMBERS:,} members, {levels} in flight; {measured[0].versions}",
        ),
        Figure.of(
            "the same: CPU time a check-in", [one.cpu_us for one in measured], "µs", better="less"
        ),
    ]


def against_nonebot(runs: int) -> list[Figure]:
    """Ours against theirs, measured in the same run; by the clock, and by the processor."""
    ours, theirs = measured(runs).batches, rivals(runs)
    pairs = list(zip(ours, theirs, strict=True))
    return [
        *nonebot(runs),
        Figure.of(
            "ours against nonebot2",
            [CHECKINS / pace.wall_s / rival.per_s for (pace, _), rival in pairs],
            "×", must=80, aim=150, note="ours among 100,000 members, theirs among 2,000",
        ),
        Figure.of(
            "the same by CPU time",
            [rival.cpu_us / (pace.cpu_s / CHECKINS * 1e6) for (pace, _), rival in pairs],
            "×",
        ),
    ]  # fmt: skip


@cache
def rivals(runs: int) -> tuple[Rival, ...]:
    """One measurement a run; made once, so that other figures may compare with the same ones."""
    return tuple(_measure() for _ in range(runs))


def _measure() -> Rival:
    script = ROOT / "benchmarks" / "nonebot_checkin.py"
    with workplace() as folder:
        command: list[str | Path] = [_python(), script, "--members", str(MEMBERS)]
        command += ["--db", folder / "nonebot.db"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8")
    found = json.loads(done.stdout)
    versions = ", ".join(f"{name} {found['versions'][name]}" for name in SHOWN)
    return Rival(found["per_s"], found["concurrency"], found["cpu_us"], versions)


def _python() -> Path:
    python = ROOT / ".venv-bench" / "bin" / "python"
    return python if python.exists() else Path(sys.executable)
