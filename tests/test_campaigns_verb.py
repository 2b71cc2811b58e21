"""`python -m bot campaigns`: which campaign is on when."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import app

PROGRAMME = """
[programme]
extends = "standard"

[[campaign]]
id = "birthday_month"
enabled = false

[[campaign]]
id = "anniversary"
name = "周年庆"
from_on = 2026-09-30
until_on = 2026-10-02
bonus = 3
rules = ["checkin"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> str:
    (tmp_path / "rules.toml").write_text(PROGRAMME, encoding="utf-8")
    return str(tmp_path)


def ran(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["campaigns", *words])
    return result.exit_code, result.stdout


def test_the_days_that_are_asked_for_are_shown(folder: str) -> None:
    asked = ("--config", folder, "--from", "2026-10-01", "--to", "2026-10-31")
    assert ran(*asked) == (0, "2026-10-01 到 2026-10-02 周年庆:每日签到 +3\n")


def test_sixty_days_are_shown_when_no_end_is_named(folder: str) -> None:
    assert ran("--config", folder, "--from", "2026-08-01") == (
        0, "2026-09-30 周年庆:每日签到 +3\n",
    )  # fmt: skip
    assert ran("--config", folder, "--from", "2026-07-31") == (
        0, "2026-07-31 到 2026-09-29 没有活动\n",
    )  # fmt: skip


@pytest.mark.parametrize("last", ["2026-09-30", "2099-01-01", "soon"])
def test_an_end_that_makes_no_sense_is_wrong_use(folder: str, last: str) -> None:
    assert ran("--config", folder, "--from", "2026-10-01", "--to", last)[0] == 2


def test_a_folder_with_faults_is_told_of(tmp_path: Path) -> None:
    assert ran("--config", str(tmp_path / "none"))[0] == 2
