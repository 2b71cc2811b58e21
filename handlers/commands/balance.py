"""积分: what I have, and what comes next."""

from bot.extend import Context, command
from bot.points.tier import next_tier, tier_for


@command("积分", "我的积分", "余额", help="看余额、快到期的分、连续天数和等级")
def balance(context: Context) -> str:
    """The number first, then streak and tier."""
    me = context.me
    lines = [f"余额 {me.balance} 积分,连续 {context.streak_days} 天"]
    if me.debt:
        lines[0] += f",欠 {me.debt} 分,之后得的分先还"
    if me.waiting:
        lines.append(f"待入账 {me.waiting} 积分")
    if soon := context.expiring():
        lines.append(soon)
    if me.shields:
        lines.append(f"连签保护 {me.shields} 张,漏签自动补上")
    tier = tier_for(me.tier_points, context.programme.tiers)
    if tier is not None:
        line = f"{tier.name},成长值 {me.tier_points}"
        above = next_tier(me.tier_points, context.programme.tiers)
        if above is not None:
            line += f",再得 {above.from_points - me.tier_points} 升{above.name}"
        lines.append(line)
    return "\n".join(lines)
