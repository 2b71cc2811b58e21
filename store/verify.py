"""Recomputes from the entries everything that is derived from them, and compares.

Entries are read one after the other, for as many members at a time as a bounded share of the
ledger has: memory does not grow with the ledger.
"""

from collections.abc import Iterator
from itertools import pairwise

from bot.points.summary import Summary, read_summary
from store.checks import budgets, links, orders, schema
from store.checks.derived import Derived
from store.checks.entries import Recount
from store.checks.found import Found, shown
from store.checks.journal import Journal
from store.database import Database
from store.progress import Advance, progress
from store.snapshot import Snapshot, snapshot, whole

AT_ONCE = 500_000
"""Entries, or members, that are recounted in one pass over the ledger: about 200 MB."""
END = 2**62
"""Above every id of a member."""
STEP = 1_000


def verify(database: Database) -> tuple[int, list[str]]:
    """How many entries there are, and each difference in a sentence (100 at most, and how many
    more).

    It reads one consistent view, whatever the bot writes meanwhile.
    """
    found = Found()
    with snapshot(database) as view:
        if not schema.is_sound(view, found):
            return 0, found.lines()
        compare_cheaply(view, found)
        [(total,)] = view.rows("SELECT count(*) FROM entry")
        with progress("verify", whole(total)) as advance:
            for community, programme in view.rows("SELECT id, programme FROM community"):
                summary = _summary(str(programme))
                if summary is None:
                    found.say(f"community {shown(community)}: its programme cannot be read")
                else:
                    _compare(view, whole(community), summary, found, advance)
                    orders.compare(view, whole(community), summary.zone, found)
                    budgets.compare(view, whole(community), found)
    return whole(total), found.lines()


def compare_cheaply(view: Snapshot, found: Found) -> None:
    """What can be told without recounting each account: guards, links, and points as a whole."""
    schema.compare(view, found)
    links.compare(view, found)
    for community, held, owed, remaining, points in view.rows(
        f"SELECT id, {_sum('balance', 'account')}, {_sum('debt', 'account')},"
        f" {_sum('remaining', 'lot')}, {_sum('points', 'entry')} FROM community"
    ):
        name = f"community {shown(community)}"
        if held != remaining:
            found.say(f"{name}: its balances come to {shown(held)}, its lots {shown(remaining)}")
        balance = whole(held) - whole(owed)
        if balance != points:
            found.say(
                f"{name}: its balances less debts come to {balance}, its entries {shown(points)}"
            )


def _sum(column: str, table: str) -> str:
    """SQL for a column's sum over the community at hand, a whole number on either database."""
    inner = f"SELECT sum({column}) FROM {table} WHERE {table}.community = community.id"
    return f"CAST(coalesce(({inner}), 0) AS BIGINT)"


def _compare(
    view: Snapshot, community: int, summary: Summary, found: Found, advance: Advance
) -> None:
    """Recounts the members in groups, and compares each group with what is stored."""
    for first, end in _groups(view, community):
        recount = Recount(view, community, summary.zone, found)
        for done, _ in enumerate(recount.read(first, end), start=1):
            if done % STEP == 0:
                advance(STEP)
        Journal(view, community, recount, found).compare(first, end)
        Derived(view, community, recount, found).compare(first, end)


def _groups(view: Snapshot, community: int) -> Iterator[tuple[int, int]]:
    """Ranges of members, all members in one of them, that share the entries about equally."""
    [(entries,)] = view.rows("SELECT count(*) FROM entry WHERE community = ?", community)
    [(last,)] = view.rows(
        "SELECT coalesce(max(member), 0) FROM account WHERE community = ?", community
    )
    count = 1 + max(whole(entries), whole(last)) // AT_ONCE
    inner = [whole(last) * number // count + 1 for number in range(1, count)]
    yield from pairwise([-END, *inner, END])


def _summary(stored: str) -> Summary | None:
    try:
        return read_summary(stored)
    except (ValueError, KeyError, TypeError, OSError):
        return None
