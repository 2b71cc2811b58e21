"""Rewards that stand for as long as what they are for: taken back when it ends, and given again
when it is so again, whatever the order of events."""

from bot.points.types import Refusal, Rule
from bot.points.value import value
from bot.posting.follow import task
from bot.posting.reverse import reverse
from bot.posting.settle import Settled, reward
from bot.posting.turn import Turn


@value
class Kept:
    """What has changed."""

    given: Settled | None = None
    taken_back: int = 0
    """Points."""


def keep(
    turn: Turn,
    rule: Rule,
    key: str,
    member: int,
    *,
    holds: bool,
    source: tuple[str, str] | None = None,
) -> Kept:
    """Gives `member` what the rules with this condition give, or takes it back, so that it is
    there exactly when it `holds`. The first time its key is `key`, then `key/2`, and so on. What
    an admin took back is not given again."""
    turn.account(member)
    last, following = _times(turn, key)
    standing = _standing(turn, rule, last) if last else []
    if holds and not standing:
        return Kept(reward(turn, task(turn, rule, following, member, turn.today), source))
    if holds:
        return Kept()
    lines = [reverse(turn, entry, actor=None, note=None) for entry in standing]
    return Kept(taken_back=-sum(line.points for line in lines if not isinstance(line, Refusal)))


def _times(turn: Turn, key: str) -> tuple[str | None, str]:
    """The key of the last time it was given, None when it never was, and that of the next."""
    last, following, number = None, key, 1
    while turn.is_done(following):
        number += 1
        last, following = following, f"{key}/{number}"
    return last, following


def _standing(turn: Turn, rule: Rule, key: str) -> list[int]:
    """The entries of that time which were not taken back, by the rules that there are now and by
    the one that was first then."""
    rules = turn.programme.rules_on(rule.on)
    keys = {f"{one.id}:{key}" for one in rules if one.condition == rule.condition}
    turn.read()
    deed = turn.orders().accrued_deed(key)
    line = turn.entry_line(deed[1]) if deed is not None else None
    if line is not None:
        keys.add(line.key)
    return [entry for entry in turn.posted(sorted(keys)).values() if entry]
