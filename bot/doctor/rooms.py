"""Which rooms the bot is at work in, and what is odd about those that are listed."""

from collections.abc import Collection, Iterator

from bot.doctor.findings import Finding, say
from bot.rooms import Place, Rooms
from bot.settings import Settings


def room_findings(settings: Settings, rooms: Rooms, known: Collection[Place]) -> Iterator[Finding]:
    """`known`: those that anything was ever heard of. Where no channel is on, nothing is said."""
    if not settings.channels:
        return
    yield from _unsteady(known)
    for channel, room in sorted(settings.listed_rooms):
        if channel in settings.channels and (channel, room) not in known:
            yield say("room_unknown", room=f"{channel}:{room}")
        elif not rooms.is_open(channel, room):
            yield say("room_closed", room=f"{channel}:{room}")
    is_open = [place for place in {*settings.listed_rooms, *known} if rooms.is_open(*place)]
    yield say("rooms", count=len(is_open)) if is_open else say("no_rooms")


def _unsteady(known: Collection[Place]) -> Iterator[Finding]:
    """The web's WeChat gives everybody, and every room, another id at each login: who comes back
    is a stranger without points."""
    web = sorted(room for channel, room in known if channel == "wechaty" and room.startswith("@@"))
    if web:
        yield say("wechaty_web", room=web[0][:12])
