"""加分 and 扣分: what an admin gives or takes, with a reason that stays."""

import re

from bot.extend import Answer, Command, Context, command
from bot.points.mention import after_name
from bot.points.text import display_name, storable
from bot.points.types import Refusal
from bot.points.wording import REFUSALS

AMOUNT = re.compile(r"(?P<points>[1-9][0-9]{0,8})(?:[ \u2005]+(?P<note>.*))?", re.ASCII)
MOST = 999_999_999
"""The largest amount that nine digits write."""


def _adjust(word: str, sign: int) -> Answer:
    def answer(context: Context) -> str:
        members = context.mentioned()
        if len(members) != 1:
            return f"这样写:{word} @小美 50 理由,一次 @ 一个人"
        [member] = members
        amount = _amount(context, member)
        if amount is None:
            return f"分数是 1 到 {MOST} 的整数,这样写:{word} @小美 50 理由"
        if member == context.member:
            return f"不能给自己{word}"
        points, note = amount
        posted = context.adjust(member, sign * points, note)
        name = display_name(context.name_of(member)) or f"会员{member}"
        if isinstance(posted, Refusal) and posted.code == "needs_second":
            return _asked(context, member, name, amount)
        if isinstance(posted, Refusal) and sign > 0:
            return context.why_not(posted)
        if isinstance(posted, Refusal):
            have = context.standing(member).balance
            return f"{REFUSALS[posted.code]}:{name} 现有 {have} 积分,不够扣 {points}"
        debt = f",还欠 {posted.debt} 分" if posted.debt else ""
        done = f"{name} {posted.points:+d} 积分"
        return f"{done},余额 {posted.balance}{debt},流水 #{posted.id}"

    return answer


def _asked(context: Context, member: int, name: str, amount: tuple[int, str]) -> str:
    """Another admin has to confirm it."""
    number = context.ask_second(member, *amount)
    if isinstance(number, Refusal):
        return context.why_not(number)
    return f"{name} +{amount[0]} 积分还没到账,要另一个管理员发「{number} 通过」"


def _amount(context: Context, member: int) -> tuple[int, str] | None:
    """Points and reason; the mentioned name, which may hold spaces and digits, is cut off
    first."""
    found = AMOUNT.fullmatch(after_name(context.rest, context.name_of(member)))
    if found is None:
        return None
    return int(found["points"]), storable((found["note"] or "").strip())


def _command(word: str, sign: int, help: str) -> Command:
    make = command(word, rest="(?:[ @\u2005].*)?", help=help, is_admin=True, writes=True)
    return make(_adjust(word, sign))


grant = _command("加分", 1, "加分 @小美 50 理由")
deduct = _command("扣分", -1, "扣分 @小美 50 理由")
