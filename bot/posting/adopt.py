"""An answer is adopted by who asked."""

import json

from bot.points.text import identifier
from bot.points.types import ADOPTED, Refusal, Sighting
from bot.posting.bonus import counting_rules
from bot.posting.content import ANSWER
from bot.posting.settle import Settled, settle
from bot.posting.turn import Turn


def adopt(turn: Turn, number: int) -> Settled | Refusal:
    """Settles, for who gave the answer in row `number` of the journal, that the sender, who asked,
    has adopted it; once an answer.

    Refusals: `no_adoption` (no rule pays for it), `not_an_answer`, `own_bonus`, `not_counted`,
    `not_the_asker`.
    """
    if not turn.programme.rules_on(ADOPTED):
        return Refusal("no_adoption")
    deed = turn.journal().row(number)
    if deed is None or deed.kind != ANSWER:
        return Refusal("not_an_answer")
    if deed.member == turn.member:
        return Refusal("own_bonus")
    answer = turn.posts().of(deed.channel, deed.message)
    asked = json.loads(answer.deed).get("quote") if answer is not None else None
    question = turn.posts().of(deed.channel, identifier(asked)) if asked else None
    if question is None or question.member not in (turn.member, *turn.formers(turn.member)):
        return Refusal("not_the_asker")
    turn.account(deed.member)
    if not counting_rules(turn, deed):
        return Refusal("not_counted")
    subject = f"{deed.channel}/{deed.message}"
    sighting = Sighting(ADOPTED, "subject", subject, facts={"asker": str(turn.member)})
    return settle(turn, sighting, deed.member)
