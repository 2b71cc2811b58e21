"""What the whole bot makes of the same burst: a number of check-ins in, a line out when so many
more are judged and committed.

    python -m benchmarks.gateway_bot ENDPOINT TOKEN ROOM DATABASE [at-once|paced]
"""

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace

from benchmarks.counted import CHECKIN, Counted, answer
from benchmarks.workplace import ROOT
from bot.app import build
from bot.live import collect_seldom
from bot.logs import Logs
from bot.observed import Observed
from bot.points.pacing import Pacing
from bot.posting.operation import Result
from bot.settings import Settings
from bot.sink import Sink
from config.loader import load_preset
from store.database import Database
from store.schema import ensure

AT_ONCE = Pacing(gap_ms=0, most_a_minute=1_000_000)


class Counting(Observed):
    """Observes as ever, and counts check-ins that were judged."""

    def __init__(self, logs: Logs, counted: Counted) -> None:
        super().__init__(logs)
        self._counted = counted

    def answered(
        self, results: Sequence[Result], accepted: Iterable[float], began: float, ended: float
    ) -> None:
        super().answered(results, accepted, began, ended)
        self._counted.add(sum(map(_is_checkin, results)))


async def main(endpoint: str, token: str, room: str, path: str, pacing: str = "at-once") -> None:
    """Runs until its standard input ends."""
    counted = Counted()
    log = os.open(ROOT / ".benchmarks" / "bot.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    settings = Settings.model_validate(
        {"wechaty_endpoint": endpoint, "wechaty_token": token, "rooms": f"wechaty:{room}"}
    )
    database = Database(f"sqlite:///{path}")
    ensure(database)
    programme = load_preset("standard")
    if pacing == "at-once":
        programme = replace(programme, pacing=AT_ONCE)
    app = await build(database, programme, settings, Counting(Logs(Sink(log)), counted))
    await app.start()
    collect_seldom()
    await answer(counted)
    await app.stop()


def _is_checkin(result: Result) -> bool:
    message = result.operation.message
    return result.problem is None and message is not None and message.text == CHECKIN


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
