"""The sandbox's routes before a real community, on both databases."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.app import build_sandbox
from bot.channels.sandbox import Sandbox
from bot.live import App
from bot.settings import Settings
from bot.web.sandbox import SandboxPage
from config.loader import load_preset
from store.database import Database
from store.schema import ensure
from tests.web.client import Client, Serve, post
from tests.web.test_trace import worked_out


class Room:
    """A sandbox that is served, and what its page asks of it."""

    def __init__(self, app: App, client: Client) -> None:
        self.app, self.client = app, client
        self._committed = asyncio.Event()
        app.on_commit.append(self._committed.set)

    async def get(self, path: str) -> Any:
        answer = await self.client.get(path)
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def refused(self, name: str, body: object) -> tuple[int, str]:
        """Status and code of what must not work."""
        answer = await post(self.client, f"/sandbox/{name}", body)
        return answer.status, (await answer.json())["error"]["code"]

    async def do(self, act: str, /, **body: object) -> str:
        """Does it, waits until it is in the ledger, and gives the message's id."""
        answer = await post(self.client, f"/sandbox/{act}", body)
        assert answer.status == 200, await answer.text()
        await self._written()
        return str((await answer.json()).get("message", ""))

    async def _written(self) -> None:
        assert self.app.writer is not None
        while self.app.writer.queued:
            await self._committed.wait()
            self._committed.clear()

    async def ledger(self) -> list[dict[str, Any]]:
        return list((await self.get("/sandbox/ledger"))["entries"])


async def start(url: str, serve: Serve) -> Room:
    database = Database(url)
    ensure(database)
    app = await build_sandbox(database, load_preset("standard"), Settings())
    [channel] = app.channels
    assert isinstance(channel, Sandbox)
    page = SandboxPage(app, channel)
    await page.recognise()
    client = await serve(page.add_to)
    await app.start()
    return Room(app, client)


@pytest.fixture
async def room(database_url: str, serve: Serve) -> AsyncIterator[Room]:
    started = await start(database_url, serve)
    yield started
    await started.app.stop()


async def test_a_check_in_is_in_the_ledger_the_boards_and_the_trace(room: Room) -> None:
    message = await room.do("say", speaker="xiaomei", text="签到")
    shown = await room.get("/sandbox/ledger")
    [entry] = shown["entries"]
    assert (entry["person"], entry["title"], entry["points"], entry["balance"]) == (
        "xiaomei",
        "每日签到",
        5,
        5,
    )
    assert entry["message"] == message
    assert [place["points"] for place in shown["boards"]["day"]] == [5]
    [member] = shown["members"]
    assert (member["person"], member["balance"], member["streakDays"]) == ("xiaomei", 5, 1)
    [deed] = (await room.get(f"/sandbox/trace?message={message}"))["deeds"]
    assert (deed["outcome"], deed["entries"]) == ("accrued", [entry])


async def test_who_has_left_stands_on_no_total_board(room: Room) -> None:
    assert (await room.get("/sandbox/ledger"))["boards"] == {"day": [], "total": []}
    await room.do("say", speaker="xiaomei", text="签到")
    await room.do("say", speaker="aqiang", text="签到")
    await room.do("leave", person="xiaomei")
    [first] = (await room.get("/sandbox/ledger"))["boards"]["total"]
    assert (first["rank"], first["name"], first["points"]) == (1, "阿强", 5)


async def test_a_refusal_is_traced_with_its_sentence(room: Room) -> None:
    await room.do("say", speaker="xiaomei", text="签到")
    message = await room.do("say", speaker="xiaomei", text="打卡")
    [deed] = (await room.get(f"/sandbox/trace?message={message}"))["deeds"]
    assert (deed["refusal"], deed["because"]) == ("already_done", "今天已经得过分了")


async def test_every_accruals_points_follow_from_the_steps_on_the_page(room: Room) -> None:
    for _ in range(15):
        await room.do("say", speaker="xiaomei", text="签到")
        await room.do("jump", days=1)
    shown = [entry for entry in await room.ledger() if entry["kind"] == "accrual"]
    assert len(shown) == 17
    for entry in shown:
        assert worked_out(entry["steps"]) == entry["points"]


async def test_an_adjustment_leads_back_to_the_admins_message(room: Room) -> None:
    await room.do("say", speaker="aqiang", text="签到")
    message = await room.do(
        "say", speaker="laozhou", text="加分 @阿强 20 帮忙", mentions=["aqiang"]
    )
    newest = (await room.ledger())[0]
    assert (newest["kind"], newest["message"], newest["title"]) == ("adjustment", message, "帮忙")


async def test_the_clock_jumps_whole_days_and_never_back(room: Room) -> None:
    before = (await room.get("/sandbox/state"))["now"]
    await room.do("jump", days=7)
    after = (await room.get("/sandbox/state"))["now"]
    moved = instant(after) - instant(before) - timedelta(days=7)
    assert timedelta(0) < moved < timedelta(minutes=1)
    for days in (0, -1, 32, "7", True, 1.5, None):
        assert await room.refused("jump", {"days": days}) == (400, "bad_body")


async def test_a_second_run_knows_people_ledger_and_date(database_url: str, serve: Serve) -> None:
    room = await start(database_url, serve)
    await room.do("join", name="小满", inviter="xiaomei")
    await room.do("say", speaker="m5", text="签到")
    await room.do("jump", days=7)
    await room.do("say", speaker="xiaomei", text="签到")
    await room.do("leave", person="m5")
    was = await room.get("/sandbox/state")
    await room.app.stop()
    again = await start(database_url, serve)
    now = await again.get("/sandbox/state")
    kept = await again.ledger()
    await again.app.stop()
    assert abs(instant(now["now"]) - instant(was["now"])) < timedelta(minutes=1)
    people = {person["id"]: person for person in now["people"]}
    assert people["m5"] == {"id": "m5", "name": "小满", "role": "member", "here": False}
    assert people["laozhou"]["role"] == "owner"
    assert [line["kind"] for line in now["lines"]] == ["note"]
    assert sorted(entry["title"] for entry in kept) == ["新人礼", "每日签到", "每日签到"]


WRONG = [
    ("say", {}),
    ("say", []),
    ("say", {"speaker": "xiaomei"}),
    ("say", {"speaker": "xiaomei", "text": 5}),
    ("say", {"speaker": "xiaomei", "text": "x", "extra": 1}),
    ("say", {"speaker": "x" * 65, "text": "x"}),
    ("say", {"speaker": "xiaomei", "text": "x" * 200_001}),
    ("say", {"speaker": "xiaomei", "text": "x", "mentions": ["a"] * 51}),
    ("share", {"speaker": "xiaomei", "url": "javascript:alert(1)", "title": ""}),
    ("share", {"speaker": "xiaomei", "url": "file:///etc/passwd", "title": ""}),
    ("picture", {"speaker": "xiaomei", "kind": "image/svg+xml", "content": ""}),
    ("picture", {"speaker": "xiaomei", "kind": "image/png", "content": "é"}),
    ("join", {"name": "x" * 201}),
    ("appoint", {"person": "xiaomei", "role": "owner"}),
]


@pytest.mark.parametrize(("name", "body"), WRONG)
async def test_a_body_that_is_not_as_agreed_is_refused(
    room: Room, name: str, body: object
) -> None:
    assert await room.refused(name, body) == (400, "bad_body")
    assert (await room.get("/sandbox/state"))["lines"] == []


@pytest.mark.parametrize(
    ("name", "body", "code"),
    [
        ("say", {"speaker": "nobody", "text": "签到"}, "not_here"),
        ("share", {"speaker": "nobody", "url": "https://a.example/", "title": ""}, "not_here"),
        ("leave", {"person": "nobody"}, "not_here"),
        ("join", {"person": "xiaomei"}, "not_gone"),
        ("join", {"name": "x", "inviter": "nobody"}, "not_here"),
        ("recall", {"speaker": "xiaomei", "message": "1"}, "not_recallable"),
        ("repeat", {}, "nothing_to_repeat"),
        ("appoint", {"person": "laozhou", "role": "member"}, "stays_owner"),
    ],
)
async def test_what_the_room_refuses_is_said_in_chinese(
    room: Room, name: str, body: object, code: str
) -> None:
    assert await room.refused(name, body) == (409, code)


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b'{"text":"\\ud800","speaker":"xiaomei"}'])
async def test_what_is_not_json_is_refused(room: Room, body: bytes) -> None:
    client = room.client
    headers = {
        "Origin": str(client.make_url("/")).rstrip("/"),
        "Content-Type": "application/json",
    }
    answer = await client.post("/sandbox/say", data=body, headers=headers)
    assert answer.status == 400


@pytest.mark.parametrize("message", ["", "x" * 5_000, "1 OR 1=1", "\u202e", "½", "\0"])
async def test_the_trace_of_an_unknown_message_is_empty(room: Room, message: str) -> None:
    answer = await room.client.get("/sandbox/trace", params={"message": message})
    assert await answer.json() == {"deeds": []}


@pytest.mark.parametrize("digest", ["0" * 64, "0" * 63, "..", "%00"])
async def test_an_unknown_picture_is_not_found(room: Room, digest: str) -> None:
    answer = await room.client.get(f"/sandbox/pictures/{digest}")
    assert answer.status == 404


async def test_a_picture_is_served_as_what_it_was_sent(room: Room) -> None:
    await room.do("picture", speaker="xiaomei", kind="image/png", content="iVBORw==")
    [line] = (await room.get("/sandbox/state"))["lines"]
    answer = await room.client.get(f"/sandbox/pictures/{line['facts']['image']}")
    assert (answer.content_type, await answer.read()) == ("image/png", b"\x89PNG")


def instant(text: str) -> datetime:
    """An instant of the page's JSON."""
    return datetime.fromisoformat(text)
