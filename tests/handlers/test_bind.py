"""绑定: the code goes to one person alone, works once, and soon."""

import pytest

from bot.points.crockford import DIGITS
from tests.books import assert_balanced
from tests.chat import Chat
from tests.test_stories_identity import account, bind, code

WRONG = "绑定码不对,或者已经用过、过期了"


def notices(chat: Chat) -> list[tuple[tuple[str, ...], str | None, str]]:
    """What the last message made the bot say of its own accord: to whom, in which room, what."""
    return [
        (reply.to, reply.room, reply.text)
        for result in chat.results
        for _, reply in result.notices
    ]


def a_code_for(chat: Chat, who: str) -> str:
    """A new one."""
    return code(chat(who, "绑定", private=True))


def test_a_code_is_said_privately_and_says_what_to_do(chat: Chat) -> None:
    said = chat("小美", "绑定", private=True)
    number = code(said)
    assert set(number) <= set(DIGITS)
    assert said[0] == (
        f"绑定码 {number},10 分钟内有效,只能用一次。用你的另一个账号私信我「绑定 {number}」,"
        "两个账号就是同一个会员,合并后不能再分开"
    )
    assert notices(chat) == []


def test_in_a_room_the_code_is_told_to_the_sender_alone(chat: Chat) -> None:
    assert chat("小美", "绑定") == ["已私信你绑定码"]
    [(to, room, text)] = notices(chat)
    assert (to, room) == (("小美",), None)
    assert code([text])


def test_no_code_is_kept_in_clear(chat: Chat) -> None:
    number = a_code_for(chat, "小美")
    assert number not in repr(chat.rows("SELECT * FROM bind_code"))
    assert number.encode() not in chat.rows("SELECT digest FROM bind_code")[0]


def test_both_are_told(chat: Chat) -> None:
    chat("小美", "签到")
    chat("美美", "签到")
    assert bind(chat, "小美", "美美") == ["绑定好了,两边的积分和记录并到了一起,余额 10 积分"]
    assert notices(chat) == [
        (("小美",), None, "你的另一个账号绑定好了,两边的积分和记录并到了一起,余额 10 积分")
    ]


def test_a_code_typed_into_a_room_works_and_is_said_to_be_spent(chat: Chat) -> None:
    number = a_code_for(chat, "小美")
    said = chat("美美", f"绑定 {number}")
    assert said == [
        "绑定好了,两边的积分和记录并到了一起,余额 0 积分。绑定码要私信发给我,这一个已经失效"
    ]
    assert number not in said[0]


def test_a_code_is_read_however_it_is_typed(chat: Chat) -> None:
    number = a_code_for(chat, "小美")
    typed = number.lower().replace("0", "o").replace("1", "l")
    assert chat("美美", f"绑定{typed}", private=True)[0].startswith("绑定好了")


def test_a_code_works_once(chat: Chat) -> None:
    number = a_code_for(chat, "小美")
    chat("美美", f"绑定 {number}", private=True)
    assert chat("阿强", f"绑定 {number}", private=True) == [WRONG]


def test_a_code_lives_for_ten_minutes(chat: Chat) -> None:
    number = a_code_for(chat, "小美")
    chat.clock.pass_by(minutes=10)
    assert chat("美美", f"绑定 {number}", private=True) == [WRONG]
    number = a_code_for(chat, "小美")
    chat.clock.pass_by(minutes=9, seconds=59)
    assert chat("美美", f"绑定 {number}", private=True)[0].startswith("绑定好了")


def test_a_new_code_ends_the_one_before_it(chat: Chat) -> None:
    first, second = a_code_for(chat, "小美"), a_code_for(chat, "小美")
    assert chat("美美", f"绑定 {first}", private=True) == [WRONG]
    assert chat("美美", f"绑定 {second}", private=True)[0].startswith("绑定好了")


def test_after_five_wrong_codes_in_an_hour_even_a_right_one_is_refused(chat: Chat) -> None:
    for _ in range(5):
        assert chat("美美", "绑定 00000000", private=True) == [WRONG]
        chat.clock.pass_by(minutes=10)
    number = a_code_for(chat, "小美")
    assert chat("美美", f"绑定 {number}", private=True) == ["绑定码错了 5 次,过一小时再试"]
    assert chat("阿强", "绑定 00000000", private=True) == [WRONG]
    chat.clock.pass_by(minutes=9)
    number = a_code_for(chat, "小美")
    chat.clock.pass_by(minutes=1)
    assert chat("美美", f"绑定 {number}", private=True)[0].startswith("绑定好了")


def test_a_wrong_code_that_is_delivered_again_counts_once(chat: Chat) -> None:
    for _ in range(6):
        chat("美美", "绑定 00000000", private=True, id="again")
    number = a_code_for(chat, "小美")
    assert chat("美美", f"绑定 {number}", private=True)[0].startswith("绑定好了")


def test_the_own_code_binds_nobody_and_stays(chat: Chat) -> None:
    number = a_code_for(chat, "小美")
    assert chat("小美", f"绑定 {number}", private=True) == ["这两个账号已经是同一个会员了"]
    assert chat("美美", f"绑定 {number}", private=True)[0].startswith("绑定好了")


def test_codes_that_were_asked_for_before_are_over_once_bound(chat: Chat) -> None:
    mine, others = a_code_for(chat, "小美"), a_code_for(chat, "美美")
    assert chat("美美", f"绑定 {mine}", private=True)[0].startswith("绑定好了")
    assert chat("阿强", f"绑定 {others}", private=True) == [WRONG]


@pytest.mark.parametrize("text", ["绑定手机", "绑定了吗", "绑定 手机号", "怎么绑定"])
def test_talk_about_binding_is_left_alone(chat: Chat, text: str) -> None:
    assert chat("小美", text) == []


def test_it_is_the_same_after_a_restart(chat: Chat) -> None:
    chat("小美", "签到")
    chat("美美", "签到")
    number = a_code_for(chat, "小美")
    chat.restart()
    chat("美美", f"绑定 {number}", private=True)
    chat.restart()
    assert chat("美美", "签到") == ["今天已经签到过了,连续 1 天,余额 10"]
    assert account(chat, "美美", "account.member") == (1,)
    assert_balanced(chat)
