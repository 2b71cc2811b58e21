"""The bot as its user starts it: `python -m bot run` in a folder of its own, on any free port."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.settings import variables
from tests.replaying import ROOT

LINK = re.compile(r"http://\S+/login\?token=\S+")
START_S = 60
STOP_S = 30


@dataclass(frozen=True, slots=True)
class Running:
    """A bot that is up."""

    link: str
    """The one-time login link that it printed."""
    database: str
    """URL of the sandbox's database."""

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return self.link.partition("/login")[0]

    @property
    def port(self) -> int:
        """The one it serves on."""
        return int(self.address.rpartition(":")[2])


@contextmanager
def running(folder: Path, port: int = 0, **channels: str) -> Iterator[Running]:
    """A bot with its data in `folder`, stopped by SIGTERM at the end; it must leave with 0.

    Port 0 is any that is free. `channels`: variables that switch real ones on.
    """
    env = {name: value for name, value in os.environ.items() if name not in variables()}
    env |= {"PYTHONPATH": str(ROOT), "JIFEN_DATA_DIR": str(folder), "PORT": str(port)} | channels
    log = folder.with_suffix(".log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder.parent, env=env, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
        alarm = threading.Timer(START_S, process.kill)
        alarm.start()
        try:
            link = _link(process, log)
            alarm.cancel()
            yield Running(link, f"sqlite:///{folder / 'sandbox.db'}")
            process.terminate()
            assert process.wait(STOP_S) == 0, log.read_text("utf-8")[-4000:]
        finally:
            alarm.cancel()
            process.kill()
            process.wait()
            if process.stdout is not None:
                process.stdout.close()


def _link(process: "subprocess.Popen[bytes]", log: Path) -> str:
    assert process.stdout is not None
    for line in process.stdout:
        if found := LINK.search(line.decode()):
            return found[0]
    raise AssertionError(f"no login link; {log.read_text('utf-8')[-4000:]}")
