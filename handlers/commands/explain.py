"""为什么: where the points of an entry come from, step by step."""

from bot.extend import Context, command
from bot.points.explained import explained, refused_deed
from bot.points.readings import LedgerLine
from bot.points.wording import reason

MOST = 5
"""Entries before the last that are looked at: one deed seldom pays more."""


@command(
    "为什么",
    rest=r"(?: ?#?([1-9][0-9]{0,17}))?",
    help="上一笔怎么来的、为什么没得分,「为什么 12」看流水 12",
)
def explain(context: Context) -> str:
    """The last change, or the refusal that came after it, or the entry of that number; others'
    entries are shown to admins only."""
    refused = None if context.rest.strip(" #") else context.refused_last()
    if refused is not None:
        return refused_deed(refused, context.programme, context.me, context.now)
    line = _asked(context)
    if line is None:
        number = context.rest.strip(" #")
        return f"没有流水 #{number}" if number else "还没有积分流水,发「签到」拿第一笔"
    if line.member != context.member and not context.is_admin:
        return f"流水 #{line.id} 不是你的,看不了"
    why = explained(line, context.programme, context.actor_of(line))
    beside = [] if context.rest.strip(" #") else _beside(context, line)
    return "\n".join([why, f"同一次还有:{'、'.join(beside)}"]) if beside else why


def _beside(context: Context, line: LedgerLine) -> list[str]:
    """What else the same message or order has just paid: the reply has told of the sum."""
    return [
        f"{reason(one, context.programme)} {one.points:+d} #{one.id}"
        for one in context.history(1, MOST)
        if line.message and (one.channel, one.message) == (line.channel, line.message)
    ]


def _asked(context: Context) -> LedgerLine | None:
    number = context.rest.strip(" #")
    if number:
        return context.entry(int(number))
    return next(iter(context.history(0, 1)), None)
