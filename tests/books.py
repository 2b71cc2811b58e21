"""Checks a ledger from its entries up, by other means than the program's own."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal
from json import loads
from typing import Any
from zoneinfo import ZoneInfo

from bot.points.chain import GENESIS, link
from store.database import Database
from store.ledger import ENTRY_COLUMNS
from store.verify import verify
from tests.chat import Chat

COUNTED = ("accrual", "adjustment")
Sums = dict[Any, int]


@dataclass(frozen=True)
class Books:
    """All rows that matter, as they lie in the database."""

    entries: list[dict[str, Any]]
    uses: list[tuple[Any, ...]]
    lots: Sums
    accounts: dict[int, tuple[Any, ...]]
    scores: Sums
    merged: dict[int, int]
    """Who is another member by now."""


def read(database: Database) -> Books:
    """Everything at one moment."""
    connection = database.connect_to_read()
    try:
        names = [*ENTRY_COLUMNS.split(", "), "hash"]
        rows = connection.rows(f"SELECT {', '.join(names)} FROM entry ORDER BY id")
        return Books(
            [dict(zip(names, row, strict=True)) for row in rows],
            list(connection.rows("SELECT entry, expires_on, points FROM lot_use")),
            _sums(connection.rows("SELECT member, expires_on, remaining FROM lot")),
            {
                row[0]: row[1:]
                for row in connection.rows(
                    "SELECT member, balance, debt, qualifying, last_entry, head FROM account"
                )
                if isinstance(row[0], int)
            },
            _sums(connection.rows("SELECT day, room, member, points FROM score")),
            {
                row[0]: row[1]
                for row in connection.rows(
                    "SELECT member, merged_into FROM account WHERE merged_into IS NOT NULL"
                )
                if isinstance(row[0], int) and isinstance(row[1], int)
            },
        )
    finally:
        connection.close()


def entry_rows(database: Database) -> list[dict[str, Any]]:
    """The entries alone, every column, in order."""
    return read(database).entries


def assert_balanced(chat: Chat) -> None:
    """Every balance, lot, score, hash and reason follows from the entries; and `verify` finds the
    same."""
    books = read(chat.database)
    faults = [*_faults_of_accounts(books), *_faults_of_reasons(books, chat)]
    faults += _differences("lot", _lots(books), books.lots)
    faults += _differences("score", _scores(books, chat.programme.zone), books.scores)
    assert not faults, "\n".join(["the books do not balance:", *faults])
    count, differences = verify(chat.database)
    assert (count, differences) == (len(books.entries), []), "\n".join(differences)


def recomputed(points: dict[str, Any]) -> int:
    """What the stored reasons of an accrual come to: floored once, then cut to what a cap left."""
    exact = (
        Decimal(points.get("worth", points["base"]))
        * Decimal(points.get("units", 1))
        * Decimal(points.get("multiplier", 1))
        * Decimal(points.get("campaign_multiplier", 1))
    )
    whole = int(exact.to_integral_value(ROUND_FLOOR)) + int(points.get("bonus", 0))
    capped = min(whole, int(points.get("cap_left", 10**9)))
    if "budget" in points:
        capped = min(capped, _without_budget(points) + int(points["budget_points"]))
    if "full" in points:
        assert capped == points["full"], points
        return capped * int(points["left_fen"]) // int(points["of_fen"])
    return capped


def _without_budget(points: dict[str, Any]) -> int:
    """What the reasons come to without campaigns that have a budget."""
    plain = {"base": points.get("chosen", points["plain_base"])}
    kept = ("worth", "units", "multiplier", "cap_left")
    plain |= {name: points[name] for name in kept if name in points}
    plain["campaign_multiplier"] = points.get("plain_multiplier", 1)
    return recomputed(plain | {"bonus": points.get("plain_bonus", 0)})


def _faults_of_accounts(books: Books) -> Iterator[str]:
    for member, (balance, debt, qualifying, last_entry, head) in books.accounts.items():
        mine = [entry for entry in books.entries if entry["member"] == member]
        worth, hashed, previous, at = 0, GENESIS, 0, 0
        for entry in mine:
            worth += entry["points"]
            if entry["balance"] - entry["debt"] != worth or min(entry["balance"], entry["debt"]):
                yield f"entry {entry['id']}: balance {entry['balance']}, debt {entry['debt']}"
            if entry["previous"] != previous or entry["at"] < at:
                yield f"entry {entry['id']} does not follow {previous}"
            hashed = link(hashed, [entry[name] for name in ENTRY_COLUMNS.split(", ")])
            if entry["hash"] != hashed:
                yield f"entry {entry['id']} breaks the chain"
            previous, at = entry["id"], entry["at"]
        gained = sum(
            _gained(entry, books)
            for entry in books.entries
            if books.merged.get(entry["member"], entry["member"]) == member
        )
        wanted = (max(worth, 0), max(-worth, 0), gained, previous, hashed)
        if (balance, debt, qualifying, last_entry, head) != wanted:
            yield f"account {member}: {(balance, debt, qualifying, last_entry)}, not {wanted[:4]}"
        if sum(left for (owner, _), left in books.lots.items() if owner == member) != balance:
            yield f"account {member}: the lots do not add up to {balance}"


def _faults_of_reasons(books: Books, chat: Chat) -> Iterator[str]:
    for entry in books.entries:
        if entry["kind"] == "accrual" and recomputed(loads(entry["why"])) != entry["points"]:
            yield f"entry {entry['id']}: {entry['points']} points, because {entry['why']}"


def _lots(books: Books) -> Sums:
    """A gain goes into its own day's lot; everything else says what it moved."""
    lots: Sums = defaultdict(int)
    owners = {entry["id"]: entry["member"] for entry in books.entries}
    for entry in books.entries:
        if entry["kind"] in (*COUNTED, "transfer") and entry["expires_on"]:
            lots[entry["member"], entry["expires_on"]] += entry["points"]
    for entry, day, points in books.uses:
        lots[owners[entry], day] += points
    return lots


def _scores(books: Books, zone: ZoneInfo) -> Sums:
    """A gain counts on the day it was posted; a reversal where its original counted."""
    scores: Sums = defaultdict(int)
    by_id = {entry["id"]: entry for entry in books.entries}
    for entry in books.entries:
        counted = by_id.get(entry["reverses"], entry)
        day = datetime.fromtimestamp(counted["at"] / 1_000_000, UTC).astimezone(zone).date()
        member = books.merged.get(entry["member"], entry["member"])
        place = (day.isoformat(), counted["room"] or 0, member)
        scores[place] += _gained(entry, books)
    return scores


def _gained(entry: dict[str, Any], books: Books) -> int:
    original = next((each for each in books.entries if each["id"] == entry["reverses"]), entry)
    return int(entry["points"]) if original["kind"] in COUNTED else 0


def _sums(rows: list[tuple[Any, ...]]) -> Sums:
    return {row[:-1]: row[-1] for row in rows}


def _differences(what: str, wanted: Sums, found: Sums) -> list[str]:
    places = sorted(set(wanted) | set(found))
    return [
        f"{what} {place}: {found.get(place, 0)}, not {wanted.get(place, 0)}"
        for place in places
        if found.get(place, 0) != wanted.get(place, 0)
    ]
