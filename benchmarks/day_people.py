"""Who says what when, on one day in many rooms: most check in at eight, or in the evening."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from bot.points.order_body import order_event
from bot.points.types import Message
from bot.posting.operation import Operation
from bot.posting.orders import order_operation

ZONE = ZoneInfo("Asia/Shanghai")
DAY = datetime(2026, 6, 2, tzinfo=ZONE)
CHANNEL = "bench"
CHECKED_IN = 0.6
"""The part of all members who check in that day."""
TWICE = 0.05
"""The part of those who do so once more, by 打卡."""
ASKED = ("积分", "排行榜", "任务", "明细", "等级", "规则")
CHATTER = ("早上好呀", "这款面膜怎么样", "哈哈哈", "到货了吗", "今天好热", "收到", "谢谢老板")
HOUR_S = 3_600.0
DAY_S = 24 * HOUR_S

Event = Message | Callable[[int], Operation]
"""A message, or what makes an operation of an order once it is there, microseconds since 1970
UTC."""


def happenings(rooms: int, members: int, seed: int = 7) -> list[tuple[float, Event]]:
    """All of the day, each with its seconds since midnight, in order. Member number n is in room n
    modulo `rooms`."""
    day = _Day(rooms, members, Random(seed))
    found = [*day.checkins(), *day.questions(), *day.chatter(), *day.orders()]
    return sorted(found, key=lambda one: one[0])


class _Day:
    def __init__(self, rooms: int, members: int, chance: Random) -> None:
        self._rooms = rooms
        self._members = members
        self._chance = chance
        self._count = 0

    def checkins(self) -> Iterator[tuple[float, Event]]:
        chance = self._chance
        for who in chance.sample(range(self._members), int(self._members * CHECKED_IN)):
            at = self._checkin_at()
            yield at, self._message(who, "签到", at)
            if chance.random() < TWICE:
                later = min(at + chance.uniform(5, 4 * HOUR_S), DAY_S - 1)
                yield later, self._message(who, "打卡", later)
            if chance.random() < 0.1:  # and looks at once what that gave
                later = min(at + chance.uniform(5, 60), DAY_S - 1)
                yield later, self._message(who, "积分", later)

    def questions(self) -> Iterator[tuple[float, Event]]:
        """A tenth of them asks something at some time, some privately."""
        for who in self._chance.sample(range(self._members), self._members // 10):
            at = self._awake_at()
            is_private = self._chance.random() < 0.2
            yield at, self._message(who, self._chance.choice(ASKED), at, is_private=is_private)

    def chatter(self) -> Iterator[tuple[float, Event]]:
        for _ in range(2 * self._members):
            who, at = self._chance.randrange(self._members), self._awake_at()
            yield at, self._message(who, self._chance.choice(CHATTER), at)

    def orders(self) -> Iterator[tuple[float, Event]]:
        """One in fifty has an order that is completed that day, at night too: they are told."""
        for who in self._chance.sample(range(self._members), self._members // 50):
            at = self._chance.uniform(0, DAY_S)
            for event in ("paid", "completed"):
                yield at, self._order(who, event, at)

    def _checkin_at(self) -> float:
        """A third at about eight, a third in the evening, some at noon, the others whenever."""
        chance, part = self._chance, self._chance.random()
        if part < 0.35:
            at = 8 * HOUR_S + abs(chance.gauss(0, HOUR_S / 3))
        elif part < 0.70:
            at = chance.gauss(21 * HOUR_S, HOUR_S)
        elif part < 0.80:
            at = chance.gauss(12.5 * HOUR_S, HOUR_S / 2)
        else:
            at = self._awake_at()
        return min(max(at, 0.0), DAY_S - 1)

    def _awake_at(self) -> float:
        return self._chance.uniform(7 * HOUR_S, DAY_S - 1)

    def _message(self, who: int, text: str, at: float, *, is_private: bool = False) -> Message:
        self._count += 1
        return Message(
            channel=CHANNEL,
            id=f"m{self._count}",
            room=None if is_private else f"r{who % self._rooms}",
            sender=f"u{who}",
            sent_at=DAY + timedelta(seconds=at),
            sender_name=f"会员{who}",
            text=text,
        )

    def _order(self, who: int, event: str, at: float) -> Callable[[int], Operation]:
        body = {
            "event": event, "order": f"O{who}", "buyer": {"channel": CHANNEL, "id": f"u{who}"},
            "paid_at": (DAY + timedelta(seconds=at)).isoformat(), "amount": "128.00",
            "currency": "CNY", "store": "online",
        }  # fmt: skip
        return lambda micros: order_operation(order_event(body), micros, f"o{who}/{event}")
