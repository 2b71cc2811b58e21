"""What 为什么 says: where an entry's points come from, out of what is stored with it."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal

from bot.points import units
from bot.points.account import Account
from bot.points.earn import EPOCH, PROGRAMME_CAP, floored
from bot.points.exact import exact_product
from bot.points.follow import needed
from bot.points.house_rules import limit, whom
from bot.points.order import SHOP
from bot.points.readings import LedgerLine, RefusedDeed, Waiting
from bot.points.text import display_name
from bot.points.types import FOREVER, GRANT, JOB, Programme, Rule
from bot.points.wording import campaign_name, reason, refusal, rule_names

EXPIRY = "expiry:"
"""How the key of an entry begins that books a lot out; the lot's day follows."""


def explained(line: LedgerLine, programme: Programme, actor_name: str = "") -> str:
    """Where an entry's points come from, step by step, out of what is stored with it. `actor_name`
    is what the admin is called who let it count; "" when that is not known."""
    steps = [f"{line.points:+d} 积分,{reason(line, programme)},流水 #{line.id}"]
    steps += _source(line, line.at.astimezone(programme.zone))
    if line.rule and line.actor:
        name = display_name(actor_name)
        steps.append(f"管理员{name and f' {name} '}审核通过")
    if line.rule:
        steps.append(_steps(line, programme))
    if "inactive_days" in line.why:
        steps.append(f"从 {line.why['since']} 起 {line.why['inactive_days']} 天没有动静")
    elif line.kind == "expiry":
        steps.append(f"有效期到 {line.key.removeprefix(EXPIRY).partition('/')[0]} 的积分没有用完")
    if line.expires_on and line.expires_on.year < FOREVER.year:
        steps.append(_validity(line, line.expires_on))
    steps.append(f"记完余额 {line.balance}" + (f",欠 {line.debt} 分" if line.debt else ""))
    if line.reversed_by is not None:
        done = "已撤销" if line.is_reversed else f"已退回 {line.reversed_points} 分"
        steps.append(f"{done},见流水 #{line.reversed_by}")
    return "\n".join(steps)


def _validity(line: LedgerLine, last_day: date) -> str:
    """有效期到 2026-12-31, or 50 分有效期到 2026-12-31,50 分长期有效."""
    for_good = int(line.why.get("for_good", 0))
    if not for_good:
        return f"有效期到 {last_day}"
    return f"{line.points - for_good} 分有效期到 {last_day},{for_good} 分长期有效"


def _source(line: LedgerLine, local: datetime) -> Iterator[str]:
    """Which order, message or admin it came of, and when."""
    kind, _, number = str(line.why.get("cause", "")).partition("/")
    if kind == SHOP:
        yield f"订单 {number} 退款或更正,{local:%m-%d %H:%M}"
    if line.message and line.channel == SHOP:
        yield f"订单 {line.message},{local:%m-%d %H:%M} 入账"
    elif line.message and line.channel == JOB:
        yield f"{local:%m-%d %H:%M} 自动发放"
    elif line.message and line.kind != "adjustment":
        # What an admin lets count is posted when they do, not when it was said.
        said = f"{line.on:%m-%d}" if line.actor else f"{local:%m-%d %H:%M}"
        yield f"{said} 的消息 {line.message}"
    elif line.actor:
        note = f":{line.note}" if line.note else ""
        yield f"{local:%m-%d %H:%M} 管理员操作{note}{_by_message(line)}"


def refused_deed(deed: RefusedDeed, programme: Programme, account: Account, now: datetime) -> str:
    """What was refused, when, and why. The numbers of caps are told as long as the programme is
    the one that refused."""
    rule = _refusing(deed, programme)
    today, at = now.astimezone(programme.zone).date(), deed.at.astimezone(programme.zone)
    name = rule.name if rule is not None else "加分" if deed.kind == GRANT else deed.kind
    why = refusal(deed.code, deed.kind, deed.on, today)
    if rule is not None and deed.programme == programme.version:
        why += _number(rule, deed.code, programme)
    source = "订单" if deed.channel == SHOP else "消息"
    steps = [f"没有得分:{name},{why}", f"{at:%m-%d %H:%M} 的{source} {deed.message}"]
    if rule is not None and deed.code == "cooldown" and rule.cooldown_s is not None:
        paid_at = account.awards(rule.id, deed.on).last_at
        again = EPOCH + timedelta(microseconds=paid_at, seconds=rule.cooldown_s)
        if again > now:
            steps.append(f"{again.astimezone(programme.zone):%m-%d %H:%M:%S} 起能再得")
    return "\n".join(steps)


ENDS = {
    "admin": "管理员审核通过就入账,{:%m-%d} 还没人审就作废",
    "completed": "订单完成就入账",
    None: "最迟 {:%m-%d} 入账",
}
"""What ends a wait, by what it waits for."""


def waiting_deed(waiting: Waiting, programme: Programme) -> str:
    """What waits, for what, and of which message or order."""
    source = "订单" if waiting.channel == SHOP else "消息"
    return (
        f"还没入账:{rule_names(waiting.rules, programme)},待入账 {waiting.points} 分\n"
        f"{source} {waiting.message},{ENDS[waiting.waits_for].format(waiting.ends_on)}"
    )


KEYS = {
    "cooldown": "cooldown_s",
    "too_small": "from_units",
    "too_few_pictures": "min_pictures",
    "not_for_admins": "excludes_admins",
    "unlike": "from_score",
}
"""By code of a refusal, the key behind it, where that has another name."""


def _refusing(deed: RefusedDeed, programme: Programme) -> Rule | None:
    """The first rule for the deed that has what refused it; else the first for it."""
    rules = programme.rules_on(deed.kind)
    key = KEYS.get(deed.code, deed.code).removeprefix("other_")
    having = [rule for rule in rules if _has(rule, key)]
    return next(iter(having or rules), None)


def _has(rule: Rule, key: str) -> bool:
    value = getattr(rule, key, None)
    return value is not None and value is not False and value != frozenset()


def _number(rule: Rule, code: str, programme: Programme) -> str:
    """The number behind a refusal, in brackets; "" for one without any."""
    limits = {cap.code: limit(cap) for cap in rule.caps}
    limits[PROGRAMME_CAP] = f"合计最多 {programme.cap_points_daily} 分"
    limits["cooldown"] = f"隔 {rule.cooldown_s} 秒再得"
    limits["too_small"] = f"满 {units.counted(rule.from_units or 1, rule.on)}起"
    limits["too_few_pictures"] = f"至少 {rule.min_pictures} 张图"
    if only := whom(rule, programme):
        limits |= dict.fromkeys(("other_tiers", "other_segments", "other_tags"), ",".join(only))
    return f"({limits[code]})" if code in limits else ""


def _by_message(line: LedgerLine) -> str:
    """The admin's message, which the key of a grant or a deduction names."""
    kind, _, key = line.key.partition(":")
    is_bonus = key.startswith("bonus/")
    return f",消息 {key.partition('/')[2]}" if kind == "adjustment" and not is_bonus else ""


def _steps(line: LedgerLine, programme: Programme) -> str:
    """基础 1 × 数量 128.50 × 倍数 1.1 × 活动 2 取整,618 双倍,当日上限还剩 20 = 20 分."""
    why = line.why
    parts = [_product(why)]
    if "campaign" in why:
        parts += [campaign_name(one, programme) for one in str(why["campaign"]).split(",")]
    parts += [met] if (met := needed(why)) else []
    parts += [
        f"{label}第 {count} 天{f'(满 {every} 天一次)' if every else ''}"
        for label, count, every in counted(why)
    ]
    if "chosen" in why:
        parts.append(f"管理员选了 {why['chosen']}")
    parts.append(f"{cap_name(why)}还剩 {why['cap_left']}" if "cap_left" in why else "不设上限")
    if "budget_left" in why:
        parts.append(f"活动只剩 {why['budget_left']} 分")
    if "shields" in why:
        parts.append(f"送连签保护 {why['shields']} 张")
    if "full" in why:
        left, of = (f"{int(why[fen]) / 100:.2f}" for fen in ("left_fen", "of_fen"))
        parts.append(f"整单 {why['full']} 分,退款后剩 {left}/{of} 元")
    return ",".join(parts) + f" = {line.points} 分"


def _product(why: Mapping[str, str | int]) -> str:
    product = f"({why['parts']})" if "parts" in why else f"基础 {why['base']}"
    exact = Decimal(why.get("worth", why["base"]))
    for step, shown in (
        ("units", " × 数量 {}"),
        ("multiplier", " × 倍数 {}"),
        ("campaign_multiplier", " × 活动 {}"),
    ):
        if step in why:
            number = Decimal(why[step])
            product += shown.format(why[step] if step == "units" else f"{number.normalize():f}")
            exact = exact_product(exact, number)
    if exact != floored(exact):
        product += " 取整"
    return product + (f" + 活动 {why['bonus']}" if "bonus" in why else "")


def counted(why: Mapping[str, str | int]) -> Iterator[tuple[str, str | int, str | int | None]]:
    """连续 or 累计, which day it was, and each how many days the rule pays (None: on days of its
    own choice): the days that a bonus was paid for."""
    for label, key in (("连续", "streak_days"), ("累计", "total_days")):
        if key in why:
            yield label, why[key], why.get(f"every_{key}")


CAP_NAMES = {
    "cap_points_daily": "当日上限",
    "cap_points_weekly": "本周上限",
    "cap_points_monthly": "本月上限",
    "cap_points_ever": "总上限",
    "programme_cap_points_daily": "全天总上限",
}
"""By code of a cap in points."""


def cap_name(why: Mapping[str, str | int]) -> str:
    """What the cap is called that left least; entries before there were others had the day's."""
    return CAP_NAMES[str(why.get("cap", "cap_points_daily"))]
