"""How many characters of a text count."""

import pytest

from bot.points.counting import counted


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0), ("你好", 2), ("你好,世界!", 4), ("good job 123", 10), ("...!!!???", 0),
        ("😀😀", 0), ("[微笑]", 0), ("[微笑]好[强][强]", 1), ("[不是表情的一长串]", 8),
        ("哈哈哈哈哈哈", 2), ("哈哈", 2), ("哈 哈 哈 哈", 2), ("哈哈哈笑死我了我了", 8),
        ("666666", 2), ("aaaaab", 3), ("a_b", 2), ("看https://shop.example.com/a?b=c", 1),
        ("http://a.cn 好看", 2), ("https://a.cn很好", 2), ("shop.example.com/item/1", 0),
        ("3.5折", 3), ("@小美 你好", 2), ("@小美\u2005@小明\u2005你好", 2), ("@小美", 0),
        ("#教程 好", 1), ("#教程", 0), ("#教程#穿搭 好", 1), ("#教程怎么用面霜打底才好看", 12),
    ],
)  # fmt: skip
def test_what_says_nothing_is_not_counted(text: str, count: int) -> None:
    assert counted(text) == count


def test_what_is_repeated_counts_twice_however_long_it_is() -> None:
    assert [counted("哈" * times) for times in (1, 2, 3, 2_000)] == [1, 2, 2, 2]
