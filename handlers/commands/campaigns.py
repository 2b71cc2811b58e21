"""活动: what is on today and in the next days."""

from bot.extend import Context, command
from bot.points.house_rules import AHEAD_DAYS, near_campaigns


@command("活动", help="现在和近 30 天的活动")
def campaigns(context: Context) -> str:
    """One line a campaign, in the words of 规则."""
    lines = list(near_campaigns(context.programme, context.today, context.over()))
    return "\n".join(lines) or f"近 {AHEAD_DAYS} 天没有活动"
