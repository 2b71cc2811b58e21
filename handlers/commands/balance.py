"""积分: what I have, and what comes next."""

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, IS_IT, LOOK, ME, WHERE, ask
from bot.points.tier import next_tier, tier_for

ASKS = (
    ask(
        "积分 分 几分 总分 分数 余额",
        f"{HOW_MANY} 剩 还剩 剩下",
        sure=ME,
        may="还有 得 攒 账上 账户 账号 手里 手上 名下 积分 余额 累计 累积",
    ),
    ask("积分", "剩 还剩 剩下 剩余 还有 余额", HOW_MANY),
    ask(
        "积分",
        LOOK,
        sure=f"{HOW} {WHERE} 帮我 帮忙 帮 我 俺 查 查下 查一下 查询 自己",
        may="余额",
    ),
    ask("积分", "有 还有", f"{IS_IT} 没", sure=ME),
    ask("积分 分", "呢", sure=ME),
    ask("积分", "余额"),
    ask("签到", "几天 多少天", may="连续 连着 累计"),
)


@command("积分", "我的积分", "余额", help="看余额、快到期的分、连续天数和等级", asks=ASKS)
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
