"""When what the bot wants to say is said, and what of it together: a state machine, no clock.

Times are seconds of a clock that never goes back, whichever it is. Platforms count what an account
says, and people mind how much there is of it in a room: so messages of a room keep a distance,
those of an account stay below so many a minute, and check-ins that come close together are
answered at once. What was asked for first is said first, but a room that floods waits for itself.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, count
from random import Random

from bot.extend import Said
from bot.pace_line import NEVER, Line, Place, Waiting, number_of, place_of
from bot.points.digest import MOST_LINES, digest
from bot.points.pacing import Pacing
from bot.points.types import Reply
from bot.points.value import value

JITTER = 0.5
"""The part of a gap that chance may add to it."""
MINUTE_S = 60.0
UNREACHABLE_S = (1.0, 5.0)
"""What is waited before a platform is tried again: at first, and at most."""
REFUSED_S = (4.0, 600.0)
"""The same for one that refuses."""


@value
class Saying:
    """One message to be sent now. Its account says nothing else until it is known what came of
    it."""

    account: str
    place: Place
    said: Said
    of: tuple[Waiting, ...]
    """What it says, in order; several when they are said together."""


@dataclass(slots=True)
class _Account:
    lines: dict[Place, Line] = field(default_factory=dict)
    """Where something waits for it to say."""
    sent_at: deque[float] = field(default_factory=deque)
    """Of the last minute."""
    shut_until: float = 0.0
    is_busy: bool = False
    refusals: int = 0
    """In a row, as `misses`."""
    misses: int = 0

    def opens_at(self, most: int) -> float:
        """When it may say something; never, while it is at something or nothing waits for it."""
        if self.is_busy or not self.lines:
            return NEVER
        if len(self.sent_at) < most:
            return self.shut_until
        return max(self.shut_until, self.sent_at[-most] + MINUTE_S)


class Pace:
    """What waits to be said on one channel."""

    def __init__(self, account_of: Callable[[Reply], str], chance: Random, pacing: Pacing) -> None:
        self.pacing = pacing
        self.is_in_haste = False
        """Whether check-ins wait for others no more."""
        self._account_of = account_of
        self._chance = chance
        self._accounts: dict[str, _Account] = {}
        self._lines: dict[Place, Line] = {}
        """Of every room that was spoken in, and of persons while something waits for them."""
        self._numbers = count()
        self._is_quiet = self._gathers = False
        """As what the lines have noted was worked out."""

    def __len__(self) -> int:
        """How much waits, what is being sent left out."""
        return sum(map(len, self._lines.values()))

    def offer(self, said: Said, since: float, now: float) -> None:
        """Takes something that is to be said; `since` is given back with it."""
        self._put(Waiting(said, since, next(self._numbers), now))

    def take(self, now: float, quiet_until: float | None = None) -> Saying | None:
        """What is to be sent now, if anything; what came of it is to be told by one of the methods
        below. `quiet_until` is the end of the quiet hours that it is now, None outside of them."""
        self._look(is_quiet=quiet_until is not None)
        most = self.pacing.most_a_minute
        best: tuple[tuple[float, int], Place] | None = None
        for account in self._accounts.values():
            if account.opens_at(most) > now:
                continue
            for place, line in account.lines.items():
                if line.ready_at <= now and (best is None or line.turn < best[0]):
                    best = line.turn, place
        return None if best is None else self._saying(best[1], now)

    def next_at(self, quiet_until: float | None = None) -> float | None:
        """When there may be something to take; None while that hangs on what is being sent, or on
        what is offered next."""
        self._look(is_quiet=quiet_until is not None)
        at = min(self._times(quiet_until), default=NEVER)
        return None if at == NEVER else at

    def was_said(self, saying: Saying, now: float) -> None:
        """It was sent, and is done with."""
        account = self._ended(saying, now)
        account.refusals = account.misses = 0
        self._keep_gap(saying, now)
        self._settle(saying.place)

    def was_unreachable(self, saying: Saying, now: float) -> None:
        """The platform could not be reached: it is said again, and nothing is said before."""
        account = self._ended(saying, now)
        account.misses += 1
        account.shut_until = now + _doubled(UNREACHABLE_S, account.misses)
        for one in saying.of:
            self._put(one)
        for place in [*account.lines]:
            self._settle(place)

    def was_refused(self, saying: Saying, now: float) -> tuple[Waiting, ...]:
        """The platform does not take it: the place says nothing for a while, nor does the account
        where it was said in a room, then it is said again. What is given up instead, since it was
        refused too often. One person who cannot be written to must not silence all rooms."""
        account = self._ended(saying, now)
        account.misses = 0
        if saying.said.reply.room is not None:
            account.refusals += 1
            account.shut_until = now + _doubled(REFUSED_S, account.refusals)
        self._keep_gap(saying, now)
        for one in saying.of:
            one.refusals += 1
        again = [one for one in saying.of if not one.is_last_refusal]
        if again:
            self._lines[saying.place].free_at = now + _doubled(REFUSED_S, again[0].refusals)
        for one in again:
            self._put(one)
        self._settle(saying.place)
        return tuple(one for one in saying.of if one.is_last_refusal)

    def was_refused_with_picture(self, saying: Saying, now: float) -> None:
        """It is said at once without its picture, which may be all that was minded."""
        self._ended(saying, now)
        for one in saying.of:
            one.said = replace(one.said, reply=replace(one.said.reply, picture=None))
            self._put(one)

    def was_dropped(self, saying: Saying, now: float) -> None:
        """It can never be sent."""
        self._ended(saying, now)
        self._settle(saying.place)

    def rest(self) -> list[Waiting]:
        """All that waits, the oldest first."""
        lines = self._lines.values()
        return sorted(chain.from_iterable((*one.asked, *one.own) for one in lines), key=number_of)

    def _put(self, one: Waiting) -> None:
        place = place_of(one.said.reply)
        self._lines.setdefault(place, Line()).put(one)
        self._settle(place)

    def _settle(self, place: Place) -> None:
        """Gives the place to the account that would speak there now. Where something is being
        said, it stays with who says it."""
        line = self._lines[place]
        first = line.first(is_quiet=False)
        if line.is_busy:
            return
        if first is None:
            if not place.startswith("room"):
                del self._lines[place]
            return
        name = self._account_of(first.said.reply)
        if name != line.account and line.account in self._accounts:
            self._accounts[line.account].lines.pop(place, None)
        line.account = name
        line.look(is_quiet=self._is_quiet, gathers=self._gathers)
        self._accounts.setdefault(name, _Account()).lines[place] = line

    def _look(self, *, is_quiet: bool) -> None:
        """Has all lines looked at again, where what they go by has changed."""
        gathers = bool(self.pacing.gap_ms) and not self.is_in_haste
        if (is_quiet, gathers) == (self._is_quiet, self._gathers):
            return
        self._is_quiet, self._gathers = is_quiet, gathers
        for line in self._lines.values():
            line.look(is_quiet=is_quiet, gathers=gathers)

    def _times(self, quiet_until: float | None) -> Iterator[float]:
        for account in self._accounts.values():
            opens_at = account.opens_at(self.pacing.most_a_minute)
            for line in account.lines.values() if opens_at < NEVER else ():
                yield max(opens_at, line.ready_at)
                if quiet_until is not None and line.own:
                    yield max(opens_at, line.free_at, quiet_until)

    def _saying(self, place: Place, now: float) -> Saying:
        line = self._lines[place]
        account = self._accounts[line.account]
        first = line.first(is_quiet=self._is_quiet)
        assert first is not None
        of = line.pop(first, most=MOST_LINES if self.pacing.gap_ms else 1)
        del account.lines[place]
        account.is_busy = True
        line.serve(now)
        while account.sent_at and account.sent_at[0] <= now - MINUTE_S:
            account.sent_at.popleft()
        account.sent_at.append(now)
        return Saying(line.account, place, _said(of), of)

    def _ended(self, saying: Saying, now: float) -> _Account:
        """What was being sent is so no more. The minute runs from when it had been sent."""
        account, line = self._accounts[saying.account], self._lines[saying.place]
        account.is_busy = line.is_busy = False
        account.sent_at[-1] = max(account.sent_at[-1], now)
        return account

    def _keep_gap(self, saying: Saying, now: float) -> None:
        """A private chat is held back by nothing but the account's limit."""
        if saying.said.reply.room is None:
            return
        line = self._lines[saying.place]
        gap_s = self.pacing.gap_ms / 1000
        line.free_at = now + gap_s * (1 + JITTER * self._chance.random())


def _said(of: tuple[Waiting, ...]) -> Said:
    """One message that says all of it; several speak to nobody in particular."""
    last = of[-1].said
    if len(of) == 1:
        return last
    people = {who for one in of for who in one.said.reply.to}
    text = digest([one.said.reply.brief for one in of], len(people))
    return replace(last, reply=Reply(text, last.reply.room))


def _doubled(limits: tuple[float, float], times: int) -> float:
    """The first time the least, then twice as much each time, up to the most."""
    least, most = limits
    return min(most, least * 2.0 ** min(times - 1, 30))
