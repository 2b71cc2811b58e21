"""生日: told once by the member, changed by an admin alone: nobody moves it to this month."""

import re

from bot.extend import Context, command
from bot.points.ask import HOW, IS_IT, WHERE, ask
from bot.points.text import display_name

FORM = "这样写:生日 06-18"
ASKS = (
    ask(
        "生日",
        "登记 填 填写 设置 录入 录 改 修改 更改 记",
        f"{HOW} {WHERE} {IS_IT} 能 可以",
        may="上 入 写 错 错了",
    ),
)
DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
DAY = re.compile(r"(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})$", re.ASCII)


@command("生日", rest="(?:[ @\u2005].*)?", help="「生日 06-18」登记生日,只能登记一次", writes=True)
def birthday(context: Context) -> str:
    """The sender's own, or that of the member whom an admin mentions."""
    members = context.mentioned()
    if members and not context.is_admin:
        return "别人的生日只有管理员能改"
    if len(members) > 1:
        return "一次 @ 一个人"
    member = members[0] if members else context.member
    before = context.birthday(member)
    if not context.rest.strip():
        return f"你的生日是 {_shown(*before)}" if before else FORM
    told = _told(context.rest, is_others=bool(members))
    if told is None:
        return FORM
    if before is not None and not members:
        return f"生日已登记为 {_shown(*before)},要改请找管理员"
    context.set_birthday(member, *told)
    whose = display_name(context.name_of(member)) + "的" if members else ""
    return f"{whose}生日登记为 {_shown(*told)}"


@command(asks=ASKS)
def asked(context: Context) -> str:
    """How it is told, or what was told."""
    before = context.birthday(context.member)
    return f"你的生日是 {_shown(*before)}" if before else FORM


def _told(rest: str, *, is_others: bool) -> tuple[int, int] | None:
    """Month and day; None when no calendar has it."""
    text = rest.strip(" \u2005\u00a0")
    found = DAY.search(text) if is_others else DAY.match(text)
    if found is None:
        return None
    month, day = int(found["month"]), int(found["day"])
    return (month, day) if 1 <= month <= 12 and 1 <= day <= DAYS[month - 1] else None


def _shown(month: int, day: int) -> str:
    return f"{month:02}-{day:02}"
