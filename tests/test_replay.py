"""What a transcript may hold that once did harm; through the command line, on both databases."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from time import monotonic

import pytest

from config.extends import PRESETS
from tests.replaying import ROOT, bot, export, lines, replay, verify


def transcript(folder: Path, *found: dict[str, object]) -> Path:
    """A file of these lines, a minute apart; `type`, `id` and `room` are filled in."""
    file = folder / "lines.jsonl"
    written = [
        {"type": "message", "id": f"m{number}", "room": "r1", "at": at(number), **line}
        for number, line in enumerate(found)
    ]
    file.write_text("\n".join(map(json.dumps, written)), encoding="utf-8")
    return file


def at(minute: int) -> str:
    """So many minutes after eight in the morning."""
    return f"2026-06-01T{8 + minute // 60:02}:{minute % 60:02}:00+08:00"


def test_one_enormous_id_costs_nobody_a_check_in(tmp_path: Path, database_url: str) -> None:
    said = [{"sender": f"u{number}", "text": "签到"} for number in range(20)]
    odd = [{"sender": "x" * 9_000, "text": "签到"}, {"sender": "x" * 9_001, "text": "签到"}]
    late = {"sender": "late", "text": "签到", "id": "i" * 8_000}
    replay(transcript(tmp_path, *said, *odd, late), database_url)
    paid = [entry["points"] for entry in lines(export("entries", database_url))]
    assert paid == [5] * 23
    assert verify(database_url).startswith("ok 23")


def test_the_transcript_in_the_documentation_can_be_replayed(
    tmp_path: Path, database_url: str
) -> None:
    page = (ROOT / "docs/rules.md").read_text(encoding="utf-8")
    file = tmp_path / "page.jsonl"
    file.write_text(page.split("```jsonl\n")[1].split("```")[0], encoding="utf-8")
    said = {line["cause"]: line["text"] for line in replay(file, database_url)}
    assert said["3"].startswith("+5 积分")
    assert said["7"] == "订单 A1:+349 积分已到账,余额 454"
    assert verify(database_url).startswith("ok ")


def test_the_bot_is_no_member_whoever_invites_it(tmp_path: Path, database_url: str) -> None:
    joins = {
        "type": "join",
        "members": [{"id": "bot", "name": "小助手"}, {"id": "u1", "name": "小美"}],
        "inviter": "bot",
    }
    leaves = {"type": "leave", "members": ["bot"], "by": None}
    replay(transcript(tmp_path, joins, {"sender": "u1", "text": "签到"}, leaves), database_url)
    members = lines(export("members", database_url))
    assert [member["external_id"] for member in members] == ["u1"]


def test_a_ledger_keeps_the_zone_of_its_days(tmp_path: Path, database_url: str) -> None:
    file = transcript(tmp_path, {"sender": "u1", "text": "签到"})
    replay(file, database_url)
    folder = Path(shutil.copytree(PRESETS / "standard", tmp_path / "abroad"))
    programme = folder / "programme.toml"
    moved = programme.read_text(encoding="utf-8").replace("Asia/Shanghai", "America/New_York")
    programme.write_text(moved, encoding="utf-8")
    refused = bot("replay", file, "--db", database_url, "--config", folder)
    assert refused.returncode == 2
    assert b'keeps its days in zone "Asia/Shanghai"' in refused.stderr
    assert verify(database_url).startswith("ok 1")


@pytest.mark.parametrize(
    "text",
    [
        "@bot 加分 @小美\u2005 50 辛苦",
        "@积分 助手\u2005加分 @小美 50 辛苦",
        "@bot\u2005加分 @小美\u200550 辛苦",
    ],
)
def test_the_mention_of_the_bot_ends_where_it_ends(
    tmp_path: Path, sqlite_url: str, text: str
) -> None:
    known = {"sender": "u1", "name": "小美", "text": "签到"}
    grant = {"sender": "boss", "role": "owner", "text": text, "mentions": ["bot", "u1"]}
    said = replay(transcript(tmp_path, known, grant), sqlite_url)
    assert [entry["points"] for entry in lines(export("entries", sqlite_url))] == [5, 50], said


def test_two_years_with_nothing_but_a_last_tick_pass_in_seconds(
    tmp_path: Path, database_url: str
) -> None:
    """730 nightly runs; on one of them the points of the first day expire."""
    later = {"type": "tick", "at": "2028-06-01T08:00:00+08:00"}
    began = monotonic()
    replay(transcript(tmp_path, {"sender": "u1", "text": "签到"}, later), database_url)
    assert monotonic() - began < 20
    entries = [(entry["kind"], entry["on"]) for entry in lines(export("entries", database_url))]
    assert entries == [("accrual", "2026-06-01"), ("expiry", "2027-06-02")]


def test_a_reader_that_stops_keeps_no_replay_from_its_end(tmp_path: Path, sqlite_url: str) -> None:
    said = [{"sender": f"u{number}", "text": "签到"} for number in range(1_500)]
    for number, line in enumerate(said):
        line["at"] = f"2026-06-01T08:{number // 60:02}:{number % 60:02}+08:00"
    words = [sys.executable, "-m", "bot", "replay", transcript(tmp_path, *said)]
    with subprocess.Popen(
        [*words, "--db", sqlite_url], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert b"+5" in child.stdout.readline()
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait() == 0
    assert verify(sqlite_url) == "ok 1500 entries\n"


def test_a_transcript_that_is_not_there_is_named(tmp_path: Path, sqlite_url: str) -> None:
    done = bot("replay", tmp_path / "gone.jsonl", "--db", sqlite_url)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode() == f"{tmp_path}/gone.jsonl: No such file or directory\n"


JUDGED = """
[programme]
extends = "standard"

[[rule]]
id = "judged"
on = "checkin"
name = "早安照片"
points = 50
wait_for = "admin"
choices = [50, 200]
"""


def test_what_waits_for_an_admin_is_posted_of_decided_on_and_told(
    tmp_path: Path, database_url: str
) -> None:
    folder = tmp_path / "judged"
    folder.mkdir()
    (folder / "rules.toml").write_text(JUDGED, encoding="utf-8")
    boss = {"sender": "boss", "role": "owner", "at": "2026-06-03T10:00:00+08:00"}
    file = transcript(tmp_path, {"sender": "u1", "text": "签到"}, {**boss, "text": "通过 1 200"})
    said = replay(file, database_url, "--config", str(folder))
    assert [(one["kind"], one["room"], one["to"], one["cause"]) for one in said] == [
        ("reply", "r1", ["u1"], "m0"),
        ("post", "r1", [], "m0"),
        ("post", "r1", [], "job:review_reminder/2026-06-02"),
        ("reply", "r1", ["boss"], "m1"),
        ("notice", None, ["u1"], "m1"),
    ]
    entries = [
        (entry["rule"], entry["points"]) for entry in lines(export("entries", database_url))
    ]
    assert entries == [("checkin", 5), ("judged", 200)]
    assert lines(export("entries", database_url))[1]["actor"] == "replay:boss"
    assert verify(database_url).startswith("ok 2")


def test_a_room_that_is_closed_is_silent_from_the_next_line_on(
    tmp_path: Path, database_url: str
) -> None:
    """All of these would fit into one transaction; and a second replay is met as the first was."""
    file = transcript(
        tmp_path,
        {"sender": "u1", "text": "签到"},
        {"sender": "u2", "text": "停用", "role": "owner"},
        {"sender": "u3", "text": "签到"},
        {"sender": "u3", "text": "签到", "room": "r2"},
        {"sender": "u2", "text": "启用", "role": "owner"},
        {"sender": "u3", "text": "积分"},
    )
    said = [(line["cause"], line["text"][:3]) for line in replay(file, database_url)]
    assert said == [
        ("m0", "+5 "), ("m1", "已停用"), ("m3", "+5 "), ("m4", "标准积"), ("m5", "余额 "),
    ]  # fmt: skip
    assert [line["cause"] for line in replay(file, database_url)] == ["m5"]
    assert verify(database_url).startswith("ok 2")


def test_the_next_replay_finds_rooms_as_they_were_left(tmp_path: Path, database_url: str) -> None:
    closes = {"sender": "u2", "text": "停用", "role": "owner"}
    replay(transcript(tmp_path, closes), database_url)
    said = replay(transcript(tmp_path, {"sender": "u1", "text": "签到", "id": "x"}), database_url)
    assert said == []
