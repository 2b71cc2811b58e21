"""What the page of the real channels is told."""

from bot.extend import Channel
from bot.observed import Observed
from bot.rooms import Rooms
from bot.web.overview import Overview
from tests.living import living
from tests.web.client import Serve


class Away(Channel):
    """A channel whose platform cannot be reached."""

    name, is_paced, reconnects = "wechaty", True, 3

    @property
    def trouble(self) -> str:
        return "the gateway cannot be reached"


async def test_it_says_how_each_channel_is_and_who_is_in_the_rooms(
    serve: Serve, database_url: str
) -> None:
    rooms = Rooms([("ear", "r1"), ("ear", "r7")])
    async with living(database_url, Observed(), rooms=rooms) as community:
        for sender in ("u1", "u2"):
            community.deliver("签到", sender, sender)
        community.deliver("签到", "u1", "u1", room="r2")
        community.deliver("奶茶群", "", "", room="r2", kind="topic")
        community.deliver("签到", "u9", "u9", room="r3")
        await community.done()
        community.app.rooms.note("ear", "r3", is_open=False)
        community.app.channels += (Away(),)
        client = await serve(Overview(community.app).add_to)
        state = await (await client.get("/overview/state")).json()
    assert state["channels"] == [
        {"name": "ear", "trouble": "", "reconnects": 0},
        {"name": "wechaty", "trouble": "连不上网关", "reconnects": 3},
    ]
    assert state["rooms"] == [
        {"channel": "ear", "id": "r1", "name": "", "people": 2},
        {"channel": "ear", "id": "r2", "name": "奶茶群", "people": 1},
        {"channel": "ear", "id": "r7", "name": "", "people": 0},
    ]
    assert (state["waiting"], state["parked"]) == (0, 0)
    assert state["programme"] == "标准积分计划"


async def test_nobody_sees_it_without_a_session(serve: Serve, sqlite_url: str) -> None:
    async with living(sqlite_url, Observed()) as community:
        client = await serve(Overview(community.app).add_to, logged_in=False)
        for path in ("/", "/overview/state"):
            assert (await client.get(path)).status == 401
