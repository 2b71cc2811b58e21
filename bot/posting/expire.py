"""Booking out what nobody can spend any more, for many members at once."""

from datetime import date, timedelta

from bot.points.account import Account
from bot.posting.turn import Turn
from store.ledger import Line, Writes, expiry_line

AT_ONCE = 500
"""Lots in one call: so long do others wait for it, a few hundredths of a second."""
ONE_DAY = timedelta(days=1)


def book_out(turn: Turn) -> int | None:
    """Books out at most AT_ONCE lots whose last day is past, those that expired first before the
    others, then points for good of the inactive by member, each with an entry of its own; where to
    go on, None at the end.

    Members whom another process holds come last, one by one, once it lets them go; of the inactive
    they are left to that process, or to the next night.
    """
    if turn.place:
        return _book_out_idle(turn, turn.place - 1)
    if _book_out_page(turn):
        return 0
    members = turn.overdue_members(AT_ONCE)
    for member in members:
        turn.account(member)
    if len(members) == AT_ONCE:
        return 0
    return None if turn.programme.inactive_days is None else 1


def _book_out_page(turn: Turn) -> int:
    """How many lots were booked out without a look at the rest of their accounts."""
    writes = Writes()
    for day, points, account in turn.overdue(AT_ONCE):
        account.first_expiry = day + ONE_DAY  # all that expire earlier came before it
        _add(turn, writes, account, day, points)
    if writes.lines:
        turn.write_expiries(writes)
    return len(writes.lines)


def _book_out_idle(turn: Turn, after: int) -> int | None:
    """The members above `after`: the place is 1 more than the last member looked at."""
    writes = Writes()
    found, last = turn.idle(after, AT_ONCE)
    for day, points, account in found:
        why = turn.idle_why(account)
        if why is not None:
            _add(turn, writes, account, day, points).why = why
    if writes.lines:
        turn.write_expiries(writes)
    return None if last is None else last + 1


def _add(turn: Turn, writes: Writes, account: Account, day: date, points: int) -> Line:
    account.balance -= points
    account.last_at = max(account.last_at, turn.at)
    line = expiry_line(account, day, points, account.last_at, turn.today_text)
    writes.accounts[account.member] = account
    writes.lines.append(line)
    return line
