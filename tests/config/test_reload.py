"""Files that change under the eyes of who reads them again: half of one is never taken for the
whole."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from bot.points.reload import Reloaded
from bot.points.types import Programme
from config.loader import load
from config.reload import LOOKS, REST_S, read_again
from tests.config.folder import GOOD, RULE, TIER, write

OTHER = RULE.replace("share", "other").replace("分享", "转发")
EDITED = RULE.replace("20", "30") + OTHER


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, GOOD)
    return tmp_path


@pytest.fixture
def now(folder: Path) -> Programme:
    return load(folder)


def saving(folder: Path, now: Programme, *contents: str) -> tuple[Reloaded, int]:
    """What comes of reading while an editor writes, one of these after each look; and how many
    looks that took."""
    looks = 0
    edits: Iterator[Callable[[], None]] = iter(
        [partial(write, folder, {"rule": content}) for content in contents]
    )

    def look() -> Programme:
        nonlocal looks
        looks += 1
        try:
            return load(folder, "config")
        finally:
            next(edits, lambda: None)()

    return read_again(look, now, rest_s=0), looks


@pytest.mark.parametrize("end", range(0, len(EDITED), 7))
def test_half_a_file_is_never_taken(folder: Path, now: Programme, end: int) -> None:
    write(folder, {"rule": EDITED[:end]})
    found, looks = saving(folder, now, EDITED)
    assert looks == 3
    assert found.result == "swapped"
    assert [(rule.id, rule.points) for rule in found.programme.rules] == [
        ("share", 30),
        ("other", 20),
    ]


def test_half_of_one_that_was_broken_is_not_told_of(folder: Path, now: Programme) -> None:
    write(folder, {"rule": ""})
    found, _ = saving(folder, now, RULE[:20], RULE)
    assert (found.result, found.programme) == ("unchanged", now)


def test_files_that_never_rest_are_refused(folder: Path, now: Programme) -> None:
    found, looks = saving(folder, now, *(RULE.replace("20", str(n)) for n in range(1, 20)))
    assert looks == LOOKS
    assert (found.result, found.programme) == ("refused", now)
    assert [fault.text for fault in found.faults] == [
        "the files are being written: try again when they are"
    ]


def test_what_a_log_may_hold_names_no_word_of_the_files(folder: Path, now: Programme) -> None:
    secret = RULE.replace("20", '"机密"').replace('"share"', '"机密"') + '"机密" = 1\nnam = 2\n'
    write(folder, {"rule": secret, "tier": TIER.replace("= 0", "= -1"), "expiry": "机密"})
    found = read_again(partial(load, folder, "config"), now, rest_s=0)
    places = [fault.place for fault in found.faults]
    assert found.result == "refused"
    assert "config/tier.toml:4 from_points" in places
    assert "config/rule.toml:5 points" in places
    assert "config/expiry.toml:1" in places
    assert not [place for place in places if "机密" in place or "nam" in place.split()[1:]]


def test_between_two_looks_there_is_a_pause(folder: Path, now: Programme) -> None:
    began = monotonic()
    assert read_again(partial(load, folder), now).result == "unchanged"
    assert monotonic() - began >= REST_S
