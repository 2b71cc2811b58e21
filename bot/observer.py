"""Who is told what the bot hears, does and says."""

from collections.abc import Sequence
from typing import Protocol

from bot.extend import Said
from bot.points.reload import Reloaded
from bot.points.types import Message, Programme
from bot.posting.operation import Result


class Observer(Protocol):
    """Who counts and logs; ids only, never texts or names."""

    def received(self, message: Message, *, asked: bool) -> None:
        """A message came in; `asked` when it was more than chatter."""

    def shed(self, message: Message) -> None:
        """A message was turned away because too many wait."""

    def answered(
        self, results: Sequence[Result], accepted: Sequence[float], began: float, ended: float
    ) -> None:
        """A transaction was committed, or failed as a whole. Times are `time.monotonic()`."""

    def said(self, said: Said, seconds: float) -> None:
        """Something was handed to its channel, so long after its cause was accepted."""

    def failed(self, said: Said, channel: str, error: Exception | None) -> None:
        """A channel could not say it; without an error, the bot left before it could."""

    def reloaded(self, reloaded: Reloaded, before: Programme, error: Exception | None) -> None:
        """The programme's files were read again; with an error, that was a bug."""
