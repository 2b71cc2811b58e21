"""What budgets still have for a deed that has been judged before."""

from collections.abc import Mapping

from bot.points.standing import budgets_left
from bot.posting.turn import Turn


def budget_left(turn: Turn, why: Mapping[str, str | int]) -> int:
    """What the budgets that were charged for it, by its steps, all have left; 0 where none was, or
    where one is no more."""
    campaigns = str(why.get("budget", "")).split(",")
    if not all(one in turn.programme.budgets for one in campaigns):
        return 0
    left = budgets_left(turn.programme, turn)
    return min(left[one] for one in campaigns)
