"""What a member's rows become when they are merged into another: names and facts are re-pointed,
history stays where it is. Only `bot.posting` writes through it."""

from collections.abc import Iterable, Sequence

from store.database import Connection, Row


class Merging:
    """The tables of one community, inside the writer's transaction."""

    def __init__(self, connection: Connection, community: int) -> None:
        self._connection = connection
        self._community = community

    def repoint(self, gone: int, kept: int) -> None:
        """Gives `kept` the identities, orders, waiting points, tags, rooms and invitees of `gone`,
        who is no member from here on."""
        for table, column in (
            ("identity", "member"), ("purchase", "member"), ("waiting", "member"),
            ("referral", "inviter"), ("account", "merged_into"),
        ):  # fmt: skip
            self._connection.run(
                f"UPDATE {table} SET {column} = ? WHERE community = ? AND {column} = ?",
                kept, self._community, gone,
            )  # fmt: skip
        self._connection.run(
            "UPDATE account SET merged_into = ? WHERE community = ? AND member = ?",
            kept, self._community, gone,
        )  # fmt: skip
        self._move_tags(gone, kept)
        self._move_presences(gone, kept)
        self._fill_in(gone, kept)
        for table in ("bind_code", "wrong_code"):
            self._connection.run(
                f"DELETE FROM {table} WHERE community = ? AND member IN ?*",
                self._community, [gone, kept],
            )  # fmt: skip

    def move_scores(self, gone: int, kept: int, days: Sequence[str], points: int) -> None:
        """Counts what `gone` has gained for `kept`, on the days and in the rooms where it was:
        `points` in all, on these days, or else on any."""
        columns = "SELECT day, room, points, entry FROM score WHERE community = ?"
        rows = self._connection.rows(
            f"{columns} AND day IN ?* AND room IN ?* AND member = ?",
            self._community, days, [0, *self._rooms()], gone,
        )  # fmt: skip
        if sum(_int(row[2]) for row in rows) != points:
            rows = self._connection.rows(f"{columns} AND member = ?", self._community, gone)
        self._connection.many(
            "INSERT INTO score (community, day, room, member, points, entry)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (community, day, room, member)"
            " DO UPDATE SET points = score.points + excluded.points, entry ="
            " CASE WHEN excluded.entry > score.entry THEN excluded.entry ELSE score.entry END",
            [(self._community, *row[:2], kept, *row[2:]) for row in rows],
        )
        self._connection.many(
            "DELETE FROM score WHERE community = ? AND day = ? AND room = ? AND member = ?",
            [(self._community, day, room, gone) for day, room, *_ in rows],
        )

    def _rooms(self) -> list[int]:
        rows = self._connection.rows("SELECT id FROM room WHERE community = ?", self._community)
        return [_int(room) for (room,) in rows]

    def _move_tags(self, gone: int, kept: int) -> None:
        self._connection.run(
            "INSERT INTO tag (community, tag, member, at)"
            " SELECT community, tag, CAST(? AS BIGINT), at FROM tag"
            " WHERE community = ? AND member = ? ON CONFLICT (community, tag, member) DO NOTHING",
            kept, self._community, gone,
        )  # fmt: skip
        self._connection.run(
            "DELETE FROM tag WHERE community = ? AND member = ?", self._community, gone
        )

    def _move_presences(self, gone: int, kept: int) -> None:
        """Who is in a room under one number is in it; the first to come in was brought."""
        rows = self._connection.rows(
            "SELECT room, joined_at, left_at, inviter FROM presence"
            " WHERE community = ? AND room IN ?* AND member IN ?*"
            " ORDER BY room, joined_at, member",
            self._community, self._rooms(), [gone, kept],
        )  # fmt: skip
        found: dict[int, list[Row]] = {}
        for room, *seen in rows:
            found.setdefault(_int(room), []).append(tuple(seen))
        self._connection.many(
            "DELETE FROM presence WHERE community = ? AND room = ? AND member = ?",
            [(self._community, room, member) for room in found for member in (gone, kept)],
        )
        self._connection.many(
            "INSERT INTO presence (community, room, member, joined_at, left_at, inviter)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (self._community, room, kept, seen[0][0], _left_at(seen), seen[0][2])
                for room, seen in sorted(found.items())
            ],
        )

    def _fill_in(self, gone: int, kept: int) -> None:
        """What nobody has told of the one is what was told of the other, where nothing of it
        stays: to forget a person is to forget one row."""
        of_gone = "(SELECT {0} FROM member AS gone WHERE gone.community = ? AND gone.id = ?)"
        self._connection.run(
            "UPDATE member SET"
            f" name = CASE WHEN name = '' THEN {of_gone.format('name')} ELSE name END,"
            f" home_room = coalesce(home_room, {of_gone.format('home_room')}),"
            f" birthday = coalesce(birthday, {of_gone.format('birthday')})"
            " WHERE community = ? AND id = ?",
            *[self._community, gone] * 3, self._community, kept,
        )  # fmt: skip
        self._connection.run(
            "UPDATE member SET name = '', birthday = NULL WHERE community = ? AND id = ?",
            self._community, gone,
        )  # fmt: skip


def _left_at(seen: Iterable[Row]) -> int | None:
    left = [left_at for _, left_at, _ in seen]
    return None if None in left else max(map(_int, left))


def _int(value: object) -> int:
    assert isinstance(value, int)
    return value
