"""What admins read of a deed that waits for them, and what they may answer."""

import re
from collections.abc import Iterator, Sequence

from bot.points.text import display_name
from bot.points.types import Rule
from bot.points.value import value

MOST_SAID = 60
"""Characters of what was written."""
_CARD = re.compile("待(?:审核|确认) #([1-9][0-9]{0,17}) ", re.ASCII)
_SCORE = re.compile(r"score ([0-9]+) of ([0-9]+)")


@value
class Card:
    """A deed that waits for an admin."""

    number: int
    """The row of the journal that tells of it."""
    rules: tuple[Rule, ...]
    """Those whose points wait."""
    points: int
    member: int
    name: str
    """What the member is called; "" when nobody said."""
    said: str = ""
    """The beginning of what was written, on one line; "" for a picture."""
    pictures: int = 0
    doubts: tuple[str, ...] = ()
    """The step `doubt` of each rule's reason that has one."""


def number_on(text: str) -> int | None:
    """The number on a card; None for any other text."""
    found = _CARD.match(text)
    return int(found[1]) if found is not None else None


def excerpt(text: str) -> str:
    """The beginning of a text, fit for one line of a card."""
    return display_name(text, MOST_SAID)


def card(of: Card) -> str:
    """Four lines: what, who and what they wrote, why an admin is asked, and what to answer."""
    names = "、".join(dict.fromkeys(rule.name for rule in of.rules))
    name = display_name(of.name)
    who = f"{name}(会员{of.member})" if name else f"会员{of.member}"
    pictures = [f"{of.pictures} 张图"] if of.pictures else []
    return "\n".join(
        [
            f"待审核 #{of.number} {names} +{of.points}",
            f"{who}:{of.said}" if of.said else who,
            ",".join([*pictures, *_reasons(of)]),
            f"发{''.join(f'「{one}」' for one in _forms(of))},或引用原消息发「通过」",
        ]
    )


def asks(of: Card) -> tuple[str, ...]:
    """All that may be answered, word for word; last the beginning of a rejection, whose reason the
    admin writes."""
    number, own = of.number, {rule.points for rule in of.rules}
    chosen = [f"{number} 通过 {one}" for one in _choices(of.rules) if one not in own]
    added = [f"{number} 加精 {one}" for one in _bonuses(of.rules)]
    return (f"{number} 通过", *chosen, *added, f"{number} 驳回 ")


def _reasons(of: Card) -> Iterator[str]:
    """Why an admin decides, each reason once."""
    names = {rule.id: rule.name for rule in of.rules}
    first = next(iter(names.values()), "")
    yield from dict.fromkeys(_doubt(one, first) for one in of.doubts)
    if not of.doubts:
        yield "这一项管理员看过才给分"


def _doubt(doubt: str, name: str) -> str:
    """The step in words: 像晒单 52 分,要 60 分才算."""
    found = _SCORE.fullmatch(doubt)
    return f"像{name} {found[1]} 分,要 {found[2]} 分才算" if found else doubt


def _forms(of: Card) -> Iterator[str]:
    yield f"{of.number} 通过"
    if choices := _choices(of.rules):
        yield f"{of.number} 通过 {_listed(choices)}"
    if bonuses := _bonuses(of.rules):
        yield f"{of.number} 加精 {_listed(bonuses)}"
    yield f"{of.number} 驳回 理由"


def _choices(rules: Sequence[Rule]) -> list[int]:
    return sorted({one for rule in rules for one in rule.choices})


def _bonuses(rules: Sequence[Rule]) -> list[int]:
    return sorted({one for rule in rules for one in rule.bonuses})


def _listed(numbers: Sequence[int]) -> str:
    return "/".join(map(str, numbers))
