"""What waits to be said in one place, in the order in which it was offered."""

from collections import deque
from dataclasses import dataclass, field

from bot.extend import Said
from bot.points.types import Reply

LINGER_S = 0.5
"""What a check-in waits for others, where nobody else has checked in just now."""
LULL_S = 1.5
"""Where several have, they wait until nobody has come for so long,"""
COLLECT_S = 6.0
"""and the first of them no longer than this."""
MOST_REFUSALS = 3
MOST_REFUSALS_KEPT = 5
"""Of what is kept in the outbox."""
TURN_S = 60.0
"""A place that says more than one thing in so long lets those pass that were asked for later."""
NEVER = float("inf")

Place = str
"""Where something is said: a room, or one person in private."""


def place_of(reply: Reply) -> Place:
    """Where the reply is said."""
    return f"room {reply.room}" if reply.room is not None else f"person {''.join(reply.to[:1])}"


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

    @property
    def is_mergeable(self) -> bool:
        """Whether it may be a line among others. What is kept in the outbox is ticked off there by
        itself."""
        said, reply = self.said, self.said.reply
        is_plain = said.kind == "reply" and said.outbox is None and reply.picture is None
        return is_plain and bool(reply.brief) and reply.room is not None


@dataclass(slots=True)
class Line:
    """One place."""

    account: str = ""
    """Who says it."""
    asked: deque[Waiting] = field(default_factory=deque)
    """Answers."""
    own: deque[Waiting] = field(default_factory=deque)
    """What nobody asked for; it waits through quiet hours."""
    alone: int = 0
    """Those of `asked` that are always said by themselves."""
    free_at: float = 0.0
    """When the gap behind the last message is over."""
    due_at: float = 0.0
    """Whatever is said next has its turn as if it had been offered no earlier than this."""
    is_busy: bool = False
    """Whether something is being said here."""
    ready_at: float = NEVER
    """When the first may be said, as far as the place goes."""
    turn: tuple[float, int] = (NEVER, 0)
    """The lower comes first among places."""

    def __len__(self) -> int:
        return len(self.asked) + len(self.own)

    def first(self, *, is_quiet: bool) -> Waiting | None:
        """What is to be said first; None when all that waits is held back."""
        own = self.own[0] if self.own and not is_quiet else None
        asked = self.asked[0] if self.asked else None
        if own is None or asked is None:
            return own or asked
        return min(own, asked, key=number_of)

    def put(self, one: Waiting) -> None:
        """Adds it, at the place that its number gives it."""
        queue = self.asked if one.said.kind == "reply" else self.own
        queue.append(one)
        if queue is self.asked and not one.is_mergeable:
            self.alone += 1
        if len(queue) > 1 and queue[-2].number > one.number:
            ordered = sorted(queue, key=number_of)
            queue.clear()
            queue.extend(ordered)

    def serve(self, now: float) -> None:
        """It has its turn now: what comes next here has its own a while later."""
        self.is_busy = True
        self.due_at = min(self.turn[0], now) + TURN_S

    def pop(self, first: Waiting, *, most: int) -> tuple[Waiting, ...]:
        """Takes out the first, and of others that can be said with it as many as make `most`: they
        come forward, unless something waits for the same person that was asked for earlier."""
        if most == 1 or not first.is_mergeable:
            queue = self.own if self.own and self.own[0] is first else self.asked
            queue.popleft()
            self.alone -= queue is self.asked and not first.is_mergeable
            return (first,)
        taken: list[Waiting] = []
        kept: list[Waiting] = []
        passed = {who for one in self.own for who in one.said.reply.to}
        while self.asked and len(taken) < most:
            one = self.asked.popleft()
            to = one.said.reply.to
            is_passed = one is not first and not passed.isdisjoint(to)
            if one.is_mergeable and not is_passed:
                taken.append(one)
            else:
                passed.update(to)
                kept.append(one)
        self.asked.extendleft(reversed(kept))
        return tuple(taken)

    def look(self, *, is_quiet: bool, gathers: bool) -> None:
        """Notes when and before whom it may be served; `gathers` is whether check-ins wait for
        others."""
        first = self.first(is_quiet=is_quiet)
        if first is None:
            self.ready_at = NEVER
            return
        self.turn = max(first.offered_at, self.due_at), first.number
        is_alone = self.alone or (self.own and not is_quiet) or not first.is_mergeable
        self.ready_at = self.free_at
        if gathers and not is_alone:
            self.ready_at = max(self.free_at, self._gathered_at(first))

    def _gathered_at(self, first: Waiting) -> float:
        if len(self.asked) == 1:
            return first.offered_at + LINGER_S
        last = self.asked[-1].offered_at
        return min(first.offered_at + COLLECT_S, last + LULL_S)


def number_of(one: Waiting) -> int:
    """By which what waits is ordered."""
    return one.number
