"""What 规则 says: the rules and campaigns in force, in the words of a notice on the wall."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import Decimal

from bot.points.campaign import Campaign, Run, preview
from bot.points.follow import needed
from bot.points.streak import Due
from bot.points.types import ADOPTED, Cap, MakeUp, Programme, Rule, Tier
from bot.points.units import UNITS, counted

ANSWER = "answer"
AHEAD_DAYS = 30
"""How far ahead campaigns are announced."""
EACH = {"day": "每天", "week": "每周", "month": "每月", "ever": "总共"}
"""By period of a cap."""
SOME_ROOMS = "只在部分群"
UNTIL = {"quarter_end": "每季度得的积分,季度最后一天过期", "year_end": "当年得的积分,12-31 过期"}
"""By the end of what points expire."""
SHARED_UNTIL = {"quarter_end": "每季度得的积分,季度末", "year_end": "当年得的积分,年末"}
"""The same where a share of them does."""


def house_rules(programme: Programme, today: date, over: Collection[str] = ()) -> Iterator[str]:
    """One line a rule, then making up, the caps and expiry of all, then the campaigns of the next
    days. `over` has the ids of those whose budgets are gone."""
    yield programme.name
    yield from (described(rule, programme) for rule in programme.rules if rule.on != ADOPTED)
    if programme.make_up is not None:
        yield making_up(programme.make_up)
    if programme.capped_rules:
        names = [rule.name for rule in programme.rules if rule.id in programme.capped_rules]
        yield f"{'、'.join(names)}一天合计最多 {programme.cap_points_daily} 分"
    yield _validity(programme)
    yield from near_campaigns(programme, today, over)


def _validity(programme: Programme) -> str:
    """How long points can be spent that a rule gives which says nothing of its own."""
    if programme.share_percent is not None:
        return _share(programme)
    if programme.valid_until is not None:
        return UNTIL[programme.valid_until]
    if programme.inactive_days is not None:
        return f"{programme.inactive_days} 天没有动静,积分过期"
    days = programme.valid_days
    return f"积分 {days} 天内有效" if days is not None else "积分永久有效"


def _share(programme: Programme) -> str:
    """每季度得的积分,季度末清零 50 %,其余长期有效."""
    until = programme.valid_until
    when = SHARED_UNTIL[until] if until else f"积分得到 {programme.valid_days} 天后"
    return f"{when}清零 {programme.share_percent} %,其余长期有效"


def described(rule: Rule, programme: Programme) -> str:
    """One line: 分享商品:+20,每天 3 次."""
    line = rate(rule)
    if rule.from_units is not None:
        line += f",满 {counted(rule.from_units, rule.on)}起"
    if rule.min_pictures is not None:
        line += f",至少 {rule.min_pictures} 张图"
    if rule.invitee_points is not None:
        line += f",好友 +{rule.invitee_points}"
    rest = [f"隔 {rule.cooldown_s} 秒再得"] if rule.cooldown_s is not None else []
    rest += [f"{rule.wait_days} 天后入账"] if rule.wait_days is not None else []
    rest += [_shields(rule)] if rule.shields else []
    if rule.wait_for is not None:
        by = "" if rule.choices else "管理员"
        rest.append(f"{by}审核后入账" if rule.wait_for == "admin" else "订单完成后入账")
    rest += [f"被采纳 +{one.points}" for one in _adoptions(rule, programme)]
    rest += [f"{rule.valid_days} 天内有效"] if rule.valid_days is not None else []
    rest += [SOME_ROOMS] if rule.rooms else []
    more = ["另有条件"] if rule.where is not None else []
    return ",".join([line, *map(limit, rule.caps), *rest, *whom(rule, programme), *more])


def _adoptions(rule: Rule, programme: Programme) -> tuple[Rule, ...]:
    """What adoption adds to an answer, told with it."""
    return programme.rules_on(ADOPTED) if rule.on == ANSWER else ()


def whom(audience: Rule | Campaign, programme: Programme) -> list[str]:
    """限白银、黄金: whom it is for, by tier, segment and tag; nothing for all."""
    tiers = [tier.name for tier in programme.tiers if tier.id in audience.tiers]
    segments = [one.name for one in programme.segments if one.id in audience.segments]
    tags = [f"标签{tag}" for tag in sorted(audience.tags)]
    return [f"限{'、'.join(names)}" for names in (tiers, segments, tags) if names]


def multiplied(tier: Tier, programme: Programme) -> str:
    """下单 ×1.1: what the tier's holder earns more by, or less; "" for none."""
    names = [
        rule.name
        for rule in programme.rules
        if rule.on in programme.tier_multiplies and rule.due is None
    ]
    return (
        f"{'、'.join(names)} ×{_plain(tier.multiplier)}" if names and tier.multiplier != 1 else ""
    )


def offered(rule: Rule) -> str:
    """50/100/200: what an admin may choose from."""
    return "/".join(map(str, rule.choices))


def rate(rule: Rule) -> str:
    """分享商品:+20, 下单:每元 +1(美妆 2): what it pays, without its limits."""
    if not rule.points:
        return f"{rule.name}:只在活动里有"
    if rule.choices:
        return f"{rule.name}:{offered(rule)} 分,由管理员定"
    if rule.due or rule.condition:
        when = _days(rule.due) if rule.due else f"{needed(dict(rule.condition))} "
        return f"{rule.name}:{when}+{rule.points}"
    if rule.per == "deed" or rule.on not in UNITS:
        return f"{rule.name}:+{rule.points}"
    rates = "、".join(f"{name} {rate}" for name, rate in rule.categories.items())
    return f"{rule.name}:每{UNITS[rule.on]} +{rule.points}" + (f"({rates})" if rates else "")


def _days(due: Due) -> str:
    """每满 7 天, 连续第 3、7、30 天, 累计每满 10 天, 累计第 100 天: for which days it pays."""
    if due.every:
        return f"{'累计' if due.is_total else ''}每满 {due.every} 天 "
    days = "、".join(map(str, due.days))
    return f"{'累计' if due.is_total else '连续'}第 {days} 天 "


def _shields(rule: Rule) -> str:
    """送连签保护 1 张(最多存 2 张)."""
    most = f"(最多存 {rule.shields_most} 张)" if rule.shields_most is not None else ""
    return f"送连签保护 {rule.shields} 张{most}"


def making_up(terms: MakeUp) -> str:
    """补签:一天 20 分,最近 7 天内漏的,每月 2 次."""
    often = f",每月 {terms.times_monthly} 次" if terms.times_monthly is not None else ""
    return f"补签:一天 {terms.points} 分,最近 {terms.within_days} 天内漏的{often}"


def limit(cap: Cap) -> str:
    """每天 3 次, 每月最多 100 分."""
    return EACH[cap.period] + (f"最多 {cap.limit} 分" if cap.is_in_points else f" {cap.limit} 次")


def near_campaigns(programme: Programme, today: date, over: Collection[str] = ()) -> Iterator[str]:
    """Those that are on, until when, and those to come, each once. `over` has the ids of those
    whose budgets are gone."""
    last = today + timedelta(days=AHEAD_DAYS)
    runs: dict[str, list[Run]] = {}
    for run in preview(filter(programme.is_effective, programme.campaigns), today, last):
        runs.setdefault(run.campaign.id, []).append(run)
    for (campaign, first_on, last_on), *later in runs.values():
        if first_on > today:
            when = _to_come(first_on, last_on, last)
            when = f"下次 {when}" if later else when
        elif last_on == last:
            when = "进行中"
        else:
            when = "今天" if last_on == today else f"到 {last_on:%m-%d}"
        limits = [*hours(campaign), *([SOME_ROOMS] if campaign.rooms else [])]
        limits += ["已送完"] if campaign.id in over else []
        yield f"活动「{campaign.name}」{when}:{','.join([offer(campaign, programme), *limits])}"


def _to_come(first: date, last: date, horizon: date) -> str:
    """06-03, 06-03 到 06-05, or 06-03 起 of what goes on to where we look, or beyond."""
    if first == last:
        return f"{first:%m-%d}"
    return f"{first:%m-%d} 起" if last == horizon else f"{first:%m-%d} 到 {last:%m-%d}"


def hours(campaign: Campaign) -> Iterator[str]:
    """每天 20:00-22:00, or nothing for all day."""
    spans = [f"{begin:%H:%M}-{end:%H:%M}" for begin, end in campaign.window.hours]
    if spans:
        yield f"每天 {'、'.join(spans)}"


def offer(campaign: Campaign, programme: Programme) -> str:
    """每日签到 ×2, or 得分 ×2 for all rules, with whom it is for."""
    names = [rule.name for rule in programme.rules if rule.id in campaign.rules]
    parts = "、".join(names) or "得分"
    if campaign.points is not None:
        parts += f" {campaign.points} 分"
    if campaign.multiplier is not None:
        parts += f" ×{_plain(campaign.multiplier)}"
    if campaign.bonus is not None:
        parts += f" +{campaign.bonus}"
    born = {"month": ["限生日当月"], "day": ["限生日当天"]}.get(campaign.birthday or "", [])
    most = campaign.budget_points
    total = [f"共送 {most} 分,送完为止"] if most is not None else []
    return ",".join([parts, *whom(campaign, programme), *born, *total])


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
