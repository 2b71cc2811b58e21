"""`replay --pacing` says together what a live bot would; without it, every line is answered by
itself."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bot.app import reader
from bot.app import replay as prepare
from config.loader import load_preset
from store.database import Database
from store.schema import ensure
from tests.replaying import replay

EIGHT = datetime.fromisoformat("2026-06-01T08:00:00+08:00")


def written(folder: Path, said: Sequence[tuple[float, str, str]], room: str = "r1") -> Path:
    """A transcript of who says what so many seconds after eight."""
    file = folder / "lines.jsonl"
    lines = [
        {
            "type": "message", "id": f"m{number}", "room": room, "sender": who, "name": who,
            "at": (EIGHT + timedelta(seconds=at)).isoformat(), "text": text,
        }
        for number, (at, who, text) in enumerate(said)
    ]  # fmt: skip
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return file


def said_of(file: Path, *, merges: bool) -> list[dict[str, Any]]:
    """What a replay of it prints, into a ledger of its own."""
    found: list[str] = []
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/bot.db")
        ensure(database)
        programme, reads = load_preset("standard"), reader("standard", None)
        player = prepare(database, programme, (), reads, found.append, merges=merges)
        with file.open("rb") as lines:
            player.run(lines)
    return [json.loads(line) for line in found]


def both(file: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What is said without and with it."""
    return said_of(file, merges=False), said_of(file, merges=True)


@pytest.mark.parametrize("spread_s", [0.0, 5.0])
def test_forty_check_ins_are_a_few_lines_of_output(tmp_path: Path, spread_s: float) -> None:
    said = [(spread_s * number / 40, f"会员{number}", "签到") for number in range(40)]
    plain, paced = both(written(tmp_path, said))
    assert [line["to"] for line in plain] == [[f"会员{number}"] for number in range(40)]
    assert len(paced) <= 3
    lines = [line for one in paced for line in one["text"].split("\n") if "连续" in line]
    assert lines == [f"会员{number} +5,连续 1 天" for number in range(40)]
    assert {(one["kind"], one["room"], len(one["to"])) for one in paced} == {("reply", "r1", 0)}
    assert paced[-1]["cause"] == "m39"
    assert paced[-1]["at"] == plain[-1]["at"]


def test_what_comes_alone_is_said_as_without_it(tmp_path: Path) -> None:
    said = [(60.0 * number, f"会员{number}", "签到") for number in range(5)]
    said += [(400.0, "会员1", "积分"), (400.0, "会员2", "积分"), (400.5, "会员9", "签到")]
    plain, paced = both(written(tmp_path, said))
    assert paced == plain


def test_lines_stay_in_the_order_in_which_they_came_about(tmp_path: Path) -> None:
    said = [
        (0.0, "小美", "签到"), (0.2, "阿强", "签到"), (0.3, "木木", "积分"),
        (0.4, "老周", "签到"), (0.5, "小周", "签到"), (30.0, "小美", "积分"),
    ]  # fmt: skip
    _, paced = both(written(tmp_path, said))
    assert [line["cause"] for line in paced] == ["m1", "m2", "m4", "m5"]
    assert [line["at"] for line in paced] == sorted(line["at"] for line in paced)


def test_it_says_the_same_every_time(tmp_path: Path) -> None:
    said = [(0.37 * number, f"会员{number % 30}", "签到") for number in range(200)]
    file = written(tmp_path, said)
    first, again = (said_of(file, merges=True) for _ in range(2))
    assert first == again
    assert first == replay(file, f"sqlite:///{tmp_path / 'bot.db'}", "--pacing")
    assert 0 < len(first) < 100
