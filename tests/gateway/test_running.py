"""`run` with the Wechaty channel, in front of a real gateway."""

import asyncio
import json
from pathlib import Path

import pytest

from tests.gateway.gateway import Gateway, Process
from tests.started import Started, started, until

pytestmark = [pytest.mark.gateway, pytest.mark.slow]

ROOM = "milk-tea@chatroom"


def parts(bot: Started) -> dict[str, str]:
    status, text = bot.get("/healthz")
    assert status == 200
    found: dict[str, str] = json.loads(text)["parts"]
    return found


async def test_it_starts_before_its_gateway_and_is_adopted_by_an_admin(
    absent_gateway: Process, tmp_path: Path, unused_tcp_port: int
) -> None:
    variables = {
        "WECHATY_PUPPET_SERVICE_ENDPOINT": absent_gateway.endpoint,
        "WECHATY_PUPPET_SERVICE_TOKEN": absent_gateway.token,
        "PORT": str(unused_tcp_port),
    }
    with started(tmp_path / "bot", **variables) as bot:
        bot.serving()
        assert parts(bot)["wechaty"].startswith("waiting: ")
        assert "✗ 连不上微信网关" in await examined(bot, variables)
        absent_gateway.restart()
        async with Gateway(absent_gateway) as gateway:
            await gateway.contacts({"bot": "积分小助手", "mei": "小美", "zhou": "老周"})
            await gateway.room(ROOM, ["bot", "mei", "zhou"], owner="zhou", topic="奶茶群")
            await gateway.login("bot")
            await asyncio.to_thread(until, lambda: parts(bot)["wechaty"] == "ok")
            await gateway.say("mei", ROOM, "签到")
            await gateway.say("zhou", ROOM, "启用")
            [welcome] = await gateway.sent(1)
            assert "签到" in welcome.text
            await gateway.say("mei", ROOM, "签到")
            _, paid = await gateway.sent(2)
            assert "+5 积分" in paid.text
            assert paid.mentions == ("mei",)
            lines = await examined(bot, variables)
            assert f"✓ 微信网关 {absent_gateway.endpoint} 通了，机器人正连着它" in lines
            assert "✓ 开通的群 1 个" in lines
            await gateway.logout()
            await asyncio.to_thread(until, lambda: parts(bot)["wechaty"] != "ok")
            assert "通了，机器人也连着它，但是还不能收发" in await examined(bot, variables)
        assert bot.stopped() == 0


async def examined(bot: Started, variables: dict[str, str]) -> str:
    """What `doctor` says beside the bot."""
    one = Started(bot.folder, "doctor", **variables)
    out, _ = await asyncio.to_thread(one.process.communicate, timeout=60)
    assert one.log == ""
    return out.decode()
