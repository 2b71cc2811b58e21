"""From a message to the operation it asks for. Nothing here touches the database, and chatter
costs microseconds."""

import re
from collections.abc import Iterable, Sequence

from bot.brief import brief
from bot.extend import Command, Context, Recognise, Recogniser
from bot.flood import Flood
from bot.hints import Hints
from bot.kept_message import clean, digest_of
from bot.points.card import number_on
from bot.points.lexicon import PLAIN, Lexicon
from bot.points.reload import Reload
from bot.points.seen import seen
from bot.points.text import bare, display_name
from bot.points.types import Message, Person, Refusal, Reply, Sighting
from bot.points.wording import accepted, listed, may_be_told, refused, shielded, taken_back
from bot.posting.approval import lapse_undecided
from bot.posting.content import (
    POSTS,
    content_order,
    has_posts,
    is_picture,
    is_talk,
    is_wanted,
    settle_picture,
    settle_text,
)
from bot.posting.inviter import is_unattributed
from bot.posting.operation import Operation
from bot.posting.recall import CONTENT, recall
from bot.posting.referral import leave, welcome
from bot.posting.settle import Settled, settle
from bot.posting.solitaire import settle_list
from bot.posting.told import note_card
from bot.posting.turn import Turn
from bot.presence import people_operation, topic_operation
from bot.reading.questions import Questions
from bot.rooms import Rooms

NOT_ADMIN = "这条命令只有管理员能用"
NUMBERED = re.compile("#?([1-9][0-9]{0,17}) ?(?=[^0-9])", re.ASCII)
"""A number that stands before a command's word."""
EVENTS = ("join", "leave", "recall", "present", "topic")
"""Kinds of message that nobody says."""
NO_KINDS: frozenset[str] = frozenset()
ADMIN_ROLES = ("owner", "admin")
WHO_INVITED = "有朋友邀请你?发「我是 XXXX 邀请的」,XXXX 换成 TA 的邀请码"


class Dispatch:
    """The commands and recognisers of one bot."""

    def __init__(
        self,
        commands: Sequence[Command],
        recognisers: Sequence[Recogniser],
        superusers: Iterable[str] = (),
        rooms: Rooms | None = None,
    ) -> None:
        self.rooms = rooms or Rooms()
        """Where it is at work: everywhere when nothing is said of it."""
        self._commands = tuple(commands)
        self._recognisers = tuple(recognisers)
        self._by_kinds: dict[frozenset[str], list[Recognise]] = {}
        self._superusers = frozenset(superusers)
        self._by_first: dict[str, list[tuple[str, Command]]] = {}
        for command in commands:
            for word in sorted(command.words, key=len, reverse=True):
                self._by_first.setdefault(word[0], []).append((word, command))
        for choices in self._by_first.values():
            choices.sort(key=lambda choice: -len(choice[0]))
        self._hints = Hints(word for command in commands for word in command.words)
        self._questions = Questions((ask, command) for command in commands for ask in command.asks)
        self.flood = Flood()

    def read(
        self, message: Message, at: int, lexicon: Lexicon = PLAIN
    ) -> Operation | Reply | None:
        """The operation it asks for, a hint to be said at once, or None: the bot is silent on what
        nobody asked it.

        `at` is the clock's instant in microseconds since 1970 UTC, `lexicon` that of the programme
        in force.
        """
        if message.room is not None and not self.is_open(message.channel, message.room, lexicon):
            return self._opening(message, at)
        if message.is_self:
            return _own(clean(message), at)
        if message.kind in EVENTS:
            return _event(clean(message), at, lexicon)
        is_over = self.flood.is_over(message)
        is_text = message.kind == "text"
        line = (bare(message.text, "bot" in message.mentions) if is_text else None) or ""
        if typed := self._typed(line, is_quoting=message.quote is not None):
            command, rest = typed
            return self._command(command, clean(message), rest, at)
        if lexicon.bots and f"{message.channel}:{message.sender}" in lexicon.bots:
            return None
        if is_over:
            return self._flooding(message, line, at, lexicon)
        return self._judged(message, line, at, lexicon)

    def is_open(self, channel: str, room: str, lexicon: Lexicon) -> bool:
        """Whether the bot is at work in a room, which the admins' own always is."""
        return self.rooms.is_open(channel, room) or room == lexicon.admin_room

    def note_opened(self, message: Message, *, is_open: bool) -> None:
        """The message's room has been opened, or closed, and that is committed."""
        if message.room is not None:
            self.rooms.note(message.channel, message.room, is_open=is_open)

    def _opening(self, message: Message, at: int) -> Operation | None:
        """In a room that is not open only admins are heard, and only with what opens it."""
        if message.kind != "text" or message.is_self or not self._is_admin(message):
            return None
        line = bare(message.text, "bot" in message.mentions) or ""
        typed = self._typed(line, is_quoting=False)
        if typed is None or typed[0].opens is None:
            return None
        return self._command(typed[0], clean(message), typed[1], at)

    def _is_superuser(self, message: Message) -> bool:
        return f"{message.channel}:{message.sender}" in self._superusers

    def _is_admin(self, message: Message) -> bool:
        is_of_room = message.role in ADMIN_ROLES and message.room is not None
        return is_of_room or self._is_superuser(message)

    def _judged(
        self, message: Message, line: str, at: int, lexicon: Lexicon
    ) -> Operation | Reply | None:
        """What comes of anything but a command."""
        deeds = self._deeds(message, line, lexicon)
        if not is_talk(deeds):
            return _settlement(clean(message), deeds, at)
        if is_picture(message) and message.room is not None and has_posts(lexicon):
            return _picture(clean(message), at)
        return self._talk(message, line, deeds, at)

    def _talk(
        self, message: Message, line: str, deeds: list[Sighting], at: int
    ) -> Operation | Reply | None:
        """What is said to chatter: the answer to a question in plain words, a hint, or whatever it
        earns."""
        if line and not _is_to_others(message):
            asked = self._questions.meant(line, is_addressed=_is_addressed(message))
            if asked is not None:
                return self._command(asked, clean(message), "", at)
        hint = self._hints.hint(message, line, at) if line else None
        if hint:
            return _to_sender(message, hint)
        return _settlement(clean(message), deeds, at) if deeds else None

    def _flooding(
        self, message: Message, line: str, at: int, lexicon: Lexicon
    ) -> Operation | None:
        """What is written too fast to be judged: its first deed is refused, once a minute. Chatter
        is passed over in silence, and a check-in counts once a day however often it is said."""
        deeds = self._deeds(message, line, lexicon)
        if deeds and not deeds[0].is_post:
            return _settlement(clean(message), deeds, at)
        if is_talk(deeds) or not self.flood.is_to_tell(message):
            return None
        return _settlement(clean(message), deeds[:1], at, Refusal("flooding"))

    def _typed(self, line: str, *, is_quoting: bool) -> tuple[Command, str] | None:
        """The command that a line is, with what follows its word."""
        number = NUMBERED.match(line)
        behind = line[number.end() :] if number is not None else line
        for word, command in self._by_first.get(behind[:1], ()):
            if not behind.startswith(word) or (number is not None and not command.is_numbered):
                continue
            rest = behind[len(word) :]
            if number is not None:
                rest = f" #{number[1]}{rest}"
            if command.rest.fullmatch(rest):
                return command, rest
            if is_quoting and command.quoting is not None and command.quoting.fullmatch(rest):
                return command, rest
        return None

    def _deeds(self, message: Message, line: str, lexicon: Lexicon) -> list[Sighting]:
        """What recognisers see in it. What is a deed of another sort is no post beside that, and a
        post is one where the programme has a rule for it, in a room."""
        kinds = lexicon.kinds if message.room is not None else NO_KINDS
        looked_at = seen(message, line, lexicon)
        found = [
            one
            for recognise in self._looking_for(kinds)
            if (one := recognise(looked_at)) is not None
        ]
        others = [one for one in found if not one.is_post]
        if others or not found:
            return others
        return content_order([one for one in found if is_wanted(one.kind, kinds)])

    def _looking_for(self, kinds: frozenset[str]) -> Sequence[Recognise]:
        """The recognisers, without those of posts for which there is no rule."""
        found = self._by_kinds.get(kinds)
        if found is None:
            found = self._by_kinds[kinds] = [
                one.recognise
                for one in self._recognisers
                if one.name not in POSTS or is_wanted(one.name, kinds)
            ]
        return found

    def _command(self, command: Command, message: Message, rest: str, at: int) -> Operation:
        is_admin, is_superuser = self._is_admin(message), self._is_superuser(message)

        def work(turn: Turn) -> Reply | Reload | None:
            _note_presence(turn)
            if command.is_admin and not is_admin:
                return _to_sender(message, NOT_ADMIN)
            context = Context(turn, rest, self._commands)
            context.is_admin, context.is_superuser = is_admin, is_superuser
            context.is_open_by_itself = self.rooms.is_open_by_itself(
                message.channel, message.room or ""
            )
            answer = command.answer(context)
            return _to_sender(message, answer) if isinstance(answer, str) else answer

        others = (
            [person for person in message.mentions if person != "bot"] if command.writes else []
        )
        return Operation(
            at=at,
            work=work,
            cause=message.id,
            message=message,
            digest=digest_of(message) if command.writes else None,
            people=(_sender(message), *(Person(person) for person in others)),
            may_reload=command.reloads,
            keeps_reply=command.writes,
            opens=command.opens if is_admin else None,
        )


def _is_addressed(message: Message) -> bool:
    """Whether it can only be meant for the bot."""
    return message.room is None or "bot" in message.mentions


def _is_to_others(message: Message) -> bool:
    """Whether somebody else is asked: by a mention, or with what they have said."""
    if "bot" in message.mentions:
        return len(set(message.mentions)) > 1
    return bool(message.mentions) or message.quote is not None


def _settlement(
    message: Message, sightings: list[Sighting], at: int, refusal: Refusal | None = None
) -> Operation:
    def work(turn: Turn) -> Reply | None:
        _note_presence(turn)
        if refusal is None and sightings[0].people:
            return _listed(turn, settle_list(turn, sightings[0]))
        if refusal is None and sightings[0].is_post:
            settled = settle_text(turn, sightings)
            return _reply(turn, [settled] if settled is not None else [])
        return _reply(turn, [settle(turn, one, refusal=refusal) for one in sightings])

    return Operation(
        at=at,
        work=work,
        cause=message.id,
        message=message,
        digest=digest_of(message),
        sightings=tuple(sightings),
        people=(_sender(message),),
        is_chatter=is_talk(sightings),
    )


def _picture(message: Message, at: int) -> Operation:
    """A picture, which may belong to what the sender has just written, or is about to."""

    def work(turn: Turn) -> Reply | None:
        _note_presence(turn)
        settled = settle_picture(turn)
        return _reply(turn, [settled] if settled is not None else [])

    return Operation(
        at=at,
        work=work,
        cause=message.id,
        message=message,
        digest=digest_of(message),
        people=(_sender(message),),
        is_chatter=True,
    )


def _own(message: Message, at: int) -> Operation | None:
    """What the bot has said itself: of cards the id is noted, for those who quote them."""
    number = number_on(message.text) if message.room is not None else None
    if number is None:
        return None
    return Operation(
        at=at,
        work=lambda turn: note_card(turn, number),
        cause=message.id,
        message=message,
        digest=digest_of(message),
    )


def _event(message: Message, at: int, lexicon: Lexicon) -> Operation | None:
    """What the platform tells of its own accord."""
    if message.kind == "recall":
        return _recall(message, at, lexicon)
    if message.kind == "topic":
        return topic_operation(message, at) if message.room is not None else None
    if message.kind == "present":
        is_told = message.room is not None and message.people
        return people_operation(message, at) if is_told else None
    return _coming_or_going(message, at)


def _recall(message: Message, at: int, lexicon: Lexicon) -> Operation | None:
    """Somebody takes a message back; what is no post in a room earned nothing that goes with
    it."""
    is_wanted = message.facts.get("message") and message.sender
    if message.room is None or not is_wanted or CONTENT.isdisjoint(lexicon.kinds):
        return None
    return Operation(
        at=at,
        work=recall,
        cause=message.id,
        message=message,
        digest=digest_of(message),
        people=(_sender(message),),
    )


def _reply(turn: Turn, settled: Sequence[Settled]) -> Reply | None:
    text = "\n".join(filter(None, (_said(turn, one) for one in settled)))
    if not text:
        return None
    message = turn.message
    return Reply(text, message.room, (message.sender,), brief=brief(turn, settled))


def _listed(turn: Turn, settled: Sequence[Settled]) -> Reply | None:
    """Who got what, on one line; what the sender alone did is told as always."""
    if [one.activity.member for one in settled] == [turn.member]:
        return _reply(turn, settled)
    paid = [
        (_name(turn, one), points)
        for one in settled
        if (points := _gained(turn, one)) and _said(turn, one)
    ]
    return _to_sender(turn.message, listed(paid)) if paid else None


def _name(turn: Turn, settled: Settled) -> str:
    member = settled.activity.member
    return display_name(turn.name_of(member)) or f"会员{member}"


def _gained(turn: Turn, settled: Settled) -> int:
    """What the member got, with what followed; what waits only where all does."""
    entries = [*settled.decision.entries]
    for followed in settled.followed:
        entries += followed.decision.entries
    at_once = [entry.points for entry in entries if not turn.programme.lets_wait(entry)]
    return sum(at_once or [entry.points for entry in entries])


def _said(turn: Turn, settled: Settled) -> str:
    decision = settled.decision
    if decision.refusals and not decision.entries:
        said = _refused(turn, settled)
    else:
        said = accepted(
            settled.activity, decision, turn.programme, settled.streak_days, settled.account
        )
    covered = shielded(settled.shielded, settled.account.shields)
    parts = ",".join(filter(None, (said, covered, taken_back(settled.taken_back))))
    return "\n".join(filter(None, (parts, *(_said(turn, one) for one in settled.followed))))


def _refused(turn: Turn, settled: Settled) -> str:
    """Why it earned nothing; a day may be checked in all the same."""
    activity, refusal = settled.activity, settled.decision.refusals[0]
    if not may_be_told(refusal, activity.kind, turn.programme):
        return ""
    said = refused(
        activity, refusal.code, turn.today, settled.streak_days, settled.account.balance
    )
    return said if settled.outcome == "refused" else f"签到记上了,{said}"


def _coming_or_going(message: Message, at: int) -> Operation | None:
    """Joining and leaving: who is in a room, who was there first, and what newcomers get."""
    if message.room is None or not message.people:
        return None
    is_leave = message.kind == "leave"

    def work(turn: Turn) -> Reply | None:
        room = turn.room or 0
        inviter = turn.member_of(message.sender) if message.sender and not is_leave else None
        members = {person.id: turn.member_of(person.id) for person in message.people}
        for person in message.people:
            turn.move(room, members[person.id], inviter=inviter, left=is_leave)
            turn.rename(members[person.id], person.name)
        if is_leave:
            for member in members.values():
                if leave(turn, member):
                    lapse_undecided(turn, member)
            return None
        welcomed = welcome(turn, list(members.values()), inviter)
        said = [text for settled in welcomed if (text := _said(turn, settled))][:1]
        said += [WHO_INVITED] if is_unattributed(turn, welcomed) else []
        return Reply("\n".join(said), message.room, tuple(members)) if said else None

    sender = (_sender(message),) if message.sender else ()
    return Operation(
        at=at,
        work=work,
        cause=message.id,
        message=message,
        digest=digest_of(message),
        people=(*sender, *message.people),
        newcomers=frozenset() if is_leave else frozenset(person.id for person in message.people),
    )


def _note_presence(turn: Turn) -> None:
    """A question only gives a name to who had none: delivered again, it would bring back an old
    name, and one who has left."""
    is_question = turn.operation.digest is None
    if turn.room is not None and not is_question:
        turn.see(turn.room, turn.member)
    if not is_question or not turn.name_of(turn.member):
        turn.rename(turn.member, turn.message.sender_name)


def _sender(message: Message) -> Person:
    return Person(message.sender, message.sender_name)


def _to_sender(message: Message, text: str) -> Reply:
    return Reply(text, message.room, (message.sender,))
