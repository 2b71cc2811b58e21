"""Why an entry has its points, and why a deed has none: as steps that a person can follow."""

from collections.abc import Mapping

from bot.points.explained import cap_name, counted
from bot.points.house_rules import limit
from bot.points.types import Rule

Step = dict[str, str]
"""`label` and `value`, and `note` where the value needs a word."""

KINDS = {
    "accrual": "获得",
    "redemption": "兑换",
    "expiry": "过期",
    "reversal": "冲正",
    "adjustment": "调账",
    "transfer": "转移",
}
ACTIVITIES = {
    "checkin": "签到",
    "welcome": "新人进群",
    "invite": "拉人进群",
    "order": "下单",
    "first_order": "首单入账",
    "invite_first_order": "好友首单入账",
    "share": "分享",
    "review": "晒单",
    "post": "发帖",
    "answer": "回答",
    "feedback": "反馈",
    "chat": "聊天",
    "live_question": "直播提问",
    "newcomer_task": "新人任务",
    "profile": "绑定商城账号",
    "order_months": "连续几个月下单",
    "spend_period": "花满积分",
    "wake_up": "好久不见",
}
"""By kind; one without a name is shown as it is."""


def steps(why: Mapping[str, str | int], rule: Rule | None) -> list[Step]:
    """The steps from base to cap as the stored `why` has them.

    They hold all that the points follow from: base × units × multiplier × campaign, floored, plus
    the campaign's bonus, at most what the cap left, and on top at most what the budgets left.
    """
    found = [{"label": "基础分", "value": str(why.get("base", "?"))}]
    days = list(counted(why))
    for label, count, every in days:
        note = f"每 {every} 天一次" if every else "到这一天"
        found.append({"label": label, "value": f"第 {count} 天", "note": note})
    if "units" in why:
        found.append({"label": "数量", "value": f"×{why['units']}"})
    is_fixed = "multiplier" not in why
    note = "不翻倍" if is_fixed and days else ""
    found.append({"label": "倍数", "value": f"×{why.get('multiplier', 1)}", "note": note})
    if "campaign" in why:
        found.append(_campaign(why))
    found.append({"label": "上限", **_cap(why, rule)})
    if "budget_left" in why:
        left, of = why["budget_left"], str(why["budget"])
        found.append({"label": "活动预算", "value": f"还剩 {left}", "note": of})
    return found


def _campaign(why: Mapping[str, str | int]) -> Step:
    """What campaigns changed; where only the base is theirs, they are named and nothing more."""
    changes = [f"×{why['campaign_multiplier']}"] if "campaign_multiplier" in why else []
    changes += [f"+{why['bonus']}"] if "bonus" in why else []
    return {
        "label": "活动",
        "value": " ".join(changes) or "换基础分",
        "note": str(why["campaign"]),
    }


def _cap(why: Mapping[str, str | int], rule: Rule | None) -> Step:
    caps = rule.caps if rule else ()
    if "cap_left" in why:
        code = why.get("cap", "cap_points_daily")
        note = next((limit(cap) for cap in caps if cap.code == code), cap_name(why))
        return {"value": f"还剩 {why['cap_left']}", "note": note}
    if caps:
        return {"value": limit(caps[0])}
    return {"value": "未设"}
