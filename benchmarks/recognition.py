"""`python -m benchmarks.recognition`: how well check-ins, reviews and questions are recognised.

The sources of the half `test` were not read when words and weights were chosen, so its figures are
those that may be expected of texts that nobody here has seen.
"""

import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import handlers.commands
import handlers.recognisers
from benchmarks.judged import Finds, Judged, judged
from benchmarks.labelled import Half, Line, lines, plain_questions
from bot.extend import Command, Recogniser, collect
from bot.points.lexicon import Lexicon
from bot.points.seen import Seen, written
from bot.points.seen import seen as looked_at
from bot.points.text import bare
from bot.points.types import Message
from bot.reading.questions import Questions
from bot.reading.review import DOUBTFUL, score
from bot.reading.segmented import warm
from handlers.recognisers.checkin import checkin

HALVES: tuple[Half, ...] = ("train", "test")
ROUNDS = 20
"""How often the small talk is read to measure its pace."""
AT = datetime(2026, 11, 1, tzinfo=UTC)
LENGTHS = (2_000, 100_000)
ORDINARY = 60
"""Characters of what people say to each other; longer talk is a tale or an advertisement."""
ANSWERED = Questions(
    (ask, command) for command in collect(handlers.commands, Command) for ask in command.asks
)

KINDS: dict[str, Finds] = {
    "checkin": lambda text: checkin.recognise(_seen(text)) is not None,
    "review": lambda text: score(written(text)).points >= DOUBTFUL,
    "question": lambda text: (
        ANSWERED.meant(bare(text, False) or "", is_addressed=False) is not None
    ),
}


def main() -> None:
    """Print the tables."""
    warm()
    read = {half: lines(half) for half in HALVES}
    table = ["kind      half   precision  recall    lines  others"]
    for label, finds in KINDS.items():
        found = {half: judged(_lines_for(label, half, read), label, finds) for half in HALVES}
        table += [_row(label, half, result) for half, result in found.items()]
    table += ["", "half   source                 label     lines  taken for a review"]
    for half in HALVES:
        table += _by_source(half, read[half])
    sys.stdout.write("\n".join([*table, "", *_paces(read["test"])]) + "\n")


def _lines_for(label: str, half: Half, read: Mapping[Half, Sequence[Line]]) -> Sequence[Line]:
    """Questions have lines of their own, where it was thought about which command may answer; of
    what else was written for this project some may be answered too: 签到一次几分."""
    if label != "question":
        return read[half]
    talk = (line for line in read[half] if not line.source.startswith("written_"))
    return [*plain_questions(half), *talk]


def _row(label: str, half: Half, result: Judged) -> str:
    share = f"{result.precision:9.1%}  {result.recall:6.1%}"
    return f"{label:9} {half:6} {share}  {result.lines:7,} {result.others:7,}"


def _by_source(half: Half, read: Sequence[Line]) -> Iterator[str]:
    for source, label in dict.fromkeys((line.source, line.label) for line in read):
        texts = [line.text for line in read if (line.source, line.label) == (source, label)]
        share = sum(map(KINDS["review"], texts)) / len(texts)
        yield f"{half:6} {source:22} {label:9} {len(texts):5,}  {share:6.1%}"


def _paces(read: Sequence[Line]) -> Iterator[str]:
    chat = (line.text for line in read if line.label == "chat")
    talk = [_seen(text) for text in chat if len(text) <= ORDINARY]
    recognisers = collect(handlers.recognisers, Recogniser)
    pace = len(talk) / _quickest(lambda: _recognise(recognisers, talk))
    through = f"{len(recognisers)} recognisers, up to {ORDINARY} characters"
    yield f"small talk through {through}: {pace:,.0f} messages/s"
    texts = [seen.text for seen in talk]
    pace = len(texts) / _quickest(lambda: [score(text) for text in texts])
    yield f"the same judged as reviews: {pace:,.0f} messages/s"
    review = "。".join(line.text for line in read if line.label == "review")
    for length in LENGTHS:
        seconds = _quickest(partial(score, review[:length]))
        yield f"a review of {length:,} characters: {seconds * 1e3:.1f} ms"


def _recognise(recognisers: Sequence[Recogniser], talk: Sequence[Seen]) -> None:
    for seen in talk:
        for recogniser in recognisers:
            recogniser.recognise(seen)


def _quickest(task: Callable[[], object]) -> float:
    """Processor seconds of the quickest of several runs, so that neighbours count for little."""
    times = []
    for _ in range(ROUNDS):
        started = time.process_time()
        task()
        times.append(time.process_time() - started)
    return min(times)


def _seen(text: str) -> Seen:
    mentions = ("bot",) if "@bot" in text else ()
    message = Message("sandbox", "1", "room", "wxid_1", AT, text=text, mentions=mentions)
    return looked_at(message, bare(text, bool(mentions)) or "", Lexicon())


if __name__ == "__main__":
    main()
