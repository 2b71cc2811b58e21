"""What is allowed in campaigns and yet hardly meant."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import chain, combinations

from bot.points.campaign import Campaign, Window, begins, effect, is_on, is_open
from bot.points.earn import floored
from bot.points.types import Programme, Rule, concerns
from config.festivals import LAST_YEAR
from config.rule_advice import is_roomless

FIRST_YEAR = 2026
"""Where the search begins for what has no beginning: nothing was on before there was a bot."""
CYCLE_YEARS = 28
"""After so many years the same days of the week fall on the same days of the year."""


def campaign_warnings(programme: Programme) -> Iterator[str]:
    """One sentence for each surprise; of what is switched off only that it would never be open."""
    enabled = [one for one in programme.campaigns if one.is_on]
    return chain(
        _never(programme.campaigns),
        _idle(programme, enabled),
        _lower(programme, enabled),
        _small(programme, enabled),
        _unknown_years(enabled),
        _meeting(programme, enabled),
    )


def _never(campaigns: tuple[Campaign, ...]) -> Iterator[str]:
    for one in campaigns:
        if next(_days(one.window), None) is None:
            yield f'campaign "{one.id}" is never open, no day fits all that it asks for'


def _idle(programme: Programme, campaigns: list[Campaign]) -> Iterator[str]:
    for one in campaigns:
        rules = [rule for rule in programme.rules if concerns(one, rule)]
        if not rules:
            yield f'campaign "{one.id}" changes nothing, no rule that it is for is switched on'
        elif one.rooms and all(map(is_roomless, rules)):
            yield (
                f'campaign "{one.id}" changes nothing, rooms are asked for and what it is for is '
                "done in none"
            )


def _lower(programme: Programme, campaigns: list[Campaign]) -> Iterator[str]:
    for one in campaigns:
        for rule in programme.rules:
            if one.points is not None and one.points < rule.points and concerns(one, rule):
                yield (
                    f'campaign "{one.id}" makes rule "{rule.id}" pay less, '
                    f"points = {one.points} instead of {rule.points}"
                )


def _small(programme: Programme, campaigns: list[Campaign]) -> Iterator[str]:
    """Of a deed of one unit; orders of many yuan take the more."""
    for one in campaigns:
        if one.budget_points is None:
            continue
        for rule in programme.rules:
            extra = _extra(one, rule) if concerns(one, rule) else 0
            if one.budget_points < extra:
                yield (
                    f'campaign "{one.id}" has budget_points = {one.budget_points}, less than the '
                    f'{extra} that it adds to what rule "{rule.id}" pays once'
                )


def _extra(campaign: Campaign, rule: Rule) -> int:
    """What it adds to one payment, without tiers and caps."""
    changed = effect(rule.points, [campaign])
    return floored(changed.base * changed.multiplier) + changed.bonus - rule.points


def _unknown_years(campaigns: list[Campaign]) -> Iterator[str]:
    for one in campaigns:
        window, known = one.window, one.window.known_until
        last = _last_year(window)
        if known is None or last <= known:
            continue
        if known < LAST_YEAR:
            yield (
                f'campaign "{one.id}" goes by public holidays that are not announced after '
                f"{known}: for {_span(known + 1, min(last, LAST_YEAR))} it has the days that the "
                "law names, and none that are exchanged (调休)"
            )
        if last > LAST_YEAR:
            years = _span(LAST_YEAR + 1, last)
            yield f'campaign "{one.id}" has no festivals and public holidays for {years}'


def _last_year(window: Window) -> int:
    """The last one it may be open in; the last that is found when it has no end."""
    if window.until_on is not None:
        return window.until_on.year
    return max(LAST_YEAR, window.from_on.year if window.from_on else 0)


def _span(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}..{last}"


def _meeting(programme: Programme, campaigns: list[Campaign]) -> Iterator[str]:
    days = {one.id: frozenset(_days(one.window)) for one in campaigns}
    for one, other in combinations(campaigns, 2):
        rule = _shared_rule(programme, one, other)
        if rule is None or one.stack or other.stack or _are_apart(one, other):
            continue
        first = _first_together(one.window, other.window, days[one.id] & days[other.id])
        won = " and ".join(_won(one, other))
        if first is not None and won:
            yield (
                f'campaigns "{one.id}" and "{other.id}" are both open for rule "{rule}", first on '
                f"{first}: of the two {won}; write stack = true where both should count"
            )


def _won(one: Campaign, other: Campaign) -> Iterator[str]:
    """Which one counts of what both change; of equals the one that stands first."""
    for key in ("points", "multiplier", "bonus"):
        mine, theirs = getattr(one, key), getattr(other, key)
        if mine is not None and theirs is not None:
            winner = one if mine >= theirs else other
            yield f'{key} = {max(mine, theirs)} of "{winner.id}" counts'


def _shared_rule(programme: Programme, one: Campaign, other: Campaign) -> str | None:
    for rule in programme.rules:
        if concerns(one, rule) and concerns(other, rule):
            return rule.id
    return None


def _are_apart(one: Campaign, other: Campaign) -> bool:
    """Whether no room, or no tier, is in both."""
    pairs = ((one.rooms, other.rooms), (one.tiers, other.tiers))
    return any(mine and theirs and not mine & theirs for mine, theirs in pairs)


def _days(window: Window) -> Iterator[date]:
    """The days on which it is open at some hour, for as long as it takes to have seen them all."""
    until = window.until_on
    first = window.from_on or date(min(FIRST_YEAR, until.year if until else FIRST_YEAR), 1, 1)
    last = date(first.year + CYCLE_YEARS, 12, 31)
    if until is not None:
        last = min(last, until + timedelta(days=1))  # a night's end
    days = map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1))
    return (day for day in days if is_on(window, day))


def _first_together(one: Window, other: Window, days: frozenset[date]) -> date | None:
    """The first of these days with a moment at which both are open. Both are first open together
    when one of them opens, or as the day begins."""
    moments = begins(one) | begins(other)
    for day in sorted(days):
        for at in moments:
            moment = datetime.combine(day, at)
            if is_open(one, moment) and is_open(other, moment):
                return day
    return None
