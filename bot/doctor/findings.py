"""One thing that was looked at, and how it is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.doctor.words import WORDS

Mark = Literal["✓", "!", "✗"]
"""Well; allowed, and yet to be known; wrong."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A line."""

    mark: Mark
    text: str

    def __str__(self) -> str:
        return f"{self.mark} {self.text}"


def say(code: str, **filled: object) -> Finding:
    """The line of that code. What is filled in stays on it, whatever characters it holds."""
    mark, text = WORDS[code]
    one_line = {key: " ".join(str(value).split()) for key, value in filled.items()}
    return Finding(mark, text.format(**one_line))


def verdict(findings: Iterable[Finding]) -> Iterator[str]:
    """The last line: how many are wrong."""
    marks = [one.mark for one in findings]
    wrong, known = marks.count("✗"), marks.count("!")
    if wrong:
        yield f"有 {wrong} 处不对，先处理 ✗ 开头的。"
    elif known:
        yield f"可以用，有 {known} 处要知道。"
    else:
        yield "都好。"
