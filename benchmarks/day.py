"""`python -m benchmarks.day`: one day of 200 rooms and 10,000 members with the pacing on.

Dispatch, posting on SQLite, the scheduler and the pacing are the bot's own. The clock is ours, and
so is the platform: it takes 0.3 s for each message. That no limit was ever broken, and that nobody
went unanswered, is checked for every message.
"""

import sys
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path
from random import Random
from statistics import quantiles

from benchmarks.day_people import CHANNEL, DAY, DAY_S, ZONE, Event, happenings
from benchmarks.figure import Figure, table
from benchmarks.report import machine
from benchmarks.workplace import workplace
from bot.app import dispatch, kinds, scheduler
from bot.clock import from_micros, to_micros
from bot.extend import Said
from bot.pace import MINUTE_S, Pace, Saying
from bot.points.types import Message, Programme, Reply
from bot.posting.operation import Operation, Result, kind_among
from bot.posting.posting import Posting
from config.loader import load_preset
from store.database import Database
from store.schema import ensure

ROOMS, MEMBERS = 200, 10_000
SENDING_S = 0.3
AFTER_S = 12 * 3_600.0
"""The next morning belongs to it: what was not asked for has waited for it."""


@dataclass
class Heard:
    """What was said that day."""

    sent: list[tuple[float, float, Saying]] = field(default_factory=list)
    """Each message with when it was begun and ended, seconds since midnight."""
    waits_s: list[float] = field(default_factory=list)
    """Of every answer, from the message to the end of its reply."""
    asked: int = 0
    """Answers that were to be given."""

    @property
    def digests(self) -> int:
        """Messages that answered several."""
        return sum(len(saying.of) > 1 for *_, saying in self.sent)

    @property
    def merged(self) -> int:
        """Answers that were given in one message with others."""
        return sum(len(saying.of) for *_, saying in self.sent if len(saying.of) > 1)


class Day:
    """One day, from midnight on."""

    def __init__(self, url: str, rooms: int, members: int, accounts: int) -> None:
        database = Database(url)
        ensure(database)
        self.programme: Programme = load_preset("standard").on(kinds())
        self.heard = Heard()
        self._coming = deque(happenings(rooms, members))
        self._rooms, self._accounts = rooms, accounts
        self._dispatch = dispatch()
        self._posting = Posting(database, self.programme)
        self._scheduler = scheduler(database, self.programme, DAY.astimezone(UTC))
        self._pace = Pace(self._account_of, Random(7), self.programme.pacing)
        self._sending: dict[str, tuple[float, float, Saying]] = {}
        self._now = 0.0

    def run(self) -> Heard:
        """Lives through it, and through the next morning."""
        while (at := self._next_at()) is not None and at <= DAY_S + AFTER_S:
            self._now = max(self._now, at)
            self._end_sending()
            while self._coming and self._coming[0][0] <= self._now:
                self._happen(self._coming.popleft()[1])
            self._begin_sending()
        self._posting.close()
        self._check()
        return self.heard

    def _next_at(self) -> float | None:
        times = [end for _, end, _ in self._sending.values()]
        times += [self._coming[0][0]] if self._coming else []
        paced = self._pace.next_at(self._quiet_until())
        return min([*times, *([paced] if paced is not None else [])], default=None)

    def _happen(self, event: Event) -> None:
        at = to_micros(DAY + timedelta(seconds=self._now))
        operations = self._scheduler.operations(from_micros(at))
        if isinstance(event, Message):
            asked = self._dispatch.read(event, at, self.programme.lexicon)
            if isinstance(asked, Reply):
                self._offer(Said(asked, from_micros(at), "reply", event.id))
            operations += [asked] if isinstance(asked, Operation) else []
        else:
            operations.append(event(at))
        for result in self._posting.run(operations):
            self._answer(result)

    def _answer(self, result: Result) -> None:
        if result.error is not None:
            raise result.error
        operation = result.operation
        at = from_micros(operation.at)
        if result.reply is not None:
            self._offer(Said(result.reply, at, operation.kind, operation.cause))
        for _, notice in result.notices:
            self._offer(Said(notice, at, kind_among(notice, operation), operation.cause))

    def _offer(self, said: Said) -> None:
        self.heard.asked += 1
        self._pace.offer(said, self._now, self._now)

    def _begin_sending(self) -> None:
        while (saying := self._pace.take(self._now, self._quiet_until())) is not None:
            self._sending[saying.account] = self._now, self._now + SENDING_S, saying

    def _end_sending(self) -> None:
        for account, (began, end, saying) in list(self._sending.items()):
            if end <= self._now:
                del self._sending[account]
                self._pace.was_said(saying, self._now)
                self.heard.sent.append((began, self._now, saying))
                self.heard.waits_s += [
                    self._now - one.offered_at for one in saying.of if one.said.kind == "reply"
                ]

    def _quiet_until(self) -> float | None:
        at = DAY + timedelta(seconds=self._now)
        left = self.programme.pacing.quiet_left(at, ZONE).total_seconds()
        return self._now + left if left else None

    def _account_of(self, reply: Reply) -> str:
        place = reply.room or f"r{int(reply.to[0][1:]) % self._rooms}"
        return f"{CHANNEL}{int(place[1:]) % self._accounts}"

    def _check(self) -> None:
        """Raises AssertionError where a limit was broken, or somebody went unanswered."""
        said = sum(len(saying.of) for *_, saying in self.heard.sent)
        if said != self.heard.asked or len(self._pace):
            raise AssertionError(f"{said} of {self.heard.asked} answers were given")
        self._check_rooms()
        self._check_accounts()

    def _check_rooms(self) -> None:
        ended: dict[str, float] = {}
        gap_s = self.programme.pacing.gap_ms / 1000
        for began, end, saying in self.heard.sent:
            room = saying.said.reply.room
            if room is not None and began - ended.get(room, -gap_s) < gap_s:
                raise AssertionError(f"two messages in {room} at {began}")
            if room is not None:
                ended[room] = end

    def _check_accounts(self) -> None:
        ended: dict[str, list[float]] = {}
        for _, end, saying in self.heard.sent:
            ended.setdefault(saying.account, []).append(end)
        most = self.programme.pacing.most_a_minute
        for account, at in ended.items():
            for first, after in zip(at, at[most:], strict=False):
                if after - first < MINUTE_S:
                    raise AssertionError(f"{account} said too much in the minute before {after}")


def day(folder: Path, accounts: int) -> list[Figure]:
    """The day of all rooms, with so many accounts that share them."""
    heard = Day(f"sqlite:///{folder / f'{accounts}.db'}", ROOMS, MEMBERS, accounts).run()
    cuts = quantiles(heard.waits_s, n=100)
    name = "1 account" if accounts == 1 else f"{accounts} accounts"
    note = f"{ROOMS} rooms, {MEMBERS:,} members"
    return [
        Figure.of(f"{name}: answers asked for", [heard.asked], note=note),
        Figure.of(f"{name}: messages sent", [len(heard.sent)], better="less"),
        Figure.of(f"{name}: digests among them", [heard.digests]),
        Figure.of(f"{name}: answers given in them", [heard.merged]),
        Figure.of(f"{name}: wait for an answer, p50", [cuts[49]], "s", better="less"),
        Figure.of(f"{name}: the same, p99", [cuts[98]], "s", better="less"),
        Figure.of(f"{name}: the longest", [max(heard.waits_s)], "s", better="less"),
    ]


def main() -> None:
    """Prints the table."""
    figures: list[Figure] = []
    with workplace() as folder:
        for accounts in (1, 4, 10):
            sys.stderr.write(f"{accounts} …\n")
            figures += day(folder, accounts)
    sys.stdout.write(f"{machine()}\n\n{table(figures)}\n")


if __name__ == "__main__":
    main()
