"""采纳: who asked adopts an answer by quoting it; an admin's 采纳 is 加精."""

from bot.extend import Context, command
from bot.points.request import AMOUNT, NUMBER, pointed_at
from bot.points.text import display_name
from bot.points.types import ADOPTED, Refusal
from bot.points.wording import refusal


@command(
    "采纳",
    rest=f" ?{NUMBER}(?: {AMOUNT})?",
    quoting=f"(?: {AMOUNT})?",
    writes=True,
    is_numbered=True,
)
def adopt(context: Context) -> str:
    """An admin adds what the rule offers; where it offers nothing, and for all others, it counts
    when they asked."""
    number, points = pointed_at(context.rest, context.quoted)
    if number is None:
        return "引用有用的回答发「采纳」"
    if context.is_admin:
        added = context.add_bonus(number, points)
        if not isinstance(added, Refusal):
            who = _name(context, added.member)
            return (
                f"已采纳 #{number}:{who} {added.rule.name} +{added.points} 积分,"
                f"余额 {added.balance}"
            )
        if added.code != "no_bonus":
            return context.why_not(added)
    return _by_who_asked(context, number)


def _by_who_asked(context: Context, number: int) -> str:
    settled = context.adopt(number)
    if isinstance(settled, Refusal):
        return context.why_not(settled)
    if settled.outcome == "refused":
        return refusal(settled.decision.refusals[0].code, ADOPTED, context.today, context.today)
    points = sum(entry.points for entry in settled.decision.entries)
    waits = ",管理员看过就入账" if settled.outcome == "pending" else ""
    who = _name(context, settled.activity.member)
    return f"已采纳 {who} 的回答:+{points} 积分,余额 {settled.account.balance}{waits}"


def _name(context: Context, member: int) -> str:
    return display_name(context.name_of(member)) or f"会员{member}"
