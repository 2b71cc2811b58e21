"""规则: what earns points today, from the programme in force."""

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, IS_IT, LOOK, WHAT, WHEN, WHERE, ask
from bot.points.house_rules import house_rules

ASKS = (
    ask(
        "规则 制度 细则",
        f"{WHAT} {HOW} {WHERE} {LOOK} {IS_IT} 说说 讲讲 说一下 讲一下 了解",
        sure="积分",
        may="积分 说 定",
    ),
    ask("积分", "规则"),
    ask(
        "晒单 分享 发帖 回答 反馈 建议 聊天 下单 首单",
        f"{HOW_MANY} {IS_IT}",
        "积分 几分 加分",
        may="给 得 拿 加 能得 一次 每次 每天 问题",
    ),
    ask("晒单 分享 发帖 反馈", HOW_MANY, "分", "给 得 加", may="一次 每次 每天"),
    ask("积分", HOW, "算 计算 计 算出来", may="得 计分 的"),
    ask(
        "积分",
        "过期 清零 有效期 失效 作废 到期 清空 有效 期限",
        f"{WHEN} {IS_IT} {HOW} 多长 几天 几个月 几年",
        may="多长 时间 天 长 年 年底 永久",
    ),
)


@command("规则", help="怎么拿积分", asks=ASKS)
def rules(context: Context) -> str:
    """One line a rule, and the campaigns that are on or near."""
    return "\n".join(house_rules(context.programme, context.today, context.over()))
