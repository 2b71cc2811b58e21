"""`where`: what may be written, what is said of the rest, and that nothing else comes of it."""

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from random import Random
from time import perf_counter

import pytest

from bot.points.where import DEED_FIELDS, MEMBER_FIELDS, FieldValue
from config.loader import load, load_preset
from config.reload import read_again
from config.where import where
from tests.config.folder import GOOD, RULE, SEGMENT, faults, with_line, write

FIELDS: Mapping[str, FieldValue] = {
    "balance": 500, "qualifying_points": 1_200, "debt": 0, "streak_days": 4, "total_days": 20,
    "days_since_joining": 36_500, "days_since_last_deed": 1, "orders_this_month": 2,
    "yearly_yuan": Decimal("128.50"), "tier": "gold", "tags": frozenset({"团长", "老客"}),
    "units": Decimal("0.1"), "pictures": 3, "hour": 20, "weekday": 6, "room": "r1",
    "topic": "教程", "score": 72,
}  # fmt: skip

HOLDS = [
    ("balance >= 500 and streak_days > 3", True),
    ("balance > 500 or streak_days > 4", False),
    ("not (balance > 500)", True),
    ('"团长" in tags', True),
    ('"新客" in tags', False),
    ('"新客" not in tags', True),
    ('tier == "gold" and room != ""', True),
    ('tier in ["silver", "gold"]', True),
    ("weekday in [6, 7] and hour >= 20", True),
    ("units + 0.2 == 0.3", True),
    ("yearly_yuan * 2 == 257", True),
    ("yearly_yuan / 3 * 3 > 128", True),
    ("total_days // 3 == 6 and total_days % 3 == 2", True),
    ("-balance < 0", True),
    ("balance - debt - 499 == 1 # 一个人", True),
    ("days_since_joining < 7", False),
    ("true", True),
    # What cannot be reckoned does not hold, whatever stands around it.
    ("balance / debt > 1", False),
    ("not (balance / debt > 1)", False),
    ("balance % debt == 0", False),
    ("balance // debt == 0", False),
    ("debt / debt == 1", False),
    # Nothing is too large to be reckoned at all.
    (" * ".join(["999999999999"] * 32) + " > balance", True),
]


def test_the_fields_of_these_tests_are_those_there_are() -> None:
    assert FIELDS.keys() == MEMBER_FIELDS.keys() | DEED_FIELDS.keys()


def test_every_field_is_documented_with_its_type() -> None:
    page = (Path(__file__).parents[2] / "docs/rules.md").read_text("utf-8")
    types = {"number": "数", "text": "文字", "texts": "一组文字"}
    for name, kind in {**MEMBER_FIELDS, **DEED_FIELDS}.items():
        is_of_deed = "只在规则里：" if name in DEED_FIELDS else ""
        assert f"| {name} | {types[kind]} | {is_of_deed}" in page


@pytest.mark.parametrize(("text", "holds"), HOLDS)
def test_what_an_expression_says_is_so(text: str, holds: bool) -> None:
    condition = where(text, of_deeds=True)
    assert condition is not None
    assert condition.holds(FIELDS) is holds


def test_tags_of_who_has_none_are_none() -> None:
    condition = where('"团长" in tags', of_deeds=True)
    assert condition is not None
    assert not condition.holds({"tags": frozenset()})


def test_the_fields_that_are_named_are_known() -> None:
    condition = where('balance > 1 and "a" in tags or balance < 0', of_deeds=False)
    assert condition is not None
    assert condition.asks == {"balance", "tags"}


TYPES = "tags are texts, tier and room a text, all others are numbers"
FITTING = f"must compare and reckon like with like: {TYPES}"
BOTH = "must join with and, or and not what is true or false"
HAVING = "must ask with in for a text in tags, or for what a list has"
NUMBERS = "must have numbers of at most 12 digits and 4 decimals, not "

REFUSED = [
    ("blance > 5", 'unknown field "blance", did you mean "balance"?'),
    ("gold > 5", "unknown field"),
    ("tier == gold", "yearly_yuan; a text stands in quotes"),
    ("“团长” in tags", "cannot be read at \"“团长” in tags\", “ is full-width"),
    ('tier == "gold" and wekday == 1', 'unknown field "wekday", did you mean "weekday"?'),
    ("balance = 3", 'cannot be read at "= 3", equal is =='),
    ("balance >", "ends too early"),
    ("余额 > 3", "cannot be read at"),
    ("balance > 3）", 'cannot be read at "）", ） is full-width'),
    ("1 < balance < 3", "cannot be read at"),
    ('"abc', "cannot be read at"),
    ("while > 3", "ends too early"),
    (" ", "ends too early"),
    ("# nothing", "cannot be read at"),
    ("balance", "must be true or false"),
    ("balance + 1", "must be true or false"),
    ('"yes"', "must be true or false"),
    ('balance > "3"', FITTING),
    ("tags > 1", FITTING),
    ("tier + 1 == 2", FITTING),
    ('"a" * 5 == "b"', FITTING),
    ("tier == 3", FITTING),
    ('tags == "团长"', FITTING),
    ('tier > "a"', FITTING),
    ("-tier == tier", FITTING),
    ("(balance > 1) > false", FITTING),
    ('["a"] > [1]', "a list stands behind in alone"),
    ('"a" in [["a"]]', "a list stands behind in alone"),
    ('tags == ["团长"]', "a list stands behind in alone"),
    ("balance in []", HAVING),
    ('balance in [1, "a"]', HAVING),
    ("balance in tags", HAVING),
    ('"g" in tier', HAVING),
    ('balance in ["a"]', HAVING),
    ("tier and balance > 1", BOTH),
    ("not balance", BOTH),
    ("1 / 0 > 2", "cannot be reckoned, as a division by zero"),
    ("9 ** 9 ** 9 > 1", "must not have this: ** is not"),
    ("1 << 99999999999 > 1", "must not have this: << and >>"),
    ("balance & 1 == 1", "must not have this: & | and ^"),
    ('tier =~ "g.*"', "must not have this: =~ and !~"),
    ('tier !~ "(a+)+b"', "must not have this: =~ and !~"),
    ('tier =~~ "g"', "must not have this: =~ and !~"),
    ("[one for one in tags] == tags", "must not have this: for is not"),
    ("balance > 1 ? true : false", "must not have this: ? :"),
    ("balance ?? 1 > 0", "must not have this: ??"),
    ("tags.length > 1", "must not have this: attributes"),
    ("tags&.length > 1", "must not have this: attributes"),
    ('tier[0] == "g"', "must not have this: [ ] behind a value"),
    ('tier[:1] == "g"', "must not have this: [ ] behind a value"),
    ("balance(1) > 1", "must not have this: calls"),
    ("$sum([1]) > 1", "must not have this: calls"),
    ("$today == $now", "must not have this: $"),
    ('tags == {"a"}', "must not have this: { }"),
    ('{"a": 1} == {"a": 1}', "must not have this: { }"),
    ("tier == null", "must not have this: null"),
    ('d"2026-01-01" > d"2025-01-01"', "must not have this: dates"),
    ('t"P1D" > t"P2D"', "must not have this: spans of time"),
    ('b"a" == b"a"', "must not have this: bytes"),
    ("balance > 1000000000000", NUMBERS + "1000000000000"),
    ("balance > 1e9", NUMBERS + "1e9"),
    ("balance > 0xff", NUMBERS + "0xff"),
    ("balance < inf", NUMBERS + "inf"),
    ("balance != nan", NUMBERS + "nan"),
    (r'tier == "\x41"', "must have no backslash"),
    ("-" * 300 + "balance > 1", "must not be nested more than 60 deep"),
    ("not " * 100 + "true", "must not be nested more than 60 deep"),
    ("[" * 200 + "]" * 200 + " == []", "a list stands behind in alone"),
    ("balance > 1 or " * 34 + "true", "must have 500 characters at most, not 514"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED)
def test_what_is_not_allowed_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        where(text, of_deeds=True)


def test_forty_halves_are_not_too_many() -> None:
    condition = where(" or ".join(f"debt=={number}" for number in range(1, 42)), of_deeds=False)
    assert condition is not None
    assert condition.holds({"debt": 41})
    assert not condition.holds({"debt": 42})


def test_parentheses_alone_are_no_depth() -> None:
    condition = where("(" * 200 + "balance > 1" + ")" * 200, of_deeds=False)
    assert condition is not None
    assert condition.holds(FIELDS)


PIECES = [
    *FIELDS, "and", "or", "not", "in", "==", "!=", ">", ">=", "<", "<=", "+", "-", "*", "/", "//",
    "%", "**", "<<", ">>", "&", "|", "^", "=~", "!~", "(", ")", "[", "]", "{", "}", ",", ":", "?",
    "??", ".", "&.", "$", "$now", "for", "if", "null", "true", "inf", "nan", "0", "1", "0.5",
    "999999999999", "1e999", '"', "'", '"团长"', '"a"', 'd"2026"', 't"P1D"', 'b"a"', 's"a"', "#",
    "\n", "\t", "\0", "\ud800", "\u202e", "𠮷", "。", "elif", "",
]  # fmt: skip


def test_2000_mutated_expressions_give_a_fault_or_a_condition() -> None:
    random, good = Random(20_261_125), [text for text, _ in HOLDS]
    unclear: list[str] = []
    faulty = 0
    began = perf_counter()
    for _ in range(2_000):
        tokens = random.choice(good).split(" ")
        for _ in range(random.randint(1, 3)):
            at, to = random.randrange(len(tokens)), random.randint(0, 2)
            tokens[at : at + to] = random.choices(PIECES, k=random.randint(0, 2)) or [""]
        text = random.choice((" ", "")).join(tokens)[:500]
        try:
            condition = where(text, of_deeds=True)
        except ValueError as fault:
            said, condition = str(fault), None
            unclear += [text] if not said.isprintable() else []
            faulty += 1
        if condition is not None:
            assert condition.holds(FIELDS) in (True, False)
    assert not unclear
    assert 1_000 < faulty < 1_950
    assert perf_counter() - began < 60


def test_a_fault_names_file_table_and_key(tmp_path: Path) -> None:
    line = 'where = "blance > 5"'
    write(tmp_path, {**GOOD, "rule": RULE + line, "segment": with_line(SEGMENT, line)})
    end = 'where = "blance > 5", unknown field "blance", did you mean "balance"? (line '
    assert faults(tmp_path) == [
        f'config/rule.toml [[rule]] "share": {end}6)',
        f'config/segment.toml [[segment]] "newcomer": {end}7)',
    ]


def test_a_segment_asks_nothing_of_a_deed(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "segment": with_line(SEGMENT, 'where = "hour > 5"')})
    [fault] = faults(tmp_path)
    assert 'must not ask for "hour" of a deed, only the where of a rule may' in fault


EXTENDS = '[programme]\nextends = "standard"\n'
CHECKIN = '[[rule]]\nid = "checkin"\n'


def test_a_programme_below_gets_a_where_and_loses_it(tmp_path: Path) -> None:
    def rule(line: str) -> object:
        write(tmp_path, {"programme": EXTENDS, "rule": CHECKIN + line})
        return load(tmp_path).rules[0].where

    assert rule('where = "balance > 5"') == where("balance > 5", of_deeds=True)
    assert rule('where = ""') is None
    assert rule("") is load_preset("standard").rules[0].where is None


def test_read_again_it_is_the_same_and_with_another_text_another(tmp_path: Path) -> None:
    def read(text: str) -> object:
        write(tmp_path, {**GOOD, "rule": RULE + f'where = "{text}"\n'})
        return replace(load(tmp_path), version="")

    assert read("balance > 5") == read("balance > 5") != read("balance > 6")


def test_a_broken_one_keeps_the_programme_in_force(tmp_path: Path) -> None:
    write(tmp_path, {**GOOD, "rule": RULE + 'where = "balance > 5"\n'})
    now = load(tmp_path)
    write(tmp_path, {"rule": RULE + 'where = "blance > 5"\n'})
    kept = read_again(lambda: load(tmp_path), now, rest_s=0)
    assert (kept.result, kept.programme) == ("refused", now)
    assert 'unknown field "blance"' in kept.faults[0].text
    write(tmp_path, {"rule": RULE + 'where = "debt > 5"\n'})
    swapped = read_again(lambda: load(tmp_path), now, rest_s=0)
    assert swapped.programme.rules[0].where == where("debt > 5", of_deeds=True)


def test_what_is_asked_for_is_what_expressions_name(tmp_path: Path) -> None:
    def asked(line: str) -> tuple[bool, bool, bool]:
        write(tmp_path, {**GOOD, "segment": "", "rule": RULE + line})
        found = load(tmp_path).asked_on("share")
        return found.joined, found.orders, found.tags

    assert asked("") == (False, False, False)
    assert asked('where = "balance > hour"') == (False, False, False)
    assert asked('where = "days_since_joining > 5"') == (True, False, False)
    assert asked('where = "yearly_yuan > 5"') == (False, True, False)
    assert asked('where = "orders_this_month > 5"') == (False, True, False)
    assert asked("where = '\"a\" in tags'") == (False, False, True)


def test_a_programme_without_a_where_does_not_load_the_library() -> None:
    source = (
        "import sys, bot.__main__, bot.app; from config.loader import presets; presets();"
        "assert 'rule_engine' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", source], check=True, timeout=60)
