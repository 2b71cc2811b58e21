"""What follows from other deeds does not depend on how many messages share a transaction."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import handlers.commands
import handlers.recognisers
import scheduled
from bot.clock import to_micros
from bot.dispatch import Dispatch
from bot.extend import Command, Job, Recogniser, collect
from bot.points.order_body import order_event
from bot.points.segment import Segment
from bot.points.types import Message, Person, Programme, Rule
from bot.posting.operation import Operation
from bot.posting.orders import order_operation
from bot.scheduler import Scheduler
from config.where import where
from tests.posting.test_batches import START, outcome

RULES = (
    Rule("welcome", "welcome", "新人礼", 50),
    Rule("task", "newcomer_task", "新人任务", 50, reply="{name} +{points}",
         needs_times=3, counts=("checkin",), within_days=7),
    Rule("steady", "checkin", "满三天", 10, every_streak_days=3, shields=1, shields_most=2),
    Rule("order", "order", "下单", 1, wait_days=7),
    Rule("months", "order_months", "连续下单", 500, every_months=2),
    Rule("week", "spend_period", "花分", 5, spend_points=20, spend_within="week"),
    Rule("back", "wake_up", "欢迎回来", 30, silent_days=20, reply="{name} +{points}"),
    Rule("gift", "wake_up", "好久不见", 500, dormant_months=1),
)  # fmt: skip
SEGMENTS = (
    Segment("new", "新人", newcomer_days=3),
    Segment("returned", "回来的人", silent_days=10, returned_days=4),
    Segment("buyer", "买家", orders_monthly=1),
    Segment("leader", "团长", tags=frozenset({"团长"})),
    Segment("quiet", "别的人", none_of=("new", "returned", "buyer", "leader")),
)
MORE = tuple(
    Rule(f"for_{one.id}", "checkin", one.name, points, segments=frozenset({one.id}))
    for points, one in enumerate(SEGMENTS, start=1)
)
"""Each segment has a point or so more for a check-in."""
ASKING = tuple(
    Rule(f"asking_{number}", "checkin", "另有条件", 7, where=where(text, of_deeds=True))
    for number, text in enumerate((
        "balance % 2 == 0 and total_days > streak_days",
        "days_since_joining < 20 or days_since_last_deed > 2",
        "orders_this_month > 1 or yearly_yuan / 3 > 100",
        '"团长" in tags and hour < 24 and weekday != 7',
    ))
)  # fmt: skip
PEOPLE = ("u1", "u2", "u3")


def told(programme: Programme) -> list[Operation]:
    """A quarter of three people's lives: joining, days checked in, missed and made up, orders that
    are paid and refunded, and the jobs between them."""
    reader = Dispatch(
        collect(handlers.commands, Command), collect(handlers.recognisers, Recogniser)
    )
    scheduler = Scheduler(collect(scheduled, Job), programme.zone, START, {})
    found: list[Operation] = []
    for day in range(95):
        at = START + timedelta(days=day)
        found += scheduler.operations(at)
        for place, who in enumerate(PEOPLE):
            for message in said(day, place, who, at):
                asked = reader.read(message, to_micros(message.sent_at))
                assert isinstance(asked, Operation)
                found.append(asked)
            found += ordered(day, place, who, at)
    return sorted(found, key=lambda operation: operation.at)


def said(day: int, place: int, who: str, at: datetime) -> Iterator[Message]:
    """Everybody joins on a day of their own, misses days, and is silent for three weeks."""
    number, at = day * 10 + place, at + timedelta(minutes=place)
    if day == place:
        people = (Person(who, who),)
        yield Message("test", f"join{number}", "r1", who, at, who, "join", people=people)
    if day >= place and (day + place) % 5 != 4 and not 30 < day < 52:
        yield Message("test", f"m{number}", "r1", who, at, who, text="签到")
    if day in (15, 25) and place == 2:
        text = "标签 @u2 团长" if day == 15 else "标签 @u2 -团长"
        yield Message(
            "test", f"tag{number}", "r1", who, at, who, text=text, role="admin", mentions=("u2",)
        )
    if day % 7 == 5:
        later = at + timedelta(minutes=5)
        yield Message("test", f"up{number}", "r1", who, later, who, text="补签")


def ordered(day: int, place: int, who: str, at: datetime) -> Iterator[Operation]:
    """Orders of four months, one of which is refunded when it has settled."""
    body: dict[str, object] = {}
    if day in (3, 20, 40, 75):
        body = {"event": "paid", "order": f"O{day}-{place}", "amount": "30.00"}
        body |= {"buyer": {"channel": "test", "id": who}, "paid_at": at.isoformat()}
    elif (day, place) == (60, 1):
        body = {"event": "cancelled", "order": "O40-1"}
    if body:
        later = to_micros(at + timedelta(minutes=place + 10))
        yield order_operation(order_event(body), later, f"o{day}-{place}")


@pytest.mark.parametrize("size", [2, 7, 1_000])
def test_all_that_follows_is_the_same_one_by_one_and_many_at_once(
    migrated_sqlite: Path, tmp_path: Path, standard: Programme, size: int
) -> None:
    programme = replace(
        standard, rules=(*standard.rules, *RULES, *MORE, *ASKING), segments=SEGMENTS
    )
    asked = told(programme)
    found = []
    for most in (1, size):
        file = tmp_path / f"{most}.db"
        shutil.copyfile(migrated_sqlite, file)
        found.append(outcome(file, programme, asked, most))
    assert found[0] == found[1]
    happened = "".join(map(str, found[0]["activity"]))  # type: ignore[call-overload]
    for rule in RULES:
        assert f"'{rule.on}'" in happened
    paid = "".join(map(str, found[0]["entry"]))  # type: ignore[call-overload]
    for rule in (*MORE, *ASKING):
        assert f"'{rule.id}'" in paid
