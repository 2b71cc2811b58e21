"""`python -m bot outbox`: what waits to be said, what was refused too often, and the way back."""

import pytest
from typer.testing import CliRunner

from bot.__main__ import app
from store import outbox
from tests.chat import Chat


def ran(chat: Chat, *words: str) -> tuple[int, list[str]]:
    """Exit code and lines."""
    result = CliRunner().invoke(app, ["outbox", "--db", chat.database.url, *words])
    return result.exit_code, result.stdout.splitlines()


@pytest.fixture
def granted(chat: Chat) -> Chat:
    """A grant that waits, with its number 1, and one that is parked; a check-in is neither."""
    for who in ("小美", "阿强\u202e"):
        chat(who, "签到", name=who)
        chat("店长", f"加分 @{who} 50 帮忙", admin=True, mentions=[who])
    connection = chat.database.connect()
    outbox.Outbox(connection, 1).mark([2] * 2, "refused", 1)
    outbox.Outbox(connection, 1).mark([2], "parked", 1)
    connection.close()
    return chat


def test_nothing_is_said_to_wait_where_nothing_does(chat: Chat) -> None:
    chat("小美", "签到")
    assert ran(chat) == (0, ["没有待发的，也没有停发的"])


def test_what_waits_and_what_is_parked_is_listed_with_the_way_back(granted: Chat) -> None:
    code, lines = ran(granted)
    assert code == 0
    assert lines[0].startswith("#1 待发 2026-11-01 12:00 test 群 福利群，被拒 0 次：小美 +50 积分")
    assert lines[1].startswith("#2 停发 2026-11-01 12:00 test 群 福利群，被拒 2 次：阿强")
    assert "\u202e" not in lines[1]
    assert lines[2:] == ["停发的是平台一再拒收的：查明原因后用 --again 2 重发这一条"]


def test_one_that_is_parked_waits_again(granted: Chat) -> None:
    code, lines = ran(granted, "--again", "2")
    assert code == 0
    assert [line.split()[1] for line in lines] == ["待发", "待发", "机器人下次启动时重发"]
    assert granted.rows("SELECT state, refusals FROM outbox") == [("waiting", 0)] * 2


@pytest.mark.parametrize("number", ["1", "3", "0", "999999999999999999"])
def test_what_is_not_parked_cannot_be_said_again(granted: Chat, number: str) -> None:
    code, lines = ran(granted, "--again", number)
    assert (code, lines[-1]) == (1, f"#{number} 不是停发的")
    assert granted.rows("SELECT state FROM outbox ORDER BY id") == [("waiting",), ("parked",)]
