"""Words that admins put on members, which segments ask for. Only `bot.posting` writes them."""

from store.database import Connection


class Tags:
    """The table of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def of(self, member: int) -> list[str]:
        """The member's tags, the oldest first."""
        rows = self._connection.rows(
            "SELECT tag FROM tag WHERE community = ? AND member = ? ORDER BY at, tag",
            self._community, member,
        )  # fmt: skip
        return [str(tag) for (tag,) in rows]

    def put(self, member: int, tag: str, at: int) -> None:
        """Tags the member; one that is there already stands."""
        self._connection.run(
            "INSERT INTO tag (community, tag, member, at) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (community, tag, member) DO NOTHING",
            self._community, tag, member, at,
        )  # fmt: skip

    def drop(self, member: int, tag: str) -> None:
        """Takes a tag off."""
        self._connection.run(
            "DELETE FROM tag WHERE community = ? AND tag = ? AND member = ?",
            self._community, tag, member,
        )  # fmt: skip
