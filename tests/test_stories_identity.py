"""Two accounts of one person become one member, and no sum changes."""

import re

from store.verify import verify
from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat

CODE = re.compile(r"绑定码 ([0-9A-Z]{8}),")


def _code(said: list[str]) -> str:
    found = CODE.search(said[0])
    assert found is not None, said
    return found[1]


def _bind(chat: Chat, one: str, other: str) -> list[str]:
    """`other` sends the code that `one` has got."""
    return chat(other, f"绑定 {_code(chat(one, '绑定', private=True))}", private=True)


def _account(chat: Chat, who: str, *columns: str) -> tuple[object, ...]:
    [row] = chat.rows(
        f"SELECT {', '.join(columns)} FROM account JOIN identity"
        " ON identity.community = account.community AND identity.member = account.member"
        " WHERE external_id = ?",
        who,
    )
    return row


def test_the_points_of_both_are_one_members(chat: Chat) -> None:
    chat("小美", "签到", at="11-01")
    chat("美美", "签到", at="11-02")
    chat(SUPERUSER, "加分 @美美 50 帮忙", mentions=["美美"])
    assert _bind(chat, "小美", "美美") == ["绑定好了,两边的积分和记录并到了一起,余额 60 积分"]
    assert chat("小美", "积分") == chat("美美", "积分")
    assert _account(chat, "小美", "balance", "qualifying", "run", "total_days") == (60, 60, 2, 2)
    assert verify(chat.database)[1] == []
    assert_balanced(chat)
