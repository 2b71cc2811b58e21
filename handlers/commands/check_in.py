"""How to check in, for those who ask; the check-in itself is a recogniser's."""

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, WHERE, ask
from bot.points.house_rules import described

ASKS = (
    ask(
        "签到",
        f"{HOW} {WHERE}",
        may="弄 搞 签 操作 要 发 点 积分 拿 才能 打卡 每天 做",
    ),
    ask("签到", "积分 加分", "吗 么 嘛 有没有", may="给 得 拿 加"),
    ask(
        "签到",
        HOW_MANY,
        "积分 分 几分",
        may="给 得 拿 一次 每天 每次 送 奖励 加 一天 能得",
    ),
)


@command(asks=ASKS)
def asked(context: Context) -> str:
    """The word to type, and what it pays."""
    rules = [described(rule, context.programme) for rule in context.programme.rules_on("checkin")]
    return "\n".join(["发「签到」或「打卡」,每天一次", *rules])
