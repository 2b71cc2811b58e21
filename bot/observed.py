"""Who counts and logs what the bot does: ids only, never texts or names.

This is on the path of every message: counters are plain integers, and the line that closes an
operation is drawn by hand, because structlog would cost as much as everything else here.
"""

import logging
from collections.abc import Callable, Iterable, Sequence

from bot.extend import Said
from bot.faults import reason
from bot.logs import LEVELS, Logs, in_json, printable, stamp
from bot.metrics import Metrics
from bot.points.reload import Reloaded
from bot.points.types import Message, Programme
from bot.posting.operation import Result

WARNED_OF = ("bug", "conflict", "unavailable")
"""Problems that an operator should see, and that are rare."""

MOST_PLACES = 10
"""Faults of a refused programme that its line names."""

Draw = Callable[[str, Result, list[str], float], str]


class Observed:
    """Counts into `metrics`, tells `logs`."""

    def __init__(self, logs: Logs | None = None, metrics: Metrics | None = None) -> None:
        lines = logs or Logs()
        self.metrics = metrics or Metrics()
        self._messages = self.metrics.messages
        self._log = lines.log
        self._write = lines.sink.write
        draw = _json if lines.is_json else _plain
        self._draw: Draw | None = draw if LEVELS[lines.level] <= logging.INFO else None

    def received(self, message: Message, *, asked: bool) -> None:  # noqa: ARG002
        """A message came in."""
        key = (message.channel, message.kind)
        try:
            self._messages[key] += 1
        except KeyError:
            self._messages.add(key)

    def shed(self, message: Message) -> None:
        """A message was turned away."""
        self.metrics.shed += 1
        self._log.warning("shed", message=message.id, channel=message.channel)

    def answered(
        self, results: Sequence[Result], accepted: Iterable[float], began: float, ended: float
    ) -> None:
        """A transaction was committed, or failed as a whole. Times are `time.monotonic()`."""
        self.metrics.commit.add(ended - began)
        at, draw = stamp(), self._draw
        lines: list[str] = []
        self._count(results)
        for result, since in zip(results, accepted, strict=True):
            if result.problem in WARNED_OF:
                self._write("".join(lines))
                lines.clear()
                self._warn(result, (ended - since) * 1000)
            elif draw is not None and _did_something(result):
                codes = [deed.refusal for deed in result.deeds if deed.refusal is not None]
                lines.append(draw(at, result, codes, (ended - since) * 1000))
        self._write("".join(lines))

    def said(self, said: Said, seconds: float) -> None:
        """Something was handed to its channel, so long after the message came in."""
        if said.kind == "reply":
            self.metrics.reply.add(seconds)

    def sent(self, said: Said, channel: str, count: int) -> None:  # noqa: ARG002
        """A channel took one message that says so many things."""
        self.metrics.sent.add((channel,))
        if count > 1:
            self.metrics.merged.add((channel,), count)

    def refused(self, said: Said, channel: str, error: BaseException) -> None:
        """A channel did not take it now. The platform's words may hold a member's: they stay out
        of the log."""
        self.metrics.refused.add((channel,))
        kind = type(error).__name__
        self._log.warning("refused", message=said.cause, channel=channel, error=kind)

    def failed(self, said: Said, channel: str, error: BaseException | None) -> None:
        """A channel could not say it; without an error, the bot left before it could."""
        self.metrics.unsaid.add((channel,))
        self._log.error(
            "not said", message=said.cause, channel=channel, outbox=said.outbox, exc_info=error
        )

    def reloaded(self, reloaded: Reloaded, before: Programme, error: BaseException | None) -> None:
        """The programme's files were read again; with an error, that was a bug. What stands in
        them stays out of the log: versions, and where the faults are."""
        self.metrics.reloads.add((reloaded.result,))
        log = self._log.bind(result=reloaded.result, version=reloaded.programme.version)
        if reloaded.result in ("refused", "failed"):
            places = [fault.place for fault in reloaded.faults]
            log.error(
                "not reloaded",
                faults=len(places) or None,
                places=places[:MOST_PLACES] or None,
                exc_info=error,
            )
        else:
            log.info("reloaded", was=before.version, warnings=len(reloaded.warnings) or None)

    def _count(self, results: Sequence[Result]) -> None:
        """Counts a whole transaction at once: most of it is alike."""
        metrics = self.metrics
        deeds = [deed for result in results for deed in result.deeds]
        lines = [line for result in results for line in result.lines]
        metrics.operations.add_all((result.problem or "none",) for result in results)
        metrics.activities.add_all((deed.kind, deed.outcome) for deed in deeds)
        metrics.refusals.add_all((deed.refusal,) for deed in deeds if deed.refusal is not None)
        metrics.entries.add_all((line.kind, line.rule or "") for line in lines)

    def _warn(self, result: Result, ms: float) -> None:
        message = result.operation.message
        log = self._log.bind(
            message=result.operation.cause,
            channel=message.channel if message is not None else None,
            problem=result.problem,
            ms=round(ms, 2),
        )
        if result.problem == "bug":
            log.error("bug", exc_info=result.error)
        else:
            log.warning("done", reason=reason(result.error) if result.error else None)


def _did_something(result: Result) -> bool:
    """A job that another process had claimed did nothing, nor did chatter that earned nothing."""
    operation = result.operation
    is_asked = operation.message is not None and not operation.is_chatter
    return is_asked or bool(result.deeds or result.lines or result.reply)


def _json(at: str, result: Result, codes: list[str], ms: float) -> str:
    operation = result.operation
    message = operation.message
    channel = f',"channel":{in_json(message.channel)}' if message is not None else ""
    refusals = f',"refusals":[{",".join(map(in_json, codes))}]' if codes else ""
    problem = f',"problem":"{result.problem}"' if result.problem else ""
    return (
        f'{{"at":"{at}","level":"info","event":"done","message":{in_json(operation.cause)}'
        f'{channel},"activities":{len(result.deeds)},"entries":{len(result.lines)}'
        f'{refusals}{problem},"ms":{ms:.2f}}}\n'
    )


def _plain(at: str, result: Result, codes: list[str], ms: float) -> str:
    operation = result.operation
    message = operation.message
    channel = f"  channel={printable(message.channel)}" if message is not None else ""
    refusals = f"  refusals={','.join(map(printable, codes))}" if codes else ""
    problem = f"  problem={result.problem}" if result.problem else ""
    return (
        f"{at} info    done  message={printable(operation.cause)}{channel}"
        f"  activities={len(result.deeds)}  entries={len(result.lines)}"
        f"{refusals}{problem}  ms={ms:.2f}\n"
    )
