"""What a replay says together, as a live bot would: check-ins of a room that come close to each
other. Nothing is put off and no account has a limit: what remains of pacing is what becomes one
message."""

from collections import deque
from collections.abc import Callable
from datetime import datetime
from heapq import heappop, heappush
from random import Random

from bot.clock import to_micros
from bot.extend import Said
from bot.pace import Pace
from bot.points.pacing import Pacing

MICROS = 1_000_000
NO_LIMIT = 10**9
"""Messages a minute."""


class _NoChance(Random):
    """The same transcript says the same: a gap is never longer than it must be."""

    def random(self) -> float:
        """Nothing is added."""
        return 0.0


class Together:
    """Between what a replay has to say and what it prints. What is said together is printed in the
    place of the last of it."""

    def __init__(self, show: Callable[[Said], None]) -> None:
        self._show = show
        self._pace = Pace(lambda reply: str(reply.room), _NoChance(), Pacing())
        self._waiting: deque[int] = deque()
        """Numbers of what was offered, those that were said still among them."""
        self._said: set[int] = set()
        self._ready: list[tuple[int, Said]] = []
        self._count = 0

    def say(self, said: Said, pacing: Pacing) -> None:
        """Takes something that is said at `said.at`; these times never go back."""
        at = _seconds(said.at)
        self._drain(at)
        self._pace.pacing = Pacing(gap_ms=pacing.gap_ms, most_a_minute=NO_LIMIT)
        self._pace.offer(said, self._count, at)
        self._waiting.append(self._count)
        self._count += 1
        self._drain(at)

    def end(self) -> None:
        """Says what still waits for others."""
        self._drain(float("inf"))

    def _drain(self, until: float) -> None:
        while (at := self._pace.next_at()) is not None and at <= until:
            saying = self._pace.take(at)
            assert saying is not None
            self._pace.was_said(saying, at)
            numbers = [int(one.since) for one in saying.of]
            self._said.update(numbers)
            heappush(self._ready, (numbers[-1], saying.said))
        self._print()

    def _print(self) -> None:
        """In the order in which it came about: what is ready waits for what came before it."""
        while self._waiting and self._waiting[0] in self._said:
            self._said.discard(self._waiting.popleft())
        first = self._waiting[0] if self._waiting else self._count
        while self._ready and self._ready[0][0] < first:
            self._show(heappop(self._ready)[1])


def _seconds(at: datetime) -> float:
    return to_micros(at) / MICROS
