"""What is on when, for an operator: one line for each run of a campaign."""

from collections.abc import Iterator
from datetime import date

from bot.points.campaign import Campaign, Run, preview
from bot.points.house_rules import hours, offer
from bot.points.types import Programme


def agenda(programme: Programme, first: date, last: date) -> Iterator[str]:
    """From one day to another, both included and programme-local: when, which, at what hours, what
    it does and for whom. A run that goes on beyond the last day is shown up to it."""
    for run in preview(programme.campaigns, first, last):
        campaign = run.campaign
        limits = [*hours(campaign), *_rooms(campaign)]
        yield ",".join([f"{_days(run)} {campaign.name}:{offer(campaign, programme)}", *limits])


def _days(run: Run) -> str:
    if run.first_on == run.last_on:
        return f"{run.first_on}"
    return f"{run.first_on} 到 {run.last_on}"


def _rooms(campaign: Campaign) -> Iterator[str]:
    if campaign.rooms:
        yield f"只在群 {'、'.join(sorted(campaign.rooms))}"
