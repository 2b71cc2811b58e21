"""我的邀请: whom I brought, and how far it has come."""

from bot.extend import Context, command
from bot.points.text import display_name

STAGES = {
    "joined": "已进群",
    "stayed": "奖励已入账",
    "ordered": "已下首单",
    "left": "没住满或被驳回,不计",
}
MOST = 10
"""Lines that fit on a phone."""


@command("我的邀请", "邀请", help="我邀请了谁,奖励到哪一步")
def invited(context: Context) -> str:
    """The latest first."""
    found = context.invited()
    if not found:
        return "你还没邀请过人:把没来过的朋友直接拉进群,就记在你名下"
    lines = [f"你邀请了 {len(found)} 人"]
    for one in found[:MOST]:
        name = display_name(one.invitee_name) or f"会员{one.invitee}"
        waiting = ",待入账" if one.is_waiting else ""
        lines.append(f"{name}:{STAGES[one.stage]}{waiting}")
    return "\n".join(lines)
