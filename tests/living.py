"""A community that is up, in this process: real parts but for its one channel, which remembers."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import handlers.commands
import handlers.recognisers
from bot.app import reader, scheduler
from bot.clock import SandboxClock
from bot.dispatch import Dispatch
from bot.extend import Channel, Command, Recogniser, Said, collect
from bot.live import App
from bot.observed import Observed
from bot.points.reload import ReadAgain
from bot.points.types import Message, Person
from bot.posting.posting import Posting
from bot.rooms import Rooms
from config.loader import load_preset
from store.database import Database
from store.schema import ensure

STANDARD = reader("standard", None)


@dataclass
class Ear(Channel):
    """A channel that keeps what it is told to say."""

    name: str = "ear"
    said: list[Said] = field(default_factory=list)
    heard: asyncio.Event = field(default_factory=asyncio.Event)
    broken: BaseException | None = None
    """Raised instead of saying it."""
    people: dict[str, list[Person]] = field(default_factory=dict)
    """Who is in which room."""
    unheard: list[Exception] = field(default_factory=list)
    """What the next questions after the people in a room are answered with instead."""
    asked: list[str] = field(default_factory=list)
    """After which rooms' people was asked."""

    async def start(self, deliver: Callable[[Message], None]) -> None:
        self.deliver = deliver

    async def send(self, said: Said) -> None:
        self.said.append(said)
        self.heard.set()
        if self.broken is not None:
            raise self.broken

    async def people_in(self, room: str) -> list[Person]:
        self.asked.append(room)
        if self.unheard:
            raise self.unheard.pop(0)
        return self.people.get(room, [])

    async def stop(self) -> None:
        """Nothing to stop."""


class Community:
    """Says things in it, one after the other."""

    def __init__(self, app: App, ear: Ear) -> None:
        self.app, self.ear = app, ear
        self._numbers = itertools.count(1)

    def deliver(self, text: str, sender: str = "u1", name: str = "小美", **more: object) -> str:
        """Hands over a message; its id."""
        message = Message(
            **{  # type: ignore[arg-type]
                "channel": "ear", "id": f"m{next(self._numbers)}", "room": "r1",
                "sender": sender, "sender_name": name, "sent_at": self.app.clock.now(),
                "text": text, **more,
            }
        )  # fmt: skip
        self.ear.deliver(message)
        return message.id

    async def done(self) -> None:
        """Waits until nothing is left to do, and counted."""
        committed = asyncio.Event()
        self.app.on_commit.append(committed.set)
        while self.app.writer is not None and self.app.writer.queued:
            await committed.wait()
            committed.clear()
        self.app.on_commit.remove(committed.set)
        for _ in range(5):  # the channel's own task gets its turns
            await asyncio.sleep(0)


@asynccontextmanager
async def living(
    url: str,
    observed: Observed,
    *commands: Command,
    read_again: ReadAgain = STANDARD,
    rooms: Rooms | None = None,
    ear: Ear | None = None,
    keeping: Iterable[str] = (),
    channels: Sequence[Channel] = (),
) -> AsyncIterator[Community]:
    """The community of the `standard` programme, with more commands if a test brings some. Every
    room is open unless a test says which; `keeping` are the channels whose words are kept until
    they have been said, `channels` are there beside the ear."""
    database, programme, clock = Database(url), load_preset("standard"), SandboxClock()
    ensure(database)
    ear = ear or Ear()
    app = App(
        database=database,
        posting=Posting(database, programme, keeping=keeping),
        dispatch=Dispatch(
            [*collect(handlers.commands, Command), *commands],
            collect(handlers.recognisers, Recogniser),
            rooms=rooms,
        ),
        scheduler=scheduler(database, programme, clock.now()),
        clock=clock,
        channels=[ear, *channels],
        observer=observed,
        read_again=read_again,
    )
    await app.start()
    yield Community(app, ear)
    await app.stop()
