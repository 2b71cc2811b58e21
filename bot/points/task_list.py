"""The lines of 任务: what can be done now first, then what is near, and what is done last."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from bot.points.earn import NO_AWARDS, is_over
from bot.points.house_rules import rate
from bot.points.streak import STREAK_KIND
from bot.points.tasks import BY_OTHERS, Task, left_today
from bot.points.types import Programme, Rule, Standing
from bot.points.wording import campaign_name

PERIODS = {"day": "", "week": "本周 ", "month": "本月 ", "ever": "总共 "}
"""By period of a cap."""


def task_list(
    programme: Programme,
    found: Sequence[Task],
    standing: Standing,
    done: Collection[str],
    more: Iterable[str] = (),
) -> Iterator[str]:
    """One line for what can be done, one for each bonus to come, then what else there is, `more`,
    the cap over all, what waits for others, and what is over for today."""
    own = [task for task in found if task.rule.on not in BY_OTHERS]
    yield from (_line(task, programme) for task in own if task.points)
    yield from _bonuses(standing, own, done)
    yield from more
    left = left_today(programme, standing)
    if left is not None:
        yield f"一天合计最多 {programme.cap_points_daily} 分,今天还能得 {left} 分"
    others = [
        rate(task.rule) if task.rule.points else f"{task.rule.name}:+{task.points}"
        for task in found
        if task.rule.on in BY_OTHERS and task.points
    ]
    if others:
        yield f"等好友或订单:{'、'.join(others)}"
    over = [_done(task) for task in own if not task.points and _is_daily(task.rule)]
    if over:
        yield f"✓ {'、'.join(over)}"


def _is_daily(rule: Rule) -> bool:
    """Whether it pays on any day, and not on chosen days or with campaigns alone."""
    return rule.due is None and rule.points > 0


def _line(task: Task, programme: Programme) -> str:
    """分享商品 1/3 次:+20,还能得 40 分."""
    parts = [f"{_done(task)}:+{task.points}"]
    if task.left is not None and task.left > task.points:
        parts.append(f"还能得 {task.left} 分")
    if task.from_at is not None:
        parts.append(f"{task.from_at.astimezone(programme.zone):%H:%M:%S} 起")
    names = task.campaign.split(",") if task.campaign else []
    parts += [f"活动「{campaign_name(name, programme)}」" for name in names]
    return ",".join(parts)


def _done(task: Task) -> str:
    """分享商品 1/3 次: how far it has come."""
    cap = task.cap
    if cap is None:
        return task.rule.name
    return f"{task.rule.name} {PERIODS[cap.period]}{task.times}/{cap.limit} 次"


def _bonuses(standing: Standing, own: Sequence[Task], done: Collection[str]) -> Iterator[str]:
    """How far it is to the next bonuses for days in a row, or in all, that are not due today and
    that the member may still get."""
    is_checked_in = STREAK_KIND in done
    run = standing.run_before + is_checked_in
    for task in own:
        rule, given = task.rule, standing.awards.get(task.rule.id, NO_AWARDS)
        if task.points or not rule.points or not rule.due or is_over(rule, given):
            continue
        days = rule.due.days_left(standing.total_days if rule.due.is_total else run)
        is_today = days == 1 and not is_checked_in
        if days and not is_today:
            yield f"{rule.name}:再签 {days} 天 +{rule.points}"
