"""What `doctor` finds out about a real gateway."""

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.wechaty import probe as wechaty_probe
from bot.channels.wechaty.probe import Probed, probe
from bot.doctor.gateways import gateways
from bot.doctor.machine import Running
from bot.settings import Settings
from tests.gateway.gateway import Gateway, Process
from tests.gateway.test_gateway import Client

pytestmark = pytest.mark.gateway

LOGGED_IN, MESSAGE = 25, 2


@pytest.fixture
async def started(gateway: Gateway) -> Gateway:
    """A gateway whose account was started by somebody who has gone again."""
    await gateway.contacts({"bot": "积分小助手", "mei": "小美"})
    client = Client(gateway.endpoint, gateway.token)
    await client.connect(gateway)
    await client.close()
    await gateway.wait(isConnected=False)
    return gateway


async def test_somebody_is_logged_in(started: Gateway) -> None:
    await started.login("bot")
    found = await probe(started.endpoint, started.token)
    assert (found.state, bool(found.detail)) == ("well", True)
    await started.wait(isConnected=False)


async def test_nobody_is_logged_in(started: Gateway, monkeypatch: pytest.MonkeyPatch) -> None:
    await started.login("bot")
    await started.logout()
    monkeypatch.setattr(wechaty_probe, "LOGIN_S", 0.3)
    assert (await probe(started.endpoint, started.token)).state == "nobody"


async def test_the_gateway_shows_a_code_to_be_scanned(started: Gateway) -> None:
    await started.emit("scan", status=2, qrcode="https://login.example/abc")
    assert (await probe(started.endpoint, started.token)).state == "scan"


async def test_a_wrong_token_is_told_from_everything_else(gateway: Gateway) -> None:
    assert await probe(gateway.endpoint, "insecure_other-token") == Probed("wrong_token")


async def test_a_bot_that_listens_is_not_disturbed(gateway: Gateway) -> None:
    await gateway.contacts({"bot": "积分小助手", "mei": "小美"})
    client = Client(gateway.endpoint, gateway.token)
    await client.connect(gateway)
    await gateway.login("bot")
    assert (await probe(gateway.endpoint, gateway.token)).state == "in_use"
    told = await gateway.say("mei", "bot", "签到")
    assert (await client.next(MESSAGE))["messageId"] == told.id
    await client.close()


async def test_a_frozen_gateway_is_given_up_on(
    gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wechaty_probe, "ANSWER_S", 0.3)
    gateway.freeze()
    assert (await probe(gateway.endpoint, gateway.token)).state == "no_answer"


async def test_a_gateway_that_is_not_there(absent_gateway: Process) -> None:
    found = await probe(absent_gateway.endpoint, absent_gateway.token)
    assert (found.state, bool(found.detail)) == ("unreachable", True)


async def test_something_else_at_that_port() -> None:
    async with TestServer(web.Application()) as server:
        found = await probe(f"127.0.0.1:{server.port}", "insecure_test-token")
    assert found.state == "no_gateway"


async def test_a_gateway_that_wants_tls() -> None:
    """It hangs up on who speaks plainly."""
    gone = asyncio.Event()

    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if await reader.read(1):
            gone.set()
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert (await probe(f"127.0.0.1:{port}", "insecure_test-token")).state == "no_gateway"
        await gone.wait()


async def test_a_host_that_nobody_knows() -> None:
    assert (await probe("no-such-host.invalid:9001", "x" * 8)).state == "unreachable"


async def said(gateway: Gateway, bot: Running | None, token: str = "") -> str:
    written = {"wechaty_endpoint": gateway.endpoint, "wechaty_token": token or gateway.token}
    settings = Settings.model_validate(written)
    [finding] = [str(one) async for one in gateways(settings, bot)]
    return finding


async def test_the_operator_reads_it_in_chinese(started: Gateway) -> None:
    where = started.endpoint
    await started.login("bot")
    assert (await said(started, None)).startswith(f"✓ 微信网关 {where} 通了，已登录（网关版本 ")
    assert (await said(started, None, "wrong-token")).startswith(
        f"✗ 微信网关 {where} 不认这个令牌"
    )
    client = Client(where, started.token)
    await client.connect(started)
    for bot, line in (
        (None, f"✗ 微信网关 {where} 正被另一个程序连着"),
        (Running("", {}), f"✗ 微信网关 {where} 正被另一个程序连着"),
        (Running("", {"wechaty": "ok"}), f"✓ 微信网关 {where} 通了，机器人正连着它"),
        (
            Running("", {"wechaty": "waiting: nobody is logged in"}),
            f"✗ 微信网关 {where} 通了，机器人也连着它，但是还不能收发：nobody is logged in",
        ),
    ):
        assert (await said(started, bot)).startswith(line)
    await client.close()
