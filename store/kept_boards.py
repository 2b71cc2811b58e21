"""The community's boards that somebody asks for: kept in memory while they are asked for, and
built beside the writer when that takes seconds."""

import threading
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from bot.points.readings import Board, Period
from store.boards import community_board
from store.closed_days import ClosedDays
from store.database import Connection, Database, DatabaseError
from store.kept_board import IDLE_MICROS, Abandoned, KeptBoard, Question, Span, build
from store.ledger import Line
from store.tail import own_transaction, settled

SMALL = 20_000
"""Rows of a board that is built at once, in some 20 ms."""
PAUSE_S = 0.02
"""Between two looks whether others have ended their transactions, in seconds."""


class KeptBoards:
    """All boards of one community. Used by the writer, inside its transactions."""

    def __init__(self, database: Database, community: int) -> None:
        self.is_live = False
        """Whether members wait: a large board is then built in a thread of its own."""
        self._database = database
        self._community = community
        self._boards: dict[Period, KeptBoard] = {}
        self._building: dict[Period, _Builder] = {}
        self._asked_at: dict[Period, int] = {}
        self._closed_days = ClosedDays(community)
        self._merged = 0
        """How many members had been merged into others when the boards were begun: none of their
        entries tells of it."""

    def board(
        self, connection: Connection, lines: Sequence[Line], asked: Question
    ) -> Board | None:
        """The board as of now, with `lines`, all that the open transaction has written so far;
        None while it is being built."""
        self._follow_merged(connection)
        self._asked_at[asked.period] = asked.at
        self._adopt()
        self._raise_fault(asked.period)
        span = Span.of(asked.period, asked.today)
        kept = self._boards.get(asked.period)
        if (
            kept is None
            or kept.span != span
            or not kept.follow(connection, self._community, asked.zone, lines)
        ):
            kept = self._made(connection, span)
            if kept is not None:
                kept.follow(connection, self._community, asked.zone, lines)
        if kept is not None and (
            asked.period == "total" or kept.newest_day <= asked.today.isoformat()
        ):
            return kept.answer(connection, self._community, asked.member, asked.limit)
        if self.is_live and not self._is_small(connection, span):
            return None
        return community_board(
            connection, asked.period, asked.today, asked.member,
            limit=asked.limit, community=self._community,
        )  # fmt: skip

    def room_board(
        self, connection: Connection, lines: Sequence[Line], room: int, asked: Question
    ) -> Board:
        """The board of one room, likewise."""
        self._follow_merged(connection)
        return self._closed_days.board(connection, lines, room, asked)

    def commit(
        self, connection: Connection, lines: Sequence[Line], at: int, zone: ZoneInfo
    ) -> None:
        """The transaction that wrote these lines, at `at`, was committed. Costs nothing while
        nobody asks."""
        self._closed_days.commit(lines, at)
        if not self._asked_at:
            return
        self._drop_idle(at)
        try:
            for period, kept in list(self._boards.items()):
                if not kept.commit(connection, self._community, zone, lines):
                    del self._boards[period]
        except DatabaseError:
            self.clear()
        except BaseException:
            self.clear()
            raise
        self._adopt()

    def roll_back(self) -> None:
        """The open transaction came to nothing."""
        for kept in self._boards.values():
            kept.roll_back()

    def clear(self) -> None:
        """Forgets them: they are built anew when asked for."""
        self._closed_days.clear()
        self._boards.clear()
        for builder in self._building.values():
            builder.abandon()
        self._building.clear()
        self._asked_at.clear()

    def _follow_merged(self, connection: Connection) -> None:
        """Forgets all boards when another process has merged members."""
        [(merged,)] = connection.rows(
            "SELECT count(*) FROM account WHERE community = ? AND merged_into IS NOT NULL",
            self._community,
        )
        if merged != self._merged:
            self.clear()
            self._merged = int(str(merged))

    def _made(self, connection: Connection, span: Span) -> KeptBoard | None:
        self._boards.pop(span.period, None)
        builder = self._building.get(span.period)
        if builder is None and (not self.is_live or self._is_small(connection, span)):
            made = _build_now(self._database, self._community, span, connection)
            if made is not None:
                self._boards[span.period] = made
                return made
        if self.is_live and (builder is None or builder.span != span):
            if builder is not None:
                builder.abandon()
            self._building[span.period] = _Builder(self._database, self._community, span)
        return None

    def _adopt(self) -> None:
        """Takes over what has been built."""
        for period, builder in list(self._building.items()):
            if builder.is_done and builder.built is not None:
                self._boards[period] = builder.built
                del self._building[period]

    def _raise_fault(self, period: Period) -> None:
        """Raises what went wrong in building, unless it was the database's fault: then it is built
        again."""
        builder = self._building.get(period)
        if builder is not None and builder.is_done:
            del self._building[period]
            if builder.error is not None and not isinstance(builder.error, DatabaseError):
                raise builder.error

    def _drop_idle(self, at: int) -> None:
        for period, asked_at in list(self._asked_at.items()):
            if at - asked_at > IDLE_MICROS:
                del self._asked_at[period]
                self._boards.pop(period, None)
                if period in self._building:
                    self._building.pop(period).abandon()

    def _is_small(self, connection: Connection, span: Span) -> bool:
        """Whether it is built, or read with SQL, in an instant."""
        if span.period == "total":
            rows = connection.rows(
                "SELECT count(*) FROM (SELECT 1 FROM account WHERE community = ? LIMIT ?) AS few",
                self._community, SMALL + 1,
            )  # fmt: skip
        else:
            rows = connection.rows(
                "SELECT count(*) FROM (SELECT 1 FROM score"
                " WHERE community = ? AND day >= ? AND day <= ? LIMIT ?) AS few",
                self._community, span.first, span.last, SMALL + 1,
            )  # fmt: skip
        return int(str(rows[0][0])) <= SMALL


class _Builder:
    """Builds one board in a thread."""

    def __init__(self, database: Database, community: int, span: Span) -> None:
        self.span = span
        self.built: KeptBoard | None = None
        self.error: BaseException | None = None
        self._database = database
        self._community = community
        self._abandoned = threading.Event()
        self._thread = threading.Thread(target=self._run, name="board", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether it has been built, or failed."""
        return not self._thread.is_alive()

    def abandon(self) -> None:
        """Ends it soon, and waits for that."""
        self._abandoned.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            self.built = self._build()
        except Abandoned:
            pass
        except BaseException as error:  # handed to the writer, which raises it
            self.error = error

    def _build(self) -> KeptBoard:
        connection = self._database.connect_to_read()
        try:
            while (low := settled(connection, self._community, None)) is None:
                if self._abandoned.wait(PAUSE_S):
                    raise Abandoned
        finally:
            connection.close()
        return build(self._database, self._community, self.span, low, self._abandoned.is_set)


def _build_now(
    database: Database, community: int, span: Span, connection: Connection
) -> KeptBoard | None:
    """Builds it here and now; None when others are writing and it is not known up to where the
    ledger is settled. `connection` is the writer's, in its open transaction."""
    low: int | None = 0
    if not connection.is_sqlite:
        reader = database.connect_to_read()
        try:
            low = settled(reader, community, own_transaction(connection))
        finally:
            reader.close()
    return None if low is None else build(database, community, span, low)
