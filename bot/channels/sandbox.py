"""The sandbox: a room that lives in this process, where one user speaks as everybody.

A channel like any other. Its last lines are kept here for the page and go with the process; what
they earned is in the ledger. Message ids keep growing, so that no two runs give the same one.
"""

import hashlib
import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal

from bot.extend import Channel, Said
from bot.points.types import Message, MessageKind, Person, Refusal, Role

BOT = "bot"

SHOWN_LINES = 500
"""Lines that a newly opened page still gets to see."""
SHOWN_CHARS = 4_000
"""Characters of one message that are shown; the bot is given all of them."""
LineKind = Literal["text", "link", "image", "join", "leave", "note"]
PEOPLE = 200
PICTURES = 60
REPEATABLE = 100
"""Messages that can be delivered again, the newest ones."""


@dataclass(slots=True)
class Persona:
    """Somebody in the room whom the user may speak as."""

    id: str
    name: str
    role: Role = "member"
    here: bool = True
    """False once they have left; their points stay."""


@dataclass(slots=True)
class Line:
    """One line of the room as a page shows it; the same number again is the same line, changed."""

    number: int
    kind: LineKind
    at: datetime
    text: str = ""
    message: str = ""
    """Id of the message it shows; empty for what is none."""
    cause: str = ""
    """For what the bot says: the id of the message that made it speak, or the job."""
    sender: str = ""
    """`"bot"` for what the bot says, the inviter for a join; empty for a line that nobody says."""
    person: str = ""
    """Who joined or left."""
    length: int = 0
    """Characters of the whole text, of which `text` may be the beginning."""
    mentions: tuple[str, ...] = ()
    quote: str = ""
    """Id of the message it quotes."""
    private_to: str = ""
    """Set when the bot tells one person in private."""
    facts: Mapping[str, str] = field(default_factory=dict)
    recalled_by: str = ""
    asks: tuple[str, ...] = ()
    """What may be answered, as buttons."""


STARTERS = (
    Persona("xiaomei", "小美"),
    Persona("aqiang", "阿强"),
    Persona("mumu", "木木"),
    Persona("laozhou", "老周", "owner"),
)


class Sandbox(Channel):
    """The room, its people and its last lines. Used from the event loop only.

    What a user does answers with the message's id, or with a refusal: `not_here`, `room_full`,
    `last_one`, `not_gone`, `not_recallable`, `not_yours`, `nothing_to_repeat`, `stays_owner`.
    """

    name = "sandbox"
    room = "sandbox"
    title = "积分体验群"

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.people: dict[str, Persona] = {one.id: replace(one) for one in STARTERS}
        self.lines: deque[Line] = deque(maxlen=SHOWN_LINES)
        self._on_line: Callable[[Line], None] = _ignore
        self._on_people: Callable[[], None] = _ignore
        self._now = now
        self._deliver: Callable[[Message], None] = _ignore
        self._messages: dict[str, Message] = {}
        self._pictures: dict[str, tuple[str, bytes]] = {}
        self._born = secrets.token_hex(3)
        self._last_ms = 0
        self._last_number = 0

    # What the program asks of every channel.

    async def start(self, deliver: Callable[[Message], None]) -> None:
        """The room opens: what is said from now on is delivered."""
        self._deliver = deliver

    async def send(self, said: Said) -> None:
        """Shows what the bot says."""
        to = said.reply.to
        self._show(
            "text",
            text=said.reply.text,
            cause=said.cause,
            sender=BOT,
            mentions=to,
            quote=said.reply.quote or "",
            private_to=to[0] if said.reply.room is None and to else "",
            asks=said.reply.asks,
        )

    async def stop(self) -> None:
        """The room closes: what is said from now on is shown and goes nowhere."""
        self._deliver = _ignore

    # What the page does.

    def watch(self, on_line: Callable[[Line], None], on_people: Callable[[], None]) -> None:
        """Names who is told of every new or changed line, and of every change among the people."""
        self._on_line, self._on_people = on_line, on_people

    def welcome_back(self, known: Iterable[tuple[Person, bool]]) -> None:
        """Takes over the people of an earlier run, each with whether they are still here."""
        found = list(known)
        for person, is_here in found:
            starter = self.people.get(person.id)
            role = starter.role if starter else "member"
            self.people[person.id] = Persona(person.id, person.name, role, is_here)
        if found:
            self.note("机器人重新启动了。聊天记录没有保留，账本原样还在。")

    def say(
        self, sender: str, text: str, mentions: tuple[str, ...] = (), quote: str | None = None
    ) -> str | Refusal:
        """Says a text."""
        return self._post(sender, "text", text, mentions=mentions, quote=quote)

    def share(self, sender: str, url: str, title: str) -> str | Refusal:
        """Shares a link as a card."""
        return self._post(sender, "link", title, facts={"url": url, "title": title})

    def picture(self, sender: str, content: bytes, content_type: str) -> str | Refusal:
        """Sends a picture; its facts carry the SHA-256 of its content."""
        digest = hashlib.sha256(content).hexdigest()
        self._pictures[digest] = (content_type, content)
        _keep_newest(self._pictures, PICTURES)
        return self._post(sender, "image", "", facts={"image": digest})

    def picture_of(self, digest: str) -> tuple[str, bytes] | None:
        """Content type and content of a picture that was sent; None for an old or unknown one."""
        return self._pictures.get(digest)

    def join(self, name: str, inviter: str = "") -> str | Refusal:
        """Somebody new comes in, invited or by themselves."""
        if sum(one.here for one in self.people.values()) >= PEOPLE:
            return Refusal("room_full")
        newcomer = Persona(self._free_id(), name)
        return self._come_in(newcomer, inviter)

    def rejoin(self, person: str, inviter: str = "") -> str | Refusal:
        """Somebody who had left comes back."""
        one = self.people.get(person)
        return Refusal("not_gone") if one is None or one.here else self._come_in(one, inviter)

    def leave(self, person: str) -> str | Refusal:
        """Somebody leaves the room of their own accord."""
        one = self._speaker(person)
        if one is None:
            return Refusal("not_here")
        if sum(other.here for other in self.people.values()) == 1:
            return Refusal("last_one")
        one.here = False
        self._on_people()
        return self._move("leave", one, by=one)

    def recall(self, sender: str, message: str) -> str | Refusal:
        """Takes a message back: one's own, or anybody's for an admin."""
        speaker, line = self._speaker(sender), self._line_of(message)
        if speaker is None:
            return Refusal("not_here")
        if line is None or line.recalled_by:
            return Refusal("not_recallable")
        if line.sender != speaker.id and speaker.role == "member":
            return Refusal("not_yours")
        line.recalled_by, line.text, line.facts = speaker.id, "", {}
        self._on_line(line)
        recall = self._message("recall", speaker, facts={"message": message})
        return self._give(recall)

    def repeat(self, message: str | None = None) -> str | Refusal:
        """Delivers a message, else the last one, a second time, under the same id."""
        again = self._messages.get(message or next(reversed(self._messages), ""))
        if again is None:
            return Refusal("nothing_to_repeat")
        self.note("同一条消息又投递了一次，编号不变，不会重复记账", message=again.id)
        return self._give(again)

    def appoint(self, person: str, role: Role) -> str | Refusal:
        """Makes somebody an admin, or a plain member again; the owner stays the owner."""
        one = self._speaker(person)
        if one is None:
            return Refusal("not_here")
        if one.role == "owner":
            return Refusal("stays_owner")
        one.role = role
        self._on_people()
        return ""

    def note(self, text: str, message: str = "") -> None:
        """Shows a line that nobody says."""
        self._show("note", text=text, message=message)

    # How it is done.

    def _post(
        self, sender: str, kind: Literal["text", "link", "image"], text: str, **more: Any
    ) -> str | Refusal:
        speaker = self._speaker(sender)
        if speaker is None:
            return Refusal("not_here")
        message = self._message(kind, speaker, text=text, **more)
        self._show(
            kind,
            text=text,
            message=message.id,
            sender=speaker.id,
            mentions=message.mentions,
            quote=message.quote or "",
            facts=message.facts,
        )
        return self._give(message)

    def _come_in(self, who: Persona, inviter: str) -> str | Refusal:
        host = self._speaker(inviter)
        if inviter and host is None:
            return Refusal("not_here")
        who.here = True
        self.people[who.id] = who
        self._on_people()
        return self._move("join", who, by=host)

    def _move(self, kind: Literal["join", "leave"], who: Persona, by: Persona | None) -> str:
        moved = self._message(kind, by, people=(Person(who.id, who.name),))
        self._show(kind, message=moved.id, sender=moved.sender, person=who.id)
        return self._give(moved)

    def _message(self, kind: MessageKind, by: Persona | None, **more: Any) -> Message:
        message = Message(
            channel=self.name,
            id=self._free_message_id(),
            room=self.room,
            sender=by.id if by else "",
            sent_at=self._now(),
            sender_name=by.name if by else "",
            kind=kind,
            role=by.role if by else "member",
            **more,
        )
        self._messages[message.id] = message
        _keep_newest(self._messages, REPEATABLE)
        return message

    def _give(self, message: Message) -> str:
        self._deliver(message)
        return message.id

    def _show(self, kind: LineKind, **what: Any) -> None:
        self._last_number += 1
        line = Line(self._last_number, kind, self._now(), **what)
        line.length = len(line.text)
        line.text = line.text[:SHOWN_CHARS]
        self.lines.append(line)
        self._on_line(line)

    def _speaker(self, person: str) -> Persona | None:
        one = self.people.get(person)
        return one if one and one.here else None

    def _line_of(self, message: str) -> Line | None:
        sent = (line for line in reversed(self.lines) if line.kind in ("text", "link", "image"))
        return next((line for line in sent if line.message == message), None)

    def _free_message_id(self) -> str:
        # Milliseconds make the ids grow; the process's own letters keep two runs apart even where
        # the clock of the second one starts in the first one's future.
        self._last_ms = max(self._last_ms + 1, int(self._now().timestamp() * 1000))
        return f"{self._last_ms}-{self._born}"

    def _free_id(self) -> str:
        number = len(self.people) + 1
        while f"m{number}" in self.people:
            number += 1
        return f"m{number}"


def _keep_newest(kept: dict[str, Any], count: int) -> None:
    while len(kept) > count:
        kept.pop(next(iter(kept)))


def _ignore(*_: object) -> None:
    """What is called until somebody watches, or listens."""
