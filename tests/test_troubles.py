"""What channels say is wrong with them is known in Chinese."""

import ast
from pathlib import Path

import pytest

from bot.troubles import IN_CHINESE, in_chinese

CHANNELS = Path(__file__).parent.parent / "bot/channels"


def texts() -> str:
    """All texts in the channels' sources."""
    found = [
        node.value
        for path in CHANNELS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join(found)


def test_every_trouble_that_is_known_is_one_that_a_channel_can_have() -> None:
    said = set(texts().splitlines())
    assert IN_CHINESE.keys() <= said


@pytest.mark.parametrize(
    ("trouble", "chinese"),
    [
        ("wrong token", "令牌不对"),
        ("account 10001, 10002 is not connected", "账号 10001, 10002 没有连上"),
        ("answered with HTTP 404", "对方回答 HTTP 404"),
        ("cannot be reached: ClientConnectorError", "连不上（ClientConnectorError）"),
        ("the gateway is away: too many {requests}", "网关不在（too many {requests}）"),
        ("something that nobody has foreseen", "something that nobody has foreseen"),
        ("", ""),
    ],
)
def test_it_is_said_in_chinese_where_words_are_known(trouble: str, chinese: str) -> None:
    assert in_chinese(trouble) == chinese
