"""What a group is told when it is adopted: how to play, in a dozen lines at most."""

from collections.abc import Iterator

from bot.points.house_rules import described
from bot.points.streak import STREAK_KIND
from bot.points.tasks import BY_ITSELF
from bot.points.types import ADOPTED, Programme, Rule

MOST = 5
"""Rules that are told of, beside the daily check-in."""


def room_welcome(programme: Programme, place: str) -> Iterator[str]:
    """How to begin, what earns most in the room that the platform knows as `place`, and what can
    be asked."""
    yield f"{programme.name}开始了,大家这样玩:"
    daily = [rule.points for rule in programme.rules_on(STREAK_KIND) if _is_offered(rule, place)]
    if daily:
        yield f"每天发一次「签到」:+{sum(daily)}"
    best = sorted(_chances(programme, place), key=most_points, reverse=True)[:MOST]
    if best:
        yield "得分最多的:"
        yield from (f"· {described(rule, programme)}" for rule in best)
    yield "「积分」看余额,「排行榜」看名次"
    yield "「任务」看今天还能拿哪些分,「规则」看全部规则"
    yield "「帮助」看还能发什么"


def most_points(rule: Rule) -> int:
    """The most base points that it pays for one deed, or for one unit of it."""
    return max(rule.choices, default=rule.points)


def _chances(programme: Programme, place: str) -> list[Rule]:
    """What somebody in the room can set out to earn, check-ins left out."""
    left_out = BY_ITSELF | {STREAK_KIND, ADOPTED}
    return [
        rule for rule in programme.rules if rule.on not in left_out and _is_offered(rule, place)
    ]


def _is_offered(rule: Rule, place: str) -> bool:
    """Whether it pays something here, and not on chosen days alone."""
    is_here = not rule.rooms or place in rule.rooms
    return is_here and rule.points > 0 and not rule.due and not rule.condition
