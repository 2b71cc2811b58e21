"""Codes that join a second account to a member: reads and writes, inside the writer's transaction.
Only `bot.posting` writes through it."""

from typing import cast

from store.database import Connection

Asker = tuple[int, str, str]
"""The member who asked for a code, and channel and external id of the identity that did."""


class BindCodes:
    """The tables of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def put(self, digest: bytes, until: int, asker: Asker) -> None:
        """Keeps a code's digest up to an instant, microseconds since 1970 UTC, instead of the
        member's last one."""
        member, channel, external_id = asker
        self._connection.run(
            "INSERT INTO bind_code (community, member, digest, until, channel, external_id)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (community, member) DO UPDATE"
            " SET digest = excluded.digest, until = excluded.until, channel = excluded.channel,"
            " external_id = excluded.external_id",
            self._community, member, digest, until, channel, external_id,
        )  # fmt: skip

    def find(self, digest: bytes, at: int) -> Asker | None:
        """Who asked for the code, if it can still be used; codes that cannot are forgotten."""
        self._connection.run(
            "DELETE FROM bind_code WHERE community = ? AND until <= ?", self._community, at
        )
        rows = self._connection.rows(
            "SELECT member, channel, external_id FROM bind_code"
            " WHERE community = ? AND digest = ? ORDER BY member",
            self._community, digest,
        )  # fmt: skip
        return cast(Asker, tuple(rows[0])) if rows else None

    def take(self, digest: bytes, member: int) -> bool:
        """Uses the member's code up; False when another was quicker."""
        rows = self._connection.rows(
            "DELETE FROM bind_code WHERE community = ? AND member = ? AND digest = ?"
            " RETURNING member",
            self._community, member, digest,
        )  # fmt: skip
        return bool(rows)

    def wrong_since(self, member: int, at: int) -> int:
        """How often the member has sent a code that was none after an instant; older times are
        forgotten."""
        self._connection.run(
            "DELETE FROM wrong_code WHERE community = ? AND member = ? AND at <= ?",
            self._community, member, at,
        )  # fmt: skip
        [(count,)] = self._connection.rows(
            "SELECT count(*) FROM wrong_code WHERE community = ? AND member = ?",
            self._community, member,
        )  # fmt: skip
        return cast(int, count)

    def note_wrong(self, member: int, at: int, channel: str, message: str) -> None:
        """Notes a code that was none."""
        self._connection.run(
            "INSERT INTO wrong_code (community, member, at, channel, message)"
            " VALUES (?, ?, ?, ?, ?)",
            self._community, member, at, channel, message,
        )  # fmt: skip
