"""The gateway does what tests rely on, seen with the bare stub of its protocol."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from grpclib.client import Channel
from grpclib.exceptions import GRPCError
from wechaty_grpc.wechaty import PuppetStub

from tests.gateway.gateway import Gateway, GatewayError, Process

pytestmark = pytest.mark.gateway

ROOM = "milk-tea@chatroom"
PICTURE = b"\x89PNG" + bytes(40_000)


class Client:
    """The least that can be connected to a gateway."""

    def __init__(self, endpoint: str, token: str) -> None:
        host, _, port = endpoint.partition(":")
        self._channel = Channel(host, int(port))
        self._channel._authority = token
        self.stub: Any = PuppetStub(self._channel)
        self.events: asyncio.Queue[tuple[int, Any]] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None

    async def connect(self, gateway: Gateway) -> None:
        await self.stub.stop()
        await self.stub.start()
        self._task = asyncio.create_task(self._listen())
        await gateway.wait(isConnected=True)

    async def next(self, number: int) -> Any:
        """The payload of the next event of a type."""
        while True:
            found, payload = await asyncio.wait_for(self.events.get(), 10)
            if found == number:
                return payload

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait({self._task})
        self._channel.close()

    async def _listen(self) -> None:
        async for event in self.stub.event():
            self.events.put_nowait((int(event.type), json.loads(event.payload)))


MESSAGE, ERROR, INVITED, JOINED, LEFT, TOPIC = 2, 16, 18, 19, 20, 21
LOGGED_IN, LOGGED_OUT, DIRTY = 25, 26, 27


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[Client]:
    """Connected and logged in, with two members in a room."""
    await gateway.contacts({"bot": "积分小助手", "mei": "小美", "gang": "阿刚"})
    await gateway.room(ROOM, ["bot", "mei", "gang"], owner="mei", aliases={"gang": "刚哥"})
    await gateway.login("bot")
    client = Client(gateway.endpoint, gateway.token)
    await client.connect(gateway)
    await client.next(LOGGED_IN)
    yield client
    await client.close()


async def test_what_a_member_says_arrives_with_its_mentions_and_time(
    gateway: Gateway, client: Client
) -> None:
    told = await gateway.say(
        "mei", ROOM, "@积分小助手\u2005签到", mentions=["bot"], at=1_700_000_000_123
    )
    assert (await client.next(MESSAGE))["messageId"] == told.id
    payload = await client.stub.message_payload(id=told.id)
    assert (payload.text, payload.mention_ids) == ("@积分小助手\u2005签到", ["bot"])
    assert (payload.from_id, payload.room_id, payload.timestamp) == (
        "mei",
        ROOM,
        1_700_000_000_123,
    )


async def test_an_id_that_was_there_before_takes_its_place(
    gateway: Gateway, client: Client
) -> None:
    for text in ("签到", "打卡"):
        await gateway.say("mei", ROOM, text, id="m1")
        await client.next(MESSAGE)
        assert (await client.stub.message_payload(id="m1")).text == text
    await gateway.again("m1")
    assert (await client.next(MESSAGE))["messageId"] == "m1"


async def test_every_type_of_message_arrives_with_what_it_carries(
    gateway: Gateway, client: Client
) -> None:
    url = await gateway.url("mei", ROOM, "https://example.com/a", title="新品")
    card = await gateway.miniprogram("mei", ROOM, "wx12", title="下单", path="pages/order")
    image = await gateway.image("mei", ROOM, PICTURE[:100])
    recalled = await gateway.recall("mei", ROOM, image.id)
    later = await gateway.send("mei", ROOM, 16)
    said = await gateway.quote("mei", ROOM, "好", name="阿刚", quoted="开团吗")
    stub = client.stub
    assert json.loads((await stub.message_url(id=url.id)).url_link)["title"] == "新品"
    assert (
        json.loads((await stub.message_mini_program(id=card.id)).mini_program)["appid"] == "wx12"
    )
    assert json.loads((await stub.message_image(id=image.id, type=3)).filebox)["base64"]
    payloads = [await stub.message_payload(id=one.id) for one in (recalled, later, said)]
    assert [int(one.type) for one in payloads] == [13, 16, 7]
    assert payloads[0].text == image.id
    assert payloads[2].text.startswith("「阿刚:开团吗」\n- - -")


async def test_what_the_bot_sends_is_kept_and_comes_back_as_its_own(
    gateway: Gateway, client: Client
) -> None:
    sent = await client.stub.message_send_text(
        conversation_id=ROOM, text="+5 积分", mentonal_ids=["mei"]
    )
    assert (await client.next(MESSAGE))["messageId"] == sent.id
    box = {"name": "a.png", "boxType": 1, "type": 1, "base64": "iVBORw==", "metadata": {}}
    await client.stub.message_send_file(conversation_id=ROOM, filebox=json.dumps(box))
    text, picture = await gateway.sent(2)
    assert (text.kind, text.id, text.to, text.text) == ("text", sent.id, ROOM, "+5 积分")
    assert text.mentions == ("mei",)
    assert picture.more["size"] == 4
    assert picture.more["sha256"] == hashlib.sha256(b"\x89PNG").hexdigest()


async def test_people_come_go_and_are_called_otherwise(gateway: Gateway, client: Client) -> None:
    await gateway.contacts({"lin": "林"})
    await gateway.join(ROOM, "lin", inviter="mei")
    assert (await client.next(JOINED))["inviterId"] == "mei"
    await gateway.join(ROOM, "lin", inviter="")
    assert (await client.next(JOINED))["inviterId"] == ""
    await gateway.join(ROOM, "lin")
    assert "inviterId" not in await client.next(JOINED)
    await gateway.leave(ROOM, "lin", remover="mei")
    assert (await client.next(LEFT))["removeeIdList"] == ["lin"]
    await gateway.topic(ROOM, "奶茶群", "mei")
    assert (await client.next(TOPIC))["newTopic"] == "奶茶群"
    await gateway.roles(ROOM, "gang", ["mei"])
    await client.next(DIRTY)
    room = await client.stub.room_payload(id=ROOM)
    assert (room.topic, room.owner_id, room.admin_ids) == ("奶茶群", "gang", ["mei"])
    assert room.member_ids == ["bot", "mei", "gang"]
    await gateway.alias(ROOM, "mei", "美美")
    await client.next(DIRTY)
    assert (await client.stub.room_member_payload(id=ROOM, member_id="mei")).room_alias == "美美"
    await gateway.rename("mei", "小美丽")
    await client.next(DIRTY)
    assert (await client.stub.contact_payload(id="mei")).name == "小美丽"


async def test_an_invitation_is_seen_accepted(gateway: Gateway, client: Client) -> None:
    await gateway.invite("i1", "mei", topic="新群")
    assert (await client.next(INVITED))["roomInvitationId"] == "i1"
    assert (await client.stub.room_invitation_payload(id="i1")).inviter_id == "mei"
    await client.stub.room_invitation_accept(id="i1")
    await gateway.wait(accepted=1)


async def test_a_burst_comes_in_order(gateway: Gateway, client: Client) -> None:
    await gateway.burst(ROOM, ["mei", "gang"], 1000, text="第 {n} 条")
    ids = [(await client.next(MESSAGE))["messageId"] for _ in range(1000)]
    assert ids == [f"burst-{n}" for n in range(1000)]
    last = await client.stub.message_payload(id="burst-999")
    assert (last.text, last.from_id) == ("第 999 条", "gang")


async def test_calls_fail_as_they_are_told_and_work_again(
    gateway: Gateway, client: Client
) -> None:
    def send() -> Any:
        return client.stub.message_send_text(conversation_id=ROOM, text="在", mentonal_ids=[])

    await gateway.fault("messageSend*", "refuse", times=1)
    await gateway.fault("messageSendText", "lose", times=1)
    await gateway.fault("*", "hang")
    for kept in (0, 1):
        with pytest.raises(GRPCError, match="refused by the platform"):
            await send()
        assert len(await gateway.sent()) == kept
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(send(), 0.2)
    await gateway.heal()
    await gateway.fault("*", "delay", times=1, ms=1)
    await send()
    assert (await gateway.calls())["messageSendText"] == 4
    assert len(await gateway.sent()) == 2


async def test_events_that_no_puppet_would_send_are_sent(gateway: Gateway, client: Client) -> None:
    await gateway.emit("error", data="boom")
    assert "boom" in (await client.next(ERROR))["gerror"]
    await gateway.raw(99, '{"a": 1}')
    assert await client.next(99) == {"a": 1}
    await gateway.end_stream()
    await gateway.wait(isConnected=False)


async def test_the_account_logs_out_and_in(gateway: Gateway, client: Client) -> None:
    await gateway.logout()
    assert (await client.next(LOGGED_OUT))["contactId"] == "bot"
    with pytest.raises(GRPCError, match="not logged in"):
        await client.stub.message_send_text(conversation_id=ROOM, text="在", mentonal_ids=[])
    await gateway.login()
    await client.next(LOGGED_IN)


async def test_killed_and_started_again_it_is_the_same_gateway(
    gateway: Gateway, client: Client
) -> None:
    await client.stub.message_send_text(conversation_id=ROOM, text="在", mentonal_ids=[])
    endpoint = gateway.endpoint
    await gateway.restart()
    again = Client(gateway.endpoint, gateway.token)
    await again.connect(gateway)
    await again.next(LOGGED_IN)
    assert gateway.endpoint == endpoint
    assert (await again.stub.room_payload(id=ROOM)).owner_id == "mei"
    assert [one.text for one in await gateway.sent()] == ["在"]
    await again.close()


async def test_frozen_it_does_not_answer_and_thawed_it_does(
    gateway: Gateway, client: Client
) -> None:
    gateway.freeze()
    asked = asyncio.create_task(client.stub.room_list())
    assert not (await asyncio.wait({asked}, timeout=0.3))[0]
    gateway.thaw()
    assert (await asyncio.wait_for(asked, 10)).ids == [ROOM]


async def test_another_token_is_not_let_in(gateway: Gateway) -> None:
    stranger = Client(gateway.endpoint, "insecure_another-token")
    with pytest.raises(GRPCError, match="Invalid Wechaty TOKEN"):
        await stranger.stub.version()
    await stranger.close()


async def test_what_does_not_come_is_said_and_what_is_wrong_is_refused(gateway: Gateway) -> None:
    with pytest.raises(GatewayError, match=r"wanted \{'sent': 1\}.*'sent': 0"):
        await gateway.wait(sent=1, timeout_s=0.05)
    with pytest.raises(GatewayError, match="say: no contact nobody"):
        await gateway.say("nobody", ROOM, "在")
    with pytest.raises(GatewayError, match="needs an @"):
        await gateway.room("room", [])


def test_one_that_cannot_start_says_why(absent_gateway: Process) -> None:
    absent_gateway.start()
    second = Process(absent_gateway._folder, absent_gateway.token)
    second.port = absent_gateway.port
    with pytest.raises(GatewayError, match=r"did not start:\n[\s\S]*address already in use"):
        second.start()
