"""An event loop whose clock jumps to whatever is due next: hours pass in no time."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any


class HandLoop(asyncio.SelectorEventLoop):
    """Time stands while anything is ready to run, or while `may_jump` says that somebody outside
    of the loop is still at work."""

    at = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.may_jump: Callable[[], bool] = lambda: True

    def time(self) -> float:
        return self.at

    def _run_once(self) -> None:
        timers = [one._when for one in self._scheduled if not one._cancelled]
        if not self._ready and timers and self.may_jump():
            self.at = max(self.at, min(timers))
        super()._run_once()


def by_hand(coroutine: Coroutine[Any, Any, None]) -> None:
    """Runs a test on such a loop."""
    with asyncio.Runner(loop_factory=HandLoop) as runner:
        runner.run(coroutine)
