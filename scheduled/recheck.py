"""Once a year: tiers are compared with what the last 12 months gave."""

from datetime import date

from bot.extend import Context, job


@job("00:20")
def recheck(context: Context, day: date) -> int | None:
    """Does nothing on other days than the programme's, and then some members at a time."""
    return context.recheck(day)
