"""The ledger as a bookkeeper with a pencil keeps it: a member is a list of lots, a debt and a list
of lines.

Written from what is promised (a spend takes the lot that expires first, a gain pays a debt first,
a reversal gives back to where it took) and not from the sources, so that the two can disagree. It
keeps no counters, no streak and no balance: it counts them anew whenever it is asked.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
HOUR_MICROS = 3_600_000_000
NEVER = date(9999, 12, 31)
ADDS_TO_BOARDS = ("accrual", "adjustment")


@dataclass(frozen=True)
class Promises:
    """The programme, as far as the model needs it."""

    zone: ZoneInfo
    checkin: int
    streak: int
    """Paid on every `every`-th day in a row."""
    every: int
    share: int
    share_cap: int
    """Points a day."""
    valid_days: int | None
    grace_days: int
    share_percent: int | None = None
    """Of each gain only so much goes after those days, rounded down; the rest stays."""
    inactive_days: int | None = None
    """Points that stay go when nothing was done for longer than so many days."""


@dataclass
class Lot:
    """Points of one gain that are still unspent."""

    day: date
    """The last on which they can be spent."""
    left: int


@dataclass
class Line:
    """An entry. Entries, members and rooms are numbered from 1 in the order in which they came."""

    number: int
    member: int
    kind: str
    points: int
    key: str
    at: int
    day: date
    board_day: date
    balance: int
    debt: int
    previous: int
    room: str | None
    """Where it counts on a board: a room, "" for private, None for what counts nowhere."""
    rule: str | None = None
    expires_on: date | None = None
    reverses: int | None = None
    moves: dict[date, int] = field(default_factory=dict)
    """What it took from or gave back to lots, apart from a plain gain."""
    meant: dict[date, int] = field(default_factory=dict)
    """Of a gain: how many of its points were to be good until which day."""
    put: dict[date, int] = field(default_factory=dict)
    """The same without what a debt kept."""

    def counts(self, original: str | None) -> bool:
        """Whether it moves boards: a gain, or the reversal of one."""
        return self.kind in ADDS_TO_BOARDS or original in ADDS_TO_BOARDS


@dataclass
class Member:
    """One person's page."""

    number: int
    home: str
    name: str = ""
    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    lines: list[Line] = field(default_factory=list)
    days: set[date] = field(default_factory=set)
    """Checked in."""
    active_on: date = date.min
    """The latest day of a deed that was not refused."""
    heir: "Member | None" = None
    """Who they turned out to be."""
    after: int = 0
    """The heir's last line before that."""
    formers: list["Member"] = field(default_factory=list)
    """Who turned out to be them."""

    @property
    def history(self) -> list[Line]:
        """Their lines, and those of who turned out to be them."""
        return self.lines + [line for former in self.formers for line in former.history]

    @property
    def balance(self) -> int:
        return sum(lot.left for lot in self.lots)

    def by_day(self) -> dict[date, int]:
        """Lots that hold something, those of a day together."""
        days: dict[date, int] = {}
        for lot in self.lots:
            if lot.left:
                days[lot.day] = days.get(lot.day, 0) + lot.left
        return days

    def take(self, points: int, lots: list[Lot]) -> dict[date, int]:
        """Takes up to `points` from these lots in their order; what each day gave, below 0."""
        moves: dict[date, int] = {}
        for lot in lots:
            part = min(points, lot.left)
            if part:
                lot.left -= part
                points -= part
                moves[lot.day] = moves.get(lot.day, 0) - part
        return moves

    def earliest(self) -> list[Lot]:
        return sorted(self.lots, key=lambda lot: lot.day)

    def of(self, day: date) -> list[Lot]:
        return [lot for lot in self.lots if lot.day == day]

    def add(self, meant: dict[date, int]) -> dict[date, int]:
        """Adds a gain, of which a debt then takes as a spend does; what is put into which lot."""
        lots = [Lot(day, points) for day, points in sorted(meant.items())]
        self.debt += sum(self.take(self.debt, lots).values())
        self.lots += lots
        return {lot.day: lot.left for lot in lots}

    def run_around(self, day: date) -> tuple[date, date]:
        """First and last of the days in a row that hold `day`."""
        first = last = day
        while first - DAY in self.days:
            first -= DAY
        while last + DAY in self.days:
            last += DAY
        return first, last

    def streak(self, today: date) -> int:
        """Days in a row, while yesterday's or a later one is among them."""
        if not self.days or (last := max(self.days)) < today - DAY:
            return 0
        return (last - self.run_around(last)[0]).days + 1


class Model:
    """All members of one community, and every message that had its effect."""

    def __init__(self, promises: Promises) -> None:
        self.promises = promises
        self.members: list[Member] = []
        self.people: dict[str, int] = {}
        """Number by external id. Somebody forgotten is not among them any more."""
        self.lines: list[Line] = []
        self.inbox: dict[str, str] = {}
        """What each message said."""
        self.jobs: set[str] = set()

    def meet(self, person: str, room: str | None) -> None:
        """Enrols somebody whom nobody has seen before."""
        if person not in self.people:
            self.members.append(Member(len(self.members) + 1, room or ""))
            self.people[person] = len(self.members)

    def member(self, person: str) -> Member:
        return self.members[self.people[person] - 1]

    def person(self, number: int) -> Member:
        """Who the member of that number is by now."""
        who = self.members[number - 1]
        return self.person(who.heir.number) if who.heir is not None else who

    def today(self, at: int) -> date:
        instant = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
        return instant.astimezone(self.promises.zone).date()

    def seen(self, message: str, said: str) -> str | None:
        """`duplicate` or `conflict` for a message that had its effect before."""
        if message not in self.inbox:
            self.inbox[message] = said
            return None
        return "duplicate" if self.inbox[message] == said else "conflict"

    # What can happen. Each answers as the real one is asked to answer.

    def checkin(self, person: str, room: str | None, at: int, sent_at: int) -> str:
        who, today = self.member(person), self.today(at)
        day = self.today(min(sent_at, at))
        refusal = None
        if at - sent_at > 48 * HOUR_MICROS:
            refusal = "too_late"
        elif day in who.days:
            refusal = "already_done"
        self._book_out(who, at)
        if refusal:
            return self._settled(who, [], refusal, today)
        who.days.add(day)
        who.active_on = max(who.active_on, day)
        gains = [(self.promises.checkin, "checkin", day)]
        gains += [
            (self.promises.streak, "checkin_streak", on) for on in self._bonus_days(who, day)
        ]
        lines = [
            self._gain(
                who, points, "accrual", f"{rule}:checkin/{on}/{who.number}", at, on,
                room=room, rule=rule,
            )
            for points, rule, on in gains
        ]  # fmt: skip
        return self._settled(who, lines, None, today)

    def _bonus_days(self, who: Member, day: date) -> list[date]:
        """The days from `day` on that have a bonus and were paid none, as many as its run has
        earned above what was paid for any of its days: so no order of days earns more."""
        first, last = who.run_around(day)
        days = [first + number * DAY for number in range((last - first).days + 1)]
        bonuses = [on for number, on in enumerate(days, 1) if number % self.promises.every == 0]
        paid = [line.day for line in who.history if line.rule == "checkin_streak"]
        missing = len(bonuses) - sum(on in days for on in paid)
        return [on for on in bonuses if on >= day and on not in paid][: max(missing, 0)]

    def share(self, person: str, room: str | None, at: int, message: str) -> str:
        who, today = self.member(person), self.today(at)
        self._book_out(who, at)
        shares = [line for line in who.history if line.rule == "share" and line.day == today]
        paid = sum(line.points for line in shares)
        left = self.promises.share_cap - paid
        if left <= 0:
            return self._settled(who, [], "cap_points_daily", today)
        who.active_on = max(who.active_on, today)
        key = f"share:share/replay/{message}"
        points = min(self.promises.share, left)
        line = self._gain(who, points, "accrual", key, at, today, room=room, rule="share")
        return self._settled(who, [line], None, today)

    def grant(self, person: str, points: int, room: str | None, at: int, message: str) -> str:
        who = self.member(person)
        self._book_out(who, at)
        key = f"adjustment:replay/{message}"
        return _posted(
            self._gain(who, points, "adjustment", key, at, self.today(at), room=room, rule=None)
        )

    def spend(
        self, person: str, points: int, kind: str, room: str | None, at: int, message: str
    ) -> str:
        """Redeems or, as an adjustment, deducts."""
        who = self.member(person)
        self._book_out(who, at)
        if who.balance < points:
            return "insufficient"
        moves = who.take(points, who.earliest())
        key = f"{kind}:{message}" if kind == "redemption" else f"adjustment:replay/{message}"
        return _posted(
            self._write(who, kind, -points, key, at, room=self._room(who, room), moves=moves)
        )

    def reverse(self, number: int, at: int) -> str:
        if not 1 <= number <= len(self.lines):
            return "no_such_entry"
        original = self.lines[number - 1]
        who = self.person(original.member)
        self._book_out(who, at)
        if original.kind in ("reversal", "expiry", "transfer"):
            return "not_reversible"
        if original.points > 0:
            return self._take_back(who, original, original.points, at)
        if any(line.reverses == number for line in self.lines):
            return "already_reversed"
        return _posted(self._give_back(who, original, at))

    def refund(self, number: int, total: int, at: int) -> str:
        """Takes an accrual back until `total` is taken."""
        if not 1 <= number <= len(self.lines):
            return "no_such_entry"
        original = self.lines[number - 1]
        who = self.person(original.member)
        self._book_out(who, at)
        if original.kind != "accrual":
            return "not_reversible"
        return self._take_back(who, original, total, at)

    def merge(self, one: str, other: str, at: int) -> str:
        """Two turn out to be one person: the one who came first. No point is lost."""
        kept, gone = sorted((self.member(one), self.member(other)), key=lambda who: who.number)
        if kept is gone:
            return "same_member"
        self._book_out(kept, at)
        self._book_out(gone, at)
        gone.heir, gone.after = kept, kept.lines[-1].number if kept.lines else 0
        for day, points in sorted(gone.by_day().items()):
            moves = gone.take(points, gone.of(day))
            key = f"transfer:{day}/{gone.number}/1"
            self._write(gone, "transfer", -points, f"{key}/out", at, room=None, moves=moves)
            kept_back = points - kept.add({day: points})[day]
            moves = {day: -kept_back} if kept_back else {}
            line = self._write(kept, "transfer", points, f"{key}/in", at, room=None, moves=moves)
            line.expires_on = day
        if debt := gone.debt:
            gone.debt, key = 0, f"transfer:debt/{gone.number}/1"
            self._write(gone, "transfer", debt, f"{key}/out", at, room=None)
            moves = kept.take(debt, kept.earliest())
            kept.debt += debt + sum(moves.values())
            self._write(kept, "transfer", -debt, f"{key}/in", at, room=None, moves=moves)
        kept.formers.append(gone)
        kept.days |= gone.days
        kept.active_on = max(kept.active_on, gone.active_on)
        kept.home = kept.home or gone.home
        for name, number in self.people.items():
            self.people[name] = kept.number if number == gone.number else number
        return "merged"

    def expire(self, period: str, at: int) -> str:
        """The nightly job, however late."""
        if period in self.jobs:
            return "claimed before"
        self.jobs.add(period)
        today = self.today(at)
        past = {(day, who.number) for who in self.members for day in who.by_day() if day < today}
        for day, number in sorted(past):
            self._book_out_lot(self.members[number - 1], day, at)
        for who in self.members:
            if NEVER in who.by_day() and self._is_idle(who, today):
                self._book_out_lot(who, NEVER, at)
        return "booked out"

    def forget(self, person: str) -> None:
        """Who they were; not what they have."""
        self.member(person).name = ""
        del self.people[person]

    # What follows from it.

    def scores(self) -> dict[tuple[date, str, int], tuple[int, int]]:
        """Points gained, and the entry that last changed it, by (day, room, member)."""
        scores: dict[tuple[date, str, int], tuple[int, int]] = {}
        for line in self.lines:
            original = self.lines[line.reverses - 1].kind if line.reverses else None
            if line.counts(original):
                assert line.room is not None
                place = (line.board_day, line.room, self.person(line.member).number)
                scores[place] = (scores.get(place, (0, 0))[0] + line.points, line.number)
        return scores

    def qualifying(self, who: Member) -> int:
        return sum(
            points for place, (points, _) in self.scores().items() if place[2] == who.number
        )

    def board(self, days: set[date], room: str | None) -> list[tuple[int, int, int]]:
        """(rank, member, points): equal points share a rank, who reached them first stands
        first."""
        points: dict[int, int] = {}
        last: dict[int, int] = {}
        for (day, where, member), (gained, entry) in self.scores().items():
            if day in days and room in (None, where):
                points[member] = points.get(member, 0) + gained
                last[member] = max(last.get(member, 0), entry)
        ranked = sorted(
            (who for who, gained in points.items() if gained > 0),
            key=lambda who: (-points[who], last[who]),
        )
        return [
            (1 + sum(points[other] > points[who] for other in ranked), who, points[who])
            for who in ranked
        ]

    # How it is written down.

    def _gain(
        self,
        who: Member,
        points: int,
        kind: str,
        key: str,
        at: int,
        day: date,
        *,
        room: str | None,
        rule: str | None,
    ) -> Line:
        meant = self._meant(points, self._day(who, at))
        put = who.add(meant)
        line = self._write(who, kind, points, key, at, room=self._room(who, room), day=day)
        line.rule, line.expires_on, line.meant, line.put = rule, min(meant), meant, put
        plain = {line.expires_on: points}
        moves = {day: put.get(day, 0) - plain.get(day, 0) for day in put}
        line.moves = {day: moved for day, moved in moves.items() if moved}
        return line

    def _meant(self, points: int, day: date) -> dict[date, int]:
        """How many of the points of a gain of that day are good until when."""
        terms = self.promises
        if terms.valid_days is None:
            return {NEVER: points}
        goes = points if terms.share_percent is None else points * terms.share_percent // 100
        days = {day + terms.valid_days * DAY: goes, NEVER: points - goes}
        return {day: part for day, part in days.items() if part}

    def _give_back(self, who: Member, original: Line, at: int) -> Line:
        """To the lots it came from, what lives longest first when a debt keeps a part."""
        today = self._day(who, at)
        left = -original.points - min(who.debt, -original.points)
        who.debt -= -original.points - left
        moves: dict[date, int] = {}
        for day in sorted(original.moves, reverse=True):
            part = min(left, -original.moves[day])
            if part:
                target = day if day >= today else today + self.promises.grace_days * DAY
                who.lots.append(Lot(target, part))
                moves[target] = moves.get(target, 0) + part
                left -= part
        return self._reversal(who, original, -original.points, at, moves)

    def _take_back(self, who: Member, original: Line, total: int, at: int) -> str:
        """What has expired of what it put into lots stays out of it, however many parts there are.
        A part is known by what is taken after it; all at once is not a part."""
        before = [-line.points for line in self.lines if line.reverses == original.number]
        gone = sum(
            min(put, -sum(line.moves.get(day, 0) for line in self._expiries_after(original)))
            for day, put in original.put.items()
        )
        there = max(0, original.points - gone - sum(before))
        points = min(there, total - sum(before))
        if points <= 0:
            return "already_reversed" if before else "already_expired"
        moves: dict[date, int] = {}
        for nth in range(sum(before) + 1, sum(before) + points + 1):
            for day, part in who.take(1, self._in_turn(who, original, nth)).items():
                moves[day] = moves.get(day, 0) + part
        who.debt += points + sum(moves.values())
        is_part = bool(before) or points < there
        after = f"/{sum(before) + points}" if is_part else ""
        return _posted(self._reversal(who, original, -points, at, moves, after))

    def _expiries_after(self, original: Line) -> list[Line]:
        """What was booked out after it of the account it is on, and then of the heir's."""
        who, after, found = self.members[original.member - 1], original.number, list[Line]()
        while True:
            found += [line for line in who.lines if line.kind == "expiry" and line.number > after]
            if who.heir is None:
                return found
            who, after = who.heir, who.after

    def _in_turn(self, who: Member, original: Line, nth: int) -> list[Lot]:
        """The lots that the nth point of a gain is taken back from, the first that has any: of
        points that stay and points that go, the one whose turn it is in proportion, then the
        other, then the earliest."""
        stays, whole = original.meant.get(NEVER, 0), original.points
        is_to_stay = nth * stays // whole > (nth - 1) * stays // whole
        own = sorted(original.meant, key=lambda day: (day == NEVER) != is_to_stay)
        others = [lot for lot in who.earliest() if lot.day not in own]
        return [lot for day in own for lot in who.of(day)] + others

    def _reversal(
        self,
        who: Member,
        original: Line,
        points: int,
        at: int,
        moves: dict[date, int],
        after: str = "",
    ) -> Line:
        line = self._write(
            who, "reversal", points, f"reversal:{original.number}{after}", at,
            room=original.room, moves=moves,
        )  # fmt: skip
        line.reverses, line.board_day = original.number, original.board_day
        return line

    def _book_out(self, who: Member, at: int) -> None:
        """One line for each day that is past, and one for what stays of those who did nothing."""
        today = self.today(at)
        is_idle = self._is_idle(who, today)
        for day in sorted(who.by_day()):
            if day < today or (day == NEVER and is_idle):
                self._book_out_lot(who, day, at)

    def _is_idle(self, who: Member, today: date) -> bool:
        """Whether neither a deed nor a line is as young as was promised."""
        days = self.promises.inactive_days
        if days is None or not who.lines:
            return False
        return today - max(who.active_on, self.today(who.lines[-1].at)) > days * DAY

    def _book_out_lot(self, who: Member, day: date, at: int) -> None:
        lots = who.of(day)
        moves = who.take(sum(lot.left for lot in lots), lots)
        previous = who.lines[-1].number if who.lines else 0
        key = f"expiry:{day}/{who.number}/{previous}"
        self._write(who, "expiry", moves[day], key, at, room=None, moves=moves)

    def _write(
        self,
        who: Member,
        kind: str,
        points: int,
        key: str,
        at: int,
        *,
        room: str | None,
        day: date | None = None,
        moves: dict[date, int] | None = None,
    ) -> Line:
        """A line with the balance and debt after it; its time is never before the one before."""
        clock = self._clock(who, at)
        line = Line(
            number=len(self.lines) + 1, member=who.number, kind=kind, points=points, key=key,
            at=clock, day=day or self.today(at), board_day=self.today(clock),
            balance=who.balance, debt=who.debt,
            previous=who.lines[-1].number if who.lines else 0, room=room, moves=moves or {},
        )  # fmt: skip
        self.lines.append(line)
        who.lines.append(line)
        return line

    def _clock(self, who: Member, at: int) -> int:
        """An account's time does not go back when the clock does."""
        return max(at, who.lines[-1].at) if who.lines else at

    def _day(self, who: Member, at: int) -> date:
        return self.today(self._clock(who, at))

    def _room(self, who: Member, room: str | None) -> str:
        return room if room is not None else who.home

    def _settled(self, who: Member, lines: list[Line], refusal: str | None, today: date) -> str:
        points = "+".join(str(line.points) for line in lines)
        return f"{refusal or points} streak {who.streak(today)} balance {who.balance}"


def _posted(line: Line) -> str:
    return f"{line.points} balance {line.balance} debt {line.debt}"
