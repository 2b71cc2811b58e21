"""What may be told of an exception: its kind and where it came from, never what it says.

The words of an exception repeat what somebody typed (`invalid literal for int(): '…'`); those of
the machine and of SQLite do not. PostgreSQL's are left at the code and the constraint's name.
"""

import sqlite3
from collections.abc import Iterator
from traceback import StackSummary, walk_tb

FRAMES = 40
"""The innermost ones are shown."""
LINKS = 8
"""Exceptions behind an exception that are followed."""


def kind(error: BaseException) -> str:
    """The exception's class, with its module unless it is Python's own."""
    cls = type(error)
    return cls.__name__ if cls.__module__ == "builtins" else f"{cls.__module__}.{cls.__name__}"


def reason(error: BaseException) -> str | None:
    """What the machine or the database said of it; None where a person's words may be in it."""
    for link in _links(error):
        if isinstance(link, sqlite3.Error):
            return str(link)
        state = getattr(link, "sqlstate", None)
        if isinstance(state, str):
            constraint = getattr(getattr(link, "diag", None), "constraint_name", None)
            return f"SQLSTATE {state}" + (f", {constraint}" if constraint else "")
        if isinstance(link, OSError) and link.strerror:
            return str(link.strerror)
    return None


def traceback(error: BaseException) -> str:
    """File, line and code of each step to the exception and to those behind it; no locals."""
    parts = []
    for link in _links(error):
        stack = StackSummary.extract(walk_tb(link.__traceback__))
        frames = StackSummary.from_list(stack[-FRAMES:])
        parts.append("".join(frames.format()) + kind(link))
    return "\nbecause of\n".join(parts)


def _links(error: BaseException) -> Iterator[BaseException]:
    """It and what caused it, or what was being handled when it was raised."""
    link: BaseException | None = error
    for _ in range(LINKS):
        if link is None:
            return
        yield link
        link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
