"""What is exported, to the letter."""

import csv
import json
import os
import resource
import stat
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from store.database import Database
from store.export import ACTIVITIES, BALANCES, ENTRIES, MEMBERS, export
from store.schema import ensure
from tests.chat import Chat, Clock
from tests.replaying import ROOT, bot
from tests.store.sample import PROGRAMME
from tests.store.tampering import Tampering

WHAT = {
    "balances": BALANCES,
    "entries": ENTRIES,
    "members": MEMBERS,
    "activities": ACTIVITIES,
}


def lines(database: Database, what: str, folder: Path) -> list[str]:
    """The lines of an export as JSON Lines."""
    out = folder / f"{what}.jsonl"
    export(database, what, "jsonl", out)
    return out.read_text("utf-8").splitlines()


def test_balances_as_they_stand_at_the_last_instant(sample: Database, tmp_path: Path) -> None:
    assert lines(sample, "balances", tmp_path) == [
        '{"member": 1, "channel": "test", "external_id": "阿强", "name": "阿强", "balance": 0,'
        ' "pending": 0, "debt": 23, "qualifying_points": 15, "tier": "normal", "streak_days": 1}',
        '{"member": 2, "channel": "test", "external_id": "小美", "name": "小美", "balance": 68,'
        ' "pending": 30, "debt": 0, "qualifying_points": 78, "tier": "normal", "streak_days": 0}',
        '{"member": 3, "channel": "test", "external_id": "=1+2", "name": "=1+2", "balance": 0,'
        ' "pending": 0, "debt": 0, "qualifying_points": 0, "tier": "normal", "streak_days": 0}',
        '{"member": 4, "channel": "test", "external_id": "店长", "name": "店长", "balance": 0,'
        ' "pending": 0, "debt": 0, "qualifying_points": 0, "tier": "normal", "streak_days": 0}',
    ]


def test_an_entry_of_each_kind(sample: Database, tmp_path: Path) -> None:
    found = {json.loads(line)["kind"]: line for line in lines(sample, "entries", tmp_path)[::-1]}
    assert found == {
        "accrual": '{"id": 1, "at": "2026-11-01T02:00:00+00:00", "on": "2026-11-01", "member": 2,'
        ' "external_id": "小美", "kind": "accrual", "rule": "checkin", "campaign": null,'
        ' "points": 5, "expires_on": "2026-11-10", "reverses": null, "actor": null, "note": null}',
        "adjustment": '{"id": 9, "at": "2026-11-06T04:00:00+00:00", "on": "2026-11-06",'
        ' "member": 2, "external_id": "小美", "kind": "adjustment", "rule": null,'
        ' "campaign": null, "points": 50, "expires_on": "2026-11-15", "reverses": null,'
        ' "actor": "test:店长", "note": "帮忙"}',
        "redemption": '{"id": 11, "at": "2026-11-06T04:02:00+00:00", "on": "2026-11-06",'
        ' "member": 2, "external_id": "小美", "kind": "redemption", "rule": null,'
        ' "campaign": null, "points": -30, "expires_on": null, "reverses": null, "actor": null,'
        ' "note": null}',
        "reversal": '{"id": 15, "at": "2026-11-13T01:00:00+00:00", "on": "2026-11-13",'
        ' "member": 2, "external_id": "小美", "kind": "reversal", "rule": null, "campaign": null,'
        ' "points": 30, "expires_on": null, "reverses": 11, "actor": "test:店长", "note": null}',
        "expiry": '{"id": 21, "at": "2026-11-14T16:10:00+00:00", "on": "2026-11-15",'
        ' "member": 2, "external_id": "小美", "kind": "expiry", "rule": null, "campaign": null,'
        ' "points": -5, "expires_on": null, "reverses": null, "actor": null, "note": null}',
    }


def test_members_with_the_room_they_were_first_seen_in(sample: Database, tmp_path: Path) -> None:
    assert lines(sample, "members", tmp_path)[1:3] == [
        '{"member": 2, "channel": "test", "external_id": "小美", "name": "小美",'
        ' "joined_at": "2026-11-01T01:00:00+00:00", "newcomer": true, "home_room": "福利群",'
        ' "birthday": "06-18", "tags": "团长 VIP"}',
        '{"member": 3, "channel": "test", "external_id": "=1+2", "name": "=1+2",'
        ' "joined_at": "2026-11-01T01:00:00+00:00", "newcomer": true, "home_room": "福利群",'
        ' "birthday": null, "tags": ""}',
    ]


def test_activities_with_their_refusals(sample: Database, tmp_path: Path) -> None:
    found = lines(sample, "activities", tmp_path)
    assert found[0] == (
        '{"id": 1, "at": "2026-11-01T02:00:00+00:00", "on": "2026-11-01", "member": 2,'
        ' "external_id": "小美", "room": "福利群", "kind": "checkin",'
        ' "key": "checkin/2026-11-01/2", "message": "m2", "outcome": "accrued", "refusal": null}'
    )
    refused = [json.loads(line) for line in found if '"refused"' in line]
    assert [(row["key"], row["message"], row["refusal"]) for row in refused] == [
        ("checkin/2026-11-01/2", "m3", "already_done"),
        ("checkin/2026-11-01/2", "m8", "too_late"),
        ("share/test/m17", "m17", "cap_times_daily"),
    ]


def test_a_changed_outcome_reads_as_the_last_one(sample: Database, tmp_path: Path) -> None:
    """m90 waited and accrued, m91 waited and was refused, m92 still waits, and its second delivery
    under the same key is a deed of its own."""
    rows = [
        (101, "post/m90", "m90", "pending", None),
        (102, "post/m91", "m91", "pending", None),
        (103, "post/m92", "m92", "pending", None),
        (104, "post/m90", "m90", "accrued", None),
        (105, "post/m91", "m91", "refused", "rejected"),
        (106, "post/m92", "m93", "refused", "already_done"),
    ]
    for number, key, message, outcome, refusal in rows:
        Tampering(sample).execute(
            "INSERT INTO activity (community, id, at, day, member, kind, key, channel, message,"
            " outcome, refusal, programme) VALUES (1, ?, 0, '2026-11-15', 2, 'post', ?, 'test',"
            " ?, ?, ?, '')",
            [number, key, message, outcome, refusal],
        )
    found = [json.loads(line) for line in lines(sample, "activities", tmp_path)]
    assert [(row["id"], row["outcome"]) for row in found if row["id"] > 100] == [
        (103, "pending"),
        (104, "accrued"),
        (105, "refused"),
        (106, "refused"),
    ]


def test_a_member_is_named_by_the_first_identity(sample: Database, tmp_path: Path) -> None:
    for channel, external in (("onebot", "9"), ("onebot", "10"), ("wechaty", "0")):
        Tampering(sample).execute(
            "INSERT INTO identity (community, channel, external_id, member) VALUES (1, ?, ?, 2)",
            [channel, external],
        )
    found = json.loads(lines(sample, "balances", tmp_path)[1])
    assert (found["channel"], found["external_id"]) == ("onebot", "10")


def test_a_time_of_day_shows_microseconds_only_where_there_are_some(
    sample: Database, tmp_path: Path
) -> None:
    Tampering(sample).execute("UPDATE member SET joined_at = joined_at + 1 WHERE id = 2")
    instants = [json.loads(line)["joined_at"] for line in lines(sample, "members", tmp_path)]
    assert instants[0] == "2026-11-01T01:00:00+00:00"
    assert instants[1] == "2026-11-01T01:00:00.000001+00:00"


@pytest.mark.parametrize("what", WHAT)
def test_the_columns_and_their_order(sample: Database, tmp_path: Path, what: str) -> None:
    assert all(tuple(json.loads(line)) == WHAT[what] for line in lines(sample, what, tmp_path))


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
@pytest.mark.parametrize("what", WHAT)
def test_equal_ledgers_export_equal_bytes(
    sqlite_sample: Database, postgres_sample: Database, tmp_path: Path, what: str, format: str
) -> None:
    for name, database in (("one", sqlite_sample), ("other", postgres_sample)):
        export(database, what, format, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
@pytest.mark.parametrize("what", WHAT)
def test_an_empty_ledger_exports_no_rows(
    database: Database, tmp_path: Path, what: str, format: str
) -> None:
    ensure(database)
    out = tmp_path / "out"
    export(database, what, format, out)
    if format == "jsonl":
        assert out.read_bytes() == b""
    elif format == "csv":
        header = ",".join(f'"{column}"' for column in WHAT[what])
        assert out.read_bytes().decode("utf-8-sig") == f"{header}\r\n"
    else:
        assert _sheet(out) == [WHAT[what]]


def test_csv_is_quoted_and_marked_as_utf_8(sample: Database, tmp_path: Path) -> None:
    export(sample, "entries", "csv", tmp_path / "out")
    written = (tmp_path / "out").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf" + b'"id","at","on","member","external_id"')
    line = written.decode("utf-8-sig").split("\r\n")[11]
    assert line == (
        '"11","2026-11-06T04:02:00+00:00","2026-11-06","2","小美","redemption","","","-30","","",'
        '"",""'
    )


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_a_name_that_is_a_formula_is_text_in_csv(
    sample: Database, tmp_path: Path, sign: str
) -> None:
    """Abuse: CSV formulas."""
    name = f'{sign}cmd|"/c calc"!A0'
    Tampering(sample).execute("UPDATE member SET name = ? WHERE id = 2", [name])
    export(sample, "members", "csv", tmp_path / "out")
    with (tmp_path / "out").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == ["阿强", f"'{name}", "'=1+2", "店长"]
    assert [row["newcomer"] for row in rows] == ["false", "true", "true", "false"]


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text(
    sample: Database, tmp_path: Path
) -> None:
    for what in ("members", "entries"):
        export(sample, what, "xlsx", tmp_path / what)
    members, entries = _sheet(tmp_path / "members"), _sheet(tmp_path / "entries")
    assert members[3] == (
        3, "test", "=1+2", "=1+2", "2026-11-01T01:00:00+00:00", True, "福利群", None, "",
    )  # fmt: skip
    assert entries[11][8] == -30
    assert entries[11][9] is None
    book = openpyxl.load_workbook(BytesIO((tmp_path / "members").read_bytes()))
    assert [cell.data_type for cell in book.worksheets[0][4]] == list("nssssbsns")


def test_names_that_break_lines_stay_in_their_row(sample: Database, tmp_path: Path) -> None:
    name = 'a\nb\r\n"c"\u2028,{}%s'
    Tampering(sample).execute("UPDATE member SET name = ? WHERE id = 2", [name])
    for format in ("jsonl", "csv", "xlsx"):
        export(sample, "members", format, tmp_path / format)
    written = (tmp_path / "jsonl").read_text("utf-8").split("\n")
    assert json.loads(written[1])["name"] == name
    with (tmp_path / "csv").open(encoding="utf-8-sig", newline="") as file:
        assert list(csv.DictReader(file))[1]["name"] == name
    assert str(_sheet(tmp_path / "xlsx")[2][3]).replace("_x000D_", "\r") == name


def test_standard_output_and_a_file_get_the_same_bytes(sample: Database, tmp_path: Path) -> None:
    for format in ("jsonl", "csv"):
        out = tmp_path / format
        printed = bot("export", "entries", "--db", sample.url, "--format", format)
        written = bot("export", "entries", "--db", sample.url, "--format", format, "--out", out)
        assert (printed.returncode, written.returncode) == (0, 0)
        assert printed.stdout == out.read_bytes()
        assert (written.stdout, printed.stderr, written.stderr) == (b"", b"", b"")


def test_a_workbook_wants_a_file(sqlite_sample: Database) -> None:
    done = bot("export", "entries", "--db", sqlite_sample.url, "--format", "xlsx")
    assert done.returncode == 2
    assert b"--out FILE" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_reader_that_stops_is_no_fault(sqlite_sample: Database) -> None:
    _grow(sqlite_sample)
    words = [sys.executable, "-m", "bot", "export", "entries", "--db", sqlite_sample.url]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline().startswith(b'{"id": 1,')
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait() == 0


def test_what_cannot_be_written_leaves_the_file_as_it_was(
    sqlite_sample: Database, tmp_path: Path
) -> None:
    """The disk is full after four kilobytes."""
    out = tmp_path / "out.jsonl"
    out.write_text("before")
    words = ["export", "entries", "--db", sqlite_sample.url, "--out", str(out)]
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, capture_output=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )  # fmt: skip
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert out.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_file_is_replaced_whole_and_a_pipe_is_written_to(
    sqlite_sample: Database, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.write_text("x" * 100_000)
    export(sqlite_sample, "members", "jsonl", out)
    assert len(out.read_text("utf-8").splitlines()) == 4
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        export(sqlite_sample, "members", "jsonl", pipe)
        assert reader.communicate()[0] == out.read_bytes()
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_missing_folder_and_a_missing_ledger_are_explained(
    sqlite_sample: Database, tmp_path: Path
) -> None:
    nowhere = bot("export", "members", "--db", sqlite_sample.url, "--out", tmp_path / "no" / "out")
    nothing = bot("export", "members", "--db", f"sqlite:///{tmp_path / 'none.db'}")
    for done in (nowhere, nothing):
        assert done.returncode == 2
        assert b"Traceback" not in done.stderr
        assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "none.db").exists()


def _sheet(file: Path) -> list[tuple[object, ...]]:
    book = openpyxl.load_workbook(BytesIO(file.read_bytes()))
    return list(book.worksheets[0].iter_rows(values_only=True))


def _grow(database: Database) -> None:
    """More entries than a pipe holds."""
    chat = Chat(database, PROGRAMME, Clock())
    for number in range(500):
        chat(f"新{number}", "签到", at="12-01 09:00")
    chat.bot.stop()
