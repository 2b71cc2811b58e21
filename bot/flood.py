"""Who writes so much at once that the deeds in it are not judged."""

from datetime import timedelta

from bot.clock import MICROSECOND, to_micros
from bot.points.types import Message

MOST = 20
"""Messages of one member within WINDOW whose deeds are judged."""
WINDOW = timedelta(seconds=60) // MICROSECOND
MOST_SENDERS = 10_000
"""Members whose last minute is remembered, those who wrote last."""
MOST_REFUSED = 50_000
"""Messages that are remembered as not judged: come again, they are not judged either."""


class _Minute:
    """The last messages of one member that were judged."""

    def __init__(self) -> None:
        self.judged: dict[int, int] = {}
        """When each was sent, microseconds since 1970 UTC."""
        self.told_at: int | None = None


class Flood:
    """Counts by when messages were sent, not by when they come in: a backlog is no flood, and one
    that comes again has the verdict that it had."""

    def __init__(self) -> None:
        self.refused = 0
        """Messages whose deeds were not judged, so far."""
        self._minutes: dict[tuple[str, str], _Minute] = {}
        self._refused: dict[int, None] = {}

    def is_over(self, message: Message) -> bool:
        """Whether MOST messages that the member has sent within WINDOW of it have been judged."""
        number, at = hash((message.channel, message.id)), to_micros(message.sent_at)
        minute = self._minute(message)
        if number in minute.judged:
            return False
        if number in self._refused:
            return True
        recent = minute.judged
        if len(recent) < MOST:
            recent[number] = at
            return False
        if sum(abs(at - one) < WINDOW for one in recent.values()) < MOST:
            recent[number] = at
            del recent[min(recent, key=recent.__getitem__)]
            return False
        self._note(number)
        return True

    def is_to_tell(self, message: Message) -> bool:
        """Whether the member is told that it is not judged: once in WINDOW."""
        minute, at = self._minute(message), to_micros(message.sent_at)
        if minute.told_at is not None and abs(at - minute.told_at) < WINDOW:
            return False
        minute.told_at = at
        return True

    def _minute(self, message: Message) -> _Minute:
        sender = (message.channel, message.sender)
        minute = self._minutes.pop(sender, None) or _Minute()
        self._minutes[sender] = minute
        if len(self._minutes) > MOST_SENDERS:
            del self._minutes[next(iter(self._minutes))]
        return minute

    def _note(self, number: int) -> None:
        self.refused += 1
        self._refused[number] = None
        if len(self._refused) > MOST_REFUSED:
            del self._refused[next(iter(self._refused))]
