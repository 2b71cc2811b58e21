"""Every morning: admins are reminded of what has waited for them for a day, each thing once."""

from datetime import date

from bot.extend import Context, job

AFTER_HOURS = 24


@job("09:30")
def review_reminder(context: Context, day: date) -> None:  # noqa: ARG001
    """One post a room: in that of the admins, or else in the room it came from."""
    for one in context.undecided(AFTER_HOURS):
        text = f"有 {one.count} 条等了一天还没审,管理员发「待审核」看看,满 7 天就作废了"
        context.announce(one, text)
