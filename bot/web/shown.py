"""The sandbox's room and ledger as the page is told of them: plain values for JSON."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot.points.readings import JournalLine, LedgerLine, MemberLine, Place
from bot.points.streak import streak_days
from bot.points.types import Programme, Rule
from bot.points.wording import REFUSALS, reason
from bot.web.room import RoomLine, RoomPerson
from bot.web.trace import ACTIVITIES, KINDS, steps

Json = dict[str, object]


def shown_line(line: RoomLine) -> Json:
    """One line of the room."""
    return {
        "number": line.number,
        "kind": line.kind,
        "at": line.at.isoformat(),
        "text": line.text,
        "length": line.length,
        "message": line.message,
        "cause": line.cause,
        "sender": line.sender,
        "person": line.person,
        "mentions": line.mentions,
        "quote": line.quote,
        "privateTo": line.private_to,
        "facts": dict(line.facts),
        "recalledBy": line.recalled_by,
        "asks": line.asks,
    }


def shown_people(people: Iterable[RoomPerson]) -> list[Json]:
    """The people of the room, those who left included."""
    return [{"id": one.id, "name": one.name, "role": one.role, "here": one.here} for one in people]


def shown_entry(line: LedgerLine, programme: Programme) -> Json:
    """One entry of the ledger, with the steps that its points follow from."""
    rule = _rule_of(line.rule, programme)
    return {
        "id": line.id,
        "at": line.at.isoformat(),
        "member": line.member,
        "person": line.external_id,
        "name": line.member_name,
        "kind": line.kind,
        "kindName": KINDS.get(line.kind, line.kind),
        "title": reason(line, programme),
        "points": line.points,
        "balance": line.balance,
        "actor": line.actor or "",
        "reverses": line.reverses,
        "message": _message_of(line),
        "steps": steps(line.why, rule) if line.kind == "accrual" else [],
    }


def shown_member(line: MemberLine, today: date) -> Json:
    """What the ledger knows of somebody in the room."""
    return {
        "member": line.member,
        "person": line.external_id,
        "balance": line.balance,
        "streakDays": streak_days(line.run, line.run_on, today),
    }


def shown_places(places: Sequence[Place]) -> list[Json]:
    """The first places of a board."""
    return [
        {"rank": one.rank, "member": one.member, "name": one.name, "points": one.points}
        for one in places
    ]


def shown_deeds(deeds: Sequence[JournalLine], programme: Programme) -> list[Json]:
    """The deeds that were found in a message, and what became of each."""
    return [
        {
            "title": ACTIVITIES.get(deed.kind, deed.kind),
            "key": deed.key,
            "outcome": deed.outcome,
            "refusal": deed.refusal or "",
            "because": REFUSALS[deed.refusal] if deed.refusal else "",
            "entries": [shown_entry(line, programme) for line in deed.entries],
        }
        for deed in deeds
    ]


def _rule_of(rule: str | None, programme: Programme) -> Rule | None:
    return next((one for one in programme.rules if one.id == rule), None)


def _message_of(line: LedgerLine) -> str:
    """The message that an entry comes from: its deed's, or the one in an adjustment's key."""
    if line.message:
        return line.message
    kind, _, name = line.key.partition(":")
    return name.partition("/")[2] if kind == "adjustment" else ""
