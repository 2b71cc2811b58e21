"""What a command says behind the person it mentions."""

import pytest

from bot.points.mention import after_name

END = "\u2005"


@pytest.mark.parametrize(
    ("rest", "name", "said"),
    [
        ("@小美 50 帮忙", "小美", "50 帮忙"),
        (f"@小美{END}50 帮忙", "小美", "50 帮忙"),
        ("@小美\u00a050", "小美", "50"),
        (f" {END}@小美  50 ", "小美", "50"),
        ("@小美", "小美", ""),
        # A name with a space in it, which only the bot can know.
        ("@Mei Li 50", "Mei Li", "50"),
        ("@Mei Li 50", " Mei Li ", "50"),
        ("@Mei(店长) 50", "Mei(店长)", "50"),
        # The channel shows another name than the one the bot knows.
        (f"@小美 二号{END}50 帮忙", "小花", "50 帮忙"),
        ("@小美美 50", "小美", "50"),
        ("@小花 50", "小美", "50"),
        # Nobody is named.
        ("50 帮忙", "小美", "50 帮忙"),
        ("50 @小花", "小美", "50 @小花"),
    ],
)
def test_what_follows_the_name_is_found(rest: str, name: str, said: str) -> None:
    assert after_name(rest, name) == said
