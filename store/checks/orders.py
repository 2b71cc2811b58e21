"""Orders and waiting points: what they say of themselves must agree with the journal and with the
accounts."""

from zoneinfo import ZoneInfo

from bot.clock import day_of, to_micros
from bot.points.order import Order
from bot.points.order_money import left_fen
from bot.points.order_text import from_text, to_text
from store.checks.found import Found, shown
from store.database import Row
from store.snapshot import Snapshot, whole

WAITING = ("pending", "accrued")
"""Outcomes of a deed some of whose points wait."""

WAITS = (
    "SELECT waiting.key, waiting.member, waiting.rule, waiting.day, waiting.room,"
    " waiting.activity, deed.key, coalesce(owner.merged_into, deed.member), deed.day, deed.room,"
    " deed.outcome, posted.id FROM waiting"
    " LEFT JOIN activity AS deed ON deed.community = waiting.community"
    "  AND deed.id = waiting.activity"
    " LEFT JOIN account AS owner ON owner.community = deed.community"
    "  AND owner.member = deed.member"
    " LEFT JOIN entry AS posted ON posted.community = waiting.community"
    "  AND posted.key = waiting.key"
    " WHERE waiting.community = ?"
)
LATER = (
    "SELECT deed.id, coalesce(owner.merged_into, deed.member), deed.day, deed.room, later.id,"
    " coalesce(heir.merged_into, later.member), later.day, later.room"
    " FROM activity AS deed"
    " LEFT JOIN activity AS later ON later.community = deed.community AND later.key = deed.key"
    "  AND later.id > deed.id AND coalesce(later.refusal, '') <> 'already_done'"
    " LEFT JOIN account AS owner ON owner.community = deed.community"
    "  AND owner.member = deed.member"
    " LEFT JOIN account AS heir ON heir.community = later.community"
    "  AND heir.member = later.member"
    " LEFT JOIN waiting ON waiting.community = deed.community AND waiting.activity = deed.id"
    " WHERE deed.community = ? AND deed.outcome = 'pending' AND waiting.key IS NULL"
)
"""What was pending and waits no more, with what came of it."""
SUMS = (
    "SELECT account.member, account.waiting, coalesce(sum(waiting.points), 0) FROM account"
    " LEFT JOIN waiting ON waiting.community = account.community"
    "  AND waiting.member = account.member"
    " WHERE account.community = ? GROUP BY account.member, account.waiting"
)


def compare(view: Snapshot, community: int, zone: ZoneInfo, found: Found) -> None:
    """Notes every order and every waiting point that does not fit."""
    for member, stored, wanted in view.stream(SUMS, community):
        if whole(stored) != int(str(wanted)):
            found.say(
                f"account {shown(member)}: waiting is {shown(stored)},"
                f" what waits for it sums to {shown(wanted)}"
            )
    for row in view.stream(WAITS, community):
        _wait(row, found)
    for deed, member, day, room, later, *known in view.stream(LATER, community):
        if later is None:
            found.say(f"activity {shown(deed)}: is pending, and nothing waits or came of it")
        elif [member, day, room] != known:
            found.say(
                f"activity {shown(deed)}: member, day or room differ from activity {shown(later)},"
                " which came of it"
            )
    for row in view.stream(
        "SELECT number, known, buyer_channel, buyer_id, left_fen, purchase.member,"
        " identity.member, awards, judged_fen, paid_on FROM purchase LEFT JOIN identity"
        " ON identity.community = purchase.community AND identity.channel = buyer_channel"
        " AND identity.external_id = buyer_id WHERE purchase.community = ?",
        community,
    ):
        _purchase(row, zone, found)


def _wait(row: Row, found: Found) -> None:
    (key, member, rule, day, room, activity, deed, deed_member, deed_day, deed_room, outcome,
     posted) = row  # fmt: skip
    name = f"waiting {shown(key)}"
    if key != f"{rule!s}:{deed!s}":
        found.say(f"{name}: the key of its activity {shown(activity)} is {shown(deed)}")
    if (member, day, room) != (deed_member, deed_day, deed_room) or outcome not in WAITING:
        found.say(
            f"{name}: its activity {shown(activity)} is of another member, day or room, or is over"
        )
    if posted is not None:
        found.say(f"{name}: has been posted as entry {shown(posted)}")


def _purchase(row: Row, zone: ZoneInfo, found: Found) -> None:
    number, known, channel, external, left, member, owner, awards, judged, paid_on = row
    name = f"purchase {shown(number)}"
    try:
        order = from_text(str(known))
    except (ValueError, KeyError, TypeError):
        found.say(f"{name}: what is known of it cannot be read")
        return
    if to_text(order) != known or order.number != number:
        found.say(f"{name}: what is known of it is not as it is written, or of another order")
    if left != left_fen(order):
        found.say(f"{name}: left_fen is {shown(left)}, its refunds leave {left_fen(order)}")
    found.differs(name, "judged_fen", judged, None if awards is None else order.amount_fen)
    found.differs(name, "paid_on", paid_on, _paid_on(order, zone))
    _buyer(name, (channel, external), order, found, is_known=member is not None)
    if member is not None and member != owner:
        found.say(f"{name}: its member is {shown(member)}, its buyer is {shown(owner)}")


def _buyer(
    name: str, stored: tuple[object, object], order: Order, found: Found, *, is_known: bool
) -> None:
    """Where events contradict each other, who became known first stays the buyer."""
    named = order.bought_by
    wanted = (None, None) if named is None else (named.channel, named.external_id)
    if stored != wanted and not (is_known and not order.is_buyer_certain):
        found.say(f"{name}: its buyer is {shown(stored[1])}, its events say {shown(wanted[1])}")


def _paid_on(order: Order, zone: ZoneInfo) -> str | None:
    return None if order.paid_at is None else day_of(to_micros(order.paid_at), zone).isoformat()
