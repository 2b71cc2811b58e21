"""What was told before a connection ended, and what trips over a bug."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Iterable

import pytest

from bot.channels.lanes import Lanes
from bot.channels.wechaty import reading
from bot.channels.wechaty.connection import Connection
from bot.channels.wechaty.intake import AHEAD, Event
from bot.channels.wechaty.limits import LIMITS
from bot.channels.wechaty.making import Told
from bot.extend import Unreachable
from bot.points.types import Message
from tests.channels.test_lanes import turns
from tests.channels.test_wechaty_reading import NOW
from tests.channels.wechaty_line import ROOM, Line, Payload


class Connected:
    """A connection that listens, and what was delivered."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.told = Told(
            is_open=lambda room: room != "closed",
            may_invite=lambda person: False,
            now=lambda: NOW,
            lanes=Lanes(self.heard.append),
            on_up=lambda: None,
        )
        self.begin(Line())

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.heard]

    def begin(self, line: Line, left: Iterable[Event] = ()) -> None:
        self.line = line
        self.connection = Connection(line, self.told, LIMITS, left)
        self.task = asyncio.create_task(self.connection.listen())

    async def end(self) -> None:
        """The gateway is gone."""
        self.connection.lose(Unreachable("gone"))
        with pytest.raises(Unreachable):
            await self.task
        self.connection.close()
        await turns(20)


@pytest.fixture
async def connected() -> AsyncIterator[Connected]:
    found = Connected()
    await turns()
    yield found
    await found.end()
    found.told.lanes.close()
    await turns()


async def test_what_was_fetched_is_delivered_though_nobody_tells_the_name_any_more(
    connected: Connected,
) -> None:
    connected.line.hold("name_in")
    connected.line.say(Payload("1", "签到", from_id="gang"))
    await turns(12)
    assert connected.heard == []
    await connected.end()
    assert [(one.text, one.sender_name, one.role) for one in connected.heard] == [
        ("签到", "", "owner")
    ]
    connected.begin(Line())


async def test_what_is_known_of_who_speaks_stays_known_to_the_end(connected: Connected) -> None:
    connected.line.say(Payload("1", "早", from_id="gang"))
    await turns(12)
    connected.line.hold("picture")
    connected.line.say(Payload("2", type=6, from_id="gang"))
    await turns(12)
    await connected.end()
    assert [(one.kind, one.sender_name, one.role) for one in connected.heard] == [
        ("text", "阿刚", "owner"),
        ("image", "阿刚", "owner"),
    ]
    connected.begin(Line())


async def test_what_waited_for_its_place_at_the_end_is_left_too(connected: Connected) -> None:
    """One is being read, so many wait, and one waits for a place among them."""
    connected.line.hold("payload")
    for n in range(AHEAD + 2):
        connected.line.say(Payload(str(n), f"第 {n} 条"))
    await turns(80)
    await connected.end()
    left = connected.connection.left
    assert [one.message for one in left] == [str(n) for n in range(AHEAD + 2)]
    line = Line()
    line.payloads = connected.line.payloads
    connected.begin(line, left)
    await turns(200)
    assert connected.texts == [f"第 {n} 条" for n in range(AHEAD + 2)]


async def test_a_message_that_trips_over_a_bug_costs_itself_alone(
    connected: Connected, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        connected.line.say(Payload("1", "坏的", mention_ids=[7]))  # type: ignore[list-item]
        connected.line.say(Payload("2", "好的"))
        await turns(20)
    assert connected.texts == ["好的"]
    assert not connected.task.done()
    assert "坏的" not in caplog.text


@pytest.mark.parametrize("room", [ROOM, "closed"])
async def test_an_admin_is_one_though_somebody_comes_while_that_is_asked_for(
    connected: Connected, room: str
) -> None:
    connected.line.hold("room")
    connected.line.say(Payload("1", "启用", from_id="gang", room_id=room))
    await turns(20)
    connected.line.tell(reading.ROOM_JOIN, roomId=room, inviteeIdList=["mei"], inviterId="gang")
    await turns(20)
    connected.line.let_go("room")
    await turns(20)
    assert (connected.heard[0].text, connected.heard[0].role) == ("启用", "owner")


async def test_people_who_write_privately_do_not_wait_for_each_other(
    connected: Connected,
) -> None:
    connected.line.hold("link")
    connected.line.say(Payload("1", type=14, room_id=""))
    connected.line.say(Payload("2", "积分", from_id="gang", room_id=""))
    await turns(20)
    assert connected.texts == ["积分"]
    connected.line.let_go("link")
    await turns(12)
    assert [one.kind for one in connected.heard] == ["text", "link"]


async def test_a_text_full_of_names_is_looked_through_at_once(connected: Connected) -> None:
    people = {f"p{n}": f"会员{n}" for n in range(1_000)}
    connected.line.names |= people | {"bot": "小助手"}
    await connected.connection.people.named(ROOM, people)
    marks = "".join(f"@{n}\u2005" for n in range(10_000))
    connected.line.say(Payload("1", f"{marks}@会员7\u2005@小助手\u2005积分"))
    began = time.monotonic()
    await turns(40)
    assert time.monotonic() - began < 1
    assert connected.heard[0].mentions == ("p7", "bot")


async def test_nobody_looks_at_a_picture_that_is_sent_privately(connected: Connected) -> None:
    connected.line.say(Payload("1", type=6, room_id=""))
    await turns(20)
    assert [one.kind for one in connected.heard] == ["image"]
    assert "picture" not in connected.line.asked


async def test_who_asks_while_the_connection_ends_is_told_that_it_did(
    connected: Connected,
) -> None:
    """Called off instead, the task that speaks for the channel would be at an end."""
    connected.line.hold("name_in")
    asking = asyncio.create_task(connected.connection.people.present(ROOM, "bot"))
    naming = asyncio.create_task(connected.connection.people.name(ROOM, "gang"))
    await turns()
    await connected.end()
    with pytest.raises(Unreachable):
        await asking
    assert await naming == ""
    connected.begin(Line())
