"""A hypothesis machine that does everything to the real posting and to the model, and compares."""

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.posting.operation import Operation, Result
from bot.posting.posting import Posting
from store.boards import community_board, room_board
from store.database import Connection, Database
from store.verify import verify
from tests.ledger import deeds
from tests.ledger.books import compare, dump, faults
from tests.ledger.deeds import FOR_THE_ACTIVE, HOUR, MICROS, PROMISES, SHARED, START, Sent
from tests.ledger.model import Model, Promises

PEOPLE = st.sampled_from(["u1", "u2", "u3"])
ADMIN = "a"
ROOMS = st.sampled_from(["g1", "g2", None])
AMOUNTS = st.sampled_from([1, 5, 7, 30, 35, 60, 200])
LATE_H = st.sampled_from([0, 0, 0, 3, 14, 26, 40, 47, 49, -5])
PASSING_H = st.sampled_from([1, 9, 24, 24, 24, 25, 48, 24 * 3, 24 * 7, 24 * 9])
TERMS = st.sampled_from([PROMISES, SHARED, FOR_THE_ACTIVE])
NOW = st.booleans()
"""False: the operation waits and shares the transaction of those that follow."""

Expect = Callable[[], str]


class LedgerMachine(RuleBasedStateMachine):
    """One community of its own; every step is done twice, and the books are compared."""

    database: Database
    communities: Iterator[int]

    def __init__(self) -> None:
        super().__init__()
        self.community = next(self.communities)
        self.model = Model(PROMISES)
        self.posting = self._posting()
        self.reader: Connection = self.database.connect_to_read()
        self.ids = deeds.Ids()
        self.now = START
        self.sent: list[tuple[Sent, Operation]] = []
        self.waiting: list[tuple[Operation, Expect]] = []
        self.told: list[str] = []
        """The messages whose replies say that points were moved, or that two are one; those too
        that came to nothing, but on whose way something expired."""
        self.done: list[Operation | str | Promises] = []
        """Every operation in order; the name of a person where that one was forgotten, the new
        terms where they changed."""

    # What can happen.

    @initialize(terms=TERMS)
    def begins(self, terms: Promises) -> None:
        self.terms_change(terms)

    @rule(terms=TERMS)
    def terms_change(self, terms: Promises) -> None:
        """What was posted stays as it was promised."""
        self._run()
        self.posting.close()
        self.model.promises = terms
        self.posting = self._posting()
        self.done.append(terms)

    @rule(who=PEOPLE, room=ROOMS, late_h=LATE_H, now=NOW)
    def checks_in(self, who: str, room: str | None, late_h: int, now: bool) -> None:
        """Invariant 19: at most one a person a day, however late it is told."""
        sent = self._sent(who, room, "签到", late_h=late_h)
        at, sent_at = sent.at, sent.sent_at or sent.at
        self._do(
            sent, deeds.checkin(sent), lambda: self.model.checkin(who, room, at, sent_at), now
        )

    @rule(who=PEOPLE, room=ROOMS, now=NOW)
    def shares(self, who: str, room: str | None, now: bool) -> None:
        sent = self._sent(who, room, "分享")
        self._do(
            sent, deeds.share(sent), lambda: self.model.share(who, room, sent.at, sent.id), now
        )

    @rule(who=PEOPLE, room=ROOMS, points=AMOUNTS, now=NOW)
    def is_given(self, who: str, room: str | None, points: int, now: bool) -> None:
        """Invariant 2, 17: whole points, in and out again."""
        sent = self._sent(ADMIN, room, f"加分 {who} {points}", about=who)
        self._do(
            sent, deeds.grant(sent, points),
            lambda: self.model.grant(who, points, room, sent.at, sent.id), now,
        )  # fmt: skip

    @rule(who=PEOPLE, room=ROOMS, points=AMOUNTS, now=NOW)
    def is_deducted(self, who: str, room: str | None, points: int, now: bool) -> None:
        sent = self._sent(ADMIN, room, f"扣分 {who} {points}", about=who)
        self._do(
            sent, deeds.deduct(sent, points),
            lambda: self.model.spend(who, points, "adjustment", room, sent.at, sent.id), now,
        )  # fmt: skip

    @rule(who=PEOPLE, room=ROOMS, points=AMOUNTS, now=NOW)
    def spends(self, who: str, room: str | None, points: int, now: bool) -> None:
        """Invariant 3, 6, 7, 24: what is there, the earliest first, nothing that has expired."""
        sent = self._sent(who, room, f"兑换 {points}")
        self._do(
            sent, deeds.spend(sent, points),
            lambda: self.model.spend(who, points, "redemption", room, sent.at, sent.id), now,
        )  # fmt: skip

    @rule(back=st.integers(0, 8), now=NOW)
    def takes_back(self, back: int, now: bool) -> None:
        """Invariant 11, 12, 13: of anything, also twice, also reversals, also what is not
        there."""
        self._takes_back(max(1, len(self.model.lines) + 1 - back), now=now)

    @rule(back=st.integers(0, 8), total=AMOUNTS, now=NOW)
    def is_refunded(self, back: int, total: int, now: bool) -> None:
        """Invariant 12: of anything, also twice, also more than it gave."""
        self._refunds(max(1, len(self.model.lines) + 1 - back), total, now=now)

    @rule(days_ago=st.integers(0, 2), now=NOW)
    def books_out(self, days_ago: int, now: bool) -> None:
        """Invariant 21, 24: the nightly job, on time, late, or once more."""
        self.now += MICROS
        at = self.now
        period = self.model.today(at) - timedelta(days=days_ago)
        operation = deeds.expire(period, at)
        self._enqueue(operation, lambda: self.model.expire(period.isoformat(), at), now)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 10**6), now=NOW)
    def comes_again(self, which: int, now: bool) -> None:
        """Invariant 8, 10: one effect a message for ever, and the refused stay refused."""
        sent, operation = self.sent[which % len(self.sent)]
        self.now += MICROS
        again = dataclasses.replace(operation, at=self.now)
        self._enqueue(again, lambda: self.model.seen(sent.id, _said(sent)) or "once more", now)

    @precondition(lambda self: self.sent)
    @rule(which=st.integers(0, 10**6), who=PEOPLE, now=NOW)
    def contradicts_itself(self, which: int, who: str, now: bool) -> None:
        """Invariant 9: the same id with other content has no effect."""
        number = self.sent[which % len(self.sent)][0].id
        self.now += MICROS
        sent = Sent(number, who, "g1", self.now, "兑换 1, 但说的是别的")
        operation = deeds.spend(sent, 1)
        self._enqueue(operation, lambda: self.model.seen(sent.id, _said(sent)) or "twice", now)

    @rule(hours=PASSING_H)
    def time_passes(self, hours: int) -> None:
        self.now += hours * HOUR

    @rule(hours=st.sampled_from([1, 5, 25]))
    def clock_goes_back(self, hours: int) -> None:
        """Invariant 23: the times of an account do not."""
        self.now -= hours * HOUR

    @precondition(lambda self: self.model.people)
    @rule(who=PEOPLE)
    def is_forgotten(self, who: str) -> None:
        """Invariant 28: the person goes, the amounts and the chain stay."""
        self._run()
        if who in self.model.people:
            self.posting.close()
            forget(self.database, self.community, who)
            self.posting = self._posting()
            self.model.forget(who)
            self.done.append(who)

    @rule()
    def restarts(self) -> None:
        self._run()
        self.posting.close()
        self.posting = self._posting()

    # The same, in an order that chance alone seldom finds.

    @rule(who=PEOPLE, points=AMOUNTS, earns=AMOUNTS)
    def overdraws(self, who: str, points: int, earns: int) -> None:
        """Taking back what has been spent makes a debt, and what is earned then pays it first."""
        self.is_given(who, "g1", points, True)
        number = len(self.model.lines)
        self.spends(who, "g1", max(1, self.model.member(who).balance), True)
        self._takes_back(number)
        self.is_given(who, "g2", earns, False)

    @rule(who=PEOPLE, points=AMOUNTS, hours=PASSING_H)
    def gets_back(self, who: str, points: int, hours: int) -> None:
        """A spend is taken back while its lots live, and when they have expired."""
        self.is_given(who, "g1", points, True)
        self.spends(who, None, points, True)
        number = len(self.model.lines)
        self.time_passes(hours)
        self._takes_back(number)

    @rule(
        who=PEOPLE, gift=AMOUNTS, spent=AMOUNTS, totals=st.lists(st.integers(1, 12), max_size=3),
        hours=PASSING_H,
    )  # fmt: skip
    def is_refunded_in_parts(
        self, who: str, gift: int, spent: int, totals: list[int], hours: int
    ) -> None:
        """A deed is taken back bit by bit, unspent, spent in part, beside other lots, and when
        what is left of it has expired; at the end the rest."""
        self.is_given(who, "g1", gift, True)
        self.time_passes(hours)
        self.shares(who, "g1", True)
        number = len(self.model.lines)
        self.is_given(who, "g2", gift, True)
        self.spends(who, "g1", spent, True)
        for total in totals:
            self._refunds(number, total)
            self.time_passes(hours)
        self._takes_back(number)

    @rule(who=PEOPLE, gap_h=st.sampled_from([48, 48, 72]))
    def tells_late(self, who: str, gap_h: int) -> None:
        """The check-in of a missed day comes after those of later days, and joins them to the days
        before: a bonus of theirs that has been paid is not paid again."""
        self.checks_in(who, "g1", 0, True)
        self.time_passes(gap_h)
        self.checks_in(who, "g1", 0, True)
        self.time_passes(23)
        self.checks_in(who, "g1", 0, True)
        self.checks_in(who, "g1", 47, True)

    # What must hold.

    @invariant()
    def books_agree(self) -> None:
        """Invariants 1 to 7, 11, 15 and 23, and all that the model says, to the point."""
        if not self.waiting and self.done:
            assert faults(self.reader, self.community) == []
            compare(self.model, self.reader, self.community)
            self._boards_agree()
            self._outbox_agrees()

    def teardown(self) -> None:
        try:
            self._run()
            if self.done:
                self.books_agree()
                self._replay_agrees()
        finally:
            self.posting.close()
            self.reader.close()

    def _boards_agree(self) -> None:
        members = self.reader.rows(
            "SELECT id FROM member WHERE community = ? ORDER BY id", self.community
        )
        numbers = {row[0]: number for number, row in enumerate(members, start=1)}
        today = self.model.today(self.now)
        week = {today - timedelta(days=back) for back in range(today.weekday() + 1)}
        found = community_board(self.reader, "week", today, community=self.community)
        assert _places(found, numbers) == self.model.board(week, None)[:10]
        for number, external in self.reader.rows(
            "SELECT id, external_id FROM room WHERE community = ?", self.community
        ):
            board = room_board(self.reader, number, "day", today, community=self.community)
            assert _places(board, numbers) == self.model.board({today}, external)[:10]

    def _outbox_agrees(self) -> None:
        """Invariant 22: each of them has one row, from the same transaction."""
        rows = self.reader.rows(
            "SELECT cause FROM outbox WHERE community = ? ORDER BY id", self.community
        )
        assert [cause for (cause,) in rows] == self.told

    def _replay_agrees(self) -> None:
        """Invariant 29: from empty, one at a time, it all comes out the same."""
        other = next(self.communities)
        programme = deeds.programme()
        posting = Posting(self.database, programme, other, keeping=[deeds.CHANNEL])
        for step in self.done:
            if isinstance(step, Operation):
                posting.run([step])
                continue
            posting.close()
            if isinstance(step, Promises):
                programme = deeds.programme(step)
            else:
                forget(self.database, other, step)
            posting = Posting(self.database, programme, other, keeping=[deeds.CHANNEL])
        posting.close()
        compare(self.model, self.reader, other)
        if self.reader.is_sqlite:
            again, first = dump(self.reader, other), dump(self.reader, self.community)
            for table in set(first) - {"community"}:
                assert again[table] == first[table], table

    # How it is done.

    def _posting(self) -> Posting:
        programme = deeds.programme(self.model.promises)
        return Posting(self.database, programme, self.community, keeping=[deeds.CHANNEL])

    def _takes_back(self, number: int, *, now: bool = True) -> None:
        sent = self._sent(ADMIN, "g1", f"撤销 {number}")
        self._do(
            sent, deeds.take_back(sent, number), lambda: self.model.reverse(number, sent.at), now
        )

    def _refunds(self, number: int, total: int, *, now: bool = True) -> None:
        sent = self._sent(ADMIN, "g1", f"退款 {number} {total}")
        self._do(
            sent, deeds.take_part(sent, number, total),
            lambda: self.model.refund(number, total, sent.at), now,
        )  # fmt: skip

    def _sent(
        self,
        sender: str,
        room: str | None,
        says: str,
        *,
        late_h: int = 0,
        about: str | None = None,
    ) -> Sent:
        self.now += MICROS
        return Sent(
            self.ids.next(), sender, room, self.now, says, self.now - late_h * HOUR,
            (about,) if about else (),
        )  # fmt: skip

    def _do(self, sent: Sent, operation: Operation, expect: Expect, now: bool) -> None:
        self.sent.append((sent, operation))
        self._enqueue(operation, lambda: self.model.seen(sent.id, _said(sent)) or expect(), now)

    def _enqueue(self, operation: Operation, expect: Expect, now: bool) -> None:
        self.waiting.append((operation, expect))
        if now:
            self._run()

    def _run(self) -> None:
        if not self.waiting:
            return
        waiting, self.waiting = self.waiting, []
        results = self.posting.run([operation for operation, _ in waiting])
        for operation, _ in waiting:
            if operation.message is not None:
                for person in operation.people:
                    self.model.meet(person.id, operation.message.room)
        expected = [expect() for _, expect in waiting]
        assert [_outcome(result) for result in results] == expected
        self.told += [
            operation.cause
            for (operation, _), result, said in zip(waiting, results, expected, strict=True)
            if operation.keeps_reply and (result.lines or "balance" in said or said == "merged")
        ]
        self.done += [operation for operation, _ in waiting]


class MergingMachine(LedgerMachine):
    """The same, where people turn out to be others of them."""

    @rule(who=PEOPLE, other=PEOPLE, now=NOW)
    def is_another(self, who: str, other: str, now: bool) -> None:
        """No point is lost or paid twice when two turn out to be one."""
        sent = self._sent(who, None, f"绑定 {other}", about=other)
        self._do(
            sent, deeds.merging(sent), lambda: self.model.merge(who, other, sent.at), now
        )  # fmt: skip

    @rule(who=PEOPLE, other=PEOPLE, back=st.integers(0, 3))
    def is_another_on_a_day_of_both(self, who: str, other: str, back: int) -> None:
        """What both have done today counts together from then on."""
        for one in (who, other):
            self.checks_in(one, "g1", 0, True)
            self.shares(one, "g1", True)
        self.is_another(who, other, True)
        self.shares(who, "g2", True)
        self.checks_in(other, "g2", 0, True)
        self._takes_back(max(1, len(self.model.lines) - back))

    @rule(who=PEOPLE, other=PEOPLE, points=AMOUNTS, hours=PASSING_H)
    def is_another_when_lots_have_expired(
        self, who: str, other: str, points: int, hours: int
    ) -> None:
        """What the one lets expire is not what the other was given for the same day."""
        self.is_given(other, "g1", points, True)
        number = len(self.model.lines)
        self.spends(other, "g1", max(1, self.model.member(other).balance), True)
        self.is_given(who, "g1", points, True)
        self.time_passes(hours)
        self.is_given(who, "g1", points, True)
        self.is_another(who, other, True)
        self._takes_back(number)


def run_machine(
    database: Database, wanted: settings, kind: type[LedgerMachine] = LedgerMachine
) -> None:
    """Raises what the first failing example raised."""
    machine = type("Machine", (kind,), {"database": database, "communities": itertools.count(1)})
    run_state_machine_as_test(machine, settings=wanted)
    assert verify(database)[1] == []


def forget(database: Database, community: int, person: str) -> None:
    """Takes away who somebody was, as an operator would have to."""
    connection = database.connect()
    [(member,)] = connection.rows(
        "SELECT member FROM identity WHERE community = ? AND external_id = ?", community, person
    )
    connection.begin()
    connection.run("UPDATE member SET name = '' WHERE community = ? AND id = ?", community, member)
    connection.run(
        "UPDATE identity SET external_id = ? WHERE community = ? AND external_id = ?",
        f"forgotten/{member}/{person}", community, person,
    )  # fmt: skip
    connection.commit()
    connection.close()


def _said(sent: Sent) -> str:
    return f"{sent.sender} {sent.says}"


def _outcome(result: Result) -> str:
    if result.problem == "bug":
        raise AssertionError("a bug") from result.error
    return result.problem or (result.reply.text if result.reply else "silent")


def _places(board: object, numbers: dict[object, int]) -> list[tuple[int, int, int]]:
    return [(place.rank, numbers[place.member], place.points) for place in board.top]
