"""Order is kept within a room, and no room waits for another."""

import asyncio
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.lanes import Coming, Lanes, Messages
from bot.points.types import Message
from tests.channels.test_wechaty_reading import NOW


def said(room: str, text: str) -> Message:
    return Message("wechaty", text, room, "mei", NOW, text=text)


def made_after(gate: asyncio.Event, *messages: Message) -> Coming:
    async def made() -> Messages:
        await gate.wait()
        return messages

    return made()


async def turns(count: int = 6) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_what_lacks_nothing_is_delivered_at_once() -> None:
    heard: list[Message] = []
    lanes = Lanes(heard.append)
    lanes.put("r", said("r", "1"))
    assert [one.text for one in heard] == ["1"]
    assert lanes.waiting == 0


async def test_a_room_waits_for_its_first_and_no_other_does() -> None:
    heard: list[Message] = []
    lanes, slow, quick = Lanes(heard.append), asyncio.Event(), asyncio.Event()
    quick.set()
    await lanes.put_later("r", made_after(slow, said("r", "1")))
    await lanes.put_later("r", made_after(quick, said("r", "2")))
    lanes.put("r", said("r", "3"))
    lanes.put("s", said("s", "4"))
    await lanes.put_later("t", made_after(quick, said("t", "5")))
    await turns()
    assert [one.text for one in heard] == ["4", "5"]
    assert lanes.waiting == 3
    slow.set()
    await turns()
    assert [one.text for one in heard] == ["4", "5", "1", "2", "3"]
    lanes.put("r", said("r", "6"))
    assert heard[-1].text == "6"


async def test_nothing_may_come_of_it_and_those_behind_it_come() -> None:
    heard: list[Message] = []
    lanes, gate = Lanes(heard.append), asyncio.Event()
    await lanes.put_later("r", made_after(gate))
    lanes.put("r", said("r", "2"))
    gate.set()
    await turns()
    assert [one.text for one in heard] == ["2"]


async def test_a_bug_costs_one_message_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> Messages:
        raise ZeroDivisionError

    heard: list[Message] = []
    lanes = Lanes(heard.append)
    await lanes.put_later("r", broken())
    lanes.put("r", said("r", "2"))
    with caplog.at_level(logging.ERROR):
        await turns()
    assert [one.text for one in heard] == ["2"]
    assert "could not be made whole" in caplog.text


async def test_who_trips_over_one_message_is_told_of_those_behind_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    heard: list[str] = []

    def deliver(message: Message) -> None:
        heard.append(message.text)
        assert message.text != "1"

    lanes, gate = Lanes(deliver), asyncio.Event()
    await lanes.put_later("r", made_after(gate, said("r", "1")))
    lanes.put("r", said("r", "2"))
    with caplog.at_level(logging.ERROR):
        gate.set()
        await turns()
        lanes.put("r", said("r", "3"))
    assert heard == ["1", "2", "3"]
    assert "message 1 could not be taken" in caplog.text


async def test_who_puts_too_much_waits() -> None:
    heard: list[Message] = []
    lanes, gate = Lanes(heard.append, most=2), asyncio.Event()
    for n in range(2):
        await lanes.put_later("r", made_after(gate, said("r", str(n))))
    third = asyncio.create_task(lanes.put_later("s", made_after(gate, said("s", "2"))))
    await turns()
    assert not third.done()
    gate.set()
    await third
    await turns()
    assert sorted(one.text for one in heard) == ["0", "1", "2"]


async def test_closed_they_deliver_no_more_and_leave_no_task() -> None:
    heard: list[Message] = []
    lanes, gate = Lanes(heard.append), asyncio.Event()
    await lanes.put_later("r", made_after(gate, said("r", "1")))
    lanes.close()
    lanes.put("s", said("s", "2"))
    gate.set()
    await turns()
    assert heard == []
    assert asyncio.all_tasks() == {asyncio.current_task()}


@given(plan=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 4)), max_size=30))
def test_whatever_takes_how_long_each_room_keeps_its_order(plan: list[tuple[str, int]]) -> None:
    async def run() -> list[Message]:
        heard: list[Message] = []
        lanes = Lanes(heard.append, most=5)

        async def made(message: Message, pauses: int) -> Messages:
            await turns(pauses)
            return [message]

        for number, (room, pauses) in enumerate(plan):
            message = said(room, str(number))
            if pauses:
                await lanes.put_later(room, made(message, pauses))
            else:
                lanes.put(room, message)
        while lanes.waiting:
            await turns()
        return heard

    heard = asyncio.run(run())
    for room in "abc":
        wanted = [str(number) for number, (one, _) in enumerate(plan) if one == room]
        assert [one.text for one in heard if one.room == room] == wanted
