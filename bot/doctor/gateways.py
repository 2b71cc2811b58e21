"""The channels that are on: whether each reaches its gateway, and is let in."""

import socket
from collections.abc import AsyncIterator, Iterator

from bot.doctor.findings import Finding, say
from bot.doctor.machine import Running
from bot.health import WAITING
from bot.settings import Settings
from bot.troubles import in_chinese
from bot.web_parts import ONEBOT_PATH

LOCAL = ("127.0.0.1", "::1", "localhost")


async def gateways(settings: Settings, bot: Running | None) -> AsyncIterator[Finding]:
    """A line or two for each channel."""
    if not settings.channels:
        yield say("no_channel")
    if settings.wechaty_endpoint is not None:
        yield await _wechaty(settings, settings.wechaty_endpoint, bot)
    for url in settings.onebot_urls:
        yield await _onebot(settings, url)
    if settings.onebot_access_token is not None:
        for finding in _door(settings, bot):
            yield finding


async def _wechaty(settings: Settings, endpoint: str, bot: Running | None) -> Finding:
    from bot.channels.wechaty.probe import probe

    token = settings.wechaty_token
    found = await probe(endpoint, token.get_secret_value() if token is not None else "")
    match found.state:
        case "well":
            return say("wechaty", endpoint=endpoint, version=found.detail)
        case "in_use":
            return _in_use(endpoint, _part(bot, "wechaty"))
        case "unreachable":
            return say("wechaty_away", endpoint=endpoint, why=found.detail)
        case "no_answer" | "no_gateway":
            return say(f"wechaty_{found.state}", endpoint=endpoint, why=found.detail)
        case "wrong_token" | "scan" | "nobody":
            return say(f"wechaty_{found.state}", endpoint=endpoint)


def _in_use(endpoint: str, said: str | None) -> Finding:
    """Somebody listens to it: is it our bot, and does it get on?"""
    if said is None:
        return say("wechaty_taken", endpoint=endpoint)
    if said == "ok":
        return say("wechaty_in_use", endpoint=endpoint)
    return say(
        "wechaty_ours_waits", endpoint=endpoint, trouble=in_chinese(said.removeprefix(WAITING))
    )


async def _onebot(settings: Settings, url: str) -> Finding:
    from bot.channels.onebot.probe import probe

    token = settings.onebot_access_token
    found = await probe(url, token.get_secret_value() if token is not None else "")
    match found.state:
        case "well":
            return say("onebot", url=url, account=found.detail)
        case "offline":
            return say("onebot_offline", url=url, account=found.detail)
        case "unreachable":
            return say("onebot_away", url=url, why=found.detail)
        case "no_onebot" | "no_answer" | "wrong_token":
            return say(f"onebot_{found.state}", url=url, why=found.detail)


def _door(settings: Settings, bot: Running | None) -> Iterator[Finding]:
    """Implementations that connect to us can be seen from the bot alone. Where all of them wait
    for us instead, nobody needs to come in."""
    if settings.onebot_urls:
        return
    address, said = _door_address(settings), _part(bot, "onebot")
    if said == "ok":
        yield say("onebot_door")
        return
    if said is None:
        yield say("onebot_door_closed", address=address)
    else:
        trouble = said.removeprefix(WAITING)
        yield say(_door_code(trouble), address=address, trouble=in_chinese(trouble))
    if settings.host in LOCAL:
        yield say("onebot_local", host=settings.host)


def _door_code(trouble: str) -> str:
    """Who has been here before needs no telling how to get here."""
    if trouble.startswith("account "):
        return "onebot_door_left"
    return "onebot_door_token" if "token" in trouble else "onebot_door_waits"


def _door_address(settings: Settings) -> str:
    """Where implementations connect to; a bot for all addresses is named by one of them."""
    host = settings.host
    if host in ("0.0.0.0", "::"):
        host = _own_address()
    port = settings.port or "PORT"
    return f"ws://{f'[{host}]' if ':' in host else host}:{port}{ONEBOT_PATH}"


def _own_address() -> str:
    """This machine's, towards the rest of the world. Nothing is sent: a datagram's socket only
    looks the way up."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way:
        try:
            way.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(way.getsockname()[0])


def _part(bot: Running | None, name: str) -> str | None:
    """What the running bot says of a channel; None where none runs, or not with this channel."""
    return None if bot is None else bot.parts.get(name)
