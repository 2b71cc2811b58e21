"""A bar on a terminal, and nothing anywhere else."""

import os
import pty
import subprocess
import sys

import pytest

from store.database import Database
from store.progress import progress
from tests.replaying import ROOT


def test_a_terminal_shows_how_far_it_is(sqlite_sample: Database) -> None:
    master, terminal = pty.openpty()
    words = [sys.executable, "-m", "bot", "verify", "--db", sqlite_sample.url]
    done = subprocess.run(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=terminal, check=False)
    os.close(terminal)
    shown = os.read(master, 65_536).decode()
    os.close(master)
    assert done.returncode == 0
    assert done.stdout == b"ok 24 entries\n"
    assert "verify" in shown
    assert "\x1b[" in shown


def test_a_pipe_gets_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    with progress("verify", 10) as advance:
        advance(10)
    assert capfd.readouterr() == ("", "")
