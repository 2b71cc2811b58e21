"""What is due when: one pure function over local dates, and the operations that run it exactly
once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.clock import from_micros, to_micros
from bot.extend import Context, Job
from bot.posting.operation import Again, Operation
from bot.posting.turn import Turn


def due(
    at: time, zone: ZoneInfo, after: datetime, until: datetime
) -> Iterator[tuple[date, datetime]]:
    """The days on which a daily local time falls after `after` and not after `until`, with the
    instant in UTC.

    A local time that a change of clocks leaves out is taken with the offset before the change, so
    02:30 becomes 03:30; one that comes twice is due the first time only.
    """
    day = after.astimezone(zone).date() - timedelta(days=1)
    last = until.astimezone(zone).date() + timedelta(days=1)
    while day <= last:
        instant = instant_of(day, at, zone)
        if after < instant <= until:
            yield day, instant
        day += timedelta(days=1)


class Scheduler:
    """The jobs of one community, and up to when each has been asked for."""

    def __init__(
        self, jobs: Sequence[Job], zone: ZoneInfo, start: datetime, done: Mapping[str, str]
    ) -> None:
        """`start` is the community's first instant; `done` the last period that each job was run
        for."""
        self._jobs = jobs
        self._zone = zone
        self._since = {
            job.name: instant_of(date.fromisoformat(done[job.name]), job.at, zone)
            if job.name in done
            else start
            for job in jobs
        }

    def operations(self, until: datetime) -> list[Operation]:
        """What became due up to `until`, in order. An earlier instant than the last asks for
        nothing.

        What is asked for twice, by another process or after a restart, is done once: the ledger's
        unique row decides.
        """
        found: list[tuple[datetime, int, date, Job]] = []
        for number, job in enumerate(self._jobs):
            since = self._since[job.name]
            if until > since:
                found += [
                    (at, number, day, job) for day, at in due(job.at, self._zone, since, until)
                ]
                self._since[job.name] = until
        return [_operation(job, day, at) for at, _, day, job in sorted(found, key=_order)]

    def put_back(self, operation: Operation) -> None:
        """A job that the database could not take, or that failed, is asked for again."""
        name = operation.cause.removeprefix("job:").partition("/")[0]
        before = from_micros(operation.at) - timedelta(microseconds=1)
        self._since[name] = min(self._since[name], before)

    def next_at(self) -> datetime | None:
        """When the next job is due, UTC; None without jobs."""
        instants = [
            next(due(job.at, self._zone, since, since + timedelta(days=3)))[1]
            for job in self._jobs
            for since in [self._since[job.name]]
        ]
        return min(instants, default=None)


def instant_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A programme-local time of a day, in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def _order(found: tuple[datetime, int, date, Job]) -> tuple[datetime, int]:
    return found[:2]


def _operation(job: Job, day: date, instant: datetime) -> Operation:
    period = day.isoformat()

    def work(turn: Turn) -> Again | None:
        if not turn.claim(job.name, period):
            return None
        place = job.run(Context(turn), day)
        turn.leave(job.name, period, place)
        return None if place is None else Again()

    return Operation(
        at=to_micros(instant), work=work, cause=f"job:{job.name}/{period}", kind="post"
    )
