"""A month in a shop group of 60, replayed: every balance was worked out by hand.

Three things that were made apart must agree. `transcripts/month.txt` says who checked in on which
day; `transcripts/month.jsonl` is that month in 4,876 lines, with the chatter, typing errors,
double deliveries and tricks of a real group; and EXPECTED is what an honest bookkeeper makes of
it, one member a line. A check-in pays 5, and on every seventh day in a row 30 more.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.replaying import SPINE, TRANSCRIPTS, export, lines, replay, verify

PLAN = TRANSCRIPTS / "month.txt"
TRANSCRIPT = TRANSCRIPTS / "month.jsonl"


class Expected(NamedTuple):
    """How a member stands on 30 June at 23:59:59."""

    member: str
    earned: int
    """By check-ins and streak bonuses, in points."""
    given: int
    """By admins, less what they took and what was reversed, in points."""
    streak_days: int
    """In a row up to the 30th, or to the 29th: the 30th is still open."""
    how: str


EXPECTED = [
    Expected("u01", 22 * 5, 0, 1, "22 days, runs of 1, 5, 5, 5, 5 and 1: no bonus"),
    Expected("u02", 22 * 5, 0, 2, "the 22 working days, runs of 5 and one of 2: no bonus"),
    Expected("u03", 16 * 5 + 1 * 30, 0, 0, "16 days, runs of 7, 5, 2 and 2: one bonus"),
    Expected("u04", 30 * 5 + 4 * 30, 88, 30, "every day: bonuses on the 7th, 14th, 21st and 28th"),
    Expected("u05", 29 * 5 + 4 * 30, 200, 8, "all but the 22nd: 21 days, three bonuses; 8, one"),
    Expected("u06", 19 * 5 + 2 * 30, 0, 5, "19 days, runs of 7, 7 and 5: two bonuses"),
    Expected("u07", 26 * 5 + 3 * 30, 20, 9, "26 days, runs of 8, 9 and 9: one bonus each"),
    Expected("u08", 13 * 5, 0, 0, "13 single days, the last the 28th"),
    Expected(
        "u09", 29 * 5 + 4 * 30, 0, 29, "29 days in a row: four; 10 taken, given back next day"
    ),
    Expected("u10", 0, 0, 0, "talks all day, typed 签到 wrongly once, asked for points in vain"),
    Expected("u11", 26 * 5, 0, 2, "26 days, four runs of 6 and one of 2: never a seventh day"),
    Expected("u12", 24 * 5 + 2 * 30, 50, 0, "24 days, runs of 12 and 12; the 50 came three times"),
    Expected(
        "u13", 21 * 5 + 3 * 30, 40, 7, "21 days, three runs of 7; 500 by one no longer admin"
    ),
    Expected("u14", 3 * 5, 0, 3, "the last three days"),
    Expected("u15", 24 * 5 + 3 * 30, 200, 10, "24 days, runs of 14 and 10: two bonuses and one"),
    Expected("u16", 4 * 5, -5, 0, "4 days; the 5 were taken to 0; a recalled check-in stands"),
    Expected("u17", 24 * 5 + 2 * 30, 0, 10, "24 midnights, runs of 10, 4 and 10: two bonuses"),
    Expected("u18", 21 * 5 + 2 * 30, 0, 0, "21 days, runs of 7, 1, 5 and 8, on UTC's day border"),
    Expected("u19", 23 * 5 + 2 * 30, 0, 4, "23 days abroad, runs of 8, 2, 9 and 4: two bonuses"),
    Expected("u20", 24 * 5 + 3 * 30, 0, 1, "24 days, runs of 7, 8, 8 and 1; 100 given, reversed"),
    Expected("u21", 19 * 5, 0, 1, "19 days, all delivered twice or more, runs of 5 at most"),
    Expected(
        "u22", 24 * 5 + 3 * 30, 0, 8, "24 days in two rooms, three runs of 8: one bonus each"
    ),
    Expected("u23", 24 * 5 + 3 * 30, 0, 0, "24 days in private, runs of 14, 2 and 8"),
    Expected("u24", 25 * 5 + 2 * 30, 30, 4, "25 days, twice each, runs of 8, 2, 3, 8 and 4"),
    Expected("u25", 26 * 5 + 3 * 30, 0, 1, "26 days, runs of 7, 3, 7, 8 and 1: three bonuses"),
    Expected("u26", 22 * 5 + 2 * 30, 100, 1, "22 days, runs of 8, 8, 5 and 1: two bonuses"),
    Expected("u27", 20 * 5, 0, 2, "20 days, ten runs of 2"),
    Expected("u28", 0, 0, 0, "joined and never said a word"),
    Expected("u29", 0, 18, 0, "never checked in, was given 18"),
    Expected(
        "u30", 22 * 5 + 2 * 30, 0, 13, "22 days, runs of 9 and 13, away from the 10th to 17th"
    ),
    Expected(
        "u31", 28 * 5 + 3 * 30, 0, 9, "28 days, runs of 19 (two) and 9 (one), over two rooms"
    ),
    Expected("u32", 22 * 5 + 2 * 30, 0, 10, "22 days, runs of 1, 1, 7, 3 and 10: two bonuses"),
    Expected(
        "u33", 11 * 5 + 1 * 30, 0, 0, "11 days in a row, then gone for good: what is earned stays"
    ),
    Expected("u34", 5 * 5, 0, 0, "5 single days"),
    Expected("u35", 25 * 5, 0, 5, "25 days, five runs of 5, up to the 29th"),
    Expected(
        "u36", 23 * 5 + 3 * 30, 0, 23, "23 days in a row: bonuses on the 14th, 21st and 28th"
    ),
    Expected(
        "u37", 28 * 5 + 4 * 30, 740, 0, "28 in a row, then two days missed; 260 + 740 = 1,000"
    ),
    Expected("u38", 22 * 5 + 1 * 30, 0, 3, "22 days, runs of 1, 1, 2, 1, 3, 9, 1, 1 and 3"),
    Expected("u39", 1 * 5, 0, 1, "the last second of the month"),
    Expected("u40", 1 * 5, 0, 0, "the first second of the month"),
    Expected("u41", 5 * 5, -5, 0, "5 days, runs of 2, 1, 1 and 1; fined 5, removed on the 9th"),
    Expected("u42", 28 * 5 + 4 * 30, 739, 14, "two runs of 14: two bonuses each; 260 + 739 = 999"),
    Expected("u43", 19 * 5 + 2 * 30, 0, 5, "19 days typed well, runs of 7, 7 and 5: two bonuses"),
    Expected("u44", 29 * 5 + 4 * 30, 66, 14, "29 days in either room, runs of 15 and 14"),
    Expected("u45", 18 * 5, 0, 3, "18 days, runs of 3, 3, 6, 3 and 3"),
    Expected("u46", 0, 0, 0, "joined and never said a word"),
    Expected("u47", 22 * 5 + 3 * 30, 0, 0, "22 days, runs of 7, 8 and 7: one bonus each"),
    Expected("u48", 2 * 5, 0, 0, "the day of joining and the next"),
    Expected(
        "u49", 26 * 5 + 3 * 30, 900, 26, "26 days in a row: bonuses on the 11th, 18th and 25th"
    ),
    Expected("u50", 19 * 5 + 2 * 30, 0, 9, "19 days, runs of 2, 8 and 9: two bonuses"),
    Expected("u51", 20 * 5 + 2 * 30, 0, 1, "20 days, runs of 11, 8 and 1: two bonuses"),
    Expected(
        "u52", 19 * 5 + 2 * 30, 0, 0, "19 days, runs of 12 and 7, one day of it out of the group"
    ),
    Expected("u53", 5 * 5, 0, 0, "5 days, runs of 1, 1, 1 and 2; gave 500 under the owner's name"),
    Expected("u54", 0, 0, 0, "joined, and only talked"),
    Expected("u55", 17 * 5 + 2 * 30, 0, 17, "17 days in a row: two bonuses"),
    Expected(
        "u56", 13 * 5 + 1 * 30, 0, 1, "13 days, runs of 11, 1 and 1; left and came back at noon"
    ),
    Expected("u57", 14 * 5 + 2 * 30, 0, 7, "14 days, two runs of 7: one bonus each"),
    Expected("u58", 11 * 5 + 1 * 30, -20, 1, "11 days, runs of 10 and 1: one bonus; fined 20"),
    Expected("u59", 7 * 5 + 1 * 30, 0, 7, "7 days in a row: one bonus, on the last day"),
    Expected("u60", 3 * 5, 0, 1, "3 days, runs of 2 and 1"),
    Expected("w01", 24 * 5 + 3 * 30, 15, 10, "24 days, runs of 7, 7 and 10: one bonus each"),
    Expected("w02", 7 * 5, 0, 1, "7 single days; a recalled check-in stands"),
    Expected("w03", 21 * 5 + 2 * 30, 0, 5, "21 days, runs of 8, 8 and 5: two bonuses"),
    Expected("w05", 20 * 5 + 2 * 30, 0, 11, "20 days, runs of 9 and 11: two bonuses"),
    Expected("w06", 7 * 5, 0, 0, "7 days, runs of 3, 1 and 3, the last the 28th"),
    Expected("s01", 4 * 5, 0, 0, "4 days, in private only, in no room ever"),
]


class Adjustment(NamedTuple):
    """加分 or 扣分 by an admin."""

    day: int
    member: str
    points: int
    reversed_on: int | None = None


ADJUSTMENTS = [
    Adjustment(1, "u07", 20),
    Adjustment(2, "u16", -5),
    Adjustment(2, "u12", 50),
    Adjustment(3, "u41", -5),
    Adjustment(5, "u24", 30),
    Adjustment(6, "u20", 100, reversed_on=6),
    Adjustment(6, "u26", 100),
    Adjustment(8, "u09", -10, reversed_on=9),
    Adjustment(10, "u44", 66),
    Adjustment(12, "u04", 88),
    Adjustment(15, "w01", 15),
    Adjustment(18, "u05", 200),
    Adjustment(18, "u15", 200),
    Adjustment(18, "u42", 200),
    Adjustment(20, "u13", 40),
    Adjustment(22, "u58", -20),
    Adjustment(25, "u29", 18),
    Adjustment(28, "u37", 740),
    Adjustment(28, "u42", 539),
    Adjustment(30, "u49", 900),
]

CHECKINS, BONUSES = 1_108, 100
POINTS = CHECKINS * 5 + BONUSES * 30 + 3_176
"""All balances together; the 3,176 are the adjustments less the two reversed."""
ENTRIES = CHECKINS + BONUSES + 20 + 2
"""20 adjustments and 2 reversals."""


# The hand table against the attendance plan


@dataclass(frozen=True)
class Attendance:
    """A line of the plan, read by runs of days and not, as the bot must, day by day."""

    name: str
    marks: str

    @property
    def runs(self) -> list[range]:
        """Days in a row."""
        found = re.finditer(r"[^.t-]+", self.marks)
        return [range(run.start() + 1, run.end() + 1) for run in found]

    @property
    def earned(self) -> int:
        """Points for the days, and for each full week of a run."""
        return sum(len(run) * 5 + len(run) // 7 * 30 for run in self.runs)

    @property
    def streak_days(self) -> int:
        """Days of the run that reaches the 30th or the 29th."""
        return next((len(run) for run in self.runs if run[-1] >= 29), 0)


@pytest.fixture(scope="module")
def plan() -> dict[str, Attendance]:
    """The attendance plan by member."""
    return dict(map(_planned, _rows(PLAN)))


def test_the_hand_table_is_what_the_attendance_plan_comes_to(plan: dict[str, Attendance]) -> None:
    by_plan = {member: (row.earned, row.streak_days) for member, row in plan.items()}
    assert {row.member: (row.earned, row.streak_days) for row in EXPECTED} == by_plan


def test_the_hand_table_gives_what_the_admins_gave() -> None:
    given: Counter[str] = Counter()
    for row in ADJUSTMENTS:
        given[row.member] += row.points if row.reversed_on is None else 0
    assert {row.member: row.given for row in EXPECTED if row.given} == {
        member: points for member, points in given.items() if points
    }


def test_the_hand_table_adds_up() -> None:
    assert sum(row.earned + row.given for row in EXPECTED) == POINTS == 11_716


# The bot's export against the hand table


@dataclass(frozen=True)
class Month:
    """What became of a replay."""

    said: list[dict[str, Any]]
    balances: str
    entries: str
    verified: str
    again: tuple[str, str]
    """Balances and entries after the same transcript had been replayed once more."""

    def by_member(self, key: str) -> dict[str, Any]:
        """One column of the balances."""
        return {row["external_id"]: row[key] for row in lines(self.balances)}

    def of_kind(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a kind."""
        return [row for row in lines(self.entries) if row["kind"] == kind]


@pytest.fixture(scope="module")
def kept() -> dict[str, Month]:
    """What the replays of this module came to: one for each kind of database is enough."""
    return {}


@pytest.fixture
def month(database_url: str, kept: dict[str, Month]) -> Month:
    """The month, replayed into a fresh database and then into the same one again."""
    kind = database_url.partition(":")[0]
    if kind not in kept:
        said = replay(TRANSCRIPT, database_url, "--config", str(SPINE))
        first = export("balances", database_url), export("entries", database_url)
        verified = verify(database_url)
        replay(TRANSCRIPT, database_url, "--config", str(SPINE))
        again = export("balances", database_url), export("entries", database_url)
        kept[kind] = Month(said, *first, verified, again)
    return kept[kind]


def test_the_month_ends_with_the_balances_of_the_hand_table(month: Month) -> None:
    assert month.by_member("balance") == {row.member: row.earned + row.given for row in EXPECTED}


def test_qualifying_points_are_all_that_was_gained_less_reversals(month: Month) -> None:
    gained = {row.member: row.earned + row.given for row in EXPECTED}
    assert month.by_member("qualifying_points") == gained


def test_nobody_has_points_pending_or_a_debt(month: Month) -> None:
    assert set(month.by_member("pending").values()) == {0}
    assert set(month.by_member("debt").values()) == {0}


def test_the_month_ends_with_the_streaks_of_the_hand_table(month: Month) -> None:
    assert month.by_member("streak_days") == {row.member: row.streak_days for row in EXPECTED}


def test_a_thousand_points_make_the_second_tier_and_999_do_not(month: Month) -> None:
    tiers = month.by_member("tier")
    assert tiers["u37"] == tiers["u49"] != tiers["u42"]
    others = {tier for member, tier in tiers.items() if member not in ("u37", "u49")}
    assert others == {tiers["u42"]}


def test_who_only_talks_is_no_member(month: Month) -> None:
    """w04 was there before the bot and chats all month: chatter leaves no trace."""
    assert "w04" not in month.by_member("name")


def test_a_member_keeps_the_name_of_the_last_message_that_counted(
    month: Month, plan: dict[str, Attendance]
) -> None:
    """u53 called itself after the owner while it last checked in, and has only chatted since."""
    names = {member: row.name for member, row in plan.items() if row.name.isprintable()}
    names["u53"] = "小满"
    exported = month.by_member("name")
    assert {member: exported[member] for member in names} == names
    assert set(month.by_member("channel").values()) == {"replay"}


def test_every_entry_is_of_a_kind_and_number_that_was_counted_by_hand(month: Month) -> None:
    entries = lines(month.entries)
    assert Counter(row["kind"] for row in entries) == {
        "accrual": CHECKINS + BONUSES,
        "adjustment": len(ADJUSTMENTS),
        "reversal": 2,
    }
    assert [int(row["id"]) for row in entries] == list(range(1, ENTRIES + 1))


def test_the_days_that_were_paid_are_those_of_the_plan(
    month: Month, plan: dict[str, Attendance]
) -> None:
    planned = [
        (member, rule, points, f"2026-06-{day:02}")
        for member, row in plan.items()
        for run in row.runs
        for rule, points, days in (("checkin", 5, run), ("checkin_streak", 30, run[6::7]))
        for day in days
    ]
    paid = [
        (row["external_id"], row["rule"], row["points"], row["on"])
        for row in month.of_kind("accrual")
    ]
    assert sorted(paid) == sorted(planned)


def test_an_adjustment_counts_for_its_day_and_member(month: Month) -> None:
    made = [(row["on"], row["external_id"], row["points"]) for row in month.of_kind("adjustment")]
    assert made == [(_june(row.day), row.member, row.points) for row in ADJUSTMENTS]


def test_a_reversal_names_its_original_and_takes_it_back(month: Month) -> None:
    by_id = {row["id"]: row for row in lines(month.entries)}
    reversals = month.of_kind("reversal")
    expected = [row for row in ADJUSTMENTS if row.reversed_on]
    assert [(row["on"], row["external_id"], row["points"]) for row in reversals] == [
        (_june(row.reversed_on), row.member, -row.points) for row in expected
    ]
    assert [by_id[row["reverses"]]["points"] for row in reversals] == [100, -10]


def test_the_ledger_of_the_month_verifies(month: Month) -> None:
    assert month.verified.strip() == f"ok {ENTRIES} entries"


def test_the_same_month_replayed_again_changes_nothing(month: Month) -> None:
    assert month.again == (month.balances, month.entries)


def test_the_month_in_another_database_exports_the_same_bytes(
    month: Month, tmp_path: Path
) -> None:
    """On PostgreSQL the other one is SQLite: points do not depend on where they are kept."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    said = replay(TRANSCRIPT, other, "--config", str(SPINE))
    assert export("entries", other) == month.entries
    assert export("balances", other) == month.balances
    assert said == month.said


def test_all_the_bot_says_has_a_cause_a_time_and_somebody_to_hear_it(month: Month) -> None:
    sent = {row["id"] for row in lines(TRANSCRIPT.read_text(encoding="utf-8"))}
    for said in month.said:
        assert {"at", "room", "to", "text", "picture", "kind", "cause"} <= said.keys()
        assert said["kind"] in ("reply", "post", "notice")
        assert said["cause"] in sent or said["cause"].startswith("job:")


def test_the_bot_answers_no_picture_sticker_voice_or_recall(month: Month) -> None:
    dumb = {
        row["id"]
        for row in lines(TRANSCRIPT.read_text(encoding="utf-8"))
        if row["type"] == "recall" or row.get("kind") in ("image", "sticker", "video", "other")
    }
    assert dumb
    assert [said for said in month.said if said["cause"] in dumb] == []


def _rows(file: Path) -> list[str]:
    text = file.read_text(encoding="utf-8")
    return [line for line in text.split("\n") if line and not line.startswith("#")]


def _planned(line: str) -> tuple[str, Attendance]:
    member, _, marks, name = line.split(maxsplit=3)
    assert len(marks) == 30, f"{member} has a mark for {len(marks)} days"
    return member, Attendance(name.replace("\\n", "\n"), marks)


def _june(day: int | None) -> str:
    assert day is not None
    return date(2026, 6, day).isoformat()
