"""What an extension is written with: recognisers, commands, scheduled jobs, channels.

A decorator builds a frozen value and registers nothing; `collect` imports the modules of one
package and picks those values.
"""

import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from types import ModuleType
from typing import Protocol, TypeVar

from bot.clock import from_micros
from bot.points.account import Account
from bot.points.ask import Ask
from bot.points.expiry import SOON, expiring
from bot.points.readings import (
    Asked,
    Board,
    LedgerLine,
    Period,
    Referral,
    RefusedDeed,
    Undecided,
    Waiting,
)
from bot.points.reload import Reload
from bot.points.seen import Seen
from bot.points.standing import budgets_left
from bot.points.streak import streak_days
from bot.points.text import identifier
from bot.points.types import (
    Message,
    Person,
    Programme,
    Refusal,
    Reply,
    SaidKind,
    Sighting,
)
from bot.points.value import value
from bot.points.wording import REFUSALS
from bot.posting.adjust import adjust
from bot.posting.adopt import adopt
from bot.posting.allowance import OVER, Admin, allowance_left, over_day, over_limits
from bot.posting.approval import Decided, approve, decided_before, reject, undecided
from bot.posting.binding import Bound, bind, claim, new_code
from bot.posting.bonus import Added, add_bonus
from bot.posting.deed import deed_day
from bot.posting.dormant import gift_dormant
from bot.posting.due import settle_due
from bot.posting.expire import book_out
from bot.posting.forget import forget_posts
from bot.posting.grant import ask_second
from bot.posting.inviter import claim_inviter, enter_inviter, is_offered
from bot.posting.make_up import make_up
from bot.posting.recheck import recheck
from bot.posting.referral import invited
from bot.posting.reverse import reverse
from bot.posting.rooms import close_room, open_room
from bot.posting.settle import Settled, settle
from bot.posting.tags import tag
from bot.posting.tasks import open_tasks
from bot.posting.told import deeds_of
from bot.posting.turn import Turn
from bot.posting.waiting import waiting_last


class Posted(Protocol):
    """An entry that has just been posted."""

    id: int


class Context:
    """What a command or a job is given: all it may know and do, inside its turn of the writer."""

    def __init__(self, turn: Turn, rest: str = "", commands: tuple["Command", ...] = ()) -> None:
        self._turn = turn
        self.rest = rest
        """What followed the command's word, as typed."""
        self.commands = commands
        """All there are, for 帮助."""
        self.programme: Programme = turn.programme
        self.today: date = turn.today
        """Programme-local."""
        self.is_admin = False
        """Whether the sender may use the admins' commands: by role in the room, or as a
        superuser."""
        self.is_superuser = False
        """Whether no limits for admins hold for the sender."""
        self.is_open_by_itself = False
        """Whether the message's room is open as long as no admin has said anything."""

    @property
    def message(self) -> Message:
        """What is answered. Raises ValueError in a job."""
        return self._turn.message

    @property
    def member(self) -> int:
        """Who sent it."""
        return self._turn.member

    @property
    def me(self) -> Account:
        """The sender's standing, for reading."""
        return self._turn.look(self.member)

    def standing(self, member: int) -> Account:
        """Anybody's standing, for reading."""
        return self._turn.look(member)

    @property
    def streak_days(self) -> int:
        """The sender's days in a row, 0 when the streak is broken."""
        me = self.me
        return streak_days(me.run, me.run_on, self.today)

    def mentioned(self) -> list[int]:
        """The members whom the message mentions, the bot left out."""
        others = [person for person in self.message.mentions if person != "bot"]
        return [self._turn.member_of(person) for person in dict.fromkeys(others)]

    def name_of(self, member: int) -> str:
        """What the member is called; 会员12 when nobody said."""
        return self._turn.name_of(member) or f"会员{member}"

    def settle(self, sighting: Sighting) -> Settled:
        """Judges a deed of the sender and posts what it earns."""
        return settle(self._turn, sighting)

    def make_up(self, day: date | None) -> Settled | Refusal:
        """Buys back a day on which the sender missed to check in; None: the latest one."""
        return make_up(self._turn, day)

    @property
    def asked_on(self) -> date:
        """The programme day on which the message was sent."""
        return deed_day(self.message, self._turn.at, self.programme)[0]

    def adjust(self, member: int, points: int, note: str) -> LedgerLine | Refusal:
        """Grants points above 0, deducts below 0, in the sender's name. Grants keep to an admin's
        limits: `needs_second`, `over_allowance`."""
        refusal = over_limits(self._turn, self._admin, points) if points > 0 else None
        if refusal is not None:
            return refusal
        posted = adjust(self._turn, member, points, actor=self._actor, note=note)
        return posted if isinstance(posted, Refusal) else self._shown(posted)

    def ask_second(self, member: int, points: int, note: str) -> int | Refusal:
        """Lets a grant wait until another admin confirms it; its number. Refuses `over_allowance`
        when the sender's day has no room for it."""
        refusal = over_day(self._turn, self._admin, points)
        if refusal is not None:
            return refusal
        return ask_second(self._turn, member, points, admin=self._admin, note=note)

    def allowance_left(self) -> int | None:
        """Points that the sender may still give today, as an admin; None without a limit."""
        return allowance_left(self._turn, self._admin)

    def why_not(self, refusal: Refusal) -> str:
        """The sentence for a refusal; an admin whose day has no room hears how much it has."""
        said = REFUSALS[refusal.code]
        return f"{said},还能给 {self.allowance_left()} 分" if refusal.code == OVER else said

    def add_bonus(self, number: int, points: int | None) -> Added | Refusal:
        """Adds to a deed what its rule offers for quality, in the sender's name."""
        return add_bonus(self._turn, number, points, admin=self._admin)

    def adopt(self, number: int) -> Settled | Refusal:
        """Settles that the sender, who asked, adopts an answer."""
        return adopt(self._turn, number)

    def reverse(self, number: int, note: str | None = None) -> LedgerLine | Refusal:
        """Takes an entry back, in the sender's name."""
        posted = reverse(self._turn, number, actor=self._actor, note=note)
        return posted if isinstance(posted, Refusal) else self._shown(posted)

    def history(self, skip: int, limit: int) -> list[LedgerLine]:
        """The sender's entries, newest first."""
        return self._turn.history(self.member, skip, limit)

    @property
    def now(self) -> datetime:
        """When it is done, UTC."""
        return from_micros(self._turn.at)

    def refused_last(self) -> RefusedDeed | None:
        """The sender's last deed, if it earned nothing and nothing has changed since."""
        return self._turn.refused_last(self.member)

    def waiting_last(self) -> Waiting | None:
        """What the sender's last deed lets wait, if nothing has changed since."""
        return waiting_last(self._turn, self.member)

    def expiring(self) -> str:
        """What of the sender's points can be spent for the last time soon, in words; "" when
        nothing can."""
        text = expiring(self._turn.expiring(self.member, self.today + SOON))
        is_put_off = text and self.programme.inactive_days is not None
        return f"{text},有动静就顺延" if is_put_off else text

    def count_entries(self) -> int:
        """How many entries the sender has."""
        return self._turn.count_entries(self.member)

    def entry(self, number: int) -> LedgerLine | None:
        """One entry of the ledger, anybody's."""
        return self._turn.entry_line(number)

    def board(self, period: Period, *, is_community: bool) -> Board | None:
        """Who gained how much, and where the sender stands; None while a large community is being
        counted, which takes seconds."""
        return self._turn.board(period, self.member, is_community=is_community)

    @property
    def place(self) -> int:
        """Where a job that is done in pages has got to; 0 at its beginning."""
        return self._turn.place

    def book_out_expired(self) -> int | None:
        """Books out some of the lots whose last day is past; where to go on, None at the end."""
        return book_out(self._turn)

    def settle_due(self) -> int:
        """Posts all waiting points that can be spent by now; how many deeds those were."""
        return settle_due(self._turn)

    def gift_dormant(self, day: date) -> int | None:
        """Gives some of those who have not ordered for months, seen from `day`, what the rules
        give for that; where to go on, None at the end."""
        return gift_dormant(self._turn, day)

    def forget_posts(self, day: date) -> int | None:
        """Forgets some posts that were 90 days old when the day began; where to go on, None at the
        end."""
        return forget_posts(self._turn, day)

    def requests(self, limit: int, *, is_all: bool) -> tuple[int, list[Asked]]:
        """How much waits for an admin, and at most `limit` of it, what lapses first first; or of
        all that waits, what was told of last."""
        self._turn.read()
        return self._turn.orders().asked(limit, is_all=is_all)

    def approve(self, number: int, base: int | None) -> Decided | Refusal:
        """Lets a deed count that waits, in the sender's name."""
        return approve(self._turn, number, base, admin=self._admin)

    def reject(self, number: int, reason: str) -> Decided | Refusal:
        """Ends what waits of a deed, in the sender's name."""
        return reject(self._turn, number, reason, actor=self._actor)

    def decided_before(self, number: int) -> tuple[str, str] | None:
        """How a deed that waited has ended, and what the admin is called who decided, "" when
        nobody did; None for one that has not ended, or never waited."""
        found = decided_before(self._turn, number)
        return None if found is None else (found.outcome, self._name_of_actor(found.actor))

    @property
    def quoted(self) -> int | None:
        """The row of the journal that tells of the deed in the message that is quoted, or to which
        the picture belongs; None where nothing is quoted, or nothing is known of it."""
        if self.message.quote is None:
            return None
        deeds = deeds_of(self._turn, self.message.channel, identifier(self.message.quote))
        return deeds[0].id if deeds else None

    def tags_of(self, member: int) -> list[str]:
        """What admins have tagged the member with, the oldest first."""
        return self._turn.tags().of(member)

    def tag(self, member: int, word: str, *, is_off: bool) -> list[str] | Refusal:
        """Puts a tag on the member, or takes it off; all that they have then."""
        return tag(self._turn, member, word, is_off=is_off)

    def undecided(self, hours: int) -> list[Undecided]:
        """Where deeds have waited for an admin so many hours, or a day longer at most: a job that
        runs every day asks of each once."""
        return undecided(self._turn, timedelta(hours=hours))

    def announce(self, undecided: Undecided, text: str) -> None:
        """Says it in that room."""
        self._turn.announce(undecided.channel, undecided.room, text)

    def actor_of(self, line: LedgerLine) -> str:
        """What the admin is called who did it; "" when nobody did, or nobody knows them."""
        return self._name_of_actor(line.actor)

    def invited(self) -> list[Referral]:
        """Whom the sender brought, the latest first."""
        return invited(self._turn, self.member)

    @property
    def is_inviting(self) -> bool:
        """Whether there is a rule on bringing newcomers."""
        return is_offered(self._turn)

    def claim_inviter(self, inviter: int | None) -> Settled | Refusal:
        """Notes who brought the sender, None for a code that is nobody's."""
        return claim_inviter(self._turn, inviter)

    def enter_inviter(self, member: int, inviter: int) -> Settled | Refusal:
        """Notes who brought somebody, in the sender's name."""
        return enter_inviter(self._turn, member, inviter)

    def birthday(self, member: int) -> tuple[int, int] | None:
        """Month and day of birth; None when they have not been told."""
        self._turn.account(member)
        return self._turn.birthday(member)

    def set_birthday(self, member: int, month: int, day: int) -> None:
        """Notes it, instead of what was told before."""
        self._turn.set_birthday(member, month, day)

    def bind_code(self) -> str:
        """A code by which the sender's other account becomes theirs."""
        return new_code(self._turn)

    def bind(self, code: str) -> Bound | Refusal:
        """Makes the sender and the member who asked for the code one."""
        return bind(self._turn, code)

    def claim(self, old: int, new: int) -> Bound | Refusal:
        """Makes the member's old account and the new one theirs both, in the sender's name."""
        return claim(self._turn, old, new, actor=self._actor)

    def whisper(self, external_id: str, text: str) -> None:
        """Says something privately to somebody on the message's channel."""
        self._turn.notify(self.message.channel, external_id, text)

    def recheck(self, day: date) -> int | None:
        """Compares some members' tiers with what the year gave, on the programme's day for it;
        where to go on, None at the end."""
        return recheck(self._turn, day)

    def over(self) -> list[str]:
        """Ids of the campaigns that have given all of their budgets."""
        if not self.programme.budgets:
            return []
        left = budgets_left(self.programme, self._turn)
        return [campaign for campaign, points in left.items() if not points]

    def tasks(self) -> list[str]:
        """What the sender can still earn today, a line each."""
        return open_tasks(self._turn)

    def open_room(self) -> bool:
        """Lets the bot be at work in the message's room; False when it is already."""
        return open_room(self._turn, is_open_by_itself=self.is_open_by_itself)

    def close_room(self) -> bool:
        """Ends the bot's work in the message's room; False when it is not at work there."""
        return close_room(self._turn, is_open_by_itself=self.is_open_by_itself)

    def _name_of_actor(self, actor: str | None) -> str:
        channel, _, external_id = (actor or "").partition(":")
        member = self._turn.identity(channel, external_id) if actor else None
        return self.name_of(member) if member is not None else ""

    def _shown(self, posted: Posted) -> LedgerLine:
        self._turn.read()
        line = self._turn.entry_line(posted.id)
        if line is None:
            raise LookupError(f"entry {posted.id} was posted and cannot be read")
        return line

    @property
    def _admin(self) -> Admin:
        return Admin(self._actor, self.is_superuser)

    @property
    def _actor(self) -> str:
        return f"{self.message.channel}:{self.message.sender}"


Recognise = Callable[[Seen], Sighting | None]
"""From a message to the deed it shows; None for none. Pure and quick: it sees every message. It
never raises."""
Answer = Callable[[Context], Reply | Reload | str | None]
"""From the message and what may be known, to what is said, or done first; None is silence."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """Finds one kind of deed in messages."""

    name: str
    recognise: Recognise


@dataclass(frozen=True, slots=True)
class Command:
    """Words that somebody types to the bot."""

    words: tuple[str, ...]
    answer: Answer
    rest: re.Pattern[str]
    """What may follow a word, as a whole."""
    help: str
    """One line for 帮助; "" leaves it out."""
    is_admin: bool = False
    """Only for admins of the room and SUPERUSERS."""
    writes: bool = False
    """Whether it changes anything: its message then has its effect once."""
    quoting: re.Pattern[str] | None = None
    """What may follow instead where the message quotes another; None: nothing else."""
    is_numbered: bool = False
    """Whether a number may stand first: `37 通过` is read as `通过 #37`."""
    reloads: bool = False
    """Whether it may answer with `Reload`: a replay then posts nothing behind it before that is
    done."""
    opens: bool | None = None
    """True: it opens its room, False: it closes it; admins are then heard with it in rooms that
    are not open, too, and a replay reads nothing behind it before that is done."""
    asks: tuple[Ask, ...] = ()
    """How it is asked in plain words: it is then answered as if its first word had been typed.
    A command without words is reached by these alone."""


Run = Callable[[Context, date], int | None]
"""One run of a job, for a day. A number: there is more to do, it is called again for the same day,
and finds the number as `Context.place`; the ledger keeps it, so that after a stop the run goes on
there."""


@dataclass(frozen=True, slots=True)
class Job:
    """Something that is due every day at a local time."""

    name: str
    at: time
    """In the programme's zone; an hour that a change of clocks leaves out is the hour after it."""
    run: Run


@value
class Said:
    """One thing the bot says."""

    reply: Reply
    at: datetime
    """UTC."""
    kind: SaidKind
    cause: str
    """Id of the message it answers, or `job:<name>/<period>`."""
    outbox: int | None = None
    """The row of the outbox that keeps it until it has been said; None: nothing keeps it."""


class Unreachable(Exception):
    """The platform cannot be reached now; what was to be said may be said later, and may have been
    heard already where an answer did not come in time."""


class Refused(Exception):
    """The platform was reached, and does not take what was to be said; the message is its own
    word."""


class Channel(Protocol):
    """What carries messages. Used from the event loop only. What a channel has nothing to say of,
    it inherits."""

    name: str
    is_paced: bool = False
    """Whether people, or a platform that counts, are at the other end: what is said is spaced
    out."""

    async def start(self, deliver: Callable[[Message], None]) -> None:
        """Begins to deliver, and returns at once: a platform that is not there yet is waited for
        without end. `deliver` is quick and may be called for every message."""

    async def send(self, said: Said) -> None:
        """Says it. Raises Unreachable, or Refused; within 30 seconds in any case."""

    async def stop(self) -> None:
        """Delivers no more."""

    async def people_in(self, room: str) -> list[Person]:  # noqa: ARG002
        """Who is in a room, the bot left out; empty where the platform does not tell. Raises
        Unreachable, or Refused."""
        return []

    def account_of(self, reply: Reply) -> str:  # noqa: ARG002
        """Which of the bot's accounts says it: each has limits of its own on the platform."""
        return self.name

    @property
    def trouble(self) -> str:
        """ "" while it can send; else what is wrong, in a few English words."""
        return ""

    @property
    def reconnects(self) -> int:
        """How often it had to connect again since the start."""
        return 0


class ClaimedTwice(Exception):
    """Two extensions claim one name; the message names both places."""


def recogniser(function: Recognise) -> Recogniser:
    """Makes a recogniser named after its function."""
    return Recogniser(function.__name__, function)


def command(
    *words: str,
    rest: str = "",
    help: str = "",
    is_admin: bool = False,
    writes: bool = False,
    reloads: bool = False,
    opens: bool | None = None,
    asks: tuple[Ask, ...] = (),
    quoting: str | None = None,
    is_numbered: bool = False,
) -> Callable[[Answer], Command]:
    """Makes a command. `rest`, and `quoting`, are regular expressions for what may follow the
    word; they must be linear. Raises ValueError for one that writes and has `asks`: a question
    changes nothing."""
    if asks and writes:
        raise ValueError(f"{words} changes something, so no question may ask for it")

    def make(answer: Answer) -> Command:
        return Command(
            words,
            answer,
            _pattern(rest),
            help,
            is_admin=is_admin,
            writes=writes,
            reloads=reloads,
            opens=opens,
            asks=asks,
            quoting=None if quoting is None else _pattern(quoting),
            is_numbered=is_numbered,
        )

    return make


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII | re.DOTALL)


def job(at: str) -> Callable[[Run], Job]:
    """Makes a daily job, named after its function, due at `at` (HH:MM, programme-local)."""
    return lambda run: Job(run.__name__, time.fromisoformat(at), run)


Extension = TypeVar("Extension", Recogniser, Command, Job)


def collect(package: ModuleType, kind: type[Extension]) -> tuple[Extension, ...]:
    """All extensions of one kind in the modules of a package, in the order of their files' names.

    Raises ClaimedTwice when two of them claim one name.
    """
    found: list[Extension] = []
    owners: dict[str, str] = {}
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = import_module(f"{package.__name__}.{module_info.name}")
        for extension in vars(module).values():
            if isinstance(extension, kind):
                _claim(extension, module.__name__, owners)
                found.append(extension)
    return tuple(found)


def _claim(extension: Recogniser | Command | Job, place: str, owners: dict[str, str]) -> None:
    names = extension.words if isinstance(extension, Command) else (extension.name,)
    for name in names:
        if name in owners:
            raise ClaimedTwice(f"{name!r} is claimed by {owners[name]} and by {place}")
        owners[name] = place
