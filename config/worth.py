"""What an order earns against what it costs, where the programme says what points are worth."""

from collections.abc import Iterator
from decimal import Decimal

from bot.points.campaign import ONE, Effect, effect
from bot.points.earn import floored
from bot.points.types import Programme, Rule

ORDER = "order"
"""The kind of activity whose units are yuan."""
FAULT = "points would exceed purchase value"


def excess(programme: Programme) -> str | None:
    """Why an order pays for itself by the rules alone, without tier or campaign; None when it
    does not."""
    for yuan in _amounts(programme):
        points = sum(_points(rule, rule.points, yuan) for rule in programme.rules_on(ORDER))
        if _is_excess(points, yuan, programme):
            return f"an order of {yuan} yuan earns {points} points: {FAULT}"
    return None


def excess_warnings(programme: Programme) -> Iterator[str]:
    """The same with the highest tier and all the campaigns that are switched on, at once."""
    tier = _highest_tier(programme)
    for yuan in _amounts(programme):
        earned = [
            (base, effect, floored(base * effect.multiplier * tier) + effect.bonus)
            for base, effect in _bases(programme, yuan)
        ]
        points = sum(each for *_, each in earned)
        if _is_excess(points, yuan, programme):
            terms = " + ".join(_term(base, tier, effect) for base, effect, _ in earned)
            yield (
                f"an order of {yuan} yuan earns up to {terms} = {points} points, with the highest "
                f"tier and every campaign at once, and {programme.points_per_yuan} are worth a "
                f"yuan: {FAULT}"
            )
            return


def _amounts(programme: Programme) -> list[int]:
    """The yuan at which an order may earn most for its price: one, and each amount from which a
    rule pays."""
    return sorted({1, *(rule.from_units or 1 for rule in programme.rules_on(ORDER))})


def _points(rule: Rule, base: int, yuan: int) -> int:
    """Before multipliers, all of it in the category that pays most."""
    if rule.from_units is not None and yuan < rule.from_units:
        return 0
    return base if rule.per == "deed" else yuan * max([base, *rule.categories.values()])


def _bases(programme: Programme, yuan: int) -> Iterator[tuple[int, Effect]]:
    """What each rule that pays at all gives before multipliers, and what campaigns make of it."""
    for rule in programme.rules_on(ORDER):
        given = effect(rule.points, programme.campaigns_on(rule))
        if base := _points(rule, given.base, yuan):
            yield base, given


def _term(base: int, tier: Decimal, given: Effect) -> str:
    """5 × 1.5 × 2 + 10: points, the tier, the campaigns, a bonus."""
    bonus = f" + {given.bonus}" if given.bonus else ""
    return f"{base} × {tier} × {given.multiplier}{bonus}"


def _highest_tier(programme: Programme) -> Decimal:
    if ORDER not in programme.tier_multiplies:
        return ONE
    return max((tier.multiplier for tier in programme.tiers), default=ONE)


def _is_excess(points: int, yuan: int, programme: Programme) -> bool:
    worth = programme.points_per_yuan
    return worth is not None and points >= yuan * worth
