"""Whatever people send, the others get what is theirs and nothing is counted twice.

`transcripts/hostile.jsonl` mixes hostile texts, names and ids with the check-ins of members who
notice nothing of it. A line's id says what it tries; `d3/n01` is a check-in that counts.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest

from tests.replaying import SPINE, TRANSCRIPTS, export, lines, replay, verify

TRANSCRIPT = TRANSCRIPTS / "hostile.jsonl"

EVERYBODY = [f"n{number:02}" for number in range(1, 21)]
REGULARS = ["n01", "n02", "n03"]
NAMES = [
    "newline", "crlf", "braces", "percent", "html", "rtl", "nul", "surrogate", "combining",
    "long", "empty", "zero-width", "command", "owner", "separators", "sql", "csv", "path",
]  # fmt: skip
O_NEIL = "o'Neil\"; DROP TABLE member; --"

# What each day pays, worked out by hand; whatever else the transcript tries pays nothing.
CHECKINS = {
    "2026-07-01": [*EVERYBODY, "h01"],  # between texts that are hostile; h01 sent them
    "2026-07-02": [*REGULARS, *(f"name-{name}" for name in NAMES), O_NEIL],
    "2026-07-03": [*REGULARS, "n04", "n05"],  # ids that came 2, 3 and 100 times, or were taken
    "2026-07-04": REGULARS,  # two ids in one second
    "2026-07-05": REGULARS,  # commands with wrong words
    "2026-07-06": REGULARS,  # recalled, left and joined, twice over
    "2026-07-07": REGULARS,  # the seventh day
    "2026-08-10": ["n01"],  # at 23:59:59
    "2026-08-11": ["n01", "n02"],  # a second later
}
SEVENTH_DAYS = [("2026-07-07", member) for member in REGULARS]
GIFT = ("2026-07-03", "n01", "adjustment", 7)

ENTRIES = 21 + 22 + 5 + 4 * 3 + 3 + 3 + 1
"""Check-ins up to 7 July, then in August, streak bonuses, the gift."""

BALANCES = {
    "n01": 9 * 5 + 30 + 7,
    "n02": 8 * 5 + 30,
    "n03": 7 * 5 + 30,
    "n04": 2 * 5,
    "n05": 2 * 5,
    **dict.fromkeys(EVERYBODY[5:], 5),
    **dict.fromkeys([f"name-{name}" for name in NAMES], 5),
    O_NEIL: 5,
    "h01": 5,
}


@dataclass(frozen=True)
class Replayed:
    """What became of the transcript."""

    said: list[dict[str, Any]]
    entries: str
    balances: str
    verified: str
    entries_again: str
    """After a second replay into the same database."""

    def answers(self, pattern: str) -> list[dict[str, Any]]:
        """What was said because of lines with such ids."""
        return [said for said in self.said if re.fullmatch(pattern, said["cause"])]


@pytest.fixture(scope="module")
def kept() -> dict[str, Replayed]:
    """What the replays of this module came to: one for each kind of database is enough."""
    return {}


@pytest.fixture
def replayed(database_url: str, kept: dict[str, Replayed]) -> Replayed:
    """The transcript, replayed into a fresh database and then into the same one again."""
    kind = database_url.partition(":")[0]
    if kind not in kept:
        said = replay(TRANSCRIPT, database_url, "--config", str(SPINE))
        entries, balances = export("entries", database_url), export("balances", database_url)
        verified = verify(database_url)
        replay(TRANSCRIPT, database_url, "--config", str(SPINE))
        kept[kind] = Replayed(said, entries, balances, verified, export("entries", database_url))
    return kept[kind]


def test_hostile_lines_earn_nothing_and_cost_the_others_nothing(replayed: Replayed) -> None:
    expected = [(on, member, "checkin", 5) for on, them in CHECKINS.items() for member in them]
    expected += [(on, member, "checkin_streak", 30) for on, member in SEVENTH_DAYS]
    posted = [
        (row["on"], row["external_id"], row["rule"] or row["kind"], row["points"])
        for row in lines(replayed.entries)
    ]
    assert sorted(posted) == sorted([*expected, GIFT])
    assert len(posted) == ENTRIES


def test_balances_are_those_worked_out_by_hand(replayed: Replayed) -> None:
    balances = {row["external_id"]: row["balance"] for row in lines(replayed.balances)}
    assert {member: points for member, points in balances.items() if points} == BALANCES


def test_the_owner_who_only_gave_has_nothing_and_the_bot_is_no_member(replayed: Replayed) -> None:
    balances = {row["external_id"]: row["balance"] for row in lines(replayed.balances)}
    assert balances["a01"] == 0
    assert "bot" not in balances


def test_the_ledger_verifies_after_all_that(replayed: Replayed) -> None:
    assert replayed.verified.strip() == f"ok {ENTRIES} entries"


def test_a_second_replay_of_hostile_lines_posts_nothing(replayed: Replayed) -> None:
    assert replayed.entries_again == replayed.entries


def test_every_check_in_that_counts_is_answered(replayed: Replayed) -> None:
    sent = [row["id"] for row in lines(TRANSCRIPT.read_text(encoding="utf-8"))]
    counting = {line for line in sent if re.fullmatch(r"d\d/.*(?<!-too)", line)}
    answered = {said["cause"] for said in replayed.said if said["kind"] == "reply"}
    assert len(counting) == sum(map(len, CHECKINS.values())) - 1, "n04's is ids/taken"
    assert counting - answered == set()


def test_no_hostile_line_shows_a_room_that_something_broke(replayed: Replayed) -> None:
    broken = re.compile("Traceback|Error|Exception|出了点问题")
    assert [said for said in replayed.said if broken.search(said["text"])] == []


def test_hostile_texts_and_the_bots_own_words_get_no_answer(replayed: Replayed) -> None:
    texts = "100-kb|100-kb-ascii|zero-width|zero-width-flood|rtl-nested|nul|surrogate-high|zalgo"
    assert replayed.answers(f"text/(empty|blank|{texts}|combining-alone|emoji|html)") == []
    assert replayed.answers("odd/own-.*") == []


def test_thirty_nearly_right_commands_in_a_minute_get_one_hint_at_most(replayed: Replayed) -> None:
    assert len(replayed.answers("hint/.*")) <= 1
