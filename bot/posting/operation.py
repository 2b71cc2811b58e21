"""What is asked of the ledger, and what came of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.points.reload import Reload
from bot.points.types import JOB, Message, Person, Programme, Reply, SaidKind, Sighting
from bot.points.value import value
from store.ledger import Deed, Line
from store.outbox import Outgoing

if TYPE_CHECKING:
    from bot.posting.turn import Turn

Notice = tuple[str, Reply]
"""Something said of its own accord, privately or in a room, with the channel that carries it."""


@value
class Again:
    """What long work returns while there is more to do: it wants to be called again, so that
    others have their turn in between. Where it has got to it keeps in the ledger."""


Work = Callable[["Turn"], Reply | Reload | Again | None]
"""Runs inside the transaction; what it returns is said, or done, after the commit."""


def kind_of(reply: Reply) -> SaidKind:
    """What something is that was said of its own accord: a post in a room, or a notice."""
    return "notice" if reply.room is None else "post"


def kind_among(reply: Reply, operation: "Operation") -> SaidKind:
    """The same, for a channel with people: who asks in a room for what is told privately, a code
    for one, is answered, and that waits for no quiet hours to end."""
    message = operation.message
    if message is not None and reply.room is None and reply.to[:1] == (message.sender,):
        return operation.kind
    return kind_of(reply)


@value
class Operation:
    """One thing to be done in one turn of the writer, whole or not at all."""

    at: int
    """When it was accepted, microseconds since 1970 UTC."""
    work: Work
    cause: str
    """Id of the message, or `job:<name>/<period>`."""
    message: Message | None = None
    digest: bytes | None = None
    """Of what the message says. With it the operation has its effect once for the message; without
    it, it only reads."""
    sightings: tuple[Sighting, ...] = ()
    """Deeds it will settle, so that their keys are read for the whole batch at once."""
    people: tuple[Person, ...] = ()
    """Everybody it may touch, the sender first; the unknown are enrolled."""
    newcomers: frozenset[str] = frozenset()
    """Those among them who join just now: the unknown of them become newcomers."""
    kind: SaidKind = "reply"
    """What a reply to it is: `reply`, `post` or `notice`."""
    may_reload: bool = False
    """Whether it may ask for the programme's files to be read again."""
    opens: bool | None = None
    """True: it opens its message's room, False: it closes it; None: neither."""
    is_chatter: bool = False
    """Whether nobody has asked for anything: no log speaks of it when nothing comes of it."""
    keeps_reply: bool = False
    """Whether its reply carries value where anything came of it: it is kept until it has been
    said."""
    programme: Programme | None = None
    """Judges this operation and all after it; None: the one in force goes on."""

    @property
    def is_job(self) -> bool:
        """Whether the scheduler asked for it."""
        return self.message is None and self.cause.startswith(f"{JOB}:")


@dataclass(slots=True)
class Result:
    """What came of an operation, once the transaction is committed."""

    operation: Operation
    reply: Reply | None = None
    reload: Reload | None = None
    """It asks for the programme's files to be read again."""
    rest: Operation | None = None
    """There is more to do: this is to be accepted, behind what waits by now."""
    problem: str | None = None
    """None when all went well; `duplicate`, `conflict` (an id again with other content), `bug`, or
    `unavailable` (nothing was kept, it may be sent again)."""
    deeds: list[Deed] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    outgoing: list[Outgoing] = field(default_factory=list)
    """What of the reply and the notices the outbox keeps."""
    error: BaseException | None = None

    def row_of(self, reply: Reply) -> int | None:
        """The row of the outbox that keeps the reply, or the notice; None when none does."""
        return next((row.id for row in self.outgoing if row.reply is reply), None)

    @property
    def opened(self) -> bool | None:
        """Whether the message's room is open from now on, or closed; None: that stays as it is."""
        return self.operation.opens if self.problem is None else None
