"""规则: what earns points today, from the programme in force."""

from bot.extend import Context, command
from bot.points.house_rules import house_rules


@command("规则", help="怎么拿积分")
def rules(context: Context) -> str:
    """One line a rule, and the campaigns that are on or near."""
    return "\n".join(house_rules(context.programme, context.today, context.over()))
