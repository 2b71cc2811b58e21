"""Every morning: points that have waited long enough can be spent."""

from datetime import date

from bot.extend import Context, job


@job("09:00")
def settlement(context: Context, day: date) -> None:  # noqa: ARG001
    """Posts what is due by now, and orders whose buyers have become known meanwhile."""
    context.settle_due()
