"""How admins point at a deed that waits, and what they hear when somebody was quicker."""

import re

from bot.points.text import display_name

NUMBER = "#?[1-9][0-9]{0,17}"
"""A regular expression for a request's number as it is typed."""
AMOUNT = "[1-9][0-9]{0,8}"
CLOSING = "[!.~。]{0,3}"
POINTING = f"(?: ?{NUMBER}(?: {AMOUNT})?{CLOSING})?"
"""What may follow a word that decides: a number, points, or nothing."""
_NUMBERS = re.compile("#?[0-9]+", re.ASCII)
REJECTING = f"(?: ?{NUMBER}(?:[ ,:].*)?)?"
"""What may follow 驳回: a number and behind it a reason, or nothing."""
_REJECTION = re.compile(" ?(#?[1-9][0-9]*)(?:[ ,:](.*))?", re.ASCII | re.DOTALL)
_ENDED = {
    "approved": "已经由{who}通过了",
    "rejected": "已经由{who}驳回了",
    "lapsed": "满 7 天没有人审,已作废",
    "left": "会员退群了,已作废",
    "recalled": "原消息撤回了,不用审了",
    "edited": "原消息改过了,已作废",
}


def pointed_at(rest: str, quoted: int | None) -> tuple[int | None, int | None]:
    """The number and the points that were typed. Who quotes a deed need not type its number, so a
    single number without # is then the points."""
    typed = _NUMBERS.findall(rest)
    if quoted is not None and len(typed) < 2 and not (typed and typed[0].startswith("#")):
        return quoted, int(typed[0]) if typed else None
    number, points = [*(int(one.removeprefix("#")) for one in typed), None, None][:2]
    return number, points


def rejected(rest: str, quoted: int | None) -> tuple[int | None, str]:
    """The number and the reason that were typed. Who quotes a deed types the reason alone, or a
    number with #."""
    found = _REJECTION.fullmatch(rest)
    if quoted is not None and not (found and found[1].startswith("#")):
        return quoted, rest.strip()
    if found is None:
        return None, ""
    return int(found[1].removeprefix("#")), (found[2] or "").strip()


def ended(number: int, outcome: str, who: str) -> str:
    """Said to an admin who decides on what has ended already: #37 已经由老周通过了."""
    name = display_name(who)
    return f"#{number} {_ENDED[outcome].format(who=name or '管理员')}"
