"""我是 8K3F 邀请的, 邀请码 8K3F and 补登邀请: who brought a newcomer, told after the joining."""

import re

from bot.extend import Context, command
from bot.points.invite_code import member_of_code
from bot.points.text import display_name
from bot.points.types import Decision, Refusal
from bot.points.wording import REFUSALS

FORM = "这样写:我是 8K3F 邀请的,邀请码问邀请你的人,TA 发「我的邀请」就看到"
ENTRY = "这样写:补登邀请 @新人 @邀请人,先 @ 新人"


def _claim(context: Context) -> str:
    found = re.search("[0-9A-Za-z]+", context.rest)
    if found is None:
        return FORM
    claimed = context.claim_inviter(member_of_code(found[0]))
    if isinstance(claimed, Refusal):
        return REFUSALS[claimed.code]
    return f"记下了,你是{_name(context, claimed.activity.member)}邀请的"


by_code = command(
    "邀请码",
    rest=r"(?:[ :]{0,3}[0-9A-Za-z]{1,12})?",
    writes=True,
)(_claim)
in_words = command(
    "我是",
    rest="[被由]? ?[0-9A-Za-z]{4,8} ?(?:邀请|拉)(?:来|进来|进群|入群)?的[.!~。]?",
    writes=True,
)(_claim)


@command(
    "补登邀请",
    rest="(?:[ @\u2005].*)?",
    help="补登邀请 @新人 @邀请人,没记上邀请人的补上",
    is_admin=True,
    writes=True,
)
def enter(context: Context) -> str:
    """An admin names both, the newcomer first."""
    members = context.mentioned()
    if len(members) != 2:
        return ENTRY
    member, by = members
    entered = context.enter_inviter(member, by)
    if isinstance(entered, Refusal):
        return f"{_name(context, member)}:{REFUSALS[entered.code]}"
    done = f"已补登:{_name(context, member)}是{_name(context, by)}邀请的"
    return ",".join(filter(None, (done, _earned(context, entered.decision))))


def _earned(context: Context, decision: Decision) -> str:
    """What the inviter gets for it, or why nothing; "" where only later stages are rewarded."""
    points = sum(entry.points for entry in decision.entries)
    if points:
        is_waiting = any(map(context.programme.lets_wait, decision.entries))
        return f"邀请人待入账 {points} 积分" if is_waiting else f"邀请人 +{points} 积分"
    return f"邀请人没有得分:{REFUSALS[decision.refusals[0].code]}" if decision.refusals else ""


def _name(context: Context, member: int) -> str:
    return display_name(context.name_of(member)) or f"会员{member}"
