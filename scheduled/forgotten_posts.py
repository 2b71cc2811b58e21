"""Every night: posts are forgotten that are too old for copies of them to be looked for."""

from datetime import date

from bot.extend import Context, job


@job("03:30")
def forgotten_posts(context: Context, day: date) -> int | None:
    """Some at a time; what they have claimed stays claimed."""
    return context.forget_posts(day)
