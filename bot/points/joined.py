"""Two standings that turn out to be one person's, as one."""

from datetime import date

from bot.points.account import EVER, MONTH, WEEK, Account, Counter, week_of
from bot.points.streak import ONE_DAY, run_length

AFTER = "after"
"""What the journal's row of a merging says of the account that stays: its last entry before."""


def join(account: Account, other: Account, days: set[date]) -> None:
    """Adds to an account what the other one holds beside its points, which are carried over entry
    by entry. `days` are those on which either has checked in: a day of both counts once."""
    last = max(days, default=None)
    account.run_on, account.total_days = last, len(days)
    account.run = run_length(days.__contains__, last, -ONE_DAY) if last is not None else 0
    account.qualifying += other.qualifying
    account.qualifying_entry = max(account.qualifying_entry, other.qualifying_entry)
    account.peak = max(account.peak, other.peak, account.qualifying)
    account.set_aside = min(account.set_aside + other.set_aside, account.peak)
    account.counters = _joined(account.counters, other.counters)
    account.waiting += other.waiting
    account.shields += other.shields
    account.active_on = max(filter(None, (account.active_on, other.active_on)), default=None)
    account.back_on, account.away_days = max(
        (account.back_on, account.away_days),
        (other.back_on, other.away_days),
        key=lambda back: back[0] or date.min,
    )
    account.refusal = max(account.refusal, other.refusal)
    account.formers += (other.member, *other.formers)


def emptied(account: Account) -> Account:
    """What is left of the account of a member who is another one now: the end of its chain."""
    return Account(
        account.member,
        last_entry=account.last_entry,
        last_at=account.last_at,
        head=account.head,
    )


def _joined(some: dict[str, Counter], others: dict[str, Counter]) -> dict[str, Counter]:
    """What the counters were if one account had paid it all, in whatever order."""
    both = {rule: _added(some[rule], others[rule]) for rule in some.keys() & others.keys()}
    return {**some, **others, **both}


def _added(one: Counter, other: Counter) -> Counter:
    """Counts of the day, week and month of the later last day, and of all."""
    early, late = sorted((one, other), key=lambda counter: str(counter[0]))
    on, last = (date.fromisoformat(str(counter[0])) for counter in (early, late))
    added = late[:]
    for is_same, place in (
        (on == last, 1),
        (week_of(on) == week_of(last), WEEK),
        ((on.year, on.month) == (last.year, last.month), MONTH),
        (True, EVER),
    ):
        if is_same:
            for at in (place, place + 1):
                added[at] = int(late[at]) + int(early[at])
    added[-1] = max(int(early[-1]), int(late[-1]))
    return added
