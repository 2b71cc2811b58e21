"""What `doctor` can say is all said somewhere, and filled in."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from bot.__main__ import app
from bot.channels.onebot import probe as onebot_probe
from bot.channels.wechaty import probe as wechaty_probe
from bot.doctor.findings import Finding, say, verdict
from bot.doctor.words import WORDS
from bot.settings import variables
from config.settings_advice import WARNINGS

DOCTOR = Path(__file__).parents[2] / "bot/doctor"
PLACE = re.compile(r"\{(\w+)\}")


def said() -> dict[str, set[frozenset[str]]]:
    """Each code that the sources say by name, with the names of what is filled in."""
    found = defaultdict(set)
    for path in DOCTOR.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                filled = frozenset(word.arg or "**" for word in node.keywords)
                for code in _codes(node.args[0]):
                    found[code].add(filled)
    return found


def _codes(code: ast.expr) -> list[str]:
    match code:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return [*_codes(code.body), *_codes(code.orelse)]
    return []


NAMED = said()
COMPUTED = {
    *(f"wechaty_{state}" for state in ("no_answer", "no_gateway", "wrong_token")),
    *(f"wechaty_{state}" for state in ("scan", "nobody")),
    *(f"onebot_{state}" for state in ("no_onebot", "no_answer", "wrong_token")),
    *(f"onebot_door_{how}" for how in ("left", "token", "waits")),
    *("disk", "disk_little", "disk_full"),
    *WARNINGS,
}


def test_every_line_is_said_and_no_other() -> None:
    assert NAMED.keys() | COMPUTED == WORDS.keys()


@pytest.mark.parametrize("code", sorted(NAMED))
def test_every_place_of_a_line_is_filled_in(code: str) -> None:
    places = set(PLACE.findall(WORDS[code][1]))
    assert all(places <= filled for filled in NAMED[code])


@pytest.mark.parametrize("code", sorted(WARNINGS))
def test_a_doubt_about_the_settings_has_the_same_places_in_both_languages(code: str) -> None:
    assert set(PLACE.findall(WORDS[code][1])) <= set(PLACE.findall(WARNINGS[code]))


def test_every_state_of_a_gateway_has_its_line() -> None:
    lines = {"well": "", "unreachable": "_away", "in_use": "_in_use", "offline": "_offline"}
    for name, states in (
        ("wechaty", wechaty_probe.State.__args__),
        ("onebot", onebot_probe.State.__args__),
    ):
        assert all(name + lines.get(state, f"_{state}") in WORDS for state in states)


@pytest.mark.parametrize("code", sorted(WORDS))
def test_what_is_wrong_says_what_to_do_and_names_variables_that_there_are(code: str) -> None:
    mark, text = WORDS[code]
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b|\bHOST\b|\bPORT\b|\bSUPERUSERS\b", text))
    gateways = {"WECHATY_TOKEN", "WECHATY_PUPPET_SERVICE_NO_TLS_INSECURE_SERVER"}
    assert named - gateways <= variables()
    assert mark == "✓" or "：" in text or PLACE.fullmatch(text) or "，" in text


def test_every_verb_that_is_named_is_one_that_there_is() -> None:
    verbs = {one.callback.__name__ for one in app.registered_commands if one.callback}
    named = {verb for _, text in WORDS.values() for verb in re.findall(r"-m bot (\w+)", text)}
    assert named
    assert named <= verbs


def test_whatever_is_filled_in_stays_on_its_line() -> None:
    assert str(say("setting_wrong", fault="a\nb\r\nc")) == "✗ a b c"


@pytest.mark.parametrize(
    ("marks", "line"),
    [
        ("✓✓", "都好。"),
        ("✓!!", "可以用，有 2 处要知道。"),
        ("✓!✗", "有 1 处不对，先处理 ✗ 开头的。"),
    ],
)
def test_the_last_line_counts(marks: str, line: str) -> None:
    assert list(verdict(Finding(mark, "") for mark in marks)) == [line]  # type: ignore[arg-type]
