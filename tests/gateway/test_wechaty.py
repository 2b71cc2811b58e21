"""The Wechaty channel, by way of a real gateway: what is heard."""

import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from bot.points.types import Person
from tests.gateway.gateway import Gateway
from tests.gateway.listening import Listening, listening

pytestmark = pytest.mark.gateway

ROOM = "milk-tea@chatroom"
CLOSED = "closed@chatroom"


async def furnish(gateway: Gateway) -> None:
    """Some people in a room, and the account logged in."""
    await gateway.contacts({"bot": "积分小助手", "mei": "小美", "gang": "阿刚", "zhou": "老周"})
    await gateway.room(
        ROOM, ["bot", "mei", "gang", "zhou"], owner="zhou", admins=["gang"],
        aliases={"gang": "刚哥"}, topic="奶茶群",
    )  # fmt: skip
    await gateway.room(CLOSED, ["bot", "mei", "zhou"], owner="zhou")
    await gateway.login("bot")


@pytest.fixture
async def bot(gateway: Gateway) -> AsyncIterator[Listening]:
    """Listening in a room; in another it was never told to."""
    await furnish(gateway)
    async with listening(
        gateway.endpoint,
        gateway.token,
        is_open=lambda room: room == ROOM,
        may_invite=lambda person: person == "zhou",
    ) as bot:
        await bot.ready()
        yield bot


async def test_a_text_in_a_room_has_sender_name_role_and_time(
    gateway: Gateway, bot: Listening
) -> None:
    told = await gateway.say("gang", ROOM, "签到", at=1_700_000_000_123)
    heard = await bot.next()
    assert (heard.channel, heard.id, heard.room, heard.kind) == ("wechaty", told.id, ROOM, "text")
    assert (heard.sender, heard.sender_name, heard.role) == ("gang", "刚哥", "admin")
    assert heard.text == "签到"
    assert heard.sent_at == datetime(2023, 11, 14, 22, 13, 20, 123_000, tzinfo=UTC)


async def test_a_private_text_has_no_room(gateway: Gateway, bot: Listening) -> None:
    await gateway.say("mei", "bot", "积分")
    heard = await bot.next()
    assert (heard.room, heard.sender, heard.sender_name) == (None, "mei", "小美")
    assert (heard.text, heard.role, heard.is_self) == ("积分", "member", False)


async def test_a_mention_of_the_bot_is_told_from_others(gateway: Gateway, bot: Listening) -> None:
    await gateway.say("mei", ROOM, "@积分小助手\u2005给 @刚哥\u2005", mentions=["bot", "gang"])
    assert (await bot.next()).mentions == ("bot", "gang")


async def test_a_mention_is_found_in_the_text_where_the_gateway_does_not_tell_whom(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.say("gang", ROOM, "早")
    await bot.next()
    await gateway.say("mei", ROOM, "@积分小助手\u2005积分 @刚哥\u2005@谁\u2005")
    assert (await bot.next()).mentions == ("bot", "gang")


async def test_a_quote_is_taken_apart_and_traced(gateway: Gateway, bot: Listening) -> None:
    told = await gateway.say("gang", ROOM, "请问：今天\n几点？")
    await gateway.quote("zhou", ROOM, "通过", name="刚哥", quoted="请问：今天\n几点？")
    await gateway.quote("zhou", ROOM, "通过", name="小美", quoted="请问：今天\n几点？")
    await bot.next()
    first, second = await bot.next(), await bot.next()
    assert (first.text, first.quote) == ("通过", told.id)
    assert (second.text, second.quote) == ("通过", None)


async def test_a_picture_carries_the_hash_of_what_it_shows(
    gateway: Gateway, bot: Listening
) -> None:
    content = b"\x89PNG" + bytes(90_000)
    await gateway.image("mei", ROOM, content)
    heard = await bot.next()
    assert heard.kind == "image"
    assert heard.facts == {"image": hashlib.sha256(content).hexdigest()}


async def test_a_picture_that_the_gateway_does_not_hand_over_is_still_one(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.send("mei", ROOM, "Image")
    await gateway.say("mei", ROOM, "后面的")
    heard = await bot.next()
    assert (heard.kind, heard.facts) == ("image", {})
    assert (await bot.next()).text == "后面的"


async def test_a_link_carries_address_and_title(gateway: Gateway, bot: Listening) -> None:
    await gateway.url("mei", ROOM, "https://shop.example/p/1?ref=AB12", title="新品")
    heard = await bot.next()
    assert (heard.kind, heard.text) == ("link", "")
    assert heard.facts == {"url": "https://shop.example/p/1?ref=AB12", "title": "新品"}


async def test_a_mini_program_carries_id_page_and_title(gateway: Gateway, bot: Listening) -> None:
    await gateway.miniprogram("mei", ROOM, "wx12", title="点单", path="pages/a.html")
    heard = await bot.next()
    assert heard.kind == "miniprogram"
    assert heard.facts == {"appid": "wx12", "url": "pages/a.html", "title": "点单"}


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("Emoticon", "sticker"), ("Video", "video"), ("Attachment", "file"), ("Audio", "other"),
        ("Contact", "other"), ("Location", "other"), ("ChatHistory", "other"),
        ("RedEnvelope", "other"), ("Unknown", "other"), (16, "other"), (99, "other"),
    ],
)  # fmt: skip
async def test_every_other_kind_arrives_as_what_it_is(
    gateway: Gateway, bot: Listening, sent: str | int, kind: str
) -> None:
    await gateway.send("mei", ROOM, sent, text="<msg/>")
    heard = await bot.next()
    assert (heard.kind, heard.text) == (kind, "")


async def test_a_note_of_names_is_a_text(gateway: Gateway, bot: Listening) -> None:
    await gateway.send("mei", ROOM, "GroupNote", text="#接龙 签到\n1. 小美")
    heard = await bot.next()
    assert (heard.kind, heard.text) == ("text", "#接龙 签到\n1. 小美")


async def test_a_recall_names_the_message_that_is_taken_back(
    gateway: Gateway, bot: Listening
) -> None:
    told = await gateway.say("mei", ROOM, "晒单")
    await gateway.recall("mei", ROOM, told.id)
    heard = await bot.next("recall")
    assert (heard.sender, heard.room, heard.facts) == ("mei", ROOM, {"message": told.id})


async def test_a_join_names_who_came_and_who_brought_them(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.contacts({"new": "新人", "also": "又一人"})
    await gateway.join(ROOM, "new", "also", inviter="mei", at=1_700_000_000_000)
    heard = await bot.next("join")
    assert (heard.room, heard.sender) == (ROOM, "mei")
    assert heard.people == (Person("new", "新人"), Person("also", "又一人"))
    assert heard.sent_at == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("inviter", ["", None])
async def test_a_join_counts_where_nobody_knows_the_inviter(
    gateway: Gateway, bot: Listening, inviter: str | None
) -> None:
    await gateway.contacts({"new": "新人"})
    await gateway.join(ROOM, "new", inviter=inviter)
    await gateway.say("new", ROOM, "大家好")
    heard = await bot.next("join")
    assert (heard.sender, heard.people) == ("", (Person("new", "新人"),))
    assert (await bot.next()).sender_name == "新人"


async def test_the_same_join_told_twice_is_one_message(gateway: Gateway, bot: Listening) -> None:
    await gateway.contacts({"new": "新人"})
    for at in (1_700_000_000_000, 1_700_000_000_000, 1_700_000_001_000):
        await gateway.join(ROOM, "new", inviter="mei", at=at)
    first, again, later = [(await bot.next("join")).id for _ in range(3)]
    assert first == again != later


async def test_the_bot_itself_is_no_newcomer(gateway: Gateway, bot: Listening) -> None:
    await gateway.join(ROOM, "bot", inviter="mei")
    await gateway.say("mei", ROOM, "在吗")
    assert (await bot.next()).text == "在吗"


async def test_a_leave_names_who_left_and_who_saw_to_it(gateway: Gateway, bot: Listening) -> None:
    await gateway.say("gang", ROOM, "再见")
    await bot.next()
    await gateway.leave(ROOM, "gang", remover="zhou")
    heard = await bot.next("leave")
    assert (heard.room, heard.sender) == (ROOM, "zhou")
    assert heard.people == (Person("gang", "刚哥"),)


async def test_what_a_room_is_called_is_told_at_first_and_when_it_changes(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.say("mei", ROOM, "早")
    assert (await bot.next("topic")).text == "奶茶群"
    await gateway.topic(ROOM, "奶茶二群", "zhou")
    heard = await bot.next("topic")
    assert (heard.text, heard.sender, heard.room) == ("奶茶二群", "zhou", ROOM)
    await gateway.say("mei", ROOM, "午")
    assert (await bot.next()).text == "午"
    assert [one.text for one in bot.heard if one.kind == "topic"] == ["奶茶群", "奶茶二群"]


async def test_a_new_name_is_told_at_once(gateway: Gateway, bot: Listening) -> None:
    await gateway.say("mei", ROOM, "早")
    await bot.next()
    await gateway.rename("mei", "小美丽")
    heard = await bot.next("present")
    assert (heard.room, heard.people) == (ROOM, (Person("mei", "小美丽"),))
    await gateway.alias(ROOM, "mei", "美美")
    assert (await bot.next("present")).people == (Person("mei", "美美"),)
    await gateway.say("mei", ROOM, "午")
    assert (await bot.next()).sender_name == "美美"


async def test_a_new_admin_is_one_at_once(gateway: Gateway, bot: Listening) -> None:
    await gateway.say("mei", ROOM, "早")
    assert (await bot.next()).role == "member"
    await gateway.roles(ROOM, "zhou", ["mei"])
    await gateway.say("mei", ROOM, "午")
    assert (await bot.next()).role == "admin"


async def test_an_invitation_of_a_superuser_is_accepted_and_no_other(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.invite("by-mei", "mei")
    await gateway.invite("by-zhou", "zhou")
    await gateway.wait(accepted=1, calls={"roomInvitationPayload": 2})
    await gateway.invite("by-zhou-2", "zhou")
    await gateway.wait(accepted=2)
    found = [one.more["invitation"] for one in await gateway.sent() if one.kind == "accept"]
    assert found == ["by-zhou", "by-zhou-2"]


async def test_in_a_room_that_was_not_opened_only_texts_are_heard(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.clear()
    await gateway.image("zhou", CLOSED, b"png")
    await gateway.url("zhou", CLOSED, "https://shop.example")
    await gateway.contacts({"new": "新人"})
    await gateway.join(CLOSED, "new", inviter="mei")
    await gateway.topic(CLOSED, "新群名", "zhou")
    await gateway.say("zhou", CLOSED, "启用")
    await gateway.say("mei", ROOM, "最后")
    heard = await bot.next()
    assert (heard.text, heard.role, heard.sender_name) == ("启用", "owner", "")
    assert (await bot.next()).text == "最后"
    calls = await gateway.calls()
    assert not calls.keys() & {"messageImageStream", "messageImage", "messageUrl"}
    assert calls["roomMemberPayload"] == 1


async def test_what_the_account_says_on_the_phone_is_known_for_its_own(
    gateway: Gateway, bot: Listening
) -> None:
    await gateway.say("bot", ROOM, "欢迎")
    heard = await bot.next()
    assert (heard.text, heard.is_self, heard.sender) == ("欢迎", True, "bot")


async def test_what_the_bot_says_is_not_fetched_when_it_comes_back(
    gateway: Gateway, bot: Listening
) -> None:
    await bot.say("欢迎", ROOM)
    (sent,) = await gateway.sent(1)
    heard = await bot.next()
    assert (heard.id, heard.text, heard.room) == (sent.id, "欢迎", ROOM)
    assert (heard.is_self, heard.sender, heard.kind) == (True, "bot", "text")
    assert sent.id not in await gateway.call_ids("messagePayload")


async def test_what_the_bot_shows_or_says_privately_comes_back_too(
    gateway: Gateway, bot: Listening
) -> None:
    await bot.say("榜单", ROOM, picture=b"png")
    await bot.say("积分 5", None, "mei")
    shown, said = sorted([await bot.next(), await bot.next()], key=lambda one: one.kind)
    assert (shown.kind, shown.room, shown.facts, shown.is_self) == ("image", ROOM, {}, True)
    assert (said.text, said.room, said.is_self) == ("积分 5", None, True)


async def test_what_the_bot_said_is_found_when_it_is_quoted(
    gateway: Gateway, bot: Listening
) -> None:
    await bot.say("申请 #12：晒单", ROOM, "mei")
    (sent,) = await gateway.sent(1)
    await bot.next()
    quoted = "@小美\u2005申请 #12：晒单"
    await gateway.quote("zhou", ROOM, "通过", name="积分小助手", quoted=quoted)
    heard = await bot.next()
    assert (heard.text, heard.quote) == ("通过", sent.id)


async def test_who_is_in_a_room_is_read_with_their_names(gateway: Gateway, bot: Listening) -> None:
    found = await bot.channel.people_in(ROOM)
    assert found == [Person("mei", "小美"), Person("gang", "刚哥"), Person("zhou", "老周")]
