"""A rule is a table in a file and no code: no id is known to the code, and an activity that nobody
thought of earns by its rule like any other."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.app import kinds
from bot.points.types import Programme
from config.extends import PRESETS, preset_ids
from config.loader import load, load_preset
from store.database import Database
from tests.chat import Chat, Clock
from tests.replaying import ROOT

KNITTING = """
# 织毛衣，每件 7 分，每天最多 10 分。
[[rule]]
id = "knitting"
on = "knitting"
name = "织毛衣"
points = 7
cap_points_daily = 10
reply = "{name} +{points},余额 {balance}"
"""
ID = re.compile(r'^id = "(\w+)"', re.MULTILINE)
RULES_OF_CAMPAIGN = re.compile(r"^rules = .+", re.MULTILINE)
SEGMENTS_OF_CAMPAIGN = re.compile(r"^segments = .+", re.MULTILINE)
PLAYED = {
    "checkin", "welcome", "share", "review", "post", "answer", "feedback", "chat", "invite",
    "invite_first_order", "order", "first_order", "knitting",
}  # fmt: skip
"""The kinds of activity that earn something in the month below."""
Gains = list[tuple[object, ...]]


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """The standard files with a rule more, and every example of a campaign switched on."""
    folder = tmp_path / "original"
    shutil.copytree(PRESETS / "standard", folder)
    (folder / "knitting.toml").write_text(KNITTING, "utf-8")
    campaigns = folder / "campaigns.toml"
    campaigns.write_text(campaigns.read_text("utf-8").replace("enabled = false\n", ""), "utf-8")
    return folder


@pytest.fixture
def renamed(original: Path) -> Path:
    """The same under other ids, in campaigns too."""
    folder = original.with_name("renamed")
    shutil.copytree(original, folder)
    for name in ("rules", "knitting"):
        file = folder / f"{name}.toml"
        file.write_text(ID.sub(r'id = "x_\1_9"', file.read_text("utf-8")), "utf-8")
    campaigns = folder / "campaigns.toml"
    text = ID.sub(r'id = "y_\1_9"', campaigns.read_text("utf-8"))
    text = RULES_OF_CAMPAIGN.sub(lambda line: re.sub(r'"(\w+)"', r'"x_\1_9"', line[0]), text)
    text = SEGMENTS_OF_CAMPAIGN.sub(lambda line: re.sub(r'"(\w+)"', r'"y_\1_9"', line[0]), text)
    campaigns.write_text(text, "utf-8")
    return folder


def months_work(database: Database, programme: Programme) -> tuple[list[str], Gains]:
    """Everything that is said and gained in October, by whom, on which day, for what kind of
    deed."""
    chat, said = Chat(database, programme, Clock()), list[str]()
    try:
        for line in _said_in(chat):
            said += line
        gains = chat.rows(
            "SELECT external_id, entry.day, activity.kind, entry.kind, points FROM entry"
            " JOIN identity ON identity.community = entry.community"
            " AND identity.member = entry.member"
            " LEFT JOIN activity ON activity.community = entry.community"
            " AND activity.id = entry.activity ORDER BY entry.id"
        )
    finally:
        chat.bot.stop()
    return said, gains


def _said_in(chat: Chat) -> Iterator[list[str]]:
    for day in range(1, 31):
        chat.move_to(f"10-{day:02} 08:00")
        if day == 2:
            yield chat("小美", kind="join", people=["小新"])
        for who in ("小美", "小明") if day != 5 else ("小明",):
            yield chat(who, "签到")
            yield chat(who, "做share about 面膜 today")
            yield chat(who, "做knitting")
            chat.clock.pass_by(seconds=61)
            yield chat(who, "做chat 9")
            yield chat(who, "做knitting")
        if day == 6:
            yield chat("小美", "补签")
        if day % 3 == 0:
            yield chat("小明", "做review with 1 pictures")
            yield chat("小美", f"做post {day}")
            yield chat("小明", "做answer 15")
            yield chat("小美", "做feedback")
        if day % 7 == 0:
            event = {"order": f"O{day}", "buyer": {"channel": "test", "id": "小新"}}
            paid_at = chat.clock.now().isoformat()
            yield chat.order(event="paid", amount="128.90", paid_at=paid_at, **event)
            yield chat.order(event="refunded", refund="R1", amount="30.00", **event)
            yield chat.order(event="completed", **event)
        yield chat("小美", "规则")
        yield chat("小美", "为什么")


def test_under_other_ids_every_rule_does_the_same(
    original: Path, renamed: Path, sqlite_ledger: Database, postgres_ledger: Database
) -> None:
    before, after = load(original), load(renamed)
    assert not {rule.id for rule in before.rules} & {rule.id for rule in after.rules}
    said, gains = months_work(sqlite_ledger, before)
    assert months_work(postgres_ledger, after) == (said, gains)
    assert {kind for _, _, kind, _, _ in gains} >= PLAYED


def test_an_activity_that_nobody_thought_of_earns_by_its_rule(
    renamed: Path, sqlite_ledger: Database
) -> None:
    said, gains = months_work(sqlite_ledger, load(renamed))
    knitted = [points for who, _, kind, _, points in gains if (who, kind) == ("小明", "knitting")]
    assert knitted == [7, 3] * 30
    assert "织毛衣:+7,每天最多 10 分" in said[-2]


def shipped_ids() -> set[str]:
    """Ids of rules, campaigns and tiers that are shipped, without those that are a kind of
    activity as well: the kinds are words of the code."""
    programmes = [load_preset(name) for name in preset_ids()]
    ids = {
        one.id
        for programme in programmes
        for one in (*programme.rules, *programme.campaigns, *programme.tiers)
    }
    return ids - kinds() - {rule.on for programme in programmes for rule in programme.rules}


def test_no_shipped_id_stands_in_the_code() -> None:
    ids = shipped_ids()
    assert {"checkin_streak", "national_day", "silver"} <= ids
    quoted = re.compile("""["'](%s)["']""" % "|".join(sorted(ids)))  # noqa: UP031
    found = [
        f"{file.relative_to(ROOT)}: {match[1]}"
        for folder in ("bot", "handlers", "store", "scheduled", "config")
        for pattern in ("*.py", "*.js", "*.html")
        for file in sorted((ROOT / folder).rglob(pattern))
        for match in quoted.finditer(file.read_text("utf-8"))
    ]
    assert found == []
