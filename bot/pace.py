"""When what the bot wants to say is said, and what of it together: a state machine, no clock.

Times are seconds of a clock that never goes back, whichever it is. Platforms count what an account
says, and people mind how much there is of it in a room: so messages of a room keep a distance,
those of an account stay below so many a minute, and check-ins that come close together are
answered at once. Rooms take turns: one that floods waits for itself.
"""

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from random import Random

from bot.extend import Said
from bot.points.digest import MOST_LINES, digest
from bot.points.pacing import Pacing
from bot.points.types import Reply
from bot.points.value import value

LINGER_S = 0.5
"""What a check-in waits for others, where nobody else has checked in just now."""
LULL_S = 1.5
"""Where several have, they wait until nobody has come for so long,"""
COLLECT_S = 6.0
"""and the first of them no longer than this."""
JITTER = 0.5
"""The part of a gap that chance may add to it."""
MINUTE_S = 60.0
UNREACHABLE_S = (1.0, 30.0)
"""What is waited before a platform is tried again: at first, and at most."""
REFUSED_S = (4.0, 600.0)
"""The same for one that refuses."""
MOST_REFUSALS = 3
MOST_REFUSALS_KEPT = 5
"""Of what is kept in the outbox."""

Place = str
"""Where something is said: a room, or one person in private."""


@dataclass(slots=True, eq=False)
class Waiting:
    """One thing that is to be said."""

    said: Said
    since: float
    """When its cause was accepted; the caller's own."""
    number: int
    """Grows with every one that is offered."""
    offered_at: float
    refusals: int = 0

    @property
    def is_last_refusal(self) -> bool:
        """Whether it has been refused often enough to give up."""
        kept = self.said.outbox is not None
        return self.refusals >= (MOST_REFUSALS_KEPT if kept else MOST_REFUSALS)


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
    sent_at: deque[float] = field(default_factory=deque)
    """Of the last minute."""
    shut_until: float = 0.0
    is_busy: bool = False
    refusals: int = 0
    """In a row, as `misses`."""
    misses: int = 0

    def opens_at(self, most: int) -> float:
        if len(self.sent_at) < most:
            return self.shut_until
        return max(self.shut_until, self.sent_at[-most] + MINUTE_S)


@dataclass(slots=True)
class _Line:
    """What waits for one place, in the order in which it was offered."""

    account: str
    asked: deque[Waiting] = field(default_factory=deque)
    """Answers."""
    own: deque[Waiting] = field(default_factory=deque)
    """What nobody asked for; it waits through quiet hours."""
    alone: int = 0
    """Those of `asked` that are always said by themselves."""
    free_at: float = 0.0
    """When the gap behind the last message is over."""
    served_at: float = 0.0
    is_busy: bool = False

    def first(self, *, is_quiet: bool) -> Waiting | None:
        own = self.own[0] if self.own and not is_quiet else None
        asked = self.asked[0] if self.asked else None
        if own is None or asked is None:
            return own or asked
        return min(own, asked, key=_number)

    def put(self, one: Waiting) -> None:
        queue = self.asked if one.said.kind == "reply" else self.own
        queue.append(one)
        if queue is self.asked and not _is_mergeable(one):
            self.alone += 1
        if len(queue) > 1 and queue[-2].number > one.number:
            ordered = sorted(queue, key=_number)
            queue.clear()
            queue.extend(ordered)

    def pop(self, taken: tuple[Waiting, ...]) -> None:
        for queue in (self.own, self.asked):
            if queue and queue[0] is taken[0] and len(taken) == 1:
                queue.popleft()
                break
        else:
            gone = set(map(id, taken))
            kept = [one for one in self.asked if id(one) not in gone]
            self.asked.clear()
            self.asked.extend(kept)
        if not _is_mergeable(taken[0]) and taken[0].said.kind == "reply":
            self.alone -= 1


class Pace:
    """What waits to be said on one channel."""

    def __init__(self, account_of: Callable[[Reply], str], chance: Random, pacing: Pacing) -> None:
        self.pacing = pacing
        self.is_in_haste = False
        """Whether check-ins wait for others no more."""
        self._account_of = account_of
        self._chance = chance
        self._accounts: dict[str, _Account] = {}
        self._lines: dict[Place, _Line] = {}
        """Of every room that was spoken in, and of persons while something waits for them."""
        self._waiting: dict[Place, _Line] = {}
        """Those where something waits."""
        self._numbers = count()

    def __len__(self) -> int:
        """How much waits, what is being sent left out."""
        return sum(len(line.asked) + len(line.own) for line in self._waiting.values())

    def offer(self, said: Said, since: float, now: float) -> None:
        """Takes something that is to be said; `since` is given back with it."""
        self._put(Waiting(said, since, next(self._numbers), now))

    def take(self, now: float, quiet_until: float | None = None) -> Saying | None:
        """What is to be sent now, if anything; what came of it is to be told by one of the methods
        below. `quiet_until` is the end of the quiet hours that it is now, None outside of them."""
        opened = self._opened(now)
        is_quiet = quiet_until is not None
        best: tuple[float, int, Place, Waiting] | None = None
        for place, line in self._waiting.items() if opened else ():
            if line.is_busy or line.account not in opened:
                continue
            first = line.first(is_quiet=is_quiet)
            if first is None or self._ready_at(line, first, is_quiet=is_quiet) > now:
                continue
            turn = max(first.offered_at, line.served_at), first.number, place, first
            if best is None or turn[:2] < best[:2]:
                best = turn
        return None if best is None else self._saying(best[2], best[3], now)

    def next_at(self, quiet_until: float | None = None) -> float | None:
        """When there may be something to take; None while that hangs on what is being sent, or on
        what is offered next."""
        return min(self._times(quiet_until), default=None)

    def was_said(self, saying: Saying, now: float) -> None:
        """It was sent, and is done with."""
        account = self._ended(saying, now)
        account.refusals = account.misses = 0
        self._keep_gap(saying, now)

    def was_unreachable(self, saying: Saying, now: float) -> None:
        """The platform could not be reached: it is said again, and nothing is said before."""
        account = self._ended(saying, now)
        account.misses += 1
        account.shut_until = now + _doubled(UNREACHABLE_S, account.misses)
        for line in self._waiting.values():
            if line.account == saying.account and not line.is_busy:
                first = line.first(is_quiet=False)
                if first is not None:
                    line.account = self._account_of(first.said.reply)
        for one in saying.of:
            self._put(one)

    def was_refused(self, saying: Saying, now: float) -> tuple[Waiting, ...]:
        """The platform does not take it: the account, and the place for longer, say nothing for a
        while, then it is said again. What is given up instead, since it was refused too often."""
        account = self._ended(saying, now)
        account.refusals, account.misses = account.refusals + 1, 0
        account.shut_until = now + _doubled(REFUSED_S, account.refusals)
        for one in saying.of:
            one.refusals += 1
        self._keep_gap(saying, now)
        for one in saying.of:
            if not one.is_last_refusal:
                self._put(one)
        line = self._waiting.get(saying.place)
        if line is not None and not saying.of[0].is_last_refusal:
            line.free_at = now + _doubled(REFUSED_S, saying.of[0].refusals)
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

    def rest(self) -> list[Waiting]:
        """All that waits, the oldest first."""
        return sorted(
            (one for line in self._waiting.values() for one in (*line.asked, *line.own)),
            key=_number,
        )

    def _put(self, one: Waiting) -> None:
        place = _place(one.said.reply)
        line = self._lines.get(place)
        if line is None:
            line = self._lines[place] = _Line(self._account_of(one.said.reply))
        elif not line.is_busy:
            line.account = self._account_of(one.said.reply)
        self._waiting[place] = line
        line.put(one)

    def _opened(self, now: float) -> set[str]:
        """The accounts that may say something. Those that have said nothing yet may."""
        names = {line.account for line in self._waiting.values()}
        return {name for name in names if self._opens_at(name) <= now}

    def _opens_at(self, name: str) -> float:
        account = self._accounts.get(name)
        if account is None:
            return 0.0
        return float("inf") if account.is_busy else account.opens_at(self.pacing.most_a_minute)

    def _times(self, quiet_until: float | None) -> Iterator[float]:
        for line in self._waiting.values():
            opens_at = self._opens_at(line.account)
            if line.is_busy or opens_at == float("inf"):
                continue
            first = line.first(is_quiet=quiet_until is not None)
            if first is not None:
                ready_at = self._ready_at(line, first, is_quiet=quiet_until is not None)
                yield max(opens_at, ready_at)
            if quiet_until is not None and line.own:
                yield max(opens_at, line.free_at, quiet_until)

    def _ready_at(self, line: _Line, first: Waiting, *, is_quiet: bool) -> float:
        """When the line's first may be said, as far as its place goes."""
        is_alone = line.alone or (line.own and not is_quiet) or not _is_mergeable(first)
        if is_alone or self.is_in_haste or not self.pacing.gap_ms:
            return line.free_at
        if len(line.asked) == 1:
            return max(line.free_at, first.offered_at + LINGER_S)
        last = line.asked[-1].offered_at
        return max(line.free_at, min(first.offered_at + COLLECT_S, last + LULL_S))

    def _saying(self, place: Place, first: Waiting, now: float) -> Saying:
        line = self._waiting[place]
        of = tuple(self._together(line, first))
        line.pop(of)
        if not line.asked and not line.own:
            del self._waiting[place]
        account = self._accounts.setdefault(line.account, _Account())
        account.is_busy = line.is_busy = True
        line.served_at = now
        while account.sent_at and account.sent_at[0] <= now - MINUTE_S:
            account.sent_at.popleft()
        account.sent_at.append(now)
        return Saying(line.account, place, _said(of), of)

    def _together(self, line: _Line, first: Waiting) -> Iterator[Waiting]:
        """What is said with it: other check-ins of the room come forward, unless something waits
        for the same person that was asked for earlier."""
        yield first
        if not _is_mergeable(first) or not self.pacing.gap_ms:
            return
        left, passed = MOST_LINES - 1, {who for one in line.own for who in one.said.reply.to}
        for one in line.asked:
            if left and one is not first and _is_mergeable(one) and passed.isdisjoint(_to(one)):
                left -= 1
                yield one
            elif one is not first:
                passed.update(_to(one))

    def _ended(self, saying: Saying, now: float) -> _Account:
        """What was being sent is so no more. The minute runs from when it had been sent."""
        account = self._accounts[saying.account]
        account.is_busy = False
        account.sent_at[-1] = max(account.sent_at[-1], now)
        line = self._lines[saying.place]
        line.is_busy = False
        if saying.said.reply.room is None and saying.place not in self._waiting:
            del self._lines[saying.place]
        return account

    def _keep_gap(self, saying: Saying, now: float) -> None:
        """A private chat is held back by nothing but the account's limit."""
        if saying.said.reply.room is None:
            return
        line = self._lines[saying.place]
        gap_s = self.pacing.gap_ms / 1000
        line.free_at = now + gap_s * (1 + JITTER * self._chance.random())
        line.served_at = now


def _said(of: tuple[Waiting, ...]) -> Said:
    """One message that says all of it; several speak to nobody in particular."""
    last = of[-1].said
    if len(of) == 1:
        return last
    people = {who for one in of for who in _to(one)}
    text = digest([one.said.reply.brief for one in of], len(people))
    return replace(last, reply=Reply(text, last.reply.room))


def _is_mergeable(one: Waiting) -> bool:
    return bool(one.said.reply.brief) and one.said.reply.room is not None and _is_free(one.said)


def _is_free(said: Said) -> bool:
    """What is kept in the outbox is ticked off there by itself."""
    return said.kind == "reply" and said.outbox is None and said.reply.picture is None


def _place(reply: Reply) -> Place:
    return f"room {reply.room}" if reply.room is not None else f"person {''.join(reply.to[:1])}"


def _to(one: Waiting) -> tuple[str, ...]:
    return one.said.reply.to


def _number(one: Waiting) -> int:
    return one.number


def _doubled(limits: tuple[float, float], times: int) -> float:
    """The first time the least, then twice as much each time, up to the most."""
    least, most = limits
    return min(most, least * 2.0 ** min(times - 1, 30))
