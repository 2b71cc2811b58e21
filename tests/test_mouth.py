"""How a channel is spoken through: what is sent when, and who is told what came of it."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from datetime import time as clock
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.extend import Channel, Refused, Said, Unreachable
from bot.mouth import PacedMouth, PlainMouth, mouth
from bot.observed import Observed
from bot.points.pacing import Pacing
from bot.points.types import Message, Programme, Reply
from tests.hand_loop import by_hand
from tests.test_pace import answer, checkin, own

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
HOUR_S = 3_600.0


@dataclass
class Gateway(Channel):
    """Takes what it is given, unless it is told what to raise first."""

    name: str = "gateway"
    is_paced: bool = True
    raises: deque[BaseException | None] = field(default_factory=deque)
    said: list[tuple[float, Said]] = field(default_factory=list)
    tries: int = 0
    takes_s: float = 0.0
    gone: set[str] = field(default_factory=set)
    """Accounts that cannot be reached."""

    async def start(self, deliver: Callable[[Message], None]) -> None:
        """Delivers nothing."""

    async def send(self, said: Said) -> None:
        self.tries += 1
        await asyncio.sleep(self.takes_s)
        if self.account_of(said.reply) in self.gone:
            raise Unreachable(self.name)
        if self.raises and (error := self.raises.popleft()) is not None:
            raise error
        self.said.append((asyncio.get_running_loop().time(), said))

    async def stop(self) -> None:
        """Nothing to stop."""

    def account_of(self, reply: Reply) -> str:
        return (reply.room or "private")[:1]

    @property
    def texts(self) -> list[str]:
        return [said.reply.text for _, said in self.said]


@dataclass
class Kept:
    """An outbox that notes what it is told."""

    told: list[tuple[str, int | None]] = field(default_factory=list)

    def sent(self, said: Said) -> None:
        self.told.append(("sent", said.outbox))

    def refused(self, said: Said) -> None:
        self.told.append(("refused", said.outbox))

    def parked(self, said: Said) -> None:
        self.told.append(("parked", said.outbox))

    def void(self, said: Said) -> None:
        self.told.append(("void", said.outbox))


class Spoken:
    """A paced mouth on a gateway, in the loop that runs."""

    def __init__(self, pacing: Pacing | None = None, begin: datetime = NOON) -> None:
        self.gateway, self.kept, self.observed = Gateway(), Kept(), Observed()
        self.loop = asyncio.get_running_loop()
        self.programme = Programme("测试", "v", ZONE, pacing=pacing or Pacing())
        self.closed: set[str] = set()
        """Rooms in which the bot is not at work."""
        self.mouth = PacedMouth(
            self.gateway,
            self.observed,
            self.kept,
            programme=lambda: self.programme,
            now=lambda: begin + timedelta(seconds=self.loop.time()),
            is_open=lambda room: room not in self.closed,
            chance=Random(7),
        )

    def say(self, *said: Said) -> None:
        for one in said:
            self.mouth.say(one, time.monotonic())

    async def silence(self) -> None:
        """Waits until nothing is left to say."""
        await asyncio.sleep(HOUR_S)
        assert self.mouth.waiting == 0

    async def close(self) -> None:
        await self.mouth.close(time.monotonic())


def test_check_ins_of_a_moment_are_one_message_and_each_counts_as_answered() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.say(*(checkin(f"会员{number}") for number in range(10)))
        await spoken.silence()
        await spoken.close()
        [text] = spoken.gateway.texts
        assert text.startswith("签到 10 人\n会员0 +5,连续 1 天\n")
        metrics = spoken.observed.metrics
        assert (metrics.sent, metrics.merged) == ({("gateway",): 1}, {("gateway",): 10})
        assert sum(metrics.reply.counts) == 10

    by_hand(talk())


def test_a_gateway_that_is_down_for_an_hour_delays_and_loses_nothing() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.gone.add("r")
        for number in range(5):
            spoken.say(answer("小美", f"{number}"))
            await asyncio.sleep(HOUR_S / 5)
        assert spoken.gateway.said == []
        assert spoken.mouth.waiting == 5
        assert spoken.mouth.silent_s == 0
        assert spoken.gateway.tries < 730
        spoken.gateway.gone.clear()
        await asyncio.sleep(60)
        await spoken.close()
        assert spoken.gateway.texts == ["0", "1", "2", "3", "4"]
        assert spoken.observed.metrics.unsaid == {}

    by_hand(talk())


def test_an_account_that_is_gone_or_slow_holds_back_no_other() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.gone.add("a")
        spoken.say(answer("小美", "a", room="a1"), answer("小美", "b", room="b1"))
        await asyncio.sleep(0.1)
        assert spoken.gateway.texts == ["b"]
        spoken.gateway.takes_s = 20.0
        spoken.say(answer("小美", "c", room="c1"), answer("小美", "d", room="d1"))
        await asyncio.sleep(21)
        assert spoken.gateway.texts == ["b", "c", "d"]
        await spoken.close()

    by_hand(talk())


def test_what_a_channel_calls_off_itself_is_said_again() -> None:
    """A connection that ends calls off what waits for an answer over it."""

    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.raises.append(asyncio.CancelledError())
        spoken.say(answer("小美", "1"), answer("小美", "2"))
        await spoken.silence()
        await spoken.close()
        assert spoken.gateway.texts == ["1", "2"]
        assert spoken.observed.metrics.unsaid == {}

    by_hand(talk())


def test_only_what_is_on_its_way_makes_a_channel_silent() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.takes_s = 20.0
        spoken.say(answer("小美", "1"), answer("小美", "2"))
        await asyncio.sleep(15.0)
        assert spoken.mouth.silent_s == pytest.approx(15.0)
        await asyncio.sleep(5.5)  # the gap behind the first
        assert spoken.mouth.silent_s == 0
        await spoken.close()

    by_hand(talk())


def test_a_picture_that_is_refused_falls_back_to_its_text_at_once() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.raises.append(Refused("no pictures"))
        said = own("周榜")
        spoken.say(replace(said, reply=replace(said.reply, picture=b"png"), outbox=3))
        await asyncio.sleep(0.1)
        assert spoken.gateway.said == [(0.0, replace(said, outbox=3))]
        assert spoken.kept.told == [("sent", 3)]
        assert spoken.observed.metrics.refused == {("gateway",): 1}
        await spoken.close()

    by_hand(talk())


def test_what_the_outbox_keeps_is_parked_after_five_refusals_and_others_go_on() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.raises.extend([Refused("no")] * 5)
        spoken.say(answer("小美", "1", outbox=3))
        await spoken.silence()
        assert spoken.kept.told == [*[("refused", 3)] * 5, ("parked", 3)]
        spoken.say(answer("小美", "2", outbox=4))
        await spoken.silence()
        await spoken.close()
        assert spoken.gateway.texts == ["2"]
        assert spoken.kept.told[-1] == ("sent", 4)

    by_hand(talk())


def test_others_are_dropped_after_three_refusals_and_told_of() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.raises.extend([Refused("no")] * 3)
        spoken.say(answer("小美", "1"), answer("小美", "2"))
        await spoken.silence()
        await spoken.close()
        assert spoken.gateway.texts == ["2"]
        metrics = spoken.observed.metrics
        assert (metrics.refused, metrics.unsaid) == ({("gateway",): 3}, {("gateway",): 1})
        assert spoken.kept.told == []

    by_hand(talk())


def test_a_fault_of_ours_costs_one_message() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.raises.append(RuntimeError("a bug"))
        spoken.say(answer("小美", "1", outbox=3), answer("小美", "2", room="r2"))
        await asyncio.sleep(0.1)
        assert spoken.gateway.texts == ["2"]
        assert spoken.kept.told == []  # it has another try after the next start
        assert spoken.observed.metrics.unsaid == {("gateway",): 1}
        await spoken.close()

    by_hand(talk())


def test_posts_wait_for_the_morning_and_answers_do_not() -> None:
    async def talk() -> None:
        pacing = Pacing(quiet_from=clock(23, 0), quiet_until=clock(7, 0))
        spoken = Spoken(pacing, begin=NOON + timedelta(hours=11, minutes=30))
        spoken.say(own("到账"), answer("小美", "余额"))
        await asyncio.sleep(HOUR_S * 7)
        assert spoken.gateway.texts == ["余额"]
        await asyncio.sleep(HOUR_S)
        assert spoken.gateway.texts == ["余额", "到账"]
        assert spoken.gateway.said[1][0] == pytest.approx(7.5 * HOUR_S)
        await spoken.close()

    by_hand(talk())


def test_a_programme_that_is_read_again_changes_the_pace() -> None:
    async def talk() -> None:
        spoken = Spoken()
        for number in range(3):
            spoken.say(answer("小美", f"{number}"))
        await asyncio.sleep(0.1)
        spoken.programme = replace(spoken.programme, pacing=Pacing(gap_ms=60_000))
        await asyncio.sleep(30)
        assert spoken.gateway.texts == ["0", "1"]  # the gap behind the first was short
        await asyncio.sleep(90)
        assert spoken.gateway.texts == ["0", "1", "2"]
        await spoken.close()

    by_hand(talk())


def test_quiet_hours_that_are_taken_back_end_within_a_minute() -> None:
    """By a programme that is read again, or since the machine slept while its loop stood still."""

    async def talk() -> None:
        spoken = Spoken(Pacing(quiet_from=clock(12, 0), quiet_until=clock(23, 0)))
        spoken.say(own("周榜"))
        await asyncio.sleep(HOUR_S)
        spoken.programme = replace(spoken.programme, pacing=Pacing())
        await asyncio.sleep(60)
        assert spoken.gateway.texts == ["周榜"]
        await spoken.close()

    by_hand(talk())


def test_what_nobody_asked_for_is_not_said_in_a_room_that_was_closed_meanwhile() -> None:
    async def talk() -> None:
        spoken = Spoken(Pacing(quiet_from=clock(12, 0), quiet_until=clock(13, 0)))
        spoken.say(replace(own("周榜"), outbox=3), replace(own("周榜", "r2"), outbox=4))
        spoken.say(own("到账", room=None, kind="notice"))
        await asyncio.sleep(HOUR_S / 2)
        spoken.closed.add("r1")
        spoken.say(answer("店长", "已停用"))
        await spoken.silence()
        await spoken.close()
        assert [(said.reply.room, said.reply.text) for _, said in spoken.gateway.said] == [
            ("r1", "已停用"), ("r2", "周榜"), (None, "到账")
        ]  # fmt: skip
        assert sorted(spoken.kept.told) == [("sent", 4), ("void", 3)]

    by_hand(talk())


def test_a_stop_says_what_it_may_at_once_and_tells_of_the_rest() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.say(checkin("小美"))  # would wait for others
        spoken.say(*(answer("阿强", f"{number}", room="r2") for number in range(3)))
        spoken.say(own("周榜", "r2"), replace(own("月榜", "r2"), outbox=3))
        began = spoken.loop.time()
        await spoken.mouth.close(time.monotonic() + 4.0)
        assert spoken.loop.time() - began <= 4.0
        assert spoken.gateway.texts == [checkin("小美").reply.text, "0", "1", "2"]
        assert spoken.observed.metrics.unsaid == {("gateway",): 1}  # not what is kept
        assert spoken.kept.told == []

    by_hand(talk())


def test_a_stop_does_not_wait_for_a_gateway_that_is_gone() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.gone.add("r")
        spoken.say(answer("小美", "1"))
        await asyncio.sleep(8.0)  # the next try is later than the stop
        began = spoken.loop.time()
        await spoken.mouth.close(time.monotonic() + 4.0)
        assert spoken.loop.time() - began < 1.0
        assert spoken.observed.metrics.unsaid == {("gateway",): 1}

    by_hand(talk())


def test_what_is_on_its_way_when_it_stops_is_told_of_once() -> None:
    async def talk() -> None:
        spoken = Spoken()
        spoken.gateway.takes_s = 60.0
        spoken.say(answer("小美", "1"))
        await asyncio.sleep(1.0)
        await spoken.close()
        await asyncio.sleep(120)
        assert spoken.gateway.texts == []
        assert spoken.observed.metrics.unsaid == {("gateway",): 1}

    by_hand(talk())


def test_an_unpaced_channel_says_everything_at_once_and_in_order() -> None:
    async def talk() -> None:
        gateway, kept = Gateway(is_paced=False), Kept()
        plain = mouth(gateway, Observed(), kept, programme=_never, now=lambda: NOON, is_open=bool)
        assert isinstance(plain, PlainMouth)
        said = [replace(checkin(f"会员{number}"), outbox=number) for number in range(50)]
        for one in said:
            plain.say(one, time.monotonic())
        await asyncio.sleep(0.01)
        assert gateway.said == [(0.0, one) for one in said]
        assert kept.told == [("sent", number) for number in range(50)]
        await plain.close(time.monotonic())

    by_hand(talk())


def test_an_unpaced_channel_that_is_gone_loses_nothing_either() -> None:
    async def talk() -> None:
        gateway, observed = Gateway(is_paced=False), Observed()
        gateway.raises.extend([Unreachable(), Unreachable(), None, Refused("no")])
        plain = PlainMouth(gateway, observed, Kept())
        for text in ("1", "2", "3"):
            plain.say(answer("小美", text), time.monotonic())
        await asyncio.sleep(10)
        assert gateway.texts == ["1", "3"]
        assert observed.metrics.unsaid == {("gateway",): 1}
        gateway.gone.add("r")
        plain.say(answer("小美", "4"), time.monotonic())
        await asyncio.sleep(10)
        assert (plain.waiting, plain.silent_s) == (1, 0)
        await plain.close(time.monotonic())
        assert observed.metrics.unsaid == {("gateway",): 2}

    by_hand(talk())


def _never() -> Programme:
    raise AssertionError("an unpaced channel asks for no programme")
