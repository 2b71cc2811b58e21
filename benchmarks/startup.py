"""What a start costs, and an idle bot."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figure import Figure
from benchmarks.workplace import ROOT, workplace

STARTS = 5
"""Starts in one run; the median of the runs is of their medians."""


def startup(runs: int) -> list[Figure]:
    """`--help`, start to serving on an existing database, and resident memory a second later."""
    helps = [_help_s() for _ in range(runs * STARTS)]
    with workplace() as folder:
        with _running(folder):
            pass
        started = [_start(folder) for _ in range(runs)]
    return [
        Figure.of("python -m bot --help", helps, "s", must=0.3, aim=0.25, better="less"),
        Figure.of("start to serving", [s for s, _ in started], "s", must=2, aim=1, better="less"),
        Figure.of(
            "resident memory, idle",
            [mb for _, mb in started],
            "MB",
            must=120,
            aim=80,
            better="less",
        ),
    ]


def _help_s() -> float:
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "bot", "--help"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
    )
    return time.perf_counter() - started


def _start(folder: Path) -> tuple[float, float]:
    started = time.perf_counter()
    with _running(folder) as (process, _):
        seconds = time.perf_counter() - started
        time.sleep(1)
        status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found is not None
        return seconds, int(found[1]) / 1024


@contextmanager
def _running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The bot as `make run` starts it, once its health check answers."""
    environment = os.environ | {"JIFEN_DATA_DIR": str(folder), "PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://[0-9.]+:\d+", process.stdout.readline())
        assert found is not None, "the bot did not say where it serves"
        with urllib.request.urlopen(f"{found[0]}/healthz", timeout=5) as answer:
            assert answer.status == 200
        yield process, found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)
