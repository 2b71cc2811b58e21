"""认领: an admin gives a member back what is theirs, and nothing that is another's."""

import json

import pytest

from tests.books import assert_balanced
from tests.chat import SUPERUSER, Chat
from tests.handlers.test_bind import notices
from tests.test_stories_identity import account

USAGE = "这样写:认领 @新号 @旧号,先 @ 现在用的,再 @ 以前的"


def claim(chat: Chat, new: str, old: str, *, by: str = "店长", admin: bool = True) -> list[str]:
    """What is said to whoever claims it."""
    return chat(by, f"认领 @{new}\u2005@{old}\u2005", admin=admin, mentions=[new, old])


def test_what_the_old_account_had_is_the_new_ones(chat: Chat) -> None:
    chat("旧号", "签到", at="11-01", name="小美")
    chat("新号", "签到", at="11-05", name="小美美")
    assert claim(chat, "新号", "旧号") == [
        "小美美 的旧号认领好了,两边的积分和记录并到了一起,余额 10 积分"
    ]
    assert notices(chat) == [
        (("新号",), None, "管理员把你的旧账号并过来了,两边的积分和记录并到了一起,余额 10 积分")
    ]
    assert account(chat, "新号", "balance", "total_days") == (10, 2)
    assert chat("新号", "签到", at="11-06")[0].startswith("+5 积分,连续 2 天,余额 15")
    assert_balanced(chat)


def test_who_did_it_stays_in_journal_and_ledger(chat: Chat) -> None:
    chat("旧号", "签到", at="11-01")
    chat("新号", "签到", at="11-05")
    claim(chat, "新号", "旧号")
    assert chat.rows("SELECT DISTINCT actor FROM entry WHERE kind = 'transfer'") == [
        ("test:店长",)
    ]
    [(facts,)] = chat.rows("SELECT facts FROM activity WHERE kind = 'merge'")
    assert json.loads(str(facts))["facts"]["actor"] == "test:店长"
    assert "店长" not in chat("新号", "明细")[0]


def test_it_is_recorded_where_nothing_was_to_be_carried_over(chat: Chat) -> None:
    chat("旧号", "积分")
    chat("新号", "积分", at="11-05")
    claim(chat, "新号", "旧号")
    assert chat.rows("SELECT count(*) FROM entry") == [(0,)]
    assert chat.rows("SELECT key, member, outcome FROM activity") == [("merge/2", 1, "nothing")]
    assert_balanced(chat)


@pytest.mark.parametrize("mentions", [[], ["新号"], ["新号", "旧号", "阿强"]])
def test_two_must_be_mentioned(chat: Chat, mentions: list[str]) -> None:
    assert chat("店长", "认领 @谁", admin=True, mentions=mentions) == [USAGE]


def test_only_admins_may(chat: Chat) -> None:
    chat("旧号", "签到")
    chat("新号", "签到")
    assert claim(chat, "新号", "旧号", by="阿强", admin=False) == ["这条命令只有管理员能用"]


def test_nobody_claims_for_themselves_but_a_superuser(chat: Chat) -> None:
    chat("旧号", "签到")
    refused = ["不能认领自己的账号,请别的管理员来"]
    assert claim(chat, "店长", "旧号") == refused
    assert claim(chat, "旧号", "店长") == refused
    assert claim(chat, SUPERUSER, "旧号", by=SUPERUSER)[0].startswith(
        f"{SUPERUSER} 的旧号认领好了"
    )


def test_who_is_one_already_is_not_made_one_again(chat: Chat) -> None:
    chat("旧号", "签到")
    chat("新号", "签到")
    claim(chat, "新号", "旧号")
    assert claim(chat, "新号", "旧号") == ["这两个账号已经是同一个会员了"]
    assert claim(chat, "旧号", "新号") == ["这两个账号已经是同一个会员了"]


def test_an_old_account_that_nobody_has_seen_is_not_claimed(chat: Chat) -> None:
    chat("新号", "签到")
    assert claim(chat, "新号", "旧好") == ["没见过这个旧号,没有可认领的"]


def test_an_old_account_that_still_speaks_is_another_person(chat: Chat) -> None:
    chat("旧号", "签到", at="11-01")
    chat("新号", "签到", at="11-05")
    chat("旧号", "签到", at="11-06")
    assert claim(chat, "新号", "旧号") == ["旧号后来还有动静,像两个人,请本人发「绑定」"]
    assert account(chat, "旧号", "balance") == (10,)


def test_the_mention_said_first_is_the_account_of_now(chat: Chat) -> None:
    """Else somebody could be taken for the heir of who came after them."""
    chat("旧号", "签到", at="11-01")
    chat("新号", "签到", at="11-05")
    assert claim(chat, "旧号", "新号") == ["旧号后来还有动静,像两个人,请本人发「绑定」"]
