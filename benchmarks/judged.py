"""How many of the lines that are something are found, and how many that are found are it."""

from collections.abc import Callable, Iterable

from benchmarks.labelled import Line
from bot.points.value import value

Finds = Callable[[str], bool]
"""Whether a text is taken for the kind."""


@value
class Judged:
    """One kind on some lines."""

    lines: int
    """How many are of the kind."""
    found: int
    """How many of those were found."""
    others: int
    """How many are of another kind."""
    mistaken: int
    """How many of the others were found too."""

    @property
    def precision(self) -> float:
        """The share of what was found that is of the kind; 1 where nothing was found."""
        return self.found / (self.found + self.mistaken) if self.found + self.mistaken else 1.0

    @property
    def recall(self) -> float:
        """The share of what is of the kind that was found; 1 where there is none."""
        return self.found / self.lines if self.lines else 1.0


def judged(lines: Iterable[Line], label: str, finds: Finds) -> Judged:
    """What a recogniser makes of lines."""
    counts = {True: [0, 0], False: [0, 0]}
    for line in lines:
        count = counts[line.label == label]
        count[0] += 1
        count[1] += finds(line.text)
    return Judged(*counts[True], *counts[False])
