"""The sandbox as a channel: what its people do is delivered, and what the bot says is shown."""

from datetime import UTC, datetime

import pytest

from bot.channels.sandbox import PICTURES, SHOWN_CHARS, SHOWN_LINES, Line, Sandbox
from bot.extend import Said
from bot.points.types import Message, Person, Refusal, Reply

NOW = datetime(2026, 11, 1, 4, tzinfo=UTC)


class Bot:
    """Notes what it is given."""

    def __init__(self) -> None:
        self.heard: list[Message] = []
        self.lines: list[Line] = []
        self.crowds = 0

    def count(self) -> None:
        self.crowds += 1


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
async def room(bot: Bot) -> Sandbox:
    sandbox = Sandbox(lambda: NOW)
    sandbox.watch(bot.lines.append, bot.count)
    await sandbox.start(bot.heard.append)
    return sandbox


async def test_what_somebody_says_is_shown_and_delivered(room: Sandbox, bot: Bot) -> None:
    said = room.say("laozhou", "签到", mentions=("bot",))
    [message] = bot.heard
    assert message == Message(
        channel="sandbox",
        id=str(said),
        room="sandbox",
        sender="laozhou",
        sender_name="老周",
        sent_at=NOW,
        text="签到",
        role="owner",
        mentions=("bot",),
        facts={},
    )
    [line] = bot.lines
    assert (line.kind, line.text, line.sender, line.message) == ("text", "签到", "laozhou", said)


async def test_message_ids_grow_and_no_two_runs_give_the_same_one(room: Sandbox, bot: Bot) -> None:
    ids = [str(room.say("xiaomei", "签到")) for _ in range(200)]
    again = Sandbox(lambda: NOW)
    others = [str(again.say("xiaomei", "签到")) for _ in range(200)]
    assert ids == sorted(ids)
    assert len({*ids, *others}) == 400


async def test_what_the_bot_says_is_a_line_with_its_cause(room: Sandbox, bot: Bot) -> None:
    await room.send(Said(Reply("+5 积分", "sandbox", ("xiaomei",)), NOW, "reply", "77"))
    await room.send(
        Said(Reply("你的积分快过期了", None, ("aqiang",)), NOW, "notice", "job:expiry")
    )
    public, private = bot.lines
    assert (public.sender, public.cause, public.mentions) == ("bot", "77", ("xiaomei",))
    assert (public.private_to, private.private_to) == ("", "aqiang")


async def test_somebody_comes_in_by_invitation_and_by_themselves(room: Sandbox, bot: Bot) -> None:
    room.join("小满", inviter="xiaomei")
    room.join("阿哲")
    invited, alone = bot.heard
    assert (invited.kind, invited.sender, invited.people) == (
        "join",
        "xiaomei",
        (Person("m5", "小满"),),
    )
    assert (alone.kind, alone.sender, alone.people) == ("join", "", (Person("m6", "阿哲"),))
    assert bot.crowds == 2


async def test_who_left_cannot_speak_and_can_come_back(room: Sandbox, bot: Bot) -> None:
    room.leave("aqiang")
    assert room.say("aqiang", "签到") == Refusal("not_here")
    assert room.rejoin("mumu") == Refusal("not_gone")
    room.rejoin("aqiang", inviter="mumu")
    room.say("aqiang", "签到")
    assert [message.kind for message in bot.heard] == ["leave", "join", "text"]
    assert bot.heard[1].people == (Person("aqiang", "阿强"),)


async def test_the_last_one_stays(room: Sandbox) -> None:
    for person in ("xiaomei", "aqiang", "mumu"):
        room.leave(person)
    assert room.leave("laozhou") == Refusal("last_one")


async def test_a_recall_names_the_message_and_clears_its_line(room: Sandbox, bot: Bot) -> None:
    said = str(room.say("xiaomei", "说错了"))
    room.recall("xiaomei", said)
    assert (bot.heard[1].kind, bot.heard[1].facts) == ("recall", {"message": said})
    assert (bot.lines[-1].number, bot.lines[-1].text) == (1, "")
    assert bot.lines[-1].recalled_by == "xiaomei"
    assert room.recall("xiaomei", said) == Refusal("not_recallable")


async def test_only_an_admin_takes_back_what_others_said(room: Sandbox) -> None:
    said = str(room.say("xiaomei", "广告"))
    assert room.recall("aqiang", said) == Refusal("not_yours")
    assert room.appoint("aqiang", "admin") == ""
    assert isinstance(room.recall("aqiang", said), str)
    assert room.appoint("laozhou", "member") == Refusal("stays_owner")


async def test_a_repeated_message_is_the_same_value_with_the_same_id(
    room: Sandbox, bot: Bot
) -> None:
    assert room.repeat() == Refusal("nothing_to_repeat")
    first = str(room.say("xiaomei", "签到"))
    room.say("aqiang", "签到")
    room.repeat()
    room.repeat(first)
    assert bot.heard[2] is bot.heard[1]
    assert bot.heard[3] is bot.heard[0]


async def test_a_picture_carries_the_hash_of_its_content(room: Sandbox, bot: Bot) -> None:
    room.picture("xiaomei", b"one", "image/png")
    room.picture("aqiang", b"one", "image/png")
    first, second = (message.facts["image"] for message in bot.heard)
    assert first == second
    assert room.picture_of(first) == ("image/png", b"one")


async def test_only_the_newest_pictures_and_lines_are_kept(room: Sandbox, bot: Bot) -> None:
    for number in range(PICTURES + 1):
        room.picture("xiaomei", str(number).encode(), "image/png")
    assert room.picture_of(bot.heard[0].facts["image"]) is None
    assert room.picture_of(bot.heard[1].facts["image"]) is not None
    for _ in range(SHOWN_LINES):
        room.say("xiaomei", "hi")
    assert len(room.lines) == SHOWN_LINES


async def test_a_long_text_is_delivered_whole_and_shown_in_part(room: Sandbox, bot: Bot) -> None:
    room.say("xiaomei", "字" * 100_000)
    assert len(bot.heard[0].text) == 100_000
    assert (len(bot.lines[0].text), bot.lines[0].length) == (SHOWN_CHARS, 100_000)


async def test_people_of_an_earlier_run_come_back_with_the_names_of_the_ledger(
    room: Sandbox, bot: Bot
) -> None:
    room.welcome_back([(Person("xiaomei", "小美"), True), (Person("m5", "小满"), False)])
    assert not room.people["m5"].here
    assert room.people["laozhou"].role == "owner"
    assert "账本" in bot.lines[0].text
    room.join("阿哲")
    assert bot.heard[0].people == (Person("m6", "阿哲"),)


async def test_after_the_stop_nothing_is_delivered(room: Sandbox, bot: Bot) -> None:
    await room.stop()
    room.say("xiaomei", "签到")
    assert bot.heard == []
