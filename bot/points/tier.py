"""Levels by qualifying points."""

from collections.abc import Sequence

from bot.points.types import Tier


def tier_for(qualifying_points: int, tiers: Sequence[Tier]) -> Tier | None:
    """The highest tier reached; None when the programme has no tiers. `tiers` ascend."""
    held = None
    for tier in tiers:
        if qualifying_points < tier.from_points and held is not None:
            break
        held = tier
    return held


def next_tier(qualifying_points: int, tiers: Sequence[Tier]) -> Tier | None:
    """The first tier not yet reached; None at the top. The lowest is held by everybody, those
    below 0 too."""
    reached = max(qualifying_points, 0)
    return next((tier for tier in tiers if tier.from_points > reached), None)


def is_crossed(before: int, after: int, tiers: Sequence[Tier]) -> bool:
    """Whether the points of some tier lie between: above `before`, and up to `after`."""
    return any(before < tier.from_points <= after for tier in tiers)


def risen_to(tier_points: int, peak: int, tiers: Sequence[Tier]) -> Tier | None:
    """The tier held now, when it is above all that were reached with `peak`, the most qualifying
    points before; else None."""
    held, best = tier_for(tier_points, tiers), tier_for(peak, tiers)
    if held is None or best is None or held.from_points <= best.from_points:
        return None
    return held


def rechecked(tier_points: int, gained: int, tiers: Sequence[Tier], floor: str | None) -> int:
    """What tiers are held by after a re-check: unchanged for who has `gained` as much in the year
    as the tier held asks for; else what the year gave, and no less than the floor asks for."""
    held = tier_for(tier_points, tiers)
    if held is None or gained >= held.from_points:
        return tier_points
    lowest = next((tier.from_points for tier in tiers if tier.id == floor), 0)
    left = min(tier_points, max(gained, lowest))
    return tier_points if tier_for(left, tiers) == held else left


def lowered(gained: int, tier: Tier) -> str:
    """Said to who falls by a re-check."""
    return f"年度复核:过去 12 个月得了 {gained} 成长值,等级调整为{tier.name}"


def privileges(tier: Tier) -> str:
    """订单 9.5 折、新品试用: what its holder has; "" for none."""
    percent = tier.discount_percent
    discount = [f"订单 {percent / 10:g} 折"] if percent is not None else []
    return "、".join([*discount, *tier.privileges])


def level_up(tier: Tier) -> str:
    """Said once, when a member gets there for the first time."""
    has = privileges(tier)
    return f"恭喜升到{tier.name}" + (f":{has}" if has else "")
