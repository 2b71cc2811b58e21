"""What became of deeds that waited for an admin, and who decided: reads and writes, inside the
writer's transaction. Only `bot.posting` writes through it."""

from dataclasses import dataclass
from typing import Literal, cast

from store.database import Connection

DecisionOutcome = Literal["approved", "rejected", "lapsed", "left", "recalled", "edited"]


@dataclass(frozen=True, slots=True)
class Decision:
    """How it ended."""

    outcome: DecisionOutcome
    actor: str | None
    """`channel:external id` of who decided; None when nobody did: time, or the author's doing."""


class Decisions:
    """The table of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def of(self, activity: int) -> Decision | None:
        """The first that was decided on a deed, by its row of the journal; None: nothing."""
        rows = self._connection.rows(
            "SELECT outcome, actor FROM decision WHERE community = ? AND activity = ?"
            " ORDER BY at, outcome LIMIT 1",
            self._community, activity,
        )  # fmt: skip
        return Decision(*cast("tuple[DecisionOutcome, str | None]", rows[0])) if rows else None

    def note(self, activity: int, outcome: DecisionOutcome, at: int, actor: str | None) -> None:
        """Notes it. A deed of which one part waited longer may be decided on in several ways, once
        each."""
        self._connection.run(
            "INSERT INTO decision (community, activity, outcome, at, actor)"
            " VALUES (?, ?, ?, ?, ?) ON CONFLICT (community, activity, outcome) DO NOTHING",
            self._community, activity, outcome, at, actor,
        )  # fmt: skip
