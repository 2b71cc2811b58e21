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

    def sent(self, said: Said, channel: str, count: int) -> None:
        """A channel took one message, which says so many things at once; each is told of by
        `said` as well."""

    def refused(self, said: Said, channel: str, error: Exception) -> None:
        """A channel did not take it now; it may be sent again, or else `failed` tells of it."""

    def failed(self, said: Said, channel: str, error: Exception | None) -> None:
        """A channel could not say it; without an error, the bot left before it could."""

    def reloaded(self, reloaded: Reloaded, before: Programme, error: Exception | None) -> None:
        """The programme's files were read again; with an error, that was a bug."""
