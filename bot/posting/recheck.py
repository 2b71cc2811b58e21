"""The yearly re-check: who has gained less in 12 months than their tier asks for falls."""

from datetime import date

from bot.points.tier import lowered, rechecked, tier_for
from bot.posting.level_up import tell
from bot.posting.turn import Turn


def recheck(turn: Turn, day: date) -> None:
    """Compares all tiers with what was gained in the 12 months before `day`; on every other day of
    the year than the programme's, nothing."""
    terms, tiers = turn.programme.recheck, turn.programme.tiers
    if terms is None or (day.month, day.day) != terms.month_day or len(tiers) < 2:
        return
    first = day.replace(year=day.year - 1)
    for member, gained in turn.year_gains(first, day, tiers[1].from_points):
        before = turn.look(member).tier_points
        left = rechecked(before, gained, tiers, terms.floor)
        if left < before:
            turn.account(member).set_aside += before - left
            held = tier_for(left, tiers)
            if held is not None:
                tell(turn, member, lowered(gained, held))
