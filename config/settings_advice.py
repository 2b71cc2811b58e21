"""What `.env` may say and hardly means: warned of at the start and by `doctor`."""

import ipaddress
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.settings import Settings

EVERYWHERE = ("0.0.0.0", "::")

WARNINGS = {
    "open_host": "HOST = {host}, every machine that reaches this one can connect",
    "no_superusers": "SUPERUSERS is empty, nobody is an admin everywhere",
    "token_in_the_open": (
        "HOST = {host} with ONEBOT_ACCESS_TOKEN, the token comes over the network unencrypted: "
        "keep it within a network of your own, or put a proxy with TLS before it"
    ),
    "no_endpoint": (
        "WECHATY_PUPPET_SERVICE_TOKEN is set and WECHATY_PUPPET_SERVICE_ENDPOINT is not, "
        "so the channel is off"
    ),
    "no_token": (
        "ONEBOT_ACCESS_TOKEN is empty, so whoever reaches the implementations of "
        "JIFEN_ONEBOT_URLS can speak as the bot"
    ),
    "plain_url": "JIFEN_ONEBOT_URLS: {url} is unencrypted, the token can be read on the way",
    "room_of_none": "JIFEN_ROOMS: {room} is of a channel that is off",
    "superuser_of_none": "SUPERUSERS: {user} is of a channel that is off",
}

Doubt = tuple[str, dict[str, str]]
"""A key of WARNINGS, and what is filled in."""


def warnings(settings: Settings) -> tuple[str, ...]:
    """One sentence for each setting that is allowed and yet hardly meant."""
    return tuple(WARNINGS[code].format(**filled) for code, filled in doubts(settings))


def doubts(settings: Settings) -> Iterator[Doubt]:
    """The same, for who says it in other words."""
    yield from _reach(settings)
    yield from _tokens(settings)
    yield from _elsewhere(settings)


def _reach(settings: Settings) -> Iterator[Doubt]:
    host = {"host": settings.host}
    if settings.host in EVERYWHERE:
        yield "open_host", host
    if not settings.superusers:
        yield "no_superusers", {}
    if settings.host in EVERYWHERE and settings.onebot_access_token is not None:
        yield "token_in_the_open", host


def _tokens(settings: Settings) -> Iterator[Doubt]:
    if settings.wechaty_token is not None and settings.wechaty_endpoint is None:
        yield "no_endpoint", {}
    if settings.onebot_urls and settings.onebot_access_token is None:
        yield "no_token", {}
    for url in settings.onebot_urls:
        if url.startswith("ws://") and not _is_near(url):
            yield "plain_url", {"url": url}


def _elsewhere(settings: Settings) -> Iterator[Doubt]:
    """Where no channel is on, the sandbox runs, and nothing of the real ones matters yet."""
    if not settings.channels:
        return
    for room in settings.rooms:
        if room.partition(":")[0] not in settings.channels:
            yield "room_of_none", {"room": room}
    for user in sorted(settings.superusers):
        if user.partition(":")[0] not in settings.channels:
            yield "superuser_of_none", {"user": user}


def _is_near(url: str) -> bool:
    """Whether it is this machine, or in a network of one's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host
