"""Logs: one line an event, as JSON or for people; ids and never texts or names.

Our own words come through structlog, those of libraries through `logging`, what nobody caught
through the interpreter's hooks; all end in one sink.
"""

import asyncio
import logging
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from json.encoder import encode_basestring_ascii as quoted
from typing import TYPE_CHECKING, Any, Literal, TextIO

from bot.clock import system_now
from bot.faults import kind, reason, traceback
from bot.sink import Sink


@contextmanager
def _without_rich() -> Iterator[None]:
    """structlog imports rich, 60 ms, for tracebacks that we draw ourselves."""
    before = sys.modules.get("rich")
    if before is None:
        sys.modules["rich"] = None  # type: ignore[assignment]
    yield
    if before is None:
        del sys.modules["rich"]


with _without_rich():
    import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, FilteringBoundLogger

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
Form = Literal["auto", "json", "console"]

MOST_CHARS = 200
"""Of one value; an id that is longer is cut."""
SAME_S = 1.0
"""For so long the same fault is only counted."""
LEVELS = logging.getLevelNamesMapping()
COLOURS = {"warning": "\x1b[33m", "error": "\x1b[31m", "critical": "\x1b[31m"}
PLAIN = "\x1b[0m"


class Logs:
    """The lines of this process."""

    def __init__(
        self, sink: Sink | None = None, level: Level = "INFO", *, is_json: bool = True
    ) -> None:
        self.sink = sink or Sink()
        self.level = level
        self.is_json = is_json
        self.log: FilteringBoundLogger = structlog.wrap_logger(
            _Lines(self.sink), self.processors, structlog.make_filtering_bound_logger(level)
        )
        """For everything but the lines that close operations."""

    @property
    def processors(self) -> list["structlog.typing.Processor"]:
        """structlog's steps from an event to a line."""
        has_colours = self.sink.is_terminal and not os.environ.get("NO_COLOR")
        return [_complete, _json if self.is_json else _Console(COLOURS if has_colours else {})]


def set_up(level: Level, form: Form, sink: Sink | None = None) -> Logs:
    """Makes everything that this process logs, libraries included, end in these lines; and what
    nobody caught."""
    where = sink or Sink()
    logs = Logs(where, level, is_json=form == "json" or (form == "auto" and not where.is_terminal))
    structlog.configure(
        processors=logs.processors,
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: _Lines(where),
    )
    quiet = logging.INFO if level == "DEBUG" else max(LEVELS[level], logging.WARNING)
    logging.basicConfig(level=quiet, handlers=[_Library(logs)], force=True)
    logging.getLogger("bot").setLevel(level)
    logging.raiseExceptions = False
    _catch_all(logs)
    return logs


class Uncaught:
    """The event loop's handler for what a task raises and nobody asks for.

    The same fault again is counted, and told once a second: without free file descriptors, for
    one, the loop meets it for every connection that waits.
    """

    def __init__(self, logs: Logs) -> None:
        self._log = logs.log
        self._told: tuple[str, float] = "", 0.0
        self._repeated = 0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        place = traceback(error) if error is not None else ""
        if place == self._told[0] and loop.time() < self._told[1] + SAME_S:
            self._repeated += 1
            return
        task = context.get("task") or context.get("future")
        name = task.get_name() if isinstance(task, asyncio.Task) else None
        self._log.error("uncaught", exc_info=error, task=name, repeated=self._repeated or None)
        self._told, self._repeated = (place, loop.time()), 0


def stamp() -> str:
    """Now, for a line."""
    return system_now().isoformat(timespec="microseconds").replace("+00:00", "Z")


def in_json(text: str) -> str:
    """A JSON string in ASCII, cut when it is long: no line end, escape or direction mark gets
    through."""
    return quoted(text if len(text) <= MOST_CHARS else text[:MOST_CHARS])


def printable(text: str) -> str:
    """For a terminal: cut when it is long, and what cannot be printed is written as an escape."""
    text = text[:MOST_CHARS]
    return text if text.isprintable() else "".join(map(_escaped, text))


class _Lines:
    """What structlog takes for a logger."""

    def __init__(self, sink: Sink) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = sink.write


def _complete(_: object, level: str, fields: "EventDict") -> "EventDict":
    """When, how bad and what first; an exception becomes what may be told of it."""
    error = fields.pop("exc_info", None)
    fault: dict[str, str | None] = {}
    if isinstance(error, BaseException):
        fault = {"error": kind(error), "reason": reason(error), "traceback": traceback(error)}
    event = fields.pop("event", "")
    every = {"at": stamp(), "level": level, "event": event, **fields, **fault}
    return {key: value for key, value in every.items() if value is not None}


def _json(_: object, __: str, fields: "EventDict") -> str:
    return "{" + ",".join(f"{quoted(key)}:{_value(fields[key], key)}" for key in fields) + "}\n"


class _Console:
    """Lines for people."""

    def __init__(self, colours: dict[str, str]) -> None:
        self._colours = colours

    def __call__(self, _: object, level: str, fields: "EventDict") -> str:
        at, level, event = (str(fields.pop(key)) for key in ("at", "level", "event"))
        steps = str(fields.pop("traceback", "")).splitlines()
        colour = self._colours.get(level)
        shown = f"{colour}{level:<7}{PLAIN}" if colour else f"{level:<7}"
        parts = [f"{at} {shown} {printable(event)}"]
        parts += [f"{key}={printable(str(value))}" for key, value in fields.items()]
        return "\n".join(["  ".join(parts), *(f"    {printable(step)}" for step in steps)]) + "\n"


class _Library(logging.Handler):
    """What libraries log. Only their own words: what they fill in comes from outside."""

    def __init__(self, logs: Logs) -> None:
        super().__init__()
        self._log = logs.log

    def emit(self, record: logging.LogRecord) -> None:
        """One line. What our own modules fill in are ids, and is shown."""
        is_ours = record.name.startswith("bot.")
        event = record.getMessage() if is_ours else str(record.msg)
        error = record.exc_info[1] if record.exc_info else None
        # structlog takes a % for a place to fill in only where there is something to fill in.
        self._log.log(record.levelno, event, logger=record.name, exc_info=error)


def _catch_all(logs: Logs) -> None:
    """What ends a thread or the process is told as a line too."""

    def main(_: type[BaseException], error: BaseException, __: object) -> None:
        if not isinstance(error, KeyboardInterrupt):
            logs.log.error("uncaught", exc_info=error, thread="main")

    def thread(found: threading.ExceptHookArgs) -> None:
        if found.exc_type is not SystemExit:
            name = found.thread.name if found.thread else None
            logs.log.error("uncaught", exc_info=found.exc_value, thread=name)

    def unraisable(found: "sys.UnraisableHookArgs") -> None:
        logs.log.error("uncaught", exc_info=found.exc_value, thread="finalizer")

    def warned(
        message: Warning | str,  # noqa: ARG001
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,  # noqa: ARG001
        line: str | None = None,  # noqa: ARG001
    ) -> None:
        logs.log.warning("python", category=category.__name__, place=f"{filename}:{lineno}")

    sys.excepthook = main
    threading.excepthook = thread
    sys.unraisablehook = unraisable
    warnings.showwarning = warned


def _value(value: object, key: str) -> str:
    if isinstance(value, int | float):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return f"[{','.join(_value(one, key) for one in value)}]"
    return quoted(str(value)) if key == "traceback" else in_json(str(value))


def _escaped(char: str) -> str:
    return char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
