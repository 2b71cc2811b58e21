"""Asks a Wechaty gateway how it is, once, without disturbing a bot that uses it."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal

from bot.channels.system_words import system_words

REACH_S = 5.0
"""What a connection may take."""
ANSWER_S = 5.0
"""What a call may take."""
LOGIN_S = 2.0
"""A gateway with somebody logged in says so at once when its events are asked for."""

State = Literal[
    "unreachable", "no_answer", "no_gateway", "wrong_token", "in_use", "scan", "nobody", "well"
]


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found, the first fault of all."""

    state: State
    detail: str = ""
    """The gateway's version, who is logged in, or the fault in the system's words."""


async def probe(endpoint: str, token: str) -> Probed:
    """Reaches it, proves itself with the token, and looks whether somebody is logged in.

    Never starts or stops the gateway's account. Its events go to one listener alone: where a bot
    listens, it keeps them, and the answer is `in_use`.
    """
    host, _, port = endpoint.rpartition(":")
    host = host.strip("[]")
    try:
        async with asyncio.timeout(REACH_S):
            _, writer = await asyncio.open_connection(host, int(port))
    except TimeoutError:
        return Probed("unreachable", f"no answer in {REACH_S:g} s")
    except OSError as error:
        return Probed("unreachable", system_words(error))
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return await _ask(host, int(port), token)


async def _ask(host: str, port: int, token: str) -> Probed:
    from grpclib.client import Channel
    from wechaty_grpc.wechaty import PuppetStub

    channel = Channel(host=host, port=port)
    channel._authority = token  # where the gateway looks for it: the client has no other way
    try:
        stub = PuppetStub(channel)
        version = await _told(lambda: _version(stub))
        return version if version.state != "well" else await _told(lambda: _login(stub, version))
    finally:
        channel.close()


async def _told(ask: Callable[[], Awaitable[Probed]]) -> Probed:
    """What a call found, its faults included."""
    from grpclib.const import Status
    from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError

    try:
        async with asyncio.timeout(ANSWER_S):
            return await ask()
    except TimeoutError:
        return Probed("no_answer", f"no answer in {ANSWER_S:g} s")
    except GRPCError as error:
        if error.status is Status.UNAUTHENTICATED:
            return Probed("wrong_token")
        if error.status is Status.ALREADY_EXISTS:
            return Probed("in_use")
        return Probed("no_gateway", error.status.name)
    except (OSError, ProtocolError, StreamTerminatedError) as error:
        return Probed("no_gateway", str(error) or type(error).__name__)


async def _version(stub: object) -> Probed:
    return Probed("well", (await stub.version()).version)  # type: ignore[attr-defined]


async def _login(stub: object, version: Probed) -> Probed:
    """Who is logged in, from the first events; the stream is let go at once."""
    from wechaty_grpc.wechaty.puppet import EventType

    async def first() -> Probed:
        async for event in stub.event():  # type: ignore[attr-defined]
            if event.type == EventType.EVENT_TYPE_LOGIN:
                return version
            if event.type == EventType.EVENT_TYPE_SCAN:
                return Probed("scan", version.detail)
        return Probed("nobody", version.detail)

    try:
        async with asyncio.timeout(LOGIN_S):
            return await first()
    except TimeoutError:
        return Probed("nobody", version.detail)
