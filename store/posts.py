"""What members wrote and showed lately: reads and writes, inside the writer's transaction. Only
`bot.posting` writes through it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import cast

from store.database import Connection, Row

PICTURE = "picture"
"""The kind of a post that is a picture alone."""
COLUMNS = "id, channel, message, member, room, at, kind, deed, text, picture, part_of"


@dataclass(slots=True)
class Post:
    """A row of the table; see `store.tables.Post`."""

    id: int
    channel: str
    message: str
    member: int
    room: int
    at: int
    kind: str
    deed: str = "{}"
    text: str = ""
    picture: str | None = None
    part_of: int | None = None


def post_id(channel: str, message: str) -> int:
    """The number of the post that a message is."""
    digest = blake2b(f"{channel}\0{message}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


class Posts:
    """The tables of one community."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def get(self, number: int) -> Post | None:
        """One post; None for one that there is not, or no more."""
        rows = self._connection.rows(
            f"SELECT {COLUMNS} FROM post WHERE community = ? AND id = ?", self._community, number
        )
        return _post(rows[0]) if rows else None

    def of(self, channel: str, message: str) -> Post | None:
        """The post that a message is."""
        return self.get(post_id(channel, message))

    def near(self, member: int, room: int, first: int, last: int) -> list[Post]:
        """What the member wrote and showed in the room from one instant to another, in order."""
        rows = self._connection.rows(
            f"SELECT {COLUMNS} FROM post WHERE community = ? AND member = ? AND at BETWEEN ? AND ?"
            " AND room = ? ORDER BY at, id",
            self._community, member, first, last, room,
        )  # fmt: skip
        return list(map(_post, rows))

    def put(self, post: Post) -> None:
        """Notes a post, instead of what was noted of the same message."""
        self._connection.run(
            f"INSERT INTO post (community, {COLUMNS}) VALUES ({', '.join('?' * 12)})"
            " ON CONFLICT (community, id) DO UPDATE SET at = excluded.at, kind = excluded.kind,"
            " deed = excluded.deed, text = excluded.text, part_of = excluded.part_of",
            self._community, post.id, post.channel, post.message, post.member, post.room, post.at,
            post.kind, post.deed, post.text, post.picture, post.part_of,
        )  # fmt: skip

    def written(self, first: int, last: int, other_than: int, limit: int) -> list[Post]:
        """What members other than one wrote from one instant to another, in order, at most
        `limit`; without pictures."""
        rows = self._connection.rows(
            f"SELECT {COLUMNS} FROM post WHERE community = ? AND at BETWEEN ? AND ?"
            f" AND member <> ? AND kind <> '{PICTURE}' ORDER BY at, id LIMIT ?",
            self._community, first, last, other_than, limit,
        )  # fmt: skip
        return list(map(_post, rows))

    def index(self, post: int, grams: Sequence[int]) -> None:
        """Notes by which runs of characters a post is found."""
        if grams:
            self._connection.run(
                "INSERT INTO gram (community, gram, post) VALUES"
                f" {', '.join(['(?, ?, ?)'] * len(grams))}"
                " ON CONFLICT (community, gram, post) DO NOTHING",
                *(value for gram in grams for value in (self._community, gram, post)),
            )

    def alike(self, grams: Sequence[int], since: int, limit: int) -> list[Post]:
        """Posts written since an instant that share most of these runs, at most `limit`."""
        columns = ", ".join(f"post.{name}" for name in COLUMNS.split(", "))
        rows = self._connection.rows(
            f"SELECT {columns} FROM (SELECT post, count(*) AS shared FROM gram"
            "  WHERE community = ? AND gram IN ?* GROUP BY post"
            "  ORDER BY count(*) DESC, post LIMIT ?) AS found"
            # SQLite joins in this order only then: else it reads all posts since.
            " CROSS JOIN post"
            " WHERE post.community = ? AND post.id = found.post AND post.at >= ?"
            " ORDER BY shared DESC, post.at, post.id",
            self._community, grams, limit, self._community, since,
        )  # fmt: skip
        return list(map(_post, rows))

    def claimed(self, things: Sequence[str]) -> dict[str, int]:
        """Which of these have counted already, and for which post."""
        if not things:
            return {}
        rows = self._connection.rows(
            "SELECT thing, post FROM claim WHERE community = ? AND thing IN ?*",
            self._community, things,
        )  # fmt: skip
        return {str(thing): cast(int, post) for thing, post in rows}

    def claim(self, things: Iterable[str], post: int, member: int, at: int) -> None:
        """Notes that these have counted for a post. Another process that was quicker makes it
        fail: Conflict, and the second try sees it."""
        for thing in sorted(things):
            self._connection.run(
                "INSERT INTO claim (community, thing, post, member, at) VALUES (?, ?, ?, ?, ?)",
                self._community, thing, post, member, at,
            )  # fmt: skip

    def release(self, things: Iterable[str], post: int) -> None:
        """Lets these count again for others, as far as they have counted for the post."""
        for thing in sorted(things):
            self._connection.run(
                "DELETE FROM claim WHERE community = ? AND thing = ? AND post = ?",
                self._community, thing, post,
            )  # fmt: skip

    def before(self, at: int, limit: int) -> list[Post]:
        """The oldest posts from before an instant, at most `limit`."""
        rows = self._connection.rows(
            f"SELECT {COLUMNS} FROM post WHERE community = ? AND at < ? ORDER BY at LIMIT ?",
            self._community, at, limit,
        )  # fmt: skip
        return list(map(_post, rows))

    def drop(self, post: int, grams: Sequence[int]) -> None:
        """Forgets a post, found by these runs."""
        self._connection.run(
            "DELETE FROM gram WHERE community = ? AND gram IN ?* AND post = ?",
            self._community, grams, post,
        )  # fmt: skip
        self._connection.run(
            "DELETE FROM post WHERE community = ? AND id = ?", self._community, post
        )

    def drop_daily_claims(self, kinds: Sequence[str], before: str) -> None:
        """Forgets what counted once a day, of these kinds (`chat/<day>/…`), on days before this
        one."""
        for kind in kinds:
            self._connection.run(
                "DELETE FROM claim WHERE community = ? AND thing >= ? AND thing < ?",
                self._community, f"{kind}/0000-01-01", f"{kind}/{before}",
            )  # fmt: skip


def _post(row: Row) -> Post:
    return Post(*cast("tuple[int, str, str, int, int, int, str, str, str, str, int]", row))
