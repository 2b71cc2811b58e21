"""What is allowed in a programme and yet hardly meant."""

from collections import Counter
from collections.abc import Collection, Iterator
from itertools import chain, pairwise

from bot.points.follow import NEEDS, NEWCOMER_TASK
from bot.points.pacing import USUAL_A_MINUTE, USUAL_GAP_MS
from bot.points.streak import STREAK_KIND, Due
from bot.points.types import Programme
from config.campaign_advice import campaign_warnings
from config.errors import hint, nearest
from config.rule_advice import rule_warnings
from config.schema import ALL_COUNTED
from config.worth import excess_warnings

ALIKE = 0.7
"""How near a misspelt kind is to a right one, from 0 to 1: first_order and invite_first_order are
less."""
LIMITED = "an account that speaks so fast may be limited or banned"


def warnings(programme: Programme, kinds: Collection[str] = ()) -> tuple[str, ...]:
    """One sentence for each surprise; given the `kinds` recognised, also for rules on others."""
    return tuple(
        chain(
            _nothing(programme),
            _streaks(programme),
            _names(programme),
            _tiers(programme),
            _zone(programme),
            _pacing(programme),
            rule_warnings(programme),
            excess_warnings(programme),
            campaign_warnings(programme),
            _tasks(programme),
            _segments(programme),
            _kinds(programme, kinds),
            _misspelt(programme),
        )
    )


def _nothing(programme: Programme) -> Iterator[str]:
    if not programme.rules:
        yield "nothing earns points, every rule is switched off"


def _streaks(programme: Programme) -> Iterator[str]:
    daily = {rule.on for rule in programme.rules if rule.due is None}
    for rule in programme.rules:
        if rule.due is None and rule.goal:
            yield f'rule "{rule.id}" never says its goal, it has none of {ALL_COUNTED}'
        if rule.due is not None and rule.on != STREAK_KIND:
            yield f'rule "{rule.id}" never pays, days are counted for on = "{STREAK_KIND}" alone'
        elif rule.due is not None and rule.on not in daily:
            yield (
                f'rule "{rule.id}" pays {_often(rule.due)}, '
                f'and no rule pays for on = "{rule.on}" on the others'
            )
    if programme.make_up is not None and not any(rule.due for rule in programme.rules):
        yield "[make_up] costs points and gives none, no rule pays for days in a row or in all"


def _often(due: Due) -> str:
    if due.every:
        return f"once in {due.every} days"
    return f"on day {', '.join(map(str, due.days))}"


def _pacing(programme: Programme) -> Iterator[str]:
    gap_ms, most = programme.pacing.gap_ms, programme.pacing.most_a_minute
    if gap_ms < USUAL_GAP_MS:
        yield f"[pacing] gap_ms = {gap_ms} is less than {USUAL_GAP_MS}, {LIMITED}"
    if most > USUAL_A_MINUTE:
        yield f"[pacing] most_a_minute = {most} is more than {USUAL_A_MINUTE}, {LIMITED}"


def _names(programme: Programme) -> Iterator[str]:
    for kind, names in (
        ("rules", [rule.name for rule in programme.rules]),
        ("tiers", [tier.name for tier in programme.tiers]),
    ):
        for name, times in Counter(names).items():
            if times > 1:
                yield f'{times} {kind} are called "{name}", members cannot tell them apart'


def _tiers(programme: Programme) -> Iterator[str]:
    for lower, higher in pairwise(programme.tiers):
        if higher.multiplier < lower.multiplier:
            yield (
                f'tier "{higher.id}" multiplies by {higher.multiplier}, '
                f'less than tier "{lower.id}" below it by {lower.multiplier}'
            )
    if not programme.tier_multiplies and any(tier.multiplier != 1 for tier in programme.tiers):
        yield "no tier's multiplier is used, tier_multiplies names no kind of activity"


def _tasks(programme: Programme) -> Iterator[str]:
    """Rules on what follows from other deeds, and the keys that only those have."""
    for rule in programme.rules:
        if rule.on in NEEDS and not rule.condition:
            needs = " or ".join(", ".join(keys) for keys in NEEDS[rule.on])
            yield f'rule "{rule.id}" never pays, on = "{rule.on}" needs {needs}'
        for kind, groups in NEEDS.items():
            idle = [key for keys in groups for key in keys if getattr(rule, key)]
            if kind != rule.on and idle:
                yield f'rule "{rule.id}" sets {", ".join(idle)}, read with on = "{kind}" alone'
        if rule.shields_most is not None and rule.shields is None:
            yield f'rule "{rule.id}" sets shields_most, which means nothing without shields'
    first, *others = programme.tasks_on(NEWCOMER_TASK) or (None,)
    for rule in others:
        if rule is not None and first is not None:
            yield f'rule "{rule.id}" never pays, newcomers have one task, that of "{first.id}"'


def _segments(programme: Programme) -> Iterator[str]:
    named = {name for one in programme.segments for name in one.named}
    named |= {name for rule in programme.rules for name in rule.segments}
    named |= {name for campaign in programme.campaigns for name in campaign.segments}
    for one in programme.segments:
        if one.id not in named:
            yield f'segment "{one.id}" is used by no rule, campaign or other segment'


def _kinds(programme: Programme, kinds: Collection[str]) -> Iterator[str]:
    for rule in programme.rules:
        if kinds and rule.on not in kinds:
            end = hint(rule.on, kinds)
            yield f'rule "{rule.id}" never pays, nothing recognises on = "{rule.on}", {end}'


def _misspelt(programme: Programme) -> Iterator[str]:
    """Kinds that no rule is for, and that are spelt nearly like one that a rule is for. Others may
    be those of rules that are switched off."""
    known = {rule.on for rule in programme.rules}
    lists = [("[programme] tier_multiplies", programme.tier_multiplies)]
    lists.append(("[programme] capped", programme.capped))
    lists += [(f'rule "{rule.id}" counts', frozenset(rule.counts)) for rule in programme.rules]
    for where, kinds in lists:
        for kind in sorted(kinds - known):
            if close := nearest(kind, known, least=ALIKE):
                yield f'{where} names "{kind}", which no rule is for, did you mean "{close}"?'


def _zone(programme: Programme) -> Iterator[str]:
    if programme.zone.key.startswith("Etc/GMT"):
        key = programme.zone.key
        yield f'zone "{key}" counts backwards: Etc/GMT-8 is eight hours ahead of UTC'
