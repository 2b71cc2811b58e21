"""排行榜: who stands where, in which period and which room."""

import pytest

from tests.chat import ROOM, SUPERUSER, Chat


def give(chat: Chat, who: str, points: int, *, room: str = ROOM, at: str | None = None) -> int:
    """An admin gives to one who is known by name; the entry's number."""
    chat(who, "积分", room=room, at=at)
    chat(SUPERUSER, f"加分 @{who} {points}", mentions=[who], room=room)
    [line] = chat.results[0].lines
    return line.id


def board(chat: Chat, who: str, text: str = "日榜", **options: str) -> list[str]:
    """The board as somebody reads it, by lines."""
    [said] = chat(who, text, **options)  # type: ignore[arg-type]
    return said.split("\n")


def test_equal_points_share_a_rank_and_the_earlier_stands_first(chat: Chat) -> None:
    for who, points in (("甲", 30), ("乙", 50), ("丙", 30), ("丁", 20)):
        give(chat, who, points)
    assert board(chat, "丙") == [
        "本群日榜",
        "1. 乙 50",
        "2. 甲 30",
        "2. 丙 30 ←你",
        "4. 丁 20",
        "你第 2 名,30 分,离前一名还差 20 分",
    ]


def test_who_reaches_a_score_last_stands_last_among_equals(chat: Chat) -> None:
    give(chat, "甲", 10)
    give(chat, "乙", 30)
    give(chat, "甲", 20)
    assert board(chat, "甲")[1:3] == ["1. 乙 30", "1. 甲 30 ←你"]


def test_the_first_has_no_gap_and_a_stranger_no_place(chat: Chat) -> None:
    give(chat, "甲", 10)
    assert board(chat, "甲")[-1] == "你第 1 名,10 分"
    assert board(chat, "乙")[-1] == "你还没上榜,发「签到」就有分"


def test_an_empty_board_invites(chat: Chat) -> None:
    assert chat("甲", "日榜") == ["本群日榜还没有人,发「签到」占第一位"]
    assert chat("甲", "总榜社群") == ["社群总榜还没有人,发「签到」占第一位"]


def test_ten_are_named_and_the_eleventh_learns_the_own_place(chat: Chat) -> None:
    for number in range(1, 13):
        give(chat, f"会员{number:02}", 100 - number)
    lines = board(chat, "会员12")
    assert lines[10] == "10. 会员10 90"
    assert lines[11:] == ["你第 12 名,88 分,离前一名还差 1 分"]


def test_a_tie_at_the_end_of_the_ten_keeps_its_rank(chat: Chat) -> None:
    for number in range(1, 12):
        give(chat, f"会员{number:02}", 100 if number < 10 else 50)
    assert board(chat, "会员11")[-2:] == ["10. 会员10 50", "你第 10 名,50 分,离前一名还差 50 分"]


@pytest.mark.parametrize(
    ("word", "title"), [("排行榜", "总榜"), ("总榜", "总榜"), ("月榜", "月榜"), ("周榜", "周榜")]
)
def test_every_board_has_its_word_and_its_title(chat: Chat, word: str, title: str) -> None:
    give(chat, "甲", 10)
    assert board(chat, "甲", word) == [f"本群{title}", "1. 甲 10 ←你", "你第 1 名,10 分"]
    for suffix in ("社群", " 社群"):
        assert board(chat, "甲", word + suffix)[0] == f"社群{title}"


def test_a_day_ends_at_midnight(chat: Chat) -> None:
    give(chat, "甲", 10, at="11-02 23:59:59")
    assert board(chat, "甲")[1] == "1. 甲 10 ←你"
    assert chat("甲", "日榜", at="11-03 00:00:00")[0].startswith("本群日榜还没有人")


def test_a_week_begins_on_monday(chat: Chat) -> None:
    give(chat, "甲", 1, at="11-01 23:59:59")  # a Sunday
    give(chat, "甲", 10, at="11-02 00:00:00")
    give(chat, "甲", 100, at="11-08 23:59:59")
    assert board(chat, "甲", "周榜")[1] == "1. 甲 110 ←你"
    assert chat("甲", "周榜", at="11-09 00:00:00")[0].startswith("本群周榜还没有人")


def test_a_week_may_lie_in_two_years(chat: Chat) -> None:
    give(chat, "甲", 10, at="2026-12-28")
    give(chat, "甲", 5, at="2027-01-03 23:59")
    assert board(chat, "甲", "周榜")[1] == "1. 甲 15 ←你"
    assert board(chat, "甲", "月榜")[1] == "1. 甲 5 ←你"


def test_a_month_is_a_month_of_the_calendar(chat: Chat) -> None:
    give(chat, "甲", 1, at="2027-01-31 23:59:59")
    give(chat, "甲", 10, at="2027-02-01 00:00:00")
    give(chat, "甲", 100, at="2027-02-28 23:59:59")
    assert board(chat, "甲", "月榜")[1] == "1. 甲 110 ←你"
    assert board(chat, "甲", "总榜")[1] == "1. 甲 111 ←你"
    assert chat("甲", "月榜", at="2027-03-01 00:00:00")[0].startswith("本群月榜还没有人")


def test_a_gain_counts_where_it_was_said_and_once_for_the_community(chat: Chat) -> None:
    give(chat, "甲", 10, room="一群")
    give(chat, "甲", 20, room="二群")
    give(chat, "乙", 25, room="二群")
    assert board(chat, "甲", room="一群") == ["本群日榜", "1. 甲 10 ←你", "你第 1 名,10 分"]
    assert board(chat, "甲", room="二群")[1:3] == ["1. 乙 25", "2. 甲 20 ←你"]
    assert board(chat, "甲", "日榜社群")[1:3] == ["1. 甲 30 ←你", "2. 乙 25"]


def test_a_private_checkin_counts_in_the_room_where_the_member_was_first_seen(chat: Chat) -> None:
    chat("甲", "积分", room="一群")
    chat("甲", "积分", room="二群")
    chat("甲", "签到", private=True)
    assert board(chat, "甲", room="一群")[1] == "1. 甲 5 ←你"
    assert chat("甲", "日榜", room="二群")[0].startswith("本群日榜还没有人")
    [said] = chat("甲", "日榜", private=True)
    assert said.split("\n")[:2] == ["你的群日榜", "1. 甲 5 ←你"]


def test_one_who_only_ever_wrote_in_private_stands_on_the_communitys_board(chat: Chat) -> None:
    chat("甲", "签到", private=True)
    assert board(chat, "甲", "日榜社群")[1] == "1. 甲 5 ←你"
    assert board(chat, "甲", "总榜社群")[1] == "1. 甲 5 ←你"


def test_spending_and_expiry_move_no_board(chat: Chat) -> None:
    chat("甲", "签到")
    chat("甲", "redeem 5")
    assert board(chat, "甲")[1] == "1. 甲 5 ←你"
    assert board(chat, "甲", "总榜", at="2027-12-31")[1] == "1. 甲 5 ←你"


def test_a_reversal_lowers_the_periods_its_original_counted_in(chat: Chat) -> None:
    give(chat, "甲", 7, at="11-03")
    number = give(chat, "甲", 30, at="11-04")
    give(chat, "甲", 2, at="11-06")
    chat(SUPERUSER, f"撤销 {number}")
    assert board(chat, "甲")[1] == "1. 甲 2 ←你"
    assert board(chat, "甲", "周榜")[1] == "1. 甲 9 ←你"
    assert board(chat, "甲", "总榜")[1] == "1. 甲 9 ←你"


def test_a_reversal_of_last_weeks_gain_leaves_this_week_alone(chat: Chat) -> None:
    number = give(chat, "甲", 30, at="11-04")
    give(chat, "甲", 2, at="11-09")
    chat(SUPERUSER, f"撤销 {number}")
    assert board(chat, "甲", "周榜")[1] == "1. 甲 2 ←你"
    assert board(chat, "甲", "月榜")[1] == "1. 甲 2 ←你"


def test_who_is_down_to_nothing_is_off_the_board(chat: Chat) -> None:
    number = give(chat, "甲", 30)
    give(chat, "乙", 10)
    chat(SUPERUSER, f"撤销 {number}")
    for word in ("日榜", "总榜", "日榜社群"):
        assert board(chat, "甲", word)[1:] == ["1. 乙 10", "你还没上榜,发「签到」就有分"]


def test_who_left_is_off_the_rooms_total_and_back_on_it_after_joining(chat: Chat) -> None:
    give(chat, "甲", 30)
    give(chat, "乙", 10)
    chat("", kind="leave", people=["甲"])
    assert board(chat, "乙", "总榜")[1] == "1. 乙 10 ←你"
    assert board(chat, "乙", "总榜社群")[1] == "1. 甲 30"
    chat("", kind="join", people=["甲"])
    assert board(chat, "乙", "总榜")[1] == "1. 甲 30"


def test_an_old_question_delivered_again_brings_nobody_back(chat: Chat) -> None:
    give(chat, "乙", 10)
    give(chat, "甲", 30)
    chat("甲", "积分", id="old")
    chat("", kind="leave", people=["甲"])
    chat.restart()
    chat("甲", "积分", id="old")
    assert board(chat, "乙", "总榜")[1] == "1. 乙 10 ←你"


def test_an_old_question_delivered_again_brings_no_old_name_back(chat: Chat) -> None:
    chat("甲", "积分", id="old", name="旧名")
    chat("甲", "签到", name="新名")
    chat("甲", "积分", id="old", name="旧名")
    assert board(chat, "甲")[1] == "1. 新名 5 ←你"


def test_a_name_cannot_break_or_turn_a_board(chat: Chat) -> None:
    """Abuse: names that break or turn a line."""
    names = {"甲": "a\n2. 假 999", "乙": "\u202e倒着", "丙": "\u200b\u3164", "丁": "长" * 99}
    for place, (who, name) in enumerate(names.items()):
        chat(who, "签到", name=name)
        assert len(board(chat, who)) == 3 + place
    assert board(chat, "甲")[1:5] == [
        "1. a 2. 假 999 5 ←你",
        "1. 倒着 5",
        "1. 会员3 5",
        f"1. {'长' * 32} 5",
    ]
