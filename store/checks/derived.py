"""What is kept beside the ledger so that it need not be read again: accounts, lots and scores."""

import json
from datetime import date

from bot.points.types import FOREVER
from store.checks.entries import Recount, Recounted
from store.checks.found import Found, is_day, shown
from store.database import Value
from store.ledger import ACCOUNT_COLUMNS
from store.snapshot import Snapshot, whole

SAME = (
    "balance", "debt", "qualifying", "qualifying_entry", "last_entry", "last_at",
)  # fmt: skip
"""Columns of an account that must be equal to what the entries give."""


class Derived:
    """The derived rows of some members, compared with their recounted accounts."""

    def __init__(self, view: Snapshot, community: int, recount: Recount, found: Found) -> None:
        self._view = view
        self._community = community
        self._recount = recount
        self._found = found

    def compare(self, first: int, end: int) -> None:
        """Compares members `first` up to, not including, `end`."""
        self._compare_accounts(first, end)
        self._compare_lots(first, end)
        self._compare_scores(first, end)

    def _compare_accounts(self, first: int, end: int) -> None:
        missing = set(self._recount.accounts)
        columns = ACCOUNT_COLUMNS.split(", ")
        for row in self._view.stream(
            f"SELECT {ACCOUNT_COLUMNS} FROM account"
            " WHERE community = ? AND coalesce(merged_into, member) >= ?"
            " AND coalesce(merged_into, member) < ? ORDER BY member",
            self._community, first, end,
        ):  # fmt: skip
            stored = dict(zip(columns, row, strict=True))
            member = whole(stored["member"])
            missing.discard(member)
            self._compare_account(stored, self._recount.of(member))
        for member in sorted(missing):
            self._found.say(f"account {member}: there is none, but entries or activities name it")

    def _compare_account(self, stored: dict[str, Value], known: Recounted) -> None:
        wanted = known.account
        name = f"account {wanted.member}"
        for column in SAME:
            self._found.differs(name, column, stored[column], getattr(wanted, column))
        if stored["head"] not in known.heads:
            self._found.differs(name, "head", stored["head"], known.heads[-1])
        self._found.differs(name, "counters", _read(stored["counters"]), wanted.counters)
        self._compare_days(name, stored, wanted.member)
        self._found.differs(name, "shields", stored["shields"], known.shields)
        self._found.differs(name, "active_on", stored["active_on"], known.active_on)
        self._compare_return(name, stored)
        self._found.differs(name, "refusal", stored["refusal"], known.refusal)
        aside, peak = whole(stored["set_aside"]), whole(stored["peak"])
        if not max(known.least_peak, wanted.qualifying) <= peak <= wanted.peak:
            self._found.differs(name, "peak", peak, wanted.peak)
        if not 0 <= aside <= wanted.peak:
            self._found.say(f"{name}: set_aside is {aside}, peak is {wanted.peak}")
        formers = ",".join(map(str, self._recount.formers(wanted.member)))
        if sorted(str(stored["formers"]).split(",")) != sorted(formers.split(",")):
            self._found.differs(name, "formers", stored["formers"], formers)
        held = sum(known.lots.values())
        if held != wanted.balance:
            self._found.say(
                f"{name}: its entries give a balance of {wanted.balance}, their lots hold {held}"
            )
        first = min((day for day, left in known.lots.items() if left), default=str(FOREVER))
        expiry = str(stored["first_expiry"])
        if not is_day(expiry) or expiry > first:
            self._found.say(f"{name}: first_expiry is {expiry}, its first lot expires on {first}")

    def _compare_days(self, name: str, stored: dict[str, Value], member: int) -> None:
        """The days that one member checked in under several numbers count once; under one that is
        theirs no more, none do."""
        days: set[int] = set()
        if self._recount.person(member) == member:
            for number in (member, *self._recount.formers(member)):
                days |= self._recount.of(number).checked_in
        run, run_on = _run(days)
        self._found.differs(name, "run", stored["run"], run)
        self._found.differs(name, "run_on", stored["run_on"], run_on)
        self._found.differs(name, "total_days", stored["total_days"], len(days))

    def _compare_return(self, name: str, stored: dict[str, Value]) -> None:
        """Which silences counted was for the programme to say: what is left to see is whether a
        return can have been one."""
        back_on, away_days = stored["back_on"], whole(stored["away_days"])
        if (back_on is None) != (away_days == 0):
            self._found.say(f"{name}: back_on is {shown(back_on)}, away_days is {away_days}")
        if back_on is not None and str(back_on) > str(stored["active_on"]):
            self._found.say(f"{name}: back_on is {shown(back_on)}, after its last deed")

    def _compare_lots(self, first: int, end: int) -> None:
        """Leaves no lot in the recounted accounts."""
        for day, owner, remaining in self._view.stream(
            "SELECT expires_on, member, remaining FROM lot"
            " WHERE community = ? AND member >= ? AND member < ? ORDER BY expires_on, member",
            self._community, first, end,
        ):  # fmt: skip
            left = self._recount.of(whole(owner)).lots.pop(str(day), None)
            if left is None:
                self._found.say(f"{_lot(day, owner)}: no entry speaks of it")
            elif left != remaining:
                self._found.differs(_lot(day, owner), "remaining", remaining, left)
        for member, known in self._recount.accounts.items():
            for lost, left in known.lots.items():
                if left:
                    self._found.say(
                        f"{_lot(lost, member)}: there is none, its entries give {left}"
                    )

    def _compare_scores(self, first: int, end: int) -> None:
        """Leaves no score in the recounted accounts."""
        for day, room, member, points, entry in self._view.stream(
            "SELECT day, room, member, points, entry FROM score"
            " WHERE community = ? AND member >= ? AND member < ? ORDER BY day, room, member",
            self._community, first, end,
        ):  # fmt: skip
            scores = self._recount.of(whole(member)).scores
            score = scores.pop((str(day), whole(room)), None)
            if score is None:
                self._found.say(f"{_score(day, room, member)}: no entry speaks of it")
            elif score != (points, entry):
                name = _score(day, room, member)
                self._found.differs(name, "points", points, score[0])
                self._found.differs(name, "entry", entry, score[1])
        for owner, known in self._recount.accounts.items():
            for place, (lost, _) in known.scores.items():
                self._found.say(f"{_score(*place, owner)}: there is none, its entries give {lost}")


def _lot(day: Value, member: Value) -> str:
    return f"lot {shown(day)} of member {shown(member)}"


def _score(day: Value, room: Value, member: Value) -> str:
    return f"score {shown(day)} of room {shown(room)} and member {shown(member)}"


def _run(days: set[int]) -> tuple[int, str | None]:
    """The days in a row that end on the last one."""
    if not days:
        return 0, None
    last = first = max(days)
    while first - 1 in days:
        first -= 1
    return last - first + 1, date.fromordinal(last).isoformat()


def _read(counters: object) -> object:
    try:
        return json.loads(str(counters))
    except ValueError:
        return counters
