"""One operation's turn: what it may read and do. Nothing it does stands until it has ended
well."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

from bot.clock import to_micros
from bot.points import lots as lot_rules
from bot.points.account import Account
from bot.points.day import day_text
from bot.points.expiry import idle_since, is_idle
from bot.points.lots import Moves
from bot.points.readings import Board, LedgerLine, Period, RefusedDeed
from bot.points.segment import Order
from bot.points.standing import Paid
from bot.points.tier import is_crossed
from bot.points.types import FOREVER, JOB, Message, Programme, Reply
from bot.posting.batch import Batch
from bot.posting.operation import Notice, Operation
from store import boards, reports
from store.bind_codes import BindCodes
from store.database import Connection, DatabaseError
from store.decisions import DecisionOutcome, Decisions
from store.kept_board import Question
from store.ledger import Deed, Line, Posted, Writes, expiry_line
from store.merging import Merging
from store.orders import Orders
from store.outbox import Outbox
from store.posts import Posts
from store.referrals import Referrals
from store.rooms import RoomTable
from store.tags import Tags
from store.told import Journal

PAGE = 50
"""Entries read at a time on the way back through an account."""


class Spoiled(DatabaseError):
    """An operation failed after some of its rows had been written: the batch is tried without
    it."""


class Turn:
    """What an operation works with: copies of the accounts, and rows that are merged when it ends
    well."""

    def __init__(self, batch: Batch, operation: Operation) -> None:
        self._batch = batch
        self.operation = operation
        self.at = operation.at
        self.today: date = batch.today(operation.at)
        self.today_text = day_text(self.today)
        self.programme: Programme = batch.programme
        self.room: int | None = None
        """Where it was said; None for a private chat and for a job."""
        self.member = 0
        """Who sent it; 0 for a job."""
        self.place = 0
        """Where a job that is done in pages has got to; 0 at its beginning."""
        message = operation.message
        if message is not None:
            self.member = batch.known.members.get((message.channel, message.sender), 0)
            if message.room is not None:
                self.room = batch.known.rooms[message.channel, message.room]
        self.writes = Writes()
        self.is_written = False
        """Whether rows of this operation may have reached the database already."""
        self.deeds: list[Deed] = []
        self.lines: list[Line] = []
        self.notices: list[Notice] = []
        """What is said beside the reply: privately, or in a room."""
        self.spends: list[Line] = []
        """The spends of this turn, and what gives spends or deductions back."""
        self.had_no_effect = False
        """Whether nothing is kept of its message: the next delivery of it is judged like the
        first."""
        self.has_decided = False
        """Whether somebody, or time, has decided on a deed that waited."""
        self.is_secret = False
        """Whether what it says must be kept nowhere."""
        self.climbs: dict[int, int] = {}
        """The most qualifying points that members had before, of those who have reached the points
        of another tier."""
        self._taken: set[str] = set()
        self._called: dict[int, str] = {}
        """Names of those who were looked up, beside those of the operation's people."""

    @property
    def message(self) -> Message:
        """The message it answers. Raises ValueError for an operation that has none."""
        if self.operation.message is None:
            raise ValueError(f"{self.operation.cause} answers no message")
        return self.operation.message

    @property
    def source(self) -> tuple[str, str]:
        """Channel and id of what the journal names for its deeds: the message, or the run of a
        job. Raises ValueError for anything else."""
        message = self.operation.message
        if message is not None:
            return message.channel, message.id
        kind, _, run = self.operation.cause.partition(":")
        if kind != JOB:
            raise ValueError(f"{self.operation.cause} is neither a message nor a job")
        return JOB, run

    @contextmanager
    def under_terms_of(self, at: int) -> Iterator[None]:
        """Lets the programme judge that was in force at an instant, microseconds since 1970
        UTC."""
        kept, self.programme = self.programme, self._batch.programme_at(at)
        try:
            yield
        finally:
            self.programme = kept

    def member_of(self, external_id: str) -> int:
        """The member whom this channel knows by that id. It must be among the operation's
        people."""
        return self._batch.known.members[self.message.channel, external_id]

    def is_person(self, external_id: str, member: int) -> bool:
        """Whether the member is the one whom this channel knows by that id."""
        channel = self.message.channel
        return self._batch.known.members.get((channel, external_id)) == member

    def identities(self, member: int) -> list[tuple[str, str]]:
        """(channel, external id) of the member, in order."""
        return self._batch.ledger.identities(member)

    def birthday(self, member: int) -> tuple[int, int] | None:
        """Month and day of birth; None when they have not been told."""
        return self._batch.ledger.birthday(member)

    def set_birthday(self, member: int, month: int, day: int) -> None:
        """Notes it, instead of what was told before; the account is held from here on."""
        self.account(member)
        self.is_written = True
        self._batch.ledger.set_birthday(member, month, day)

    def year_gains(
        self, first: date, end: date, members: range, at_least: int
    ) -> list[tuple[int, int, int]]:
        """(member, points gained from `first` up to, not including, `end`, and those from `end`
        on) of those of `members` whose tiers are held by so many points or more, in order; locked
        from here on."""
        self._batch.lock(members, may_be_merged=True)
        self.read()
        return self._batch.ledger.year_gains(first, end, members, at_least)

    def last_member(self) -> int:
        """The highest number that a member has; 0 without any."""
        return self._batch.ledger.last_member()

    def name_of(self, member: int) -> str:
        """What the member is called; "" when nobody said."""
        known = self.writes.names.get(member) or self._called.get(member)
        return known or self._batch.name_of(member)

    def present(self) -> list[tuple[int, str]]:
        """Who is in the message's room, and what they are called; nobody in a private chat."""
        self.read()
        here = self._batch.ledger.present(self.room) if self.room is not None else []
        unseen = {self._batch.known.members[place] for place in self._batch.unseen}
        found = [(member, name) for member, name in here if member not in unseen]
        self._called.update(found)
        return found

    def lock(self, members: Iterable[int]) -> None:
        """Locks the accounts that will be touched, all at once: the next try of a transaction that
        others were in the way of begins with all of them."""
        self._batch.lock(members)

    def look(self, member: int) -> Account:
        """The account for reading only; what has expired is booked out first."""
        changed = self.writes.accounts.get(member)
        if changed is not None:
            return changed
        self._batch.lock([member])
        account = self._batch.accounts[member]
        return self.account(member) if self._has_expired(account) else account

    def account(self, member: int) -> Account:
        """This operation's copy of an account, with what has expired booked out first."""
        account = self.writes.accounts.get(member)
        return self._copied(member) if account is None else account

    def formers(self, member: int) -> tuple[int, ...]:
        """The numbers that the member also had, before they were merged into this one. Without
        the account in hand nobody has any."""
        account = self.writes.accounts.get(member) or self._batch.accounts.get(member)
        return account.formers if account is not None else ()

    def is_taken(self, keys: Sequence[str]) -> dict[str, bool]:
        """Which of these deeds have been done, by whichever of the member's numbers. Each key ends
        in the number that the member has now."""
        own = {key: self.keys_of(key) for key in keys}
        self._batch.look_up([one for each in own.values() for one in each])
        return {
            key: any(one in self._taken or self._batch.taken[one] for one in each)
            for key, each in own.items()
        }

    def is_done(self, key: str) -> bool:
        """Whether the deed of just this key has been done."""
        if key in self._taken:
            return True
        known = self._batch.taken.get(key)
        if known is None:
            self._batch.look_up([key])
            known = self._batch.taken[key]
        return known

    def keys_of(self, key: str) -> list[str]:
        """A key that ends in the member's number, and what it is under their former ones."""
        return [key, *_of_formers(key, self.formers(_number(key)))]

    def has_done(self, key: str) -> bool:
        """Whether this deed has been done, by whichever of the member's numbers; see `keys_of`."""
        return any(map(self.is_done, self.keys_of(key)))

    def posted(self, keys: Sequence[str]) -> dict[str, int]:
        """Which of these entries' keys have been posted, and by which entry: 0 for one that was
        taken back again, and not by an admin. Each ends in the number that the member has now."""
        own = {one: key for key in keys for one in self.keys_of(key)}
        found = self.posted_as([*own])
        posted: dict[str, int] = {}
        for one, entry in found.items():
            posted[own[one]] = posted.get(own[one]) or entry
        return posted

    def posted_as(self, keys: Sequence[str]) -> dict[str, int]:
        """As `posted`, of just these keys."""
        if not keys:
            return {}
        self.read()
        return self._batch.ledger.posted(keys)

    def board_room(self, member: int) -> int:
        """The room whose boards a gain counts in: that of the message, or else the member's home
        room."""
        return self.room or self.home_room(member)

    def home_room(self, member: int) -> int:
        """Where the member was first seen; 0 for one who only ever wrote privately."""
        return self._batch.home_room(member)

    def mark_taken(self, key: str) -> None:
        """Notes that this deed is now done."""
        self._taken.add(key)

    def day_of(self, account: Account) -> date:
        """Today, or the day of the account's last entry where the clock has gone back since: what
        is earned then must not expire when the clock comes right."""
        return max(self.today, self._batch.today(account.last_at))

    def lots(self, member: int) -> dict[date, int]:
        """The member's lots that hold something, with what this batch has moved so far. What it
        took from days before the account's first expiry left nothing there."""
        account = self.writes.accounts[member]
        lots = self._batch.ledger.lots(member, account.first_expiry)
        for writes in (self._batch.writes, self.writes):
            for (day, owner), points in writes.lots.items():
                if owner == member:
                    expires_on = date.fromisoformat(day)
                    lots[expires_on] = lots.get(expires_on, 0) + points
        return {day: points for day, points in lots.items() if points > 0}

    def expiring(self, member: int, last: date) -> dict[date, int]:
        """The member's lots that can be spent for the last time from today up to `last`; points
        for good stand on the day on which they expire when the member does nothing more."""
        account, days = self.look(member), self.programme.inactive_days
        lots: dict[date, int] = {}
        if account.first_expiry <= last:
            self.read()
            lots = self._batch.ledger.lots(member, self.today, last)
        if days is not None and account.balance:
            idle_on = self._idle_since(account) + timedelta(days=days)
            if idle_on <= last:
                self.read()
                for_good = self._batch.ledger.lots(member, FOREVER).get(FOREVER, 0)
                lots |= {idle_on: lots.get(idle_on, 0) + for_good} if for_good else {}
        return lots

    def post(self, line: Line, moves: Moves) -> Line:
        """Adds an entry; the account must hold its new balance already. Times of one account never
        go back."""
        account = self.writes.accounts[line.member]
        if line.at < account.last_at:
            line.at = account.last_at
            if line.reverses is None:
                line.posted_day = self._batch.today(line.at).isoformat()
        account.last_at = line.at
        line.balance, line.debt = account.balance, account.debt
        account.qualifying += line.gained
        if account.qualifying > account.peak:
            if is_crossed(account.peak, account.qualifying, self.programme.tiers):
                self.climbs.setdefault(line.member, account.peak)
            account.peak = account.qualifying
        self.writes.lines.append(line)
        if line.kind == "redemption" or (line.points > 0 and line.reverses is not None):
            self.spends.append(line)
        self.writes.add_lots(line.member, moves)
        return line

    def see(self, room: int, member: int) -> None:
        """Notes that the member speaks in the room, and so is in it."""
        if not self._batch.is_present((room, member)):
            self.writes.presences[room, member] = (self.at, None, None)

    def move(self, room: int, member: int, *, inviter: int | None, left: bool) -> None:
        """Notes that the member has joined the room, or left it; written always, since another
        process may have seen the last coming or going."""
        self.writes.presences[room, member] = (self.at, self.at if left else None, inviter)

    def rename(self, member: int, name: str) -> None:
        """Notes the name that the channel shows now."""
        if name and self.name_of(member) != name:
            self.writes.names[member] = name

    def read(self) -> Connection:
        """The connection, for SQL that sees everything up to this operation, this one included."""
        self.merge()
        self._batch.flush()
        return self._batch.ledger.connection

    def entry(self, number: int) -> Posted | None:
        """An entry of the ledger; None when there is none of that number."""
        self.read()
        return self._batch.ledger.entry(number)

    def lot_uses(self, number: int) -> dict[date, int]:
        """What an entry took from (below 0) or gave back to (above 0) the lots."""
        return self._batch.ledger.lot_uses(number)

    def expired(self, original: Posted, day: date) -> int:
        """Points of the lot of that day that have been booked out as expired after an entry, from
        its account and, once that was merged, from the one that it went on in."""
        self.read()
        ledger = self._batch.ledger
        accounts = [(original.number, original.id)]
        if original.number != original.member:
            accounts += ledger.later_accounts(original.number)
        return sum(ledger.expired(member, day, after) for member, after in accounts)

    def orders(self) -> Orders:
        """Orders and waiting points. They are written at once; what is still gathered, the rows of
        this operation, they do not see before `read`."""
        self.is_written = True
        return Orders(self._batch.ledger.connection, self.community)

    def referrals(self) -> Referrals:
        """Who brought whom; written at once."""
        self.is_written = True
        return Referrals(self._batch.ledger.connection, self.community)

    def identity(self, channel: str, external_id: str) -> int | None:
        """Who has that identity; None when nobody has, or has not come up yet."""
        if (channel, external_id) in self._batch.unseen:
            return None
        for _, member, *_ in self._batch.ledger.members(channel, [external_id]):
            return member
        return None

    def decisions(self) -> Decisions:
        """Who decided what on deeds that waited; written at once."""
        self.is_written = True
        return Decisions(self._batch.ledger.connection, self.community)

    def decide(self, activity: int, outcome: DecisionOutcome, actor: str | None) -> None:
        """Notes what was decided on a deed that waited, by its row of the journal."""
        self.has_decided = True
        self.decisions().note(activity, outcome, self.at, actor)

    def outbox(self) -> Outbox:
        """What is to be said; written at once."""
        self.is_written = True
        return Outbox(self._batch.ledger.connection, self.community)

    def journal(self) -> Journal:
        """Deeds by the messages that told of them, this operation's included."""
        return Journal(self.read(), self.community)

    def posts(self) -> Posts:
        """What members wrote and showed lately; written at once."""
        self.is_written = True
        return Posts(self._batch.ledger.connection, self.community)

    def rooms(self) -> RoomTable:
        """Which rooms are open, and what they are called; written at once."""
        self.is_written = True
        return self._room_table

    def note_parked(self) -> None:
        """Notes that an order waits for its buyer to become known."""
        self._batch.may_be_parked = True

    def external_id(self, channel: str, member: int) -> str | None:
        """Who the member is on a channel; None when they are not known there."""
        return self._batch.ledger.external_id(channel, member)

    def announce(self, channel: str, room: str, text: str, asks: tuple[str, ...] = ()) -> None:
        """Says something in a room, once the transaction is committed; `asks` are what may be
        answered. Nothing is said in a room that an admin has closed, unless it is the admins'
        own."""
        is_own = room == self.programme.admin_room
        if is_own or not self._room_table.is_closed(channel, room):
            self.notices.append((channel, Reply(text, room, asks=asks)))

    def notify(self, channel: str, external_id: str, text: str) -> None:
        """Says something privately to somebody, once the transaction is committed."""
        self.notices.append((channel, Reply(text, None, (external_id,))))

    @property
    def community(self) -> int:
        """Whose ledger it is."""
        return self._batch.ledger.community

    def history(self, member: int, skip: int, limit: int) -> list[LedgerLine]:
        """The member's entries, newest first."""
        connection = self.read()
        return reports.history(connection, self._last_entries(member), skip, limit, self.community)

    def entries_since(self, member: int, day: date) -> Iterator[LedgerLine]:
        """The member's entries posted on that day or later, newest first."""
        for skip in count(step=PAGE):
            page = self.history(member, skip, PAGE)
            for line in page:
                if self._batch.today(to_micros(line.at)) < day:
                    return
                yield line
            if len(page) < PAGE:
                return

    def seen_on(self, member: int) -> date:
        """The day on which the member was first seen."""
        return self._batch.today(self._batch.ledger.joined_at(member))

    def is_new(self, member: int) -> bool:
        """Whether nobody has seen the member, or heard of them, before this operation."""
        account, joined_at = self.look(member), self._batch.ledger.joined_at(member)
        return joined_at >= self.at and not account.last_entry and account.active_on is None

    def newcomer_since(self, member: int) -> int | None:
        """When a newcomer joined, microseconds since 1970 UTC; None for one who was there before
        the bot."""
        return self._batch.newcomer_since(member)

    def joined_on(self, member: int) -> date | None:
        """The day on which a newcomer joined; None for one who was there before the bot."""
        joined_at = self.newcomer_since(member)
        return None if joined_at is None else self._batch.today(joined_at)

    def tags_of(self, member: int) -> frozenset[str]:
        """What admins have tagged the member with."""
        return frozenset(Tags(self._batch.ledger.connection, self.community).of(member))

    def orders_of(self, member: int) -> list[Order]:
        """The member's paid orders of which something is left."""
        orders = Orders(self._batch.ledger.connection, self.community)
        return orders.paid(member)

    def given(self) -> dict[str, int]:
        """What the programme's campaigns have given of their budgets, by id, this operation
        included; locked from here on."""
        known = self._batch.given(self.programme)
        mine = self.writes.given
        return {one: points + mine.get(one, 0) for one, points in known.items()} if mine else known

    def bind_codes(self) -> BindCodes:
        """Codes that join a second account; written at once."""
        self.is_written = True
        return BindCodes(self._batch.ledger.connection, self.community)

    def merging(self) -> Merging:
        """What a member's rows become when they are another; written at once, behind everything up
        to here."""
        self.read()
        self.is_written = True
        return Merging(self._batch.ledger.connection, self.community)

    def note_merged(self, gone: int, kept: int) -> None:
        """Notes that a member is another from here on, the sender of this operation too."""
        self.read()
        self._batch.note_merged(gone, self.identities(kept))
        if self.member == gone:
            self.member = kept

    def tags(self) -> Tags:
        """Who is tagged with what; written at once."""
        self.is_written = True
        return Tags(self._batch.ledger.connection, self.community)

    def paid_since(self, member: int, day: date) -> list[Paid]:
        """What rules paid the member for that day and later ones, read off the ledger."""
        return [
            (line.rule, line.on, line.points)
            for line in self.entries_since(member, day)
            if line.kind == "accrual" and line.rule is not None and line.on >= day
        ]

    def waiting(self, member: int) -> list[Paid]:
        """What rules let wait for the member."""
        waits = self.orders().waits_of(member)
        return [(wait.rule, date.fromisoformat(wait.day), wait.points) for wait in waits]

    def count_entries(self, member: int) -> int:
        """How many entries the member has."""
        connection = self.read()
        return reports.count_entries(connection, self._last_entries(member), self.community)

    def refused_last(self, member: int) -> RefusedDeed | None:
        """The member's last refused deed; None when they have got or spent something since."""
        connection, account = self.read(), self._batch.accounts[member]
        if not account.refusal:
            return None
        last = account.last_entry
        return reports.refused_since(connection, account.refusal, last, self.community)

    def entry_line(self, number: int) -> LedgerLine | None:
        """One entry with what is known around it."""
        return reports.entry_line(self.read(), number, community=self.community)

    def board(self, period: Period, member: int, *, is_community: bool) -> Board | None:
        """The board of this room, or of the whole community; privately, of the member's home
        room. None while a large community's is being counted."""
        connection = self.read()
        kept, lines = self._batch.boards, self._batch.written
        asked = Question(period, self.today, self.programme.zone, self.at, member)
        if self._batch.has_merged:  # what is kept follows entries, and knows of it when it is over
            return self._counted_board(connection, asked, is_community=is_community)
        if is_community:
            return kept.board(connection, lines, asked)
        return kept.room_board(connection, lines, self.board_room(member), asked)

    def overdue_members(self, limit: int) -> list[int]:
        """Members with lots whose last day is past, at most `limit`."""
        self.read()
        members = self._batch.ledger.overdue_members(self.today, limit)
        self._batch.lock(members)
        return members

    def overdue(self, limit: int) -> list[tuple[date, int, Account]]:
        """Lots whose last day is past; see Ledger.overdue."""
        self.read()
        return self._batch.ledger.overdue(self.today, limit)

    def idle(self, after: int, limit: int) -> tuple[list[tuple[date, int, Account]], int | None]:
        """Points for good of members above `after` whose accounts may have been inactive too long,
        and from where to go on; see Ledger.idle."""
        self.read()
        cut = self.today - timedelta(days=self.programme.inactive_days or 0)
        before = to_micros(datetime.combine(cut + timedelta(days=1), time(), UTC))
        return self._batch.ledger.idle(after, limit, cut, before)

    def write_expiries(self, writes: Writes) -> None:
        """Writes them at once; see Ledger.write_expiries. Accounts that the transaction holds
        already are read again."""
        self.is_written = True
        self._batch.ledger.write_expiries(writes)
        self._batch.written += writes.lines
        self.lines += writes.lines
        held = [member for member in writes.accounts if member in self._batch.accounts]
        if held:
            self._batch.accounts |= self._batch.ledger.accounts(held)

    def move_clock(self) -> None:
        """Notes that the community has seen this instant."""
        self._batch.ledger.move_clock(self.at)

    def claim(self, job: str, period: str) -> bool:
        """Whether this run of a job is ours, and not over; `place` is then where it goes on."""
        self.is_written = True
        place = self._batch.ledger.claim(job, period, self.at)
        self.place = place or 0
        return place is not None

    def leave(self, job: str, period: str, place: int | None) -> None:
        """Notes where the claimed run has got to with this transaction; None: it is over."""
        self._batch.ledger.leave(job, period, place)

    def merge(self) -> None:
        """Hands what it did to the batch; it goes on with empty hands."""
        self.end()
        self.is_written = self.is_written or bool(self.lines or self.deeds)
        self.writes = Writes()

    def end(self) -> None:
        """Hands the last of it to the batch."""
        writes = self.writes
        self.deeds += writes.deeds
        self.lines += writes.lines
        self._batch.accounts |= writes.accounts
        for key in self._taken:
            self._batch.taken[key] = True
        if writes.given:
            self._batch.note_given(writes.given)
        self._batch.writes.merge(writes)

    def idle_why(self, account: Account) -> str | None:
        """Why points for good have expired, as it is stored; None when they have not."""
        if self.programme.inactive_days is None or not account.balance:
            return None
        since = self._idle_since(account)
        if not is_idle(self.programme, since, self.today):
            return None
        return f'{{"inactive_days":{self.programme.inactive_days},"since":"{since}"}}'

    @property
    def _room_table(self) -> RoomTable:
        return RoomTable(self._batch.ledger.connection, self.community)

    def _last_entries(self, member: int) -> list[int]:
        """The last entry of each of the member's accounts that has one. All is flushed."""
        last, formers = self._batch.accounts[member].last_entry, list(self.formers(member))
        others = self._batch.ledger.last_entries(formers).values() if formers else ()
        return [entry for entry in (last, *others) if entry]

    def _counted_board(
        self, connection: Connection, asked: Question, *, is_community: bool
    ) -> Board:
        if is_community:
            return boards.community_board(
                connection, asked.period, asked.today, asked.member,
                limit=asked.limit, community=self.community,
            )  # fmt: skip
        return boards.room_board(
            connection, self.board_room(asked.member), asked.period, asked.today, asked.member,
            limit=asked.limit, community=self.community,
        )  # fmt: skip

    def _copied(self, member: int) -> Account:
        if member not in self._batch.accounts:
            self._batch.lock([member])
        account = self.writes.accounts[member] = self._batch.accounts[member].copy()
        if self._has_expired(account):
            self._expire(account)
        return account

    def _idle_since(self, account: Account) -> date:
        return idle_since(account.active_on, self._batch.today(account.last_at))

    def _has_expired(self, account: Account) -> bool:
        is_past = account.first_expiry < self.today
        return is_past or (
            self.programme.inactive_days is not None and self.idle_why(account) is not None
        )

    def _expire(self, account: Account) -> None:
        """Books out the lots whose last day is past, and points for good of one who was inactive
        too long, one entry a lot, however late the nightly job is."""
        lots = self.lots(account.member)
        past = lot_rules.overdue(lots, self.today)
        why = self.idle_why(account)
        if why is not None and FOREVER in lots:
            past[FOREVER] = lots[FOREVER]
        for day, points in past.items():
            account.balance -= points
            line = expiry_line(account, day, points, self.at, self.today_text)
            if day == FOREVER and why is not None:
                line.why = why
            self.post(line, {day: -points})
            lots.pop(day)
        account.first_expiry = min(lots, default=FOREVER)


def _number(key: str) -> int:
    """The member's number at the end of a key; 0 when there is none."""
    last = key.rpartition("/")[2]
    return int(last) if last.isdecimal() else 0


def _of_formers(key: str, formers: Iterable[int]) -> Iterator[str]:
    """A key that ends in the member's number, as it would be under others."""
    for former in formers:
        yield f"{key.rpartition('/')[0]}/{former}"
