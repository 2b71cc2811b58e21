"""`[[segment]]` tables, and what names segments: what loads, and what is said of the rest."""

from pathlib import Path

import pytest

from bot.points.segment import Segment
from config.loader import load, warnings
from tests.config.folder import CAMPAIGN, GOOD, RULE, SEGMENT, faults, with_line, write

OTHER = '[[segment]]\nid = "other"\nname = "其他"\n'


def test_all_keys_arrive(tmp_path: Path) -> None:
    text = OTHER + (
        "newcomer_days = 30\norders_monthly = 2\norders_monthly_most = 4\nsilent_days = 30\n"
        "returned_days = 7\ndormant_months = 3\nyearly_yuan = 10000\n"
        'tags = ["团长"]\ntiers = ["normal"]\nany_of = ["newcomer"]\n'
        'all_of = ["newcomer"]\nnone_of = ["newcomer"]\n'
    )
    whom = 'segments = ["other"]\ntags = ["团长"]\nrooms = ["r"]\ntiers = ["normal"]\n'
    write(
        tmp_path,
        {**GOOD, "segment": SEGMENT + text, "rule": RULE + whom, "campaign": CAMPAIGN + whom},
    )
    programme = load(tmp_path)
    assert programme.segments[1] == Segment(
        "other", "其他", 30, 2, 4, 30, 7, 3, 10_000, frozenset({"团长"}), frozenset({"normal"}),
        ("newcomer",), ("newcomer",), ("newcomer",),
    )  # fmt: skip
    for audience in (*programme.rules, *programme.campaigns):
        assert audience.segments == {"other"}
        assert audience.tags == {"团长"}
        assert audience.rooms == {"r"}
        assert audience.tiers == {"normal"}
    assert not any("segment" in said for said in warnings(programme))


@pytest.mark.parametrize(
    ("kind", "line", "said"),
    [
        ("segment", "returned_days = 7", "returned_days = 7, must stand beside silent_days"),
        (
            "segment",
            "orders_monthly_most = 4",
            "orders_monthly_most = 4, must stand beside orders_monthly",
        ),
        ("segment", "", "has no condition"),
        ("segment", 'tags = ["a b"]', "tags = "),
        ("segment", 'tags = ["-a"]', "must be one word of 1 to 12 characters"),
        ("segment", 'any_of = ["newcomr"]', 'is no segment, did you mean "newcomer"?'),
        ("segment", 'none_of = ["other"]', "must not come back to itself: other -> other"),
        ("segment", 'tiers = ["norml"]', 'is no tier, did you mean "normal"?'),
        ("rule", 'segments = ["newcomr"]', 'is no segment, did you mean "newcomer"?'),
        ("rule", 'tiers = ["norml"]', 'is no tier, did you mean "normal"?'),
        ("campaign", 'segments = ["newcomr"]', 'is no segment, did you mean "newcomer"?'),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, kind: str, line: str, said: str) -> None:
    text = with_line(OTHER, line) if kind == "segment" else with_line(GOOD[kind], line)
    write(tmp_path, {**GOOD, kind: SEGMENT + text if kind == "segment" else text})
    found = faults(tmp_path)
    assert len(found) == 1
    assert said in found[0]


def test_most_orders_are_not_less_than_the_least(tmp_path: Path) -> None:
    text = OTHER + "orders_monthly = 3\norders_monthly_most = 2\n"
    write(tmp_path, {**GOOD, "segment": SEGMENT + text})
    assert "must not be less than orders_monthly = 3" in faults(tmp_path)[0]


def test_a_long_way_back_is_shown_from_each_end(tmp_path: Path) -> None:
    one = '[[segment]]\nid = "one"\nname = "一"\nany_of = ["two"]\n'
    two = '[[segment]]\nid = "two"\nname = "二"\nall_of = ["one"]\n'
    write(tmp_path, {**GOOD, "segment": one + two})
    assert [fault.partition(": ")[2] for fault in faults(tmp_path)] == [
        "must not come back to itself: one -> two -> one (line 1)",
        "must not come back to itself: two -> one -> two (line 5)",
    ]


def test_a_segment_that_nobody_uses_is_warned_of(tmp_path: Path) -> None:
    write(tmp_path, GOOD)
    said = 'segment "newcomer" is used by no rule, campaign or other segment'
    assert said in warnings(load(tmp_path))
