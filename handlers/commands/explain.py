"""为什么: where the points of an entry come from, step by step."""

from bot.extend import Context, command
from bot.points.ask import NUMBER, WHY, ask
from bot.points.explained import explained, refused_deed, waiting_deed
from bot.points.order import SHOP
from bot.points.readings import LedgerLine
from bot.points.wording import reason

MOST = 5
"""Entries before the last that are looked at: one deed seldom pays more."""
NOT = "没给 不给 没加 不加 没加上 没得 没得到 没拿到 没收到 没到 没到账"
DEEDS = "签到 打卡 分享 晒单 邀请 反馈 发帖 那个 这次 那次 这条 那条"
ASKS = (
    ask(
        "积分 分 加分 得分 给分",
        WHY,
        f"{NOT} 没 没有 不 没算 没记 没涨 只有 未到账",
        sure="积分 我 俺 加分 得分 给分 签到 打卡 晒单",
        may=f"{DEEDS} 给 加 得 得到 到账 加上 上 账 算 拿到 拿 收到 增加 动 涨 变化 积分 送",
    ),
    ask("积分", NOT, sure="我 俺", may="还没 账 给"),
    ask("积分 分", WHY, "只给 才给 只有 只加 才加", NUMBER, may="给 我"),
    ask("积分 分", WHY, "只 才", NUMBER, "给 加 有 得"),
)


@command(
    "为什么",
    rest=r"(?: ?#?([1-9][0-9]{0,17}))?",
    help="上一笔怎么来的、为什么没得分,「为什么 12」看流水 12",
    asks=ASKS,
)
def explain(context: Context) -> str:
    """The last change, or the refusal or the wait that came after it, or the entry of that number;
    others' entries are shown to admins only."""
    number = context.rest.strip(" #")
    if not number and (unpaid := _unpaid(context)):
        return unpaid
    line = context.entry(int(number)) if number else _last(context)
    if line is None:
        return f"没有流水 #{number}" if number else "还没有积分流水,发「签到」拿第一笔"
    if line.member != context.member and not context.is_admin:
        return f"流水 #{line.id} 不是你的,看不了"
    why = explained(line, context.programme, context.actor_of(line))
    beside = [] if number else _beside(context, line)
    return "\n".join([why, f"同一次还有:{'、'.join(beside)}"]) if beside else why


def _unpaid(context: Context) -> str:
    """Why the last deed has earned nothing, or not yet; "" when neither is the last that was."""
    waiting = context.waiting_last()
    if waiting is not None:
        return waiting_deed(waiting, context.programme)
    refused = context.refused_last()
    if refused is None:
        return ""
    return refused_deed(refused, context.programme, context.me, context.now)


def _beside(context: Context, line: LedgerLine) -> list[str]:
    """What else the same message or order has just paid: the reply has told of the sum."""
    return [
        f"{reason(one, context.programme)} {one.points:+d} #{one.id}"
        for one in context.history(0, MOST)
        if line.message and one.id != line.id and _source(line) in {_source(one), _cause(one)}
    ]


def _last(context: Context) -> LedgerLine | None:
    """The last entry; before one that the same message took back, as a chat that became a review,
    what it was taken back for."""
    lines = context.history(0, MOST)
    if not lines:
        return None
    cause = _cause(lines[0])
    return next((line for line in lines if cause and _source(line) == cause), lines[0])


def _source(line: LedgerLine) -> str:
    return f"{line.channel}/{line.message}"


def _cause(line: LedgerLine) -> str:
    """The message that a reversal came of; "" for other entries, and for an admin's or a
    refund's."""
    cause = str(line.why.get("cause", "")) if line.kind == "reversal" else ""
    return "" if cause.startswith(f"{SHOP}/") else cause
