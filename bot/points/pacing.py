"""How closely the bot speaks, and when it keeps quiet of its own accord."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.points.value import value

USUAL_GAP_MS = 1_500
USUAL_A_MINUTE = 20
"""More, or closer, and platforms take an account for a machine."""
NO_TIME = timedelta(0)


@value
class Pacing:
    """How closely the bot speaks on channels with people at the other end."""

    gap_ms: int = USUAL_GAP_MS
    """Between two of the bot's messages in one room there are so many milliseconds, and up to half
    as many more by chance. 0: none, and nothing is said together."""
    most_a_minute: int = USUAL_A_MINUTE
    """Messages that one of the bot's accounts sends in any 60 seconds."""
    quiet_from: time | None = None
    """From this time of day on nothing is said that nobody asked for; programme-local. None: there
    is no such time."""
    quiet_until: time | None = None
    """When it may be said again: later on the same day, or on the next."""

    def quiet_left(self, at: datetime, zone: ZoneInfo) -> timedelta:
        """How long it is quiet yet; zero when it is not."""
        if self.quiet_from is None or self.quiet_until is None:
            return NO_TIME
        local = at.astimezone(zone)
        clock, day = local.time(), local.date()
        if self.quiet_from < self.quiet_until:
            is_quiet = self.quiet_from <= clock < self.quiet_until
        else:
            is_quiet = clock >= self.quiet_from or clock < self.quiet_until
        if not is_quiet:
            return NO_TIME
        if clock >= self.quiet_until:
            day += timedelta(days=1)
        # The fold keeps an hour that comes twice from ending before it began.
        end = datetime.combine(day, self.quiet_until.replace(fold=local.fold), zone)
        return max(end - at, NO_TIME)
