"""任务: what the sender can still earn today, as the ledger knows them."""

from collections.abc import Iterator

from bot.clock import from_micros
from bot.points.earn import day_key, decide
from bot.points.follow import SPEND_PERIOD, period_of
from bot.points.standing import standing_today
from bot.points.task_list import task_list
from bot.points.tasks import BY_OTHERS, tasks
from bot.points.types import Refusal, Standing
from bot.posting.follow import open_newcomer_tasks, task
from bot.posting.make_up import missed_day
from bot.posting.orders import FIRST
from bot.posting.spending import spent
from bot.posting.turn import Turn


def open_tasks(turn: Turn) -> list[str]:
    """Their lines; empty when no rule is left that could pay."""
    programme, member = turn.programme, turn.member
    done = _done(turn, member)
    standing = standing_today(turn.look(member), turn.today, programme, turn)
    place = turn.message.room
    found = tasks(programme, standing, from_micros(turn.at), done, place)
    more = [
        f"{rule.name} {times}/{rule.needs_times} 次:+{rule.points},到 {last_on:%m-%d}"
        for rule, times, last_on in open_newcomer_tasks(turn, member)
    ]
    more += _spending(turn, member, standing)
    terms = programme.make_up
    if terms is not None and turn.look(member).balance >= terms.points:
        day = missed_day(turn, None, terms)
        if not isinstance(day, Refusal):
            more.append(f"补签:漏了 {day:%m-%d},发「补签」花 {terms.points} 分补上")
    return list(task_list(programme, found, standing, done, more))


def _spending(turn: Turn, member: int, standing: Standing) -> Iterator[str]:
    """花分奖励 本周 120/200 分:+50, for what is not reached yet."""
    for rule in turn.programme.tasks_on(SPEND_PERIOD):
        used = spent(turn, member, *period_of(turn.today, rule.spend_within))
        deed = task(turn, rule, SPEND_PERIOD, member, turn.today)
        entries = decide(deed, standing, turn.programme).entries
        if entries and used < (rule.spend_points or 0):
            period = "本周" if rule.spend_within == "week" else "本月"
            points = sum(entry.points for entry in entries)
            yield f"{rule.name} {period}花了 {used}/{rule.spend_points} 分:+{points}"


def _done(turn: Turn, member: int) -> set[str]:
    """Kinds of activity that are over: done today where a day has one, or once for life."""
    kinds = {rule.on for rule in turn.programme.rules}
    # invite/3 is that member 3 was brought, and order/3 an order: neither is a deed of member 3.
    keys = {key: kind for kind in kinds - BY_OTHERS
            for key in (day_key(kind, turn.today, member), f"{kind}/{member}")}  # fmt: skip
    done = {keys[key] for key, is_done in turn.is_taken(list(keys)).items() if is_done}
    if FIRST in kinds and turn.orders().settled_of(member):
        done.add(FIRST)
    return done
