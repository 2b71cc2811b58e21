"""What is told apart on the labelled lines; `make bench-recognition` prints the same figures."""

from collections import Counter
from collections.abc import Iterator

import pytest

from benchmarks.judged import judged
from benchmarks.labelled import FOLDER, Half, Line, lines
from bot.points.seen import written
from bot.reading.review import DOUBTFUL, score

LABELS = {"review", "checkin", "question", "chat"}


def is_review(text: str) -> bool:
    return score(written(text)).points >= DOUBTFUL


def both() -> Iterator[Line]:
    yield from lines("train")
    yield from lines("test")


def test_reviews_of_sources_that_nobody_read_are_told_from_talk() -> None:
    result = judged(lines("test"), "review", is_review)
    assert result.precision >= 0.97
    assert result.recall >= 0.85


def test_what_was_written_for_training_is_told_apart() -> None:
    own = [line for line in lines("train") if line.source.startswith("written")]
    result = judged(own, "review", is_review)
    assert result.recall >= 0.95
    assert result.mistaken / result.others <= 0.04


@pytest.mark.parametrize("half", ["train", "test"])
def test_no_source_of_short_talk_is_taken_for_reviews(half: Half) -> None:
    short = [line for line in lines(half) if line.label != "review" and len(line.text) <= 20]
    result = judged(short, "review", is_review)
    assert result.mistaken / result.others <= 0.025


def test_a_source_is_in_one_half() -> None:
    halves = {half: {line.source for line in lines(half)} for half in ("train", "test")}
    shared = halves["train"] & halves["test"]
    assert all(source.startswith("written_") for source in shared)


def test_no_line_is_in_both_halves() -> None:
    texts = {
        half: {line.text for line in lines(half) if len(line.text) > 12}
        for half in ("train", "test")
    }
    assert not texts["train"] & texts["test"]


def test_every_line_has_a_label() -> None:
    counts = Counter(line.label for line in both())
    assert {*counts} == LABELS
    assert counts.total() >= 3_000


def test_every_source_is_described() -> None:
    described = (FOLDER / "README.md").read_text("utf-8")
    for path in FOLDER.glob("*/*.tsv"):
        name = f"{path.parent.name}/{'written_*' if 'written' in path.stem else path.stem}.tsv"
        assert name in described
