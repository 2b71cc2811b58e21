"""明细: my entries, a page at a time."""

from bot.extend import Context, command
from bot.points.ask import HOW, LOOK, ME, WHERE, WHY, ask
from bot.points.readings import LedgerLine
from bot.points.wording import reason

ASKS = (
    ask("积分", "明细 记录 流水", may=f"{HOW} {WHERE} {LOOK} 查 详细 都有 要"),
    ask(
        "积分 分",
        WHY,
        "少 少了 变少 变少了 没了 扣 扣了 被扣 被扣了 减 减少 减少了 不见了 变",
        sure=ME,
        may="被 积分 又 突然 越来越",
    ),
    ask("积分 分", "花 用 扣 去 花到 用到 花在 用在", f"{WHERE}", sure=ME, may="花 用 扣 去"),
    ask("积分 分", "怎么 哪 哪里", "来", "我 俺"),
)
PAGE = 8
"""Lines on one page: what a phone shows without scrolling."""


@command(
    "明细",
    rest=r" ?(?:第 ?)?([1-9][0-9]{0,4})?(?: ?页)?",
    help="看每一笔,「明细 2」看第二页",
    asks=ASKS,
)
def history(context: Context) -> str:
    """Newest first."""
    page = int("".join(char for char in context.rest if char.isascii() and char.isdigit()) or 1)
    entries = context.count_entries()
    pages = max(1, -(-entries // PAGE))
    if not entries:
        return "还没有积分流水,发「签到」拿第一笔"
    if page > pages:
        return f"一共只有 {pages} 页"
    lines = [_line(context, line) for line in context.history((page - 1) * PAGE, PAGE)]
    if page == 1 and (soon := context.expiring()):
        lines.append(soon)
    if page < pages:
        lines.append(f"第 {page}/{pages} 页,「明细 {page + 1}」看更早的")
    return "\n".join(lines)


def _line(context: Context, line: LedgerLine) -> str:
    on = line.on.strftime("%m-%d")
    return (
        f"{line.points:+d} {reason(line, context.programme)} {on} 余额 {line.balance} #{line.id}"
    )
