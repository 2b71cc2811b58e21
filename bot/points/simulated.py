"""What `simulate` prints: rules and members, what they had and what they would have had."""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from bot.points.simulate import Issued
from bot.points.text import display_name
from bot.points.types import Programme

MOST = 20
"""Members that are named."""
NONE = (0, 0)
GAP = "  "
WIDE = ("F", "W")
"""What takes two columns of a terminal."""
LEFT_OUT = (
    "新规则从第一天起算。加分、扣分、消费和过期照旧,不算在内;",
    "首单、邀请这类跟着别的行为来的,只有当时的规则也奖它,账上才有,才算得到。",
)


@dataclass
class Simulated:
    """What rules gave in a time, and what others would have given."""

    programme: Programme
    """The others."""
    then: Issued
    now: Issued
    deeds: int
    """Rows of the journal that were looked at."""
    names: dict[int, str] = field(default_factory=dict)
    """Of those whom it changes most."""

    @property
    def changed_most(self) -> list[int]:
        """The members whose points change most, the most first; 20 at most."""
        changes = {
            member: abs(self.now.members.get(member, 0) - self.then.members.get(member, 0))
            for member in self.then.members.keys() | self.now.members.keys()
        }
        changed = [member for member, by in changes.items() if by]
        return sorted(changed, key=lambda member: (-changes[member], member))[:MOST]


def report(simulated: Simulated) -> Iterator[str]:
    """Line by line, for a terminal."""
    then, now, programme = simulated.then, simulated.now, simulated.programme
    yield f"{programme.name},看了 {simulated.deeds:,} 条行为记录{_period(then)}"
    yield ""
    yield from _table(
        ["规则", "实际", "", "新规则", "", "差"], [*_rules(simulated), _total(then, now)]
    )
    if programme.points_per_yuan is not None:
        yield ""
        yield _cost(then.points, now.points, programme.points_per_yuan)
    yield ""
    yield from _members(simulated)
    yield ""
    yield from LEFT_OUT


def _period(issued: Issued) -> str:
    """Which days count; nothing when all do."""
    has_first, has_last = issued.first > date.min, issued.last < date.max
    if has_first and has_last:
        return f",只数 {issued.first} 到 {issued.last}"
    if has_last:
        return f",只数到 {issued.last}"
    return f",只数 {issued.first} 起" if has_first else ""


def _rules(simulated: Simulated) -> Iterator[list[str]]:
    """Those of the programme in the order of the file, then what is no more, by id."""
    then, now = simulated.then.rules, simulated.now.rules
    names = {rule.id: rule.name for rule in simulated.programme.rules}
    for rule in [*names, *sorted(then.keys() - names.keys())]:
        before, after = then.get(rule, NONE), now.get(rule, NONE)
        if any((*before, *after)):
            yield _row(names.get(rule, rule), before, after)


def _total(then: Issued, now: Issued) -> list[str]:
    return _row("合计", _sum(then), _sum(now))


def _sum(issued: Issued) -> Sequence[int]:
    return sum(times for times, _ in issued.rules.values()), issued.points


def _row(name: str, then: Sequence[int], now: Sequence[int]) -> list[str]:
    return [
        name, f"{then[0]:,} 次", f"{then[1]:,} 分", f"{now[0]:,} 次", f"{now[1]:,} 分",
        _change(then[1], now[1]),
    ]  # fmt: skip


def _change(then: int, now: int) -> str:
    return f"{now - then:+,}" if now != then else "不变"


def _cost(then: int, now: int, per_yuan: int) -> str:
    """成本:40.00 元 → 64.00 元(+24.00 元,100 分值 1 元)."""
    before, after, more = (Decimal(points) / per_yuan for points in (then, now, now - then))
    change = f"{more:+,.2f} 元,{per_yuan} 分值 1 元"
    return f"成本:{before:,.2f} 元 → {after:,.2f} 元({change})"


def _members(simulated: Simulated) -> Iterator[str]:
    members = simulated.changed_most
    if not members:
        yield "没有一位会员的分有变化"
        return
    yield f"变化最大的 {len(members)} 位会员"
    rows = []
    for member in members:
        then, now = (one.members.get(member, 0) for one in (simulated.then, simulated.now))
        name = display_name(simulated.names.get(member, ""))
        rows.append([f"#{member}", name, f"{then:,} 分", f"{now:,} 分", _change(then, now)])
    yield from _table(["号", "名字", "实际", "新规则", "差"], rows, texts=2)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int = 1) -> Iterator[str]:
    """Columns side by side; the first `texts` begin at the left, numbers end at the right."""
    lines = [head, *rows]
    widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        cells = [
            cell + pad if place < texts else pad + cell
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            for pad in (" " * (width - _width(cell)),)
        ]
        yield GAP.join(cells)


def _width(text: str) -> int:
    """Columns of a terminal."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in WIDE)
        for char in text
    )
