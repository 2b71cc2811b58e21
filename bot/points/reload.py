"""Reading a programme again while the bot runs: what is asked for, and what came of it."""

from collections.abc import Callable
from typing import Literal

from bot.points.types import Programme
from bot.points.value import value

ReloadResult = Literal["swapped", "unchanged", "refused", "failed"]


@value
class Fault:
    """One thing that keeps a programme from being taken."""

    text: str
    """For who asked: file, table, key, what was found and what is allowed."""
    place: str
    """For the log: file, line and key, and nothing of what is written there."""


@value
class Reloaded:
    """What came of reading the files again."""

    programme: Programme
    """The one in force from now on: unless it was swapped, the one that was in force before."""
    result: ReloadResult
    """`failed` is a bug, and logged as one."""
    faults: tuple[Fault, ...] = ()
    """All that is wrong; some only when it was refused."""
    warnings: tuple[str, ...] = ()
    """What is allowed in the new one and yet hardly meant."""


@value
class Reload:
    """A command's answer: read the files again, once this is committed, and tell the sender."""

    told: Callable[[Reloaded], str]
    """What the sender is told. Pure."""


ReadAgain = Callable[[Programme], Reloaded]
"""Reads the files and compares them with the programme in force; takes its time, so never inside a
transaction nor on the event loop."""
