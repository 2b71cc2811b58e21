"""What is said of the channels that are on; Wechaty's is in tests/gateway."""

import pytest

from bot.doctor.gateways import gateways
from bot.doctor.machine import Running
from bot.settings import Settings

TOKEN = "0d1c2b3a4f5e6978"
DOOR = "ws://127.0.0.1:8080/onebot/v11/ws"
WAITS = Running("", {"onebot": "waiting: no implementation is connected"})


async def said(bot: Running | None = None, **written: object) -> list[str]:
    return [str(one) async for one in gateways(Settings.model_validate(written), bot)]


async def test_without_a_channel_it_is_told_how_one_is_switched_on() -> None:
    [line] = await said()
    assert line.startswith("! 没有接真实的群")
    for word in ("WECHATY_PUPPET_SERVICE_ENDPOINT", "ONEBOT_ACCESS_TOKEN", "docs/wechat.md"):
        assert word in line


async def test_an_implementation_that_has_come_in_is_seen_at_the_bot() -> None:
    bot = Running("", {"onebot": "ok"})
    assert await said(bot, onebot_access_token=TOKEN) == [
        "✓ OneBot 已经连进来了（反向 WebSocket）"
    ]


@pytest.mark.parametrize(
    ("bot", "mark"), [(WAITS, "✗"), (None, "!"), (Running("", {"wechaty": "ok"}), "!")]
)
async def test_until_then_it_is_told_where_to_connect(bot: Running | None, mark: str) -> None:
    line, local = await said(bot, onebot_access_token=TOKEN)
    assert line.startswith(mark)
    assert f"地址写 {DOOR}，token 写 ONEBOT_ACCESS_TOKEN 的值" in line
    assert local.startswith("! HOST=127.0.0.1：只有这台机器上的 OneBot 连得进来")
    assert TOKEN not in line


@pytest.mark.parametrize(
    ("trouble", "advice"),
    [
        ("account 10001 is not connected", "掉线了就重新登录"),
        ("an implementation was turned away for its token", "和 ONEBOT_ACCESS_TOKEN 一字不差"),
    ],
)
async def test_who_knows_the_way_is_not_told_it_again(trouble: str, advice: str) -> None:
    bot = Running("", {"onebot": f"waiting: {trouble}"})
    line, *_ = await said(bot, onebot_access_token=TOKEN)
    assert line.startswith("✗ ")
    assert advice in line
    assert DOOR not in line


async def test_a_refused_connection_is_told_in_the_systems_words(unused_tcp_port: int) -> None:
    [line] = await said(onebot_urls=(f"ws://127.0.0.1:{unused_tcp_port}",))
    assert "Connection refused" in line


async def test_a_bot_for_every_address_is_named_by_one_that_others_reach() -> None:
    [line] = await said(WAITS, onebot_access_token=TOKEN, host="0.0.0.0", port=81)
    assert "0.0.0.0" not in line
    assert ":81/onebot/v11/ws" in line


async def test_who_is_connected_to_need_not_come_in(unused_tcp_port: int) -> None:
    url = f"ws://127.0.0.1:{unused_tcp_port}"
    [line] = await said(WAITS, onebot_access_token=TOKEN, onebot_urls=(url,))
    assert line.startswith(f"✗ 连不上 OneBot {url}：")
