"""任务: what is still to earn today."""

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, IS_IT, ME, WHAT, ask

GET = "拿 拿到 得 得到 赚 赚取 挣 攒 领 领取 获得 获取 取得 积累 累积 刷 多拿 涨 加"
ASKS = (
    ask(
        "积分",
        f"{HOW} 怎么才能 怎样才能 如何才能",
        f"{GET} 来 弄 搞 能有 才能有",
        may="才能 才 快速 快 最快 更快 多 多点 点 些 更多 一点 这个 能有 要 分 还能",
    ),
    ask("积分", "办法 方法 途径 方式", WHAT, GET, may="还有 别的 其他"),
    ask("积分", "哪来 哪来的 哪里来 哪里来的 从哪来 哪里拿 哪里领 在哪拿 在哪领"),
    ask(
        "积分",
        "做 干 发 做点 干点",
        WHAT,
        f"{GET} 有 给 加 送 能得 能有 能拿",
        may="事 事情 可以得 可以拿 才能 才",
    ),
    ask(
        "积分",
        f"{GET} 能拿 能得",
        HOW_MANY,
        sure="今天 今日 还能 还可以 每天 一天 最多",
        may="分 还能 还可以 每天 一天 最多",
    ),
    ask("任务", sure=ME),
    ask(
        "任务 积分任务",
        f"{WHAT} {IS_IT} {HOW_MANY} {HOW} 哪",
        sure="今天 今日 积分 还有 群里 每日 每天 新人 现在",
        may="还有 做 积分 完成 没做 没有 剩 还剩 每日 每天 日常 要 没完成 接 领",
    ),
)


@command("任务", help="今天还能拿哪些分,做到哪一步了", asks=ASKS)
def tasks(context: Context) -> str:
    """What can be done now first."""
    lines = context.tasks()
    return "\n".join(["今天的任务", *lines]) if lines else "这里还没有得分的规则"
