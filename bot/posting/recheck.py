"""The yearly re-check: who has gained less in 12 months than their tier asks for falls."""

from datetime import date

from bot.points.tier import lowered, rechecked, tier_for
from bot.posting.level_up import tell
from bot.posting.turn import Turn

AT_ONCE = 200
"""Members in one call: so long do others wait for it, some hundredths of a second."""


def recheck(turn: Turn, day: date) -> int | None:
    """Compares the tiers that the next AT_ONCE members began `day` with, with what was gained in
    the 12 months before it; on every other day of the year than the programme's, nothing. What was
    gained since is theirs, whenever their turn comes. The member to go on behind, None at the
    end."""
    terms, tiers = turn.programme.recheck, turn.programme.tiers
    if terms is None or (day.month, day.day) != terms.month_day or len(tiers) < 2:
        return None
    first, last = day.replace(year=day.year - 1), turn.place + AT_ONCE
    members = range(turn.place + 1, last + 1)
    for member, gained, since in turn.year_gains(first, day, members, tiers[1].from_points):
        before = turn.look(member).tier_points
        left = rechecked(before - since, gained, tiers, terms.floor) + since
        if left < before:
            turn.account(member).set_aside += before - left
            held = tier_for(left, tiers)
            if held is not None and held != tier_for(before, tiers):
                tell(turn, member, lowered(gained, held))
    return last if turn.last_member() > last else None
