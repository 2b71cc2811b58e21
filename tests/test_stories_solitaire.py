"""接龙: who is named by what is new in a list checks in, whoever sent it, and once."""

from dataclasses import replace

import pytest

from bot.clock import to_micros
from bot.points.types import Message, Programme
from bot.posting.operation import Operation
from tests.books import assert_balanced
from tests.chat import CHANNEL, ROOM, Chat

ALL = ["小美", "阿强", "木木"]


@pytest.fixture
def group(chat: Chat) -> Chat:
    """A room whose members have been seen."""
    for who in ALL:
        chat(who, kind="join", people=[who])
    return chat


def listed(*lines: str, header: str = "#接龙\n早安打卡接龙") -> str:
    """The list as it is copied."""
    numbered = (f"{number}. {line}" for number, line in enumerate(lines, 1))
    return "\n".join((header, *numbered))


def balances(chat: Chat) -> dict[object, object]:
    """What everybody has."""
    rows = chat.rows(
        "SELECT external_id, balance FROM account JOIN identity"
        " ON identity.community = account.community AND identity.member = account.member"
    )
    return {who: balance for who, balance in rows if balance}


def test_each_who_adds_a_line_checks_in(group: Chat) -> None:
    for number, who in enumerate(ALL, 1):
        said = group(who, listed(*ALL[:number]))
        assert said == ["+5 积分,连续 1 天,余额 5,再签 6 天多得 30 分"]
    assert balances(group) == dict.fromkeys(ALL, 5)
    assert_balanced(group)


def test_a_line_for_another_checks_that_one_in(group: Chat) -> None:
    assert group("小美", listed("小美", "@阿强 已打卡", "木木✅")) == [
        "接龙签到 3 人:小美 +5、阿强 +5、木木 +5"
    ]
    assert balances(group) == dict.fromkeys(ALL, 5)
    assert_balanced(group)


def test_others_are_named_after_a_restart_too(group: Chat) -> None:
    group.restart()
    assert group("小美", listed("小美", "阿强")) == ["接龙签到 2 人:小美 +5、阿强 +5"]


def test_the_list_sent_again_and_the_message_delivered_again_change_nothing(group: Chat) -> None:
    group("小美", listed("小美", "阿强"), id="x1")
    assert group("小美", listed("小美", "阿强"), id="x1") == []
    assert group("木木", listed("小美", "阿强")) == []
    assert balances(group) == {"小美": 5, "阿强": 5}


def test_who_has_checked_in_already_is_not_complained_about(group: Chat) -> None:
    group("阿强", "签到")
    assert group("小美", listed("小美", "阿强", "木木")) == ["接龙签到 2 人:小美 +5、木木 +5"]
    assert group("小美", listed("阿强", "木木")) == []
    assert balances(group) == dict.fromkeys(ALL, 5)
    assert_balanced(group)


def test_the_sender_alone_is_told_that_they_have(group: Chat) -> None:
    group("小美", "签到")
    assert group("小美", listed("小美")) == ["今天已经签到过了,连续 1 天,余额 5"]


def test_a_line_that_names_nobody_known_is_the_sender_s(group: Chat) -> None:
    assert group("木木", listed("隔壁老王", "跑了五公里"))[0].startswith("+5 积分")
    assert balances(group) == {"木木": 5}


def test_a_name_that_two_have_is_the_sender_s(group: Chat) -> None:
    group("阿强二号", "大家好", name="阿强")
    group("阿强二号", kind="join", people=["阿强二号"])
    group("小美", listed("阿强"))
    assert balances(group) == {"小美": 5}


def test_who_is_not_in_the_room_or_has_left_it_is_not_checked_in(group: Chat) -> None:
    group("阿强", kind="leave", people=["阿强"])
    group("小红", kind="join", people=["小红"], room="二群")
    group("木木", listed("小美", "阿强", "小红"))
    assert balances(group) == {"小美": 5, "木木": 5}


def test_a_list_that_does_not_go_on_from_the_last_copy_is_a_new_one(group: Chat) -> None:
    group("小美", listed("小美", "阿强"))
    group.clock.pass_by(days=1)
    assert group("木木", listed("木木"))[0].startswith("+5 积分,连续 1 天")
    assert group("小美", listed("木木", "小美"))[0].startswith("+5 积分,连续 2 天")
    assert balances(group) == {"小美": 10, "阿强": 5, "木木": 5}
    assert_balanced(group)


def test_the_next_day_only_what_is_new_counts(group: Chat) -> None:
    group("小美", listed("小美", "阿强"))
    group.clock.pass_by(days=1)
    assert group("木木", listed("小美", "阿强", "木木"))[0].startswith("+5 积分")
    assert balances(group) == {"小美": 5, "阿强": 5, "木木": 5}


def test_the_last_copy_is_as_old_as_when_it_was_sent(group: Chat) -> None:
    group("小美", listed("小美"))
    [(first, text)] = group.rows("SELECT at, text FROM post WHERE kind = 'chain'")
    group.clock.pass_by(days=1)
    group("阿强", listed("小美", "阿强"))
    [(last, more)] = group.rows("SELECT at, text FROM post WHERE kind = 'chain'")
    assert (text, more) == ("小美", "小美\n阿强")
    assert int(str(last)) - int(str(first)) == 24 * 60 * 60 * 1_000_000


def test_a_list_under_another_header_or_in_another_room_is_another(group: Chat) -> None:
    group("小美", listed("小美"))
    group.clock.pass_by(days=1)
    group("木木", listed("小美", "木木", header="晚安打卡接龙"))
    assert balances(group) == {"小美": 10, "木木": 5}
    group.clock.pass_by(days=1)
    group("小美", listed("小美", header="晚安打卡接龙"), room="二群")
    assert balances(group) == {"小美": 15, "木木": 5}


def test_a_list_that_comes_too_late_checks_nobody_in(group: Chat) -> None:
    sent_at = group.clock.now()
    group.clock.pass_by(days=3)
    said = group("小美", listed("小美", "阿强"), sent_at=sent_at)
    assert said == ["这条消息晚到了 48 小时以上,不计分,余额 0"]
    assert balances(group) == {}


def test_a_late_list_counts_for_its_own_day(group: Chat) -> None:
    sent_at = group.clock.now()
    group.clock.pass_by(days=1)
    group("小美", listed("小美", "阿强"), sent_at=sent_at)
    assert group("阿强", "签到")[0].startswith("+5 积分,连续 2 天")
    assert_balanced(group)


def test_what_the_sender_may_do_says_nothing_of_others(group: Chat) -> None:
    rules = tuple(replace(rule, excludes_admins=True) for rule in group.programme.rules)
    group.bot.posting.programme = replace(group.programme, rules=rules)
    assert group("小美", listed("小美", "阿强"), admin=True) == ["接龙签到 1 人:阿强 +5"]
    assert balances(group) == {"阿强": 5}


def test_a_list_in_private_or_a_forward_is_nothing(group: Chat) -> None:
    assert group("小美", listed("小美"), private=True) == []
    assert group("小美", listed("小美"), kind="link") == []
    assert balances(group) == {}


def test_of_many_names_ten_are_told(group: Chat) -> None:
    many = [f"会友{number}" for number in range(12)]
    for who in many:
        group(who, kind="join", people=[who])
    [said] = group("小美", listed(*many))
    assert said.startswith("接龙签到 12 人:会友0 +5、")
    assert said.endswith("会友9 +5等")


def test_a_hostile_list_is_kept_and_the_next_message_counts(group: Chat) -> None:
    group("小美", listed("\ud800", "\0", "%s{0}", header="打卡接龙\ud800\0"))
    assert group("阿强", "签到")[0].startswith("+5 积分")
    assert balances(group) == {"小美": 5, "阿强": 5}


class TestQuiet:
    """A programme whose rule says nothing."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        [rule, _] = standard.rules
        return replace(standard, rules=(replace(rule, reply=""),))

    def test_nothing_is_said_of_many_either(self, group: Chat) -> None:
        assert group("小美", listed("小美", "阿强")) == []
        assert balances(group) == {"小美": 5, "阿强": 5}


def test_who_speaks_later_in_the_same_batch_is_named_by_nobody_yet(chat: Chat) -> None:
    at = to_micros(chat.clock.now())
    said = [("x1", "小美", listed("小美", "阿强")), ("x2", "阿强", "积分")]
    asked = [
        chat.bot.dispatch.read(
            Message(CHANNEL, id, ROOM, who, chat.clock.now(), who, text=text), at
        )
        for id, who, text in said
    ]
    chat.bot.run([one for one in asked if isinstance(one, Operation)])
    assert balances(chat) == {"小美": 5}
