"""What members read of a decision. Numbers and the operator's words only, never what a member
wrote."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from bot.points.account import Account
from bot.points.earn import is_over
from bot.points.readings import LedgerLine
from bot.points.tag import MOST_TAGS
from bot.points.text import display_name
from bot.points.types import Activity, Decision, Programme, Refusal, Rule
from bot.points.units import MEASURES, UNITS

REFUSALS = {
    "already_done": "今天已经得过分了",
    "already_done/checkin": "今天已经签到过了",
    "already_done/share": "今天已经分享过这个了",
    "too_late": "这条消息晚到了 48 小时以上,不计分",
    "cap_times_daily": "今天的次数用完了",
    "cap_times_weekly": "这周的次数用完了",
    "cap_times_monthly": "这个月的次数用完了",
    "cap_times_ever": "这一项的次数已经用完",
    "cap_points_daily": "今天这一项的分拿满了",
    "cap_points_weekly": "这周这一项的分拿满了",
    "cap_points_monthly": "这个月这一项的分拿满了",
    "cap_points_ever": "这一项的分已经拿满",
    "programme_cap_points_daily": "今天能拿的分已经拿满",
    "cooldown": "刚得过分,过一会儿再来",
    "too_small": f"还没到起算的{MEASURES['']}",
    **{f"too_small/{kind}": f"还没到起算的{MEASURES[unit]}" for kind, unit in UNITS.items()},
    "too_few_pictures": "配上图才有分",
    "not_for_admins": "管理员不参加这一项",
    "unlike": "看着不像这一项",
    "copied": "和别人发过的差不多,不计分",
    "repeated": "和你以前发过的差不多,不计分",
    "picture_used": "这张图用过了,换一张新的",
    "order_used": "这个订单号晒过了",
    "other_order": "这个订单不是你的",
    "flooding": "发得太快了,慢一点再来",
    "recalled": "消息撤回了,不计分",
    "edited": "消息改过了,不计分",
    "other_rooms": "这个群里不算这一项",
    "other_tiers": "你的等级不在这一项的范围里",
    "other_segments": "这一项只给一部分会员,你还不在里面",
    "other_tags": "这一项只给管理员标记过的会员",
    "other_where": "这一项另有条件,这次还不合",
    "refunded": "订单已全部退款",
    "left": "好友没住满就退群了",
    "nothing": "这次没有得分",
    "insufficient": "余额不够",
    "no_such_entry": "没有这条流水",
    "already_reversed": "已经撤销过了",
    "not_reversible": "撤销和过期的流水不能再撤销",
    "already_expired": "这笔分已经过期,没有可收回的",
    "not_offered": "这里没有开补签",
    "not_missed": "没有漏签,不用补",
    "too_old": "太久以前了,补不了",
    "in_the_future": "还没到那一天",
    "not_over": "今天不用补,发「签到」就行",
    "used_up": "这个月补签的次数用完了",
    "no_invites": "这里没有邀请奖励",
    "not_newcomer": "只有新进群的人才算被邀请",
    "joined_long_ago": "进群已超过 3 天,请找管理员补登",
    "inviter_known": "已经记过邀请人,不能再改",
    "no_such_code": "没有这个邀请码",
    "own_code": "自己不能邀请自己",
    "came_later": "邀请人来得更晚,不算",
    "not_in_room": "新人不在群里,进群后再来",
    "inviter_left": "邀请人已经不在群里",
    "lapsed": "7 天没有管理员审核,不计分",
    "rejected": "管理员驳回了",
    "own_deed": "自己的不能自己审,请别的管理员来",
    "not_waiting": "没有这一条在等,编号不对或已经处理过了",
    "not_for_admin": "这一条到时间或订单完成自己入账,不用审核",
    "not_a_choice": "不能给这个分数",
    "merged": "请来的是已经在的人",
    "same_member": "这两个账号已经是同一个会员了",
    "wrong_code": "绑定码不对,或者已经用过、过期了",
    "too_many_tries": "绑定码错了 5 次,过一小时再试",
    "unknown_member": "没见过这个旧号,没有可认领的",
    "still_speaks": "旧号后来还有动静,像两个人,请本人发「绑定」",
    "not_counted": "没有得分,或者分已经收回了",
    "own_bonus": "自己的不能自己加,请别人来",
    "no_bonus": "这一项没有加精",
    "not_a_bonus": "不能加这个分数",
    "bonus_given": "已经加过精了,一条只加一次",
    "no_adoption": "这里没有开采纳",
    "not_an_answer": "引用的不是回答",
    "not_the_asker": "只有提问的人能采纳",
    "already_done/adopted": "这个回答已经采纳过了",
    "needs_second": "给这么多要用「加分」,请另一个管理员确认",
    "over_allowance": "今天你能给的分不够了",
    "giver_over_allowance": "给这笔分的管理员今天能给的分不够了",
    "own_grant": "自己给的不能自己确认,请别的管理员来",
    "too_many_tags": f"标签已经有 {MOST_TAGS} 个,先去掉一个",
}
"""By code, or by code and kind of activity. A code without a sentence here is a defect; a test
compares them."""


def accepted(
    activity: Activity, decision: Decision, programme: Programme, run: int, account: Account
) -> str:
    """Said when a deed was rewarded: what each rule says, then the next goals. `run` is days in a
    row, `account` that after the deed. What waits is not part of the total, unless all waits. The
    loader has seen to it that a rule's wording names known places only, and what is put there is
    never formatted again."""
    total = waiting = 0
    paid: dict[str | None, int] = {}
    for entry in decision.entries:
        if programme.lets_wait(entry):
            waiting += entry.points
        else:
            total += entry.points
        paid[entry.rule] = paid.get(entry.rule, 0) + entry.points
    doubtful = {entry.rule for entry in decision.entries if "doubt" in entry.why}
    parts = [
        f"收到{rule.name},管理员看过就入账"
        if rule.id in doubtful
        else rule.reply.format(
            points=paid[rule.id],
            total=total or waiting,
            streak_days=run,
            balance=account.balance,
            name=rule.name,
        )
        for rule in programme.rules_on(activity.kind)
        if rule.id in paid and rule.reply
    ]
    parts += _shields(decision) + _campaigns(decision, programme)
    return ",".join([*parts, *goals(activity, decision, programme, run, account)])


MOST_LISTED = 10
"""Members whom one line names."""


def listed(paid: Sequence[tuple[str, int]]) -> str:
    """Said of members who checked in together: their names as they may be shown, and what each
    got."""
    each = "、".join(f"{name} +{points}" for name, points in paid[:MOST_LISTED])
    return f"接龙签到 {len(paid)} 人:{each}{'等' if len(paid) > MOST_LISTED else ''}"


def told(
    activity: Activity, decision: Decision, programme: Programme, run: int, account: Account
) -> str:
    """As `accepted`, of what nobody has asked for: rules without wording of their own are named
    with what they gave."""
    said = accepted(activity, decision, programme, run, account)
    paid = {entry.rule for entry in decision.entries}
    names = "、".join(rule.name for rule in programme.rules if rule.id in paid)
    points = sum(entry.points for entry in decision.entries)
    return said or f"{names} +{points} 积分,余额 {account.balance}"


def ended(rule: Rule, points: int, account: Account) -> str:
    """Said when what a rule gave was taken back, since what it was for is no more."""
    debt = f",欠 {account.debt} 分" if account.debt else ""
    return f"{rule.name}:不再满足,收回 {points} 积分,余额 {account.balance}{debt}"


def goals(
    activity: Activity, decision: Decision, programme: Programme, run: int, account: Account
) -> Iterator[str]:
    """How far it is to the next bonuses, after so many days in a row and in all; nothing of a rule
    whose last bonus is past, or that is not for the member."""
    for rule in programme.rules_on(activity.kind):
        if not (rule.goal and rule.due and rule.points) or rule.id in decision.barring:
            continue
        days = rule.due.days_left(account.total_days if rule.due.is_total else run)
        if days is not None and not is_over(rule, account.awards(rule.id, activity.on)):
            yield rule.goal.format(days=days, points=rule.points, name=rule.name)


def made_up(
    activity: Activity, decision: Decision, programme: Programme, run: int, account: Account
) -> str:
    """Said when a day was made up: what it cost, the day, the streak, the bonuses that are due
    now, and the next goals."""
    terms = programme.make_up
    price = [f"-{terms.points} 积分"] if terms is not None else []
    paid: dict[str | None, int] = {}
    for entry in decision.entries:
        paid[entry.rule] = paid.get(entry.rule, 0) + entry.points
    bonuses = [f"{rule.name} +{paid[rule.id]}" for rule in programme.rules if rule.id in paid]
    streak = [f"连续 {run} 天"] if run else []
    parts = [*price, f"补签了 {activity.on:%m-%d}", *streak, f"余额 {account.balance}", *bonuses]
    parts += _shields(decision) + _campaigns(decision, programme)
    return ",".join([*parts, *goals(activity, decision, programme, run, account)])


def taken_back(points: int) -> str:
    """Said after what a day earned that joined two runs: what the two had been paid too much."""
    return f"两段连签合成一段,收回重复的奖励 {points} 分" if points else ""


def shielded(days: Sequence[date], left: int) -> str:
    """Said after a check-in before which shields have covered missed days; `left` are still
    held."""
    if not days:
        return ""
    first, last = f"{days[0]:%m-%d}", f"{days[-1]:%m-%d}"
    return f"连签保护补上 {first if len(days) == 1 else f'{first} 到 {last}'},还剩 {left} 张"


def _shields(decision: Decision) -> list[str]:
    """The shields that it gave."""
    given = sum(int(one.why["shields"]) for one in decision.entries if "shields" in one.why)
    return [f"得连签保护 {given} 张"] if given else []


def approved(names: str, points: int, balance: int) -> str:
    """Said to the member when an admin has let the points count."""
    return f"{names}审核通过,+{points} 积分,余额 {balance}"


def rejected(names: str, points: int, reason: str) -> str:
    """Said to the member when an admin has ended the wait."""
    return f"{names}被管理员驳回,待入账的 {points} 分不计" + (f":{reason}" if reason else "")


def lapsed(names: str, points: int) -> str:
    """Said to the member when no admin has decided in time."""
    return f"{names}一直没有管理员审核,已作废,待入账的 {points} 分不计"


def merged(balance: int) -> str:
    """Said when two members have become one."""
    return f"两边的积分和记录并到了一起,余额 {balance} 积分"


def recalled(names: str, points: int) -> str:
    """Said to the member when somebody else has taken their message back."""
    return f"{names}的消息被管理员撤回,{points} 分不计"


def edited(names: str, points: int) -> str:
    """Said to the member when they have changed what an admin was to decide on."""
    return f"{names}的消息改过了,不再审,待入账的 {points} 分不计"


def rule_names(rules: Iterable[str], programme: Programme) -> str:
    """What members call these rules, each once; the id of one that is no longer there."""
    names = {rule.id: rule.name for rule in programme.rules}
    return "、".join(dict.fromkeys(names.get(rule, rule) for rule in rules))


def _campaigns(decision: Decision, programme: Programme) -> list[str]:
    """The campaigns that had a part in it, by name."""
    ids = [
        one for entry in decision.entries if entry.campaign for one in entry.campaign.split(",")
    ]
    return [f"活动「{campaign_name(one, programme)}」" for one in dict.fromkeys(ids)]


def campaign_name(campaign: str, programme: Programme) -> str:
    """What members read; the id of one that is no longer in the programme."""
    names = {one.id: one.name for one in programme.campaigns}
    return names.get(campaign, campaign)


def may_be_told(refusal: Refusal, kind: str, programme: Programme) -> bool:
    """Whether a refusal is said: a rule that says nothing when it pays is silent now, too. Before
    any rule was asked, one that speaks will do."""
    rules = programme.rules_on(kind)
    return not rules or any(rule.reply for rule in rules if refusal.rule in (None, rule.id))


def refused(activity: Activity, code: str, today: date, run: int, balance: int) -> str:
    """Said when a deed earned nothing. A late deed's day is named: it is not today."""
    sentence = refusal(code, activity.kind, activity.on, today)
    streak = f",连续 {run} 天" if run else ""
    return f"{sentence}{streak},余额 {balance}"


def refusal(code: str, kind: str, on: date, today: date) -> str:
    """The sentence for a code; a day that is not today is named."""
    sentence = REFUSALS.get(f"{code}/{kind}") or REFUSALS[code]
    return sentence if on == today else sentence.replace("今天", f"{on:%m-%d} ")


KINDS = {
    "accrual": "获得",
    "redemption": "兑换",
    "expiry": "过期",
    "reversal": "撤销",
    "adjustment": "管理员调分",
    "transfer": "转移",
}
"""By kind of entry."""

MAKE_UP = "redemption:make_up/"
"""How the key of what a made-up day cost begins; the day and the member follow."""
NOTE = 12
"""Characters of a reason that fit on a line of 明细."""


def reason(line: LedgerLine, programme: Programme) -> str:
    """Two or three words for an entry: the rule's name, its kind, or the day that was made up."""
    if line.kind == "reversal":
        return f"{'退回' if 'cause' in line.why else '撤销'} #{line.reverses}"
    if line.key.startswith(MAKE_UP):
        return f"补签 {line.key[len(MAKE_UP) + 5 :].partition('/')[0]}"
    if line.rule is not None:
        names = {rule.id: rule.name for rule in programme.rules}
        return names.get(line.rule, line.rule)
    if line.kind == "transfer":
        return "转到合并后的账号" if line.key.endswith("/out") else "合并账号转入"
    return shortened(line.note) if line.note else KINDS[line.kind]


def shortened(note: str) -> str:
    """An admin's reason, as far as it fits beside numbers on a phone's line."""
    words = display_name(note)
    return words if len(words) <= NOTE else words[: NOTE - 1] + "…"
