"""撤销: an admin takes an entry back."""

from bot.extend import Context, command
from bot.points.text import display_name
from bot.points.types import Refusal
from bot.points.wording import REFUSALS


@command(
    "撤销",
    rest="(?: ?#?[1-9][0-9]{0,17})?",
    help="撤销 12,把流水 12 整笔退回",
    is_admin=True,
    writes=True,
)
def reverse(context: Context) -> str:
    """The whole entry, once, or what parts have left of it; what was spent already becomes a debt.
    Nobody takes back what another admin took from them."""
    number = context.rest.strip(" #")
    if not number:
        return "这样写:撤销 12,流水号在加分、扣分的回复里,也在对方「明细」每行的最后"
    original = context.entry(int(number))
    if original is not None and original.member == context.member:
        return "不能撤销自己的流水,请别的管理员来"
    posted = context.reverse(int(number))
    if isinstance(posted, Refusal):
        return f"流水 #{number}:{REFUSALS[posted.code]}"
    name = display_name(posted.member_name) or f"会员{posted.member}"
    debt = f",欠 {posted.debt} 分" if posted.debt else ""
    done = f"已撤销 #{number}:{name} {posted.points:+d} 积分"
    return f"{done},余额 {posted.balance}{debt},流水 #{posted.id}"
