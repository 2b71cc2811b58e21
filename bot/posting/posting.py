"""Running operations: many in one transaction, each whole or not at all."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence

from bot.points.reload import Reload
from bot.points.summary import summary_text
from bot.points.types import Programme, Reply
from bot.posting.batch import Batch, Known, Revive, no_programme
from bot.posting.level_up import announce
from bot.posting.operation import Again, Operation, Result
from bot.posting.orders import take_up
from bot.posting.outbox import outgoing
from bot.posting.recall import void_edited
from bot.posting.spending import keep_spending
from bot.posting.turn import Spoiled, Turn
from store.database import Conflict, Connection, Contended, Database, DatabaseError, Unavailable
from store.kept_boards import KeptBoards
from store.ledger import Ledger
from store.outbox import Outgoing

log = logging.getLogger(__name__)

MOST = 1_000
"""Operations in one transaction."""
PAUSES_S = (0.01, 0.03, 0.1, 0.3)
"""Between the tries of a transaction that another process was in the way of, in seconds."""


class Posting:
    """The writer of one community. One thread at a time may call it."""

    def __init__(
        self,
        database: Database,
        programme: Programme,
        community: int = 1,
        sleep: Callable[[float], None] = time.sleep,
        revive: Revive = no_programme,
        keeping: Iterable[str] = (),
    ) -> None:
        """`keeping` names the channels whose words are kept until they have been said, where they
        carry value."""
        self.programme = programme
        """In force; swapped between two transactions, by an operation that brings another."""
        self.community = community
        self.boards = KeptBoards(database, community)
        self.yields = False
        """Whether long work gives way to what waits: each part of it has a transaction of its own.
        Otherwise it is done whole, in one, before anything that comes after it."""
        self._database = database
        self._connection: Connection | None = None
        self._known = Known()
        self._sleep = sleep
        self._revive = revive
        self._keeping = frozenset(keeping)
        self._wanted: set[int] = set()
        self._wanted_budgets: set[str] = set()
        self._noted: Programme | None = None
        self._clock_day = ""

    def run(self, operations: Sequence[Operation]) -> list[Result]:
        """Runs them in order and answers each. Never raises for what an operation or the database
        does.

        An operation that brings a programme begins a transaction: what came before it is judged by
        the old one, itself and what comes after it by the new one, whatever the database does. A
        row that the database refuses spoils only its own operation: the batch is rolled back and
        halved until it stands alone. When the database is out of reach nothing is kept and all are
        `unavailable`.
        """
        start, results = 0, list[Result]()
        for number, operation in enumerate(operations):
            if operation.programme is not None:
                results += self._run(operations[start:number])
                self.programme, start = operation.programme, number
        return results + self._run(operations[start:])

    def close(self) -> None:
        """Closes the connection; nothing that was answered is lost by it."""
        self.boards.clear()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _run(self, operations: Sequence[Operation]) -> list[Result]:
        if not operations:
            return []
        try:
            return self._with_tries(operations)
        except Unavailable as error:
            return [
                Result(operation, problem="unavailable", error=error) for operation in operations
            ]
        except Exception as error:
            if len(operations) == 1:
                return [self._alone(operations[0], error)]
        middle = len(operations) // 2
        return self._run(operations[:middle]) + self._run(operations[middle:])

    def _alone(self, operation: Operation, error: Exception) -> Result:
        """A row that another process was quicker to write is seen the second time, and judged."""
        if isinstance(error, Conflict):
            try:
                return self._with_tries([operation])[0]
            except DatabaseError as again:
                error = again
        is_busy = isinstance(error, Contended | Unavailable)
        return Result(operation, problem="unavailable" if is_busy else "bug", error=error)

    def _with_tries(self, operations: Sequence[Operation]) -> list[Result]:
        for pause in PAUSES_S:
            try:
                return self._transaction(operations)
            except (Contended, Unavailable):
                self._reset()
                self._sleep(pause)
        return self._transaction(operations)

    def _transaction(self, operations: Sequence[Operation]) -> list[Result]:
        try:
            connection = self._connected()
            connection.begin()
            batch = Batch(
                Ledger(connection, self.community),
                self.programme,
                self._known,
                self.boards,
                self._revive,
            )
            batch.wanted, batch.wanted_budgets = self._wanted, self._wanted_budgets
            batch.keeping = self._keeping
            self._open(batch, operations[0].at)
            batch.plan(operations)
            results = [_perform(batch, one, yields=self.yields) for one in operations]
            batch.flush()
            self._note_day(batch, operations[-1].at)
            self._commit(connection)
            if batch.has_merged:
                self.boards.clear()
        except BaseException:
            self._reset()
            raise
        self._wanted, self._wanted_budgets = set(), set()
        self._noted = batch.programme
        self._known.learn(batch.presences, batch.names)
        self._keep_boards(connection, batch, operations[-1].at)
        return results

    def _keep_boards(self, connection: Connection, batch: Batch, at: int) -> None:
        """What was committed is answered, whatever comes of the boards: they can be built anew."""
        try:
            self.boards.commit(connection, batch.written, at, batch.programme.zone)
        except Exception:
            log.exception("boards dropped")
            self.boards.clear()

    def _commit(self, connection: Connection) -> None:
        """A commit that fails may have happened all the same: what is kept of it is forgotten."""
        try:
            connection.commit()
        except BaseException:
            self.boards.clear()
            raise

    def _open(self, batch: Batch, at: int) -> None:
        if self._noted is not batch.programme:
            programme = batch.programme
            batch.ledger.open_community(at, summary_text(programme))
            batch.ledger.note_terms(at, programme.version, programme.text)

    def _note_day(self, batch: Batch, at: int) -> None:
        """Once a day: the community has seen this instant."""
        day = batch.today(at).isoformat()
        if day > self._clock_day:
            batch.ledger.move_clock(at)
            self._clock_day = day

    def _connected(self) -> Connection:
        if self._connection is None:
            self._connection = self._database.connect()
        return self._connection

    def _reset(self) -> None:
        """Undoes the transaction; a connection that cannot even do that is dropped."""
        self.boards.roll_back()
        self._known = Known()
        self._noted = None
        self._clock_day = ""
        if self._connection is None:
            return
        try:
            self._connection.rollback()
            self._connection.rows("SELECT 1")
        except DatabaseError:
            self._connection.close()
            self._connection = None


def _perform(batch: Batch, operation: Operation, *, yields: bool) -> Result:
    """One operation's turn. A handler that raises costs only its own message."""
    known = _seen(batch, operation)
    if known == "conflict":
        return _edited(batch, operation)
    if known is not None:
        return Result(operation, problem=known)
    turn = Turn(batch, operation)
    try:
        _take_up_parked(batch, turn)
        answer = _worked(turn, operation, yields=yields)
    except DatabaseError:
        raise
    except BaseException as error:
        if turn.is_written:
            raise Spoiled(str(error)) from error
        return Result(operation, problem="bug", error=error)
    message = operation.message
    if operation.digest is not None and message is not None and not turn.had_no_effect:
        deeds = (*turn.deeds, *turn.writes.deeds)
        own = next((deed for deed in deeds if deed.message == message.id), None)
        turn.writes.inbox.append((message.channel, message.id, operation.digest, turn.at, own))
        batch.digests[message.channel, message.id] = operation.digest
    turn.end()
    reply = answer if isinstance(answer, Reply) else None
    return Result(
        operation,
        reply,
        answer if isinstance(answer, Reload) else None,
        operation if isinstance(answer, Again) else None,
        deeds=turn.deeds,
        lines=turn.lines,
        notices=turn.notices,
        outgoing=_kept(batch, turn, reply),
    )


def _kept(batch: Batch, turn: Turn, reply: Reply | None) -> list[Outgoing]:
    """What of that is kept until it has been said. Most operations have nothing to keep."""
    if not batch.keeping or not (turn.notices or turn.operation.keeps_reply):
        return []
    found = [row for row in outgoing(turn, reply) if row.channel in batch.keeping]
    batch.writes.outgoing += found
    return found


def _edited(batch: Batch, operation: Operation) -> Result:
    """It says something else under an id that was told of before: nothing of it is done, and what
    waits of what it was is over."""
    turn = Turn(batch, operation)
    void_edited(turn)
    turn.end()
    return Result(
        operation,
        problem="conflict",
        deeds=turn.deeds,
        lines=turn.lines,
        notices=turn.notices,
        outgoing=_kept(batch, turn, None),
    )


def _worked(turn: Turn, operation: Operation, *, yields: bool) -> Reply | Reload | Again | None:
    """What its work answers, with what follows from what it posted."""
    answer = operation.work(turn)
    while isinstance(answer, Again) and not yields:
        answer = operation.work(turn)
    if turn.spends:
        keep_spending(turn)
    if not turn.climbs or isinstance(answer, Reload):
        return answer
    if isinstance(answer, Again):
        announce(turn, None)
        return answer
    return announce(turn, answer)


def _take_up_parked(batch: Batch, turn: Turn) -> None:
    """Whoever this message is about is known from here on; the orders that they placed before are
    taken up."""
    message = turn.operation.message
    if not batch.unseen or message is None:
        return
    for person in turn.operation.people:
        place = (message.channel, person.id)
        if place in batch.unseen:
            batch.unseen.remove(place)
            if batch.may_be_parked:
                take_up(turn, turn.orders().parked(*place))


def _seen(batch: Batch, operation: Operation) -> str | None:
    """`duplicate` for a message that had its effect already, `conflict` when it now says something
    else."""
    message = operation.message
    if message is None:
        return None
    before = batch.digests.get((message.channel, message.id))
    if before is None:
        return None
    return "duplicate" if before == operation.digest else "conflict"
