"""The verbs of the command line: what they print, what they refuse, and how they leave."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from config.extends import PRESETS
from tests.replaying import ROOT, TRANSCRIPTS, bot, export, lines, replay, verify

VERBS = ("run", "replay", "doctor", "check", "verify", "export", "backup", "restore", "presets")
FIRST = (
    '{"type":"message","id":"1","at":"2026-06-01T08:00:00+08:00","room":"r",'
    '"sender":"u1","text":"签到"}\n'
)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A folder of programme files with a fault in each of two."""
    folder = tmp_path / "mine"
    shutil.copytree(PRESETS / "standard", folder)
    for name, right, wrong in (
        ("programme.toml", "Asia/Shanghai", "GMT+8"),
        ("rules.toml", "every_streak_days = 7", 'every_streak_days = "7"'),
    ):
        text = (folder / name).read_text("utf-8")
        assert right in text
        (folder / name).write_text(text.replace(right, wrong, 1), "utf-8")
    return folder


@pytest.mark.parametrize("verb", VERBS)
def test_each_verb_explains_itself(verb: str) -> None:
    done = bot(verb, "--help")
    assert (done.returncode, done.stderr) == (0, b"")
    assert verb in done.stdout.decode()


def test_a_verb_that_there_is_not_is_wrong_use() -> None:
    done = bot("frobnicate")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"frobnicate" in done.stderr


def test_the_shipped_programmes_are_listed_and_pass() -> None:
    listed = bot("presets").stdout.decode().splitlines()
    assert listed[0].startswith("standard\t标准积分计划\t")
    for line in listed:
        preset, name, _ = line.split("\t")
        done = bot("check", "--preset", preset)
        assert done.returncode == 0
        assert done.stdout.decode().startswith(f"ok {name}, ")


def test_a_broken_programme_is_told_whole_and_nothing_runs_on_it(
    broken: Path, tmp_path: Path, sqlite_url: str
) -> None:
    """`check` was asked whether it holds: 1. For who needs it, it is wrong configuration: 2."""
    transcript = tmp_path / "t.jsonl"
    transcript.write_text(FIRST, "utf-8")
    checked = bot("check", "--config", broken)
    replayed = bot("replay", transcript, "--config", broken, "--db", sqlite_url)
    assert (checked.returncode, replayed.returncode) == (1, 2)
    assert checked.stdout == replayed.stdout == b""
    assert checked.stderr == replayed.stderr
    zone, streak = checked.stderr.decode().splitlines()
    assert 'programme.toml [programme]: zone = "GMT+8"' in zone
    assert 'did you mean "Asia/Shanghai"?' in zone
    assert 'rules.toml [[rule]] "checkin_streak": every_streak_days = "7", must be' in streak


def test_a_transcript_may_come_through_a_pipe(tmp_path: Path) -> None:
    hostile = TRANSCRIPTS / "hostile.jsonl"
    urls = [f"sqlite:///{tmp_path / name}.db" for name in ("file", "pipe")]
    said = replay(hostile, urls[0])
    with hostile.open("rb") as written:
        piped = subprocess.run(
            [sys.executable, "-m", "bot", "replay", "-", "--db", urls[1]],
            cwd=ROOT, stdin=written, capture_output=True, check=True, timeout=250,
        )  # fmt: skip
    assert lines(piped.stdout.decode()) == said
    assert export("entries", urls[0]) == export("entries", urls[1])


def test_the_clock_can_be_moved_on_past_the_last_line(tmp_path: Path, sqlite_url: str) -> None:
    transcript = tmp_path / "t.jsonl"
    transcript.write_text(FIRST, "utf-8")
    replay(transcript, sqlite_url, "--until", "2027-06-03T00:00:00+08:00")
    kinds = [entry["kind"] for entry in lines(export("entries", sqlite_url))]
    assert kinds == ["accrual", "expiry"]
    wrong = bot("replay", transcript, "--db", sqlite_url, "--until", "soon")
    assert (wrong.returncode, wrong.stdout) == (2, b"")
    assert verify(sqlite_url) == "ok 2 entries\n"
