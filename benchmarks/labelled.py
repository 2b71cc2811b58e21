"""The labelled lines of tests/data/recognition."""

from pathlib import Path
from typing import Literal

from bot.points.value import value

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "recognition"

Half = Literal["train", "test"]


@value
class Line:
    """What somebody wrote, and what it is."""

    source: str
    """The file's name."""
    label: str
    """`review`, `checkin`, `question`, `chat`."""
    text: str


def lines(half: Half) -> list[Line]:
    """All lines of one half, source by source, without those about plain questions."""
    return [
        Line(path.stem, *row.split("\t", 1))
        for path in sorted((FOLDER / half).glob("*.tsv"))
        for row in path.read_text("utf-8").splitlines()
    ]


def plain_questions(half: Half) -> list[Line]:
    """The lines about plain questions: `question` is for what a command should answer."""
    rows = (FOLDER / f"questions_{half}.tsv").read_text("utf-8").splitlines()
    cut = (row.split("\t", 1) for row in rows)
    return [Line("questions", "chat" if label == "-" else "question", text) for label, text in cut]
