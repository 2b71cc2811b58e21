"""What is due when, in zones whose clocks jump; and every run of a job exactly once."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.clock import to_micros
from bot.extend import Context, Job, job
from bot.points.types import Programme
from bot.posting.posting import Posting
from bot.scheduler import Scheduler, due
from store import reports
from store.database import Database

ZONES = [
    "Asia/Shanghai",  # none
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",  # half an hour
    "America/Havana",  # at midnight
    "Africa/Cairo",  # at midnight
    "America/Santiago",  # at midnight, south
    "Asia/Beirut",
    "Antarctica/Troll",  # two hours
    "Africa/Casablanca",  # twice a year by the moon
    "Pacific/Chatham",  # 45 minutes past
]
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2031, 1, 1, tzinfo=UTC)
DAY, QUARTER = timedelta(days=1), timedelta(minutes=15)


@cache
def changes(zone: str) -> tuple[datetime, ...]:
    """Every instant from 2024 to 2030 at which the zone changes its offset, found by looking."""
    found, at, local = [], FIRST, ZoneInfo(zone)
    while at < LAST:
        if at.astimezone(local).utcoffset() != (at + DAY).astimezone(local).utcoffset():
            while at.astimezone(local).utcoffset() == (at + QUARTER).astimezone(local).utcoffset():
                at += QUARTER
            found.append(at + QUARTER)
        at += DAY
    return tuple(found)


def by_looking(at: time, zone: ZoneInfo, day: date) -> datetime:
    """The first quarter of an hour at which a clock on the wall of that day shows `at`; or, when
    it jumps over it, what it would show had it not jumped."""
    start = datetime.combine(day, time(), tzinfo=UTC) - timedelta(hours=15)
    before = None
    for number in range(4 * 54):
        instant = start + number * QUARTER
        shown = instant.astimezone(zone).replace(tzinfo=None)
        wanted = datetime.combine(day, at)
        if shown == wanted:
            return instant
        if before is not None and before < wanted < shown:
            return instant - QUARTER + (wanted - before)
        before = shown
    raise AssertionError(f"{at} of {day} never comes in {zone}")


def test_the_zones_have_changes_of_every_sort() -> None:
    counts = {zone: len(changes(zone)) for zone in ZONES}
    assert counts["Asia/Shanghai"] == 0
    assert all(count >= 12 for zone, count in counts.items() if zone != "Asia/Shanghai"), counts


@pytest.mark.parametrize("zone", ZONES)
def test_a_daily_time_is_due_once_a_day_through_every_change_of_clocks(zone: str) -> None:
    """Each quarter of the night, on the three days about each change from 2024 to 2030."""
    local = ZoneInfo(zone)
    for change in changes(zone) or (FIRST + 100 * DAY,):
        middle = change.astimezone(local).date()
        days = [middle + number * DAY for number in (-1, 0, 1)]
        for quarter in range(0, 4 * 5):
            at = time(quarter // 4, quarter % 4 * 15)
            wanted = [(day, by_looking(at, local, day)) for day in days]
            after = wanted[0][1] - QUARTER
            assert list(due(at, local, after, wanted[-1][1])) == wanted, (at, change)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("at", [time(0, 0), time(0, 10), time(2, 30), time(23, 59)])
def test_seven_years_have_one_run_for_each_day(zone: str, at: time) -> None:
    local, first, last = ZoneInfo(zone), date(2024, 1, 1), date(2030, 12, 31)
    after = datetime.combine(first, time(), tzinfo=local).astimezone(UTC) - DAY / 86_400
    until = datetime.combine(last, time(23, 59), tzinfo=local).astimezone(UTC)
    wanted = [first + number * DAY for number in range((last - first).days + 1)]
    assert [day for day, _ in due(at, local, after, until)] == wanted


@pytest.mark.parametrize(
    ("at", "day", "instant"),
    [
        (time(2, 30), date(2027, 3, 14), "2027-03-14T03:30:00-04:00"),  # left out: an hour later
        (time(1, 30), date(2026, 11, 1), "2026-11-01T01:30:00-04:00"),  # twice: the first time
        (time(3, 0), date(2027, 3, 14), "2027-03-14T03:00:00-04:00"),
    ],
)
def test_the_gap_and_the_hour_twice_in_new_york(at: time, day: date, instant: str) -> None:
    expected = datetime.fromisoformat(instant)
    zone = ZoneInfo("America/New_York")
    assert list(due(at, zone, expected - DAY / 2, expected + DAY / 2)) == [(day, expected)]


def test_the_bounds_are_after_the_first_and_up_to_the_last() -> None:
    zone, at = ZoneInfo("Asia/Shanghai"), time(0, 10)
    instant = datetime(2026, 10, 31, 16, 10, tzinfo=UTC)
    assert list(due(at, zone, instant, instant + DAY)) == [(date(2026, 11, 2), instant + DAY)]
    assert list(due(at, zone, instant - DAY, instant)) == [(date(2026, 11, 1), instant)]
    assert list(due(at, zone, instant, instant)) == []
    assert list(due(at, zone, instant, instant - DAY)) == []


@given(
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 2300 * 24 * 60).map(lambda minutes: FIRST + minutes * DAY / 1440),
    hours=st.lists(st.integers(0, 60), min_size=1, max_size=8),
    at=st.times(),
)
def test_asking_in_any_steps_finds_what_asking_once_finds(
    zone: str, start: datetime, hours: list[int], at: time
) -> None:
    at, local = at.replace(microsecond=0), ZoneInfo(zone)
    stops = [start]
    for step in hours:
        stops.append(stops[-1] + timedelta(hours=step))
    stepwise = [
        found for after, until in pairwise(stops) for found in due(at, local, after, until)
    ]
    assert stepwise == list(due(at, local, stops[0], stops[-1]))


class Diary:
    """What the jobs did, as they tell it."""

    def __init__(self, ledger: Database, programme: Programme) -> None:
        self.ran: list[tuple[str, date, date]] = []
        self._ledger = ledger
        self._programme = programme

    @property
    def jobs(self) -> list[Job]:
        """One in the evening and two at the same time of night."""
        return [
            self._job(name, at) for name, at in (("a", "20:30"), ("b", "00:10"), ("c", "00:10"))
        ]

    def scheduler(self, start: datetime) -> Scheduler:
        """From where the ledger left off, as a process that has just started would."""
        connection = self._ledger.connect_to_read()
        first = reports.created_at(connection) or start
        done = reports.jobs_done(connection)
        connection.close()
        return Scheduler(self.jobs, self._programme.zone, first, done)

    def posting(self) -> Posting:
        """A writer of its own."""
        return Posting(self._ledger, self._programme)

    def _job(self, name: str, at: str) -> Job:
        def run(context: Context, day: date) -> None:
            self.ran.append((name, day, context.today))

        return Job(name, job(at)(run).at, run)


@pytest.fixture
def diary(ledger: Database, standard: Programme) -> Diary:
    """A new community."""
    return Diary(ledger, standard)


NOON = datetime(2026, 11, 1, 4, tzinfo=UTC)


def nights(first: int, last: int) -> Iterator[tuple[str, date, date]]:
    """What is due from noon of the first day to noon of the last, in November."""
    for number in range(first, last):
        day, next_day = date(2026, 11, number), date(2026, 11, number + 1)
        yield "a", day, day
        yield "b", next_day, next_day
        yield "c", next_day, next_day


def test_what_was_missed_is_caught_up_in_order_each_at_its_own_day(diary: Diary) -> None:
    posting, scheduler = diary.posting(), diary.scheduler(NOON)
    operations = scheduler.operations(NOON + 3 * DAY)
    assert [operation.at for operation in operations] == sorted(
        operation.at for operation in operations
    )
    posting.run(operations)
    posting.close()
    assert diary.ran == list(nights(1, 4))


def test_nothing_runs_twice_after_a_restart(diary: Diary) -> None:
    for days in (0, 1, 1, 3, 3):
        posting = diary.posting()
        posting.run(diary.scheduler(NOON).operations(NOON + days * DAY))
        posting.close()
    assert diary.ran == list(nights(1, 4))


def test_two_processes_that_ask_for_the_same_run_it_once(diary: Diary) -> None:
    schedulers = [diary.scheduler(NOON), diary.scheduler(NOON)]
    postings = [diary.posting(), diary.posting()]
    for days in (1, 2, 3):
        for posting, scheduler in zip(postings, schedulers, strict=True):
            posting.run(scheduler.operations(NOON + days * DAY))
    for posting in postings:
        posting.close()
    assert diary.ran == list(nights(1, 4))


def test_a_clock_set_back_asks_for_nothing(diary: Diary) -> None:
    scheduler = diary.scheduler(NOON)
    assert len(scheduler.operations(NOON + DAY)) == 3
    assert scheduler.operations(NOON) == []
    assert scheduler.operations(NOON + DAY) == []
    assert [operation.cause for operation in scheduler.operations(NOON + 1.5 * DAY)] == [
        "job:a/2026-11-02"
    ]


def test_the_next_instant_is_that_of_the_first_job_due(diary: Diary) -> None:
    scheduler = diary.scheduler(NOON)
    assert scheduler.next_at() == datetime(2026, 11, 1, 12, 30, tzinfo=UTC)
    [operation] = scheduler.operations(datetime(2026, 11, 1, 12, 30, tzinfo=UTC))
    assert operation.at == to_micros(datetime(2026, 11, 1, 12, 30, tzinfo=UTC))
    assert scheduler.next_at() == datetime(2026, 11, 1, 16, 10, tzinfo=UTC)
    assert Scheduler([], ZoneInfo("Asia/Shanghai"), NOON, {}).next_at() is None


def test_a_run_that_failed_is_asked_for_again_and_the_later_ones_wait_for_nothing() -> None:
    @job("00:10")
    def nightly(context: Context, day: date) -> None:
        """Never run here."""

    start = datetime(2026, 6, 1, tzinfo=UTC)
    plan = Scheduler([nightly], ZoneInfo("UTC"), start, {})
    [first, second] = plan.operations(start + 2 * DAY - timedelta(hours=1))
    assert plan.operations(start + 2 * DAY - timedelta(hours=1)) == []
    plan.put_back(first)
    assert plan.next_at() == start + timedelta(minutes=10)
    again = plan.operations(start + 2 * DAY)
    assert [operation.cause for operation in again] == [first.cause, second.cause]
