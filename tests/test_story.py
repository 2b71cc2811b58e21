"""The story driver itself: a line that does not hold fails, and says which and why."""

import pytest

from tests.chat import Chat
from tests.story import Story


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("11-01 小美 签到 +6", r"'11-01 小美 签到 \+6' at 2026-11-01 12:00:00: moved \+5"),
        ("11-01..11-07 小美 签到 +5", r"at 2026-11-07 12:00:00: moved \+35 \(\[5, 30\]\)"),
        ("11-01 小美 签到 refused already_done", r"moved \[5\]"),
        ("11-01 小美 签到 silence", r"moved \[5\] and said"),
        ("11-01 小美 早上好 +5", "moved nothing"),
        ("11-01 小美 redeem 5 refused already_done", "refusals"),
        ("11-01 小美 签到 +5\n小美 = 6", "balance is 5"),
        ("11-01 小美 签到 +5\n小美 debt 1", "debt is 0"),
        ("11-01 小美 签到 +5\n小美 streak 2", "streak is 1"),
        ("11-01 小美 签到 +5\n小美 lots none", "lots are 2027-11-01:5"),
        ("11-01 小明 = 0", "nobody is called 小明"),
        ("11-01 小美 签到 +5\n10-31 小美 签到 +5", "10-31 is past"),
        ("11-01 小美 签到 +5\n一句闲话", "nothing like this can be said in a story: 一句闲话"),
        ("11-03..11-01 小美 签到 +5", "goes back"),
        ("# 只有注释", "a story without a line tells nothing"),
    ],
)
def test_a_line_that_does_not_hold_fails_and_is_named(chat: Chat, text: str, fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        Story(chat).tell(text)


def test_books_that_do_not_balance_fail_the_story(chat: Chat) -> None:
    chat("小美", "签到")
    connection = chat.database.connect()
    connection.begin()
    connection.run("UPDATE account SET qualifying = 6")
    connection.commit()
    connection.close()
    with pytest.raises(AssertionError, match=r"do not balance:\naccount 1: \(5, 0, 6, 1\)"):
        Story(chat).tell("11-02 小美 = 5")
