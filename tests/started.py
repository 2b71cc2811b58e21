"""`python -m bot run` as a process of its own: its link, its log, its routes, its end."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bot import settings
from tests.replaying import ROOT

PATIENCE_S = 60
"""What anything that must happen may take on a busy machine."""


class Started:
    """A process of the bot in `folder`; its data is below that, its log in a file."""

    def __init__(
        self,
        folder: Path,
        *words: str,
        script: str = "",
        stdin: int | None = None,
        **variables: str,
    ) -> None:
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.log_file = folder / f"{time.monotonic_ns()}.log"
        how = ["-c", textwrap.dedent(script)] if script else ["-m", "bot"]
        env = {
            name: value for name, value in os.environ.items() if name not in settings.variables()
        }
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, *how, *(words or ["run"])],
                cwd=folder,
                env=env | {"PYTHONPATH": str(ROOT), "PORT": "0"} | variables,
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.cookie = ""

    @property
    def log(self) -> str:
        """All that it wrote to stderr so far."""
        return self.log_file.read_text("utf-8")

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The log's lines."""
        return [json.loads(line) for line in self.log.splitlines()]

    def serving(self) -> "Started":
        """Waits for its line on stdout, and logs in with the link in it."""
        assert self.process.stdout is not None
        self.said = self.process.stdout.readline().decode()
        assert self.said.startswith(("打开沙盒: http://", "打开状态页: http://")), (
            self.said + self.log
        )
        self.address, _, path = self.said.split()[-1].removeprefix("http://").partition("/")
        answer = self._ask("GET", f"/{path}", None, {})
        self.cookie = answer[2].get("Set-Cookie", "").partition(";")[0]
        return self

    def get(self, path: str) -> tuple[int, str]:
        """Status and body."""
        return self._ask("GET", path, None, {"Cookie": self.cookie})[:2]

    def post(self, path: str, **body: object) -> tuple[int, dict[str, Any]]:
        """Status and answer of what the page does."""
        headers = {
            "Cookie": self.cookie,
            "Origin": f"http://{self.address}",
            "Content-Type": "application/json",
        }
        status, text, _ = self._ask("POST", path, json.dumps(body), headers)
        return status, json.loads(text)

    def say(self, speaker: str, text: str) -> str:
        """Says it; the message's id."""
        status, answer = self.post("/sandbox/say", speaker=speaker, text=text)
        assert status == 200, answer
        return str(answer["message"])

    def replies(self) -> dict[str, str]:
        """What the bot said in the room, by the message that it answers."""
        lines = json.loads(self.get("/sandbox/state")[1])["lines"]
        return {line["cause"]: line["text"] for line in lines if line["sender"] == "bot"}

    def signal(self, number: int = signal.SIGTERM) -> None:
        """Tells it to leave."""
        self.process.send_signal(number)

    def ended(self) -> int:
        """Waits for its end; the exit code."""
        return self.process.wait(PATIENCE_S)

    def stopped(self) -> int:
        """Tells it to leave, and waits."""
        self.signal()
        return self.ended()

    def _ask(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, str, dict[str, str]]:
        connection = HTTPConnection(self.address, timeout=PATIENCE_S)
        try:
            connection.request(method, path, body and body.encode(), headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(), dict(answer.headers)
        finally:
            connection.close()


@contextmanager
def started(
    folder: Path, *words: str, script: str = "", stdin: int | None = None, **variables: str
) -> Iterator[Started]:
    """A process that is gone when the test is over, whatever happened."""
    one = Started(folder, *words, script=script, stdin=stdin, **variables)
    try:
        yield one
    finally:
        one.process.kill()
        one.process.wait()
        assert one.process.stdout is not None
        one.process.stdout.close()


def refused(one: Started) -> str:
    """What a process that must not start said of it, on its last line; nothing on stdout."""
    said, _ = one.process.communicate(timeout=PATIENCE_S)
    assert (one.process.returncode, said) == (2, b""), one.log
    assert "Traceback" not in one.log
    return one.log.splitlines()[-1]


def until(is_so: Callable[[], bool]) -> None:
    """Waits for it."""
    end = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
