"""待审核, 通过 and 驳回: deeds whose points wait until an admin has decided."""

import re

from bot.extend import Context, command
from bot.points.house_rules import offered
from bot.points.readings import Asked
from bot.points.text import display_name, storable
from bot.points.types import Refusal
from bot.points.wording import REFUSALS, rule_names

REJECTION = re.compile(" ?#?(?P<number>[1-9][0-9]*)(?: (?P<reason>.*))?", re.ASCII | re.DOTALL)
MOST = 10
"""Lines that fit on a phone."""
NUMBER = "#?[1-9][0-9]{0,17}"
WAITS = {"admin": "", "completed": "等订单完成", None: "到时间入账"}
"""By what it waits for; None: the time."""


@command(
    "待审核",
    rest=" ?(?:全部)?",
    help="等管理员审的,「待审核 全部」连到时间自己入账的",
    is_admin=True,
)
def requests(context: Context) -> str:
    """What lapses first first; of everything that waits, the latest first."""
    is_all = "全部" in context.rest
    count, found = context.requests(MOST, is_all=is_all)
    if not count:
        return "没有待入账的" if is_all else "没有待审核的"
    lines = [
        f"{'待入账' if is_all else '待审核'} {count} 条",
        *(_line(context, one) for one in found),
    ]
    if count > len(found):
        lines.append(f"还有 {count - len(found)} 条")
    if not is_all:
        lines.append("发「通过 编号」或「驳回 编号 理由」")
    return "\n".join(lines)


@command(
    "通过",
    rest=f"(?: ?{NUMBER}(?: [1-9][0-9]{{0,8}})?)?",
    help="通过 12,或「通过 12 200」给 200 分",
    is_admin=True,
    writes=True,
)
def approve(context: Context) -> str:
    """The rule's own points, or one of those that it offers."""
    numbers = [int(number) for number in re.findall("[0-9]+", context.rest)]
    if not numbers:
        return "这样写:通过 12,或「通过 12 200」,编号看「待审核」"
    number, chosen = numbers[0], numbers[1] if len(numbers) > 1 else None
    decided = context.approve(number, chosen)
    if isinstance(decided, Refusal):
        return _refused(number, decided)
    names = rule_names(decided.rules, context.programme)
    who = _name(context.name_of(decided.member), decided.member)
    left_off = f",额度只剩这些,少给 {decided.left_off} 分" if decided.left_off else ""
    return (
        f"已通过 #{number}:{who} {names} +{decided.points} 积分,余额 {decided.balance}{left_off}"
    )


@command(
    "驳回",
    rest=f"(?: ?{NUMBER}(?: .*)?)?",
    help="驳回 12 理由,到时间自己入账的也能驳回",
    is_admin=True,
    writes=True,
)
def reject(context: Context) -> str:
    """Whatever it waits for; the member is told why."""
    found = REJECTION.fullmatch(context.rest)
    if found is None:
        return "这样写:驳回 12 理由,编号看「待审核」"
    number = int(found["number"])
    decided = context.reject(number, storable((found["reason"] or "").strip()))
    if isinstance(decided, Refusal):
        return _refused(number, decided)
    names = rule_names(decided.rules, context.programme)
    who = _name(context.name_of(decided.member), decided.member)
    return f"已驳回 #{number}:{who} {names},待入账的 {decided.points} 分不计"


def _line(context: Context, one: Asked) -> str:
    """#12 小美 晒单 11-01 50 分,可给 50/100/200/300."""
    rule = next((rule for rule in context.programme.rules if rule.id == one.rule), None)
    what = rule.name if rule is not None else one.rule
    who = _name(one.member_name, one.member)
    parts = [f"#{one.number} {who} {what} {one.day:%m-%d} {one.points} 分"]
    if one.waits_for == "admin" and rule is not None and rule.choices:
        parts.append(f"可给 {offered(rule)}")
    return ",".join([*parts, *filter(None, [WAITS[one.waits_for]])])


def _name(name: str, member: int) -> str:
    return display_name(name) or f"会员{member}"


def _refused(number: int, refusal: Refusal) -> str:
    return f"#{number}:{REFUSALS[refusal.code]}"
