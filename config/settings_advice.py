"""What `.env` may say and hardly means: warned of at the start and by `doctor`."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.settings import Settings

EVERYWHERE = ("0.0.0.0", "::")


def warnings(settings: Settings) -> tuple[str, ...]:
    """One sentence for each setting that is allowed and yet hardly meant."""
    return (*_reach(settings), *_tokens(settings), *_rooms(settings))


def _reach(settings: Settings) -> Iterator[str]:
    if settings.host in EVERYWHERE:
        yield f"HOST = {settings.host}, every machine that reaches this one can connect"
    if not settings.superusers:
        yield "SUPERUSERS is empty, nobody is an admin everywhere"
    if settings.host in EVERYWHERE and settings.onebot_access_token is not None:
        yield (
            f"HOST = {settings.host} with ONEBOT_ACCESS_TOKEN, the token comes over the network "
            "unencrypted: keep it within a network of your own, or put a proxy with TLS before it"
        )


def _tokens(settings: Settings) -> Iterator[str]:
    if settings.wechaty_token is not None and settings.wechaty_endpoint is None:
        yield (
            "WECHATY_PUPPET_SERVICE_TOKEN is set and WECHATY_PUPPET_SERVICE_ENDPOINT is not, "
            "so the channel is off"
        )
    if settings.onebot_urls and settings.onebot_access_token is None:
        yield (
            "ONEBOT_ACCESS_TOKEN is empty, so whoever reaches the implementations of "
            "JIFEN_ONEBOT_URLS can speak as the bot"
        )
    for url in settings.onebot_urls:
        if url.startswith("ws://") and not _is_near(url):
            yield f"JIFEN_ONEBOT_URLS: {url} is unencrypted, the token can be read on the way"


def _rooms(settings: Settings) -> Iterator[str]:
    for room in settings.rooms:
        if settings.channels and room.partition(":")[0] not in settings.channels:
            yield f"JIFEN_ROOMS: {room} is of a channel that is off"


def _is_near(url: str) -> bool:
    """Whether it is this machine, or in a network of one's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
