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
    standing = _standing(turn, rule, last)
    if holds and not standing:
        return Kept(reward(turn, task(turn, rule, following, member, turn.today), source))
    if holds:
        return Kept()
    lines = [reverse(turn, entry, actor=None, note=None) for entry in standing]
    return Kept(taken_back=-sum(line.points for line in lines if not isinstance(line, Refusal)))


def _times(turn: Turn, key: str) -> tuple[list[str], str]:
    """The key of the last time it was given, under each of the member's numbers by which it ever
    was, and that of the next time under the number of now."""
    last: list[str] = []
    following = key
    for own in turn.keys_of(key):
        number, after = 1, own
        before: str | None = None
        while turn.is_done(after):
            number += 1
            before, after = after, f"{own}/{number}"
        last += [before] if before is not None else []
        following = after if own == key else following
    return last, following


def _standing(turn: Turn, rule: Rule, last: list[str]) -> list[int]:
    """The entries of those times which were not taken back, by the rules that there are now and by
    the one that was first then."""
    rules = [one.id for one in turn.programme.rules_on(rule.on) if one.condition == rule.condition]
    keys = {f"{one}:{key}" for one in rules for key in last}
    if last:
        turn.read()
    for key in last:
        deed = turn.orders().accrued_deed(key)
        line = turn.entry_line(deed[1]) if deed is not None else None
        if line is not None:
            keys.add(line.key)
    return [entry for entry in turn.posted_as(sorted(keys)).values() if entry]
