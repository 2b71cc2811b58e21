"""Two accounts of one person become one member, and no sum changes."""

import re
from dataclasses import replace

import pytest

from bot.clock import to_micros
from bot.points.types import Message, Programme
from tests.books import assert_balanced
from tests.chat import CHANNEL, SUPERUSER, Chat
from tests.ledger.mutants import what_expired_before_two_were_one_counts

CODE = re.compile(r"绑定码 ([0-9A-Z]{8}),")


def code(said: list[str]) -> str:
    """The code in what was said."""
    found = CODE.search(said[0])
    assert found is not None, said
    return found[1]


def bind(chat: Chat, one: str, other: str) -> list[str]:
    """`other` sends the code that `one` has got."""
    said = chat(other, f"绑定 {code(chat(one, '绑定', private=True))}", private=True)
    assert said[0].startswith("绑定好了"), said
    return said


def account(chat: Chat, who: str, *columns: str) -> tuple[object, ...]:
    """Of whoever has this identity."""
    [row] = chat.rows(
        f"SELECT {', '.join(columns)} FROM account JOIN identity"
        " ON identity.community = account.community AND identity.member = account.member"
        " WHERE external_id = ?",
        who,
    )
    return row


def lots(chat: Chat) -> list[tuple[object, ...]]:
    """Everybody's."""
    return chat.rows("SELECT member, expires_on, remaining FROM lot ORDER BY member, expires_on")


def give(chat: Chat, who: str, points: int, **more: str) -> None:
    """An admin does."""
    chat(SUPERUSER, f"加分 @{who} {points} 帮忙", mentions=[who], **more)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _balanced(chat: Chat) -> object:
    """Whatever a test here has done, the books are right at its end."""
    yield
    assert_balanced(chat)


def test_the_points_of_both_are_one_members(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    give(chat, "美美", 50)
    assert bind(chat, "小美", "美美") == ["绑定好了,两边的积分和记录并到了一起,余额 60 积分"]
    assert chat("小美", "积分") == chat("美美", "积分")
    assert account(chat, "美美", "balance", "qualifying", "run", "total_days") == (60, 60, 2, 2)


def test_who_was_seen_first_stays_whoever_sends_the_code(chat: Chat) -> None:
    chat("小美", "签到")
    chat("美美", "签到")
    bind(chat, "美美", "小美")
    assert account(chat, "美美", "account.member", "formers") == (1, "2")


def test_each_lot_is_carried_over_with_its_last_day(chat: Chat) -> None:
    chat("小美", "积分")
    for day in ("11-01", "11-02", "11-03"):
        chat("美美", "签到", at=day)
    chat("小美", "签到", at="11-03 12:01")
    before = lots(chat)
    assert len(before) == 4
    bind(chat, "小美", "美美")
    assert lots(chat) == [
        (1, "2027-11-01", 5), (1, "2027-11-02", 5), (1, "2027-11-03", 10)
    ]  # fmt: skip
    assert chat.rows(
        "SELECT member, points, key, expires_on FROM entry WHERE kind = 'transfer' ORDER BY id"
    )[:2] == [
        (2, -5, "transfer:2027-11-01/2/1/out", None),
        (1, 5, "transfer:2027-11-01/2/1/in", "2027-11-01"),
    ]


def test_a_lot_too_large_for_one_entry_goes_in_two(chat: Chat) -> None:
    chat("小美", "积分")
    give(chat, "美美", 999_999_999)
    give(chat, "美美", 999_999_999)
    bind(chat, "小美", "美美")
    assert lots(chat) == [(1, "2027-11-01", 1_999_999_998)]
    assert chat.rows("SELECT points FROM entry WHERE kind = 'transfer' ORDER BY id") == [
        (-1_000_000_000,), (1_000_000_000,), (-999_999_998,), (999_999_998,)
    ]  # fmt: skip


def test_a_day_of_both_counts_once_and_what_was_paid_stays(chat: Chat) -> None:
    for who in ("小美", "美美"):
        chat(who, "签到", at="11-01")
        chat(who, "签到", at="11-02")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance", "run", "total_days") == (20, 2, 2)
    assert chat("美美", "签到") == ["今天已经签到过了,连续 2 天,余额 20"]
    assert chat("小美", "签到", at="11-03")[0].startswith("+5 积分,连续 3 天,余额 25")
    assert chat("美美", "签到") == ["今天已经签到过了,连续 3 天,余额 25"]


def test_days_of_either_make_one_streak(chat: Chat) -> None:
    """The seventh day in a row pays 30."""
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    chat("小美", "签到", at="11-03")
    chat("美美", "签到", at="11-04")
    chat("小美", "签到", at="11-05")
    chat("美美", "签到", at="11-06")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "run", "total_days") == (6, 6)
    assert chat("小美", "签到", at="11-07")[0].startswith("+35 积分,连续 7 天")


def test_a_late_check_in_of_a_day_that_the_other_account_did_pays_nothing(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    chat("小美", "签到", at="11-03")
    bind(chat, "小美", "美美")
    before = account(chat, "小美", "balance")
    sent_at = chat.clock.now().replace(day=2)
    assert chat("小美", "签到", sent_at=sent_at) == ["11-02 已经签到过了,连续 3 天,余额 15"]
    assert account(chat, "小美", "balance") == before


def test_the_next_bonus_comes_on_the_fourteenth_day_of_the_run_of_both(chat: Chat) -> None:
    """The other account was paid for its seventh day, which is the eighth of the run by now."""
    chat("小美", "签到", at="11-01 09:00")
    for day in range(2, 9):
        chat("美美", "签到", at=f"11-{day:02}")
    assert account(chat, "美美", "balance") == (65,)
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance", "run") == (70, 8)
    for day in range(9, 14):
        assert chat("小美", "签到", at=f"11-{day:02}")[0].startswith("+5 积分")
    assert chat("小美", "签到", at="11-14")[0].startswith("+35 积分,连续 14 天")


def test_the_debt_of_one_is_paid_with_the_points_of_the_other(chat: Chat) -> None:
    give(chat, "小美", 30)
    give(chat, "美美", 50)
    chat("美美", "redeem 40")
    chat(SUPERUSER, "撤销 2")
    assert account(chat, "美美", "balance", "debt") == (0, 40)
    assert bind(chat, "小美", "美美")[0].endswith("余额 0 积分,欠 10 分")
    assert account(chat, "小美", "balance", "debt") == (0, 10)


def test_the_points_of_one_pay_the_debt_of_the_other(chat: Chat) -> None:
    give(chat, "小美", 50)
    chat("小美", "redeem 40")
    chat(SUPERUSER, "撤销 1")
    give(chat, "美美", 100)
    assert bind(chat, "小美", "美美")[0].endswith("余额 60 积分")
    assert account(chat, "小美", "balance", "debt") == (60, 0)


def test_the_debts_of_both_add_up(chat: Chat) -> None:
    for number, who in enumerate(("小美", "美美")):
        give(chat, who, 50)
        chat(who, "redeem 40")
        chat(SUPERUSER, f"撤销 {number * 3 + 1}")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance", "debt") == (0, 80)


def test_what_has_expired_is_booked_out_before_and_not_carried_over(chat: Chat) -> None:
    chat.are_jobs_awake = False
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-01 12:01")
    assert bind_at(chat, "2027-11-02 12:00").endswith("余额 0 积分")
    assert account(chat, "小美", "balance", "debt", "qualifying") == (0, 0, 10)


def bind_at(chat: Chat, when: str) -> str:
    """What is said to 美美 who binds to 小美 then."""
    chat.move_to(when)
    return bind(chat, "小美", "美美")[0]


def test_an_entry_of_the_old_account_is_taken_back_from_who_it_is_now(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    give(chat, "美美", 50)
    [(number,)] = chat.rows("SELECT id FROM entry WHERE kind = 'adjustment'")
    bind(chat, "小美", "美美")
    said = chat(SUPERUSER, f"撤销 {number}")
    assert said[0].startswith(f"已撤销 #{number}:小美 -50 积分,余额 5,流水 #")
    assert chat(SUPERUSER, f"撤销 {number}") == [f"流水 #{number}:已经撤销过了"]
    assert account(chat, "小美", "balance", "qualifying") == (5, 5)


def test_a_spend_of_the_old_account_comes_back_to_who_it_is_now(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    give(chat, "美美", 50)
    chat("美美", "redeem 30")
    bind(chat, "小美", "美美")
    assert account(chat, "小美", "balance") == (25,)
    assert "+30 积分,余额 55" in chat(SUPERUSER, "撤销 3")[0]
    assert lots(chat) == [(1, "2027-11-01", 55)]


def test_a_gain_is_taken_back_in_parts_before_and_after(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-01 12:01")
    [(number,)] = chat.rows("SELECT id FROM entry WHERE member = 2")
    assert chat(SUPERUSER, f"refund {number} 2") == ["-2"]
    bind(chat, "小美", "美美")
    assert chat(SUPERUSER, f"refund {number} 4") == ["-2"]
    assert chat(SUPERUSER, f"refund {number} 4") == ["已经撤销过了"]
    assert account(chat, "小美", "balance", "qualifying") == (6, 6)


def test_a_carried_lot_that_expired_is_not_taken_back_again(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    give(chat, "美美", 50)
    bind(chat, "小美", "美美")
    chat("小美", "签到", at="2027-11-02 12:00")
    assert account(chat, "小美", "balance") == (5,)
    assert chat(SUPERUSER, "撤销 2") == ["流水 #2:这笔分已经过期,没有可收回的"]


def test_what_one_account_let_expire_before_says_nothing_of_the_others_gains(chat: Chat) -> None:
    """Of the same day's lots 小美 let hers expire; 美美 had spent his."""
    give(chat, "小美", 50)
    give(chat, "美美", 50)
    chat("美美", "redeem 50")
    chat("小美", "签到", at="2027-11-02 12:00")
    bind(chat, "小美", "美美")
    assert "-50 积分,余额 0,欠 45 分" in chat(SUPERUSER, "撤销 2")[0]


def test_a_slip_in_what_expired_before_is_caught_by_that_story(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    what_expired_before_two_were_one_counts(monkeypatch)
    with pytest.raises(AssertionError, match="已经过期"):
        test_what_one_account_let_expire_before_says_nothing_of_the_others_gains(chat)


def test_the_own_entries_of_a_former_account_cannot_be_taken_back_by_oneself(chat: Chat) -> None:
    chat("小美", "签到", admin=True)
    give(chat, "美美", 50)
    bind(chat, "小美", "美美")
    assert chat("小美", "撤销 2", admin=True) == ["不能撤销自己的流水,请别的管理员来"]


def test_the_ledger_lines_of_both_are_read_together(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    bind(chat, "小美", "美美")
    assert chat("小美", "明细") == [
        "+5 合并账号转入 11-02 余额 10 #4\n-5 转到合并后的账号 11-02 余额 0 #3\n"
        "+5 签到 11-02 余额 5 #2\n+5 签到 11-01 余额 5 #1".replace("签到", "每日签到")
    ]
    for number in range(3, 11):
        chat("小美", "签到", at=f"11-{number:02}")
    assert chat("小美", "明细 2")[0].splitlines()[-1].startswith("+5 每日签到 11-01 余额 5 #1")


def test_why_is_told_of_an_entry_of_the_old_account(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    give(chat, "美美", 50)
    bind(chat, "小美", "美美")
    assert chat("小美", "为什么 2")[0].startswith("+50 积分,帮忙,流水 #2")
    assert chat("小美", "为什么")[0].startswith("+50 积分,合并账号转入,流水 #4")
    chat("阿强", "签到")
    assert chat("阿强", "为什么 2") == ["流水 #2 不是你的,看不了"]


def test_boards_show_one_member_with_what_both_have_gained(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("阿强", "签到")
    give(chat, "阿强", 2)
    chat("美美", "签到", room="二群")
    assert "阿强" in chat("小美", "总榜")[0].splitlines()[1]
    bind(chat, "小美", "美美")
    for board in ("日榜", "周榜", "月榜", "总榜"):
        assert chat("阿强", f"{board}")[0].count("小美") == 1
    total = chat("阿强", "总榜")[0]
    assert "美美" not in total.replace("小美", "")
    assert total.splitlines()[1].startswith("1")
    assert "小美" in total.splitlines()[1]
    gone = chat.rows("SELECT member FROM account WHERE merged_into IS NOT NULL")
    assert gone == chat.rows("SELECT 4")
    assert chat.rows("SELECT member FROM score WHERE member = 4") == []
    assert chat.rows("SELECT member FROM presence WHERE member = 4") == []


def test_a_third_account_can_be_bound_and_everything_stays_one(chat: Chat) -> None:
    for day, who in (("11-01", "甲"), ("11-02", "乙"), ("11-03", "丙")):
        chat(who, "签到", at=day)
    bind(chat, "乙", "丙")
    bind(chat, "乙", "甲")
    assert account(chat, "丙", "account.member", "balance", "run", "formers") == (1, 15, 3, "2,3")
    assert chat("丙", "签到") == ["今天已经签到过了,连续 3 天,余额 15"]
    assert "-5 积分" in chat(SUPERUSER, "撤销 3")[0]
    assert account(chat, "甲", "balance") == (10,)
    assert len(chat("甲", "明细")[0].splitlines()) == 8 + 1
    assert len(chat("甲", "明细 2")[0].splitlines()) == 2


def test_tags_birthday_and_rooms_of_both_are_kept(chat: Chat) -> None:
    chat("小美", "签到", private=True)
    chat("美美", "签到", room="二群")
    chat("美美", "生日 06-18")
    chat(SUPERUSER, "标签 @小美 团长", mentions=["小美"])
    chat(SUPERUSER, "标签 @美美 VIP", mentions=["美美"])
    chat(SUPERUSER, "标签 @美美 团长", mentions=["美美"])
    bind(chat, "小美", "美美")
    assert chat("小美", "生日", private=True) == ["你的生日是 06-18"]
    [said] = chat(SUPERUSER, "标签 @小美", mentions=["小美"])
    assert set(said.removeprefix("小美 的标签:").split("、")) == {"团长", "VIP"}
    assert chat.rows("SELECT id FROM member WHERE id = 1 AND home_room IS NOT NULL") == [(1,)]


def test_nothing_that_was_told_of_a_person_stays_with_the_old_number(chat: Chat) -> None:
    chat("小美", "签到")
    chat("美美", "生日 06-18")
    bind(chat, "小美", "美美")
    assert chat.rows("SELECT name, birthday FROM member WHERE id = 2") == [("", None)]


def test_messages_again_change_nothing(chat: Chat) -> None:
    chat("小美", "签到", id="a")
    chat("美美", "签到", id="b")
    number = code(chat("小美", "绑定", private=True, id="c"))
    chat("美美", f"绑定 {number}", private=True, id="d")
    before = chat.rows("SELECT id, hash FROM entry ORDER BY id")
    for who, text, again in (
        ("小美", "签到", "a"), ("美美", "签到", "b"), ("小美", "绑定", "c"),
        ("美美", f"绑定 {number}", "d"),
    ):  # fmt: skip
        assert chat(who, text, private=text != "签到", id=again) == []
    assert chat.rows("SELECT id, hash FROM entry ORDER BY id") == before


def test_everything_in_one_batch_is_as_one_after_the_other(chat: Chat) -> None:
    """What comes after it in the same transaction is the one member's."""
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    number = code(chat("小美", "绑定", private=True))
    at = to_micros(chat.clock.now())
    operations = [
        chat.bot.dispatch.read(
            Message(CHANNEL, f"x{place}", room, who, chat.clock.now(), who, text=text), at
        )
        for place, (who, room, text) in enumerate(
            [
                ("美美", None, f"绑定 {number}"), ("小美", "福利群", "签到"),
                ("美美", "福利群", "积分"), ("美美", "福利群", "总榜"),
            ]
        )
    ]  # fmt: skip
    replies = [result.reply.text for result in chat.bot.run(operations)]  # type: ignore[union-attr, arg-type]
    assert replies[0].endswith("余额 10 积分")
    assert replies[1] == "今天已经签到过了,连续 2 天,余额 10"
    assert replies[2].startswith("余额 10 积分,连续 2 天")
    assert replies[3].count("小美") == 1


def test_a_checkin_that_waited_across_the_merging_is_verified(
    chat: Chat, programme: Programme
) -> None:
    waiting = tuple(replace(rule, wait_for="admin") for rule in programme.rules)
    chat.bot.posting.programme = replace(programme, rules=waiting)
    chat("小美", "积分")
    chat("美美", "签到")
    bind(chat, "小美", "美美")
    assert "每日签到 +5" in chat("店长", "通过 1", admin=True)[0]
