"""通过 and 驳回: an admin decides on a deed whose points wait, by its number or by quoting it."""

from bot.extend import Context, command
from bot.points.request import CLOSING, POINTING, REJECTING, ended, pointed_at, rejected
from bot.points.text import display_name, storable
from bot.points.types import Refusal
from bot.points.wording import rule_names


@command(
    "通过",
    rest=POINTING,
    quoting=CLOSING,
    help="通过 12,或「通过 12 200」给 200 分;引用原消息发「通过」也行",
    is_admin=True,
    writes=True,
    is_numbered=True,
)
def approve(context: Context) -> str:
    """The rule's own points, or one of those that it offers."""
    number, chosen = pointed_at(context.rest, context.quoted)
    if number is None:
        return "这样写:通过 12,或「通过 12 200」,编号看「待审核」,引用原消息发「通过」也行"
    decided = context.approve(number, chosen)
    if isinstance(decided, Refusal):
        return _refused(context, number, decided)
    names = rule_names(decided.rules, context.programme)
    who = display_name(context.name_of(decided.member)) or f"会员{decided.member}"
    left_off = f",额度只剩这些,少给 {decided.left_off} 分" if decided.left_off else ""
    return (
        f"已通过 #{number}:{who} {names} +{decided.points} 积分,余额 {decided.balance}{left_off}"
    )


@command(
    "驳回",
    rest=REJECTING,
    quoting="(?: .*)?",
    help="驳回 12 理由,到时间自己入账的也能驳回",
    is_admin=True,
    writes=True,
    is_numbered=True,
)
def reject(context: Context) -> str:
    """Whatever it waits for; the member is told why."""
    number, reason = rejected(context.rest, context.quoted)
    if number is None:
        return "这样写:驳回 12 理由,编号看「待审核」,引用原消息发「驳回 理由」也行"
    decided = context.reject(number, storable(reason))
    if isinstance(decided, Refusal):
        return _refused(context, number, decided)
    names = rule_names(decided.rules, context.programme)
    who = display_name(context.name_of(decided.member)) or f"会员{decided.member}"
    return f"已驳回 #{number}:{who} {names},待入账的 {decided.points} 分不计"


def _refused(context: Context, number: int, refusal: Refusal) -> str:
    """Who was quicker, where somebody was; or else the sentence for it."""
    before = context.decided_before(number) if refusal.code == "not_waiting" else None
    if before:
        return ended(number, *before)
    return f"#{number}:{context.why_not(refusal)}"
