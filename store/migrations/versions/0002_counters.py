"""What each rule paid a member is counted by week too, with the moment it last paid."""

import json
from collections.abc import Iterable
from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

Counter = list[str | int]


def upgrade() -> None:
    """Counts anew, from the entries: the old counters knew no weeks."""
    connection = op.get_bind()
    paid = connection.execute(
        sa.text(
            "SELECT community, member, rule, points, day, at FROM entry"
            " WHERE kind = 'accrual' ORDER BY community, id"
        )
    )
    counted = _counted(tuple(row) for row in paid)
    connection.execute(sa.text("UPDATE account SET counters = '{}' WHERE counters <> '{}'"))
    rows = [
        {"community": community, "member": member, "counters": _text(counters)}
        for (community, member), counters in counted.items()
    ]
    if rows:
        connection.execute(
            sa.text(
                "UPDATE account SET counters = :counters"
                " WHERE community = :community AND member = :member"
            ),
            rows,
        )


def _counted(
    paid: Iterable[tuple[int, int, str | None, int, str, int]],
) -> dict[tuple[int, int], dict[str, Counter]]:
    """As `bot.points.account` counts at this revision; the program may count otherwise later."""
    counted: dict[tuple[int, int], dict[str, Counter]] = {}
    for community, member, rule, points, day, at in paid:
        counters = counted.setdefault((community, member), {})
        old = counters.get(rule or "", [day, 0, 0, 0, 0, 0, 0, 0, 0, 0])
        counters[rule or ""] = _plus(old, points, day, at)
    return counted


def _plus(counter: Counter, points: int, day: str, at: int) -> Counter:
    last, *tallies, last_at = counter
    newest = max(str(last), day)
    new: Counter = [newest]
    for place, is_same in enumerate((_is_same_day, _is_same_week, _is_same_month, _always)):
        times, total = (int(tallies[2 * place]), int(tallies[2 * place + 1]))
        if not is_same(str(last), newest):
            times, total = 0, 0
        is_counted = is_same(day, newest)
        new += [times + is_counted, total + (points if is_counted else 0)]
    return [*new, max(int(last_at), at)]


def _is_same_day(one: str, other: str) -> bool:
    return one == other


def _is_same_week(one: str, other: str) -> bool:
    mondays = [
        day - timedelta(days=day.weekday()) for day in map(date.fromisoformat, (one, other))
    ]
    return mondays[0] == mondays[1]


def _is_same_month(one: str, other: str) -> bool:
    return one[:7] == other[:7]


def _always(_one: str, _other: str) -> bool:
    return True


def _text(counters: dict[str, Counter]) -> str:
    return json.dumps(counters, separators=(",", ":"))
