"""接龙: a numbered list of names that each member copies, adds a line to, and sends again."""

import re
from collections.abc import Iterator

from bot.points.checkin_form import SIMPLE
from bot.points.seen import written
from bot.points.text import storable
from bot.points.value import value

LONGEST = 20_000
"""Characters of a list that are looked at: a room of 500 with a line each."""
MOST_LINES = 500
MOST_ABOVE = 20
"""Lines above the numbers."""
LONGEST_LINE = 60
"""Characters of a line that are kept; names are shorter."""
LONGEST_HEADER = 200

WORDS = ("签到", "打卡")
_NUMBERED = re.compile(r"(\d{1,3})(?![\d月日号点天年])(?!\.\d)[\s.、)\]】:,·-]*(.*)")
_NOT_DONE = re.compile(
    "[没未不][有能会来]?(?:签到|打卡)|昨[天日]|明[天日]|报名|规则|怎么|如何|说明|流程|步骤|玩法|补签|补打卡|[?吗]"
)
_DECORATION = re.compile(
    r"(?:[\s:,.、~!。+-]|已?(?:打卡|签到)(?:了|成功)?|已?完成|早安|早上好|来了|\[[^\[\]]{1,5}\]"
    r"|[\u2190-\u2bff\U0001f000-\U0001faff])+$"
)


@value
class Solitaire:
    """A list of check-ins."""

    header: str
    """What stands above the numbers, on one line."""
    lines: tuple[str, ...]
    """What stands behind each number, in order."""


def solitaire(text: str, words: frozenset[str]) -> Solitaire | None:
    """The list in a text whose header calls it a 接龙 and names a check-in: 签到, 打卡 or one of
    `words`."""
    if "接龙" not in text and "接龍" not in text:
        return None
    lines = [line for line in storable(text[:LONGEST]).split("\n") if line.strip()]
    lines = [written(line).strip() for line in lines[: MOST_LINES + MOST_ABOVE]]
    first = next((at for at, line in enumerate(lines) if _number(line) == 1), None)
    if first is None:
        return None
    header = " ".join(lines[:first])[:LONGEST_HEADER]
    entries = tuple(_entries(lines[first:]))[:MOST_LINES]
    return Solitaire(header, entries) if entries and _is_of_checkins(header, words) else None


def names(line: str) -> Iterator[str]:
    """What the member may be called whom a line names: all of it, or without what decorates a
    name."""
    line = line.removeprefix("@").strip()
    yield line
    yield _DECORATION.sub("", line)


def _number(line: str) -> int | None:
    found = _NUMBERED.match(line)
    return int(found[1]) if found else None


def _entries(lines: list[str]) -> Iterator[str]:
    """What is numbered; a number that still waits for a name is none."""
    for line in lines:
        found = _NUMBERED.fullmatch(line)
        if found and (entry := found[2][:LONGEST_LINE].strip()):
            yield entry


def _is_of_checkins(header: str, words: frozenset[str]) -> bool:
    simple = header.translate(SIMPLE).replace("龍", "龙")
    if "接龙" not in simple or _NOT_DONE.search(simple):
        return False
    return any(word in simple for word in (*WORDS, *words))
