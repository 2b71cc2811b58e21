"""What a campaign with a budget may still give: points above what a deed would earn without it."""

from collections.abc import Mapping, Sequence

Steps = Mapping[str, str | int]


def spend(points: int, plain: int, held: int, left: int) -> tuple[int, int]:
    """What a deed that is worth `points` earns, and what of it is charged in all, 0 or more.

    `plain` is what campaigns without a budget would let it earn, `held` what has been charged for
    it already, and `left` what the budgets still have. What was charged is never given back.
    """
    extra = max(points - plain, 0)
    granted = min(extra, held + left)
    return points - extra + granted, max(held, granted)


def charges(why: Steps) -> dict[str, int]:
    """By campaign, what its budget is charged for a deed with these steps: each that has a budget
    is charged all of it."""
    if "budget" not in why:
        return {}
    return dict.fromkeys(str(why["budget"]).split(","), int(why["budget_points"]))


def added(before: Steps, after: Steps) -> dict[str, int]:
    """By campaign, what is charged for a deed beyond what was charged for it before."""
    old = charges(before)
    more = {one: points - old.get(one, 0) for one, points in charges(after).items()}
    return {one: points for one, points in more.items() if points}


def least_left(left: Mapping[str, int], campaigns: Sequence[str], spent: Sequence[Steps]) -> int:
    """What the budgets of all these campaigns still have after deeds with these steps."""
    gone = [charges(why) for why in spent]
    return min(left[one] - sum(why.get(one, 0) for why in gone) for one in campaigns)
