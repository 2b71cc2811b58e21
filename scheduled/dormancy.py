"""Every morning: who has not ordered for months is given what the rules give for that."""

from datetime import date

from bot.extend import Context, job


@job("10:00")
def dormancy(context: Context, day: date) -> int | None:
    """Not in the night: it tells those whom it gives something, some at a time."""
    return context.gift_dormant(day)
