"""活动: what is on today and in the next days."""

from bot.extend import Context, command
from bot.points.ask import HOW_MANY, IS_IT, WHAT, WHEN, ask
from bot.points.house_rules import AHEAD_DAYS, near_campaigns

ASKS = (
    ask(
        "活动 积分活动",
        f"{WHAT} {IS_IT} {WHEN}",
        sure="积分 双倍 积分活动 翻倍",
        may="开始 结束 积分 搞",
    ),
    ask(
        "双倍 翻倍 多倍 几倍",
        f"{WHAT} {IS_IT} {WHEN} {HOW_MANY}",
        sure="积分",
        may="开始 结束 签到 日",
    ),
)


@command("活动", help="现在和近 30 天的活动", asks=ASKS)
def campaigns(context: Context) -> str:
    """One line a campaign, in the words of 规则."""
    lines = list(near_campaigns(context.programme, context.today, context.over()))
    return "\n".join(lines) or f"近 {AHEAD_DAYS} 天没有活动"
