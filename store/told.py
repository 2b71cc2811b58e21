"""Which deeds a message told of: reads of the journal, inside the writer's transaction."""

from dataclasses import dataclass
from typing import cast

from store.database import Connection, Row

SELECT = (
    "SELECT id, kind, key, coalesce(owner.merged_into, activity.member), day, room, outcome,"
    " entry, channel, message FROM activity LEFT JOIN account AS owner"
    "  ON owner.community = activity.community AND owner.member = activity.member"
    " WHERE activity.community = ?"
)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the journal that says that a deed counts, or waits."""

    id: int
    kind: str
    key: str
    member: int
    """Whose deed it is now."""
    day: str
    room: int | None
    outcome: str
    entry: int | None
    """The first entry that it earned."""
    channel: str
    message: str


class Journal:
    """The journal of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def row(self, number: int) -> Told | None:
        """One row; None where there is none, or where it tells of a refusal."""
        rows = self._connection.rows(
            f"{SELECT} AND id = ? AND outcome <> 'refused'", self._community, number
        )
        return _told(rows[0]) if rows else None

    def key(self, channel: str, message: str) -> str | None:
        """The key of the first deed that a message caused; None when it caused none."""
        rows = self._connection.rows(
            "SELECT activity.key FROM inbox JOIN activity"
            " ON activity.community = inbox.community AND activity.id = inbox.activity"
            " WHERE inbox.community = ? AND inbox.channel = ? AND inbox.message = ?",
            self._community, channel, message,
        )  # fmt: skip
        return str(rows[0][0]) if rows else None

    def told(self, key: str) -> list[Told]:
        """The rows that say that the deed with this key counts, or waits; the first first."""
        rows = self._connection.rows(
            f"{SELECT} AND key = ? AND outcome <> 'refused' ORDER BY id", self._community, key
        )
        return [_told(row) for row in rows]

    def is_known(self, channel: str, message: str) -> bool:
        """Whether the message had an effect."""
        return bool(
            self._connection.rows(
                "SELECT 1 FROM inbox WHERE community = ? AND channel = ? AND message = ?",
                self._community, channel, message,
            )
        )  # fmt: skip


def _told(row: Row) -> Told:
    return Told(
        *cast("tuple[int, str, str, int, str, int | None, str, int | None, str, str]", row)
    )
