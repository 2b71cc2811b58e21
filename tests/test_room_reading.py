"""Who is in a room is read when the bot begins to work there, from a channel that answers late, or
not at all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot import room_reading
from bot.clock import SandboxClock
from bot.extend import Context, Refused, Unreachable, command
from bot.observed import Observed
from bot.points.types import Person
from bot.posting.operation import Operation, Result
from bot.room_reading import RoomReading
from bot.rooms import Rooms
from store.database import Connection
from tests.living import Community, Ear, living

FIVE = [Person(f"u{number}", f"会员{number}") for number in range(5)]


@command("半途而废", is_admin=True, writes=True, opens=True)
def opens_and_fails(context: Context) -> str:
    """Opens the room, and fails then."""
    assert context.open_room()
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever is out of reach is asked again at once."""
    monkeypatch.setattr(room_reading, "PAUSES_S", (0.0,))


@asynccontextmanager
async def community(url: str, ear: Ear, *listed: str) -> AsyncIterator[tuple[Community, Rooms]]:
    """One whose rooms are open where they are listed, or adopted."""
    rooms = Rooms([("ear", room) for room in listed], always=())
    async with living(url, Observed(), opens_and_fails, rooms=rooms, ear=ear) as alive:
        yield alive, rooms


async def until(is_so: Callable[[], object]) -> None:
    """Waits for it: a reading ends without a word to anybody."""
    async with asyncio.timeout(60):
        while not is_so():  # noqa: ASYNC110 - nothing tells of it
            await asyncio.sleep(0.001)


def people(connection: Connection) -> list[tuple[object, ...]]:
    """Name, whether they are newcomers, and the room they are in."""
    return list(
        connection.rows(
            "SELECT member.name, newcomer, room.external_id FROM member"
            " JOIN presence ON presence.member = member.id JOIN room ON room.id = presence.room"
            " ORDER BY member.name"
        )
    )


def here(connection: Connection) -> list[object]:
    """The names of all who are in a room."""
    rows = connection.rows(
        "SELECT member.name FROM member JOIN presence ON presence.member = member.id"
        " WHERE left_at IS NULL ORDER BY member.name"
    )
    return [name for (name,) in rows]


async def test_at_the_first_start_members_are_read_once_and_are_no_newcomers(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room_reading, "PAGE", 2)
    ear = Ear(people={"r1": FIVE})
    async with community(database_url, ear, "r1") as (alive, rooms):
        await until(lambda: not rooms.unread("ear"))
        assert await alive.app.read(people) == [(one.name, 0, "r1") for one in FIVE]
    async with community(database_url, ear, "r1") as (_, rooms):
        assert rooms.unread("ear") == []
    assert ear.asked == ["r1"]


async def test_a_room_is_read_as_soon_as_it_is_adopted(database_url: str) -> None:
    ear = Ear(people={"r1": FIVE})
    async with community(database_url, ear) as (alive, rooms):
        alive.deliver("启用", role="member")
        alive.deliver("签到")
        await alive.done()
        assert (ear.asked, ear.said) == ([], [])
        alive.deliver("启用", sender="u3", name="会员3", role="owner")
        await alive.done()
        await until(lambda: not rooms.unread("ear") and ear.said)
        assert ear.said[0].reply.text.startswith("标准积分计划开始了")
        assert await alive.app.read(people) == [(one.name, 0, "r1") for one in FIVE]
        alive.deliver("停用", sender="u3", role="owner")
        await alive.done()
        assert not rooms.is_open("ear", "r1")


async def test_who_joins_before_the_others_are_read_is_a_newcomer_all_the_same(
    database_url: str,
) -> None:
    told = asyncio.Event()

    class Slow(Ear):
        async def people_in(self, room: str) -> list[Person]:
            await told.wait()
            return await super().people_in(room)

    async with community(database_url, Slow(people={"r1": FIVE}), "r1") as (alive, rooms):
        alive.deliver("", kind="join", sender="", people=(FIVE[2],))
        await alive.done()
        told.set()
        await until(lambda: not rooms.unread("ear"))
        found = {name: newcomer for name, newcomer, _ in await alive.app.read(people)}
        assert found == {one.name: int(one is FIVE[2]) for one in FIVE}


async def test_who_leaves_while_the_platform_counts_has_left(database_url: str) -> None:
    class Late(Ear):
        async def people_in(self, room: str) -> list[Person]:
            before = await super().people_in(room)
            alive.deliver("", kind="leave", sender="u4", people=(FIVE[4],))
            await alive.done()
            return before

    ear = Late(people={"r1": FIVE})
    async with community(database_url, ear) as (alive, rooms):
        alive.deliver("启用", sender="u4", name="会员4", role="owner")
        await until(lambda: rooms.is_open("ear", "r1") and not rooms.unread("ear"))
        assert await alive.app.read(here) == [one.name for one in FIVE[:4]]


async def test_a_platform_out_of_reach_is_asked_again_until_it_answers(database_url: str) -> None:
    ear = Ear(people={"r1": FIVE}, unheard=[Unreachable(), TimeoutError(), Unreachable()])
    async with community(database_url, ear, "r1") as (_, rooms):
        await until(lambda: not rooms.unread("ear"))
    assert ear.asked == ["r1"] * 4


async def test_a_room_out_of_reach_keeps_nobody_from_reading_the_next() -> None:
    """It may be the room of another account, which is not connected."""
    rooms = Rooms([("ear", "r1"), ("ear", "r2")], always=())

    class Half(Ear):
        async def people_in(self, room: str) -> list[Person]:
            if room == "r1":
                self.asked.append(room)
                raise Unreachable
            return await super().people_in(room)

    async def submit(operation: Operation) -> Result:
        return Result(operation)

    reading = RoomReading([Half(people={"r2": FIVE})], rooms, submit, SandboxClock().now)
    reading.start()
    await until(lambda: rooms.unread("ear") == ["r1"])
    reading.stop()


async def test_what_is_refused_is_said_once_and_tried_again_after_the_next_start(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """And what comes to nothing in one room keeps nobody from reading the next."""
    ear = Ear(people={"r2": FIVE[:1], "r3": FIVE[1:2]}, unheard=[Refused("no"), ValueError("?")])
    async with community(database_url, ear, "r1", "r2", "r3") as (_, rooms):
        await until(lambda: rooms.unread("ear") == ["r1", "r2"])
    assert [line.getMessage() for line in caplog.records] == [
        "room not read: channel=ear room=r1: no",
        "room not read: channel=ear room=r2",
    ]
    async with community(database_url, ear, "r1", "r2", "r3") as (_, rooms):
        await until(lambda: rooms.unread("ear") == ["r1"] and len(ear.asked) == 5)
    assert ear.asked == ["r1", "r2", "r3", "r1", "r2"]


async def test_a_room_that_is_closed_meanwhile_is_left_alone(database_url: str) -> None:
    rooms = Rooms([("ear", "r1"), ("ear", "r2")], always=())

    class Closing(Ear):
        async def people_in(self, room: str) -> list[Person]:
            self.asked.append(room)
            if room == "r1":
                rooms.note("ear", "r1", is_open=False)
                raise Unreachable
            return FIVE

    ear = Closing()
    async with living(database_url, Observed(), rooms=rooms, ear=ear) as alive:
        await until(lambda: not rooms.unread("ear"))
        assert ear.asked == ["r1", "r2"]
        assert {room for _, _, room in await alive.app.read(people)} == {"r2"}


async def test_a_database_out_of_reach_is_tried_again_and_a_bug_is_not() -> None:
    ear, rooms = Ear(people={"r1": FIVE, "r2": FIVE}), Rooms([("ear", "r1"), ("ear", "r2")])
    problems = ["unavailable", None, "bug"]
    done: list[Operation] = []

    async def submit(operation: Operation) -> Result:
        done.append(operation)
        return Result(operation, problem=problems[len(done) - 1])

    reading = RoomReading([ear], rooms, submit, SandboxClock().now)
    reading.start()
    await until(lambda: len(done) == 3)
    reading.read("ear", "r3")
    await until(lambda: "r3" in ear.asked)
    reading.stop()
    assert ear.asked == ["r1", "r2", "r1", "r3"]
    assert rooms.unread("ear") == ["r1"]


async def test_what_is_rolled_back_opens_nothing(database_url: str) -> None:
    ear = Ear(people={"r1": FIVE})
    async with community(database_url, ear) as (alive, rooms):
        alive.deliver("半途而废", role="owner")
        await alive.done()
        assert [said.reply.text for said in ear.said] == ["出了点问题,已记录"]
        assert (rooms.is_open("ear", "r1"), ear.asked) == (False, [])
        assert await alive.app.read(adopted) == []
        alive.deliver("签到")
        await alive.done()
        assert len(ear.said) == 1


def adopted(connection: Connection) -> list[tuple[object, ...]]:
    """The rooms that the ledger calls adopted."""
    return list(connection.rows("SELECT id FROM room WHERE adopted_at IS NOT NULL"))
