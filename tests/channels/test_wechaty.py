"""The Wechaty channel where there is no gateway to speak with."""

import asyncio
import sys

import pyee.asyncio
import pytest

import bot.channels
from bot.channels.wechaty.channel import Wechaty


async def test_a_package_that_cannot_be_used_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("wechaty_compat", "wechaty_puppet"):
        monkeypatch.delitem(sys.modules, f"bot.channels.{name}", raising=False)
        monkeypatch.delattr(bot.channels, name, raising=False)
    monkeypatch.delattr(pyee.asyncio, "AsyncIOEventEmitter")
    channel = Wechaty("127.0.0.1:1", "token", is_open=bool, may_invite=bool)
    await channel.start(lambda _: None)
    async with asyncio.timeout(20):
        while channel.trouble == "connecting":  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert channel.trouble.startswith("the package wechaty cannot be used: ")
    await channel.stop()
