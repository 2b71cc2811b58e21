"""绑定: two accounts of one person become one member, by a code that only that person has seen."""

from bot.extend import Context, command
from bot.points.types import Refusal
from bot.points.wording import REFUSALS, merged

IN_ROOM = "。绑定码要私信发给我,这一个已经失效"
"""What is added where everybody could read the code; it has been used up, or was none."""


@command(
    "绑定",
    rest=" ?[0-9A-Za-z]{0,16}",
    help="把自己的另一个账号并过来,发「绑定」拿绑定码",
    writes=True,
)
def bind(context: Context) -> str:
    """Without a code the sender gets one privately; with one they become who asked for it."""
    code, in_room = context.rest.strip(), context.message.room is not None
    if not code:
        return _given(context, in_room=in_room)
    bound = context.bind(code)
    said = (
        REFUSALS[bound.code]
        if isinstance(bound, Refusal)
        else f"绑定好了,{merged(bound.balance)}" + (f",欠 {bound.debt} 分" if bound.debt else "")
    )
    return said + (IN_ROOM if in_room and not isinstance(bound, Refusal) else "")


def _given(context: Context, *, in_room: bool) -> str:
    code = context.bind_code()
    said = (
        f"绑定码 {code},10 分钟内有效,只能用一次。"
        f"用你的另一个账号私信我「绑定 {code}」,两个账号就是同一个会员,合并后不能再分开"
    )
    if not in_room:
        return said
    context.whisper(context.message.sender, said)
    return "已私信你绑定码"
