"""补签: a missed day is bought back, and then stands as if it had been checked in."""

from datetime import date

from bot.points.earn import day_key
from bot.points.streak import ONE_DAY, STREAK_KIND
from bot.points.types import MakeUp, Refusal
from bot.points.wording import MAKE_UP
from bot.posting.adjust import redeem
from bot.posting.deed import deed_day
from bot.posting.settle import Settled, settle_made_up
from bot.posting.turn import Turn


def make_up(turn: Turn, day: date | None) -> Settled | Refusal:
    """Makes up a day of the sender's for the programme's price; without `day` the latest missed
    one that is near enough. Everything is as of the programme day on which it was asked.

    The day is marked in the journal with the key of a check-in, so that neither can follow the
    other. Refusals: `not_offered`, `too_late` (the message is older than 48 hours),
    `in_the_future`, `not_over` (today), `too_old`, `not_missed` (checked in, or the member was not
    here yet), `used_up`, `insufficient`.
    """
    terms = turn.programme.make_up
    if terms is None:
        return Refusal("not_offered")
    found = missed_day(turn, day, terms)
    if isinstance(found, Refusal):
        return found
    asked_on, _ = deed_day(turn.message, turn.at, turn.programme)
    key = f"{MAKE_UP}{found.isoformat()}/{turn.member}".removeprefix("redemption:")
    spent = redeem(turn, turn.member, terms.points, key, asked_on)
    return spent if isinstance(spent, Refusal) else settle_made_up(turn, found)


def missed_day(turn: Turn, day: date | None, terms: MakeUp) -> date | Refusal:
    """The day that `make_up` would make up, if it can be paid, or why none."""
    asked_on, is_late = deed_day(turn.message, turn.at, turn.programme)
    if is_late:
        return Refusal("too_late")
    refusal = _not_a_day_for_it(day, asked_on, terms) if day else None
    if refusal is not None:
        return refusal
    missed = _missed(turn, asked_on, terms)
    day = day or max(missed, default=None)
    if day is None or day not in missed:
        return Refusal("not_missed")
    if terms.times_monthly is not None and _made_up(turn, asked_on) >= terms.times_monthly:
        return Refusal("used_up")
    return day


def _not_a_day_for_it(day: date, asked_on: date, terms: MakeUp) -> Refusal | None:
    if day > asked_on:
        return Refusal("in_the_future")
    if day == asked_on:
        return Refusal("not_over")
    return Refusal("too_old") if (asked_on - day).days > terms.within_days else None


def _missed(turn: Turn, asked_on: date, terms: MakeUp) -> set[date]:
    """The days that are near enough and were missed. Before the member was first seen there was
    nothing to miss."""
    member = turn.member
    first = min(turn.seen_on(member), asked_on)
    days = [asked_on - back * ONE_DAY for back in range(1, terms.within_days + 1)]
    keys = {day_key(STREAK_KIND, day, member): day for day in days if day >= first}
    return {keys[key] for key, is_done in turn.is_taken(list(keys)).items() if not is_done}


def _made_up(turn: Turn, asked_on: date) -> int:
    """How often the member asked for it in the month of that day, and got it."""
    first = asked_on.replace(day=1)
    lines = turn.entries_since(turn.member, first)
    asked = [line.on for line in lines if line.key.startswith(MAKE_UP)]
    return sum((on.year, on.month) == (asked_on.year, asked_on.month) for on in asked)
