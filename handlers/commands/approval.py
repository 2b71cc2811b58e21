"""待审核: deeds whose points wait until an admin has decided."""

from bot.extend import Context, command
from bot.points.house_rules import offered
from bot.points.readings import Asked
from bot.points.text import display_name

MOST = 10
"""Lines that fit on a phone."""
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
