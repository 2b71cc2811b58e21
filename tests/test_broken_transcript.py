"""A line that is no transcript stops the replay and is named; `--lenient` passes over it."""

import json
import re
from pathlib import Path

import pytest

from tests.replaying import bot, export, lines

AT = "2026-06-01T08:00:00+08:00"


def checkin(number: int) -> bytes:
    """A good line: a check-in by a member of their own."""
    line = {"type": "message", "id": f"m{number}", "at": AT, "room": "r1", "sender": f"u{number}"}
    return json.dumps(
        {**line, "name": f"会员{number}", "text": "签到"}, ensure_ascii=False
    ).encode()


def made(**keys: object) -> bytes:
    """A line with these keys only."""
    return json.dumps(keys).encode()


def ordered(**keys: object) -> bytes:
    """A good order line but for these keys."""
    order = {"type": "order", "id": "o9", "at": AT, "event": "paid", "order": "O9"}
    buyer = {"channel": "replay", "id": "u9"}
    return made(**{**order, "buyer": buyer, "paid_at": AT, "amount": "128.00", **keys})


BROKEN = {
    "not JSON": b"2026-06-01 08:00 u1: hello",
    "cut off": checkin(9)[:-20],
    "two values": checkin(8) + b" " + checkin(9),
    "not UTF-8": checkin(9).replace("签到".encode(), b"\xc7\xa9\xb5\xbd"),
    "a list": b"[1, 2]",
    "a number": b"7",
    "null": b"null",
    "nested without end": b"[" * 100_000,
    "no type": made(id="m9", at=AT, room="r1", sender="u9", text="hello"),
    "no id": made(type="message", at=AT, room="r1", sender="u9", text="hello"),
    "no at": made(type="message", id="m9", room="r1", sender="u9", text="hello"),
    "no sender": made(type="message", id="m9", at=AT, room="r1", text="hello"),
    "no members": made(type="join", id="m9", at=AT, room="r1"),
    "nothing recalled": made(type="recall", id="m9", at=AT, room="r1", sender="u9"),
    "unknown type": made(type="dance", id="m9", at=AT, room="r1", sender="u9"),
    "time without offset": made(type="tick", id="t9", at="2026-06-01T08:00:00"),
    "no time": made(type="tick", id="t9", at="yesterday"),
    "no such day": made(type="tick", id="t9", at="2026-06-31T08:00:00+08:00"),
    "a number as time": made(type="tick", id="t9", at=1780272000),
    "an order of nobody": ordered(buyer=None),
    "a number as amount": ordered(amount=128.00),
    "an order in dollars": ordered(currency="USD"),
    "an order that was shipped": ordered(event="shipped"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_a_broken_line_stops_the_replay_with_its_number(
    broken: bytes, sqlite_url: str, tmp_path: Path
) -> None:
    transcript = written(tmp_path, [checkin(1), checkin(2), broken, checkin(4)])
    done = bot("replay", transcript, "--db", sqlite_url)
    errors = done.stderr.decode()
    assert done.returncode == 2, errors
    assert re.search(r"\bline 3\b|:3\b", errors), errors
    assert "Traceback" not in errors


def test_nothing_after_a_broken_line_is_posted(sqlite_url: str, tmp_path: Path) -> None:
    transcript = written(tmp_path, [checkin(1), BROKEN["unknown type"], checkin(3)])
    assert bot("replay", transcript, "--db", sqlite_url).returncode == 2
    good = bot("replay", written(tmp_path, [checkin(1)]), "--db", sqlite_url)
    assert good.returncode == 0
    assert earners(sqlite_url) == ["u1"]


def test_a_lenient_replay_skips_and_counts_what_is_broken(
    database_url: str, tmp_path: Path
) -> None:
    # A broken line has an even number, so no number of a line can be taken for their count, 23.
    assert len(BROKEN) == 23
    mixed = [line for n, broken in enumerate(BROKEN.values()) for line in (checkin(n), broken)]
    done = bot("replay", written(tmp_path, mixed), "--db", database_url, "--lenient")
    errors = done.stderr.decode()
    assert done.returncode == 0, errors
    assert any(re.search(r"\b23\b", told) for told in skips(errors)), errors
    assert earners(database_url) == [f"u{n}" for n in range(len(BROKEN))]


def test_an_id_that_comes_twice_is_no_broken_line(sqlite_url: str, tmp_path: Path) -> None:
    transcript = written(tmp_path, [checkin(1), checkin(1), checkin(2)])
    assert bot("replay", transcript, "--db", sqlite_url).returncode == 0
    assert earners(sqlite_url) == ["u1", "u2"]


def test_an_order_line_is_no_broken_line(sqlite_url: str, tmp_path: Path) -> None:
    transcript = written(tmp_path, [ordered(), checkin(2)])
    assert bot("replay", transcript, "--db", sqlite_url).returncode == 0
    assert "u2" in earners(sqlite_url)


def written(folder: Path, content: list[bytes]) -> Path:
    """The lines as a file."""
    file = folder / "transcript.jsonl"
    file.write_bytes(b"\n".join(content) + b"\n")
    return file


def earners(url: str) -> list[str]:
    """Who has entries, in the order of posting."""
    return [row["external_id"] for row in lines(export("entries", url))]


def skips(errors: str) -> list[str]:
    """What was told of lines that were passed over."""
    return [line for line in errors.splitlines() if "skip" in line.lower()]
