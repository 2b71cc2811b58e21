"""Every night: what could last be spent yesterday is booked out."""

from datetime import date

from bot.extend import Context, job


@job("00:10")
def expiry(context: Context, day: date) -> int | None:
    """Books out the lots whose last day is before `day`, some at a time; who is awake earlier
    loses them on first touch."""
    if context.today < day:
        raise ValueError(f"the expiry of {day} ran on {context.today}")
    return context.book_out_expired()
