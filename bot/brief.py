"""What stands of a check-in in one message to all who check in at the same time."""

from collections.abc import Sequence

from bot.points import digest
from bot.points.streak import STREAK_KIND
from bot.points.text import display_name
from bot.points.wording import refusal
from bot.posting.settle import Settled
from bot.posting.turn import Turn


def brief(turn: Turn, settled: Sequence[Settled]) -> str:
    """The sender's line among others who check in; "" for other deeds, and for what wants telling
    in full."""
    one = settled[0]
    if turn.room is None or len(settled) > 1 or one.activity.kind != STREAK_KIND:
        return ""
    if one.activity.on != turn.today or one.shielded or one.taken_back:
        return ""
    if one.decision.refusals and not one.decision.entries:
        return _unpaid(_name(turn), one)
    entries = [*one.decision.entries]
    for followed in one.followed:
        entries += followed.decision.entries
    if any(turn.programme.lets_wait(entry) or "shields" in entry.why for entry in entries):
        return ""
    return digest.paid(_name(turn), sum(entry.points for entry in entries), one.streak_days)


def _unpaid(name: str, settled: Settled) -> str:
    """Who is in a list of those who checked in must have done so."""
    activity, code = settled.activity, settled.decision.refusals[0].code
    if settled.outcome == "refused" and code != "already_done":
        return ""
    sentence = refusal(code, activity.kind, activity.on, activity.on)
    return digest.unpaid(name, sentence, settled.streak_days)


def _name(turn: Turn) -> str:
    """What the message calls the sender costs no look into the ledger."""
    said = turn.message.sender_name or turn.name_of(turn.member)
    return display_name(said) or f"会员{turn.member}"
