"""补签: buys back a missed day of the streak."""

from datetime import date

from bot.extend import Context, command
from bot.points.ask import HOW, HOW_MANY, IS_IT, WHERE, ask
from bot.points.house_rules import making_up
from bot.points.types import Refusal
from bot.points.wording import REFUSALS, made_up, taken_back

CAN = f"{HOW} 能 可以 能不能 可不可以 怎么办 咋办"
MISSED = "忘 忘了 忘记 忘记了 漏 漏了 没 错过 错过了 断 断了"
MEND = "补 补上 补回来 补回 补签 接上 怎么办 咋办"
DAYS = "前天 天 一天 好几天"
ASKS = (
    ask(
        "补签",
        f"{CAN} {HOW_MANY} {WHERE} 几次 几天 什么",
        may="补 弄 还能 要 花 扣 积分 分 一次 用 操作 前天 天 次 需要",
    ),
    ask("补签", "要 花 扣 需要", "积分 分", IS_IT),
    ask(
        "签到 签",
        MISSED,
        MEND,
        may=f"{CAN} 还能 {DAYS}",
    ),
    ask(
        "漏签 断签 忘签 没签 忘签到 漏签到",
        MEND,
        may=f"{CAN} 还能 {DAYS}",
    ),
)
FORM = "这样写:补签 11-05"


@command(
    "补签",
    rest=r"(?: ?(?:[0-9]{4}-)?[0-9]{1,2}-[0-9]{1,2})?",
    help="补上漏签的一天,「补签 11-05」补那一天",
    writes=True,
)
def make_up(context: Context) -> str:
    """The day that is named, or else the latest missed one that is near enough: that is the last
    gap before the current run, and so the day that lengthens the streak most."""
    written = context.rest.strip()
    day = _day(written, context.asked_on) if written else None
    if written and day is None:
        return FORM
    done = context.make_up(day)
    if isinstance(done, Refusal):
        return _refused(context, done)
    said = made_up(done.activity, done.decision, context.programme, done.streak_days, done.account)
    return ",".join(filter(None, (said, taken_back(done.taken_back))))


@command(asks=ASKS)
def asked(context: Context) -> str:
    """What it takes, and how it is typed: a question costs nothing."""
    terms = context.programme.make_up
    if terms is None:
        return REFUSALS["not_offered"]
    return f"{making_up(terms)}\n发「补签」补最近漏的一天,「补签 11-05」补那一天"


def _day(written: str, asked_on: date) -> date | None:
    """The day; without a year the nearest of that name. None when no calendar has it."""
    *year, month, day = map(int, written.split("-"))
    years = year or range(asked_on.year - 1, asked_on.year + 2)
    found = [one for each in years if (one := _date(each, month, day)) is not None]
    return min(found, key=lambda one: abs(one - asked_on), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _refused(context: Context, refusal: Refusal) -> str:
    terms, balance = context.programme.make_up, context.me.balance
    sentence = REFUSALS[refusal.code]
    if terms is None:
        return sentence
    more = {
        "too_old": f",只能补最近 {terms.within_days} 天的",
        "used_up": f",每月 {terms.times_monthly} 次",
        "insufficient": f":补签要 {terms.points} 积分,还差 {terms.points - balance}",
    }
    return f"{sentence}{more.get(refusal.code, '')},余额 {balance}"
