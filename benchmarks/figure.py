"""One figure of the report, and the table that figures make."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal, Self

COLUMNS = ("figure", "median", "must", "aim", "result", "runs", "lowest to highest", "note")


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number and what it is held against."""

    name: str
    value: float
    """Median of the runs."""
    unit: str
    """`/s`, `ms`, `×`; "" for a plain number."""
    must: float | None
    """The bound that may not be missed; None for a baseline, which is only shown."""
    aim: float | None
    """The bound that is worth working for; None where there is none."""
    runs: int
    spread: tuple[float, float]
    """Lowest and highest of the runs."""
    better: Literal["more", "less"] = "more"
    """Which side of the bounds is the good one; a value on the bound has met it."""
    note: str = ""
    """What a reader needs to judge it: sizes, versions."""

    @classmethod
    def of(
        cls,
        name: str,
        samples: Sequence[float],
        unit: str = "",
        *,
        must: float | None = None,
        aim: float | None = None,
        better: Literal["more", "less"] = "more",
        note: str = "",
    ) -> Self:
        """The figure that several runs give: one sample a run, never one picked from many."""
        spread = (min(samples), max(samples))
        return cls(name, median(samples), unit, must, aim, len(samples), spread, better, note)

    @property
    def verdict(self) -> str:
        """`aim` or `met`, whichever bound was reached, or `short`; "" for a baseline."""
        if self.must is None:
            return ""
        if not self._reaches(self.must):
            return "short"
        return "aim" if self.aim is not None and self._reaches(self.aim) else "met"

    @property
    def cells(self) -> tuple[str, ...]:
        """What the table shows, in the order of COLUMNS."""
        low, high = (number(end) for end in self.spread)
        return (
            self.name,
            f"{number(self.value)} {self.unit}".rstrip(),
            self._bound(self.must),
            self._bound(self.aim),
            self.verdict,
            str(self.runs),
            f"{low} to {high}" if self.runs > 1 else "",
            self.note,
        )

    def _reaches(self, bound: float) -> bool:
        return self.value >= bound if self.better == "more" else self.value <= bound

    def _bound(self, bound: float | None) -> str:
        if bound is None:
            return ""
        return f"{'≥' if self.better == 'more' else '≤'} {number(bound)}"


def table(figures: Iterable[Figure]) -> str:
    """A Markdown table, padded so that it reads as well in a terminal."""
    lines = [COLUMNS, *(figure.cells for figure in figures)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = ["-" * width for width in widths]
    padded = ([cell.ljust(w) for cell, w in zip(line, widths, strict=True)] for line in lines)
    head, *body = (f"| {' | '.join(line)} |" for line in (*padded,))
    return "\n".join([head, f"| {' | '.join(rule)} |", *body])


def number(value: float) -> str:
    """Three significant digits, and whole numbers in full with commas from 1,000 on."""
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
