"""Who brought whom: reads and writes, inside the writer's transaction. Only `bot.posting` writes
through it."""

from typing import cast

from bot.points.readings import Referral, Stage
from store.database import Connection, Row


class Referrals:
    """The table of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def of(self, invitee: int) -> Referral | None:
        """Who brought this member, under whichever of their numbers; None when nobody is known to
        have."""
        rows = self._connection.rows(
            "SELECT invitee, inviter, at, stage, '' FROM referral WHERE community = ?"
            " AND (invitee = ? OR invitee IN"
            "  (SELECT member FROM account WHERE community = ? AND merged_into = ?))"
            " ORDER BY at, invitee LIMIT 1",
            self._community, invitee, self._community, invitee,
        )  # fmt: skip
        return _referral(rows[0]) if rows else None

    def by(self, inviter: int) -> list[Referral]:
        """Whom this member brought, the latest first."""
        rows = self._connection.rows(
            "SELECT invitee, inviter, at, stage, name FROM referral JOIN account"
            " ON account.community = referral.community AND account.member = invitee"
            " JOIN member ON member.community = account.community"
            "  AND member.id = coalesce(account.merged_into, account.member)"
            " WHERE referral.community = ? AND inviter = ? ORDER BY at DESC, invitee DESC",
            self._community, inviter,
        )  # fmt: skip
        return [_referral(row) for row in rows]

    def add(self, invitee: int, inviter: int, at: int) -> None:
        """Notes who brought somebody; what is known of them already stands."""
        self._connection.run(
            "INSERT INTO referral (community, invitee, inviter, at, stage)"
            " VALUES (?, ?, ?, ?, 'joined') ON CONFLICT (community, invitee) DO NOTHING",
            self._community, invitee, inviter, at,
        )  # fmt: skip

    def drop(self, invitee: int) -> None:
        """Forgets who brought somebody."""
        self._connection.run(
            "DELETE FROM referral WHERE community = ? AND invitee = ?", self._community, invitee
        )

    def move(self, invitee: int, stage: Stage) -> None:
        """Notes how far it has come."""
        self._connection.run(
            "UPDATE referral SET stage = ? WHERE community = ? AND invitee = ?",
            stage, self._community, invitee,
        )  # fmt: skip

    def member_now(self, number: int) -> int | None:
        """Who has that number, or had it before they were merged; None for nobody."""
        rows = self._connection.rows(
            "SELECT coalesce(merged_into, member) FROM account WHERE community = ? AND member = ?",
            self._community, number,
        )  # fmt: skip
        return cast(int, rows[0][0]) if rows else None

    def is_newcomer(self, member: int) -> bool:
        """Whether they were first seen joining, and not in a room before the bot."""
        rows = self._connection.rows(
            "SELECT newcomer FROM member WHERE community = ? AND id = ?", self._community, member
        )
        return rows == [(1,)]

    def is_anywhere(self, member: int) -> bool:
        """Whether they are in one of the community's rooms."""
        rows = self._connection.rows(
            "SELECT 1 FROM room JOIN presence ON presence.community = room.community"
            " AND presence.room = room.id AND presence.member = ?"
            " WHERE room.community = ? AND presence.left_at IS NULL LIMIT 1",
            member, self._community,
        )  # fmt: skip
        return bool(rows)


def _referral(row: Row) -> Referral:
    invitee, inviter, at, stage, name = row
    return Referral(
        cast(int, invitee), cast(int, inviter), cast(int, at), cast(Stage, stage), str(name)
    )
