"""Waiting points whose time has come."""

from bot.points.order import KIND
from bot.posting.approval import lapse
from bot.posting.orders import take_up, take_up_known
from bot.posting.referral import settle_wait
from bot.posting.turn import Turn
from bot.posting.waiting import deed_of

AT_ONCE = 500
"""Waits that are looked at together."""


def settle_due(turn: Turn) -> int:
    """Posts what can be spent by now, ends what no admin has decided on in time, and takes up
    orders whose buyers have become known meanwhile; how many deeds were looked at, each once."""
    turn.read()
    count, last = 0, (0, "")
    while waits := turn.orders().due(turn.at, last, AT_ONCE):
        last = (waits[-1].due_at, waits[-1].key)
        turn.lock({wait.member for wait in waits})
        orders: set[str] = set()
        for wait in waits:
            kind, _, subject = deed_of(wait.key).partition("/")
            if wait.waits_for == "admin":
                lapse(turn, wait)
            elif kind == KIND:
                orders.add(subject)
            else:
                settle_wait(turn, wait)
        take_up(turn, sorted(orders))
        count += len(waits)
    return count + take_up_known(turn)
