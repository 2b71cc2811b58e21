"""What members have spent in a week or a month, and what that earns."""

from datetime import date

from bot.points.follow import SPEND_PERIOD, period_of
from bot.points.types import Rule
from bot.points.wording import ended, told
from bot.posting.kept import keep
from bot.posting.turn import Turn


def keep_spending(turn: Turn) -> None:
    """Gives what the spends of this turn have reached, and takes back what is no more reached
    since some were given back. The sender is told privately."""
    lines, turn.spends = turn.spends, []
    rules = turn.programme.tasks_on(SPEND_PERIOD)
    if not rules:
        return
    days: set[tuple[int, date]] = set()
    for line in lines:
        if line.kind == "redemption":
            days.add((line.member, date.fromisoformat(line.day)))
        elif line.reverses is not None:
            original = turn.entry_line(line.reverses)
            if original is not None and original.kind == "redemption":
                days.add((line.member, original.on))
    for rule in rules:
        periods = {(member, *period_of(day, rule.spend_within)) for member, day in days}
        for member, first, last in sorted(periods):
            _keep(turn, rule, member, first, last)


def _keep(turn: Turn, rule: Rule, member: int, first: date, last: date) -> None:
    key = f"{SPEND_PERIOD}/{rule.spend_within}-{first}/{rule.spend_points}/{member}"
    holds = spent(turn, member, first, last) >= (rule.spend_points or 0)
    changed = keep(turn, rule, key, member, holds=holds)
    if member != turn.member:
        return
    account = turn.look(member)
    if given := changed.given:
        text = told(given.activity, given.decision, turn.programme, given.streak_days, account)
        turn.notify(turn.message.channel, turn.message.sender, text)
    elif changed.taken_back:
        text = ended(rule, changed.taken_back, account)
        turn.notify(turn.message.channel, turn.message.sender, text)


def spent(turn: Turn, member: int, first: date, last: date) -> int:
    """What was spent for these days and not given back."""
    return sum(
        -line.points - line.reversed_points
        for line in turn.entries_since(member, first)
        if line.kind == "redemption" and first <= line.on <= last
    )
