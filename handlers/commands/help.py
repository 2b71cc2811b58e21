"""帮助 and 管理帮助: what can be typed, from the commands there are."""

from collections.abc import Iterable

from bot.extend import Command, Context, command
from bot.points.ask import HOW, WHAT, ask

BOT = "机器人 群机器人 积分机器人"
ASKS = (
    ask(
        "命令 指令 口令 功能",
        f"{WHAT} {HOW} 多少",
        sure=f"命令 指令 {BOT}",
        may=f"{BOT} 用 有",
    ),
    ask(f"{BOT} 你", "会 能 可以", WHAT, sure=BOT, may="干 做 查"),
    ask(
        f"{BOT} 你",
        HOW,
        "用 使用 玩",
        sure="积分 群 群里 积分机器人 群机器人",
        may="这个",
    ),
)


@command("帮助", asks=ASKS)
def help_members(context: Context) -> str:
    """What members can type."""
    lines = ["签到 / 打卡:每天一次拿积分", *_lines(context, is_admin=False)]
    if context.is_admin:
        lines.append("管理员发「管理帮助」")
    return "\n".join(lines)


@command("管理帮助", is_admin=True)
def help_admins(context: Context) -> str:
    """What admins can type."""
    return "\n".join(_lines(context, is_admin=True))


def _lines(context: Context, *, is_admin: bool) -> Iterable[str]:
    return [
        _line(found) for found in context.commands if found.help and found.is_admin == is_admin
    ]


def _line(found: Command) -> str:
    return f"{' / '.join(found.words)}:{found.help}"
