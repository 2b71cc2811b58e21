"""Asks a OneBot implementation that waits for us how it is, once."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, Literal

from bot.channels.onebot.connection import DENIED
from bot.channels.system_words import system_words

REACH_S = 5.0
ANSWER_S = 5.0

State = Literal["unreachable", "no_onebot", "wrong_token", "no_answer", "offline", "well"]


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found, the first fault of all."""

    state: State
    detail: str = ""
    """Who is logged in, or the fault in the system's words."""


async def probe(url: str, token: str) -> Probed:
    """Connects with the token, asks who is logged in and whether they are online."""
    import aiohttp

    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = aiohttp.ClientTimeout(total=None, sock_connect=REACH_S, sock_read=ANSWER_S)
    try:
        async with (
            asyncio.timeout(REACH_S + 2 * ANSWER_S),
            aiohttp.ClientSession(timeout=timeout) as session,
            session.ws_connect(url, headers=headers) as socket,
        ):
            return await _asked(socket)
    except aiohttp.SocketTimeoutError:
        return Probed("no_answer", f"no answer in {ANSWER_S:g} s")
    except TimeoutError:
        return Probed("unreachable", f"no answer in {REACH_S:g} s")
    except aiohttp.WSServerHandshakeError as error:
        is_denied = error.status in (401, 403)
        return Probed("wrong_token" if is_denied else "no_onebot", f"HTTP {error.status}")
    except aiohttp.ClientConnectorError as error:
        return Probed("unreachable", system_words(error.os_error))
    except (aiohttp.ClientError, OSError) as error:
        return Probed("no_onebot", str(error) or type(error).__name__)


async def _asked(socket: Any) -> Probed:
    login = await _call(socket, "get_login_info")
    if isinstance(login, Probed):
        return login
    status = await _call(socket, "get_status")
    if isinstance(status, Probed):
        return status
    who = str(login.get("user_id", ""))
    return Probed("well" if status.get("online") is not False else "offline", who)


async def _call(socket: Any, action: str) -> dict[str, Any] | Probed:
    """What it answers; events that come in between are passed over."""
    try:
        async with asyncio.timeout(ANSWER_S):
            await socket.send_str(json.dumps({"action": action, "params": {}, "echo": action}))
            async for frame in socket:
                found = _answer(frame.data, action)
                if found is not None:
                    return found
    except TimeoutError:
        return Probed("no_answer", f"{action}: no answer in {ANSWER_S:g} s")
    return Probed("no_onebot", f"{action}: the connection was closed")


def _answer(text: object, action: str) -> dict[str, Any] | Probed | None:
    try:
        frame = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        return Probed("no_onebot", "not JSON")
    if not isinstance(frame, dict) or "retcode" not in frame:
        return None
    if frame["retcode"] in DENIED:
        return Probed("wrong_token", f"retcode {frame['retcode']}")
    if frame.get("echo") != action:
        return None
    data = frame.get("data")
    if frame["retcode"] != 0 or not isinstance(data, dict):
        return Probed("no_onebot", f"{action}: retcode {frame['retcode']}")
    return data
