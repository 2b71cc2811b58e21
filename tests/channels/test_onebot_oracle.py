"""The frames of the tests and the calls of the channel, as another program reads them: nonebot
with its adapter for OneBot v11."""

import asyncio
import json
import sys
from pathlib import Path

import pytest
from nonebot.adapters.onebot.v11 import Adapter, Message, MessageSegment, event

from bot.channels.onebot.reading import Hearing, read
from bot.channels.onebot.segments import content
from bot.channels.onebot.writing import spoken
from bot.points.types import Reply
from tests.channels.onebot_bot import NOW, TOKEN, onebot
from tests.channels.onebot_frames import (
    ADMIN,
    BOT,
    MEMBER,
    ROOM,
    Frame,
    group_message,
    heartbeat,
    invited,
    joined,
    left,
    lifecycle,
    notice,
    private_message,
    recalled,
    segment,
)
from tests.channels.onebot_peer import Peer

MD5 = "d41d8cd98f00b204e9800998ecf8427e"
SAID = [
    MessageSegment.reply(41),
    MessageSegment.at(BOT),
    MessageSegment.text(" 签到,[好]&"),
    MessageSegment.face(14),
    MessageSegment.at(MEMBER),
    MessageSegment.image(f"{MD5}.jpg"),
]


@pytest.mark.parametrize(
    ("frame", "model"),
    [
        (group_message("签到"), event.GroupMessageEvent),
        (group_message(segment("at", qq="all"), "早"), event.GroupMessageEvent),
        (private_message("积分"), event.PrivateMessageEvent),
        (joined(), event.GroupIncreaseNoticeEvent),
        (joined(sub_type="approve", operator_id=0), event.GroupIncreaseNoticeEvent),
        (left(), event.GroupDecreaseNoticeEvent),
        (left(sub_type="kick_me", user_id=BOT), event.GroupDecreaseNoticeEvent),
        (recalled(3), event.GroupRecallNoticeEvent),
        (
            notice("friend_recall", message_id=3),
            event.FriendRecallNoticeEvent,
        ),
        (notice("group_admin", sub_type="set"), event.GroupAdminNoticeEvent),
        (notice("notify", sub_type="poke", target_id=BOT), event.PokeNotifyEvent),
        (invited(ADMIN), event.GroupRequestEvent),
        (lifecycle(), event.LifecycleMetaEvent),
        (heartbeat(), event.HeartbeatMetaEvent),
        # These two are no part of the protocol, implementations send them all the same.
        (notice("group_card", card_old="", card_new="小美"), event.NoticeEvent),
        (notice("notify", sub_type="group_name", name_new="群"), event.NotifyEvent),
    ],
)
def test_the_frames_of_the_tests_are_what_they_are_meant_to_be(
    frame: Frame, model: type[event.Event]
) -> None:
    assert type(Adapter.json_to_event(json.loads(json.dumps(frame)))) is model


def test_a_message_means_the_same_to_both() -> None:
    frame = group_message(*(segment(one.type, **one.data) for one in SAID), user_id=ADMIN)
    theirs = Adapter.json_to_event(frame)
    ours = read(frame, Hearing(str(BOT), {str(BOT)}, NOW))
    assert isinstance(theirs, event.GroupMessageEvent)
    assert ours is not None
    assert (ours.message.room, ours.message.sender) == (str(theirs.group_id), str(theirs.user_id))
    assert ours.message.id.endswith(f":{theirs.message_id}")
    assert ours.message.sent_at.timestamp() == theirs.time
    assert "签到,[好]&" in ours.message.text
    assert "签到,[好]&" in theirs.message.extract_plain_text()


def test_a_cq_string_that_they_write_is_read_as_the_array() -> None:
    array = [segment(one.type, **one.data) for one in SAID]
    assert content(str(Message(SAID)), {str(BOT)}) == content(array, {str(BOT)})
    card = MessageSegment.json(
        json.dumps({"app": "a,b", "meta": {"x": {"jumpUrl": "https://x/,&[]"}}})
    )
    read_as = content(str(Message([card])), set())
    assert read_as == content([segment(card.type, **card.data)], set())
    assert read_as.facts["url"] == "https://x/,&[]"


@pytest.mark.parametrize(
    ("reply", "theirs"),
    [
        (
            Reply("+5 积分", str(ROOM), ("30001", "30002"), quote="10001:20001:7"),
            MessageSegment.reply(7)
            + MessageSegment.at(30001)
            + MessageSegment.at(30002)
            + " +5 积分",
        ),
        (Reply("[CQ:at,qq=all]", str(ROOM)), Message([MessageSegment.text("[CQ:at,qq=all]")])),
        (Reply("余额", None, ("30001",)), Message([MessageSegment.text("余额")])),
    ],
)
def test_what_the_channel_says_is_what_they_would_send(reply: Reply, theirs: Message) -> None:
    _, params = spoken(reply, None)
    assert params["message"] == [{"type": one.type, "data": one.data} for one in theirs]


def test_a_picture_is_in_their_form_but_for_what_may_be_left_out() -> None:
    _, params = spoken(Reply("榜", str(ROOM), picture=b"\x89PNG"), None)
    theirs = MessageSegment.image(b"\x89PNG")
    [ours] = params["message"]
    assert (ours["type"], ours["data"]["file"]) == (theirs.type, theirs.data["file"])


async def test_every_frame_that_a_conversation_takes_is_known_to_them() -> None:
    async with onebot() as bot:
        peer = await bot.meet()
        await peer.tell(heartbeat(), joined(), group_message("签到"), invited(ADMIN), recalled(3))
        for kind in ("join", "text", "recall"):
            assert (await bot.next()).kind == kind
        await peer.next_call()
        await bot.say("+5", str(ROOM), str(MEMBER))
        await peer.next_call()
        await peer.close()
    assert len(peer.told) == 6
    for frame in peer.told:
        assert type(Adapter.json_to_event(frame)) is not event.Event
    known = {"get_group_list", "get_group_member_info", "set_group_add_request", "send_group_msg"}
    assert {action for action, _ in peer.calls} == known


@pytest.mark.slow
async def test_their_bot_is_served_by_the_implementation_of_the_tests() -> None:
    peer = Peer()
    peer.token = TOKEN
    app = Path(__file__).with_name("nonebot_app.py")
    url = await peer.listen()
    theirs = await asyncio.create_subprocess_exec(sys.executable, app, url, TOKEN)
    try:
        await asyncio.wait_for(peer.welcomed.wait(), 60)
        await peer.tell(group_message(segment("at", qq=str(BOT)), " 签到"))
        action, params = await asyncio.wait_for(peer.asked.get(), 30)
        assert (action, params["group_id"]) == ("send_msg", ROOM)
        assert params["message"] == [
            {"type": "at", "data": {"qq": str(MEMBER)}},
            {"type": "text", "data": {"text": " "}},
            {"type": "text", "data": {"text": "签到"}},
        ]
    finally:
        theirs.terminate()
        await theirs.wait()
        await peer.close()
