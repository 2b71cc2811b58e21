"""The ledger as it lies in the database, read with SQL of the tests' own, and what must always
hold."""

from dataclasses import dataclass
from datetime import date

from bot.points.chain import GENESIS, link
from store.database import Connection, Database, Row
from store.verify import verify
from tests.ledger.model import NEVER, Model

TABLES = (
    "community", "room", "member", "identity", "presence", "account", "inbox", "activity", "entry",
    "lot", "lot_use", "score", "note", "job_run", "post", "gram",
    "claim", "waiting", "decision", "outbox",
)  # fmt: skip
HASHED = (
    "id, member, kind, points, rule, campaign, key, at, day, expires_on, reverses, actor, "
    "activity, room, balance, debt, why, previous"
)


def dump(connection: Connection, community: int = 1) -> dict[str, list[Row]]:
    """Every row of every table, in order, without the community. Empty lots are left out: one that
    is filled and spent in one transaction never has a row."""
    found = {}
    for table in TABLES:
        column = "id" if table == "community" else "community"
        rest = " AND remaining > 0" if table == "lot" else ""
        rows = connection.rows(f"SELECT * FROM {table} WHERE {column} = ?{rest}", community)
        found[table] = sorted((row[1:] for row in rows), key=repr)
    return found


def faults(connection: Connection, community: int = 1) -> list[str]:
    """What does not hold of balances, lots, scores, chain and keys, whatever happened before."""
    books = Books.read(connection, community)
    return [
        *_balance_faults(books),
        *_chain_faults(books),
        *_score_faults(books),
        *_reversal_faults(books),
        *_once_faults(connection, community),
    ]


def check(database: Database, community: int = 1) -> None:
    """Fails the test when something does not hold, or `verify` finds something."""
    connection = database.connect_to_read()
    try:
        assert faults(connection, community) == []
        assert verify(database)[1] == []
        if connection.is_sqlite:
            assert connection.rows("PRAGMA integrity_check") == [("ok",)]
    finally:
        connection.close()


@dataclass
class Books:
    """Rows by name of the column."""

    entries: list[dict[str, object]]
    accounts: dict[int, dict[str, object]]
    lots: dict[tuple[int, str], int]
    uses: dict[int, dict[str, int]]
    scores: dict[tuple[str, int, int], tuple[int, int]]

    @classmethod
    def read(cls, connection: Connection, community: int) -> "Books":
        entries = _named(connection, f"{HASHED}, hash", "entry", community, "ORDER BY id")
        accounts = _named(
            connection,
            "member, balance, debt, qualifying, qualifying_entry, run, run_on, first_expiry, "
            "last_entry, last_at, head, merged_into",
            "account",
            community,
        )
        lots = _named(connection, "member, expires_on, remaining", "lot", community)
        uses: dict[int, dict[str, int]] = {}
        for row in _named(connection, "entry, expires_on, points", "lot_use", community):
            uses.setdefault(row["entry"], {})[row["expires_on"]] = row["points"]
        scores = _named(connection, "day, room, member, points, entry", "score", community)
        return cls(
            entries,
            {row["member"]: row for row in accounts},
            {
                (row["member"], row["expires_on"]): row["remaining"]
                for row in lots
                if row["remaining"]
            },
            uses,
            {
                (row["day"], row["room"], row["member"]): (row["points"], row["entry"])
                for row in scores
            },
        )

    def person(self, member: object) -> object:
        """The member that one of this number is now."""
        return self.accounts.get(member, {}).get("merged_into") or member


def compare(model: Model, connection: Connection, community: int = 1) -> None:
    """Asserts that the books say exactly what the model says."""
    books = Books.read(connection, community)
    names = Names.read(connection, community)
    assert len(names.members) == len(model.members)
    _compare_accounts(model, books, names)
    _compare_entries(model, books, names, exact_keys=connection.is_sqlite)
    scores = {
        (date.fromisoformat(day), names.room(room), names.members[member]): (
            points,
            names.entries[entry],
        )
        for (day, room, member), (points, entry) in books.scores.items()
    }
    assert scores == model.scores()
    messages = connection.rows("SELECT message FROM inbox WHERE community = ?", community)
    assert {message for (message,) in messages} == set(model.inbox)
    [(known,)] = connection.rows("SELECT count(*) FROM identity WHERE community = ?", community)
    assert known == len(model.members)


@dataclass
class Names:
    """The database's ids as the model numbers them."""

    members: dict[int, int]
    entries: dict[int, int]
    rooms: dict[int, str]

    @classmethod
    def read(cls, connection: Connection, community: int) -> "Names":
        def numbered(table: str) -> dict[int, int]:
            rows = connection.rows(
                f"SELECT id FROM {table} WHERE community = ? ORDER BY id", community
            )
            return {row[0]: number for number, row in enumerate(rows, start=1)}

        rooms = connection.rows("SELECT id, external_id FROM room WHERE community = ?", community)
        return cls(numbered("member"), numbered("entry"), {0: "", **dict(rooms)})

    def room(self, number: object) -> str | None:
        return None if number is None else self.rooms[number]


def _compare_accounts(model: Model, books: Books, names: Names) -> None:
    found = {
        names.members[member]: (
            row["balance"], row["debt"], row["qualifying"],
            {
                date.fromisoformat(day): left
                for (owner, day), left in books.lots.items()
                if owner == member
            },
        )
        for member, row in books.accounts.items()
    }  # fmt: skip
    assert found == {
        who.number: (who.balance, who.debt, model.qualifying(who), who.by_day())
        for who in model.members
    }


def _compare_entries(model: Model, books: Books, names: Names, *, exact_keys: bool) -> None:
    assert len(books.entries) == len(model.lines)
    for row, line in zip(books.entries, model.lines, strict=True):
        found = (
            names.members[row["member"]], row["kind"], row["points"], row["rule"], row["at"],
            row["day"], row["expires_on"], names.entries.get(row["reverses"]),
            names.room(row["room"]), row["balance"], row["debt"],
            names.entries.get(row["previous"], 0), books.uses.get(row["id"], {}),
        )  # fmt: skip
        assert found == (
            line.member, line.kind, line.points, line.rule, line.at,
            line.day.isoformat(), line.expires_on.isoformat() if line.expires_on else None,
            line.reverses, line.room, line.balance, line.debt,
            line.previous, {day.isoformat(): points for day, points in line.moves.items()},
        ), line.number  # fmt: skip
        if exact_keys:
            assert row["key"] == line.key


def _balance_faults(books: Books) -> list[str]:
    """Conservation, of the community and of each member; issued is what is open, redeemed and
    expired, net of reversals and adjustments."""
    worth: dict[str, int] = {}
    for entry in books.entries:
        worth[entry["kind"]] = worth.get(entry["kind"], 0) + entry["points"]
    still = sum(row["balance"] - row["debt"] for row in books.accounts.values())
    gone = -worth.get("redemption", 0) - worth.get("expiry", 0)
    issued = sum(worth.get(kind, 0) for kind in ("accrual", "adjustment", "reversal"))
    found = [] if issued == still + gone else [f"{issued} issued, {still} open, {gone} gone"]
    for member, row in books.accounts.items():
        mine = [entry for entry in books.entries if entry["member"] == member]
        lots = {day: left for (owner, day), left in books.lots.items() if owner == member}
        last = (mine[-1]["balance"], mine[-1]["debt"]) if mine else (0, 0)
        holds = {
            "the balance is the sum of the entries": sum(entry["points"] for entry in mine)
            == row["balance"] - row["debt"],
            "the balance is the sum of the lots": sum(lots.values()) == row["balance"],
            "a debt leaves no balance": not (row["debt"] and row["balance"]),
            "no lot expires before the first": min(lots, default="~") >= row["first_expiry"],
            "the lots are what the entries moved": lots == _lots_from(mine, books.uses),
            "an entry takes what its lots give": all(_is_covered(entry, books) for entry in mine),
            "the last entry says the balance": last == (row["balance"], row["debt"]),
        }
        found += [f"member {member}: not so: {what}" for what, is_so in holds.items() if not is_so]
    return found


def _lots_from(entries: list[dict[str, object]], uses: dict[int, dict[str, int]]) -> dict:
    lots: dict[str, int] = {}
    for entry in entries:
        moves = dict(uses.get(entry["id"], {}))
        adds = entry["kind"] in ("accrual", "adjustment") and entry["points"] > 0
        if adds or (entry["kind"] == "transfer" and entry["expires_on"]):
            day = entry["expires_on"] or NEVER.isoformat()
            moves[day] = moves.get(day, 0) + entry["points"]
        for day, points in moves.items():
            lots[day] = lots.get(day, 0) + points
    return {day: left for day, left in lots.items() if left}


def _is_covered(entry: dict[str, object], books: Books) -> bool:
    if entry["kind"] not in ("redemption", "expiry", "adjustment") or entry["points"] > 0:
        return True
    return sum(books.uses.get(entry["id"], {}).values()) == entry["points"]


def _chain_faults(books: Books) -> list[str]:
    found = []
    last = dict.fromkeys(books.accounts, (0, GENESIS, 0))
    for entry in books.entries:
        number, head, at = last.get(entry["member"], (-1, b"", 0))
        fields = tuple(entry[name] for name in HASHED.split(", "))
        if entry["previous"] != number or link(head, fields) != entry["hash"]:
            found.append(f"entry {entry['id']}: the chain breaks")
        if entry["at"] < at:
            found.append(f"entry {entry['id']}: before the one before it")
        if entry["member"] in last:
            last[entry["member"]] = (entry["id"], entry["hash"], entry["at"])
    for member, (number, head, at) in last.items():
        row = books.accounts[member]
        if (row["last_entry"], row["head"]) != (number, head) or row["last_at"] < at:
            found.append(f"member {member}: the account does not end in its last entry")
    return found


def _score_faults(books: Books) -> list[str]:
    """What members gained, all days and rooms together."""
    kinds = {entry["id"]: entry["kind"] for entry in books.entries}
    found = []
    for member, row in books.accounts.items():
        gained = sum(
            entry["points"]
            for entry in books.entries
            if books.person(entry["member"]) == member
            and kinds.get(entry["reverses"], entry["kind"]) in ("accrual", "adjustment")
        )
        shown = sum(points for place, (points, _) in books.scores.items() if place[2] == member)
        if not gained == shown == row["qualifying"]:
            found.append(f"member {member}: gained {gained}, scores {shown}")
    return found


def _reversal_faults(books: Books) -> list[str]:
    """What is taken back of an entry, or given back, is 1 point up to all of it, in one account.
    The key says how much that is so far; the first may leave it out."""
    found = []
    originals = {entry["id"]: entry for entry in books.entries}
    taken: dict[object, int] = {}
    for entry in books.entries:
        number = entry["reverses"]
        if number is None:
            continue
        original = originals.get(number, {"points": 0, "member": None})
        before = taken.get(number, 0)
        after = taken[number] = before - entry["points"]
        steps = [0, before, after, original["points"]]
        ordered = sorted(steps, reverse=original["points"] < 0)
        keys = [f"reversal:{number}/{after}", *([] if before else [f"reversal:{number}"])]
        is_theirs = books.person(entry["member"]) == books.person(original["member"])
        if steps != ordered or not is_theirs or entry["key"] not in keys:
            found.append(f"entry {entry['id']}: takes {before} to {after} of entry {number}")
    return found


def _once_faults(connection: Connection, community: int) -> list[str]:
    """What must be there once, found without trusting an index."""
    found = []
    for table, columns, where in (
        ("entry", "key", ""),
        ("activity", "key, outcome", " AND outcome <> 'refused'"),
        ("inbox", "channel, message", ""),
        ("identity", "channel, external_id", ""),
    ):
        rows = connection.rows(
            f"SELECT {columns}, count(*) FROM {table} WHERE community = ?{where}"
            f" GROUP BY {columns} HAVING count(*) > 1",
            community,
        )
        found += [f"{table}: {row} more than once" for row in rows]
    return found


def _named(
    connection: Connection, columns: str, table: str, community: int, rest: str = ""
) -> list[dict[str, object]]:
    rows = connection.rows(f"SELECT {columns} FROM {table} WHERE community = ? {rest}", community)
    return [dict(zip(columns.split(", "), row, strict=True)) for row in rows]
