"""When what the bot wants to say is said: by hand, and whatever comes."""

from collections import Counter, deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.extend import Said
from bot.pace import MINUTE_S, MOST_LINES, Pace, Saying
from bot.pace_line import COLLECT_S
from bot.points.pacing import Pacing
from bot.points.types import Reply, SaidKind

AT = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
GAP_S = 1.5
USUAL = Pacing()


def answer(who: str, text: str = "余额 5", room: str | None = "r1", **more: object) -> Said:
    return Said(Reply(text, room, (who,)), AT, "reply", text, **more)  # type: ignore[arg-type]


def checkin(who: str, room: str | None = "r1") -> Said:
    reply = Reply(f"+5 积分,{who} 余额 5", room, (who,), brief=f"{who} +5,连续 1 天")
    return Said(reply, AT, "reply", who)


def own(text: str, room: str | None = "r1", kind: SaidKind = "post") -> Said:
    return Said(Reply(text, room, () if room else ("u1",)), AT, kind, "job:x/2026-11-01")


@dataclass
class Run:
    """A pace, and a clock that is moved to whatever comes next."""

    pace: Pace
    now: float = 0.0
    quiet_until: float | None = None

    def offer(self, said: Said, at: float | None = None) -> None:
        """Offers it at that time; what may be said before has been said."""
        if at is not None:
            self.now = at
        self.pace.offer(said, self.now, self.now)

    def all(self, until: float = float("inf"), takes_s: float = 0.0) -> list[tuple[float, Saying]]:
        """What is said when, up to then, each being sent in so many seconds."""
        found: list[tuple[float, Saying]] = []
        while True:
            saying = self.pace.take(self.now, self._quiet)
            if saying is None:
                at = self.pace.next_at(self._quiet)
                if at is None or at > until:
                    return found
                assert at > self.now
                self.now = at
                continue
            found.append((self.now, saying))
            self.now += takes_s
            self.pace.was_said(saying, self.now)

    @property
    def _quiet(self) -> float | None:
        is_quiet = self.quiet_until is not None and self.now < self.quiet_until
        return self.quiet_until if is_quiet else None


def run(pacing: Pacing = USUAL, **more: object) -> Run:
    return Run(Pace(lambda _: "a", Random(7), pacing), **more)  # type: ignore[arg-type]


def texts(said: list[tuple[float, Saying]]) -> list[str]:
    return [saying.said.reply.text for _, saying in said]


def times(said: list[tuple[float, Saying]]) -> list[float]:
    return [at for at, _ in said]


def test_a_lone_check_in_is_answered_soon_in_full_and_with_its_mention() -> None:
    one = run()
    one.offer(checkin("小美"))
    [(at, saying)] = one.all()
    assert at <= 0.8
    assert saying.said == checkin("小美")


def test_a_command_is_answered_at_once() -> None:
    one = run()
    one.offer(answer("小美"))
    assert times(one.all()) == [0.0]


@pytest.mark.parametrize("spread_s", [0.0, 1.0, 5.0])
def test_forty_check_ins_of_a_few_seconds_take_three_messages_at_most(spread_s: float) -> None:
    one = run()
    said: list[tuple[float, Saying]] = []
    for number in range(40):
        at = spread_s * number / 40
        said += one.all(until=at)
        one.offer(checkin(f"会员{number}"), at)
    said += one.all()
    assert len(said) <= 3
    lines = [line for text in texts(said) for line in text.split("\n")]
    assert [line for line in lines if "连续" in line] == [
        f"会员{number} +5,连续 1 天" for number in range(40)
    ]
    assert max(text.count("\n") for text in texts(said)) <= MOST_LINES
    assert all(saying.said.reply.to == () for _, saying in said)
    assert times(said)[-1] <= spread_s + COLLECT_S + 3


def test_a_digest_counts_people_not_lines() -> None:
    one = run()
    for said in (checkin("小美"), checkin("小美"), checkin("阿强")):
        one.offer(said)
    [text] = texts(one.all())
    assert text.split("\n") == ["签到 2 人", *["小美 +5,连续 1 天"] * 2, "阿强 +5,连续 1 天"]


def test_check_ins_that_keep_coming_are_not_put_off_for_ever() -> None:
    one = run()
    said: list[tuple[float, Saying]] = []
    for number in range(60):
        said += one.all(until=number / 2)
        one.offer(checkin(f"会员{number}"), number / 2)
    said += one.all()
    waits = [at - waiting.offered_at for at, saying in said for waiting in saying.of]
    assert max(waits) <= COLLECT_S


def test_answers_of_one_room_keep_their_distance_and_their_order() -> None:
    one = run()
    for number in range(10):
        one.offer(answer("小美", f"{number}"))
    said = one.all()
    assert texts(said) == [str(number) for number in range(10)]
    gaps = [b - a for a, b in pairwise(times(said))]
    assert min(gaps) >= GAP_S
    assert max(gaps) <= 1.5 * GAP_S
    assert len(set(gaps)) == len(gaps)  # by chance


def test_the_gap_runs_from_the_end_of_what_was_slow() -> None:
    one = run()
    one.offer(answer("小美", "1"))
    one.offer(answer("小美", "2"))
    first, second = times(one.all(takes_s=9.0))
    assert second - first >= 9.0 + GAP_S


def test_an_account_says_no_more_than_so_much_a_minute() -> None:
    one = run()
    for number in range(50):
        one.offer(answer("小美", f"{number}", room=f"r{number}"))
    at = times(one.all())
    assert at[:20] == [0.0] * 20
    assert at[20:40] == [MINUTE_S] * 20
    assert at[40:] == [2 * MINUTE_S] * 10


def test_each_account_has_its_own_minute() -> None:
    one = Run(Pace(lambda reply: str(reply.room)[:2], Random(7), Pacing(most_a_minute=2)))
    for number in range(4):
        one.offer(answer("小美", f"a{number}", room=f"a-{number}"))
        one.offer(answer("小美", f"b{number}", room=f"b-{number}"))
    at = Counter((text[0], when) for when, text in zip(*_both(one), strict=True))
    assert at == {("a", 0.0): 2, ("b", 0.0): 2, ("a", 60.0): 2, ("b", 60.0): 2}


def _both(one: Run) -> tuple[list[float], list[str]]:
    said = one.all()
    return times(said), texts(said)


def test_a_private_chat_keeps_no_distance() -> None:
    one = run()
    for number in range(3):
        one.offer(answer("小美", f"{number}", room=None))
    assert times(one.all()) == [0.0] * 3


def test_a_private_check_in_is_said_by_itself() -> None:
    one = run()
    one.offer(checkin("小美", room=None))
    one.offer(checkin("小美", room=None))
    assert [at for at, saying in one.all() if len(saying.of) == 1] == [0.0, 0.0]


def test_a_room_that_floods_starves_no_other() -> None:
    one = run(Pacing(most_a_minute=2))
    for number in range(100):
        one.offer(answer("小美", f"x{number}", room="loud"))
    for number in range(5):
        one.offer(answer("阿强", f"y{number}", room=f"r{number}"))
    said = [text[0] for text in texts(one.all())][:10]
    assert said.count("y") == 5


def test_a_room_that_had_much_to_say_is_not_shut_out_by_those_who_come_later() -> None:
    one = run(Pacing(most_a_minute=1))
    for number in range(50):
        one.offer(answer("小美", f"x{number}", room="loud"))
    said = one.all(until=20 * MINUTE_S)
    for number in range(20):
        one.offer(answer("阿强", f"y{number}", room=f"r{number}"), (21 + number) * MINUTE_S)
        said += one.all(until=(22 + number) * MINUTE_S - 1)
    late = [text[0] for text in texts(said)][21:]
    assert len(late) == 20
    assert 5 <= late.count("x") <= 15


def test_check_ins_come_forward_to_the_others_but_never_past_the_same_person() -> None:
    one = run()
    one.offer(checkin("小美"))
    one.offer(answer("阿强", "阿强的余额"))
    one.offer(checkin("木木"))
    one.offer(checkin("阿强"))
    said = texts(one.all())
    assert said[0].split("\n") == ["签到 2 人", "小美 +5,连续 1 天", "木木 +5,连续 1 天"]
    assert said[1:] == ["阿强的余额", checkin("阿强").reply.text]


def test_without_a_gap_nothing_is_said_together() -> None:
    one = run(Pacing(gap_ms=0, most_a_minute=6_000))
    for number in range(100):
        one.offer(checkin(f"会员{number}"))
    said = one.all()
    assert times(said) == [0.0] * 100
    assert [saying.said.cause for _, saying in said] == [f"会员{number}" for number in range(100)]


def test_quiet_hours_hold_back_what_nobody_asked_for_alone() -> None:
    one = run(quiet_until=3_600.0)
    for said in (
        own("周榜"),
        answer("小美", "余额"),
        own("到账", None, "notice"),
        checkin("阿强"),
    ):
        one.offer(said)
    said = one.all()
    assert texts(said)[:2] == ["余额", checkin("阿强").reply.text]
    assert sorted(texts(said)[2:]) == ["到账", "周榜"]
    assert [at >= 3_600 for at in times(said)] == [False, False, True, True]


def test_what_the_outbox_keeps_is_said_by_itself() -> None:
    one = run()
    one.offer(replace(checkin("小美"), outbox=7))
    one.offer(checkin("阿强"))
    assert [saying.said.outbox for _, saying in one.all()] == [7, None]


def test_a_platform_that_is_gone_is_tried_again_and_loses_nothing() -> None:
    one = run()
    one.offer(answer("小美", "1"))
    one.offer(answer("小美", "2"))
    at: list[float] = []
    for _ in range(8):
        saying = one.pace.take(one.now)
        assert saying is not None
        assert saying.said.reply.text == "1"
        at.append(one.now)
        one.pace.was_unreachable(saying, one.now)
        assert one.pace.take(one.now) is None
        one.now = one.pace.next_at() or 0.0
    waits = [b - a for a, b in pairwise(at)]
    assert waits == [1, 2, 4, 5, 5, 5, 5]
    assert texts(one.all()) == ["1", "2"]


def test_a_person_who_cannot_be_written_to_holds_back_no_room() -> None:
    one = run()
    one.offer(own("通过了", room=None, kind="notice"))
    saying = one.pace.take(0.0)
    assert saying is not None
    assert one.pace.was_refused(saying, 0.0) == ()
    one.offer(answer("小美", "余额 5"))
    assert [(at, saying.said.reply.text) for at, saying in one.all()] == [
        (0.0, "余额 5"),
        (4.0, "通过了"),
    ]


def test_one_account_that_is_gone_does_not_hold_back_another() -> None:
    one = Run(Pace(lambda reply: str(reply.room), Random(7), USUAL))
    one.offer(answer("小美", "1", room="a"))
    saying = one.pace.take(0.0)
    assert saying is not None
    one.offer(answer("小美", "2", room="b"))
    other = one.pace.take(0.0)
    assert other is not None
    assert other.account == "b"
    one.pace.was_unreachable(saying, 0.0)
    one.pace.was_said(other, 0.0)
    one.offer(answer("小美", "3", room="b"))
    said = one.all(until=60)
    assert sorted(texts(said)) == ["1", "3"]


def test_another_account_takes_over_what_one_that_is_gone_was_to_say() -> None:
    there = {"r1": "a"}
    one = Run(Pace(lambda reply: there[str(reply.room)], Random(7), USUAL))
    one.offer(answer("小美", "1"))
    saying = one.pace.take(0.0)
    assert saying is not None
    there["r1"] = "b"
    one.pace.was_unreachable(saying, 0.0)
    again = one.pace.take(0.0)
    assert again is not None
    assert again.account == "b"


@pytest.mark.parametrize(("outbox", "tries"), [(None, 3), (7, 5)])
def test_what_is_refused_is_given_up_after_a_while(outbox: int | None, tries: int) -> None:
    one = run()
    one.offer(answer("小美", "1", outbox=outbox))
    at: list[float] = []
    while (saying := one.pace.take(one.now)) is not None:
        at.append(one.now)
        given_up = one.pace.was_refused(saying, one.now)
        assert bool(given_up) == (len(at) == tries)
        one.now = one.pace.next_at() or one.now
    assert len(at) == tries
    waits = [b - a for a, b in pairwise(at)]
    assert waits == [4.0 * 2**n for n in range(tries - 1)]


def test_refusals_shut_an_account_for_ten_minutes_at_most_and_a_success_opens_it() -> None:
    one = run()
    waits: list[float] = []
    for number in range(12):
        one.offer(answer("小美", f"{number}", room=f"r{number}", outbox=number))
        saying = one.pace.take(one.now)
        assert saying is not None
        one.pace.was_refused(saying, one.now)
        at = one.pace.next_at()
        assert at is not None
        waits.append(at - one.now)
        one.now = at
    assert waits[:4] == [4, 8, 16, 32]
    assert waits[-1] == 600
    one.offer(answer("小美", "ok"))
    one.all()
    one.offer(answer("小美", "at once", room="r99"))
    assert one.pace.take(one.now) is not None


def test_a_picture_that_is_refused_is_text_at_once() -> None:
    one = run()
    said = own("周榜")
    one.offer(replace(said, reply=replace(said.reply, picture=b"png")))
    saying = one.pace.take(0.0)
    assert saying is not None
    assert saying.said.reply.picture == b"png"
    one.pace.was_refused_with_picture(saying, 0.0)
    [(at, again)] = one.all()
    assert (at, again.said) == (0.0, said)


@dataclass(frozen=True)
class Event:
    after_s: float
    room: str | None
    who: str
    sort: str
    """`checkin`, `answer`, `own`."""


EVENTS = st.builds(
    Event,
    after_s=st.sampled_from([0.0, 0.05, 0.4, 1.0, 3.0, 20.0]),
    room=st.sampled_from(["r1", "r2", "r3", None]),
    who=st.sampled_from(["小美", "阿强", "木木", "老周"]),
    sort=st.sampled_from(["checkin", "checkin", "checkin", "answer", "own"]),
)
OUTCOMES = st.sampled_from(["said", "said", "said", "said", "unreachable", "refused"])


@settings(max_examples=300, deadline=None)
@given(
    events=st.lists(EVENTS, max_size=60),
    outcomes=st.lists(OUTCOMES, max_size=60),
    takes=st.lists(st.sampled_from([0.0, 0.0, 0.2, 5.0]), max_size=60),
    gap_ms=st.sampled_from([0, 500, 1_500]),
    most=st.sampled_from([1, 3, 20]),
    accounts=st.sampled_from([1, 2]),
    quiet_until=st.sampled_from([None, 10.0, 1_000.0]),
)
def test_whatever_comes_limits_hold_and_nothing_is_lost_doubled_or_out_of_order(
    events: list[Event],
    outcomes: list[str],
    takes: list[float],
    gap_ms: int,
    most: int,
    accounts: int,
    quiet_until: float | None,
) -> None:
    pacing = Pacing(gap_ms=gap_ms, most_a_minute=most)
    wire = Wire(
        Pace(lambda reply: f"a{(reply.room in ('r2', None)) % accounts}", Random(1), pacing),
        deque(_timed(events)), deque(outcomes), deque(takes), quiet_until,
    )  # fmt: skip
    wire.run()
    parts = [waiting.said for *_, saying in wire.heard for waiting in saying.of]
    assert Counter(map(id, [*parts, *wire.dropped])) == Counter(map(id, wire.offered))
    assert len(wire.pace) == 0
    _keeps_gap(wire.heard, gap_ms / 1000)
    _keeps_minute(wire.tried, most)
    if "refused" not in outcomes:
        _keeps_order(wire.offered, wire.heard)


@dataclass
class Wire:
    """A platform that takes its time, is gone, and refuses, as the example has it."""

    pace: Pace
    coming: deque[tuple[float, Said]]
    outcomes: deque[str]
    takes: deque[float]
    quiet_until: float | None
    now: float = 0.0
    flying: list[tuple[float, Saying, str]] = field(default_factory=list)
    """When it ends, what it is, and how it ends."""
    heard: list[tuple[float, float, Saying]] = field(default_factory=list)
    tried: list[tuple[float, Saying]] = field(default_factory=list)
    dropped: list[Said] = field(default_factory=list)
    offered: list[Said] = field(default_factory=list)

    def run(self) -> None:
        for _ in range(10_000):
            self._offer()
            self._land()
            self._take()
            ahead = [at for at, *_ in [*self.flying, *list(self.coming)[:1]]]
            at = self.pace.next_at(self._quiet)
            ahead += [] if at is None else [at]
            if not ahead:
                return
            self.now = max(self.now, min(ahead))
        raise AssertionError("it never came to an end")

    @property
    def _quiet(self) -> float | None:
        is_quiet = self.quiet_until is not None and self.now < self.quiet_until
        return self.quiet_until if is_quiet else None

    def _offer(self) -> None:
        while self.coming and self.coming[0][0] <= self.now:
            said = self.coming.popleft()[1]
            self.offered.append(said)
            self.pace.offer(said, self.now, self.now)

    def _land(self) -> None:
        landed = [one for one in self.flying if one[0] <= self.now]
        self.flying = [one for one in self.flying if one[0] > self.now]
        for _, saying, outcome in landed:
            if outcome == "said":
                self.pace.was_said(saying, self.now)
            elif outcome == "unreachable":
                self.pace.was_unreachable(saying, self.now)
            else:
                given_up = self.pace.was_refused(saying, self.now)
                self.dropped += [waiting.said for waiting in given_up]

    def _take(self) -> None:
        while (saying := self.pace.take(self.now, self._quiet)) is not None:
            assert self._quiet is None or saying.said.kind == "reply"
            assert saying.account not in {flying.account for _, flying, _ in self.flying}
            outcome = self.outcomes.popleft() if self.outcomes else "said"
            ends = self.now + (self.takes.popleft() if self.takes else 0.0)
            self.tried.append((ends, saying))
            if outcome == "said":
                self.heard.append((self.now, ends, saying))
            self.flying.append((ends, saying, outcome))


def _timed(events: list[Event]) -> list[tuple[float, Said]]:
    at, found = 0.0, []
    for number, event in enumerate(events):
        at += event.after_s
        match event.sort:
            case "checkin":
                said = replace(checkin(event.who, event.room), cause=f"{number}")
            case "answer":
                said = answer(event.who, f"{number}", event.room)
            case _:
                said = own(f"{number}", event.room, "post" if event.room else "notice")
        found.append((at, said))
    return found


def _keeps_gap(heard: list[tuple[float, float, Saying]], gap_s: float) -> None:
    ended: dict[str, float] = {}
    for began, ends, saying in heard:
        room = saying.said.reply.room
        if room is not None:
            assert began - ended.get(room, float("-inf")) >= gap_s - 1e-9
            ended[room] = ends


def _keeps_minute(tried: list[tuple[float, Saying]], most: int) -> None:
    sent: dict[str, list[float]] = {}
    for ends, saying in tried:
        sent.setdefault(saying.account, []).append(ends)
    for at in sent.values():
        for first, after in zip(at, at[most:], strict=False):
            assert after - first >= MINUTE_S - 1e-9


def _keeps_order(offered: list[Said], heard: list[tuple[float, float, Saying]]) -> None:
    """What one person is told, and what stands by itself in a room, each in order."""
    place = {id(said): number for number, said in enumerate(offered)}
    streams: dict[tuple[object, ...], list[int]] = {}
    for *_, saying in heard:
        for waiting in saying.of:
            said = waiting.said
            room, to, number = said.reply.room, said.reply.to, place[id(said)]
            is_own = said.kind != "reply"
            for who in () if is_own else to:
                streams.setdefault(("person", room, who), []).append(number)
            if is_own or not said.reply.brief:
                streams.setdefault((room or to, is_own), []).append(number)
    for numbers in streams.values():
        assert numbers == sorted(numbers)
