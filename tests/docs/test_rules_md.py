"""docs/rules.md tells of every key of every table, of no other, and shows only what loads."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.app import kinds
from bot.points.topic import TOPICS
from config.loader import load, load_preset
from config.schema import TABLES
from config.tables import bracketed
from tests.config.folder import GOOD, faults, with_line, write

PAGE = (Path(__file__).parents[2] / "docs/rules.md").read_text("utf-8")
BLOCKS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| `(.+?)` \| .+ \|$", re.MULTILINE)


def rows(kind: str) -> list[tuple[str, str, str]]:
    """Key, what is allowed, and example, of each row below the table's heading."""
    section = PAGE.split(f"\n## `{bracketed(kind)}`\n")[1].split("\n## ")[0]
    return ROW.findall(section)


ROWS = [(kind, *row) for kind in TABLES for row in rows(kind)]
LIMITS = [
    (kind, key, int(span[1]), int(span[2]))
    for kind, key, allowed, _ in ROWS
    if (span := re.search(r"整数，(\d+)–(\d+)", allowed))
]


@pytest.mark.parametrize("kind", TABLES)
def test_every_key_is_documented_in_its_order_and_no_other(kind: str) -> None:
    assert [key for key, _, _ in rows(kind)] == [*TABLES[kind].model_fields]


@pytest.mark.parametrize("kind", TABLES)
def test_what_must_be_written_is_said_to_be(kind: str) -> None:
    said = {key for key, allowed, _ in rows(kind) if "必填" in allowed}
    fields = TABLES[kind].model_fields
    assert said == {key for key, field in fields.items() if field.is_required()}


@pytest.mark.parametrize(("kind", "key", "low", "high"), LIMITS)
def test_every_range_is_the_one_that_is_checked(
    tmp_path: Path, kind: str, key: str, low: int, high: int
) -> None:
    for value, message in (
        (low - 1, f"{key} = {low - 1}, must be {low} or more"),
        (high + 1, f"{key} = {high + 1}, must be {high} or less"),
    ):
        write(tmp_path, {**GOOD, kind: with_line(GOOD[kind], f"{key} = {value}")})
        assert message in faults(tmp_path)[0]
    for value in (low, high):
        write(tmp_path, {**GOOD, kind: with_line(GOOD[kind], f"{key} = {value}")})
        assert not any(" or more" in fault or " or less" in fault for fault in faults(tmp_path))


def test_every_whole_number_has_its_range() -> None:
    keys = {(kind, key) for kind, key, _, _ in LIMITS}
    numbers = {
        (kind, key)
        for kind, model in TABLES.items()
        for key, field in model.model_fields.items()
        if "int" in str(field.annotation)
        and not re.search("list|dict|tuple", str(field.annotation))
    }
    assert keys == numbers


BESIDE = {"choices": 'wait_for = "admin"', "doubtful_score": "from_score = 70"}
"""Keys that stand beside another one alone."""
INSTEAD = dict.fromkeys(("valid_until", "inactive_days"), "valid_days = 365\n")
"""Keys that stand in another one's place."""


@pytest.mark.parametrize(("kind", "key", "allowed", "value"), ROWS)
def test_every_example_is_allowed(
    tmp_path: Path, kind: str, key: str, allowed: str, value: str
) -> None:
    text = with_line(GOOD[kind].replace(INSTEAD.get(key, "\0"), ""), f"{key} = {value}")
    if key in BESIDE:
        text = with_line(text, BESIDE[key])
    write(tmp_path, {**GOOD, kind: text})
    said = [fault for fault in faults(tmp_path) if "must be 0 in the first tier" not in fault]
    assert said == []


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_block_loads_by_itself_or_over_the_standard_preset(
    tmp_path: Path, block: str
) -> None:
    files = {"block": block}
    if "programme" not in tomllib.loads(block):
        files["programme"] = '[programme]\nextends = "standard"\n'
    write(tmp_path, files)
    assert faults(tmp_path) == []


def test_the_block_of_differences_does_what_is_said_above_it(tmp_path: Path) -> None:
    section = PAGE.split("\n## 只写不同之处\n")[1].split("\n## ")[0]
    (block,) = re.findall(r"```toml\n(.*?)```", section, re.DOTALL)
    write(tmp_path, {"block": block})
    programme = load(tmp_path)
    standard = [rule.points for rule in load_preset("standard").rules]
    assert [rule.points for rule in programme.rules] == [8, *standard[1:]]
    assert programme.valid_days is None


def test_every_place_of_the_wording_is_documented() -> None:
    section = PAGE.split("\n## `[[rule]]`\n")[1].split("\n## ")[0]
    places = set(re.findall(r"^\| `\{(\w+)\}` \|", section, re.MULTILINE))
    assert places == {"points", "total", "streak_days", "balance", "name"}


def test_every_kind_that_can_happen_is_told_with_what_it_is_known_by() -> None:
    section = PAGE.split("\n## 群里的话算什么\n")[1].split("\n## ")[0]
    firsts = re.findall(r"^\| (`.+?`) \| \S", section, re.MULTILINE)
    told = {kind for first in firsts for kind in re.findall(r"`(\w+)`", first)}
    assert told - {"on"} == kinds()


def test_every_topic_that_is_known_is_told() -> None:
    section = PAGE.split("\n## 群里的话算什么\n")[1].split("\n## ")[0]
    assert re.search(" ".join(f"#{topic}" for topic in TOPICS), section)


MISTAKES = re.findall(r"^\| `(.+?)`.*? \| `(.+?)`：.+ \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize(("line", "message"), MISTAKES)
def test_every_mistake_that_is_shown_gets_the_answer_that_is_shown(
    tmp_path: Path, line: str, message: str
) -> None:
    good = {**GOOD, "rule": with_line(GOOD["rule"], "points = 5")}
    kind = "programme" if line.startswith("zone") else "rule"
    wrong = line if line.startswith("[") else with_line(good[kind], line)
    write(tmp_path, {**good, kind: wrong})
    (fault,) = faults(tmp_path)
    assert message in fault


def test_the_page_shows_mistakes() -> None:
    assert len(MISTAKES) >= 6
