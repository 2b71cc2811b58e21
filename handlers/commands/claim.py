"""认领: an admin gives a member back what is theirs when their account has changed."""

from bot.extend import Context, command
from bot.points.text import display_name
from bot.points.types import Refusal
from bot.points.wording import REFUSALS, merged

USAGE = "这样写:认领 @新号 @旧号,先 @ 现在用的,再 @ 以前的"


@command(
    "认领",
    rest="(?:[ @\u2005].*)?",
    help="认领 @新号 @旧号,会员换了号,旧号的积分和记录并给新号",
    is_admin=True,
    writes=True,
)
def claim(context: Context) -> str:
    """The account of now is mentioned first, then that of before."""
    members = context.mentioned()
    if len(members) != 2:
        return USAGE
    new, old = members
    if context.member in members and not context.is_superuser:
        return "不能认领自己的账号,请别的管理员来"
    name = display_name(context.name_of(new)) or f"会员{new}"
    claimed = context.claim(old, new)
    if isinstance(claimed, Refusal):
        return REFUSALS[claimed.code]
    said = merged(claimed.balance)
    debt = f",欠 {claimed.debt} 分" if claimed.debt else ""
    [person, _] = dict.fromkeys(one for one in context.message.mentions if one != "bot")
    context.whisper(person, f"管理员把你的旧账号并过来了,{said}{debt}")
    return f"{name} 的旧号认领好了,{said}{debt}"
