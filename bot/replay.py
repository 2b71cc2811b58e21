"""Replaying a transcript: the same dispatch, posting and scheduler as a live bot, the clock taken
from the lines."""

import json
import os
import select
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import BinaryIO, Protocol

from bot.channels.transcript import BadLine, TranscriptLine, parse
from bot.clock import LineClock, from_micros, to_micros
from bot.dispatch import Dispatch
from bot.extend import Said
from bot.points.reload import ReadAgain
from bot.points.types import Programme, Reply, SaidKind
from bot.posting.operation import Operation, Result, kind_of
from bot.posting.orders import order_operation
from bot.posting.posting import MOST, Posting
from bot.posting.turn import Turn
from bot.problems import SAID
from bot.reloading import answer, swap
from bot.scheduler import Scheduler
from bot.together import Together

Say = Callable[[str], None]
"""Takes one line of output."""


class BrokenTranscript(Exception):
    """A bad line; the message names its number. What came before it stands."""


class MakeScheduler(Protocol):
    """Makes the scheduler once the first instant is known."""

    def __call__(self, start: datetime) -> Scheduler:
        """`start` is the first line's instant."""


class Replay:
    """One run over one transcript. Lines are posted many to a transaction; what is said does not
    depend on it."""

    def __init__(
        self,
        posting: Posting,
        dispatch: Dispatch,
        make_scheduler: MakeScheduler,
        read_again: ReadAgain,
        say: Say,
        *,
        merges: bool = False,
    ) -> None:
        self._posting = posting
        self._dispatch = dispatch
        self._make_scheduler = make_scheduler
        self._scheduler: Scheduler | None = None
        self._read_again = read_again
        self._say = say
        self._together = Together(self._show) if merges else None
        self._clock = LineClock()
        self._waiting: list[tuple[Operation, Reply | None]] = []
        self.lost = 0
        """Operations that the database could not take or that failed."""
        self.skipped: list[str] = []
        """What was wrong with the lines that a lenient run left out."""

    def run(
        self, lines: Iterable[bytes], *, until: datetime | None = None, lenient: bool = False
    ) -> None:
        """Feeds all lines, then moves the clock to the last one's instant, or to `until`. An empty
        line, without even its end, says that the next is not there yet: what waits is answered.
        Raises BrokenTranscript."""
        try:
            for line in self._parsed(lines, lenient=lenient):
                self._feed(line)
            if until is not None and self._scheduler is not None:
                self._move_to(until)
            if self._scheduler is not None:
                self._wait(_tick(to_micros(self._clock.now())))
        finally:
            self._post()
            if self._together is not None:
                self._together.end()

    def _parsed(self, lines: Iterable[bytes], *, lenient: bool) -> Iterator[TranscriptLine]:
        number = 0
        for line in lines:
            if not line:
                self._post()
                continue
            number += 1
            if not line.strip():
                continue
            try:
                yield parse(line)
            except BadLine as error:
                fault = f"line {number}: {error}"
                if not lenient:
                    raise BrokenTranscript(fault) from error
                self.skipped.append(fault)

    def _feed(self, line: TranscriptLine) -> None:
        self._move_to(line.at)
        at = to_micros(self._clock.now())
        if line.order is not None:
            self._wait(order_operation(line.order, at, line.id))
            return
        if line.message is None:
            self._wait(_tick(at))
            return
        asked = self._dispatch.read(line.message, at, self._posting.programme.lexicon)
        if isinstance(asked, Operation):
            self._wait(asked)
        elif asked is not None:
            self._wait(_tick(at, line.message.id), asked)

    def _move_to(self, at: datetime) -> None:
        """What was due before runs first, at its own time."""
        if self._scheduler is None:
            self._scheduler = self._make_scheduler(at)
        for operation in self._scheduler.operations(at):
            self._wait(operation)
        self._clock.move_to(at)

    def _wait(self, operation: Operation, hint: Reply | None = None) -> None:
        """What asks for the files to be read again is the last of its transaction: they are read
        when its line is reached, and the next line is judged by what they held. So is what opens
        or closes a room."""
        self._waiting.append((operation, hint))
        if len(self._waiting) >= MOST or operation.may_reload or operation.opens is not None:
            self._post()

    def _post(self) -> None:
        waiting, self._waiting = self._waiting, []
        results = self._posting.run([operation for operation, _ in waiting])
        for result, (operation, hint) in zip(results, waiting, strict=True):
            reply = hint or result.reply
            if result.problem in SAID:
                self.lost += 1
                reply = SAID[result.problem](operation)
            self._note_opened(result)
            if result.reload is not None:
                reply = self._reload(result)
            if reply is not None:
                self._speak(reply, operation, operation.kind)
            for _, notice in result.notices:
                self._speak(notice, operation, kind_of(notice))

    def _speak(self, reply: Reply, operation: Operation, kind: SaidKind) -> None:
        said = Said(reply, from_micros(operation.at), kind, operation.cause)
        if self._together is None:
            self._show(said)
        else:
            self._together.say(said, self._posting.programme.pacing)

    def _show(self, said: Said) -> None:
        self._say(_output(said, self._posting.programme))

    def _note_opened(self, result: Result) -> None:
        """A line that was replayed before opens or closes its room again: what follows it is met
        as it was then."""
        operation = result.operation
        is_done = result.problem in (None, "duplicate")
        if is_done and operation.opens is not None and operation.message is not None:
            self._dispatch.note_opened(operation.message, is_open=operation.opens)

    def _reload(self, result: Result) -> Reply | None:
        reloaded = self._read_again(self._posting.programme)
        if reloaded.result == "swapped":
            self._posting.run([swap(reloaded.programme, result.operation.at)])
        return answer(result, reloaded)


def as_written(pipe: BinaryIO) -> Iterator[bytes]:
    """The lines of a pipe, and an empty one whenever the next has not been written yet."""
    rest = b""
    while chunk := os.read(pipe.fileno(), 65_536):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line + b"\n" for line in lines)
        if not select.select([pipe], [], [], 0)[0]:
            yield b""
    if rest:
        yield rest


def _output(said: Said, programme: Programme) -> str:
    line = {
        "at": said.at.astimezone(programme.zone).isoformat(),
        "room": said.reply.room,
        "to": list(said.reply.to),
        "text": said.reply.text,
        "picture": False,
        "kind": said.kind,
        "cause": said.cause,
    }
    return json.dumps(line, ensure_ascii=False)


def _tick(at: int, cause: str = "tick") -> Operation:
    def work(turn: Turn) -> None:
        turn.move_clock()

    return Operation(at=at, work=work, cause=cause)
