"""等级: the levels, and what is missing to the next."""

from bot.extend import Context, command
from bot.points.house_rules import multiplied
from bot.points.tier import next_tier, privileges, tier_for
from bot.points.types import Programme, Tier


@command("等级", help="各等级的门槛,还差多少")
def tier(context: Context) -> str:
    """Qualifying points decide; spending never lowers them."""
    tiers = context.programme.tiers
    qualifying = context.me.tier_points
    held, above = tier_for(qualifying, tiers), next_tier(qualifying, tiers)
    if held is None:
        return "这里没有设等级"
    first = f"{held.name},成长值 {qualifying}"
    if above is not None:
        first += f",再得 {above.from_points - qualifying} 升{above.name}"
    terms = context.programme.recheck
    if terms is not None and held.from_points:
        month, day = terms.month_day
        first += f"\n每年 {month:02}-{day:02} 复核:之前 12 个月要得满 {held.from_points} 才保得住"
    return "\n".join([first, *(_line(tier, context.programme, held) for tier in tiers)])


def _line(tier: Tier, programme: Programme, held: Tier) -> str:
    """白银:满 1000,下单 ×1.1,订单 9.5 折 ←你."""
    parts = (f"{tier.name}:满 {tier.from_points}", multiplied(tier, programme), privileges(tier))
    return ",".join(filter(None, parts)) + (" ←你" if tier is held else "")
