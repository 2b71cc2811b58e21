"""A transcript that is replayed by several processes, or by one that stops after each line.

As a program it is one of the processes: it takes a line from standard input, replays it into the
database named on the command line, says a line when that is done, and waits for the next.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bot.app import reader, replay
from bot.points.types import Programme
from bot.replay import Replay
from config.loader import load_preset
from store.database import Database
from store.export import export
from tests.replaying import ROOT

EXPORTS = ("entries", "balances", "activities", "members")
Books = dict[str, str]


def lines_of(transcript: Path, senders: frozenset[str] | None = None) -> list[bytes]:
    """The lines; of the messages, only those of a few when `senders` are named."""
    lines = [line for line in transcript.read_bytes().split(b"\n") if line]
    if senders is None:
        return lines
    return [line for line in lines if json.loads(line).get("sender", "") in senders | {""}]


def at_once(database: Database, lines: Sequence[bytes]) -> None:
    """One process from beginning to end, as `replay` does it."""
    with _process(database) as player:
        player.run(lines)


def in_turn(database: Database, lines: Sequence[bytes]) -> None:
    """Two writers with a connection and a memory of their own take a line each."""
    with _process(database) as one, _process(database) as other:
        for number, line in enumerate(lines):
            (one, other)[number % 2].run([line])


def restarted(database: Database, lines: Sequence[bytes]) -> None:
    """Nothing that is only in memory outlives a line."""
    for line in lines:
        with _process(database) as player:
            player.run([line])


def by_two_programs(database: Database, lines: Sequence[bytes]) -> None:
    """Two real processes take a line each."""
    with _program(database) as one, _program(database) as other:
        for number, line in enumerate(lines):
            (one, other)[number % 2](line)


def books(database: Database, folder: Path) -> Books:
    """What can be exported of it, byte for byte."""
    found = {}
    for what in EXPORTS:
        file = folder / f"{what}.jsonl"
        file.unlink(missing_ok=True)
        export(database, what, "jsonl", file)
        found[what] = file.read_bytes().decode()
    return found


def main(url: str) -> None:
    """One of the processes."""
    with _process(Database(url)) as player:
        for line in sys.stdin.buffer:
            player.run([line])
            sys.stdout.write("done\n")
            sys.stdout.flush()


@cache
def _programme() -> Programme:
    return load_preset("standard")


@contextmanager
def _process(database: Database) -> Iterator[Replay]:
    said: list[str] = []
    player = replay(database, _programme(), (), reader("standard", None), said.append)
    yield player
    assert player.lost == 0
    player._posting.close()


@contextmanager
def _program(database: Database) -> Iterator[Callable[[bytes], None]]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.turns", database.url],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stdout is not None

        def take(line: bytes) -> None:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(line + b"\n")
            process.stdin.flush()
            assert process.stdout.readline() == b"done\n"

        yield take
        process.stdin.close()
        assert process.wait(60) == 0


if __name__ == "__main__":
    main(*sys.argv[1:])
