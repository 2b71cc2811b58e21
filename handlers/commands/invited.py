"""我的邀请: whom I brought, how far it has come, and the code with which newcomers name me."""

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, IS_IT, LOOK, ME, WHAT, WHERE, ask
from bot.points.invite_code import invite_code
from bot.points.text import display_name

STAGES = {
    "joined": "已进群",
    "stayed": "奖励已入账",
    "ordered": "已下首单",
    "left": "没住满或被驳回,不计",
}
FRIENDS = "好友 朋友 人 别人 新人 新朋友 亲友"
INTO = "进群 入群 加群 加入 进来 进 来"
ASKS = (
    ask(
        "邀请 拉人 拉 邀请人",
        "积分 加分 分 几分 奖励",
        f"{IS_IT} {HOW_MANY} {HOW} {WHAT}",
        sure=f"{FRIENDS} 积分 加分 拉人",
        may=f"{FRIENDS} {INTO} 一个 一位 一人 个 位 得 拿 给 送 每 能得",
    ),
    ask("邀请", FRIENDS, HOW, may=f"{INTO} 才能"),
    ask(
        "邀请 拉",
        f"谁 {HOW_MANY} 哪些 哪些人 多少人 几人",
        sure="我 俺 咱",
        may=f"{FRIENDS} {INTO} 个 位 成功 共",
    ),
    ask("邀请码", sure=ME),
    ask("邀请码", f"{HOW} {WHERE} {LOOK} {WHAT} 多少", may="用 填 写 拿"),
)
NOBODY = "你还没邀请过人:把没来过的朋友直接拉进群,就记在你名下"
MOST = 10
"""Lines that fit on a phone."""


@command("我的邀请", "邀请", help="我的邀请码,我邀请了谁;新人发「我是 8K3F 邀请的」", asks=ASKS)
def invited(context: Context) -> str:
    """The latest first."""
    found = context.invited()
    lines = [f"你邀请了 {len(found)} 人"] if found else [NOBODY]
    for one in found[:MOST]:
        name = display_name(one.invitee_name) or f"会员{one.invitee}"
        waiting = ",待入账" if one.is_waiting else ""
        lines.append(f"{name}:{STAGES[one.stage]}{waiting}")
    if context.is_inviting:
        code = invite_code(context.member)
        lines.append(f"你的邀请码 {code}:新朋友进群 3 天内发「我是 {code} 邀请的」,就记在你名下")
    return "\n".join(lines)
