"""What is said of rooms."""

from bot.doctor.rooms import room_findings
from bot.rooms import Place, Rooms
from bot.settings import Settings

TOKEN = "0d1c2b3a4f5e6978"


def said(listed: str, *known: Place, **adopted: bool) -> list[str]:
    """`adopted`: what admins of OneBot rooms have said, by `r` and the room's number."""
    settings = Settings.model_validate({"onebot_access_token": TOKEN, "rooms": listed})
    rooms = Rooms(settings.listed_rooms, always=())
    for room, is_open in adopted.items():
        rooms.note("onebot", room.removeprefix("r"), is_open=is_open)
    return [str(finding) for finding in room_findings(settings, rooms, known)]


def test_open_ones_are_counted() -> None:
    known = ("onebot", "1"), ("onebot", "2"), ("onebot", "3")
    assert said("onebot:1", *known, r2=True) == ["✓ 开通的群 2 个"]


def test_without_any_it_is_told_how_one_is_opened() -> None:
    [line] = said("", ("onebot", "1"))
    assert line.startswith("! 还没有开通的群")
    assert "「启用」" in line


def test_a_listed_one_that_nobody_has_heard_of_may_be_misspelt() -> None:
    line, _ = said("onebot:1")
    assert line.startswith("! JIFEN_ROOMS 里的 onebot:1 还没有来过消息")


def test_a_listed_one_that_an_admin_has_closed() -> None:
    closed, none = said("onebot:1", ("onebot", "1"), r1=False)
    assert closed == "! JIFEN_ROOMS 里的 onebot:1 被管理员停用了：要恢复就在群里发「启用」"
    assert none.startswith("! 还没有开通的群")


def test_ids_that_change_at_every_login_are_warned_of() -> None:
    rooms = ("wechaty", "20001@chatroom"), ("onebot", "@@1"), ("wechaty", "@@724b63ef84f0a545")
    wrong, *_ = said("", *rooms)
    assert wrong.startswith("✗ 微信网关走的是网页版（群号 @@724b63ef84 以 @@ 开头）")
    assert said("", *rooms[:2]) == said("")


def test_with_the_sandbox_alone_there_is_nothing_to_say() -> None:
    assert not list(room_findings(Settings(), Rooms(), [("sandbox", "sandbox")]))
