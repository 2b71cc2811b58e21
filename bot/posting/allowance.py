"""What one admin may give: so many points a day, and no large grant alone."""

from datetime import UTC, datetime, time

from bot.clock import to_micros
from bot.points.streak import ONE_DAY
from bot.points.types import Refusal
from bot.points.value import value
from bot.posting.turn import Turn
from store.given import given_by

OVER = "over_allowance"
"""The code of a grant that the admin's day has no room for."""
SECOND = "needs_second"
"""The code of what is too large for one admin alone."""


@value
class Admin:
    """Who decides."""

    actor: str
    """`channel:external id`, as the ledger names them."""
    is_superuser: bool = False
    """Bound by no limits."""


def over_limits(turn: Turn, admin: Admin, points: int) -> Refusal | None:
    """Why the admin may not give so many points now, `needs_second` or `over_allowance`; None when
    they may."""
    above = turn.programme.admins.second_above
    if not admin.is_superuser and above is not None and points > above:
        return Refusal(SECOND)
    return over_day(turn, admin, points)


def over_day(turn: Turn, admin: Admin, points: int) -> Refusal | None:
    """`over_allowance` when the admin's day has no room for so many points; None when it has."""
    left = allowance_left(turn, admin)
    return Refusal(OVER) if left is not None and points > left else None


def allowance_left(turn: Turn, admin: Admin) -> int | None:
    """Points that the admin may still give today, 0 or more; None without a limit. Two processes
    ask one after the other, since the first holds the admin's account until it has ended."""
    daily = turn.programme.admins.points_daily
    if daily is None or admin.is_superuser:
        return None
    channel, _, external_id = admin.actor.partition(":")
    member = turn.identity(channel, external_id)
    actors = {admin.actor}
    if member is not None:
        turn.look(member)
        actors.update(":".join(one) for one in turn.identities(member))
    first = datetime.combine(turn.today, time(), turn.programme.zone)
    end = datetime.combine(turn.today + ONE_DAY, time(), turn.programme.zone)
    spans = [to_micros(at.astimezone(UTC)) for at in (first, end)]
    given = given_by(turn.read(), turn.community, sorted(actors), turn.today, (spans[0], spans[1]))
    return max(daily - given, 0)
