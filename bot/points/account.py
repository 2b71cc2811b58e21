"""One member's standing as the ledger keeps it, and how an entry changes it.

The working copy is mutable: a batch of operations changes it in memory and writes it once. Points;
days are programme-local.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from bot.points.chain import GENESIS
from bot.points.day import day_text
from bot.points.lots import Lots, Moves, give_back, take, take_back
from bot.points.types import FOREVER, Awards, EntryKind, Tally

Counter = list[str | int]
"""[last day, times and points on that day, in its week, in its month, and ever, when it last paid
in microseconds since 1970 UTC] of one rule."""
WEEK, MONTH, EVER = 3, 5, 7
"""Where the tallies of each period stand; the day's at 1."""
NONE = Tally()
NO_AWARDS = Awards()


@dataclass(slots=True)
class Account:
    """What an award reads and writes: balance, streak, counters, and the head of the member's
    chain."""

    member: int
    balance: int = 0
    """Sum of the lots; never below 0, and 0 while there is a debt."""
    debt: int = 0
    """What was taken back after it had been spent; later gains pay it first."""
    qualifying: int = 0
    """Accruals and adjustments, less their reversals."""
    qualifying_entry: int = 0
    run: int = 0
    """Checked-in days in a row that end on `run_on`."""
    run_on: date | None = None
    total_days: int = 0
    """Days ever checked in, in a row or not, made-up ones included."""
    counters: dict[str, Counter] = field(default_factory=dict)
    first_expiry: date = FOREVER
    """No lot expires before this day."""
    last_entry: int = 0
    last_at: int = 0
    """Microseconds since 1970 UTC; entries of one account never go back in time."""
    head: bytes = GENESIS
    waiting: int = 0
    """Points that have been earned and cannot be spent yet."""
    shields: int = 0
    """Missed days that are still covered by themselves (连签保护)."""
    active_on: date | None = None
    """The day of the member's last deed that was not refused; None: none yet."""
    back_on: date | None = None
    """The day on which the member last came back after a silence that a segment asks about."""
    away_days: int = 0
    """How many days that silence had lasted."""
    peak: int = 0
    """The most qualifying points ever: what was reached once is not announced again."""
    set_aside: int = 0
    """Qualifying points that a yearly re-check no longer counts for the tier."""
    refusal: int = 0
    """The row of the journal that tells of the last refused deed; 0: none."""
    formers: tuple[int, ...] = ()
    """The numbers of members who have been merged into this one: the same person's."""

    @property
    def tier_points(self) -> int:
        """What tiers are held by."""
        return self.qualifying - self.set_aside

    def note_active(self, on: date, silence_days: int | None = None) -> None:
        """Notes a deed of that day; an earlier one than the last changes nothing. After so many
        days without any, the member is back."""
        if self.active_on is None:
            self.active_on = on
        elif on > self.active_on:
            away = (on - self.active_on).days
            if silence_days is not None and away >= silence_days:
                self.back_on, self.away_days = on, away
            self.active_on = on

    def check_in(self, on: date, before: int, after: int) -> None:
        """Counts a day checked in between runs of so many days."""
        self.total_days += 1
        last = on + timedelta(days=after) if after else on
        if self.run_on is None or last >= self.run_on:
            self.run, self.run_on = before + 1 + after, last

    def copy(self) -> "Account":
        """An independent copy."""
        return Account(
            self.member,
            self.balance,
            self.debt,
            self.qualifying,
            self.qualifying_entry,
            self.run,
            self.run_on,
            self.total_days,
            {rule: counter[:] for rule, counter in self.counters.items()},
            self.first_expiry,
            self.last_entry,
            self.last_at,
            self.head,
            self.waiting,
            self.shields,
            self.active_on,
            self.back_on,
            self.away_days,
            self.peak,
            self.set_aside,
            self.refusal,
            self.formers,
        )

    def awards(self, rule: str, day: date) -> Awards:
        """How often and how much `rule` paid on `day`, in its week and month, and ever."""
        counter = self.counters.get(rule)
        if counter is None:
            return NO_AWARDS
        last, on = str(counter[0]), day_text(day)
        return Awards(
            _tally(counter, 1) if last == on else NONE,
            _tally(counter, WEEK) if _is_same_week(last, on) else NONE,
            _tally(counter, MONTH) if last[:7] == on[:7] else NONE,
            _tally(counter, EVER),
            int(counter[-1]),
        )

    def counts(self, rule: str, day: date) -> bool:
        """Whether `awards` knows the day: it does not when the rule has paid for a later one."""
        counter = self.counters.get(rule)
        return counter is None or day_text(day) >= str(counter[0])

    def points_on(self, day: str, rules: Collection[str]) -> int | None:
        """What these rules paid on a day; None when one has paid for a later day, and nobody
        counts that one any more."""
        points = 0
        for rule, counter in self.counters.items():
            if rule in rules and str(counter[0]) >= day:
                if counter[0] != day:
                    return None
                points += int(counter[2])
        return points

    def count(self, rule: str, points: int, day: str, at: int) -> None:
        """Counts one payment of `rule` for `day`, made at `at`. A day before the last one counted
        stands in no day's count, and one of an earlier week or month in none of theirs."""
        counter = self.counters.get(rule)
        if counter is None:
            self.counters[rule] = [day, 1, points, 1, points, 1, points, 1, points, at]
            return
        last = str(counter[0])
        is_week, is_month = _is_same_week(last, day), last[:7] == day[:7]
        if day > last:
            counter[0:WEEK] = [day, 0, 0]
            if not is_week:
                counter[WEEK:MONTH] = [0, 0]
            if not is_month:
                counter[MONTH:EVER] = [0, 0]
            is_week = is_month = True
        for is_open, place in (
            (day >= last, 1), (is_week, WEEK), (is_month, MONTH), (True, EVER),
        ):  # fmt: skip
            if is_open:
                counter[place] = int(counter[place]) + 1
                counter[place + 1] = int(counter[place + 1]) + points
        counter[-1] = max(int(counter[-1]), at)


def counters_to_text(counters: Mapping[str, Counter]) -> str:
    """The counters as they are stored: JSON. Written by hand, since it is written with every
    award."""
    return (
        "{" + ",".join([f'"{rule}":{_list(counter)}' for rule, counter in counters.items()]) + "}"
    )


def gain(
    account: Account, points: int, expires_on: date, for_good: int = 0
) -> tuple[Moves, Moves]:
    """Adds `points`, of which `for_good` never expire; a debt is paid first, as a spend is, out of
    those that expire before the others. Returns how the lots move and, beside it, what went
    elsewhere than into the lot of `expires_on`: for good, or to the debt."""
    paid = min(account.debt, points)
    account.debt -= paid
    account.balance += points - paid
    added = points - paid
    if for_good:
        for_good = min(for_good, added)
        added -= for_good
    if added and expires_on < account.first_expiry:
        account.first_expiry = expires_on
    beside = {expires_on: added - points} if added < points else {}
    if not for_good:
        return {expires_on: added}, beside
    return {expires_on: added, FOREVER: for_good}, {**beside, FOREVER: for_good}


def spend(account: Account, points: int, lots: Lots, today: date) -> Moves | None:
    """Takes `points` from the lots that expire first; None, and nothing changed, when they are not
    there."""
    moves = take(lots, points, today)
    if -sum(moves.values()) < points:
        return None
    account.balance -= points
    return moves


def reverse_gain(account: Account, wanted: Lots, lots: Lots, today: date) -> Moves:
    """Takes a gain back: what is `wanted` from each of its own lots, then from the earliest, and
    the rest as debt."""
    moves = take_back(lots, wanted, today)
    taken = -sum(moves.values())
    account.balance -= taken
    account.debt += sum(wanted.values()) - taken
    return moves


def reverse_spend(
    account: Account, points: int, taken: Mapping[date, int], today: date, grace_days: int
) -> Moves:
    """Gives a spend of `points` back to the lots it came from (`taken`, above 0); a debt is paid
    first."""
    paid = min(account.debt, points)
    account.debt -= paid
    account.balance += points - paid
    moves = give_back(taken.items(), points - paid, today, grace_days)
    account.first_expiry = min(account.first_expiry, *moves) if moves else account.first_expiry
    return moves


def counts_for_tier(kind: EntryKind) -> bool:
    """Whether entries of this kind move qualifying points and boards; so do their reversals."""
    return kind in ("accrual", "adjustment")


def _list(counter: Counter) -> str:
    day, one, two, three, four, five, six, seven, eight, at = counter
    return f'["{day}",{one},{two},{three},{four},{five},{six},{seven},{eight},{at}]'


@lru_cache(maxsize=1024)
def _is_same_week(one: str, other: str) -> bool:
    return week_of(date.fromisoformat(one)) == week_of(date.fromisoformat(other))


def _tally(counter: Counter, place: int) -> Tally:
    return Tally(int(counter[place]), int(counter[place + 1]))


def week_of(day: date) -> date:
    """The Monday of the week."""
    return day - timedelta(days=day.weekday())
