"""加精: an admin adds points to a deed for its quality, by its number or by quoting it."""

from bot.extend import Context, command
from bot.points.request import POINTING, pointed_at
from bot.points.text import display_name
from bot.points.types import Refusal


@command(
    "加精",
    rest=POINTING,
    help="引用写得好的一条发「加精」或「加精 100」,也能写编号:加精 12 100",
    is_admin=True,
    writes=True,
    is_numbered=True,
)
def bonus(context: Context) -> str:
    """What the rule offers, or the least of that; a request counts with it."""
    number, points = pointed_at(context.rest, context.quoted)
    if number is None:
        return "这样写:引用那条消息发「加精」,或「加精 12 100」,编号看「待审核」"
    added = context.add_bonus(number, points)
    if isinstance(added, Refusal):
        return f"#{number}:{context.why_not(added)}"
    who = display_name(context.name_of(added.member)) or f"会员{added.member}"
    approved = f"通过 +{added.approved}," if added.approved else ""
    return (
        f"已加精 #{number}:{who} {added.rule.name} {approved}加精 +{added.points} 积分,"
        f"余额 {added.balance}"
    )
