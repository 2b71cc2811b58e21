"""等级: the levels, and what is missing to the next."""

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, IS_IT, LOOK, ME, WHAT, WHERE, ask
from bot.points.house_rules import multiplied
from bot.points.tier import next_tier, privileges, tier_for
from bot.points.types import Programme, Tier

NEXT = "升级 升等级 升一级 下一级 升到下一级 升下一级 下个等级 下一等级 升会员"
ASKS = (
    ask(
        "等级 级别 会员等级 几级 多少级",
        f"{WHAT} {HOW_MANY} {HOW} {WHERE} {LOOK} 几级 多少级",
        sure=f"{ME} 会员 积分",
        may="会员 级 积分",
    ),
    ask("等级", sure=ME),
    ask("会员", "什么 啥 哪种 几级 什么级", sure=ME, may="级别 级 等级"),
    ask(
        NEXT,
        "还差 差 还要 要 还需要 需要 还得 得",
        HOW_MANY,
        may="分 积分 成长值 才能 才 会员 到 离 距离",
    ),
    ask(NEXT, "积分 成长值", HOW_MANY, may="才能 才 会员"),
    ask(NEXT, HOW, sure="等级 会员 积分 升等级 升会员", may="等级 会员 积分 才能 快"),
    ask(
        "等级 会员等级",
        f"{WHAT} {HOW} {IS_IT} {HOW_MANY}",
        sure="有 划分 分 算 会员 积分 升",
        may="分 划分 算 用 好处 区别 升 会员 积分 种 个 权益 特权 才能 提升 提高",
    ),
)


@command("等级", help="各等级的门槛,还差多少", asks=ASKS)
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
