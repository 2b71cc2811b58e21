"""How many messages share a transaction changes nothing: neither what is said nor what is kept."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import dispatch
from bot.clock import from_micros, to_micros
from bot.points.types import Message, Person
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from store.database import Database
from tests.ledger.books import check, dump
from tests.ledger.deeds import START, programme

PEOPLE = ["u1", "u2", "u3", "u4"]
NAMES = ["小美", "阿强 2", "100", ""]
ROOMS = ["g1", "g2", None]
WORDS = ["签到", "打卡", "积分", "明细", "为什么", "日榜", "周榜", "月榜社群", "总榜", "等级"]


@pytest.mark.parametrize("seed", range(4))
def test_the_size_of_batches_changes_nothing(
    sqlite_template: Path, tmp_path: Path, seed: int
) -> None:
    """Joins, leaves, new names, commands of members and admins, twice and contradicting
    themselves; one at a time, a few, and all at once."""
    told = {}
    for size in (1, 3, 17, 1_000):
        chance = random.Random(seed)
        database = Database(f"sqlite:///{tmp_path / f'{size}.db'}")
        (tmp_path / f"{size}.db").write_bytes(sqlite_template.read_bytes())
        posting = Posting(database, programme())
        operations = _operations(chance)
        said = []
        for start in range(0, len(operations), size):
            said += [
                (result.operation.cause, result.problem, result.reply and result.reply.text)
                for result in posting.run(operations[start : start + size])
            ]
        posting.close()
        check(database)
        connection = database.connect()
        kept = dump(connection)
        connection.close()
        del kept["community"]  # the clock is noted once a transaction
        kept["account"] = [_without_first_expiry(row) for row in kept["account"]]
        told[size] = said, kept
    for size in (3, 17, 1_000):
        for one, other in zip(told[1][0], told[size][0], strict=True):
            assert other == one, size
        for table, rows in told[1][1].items():
            assert told[size][1][table] == rows, (size, table)


def _without_first_expiry(row: tuple) -> tuple:
    """It is a bound, and may be lower than it could be."""
    return row[:8] + row[9:]


def _operations(chance: random.Random) -> list[Operation]:
    reader = dispatch(["replay:boss"])
    at, found = from_micros(START), []
    for number in range(120):
        at += timedelta(minutes=chance.choice([0, 0, 1, 300]))
        message = _message(
            chance, f"m{chance.randint(0, number)}" if number % 9 == 8 else f"m{number}", at
        )
        asked = reader.read(message, to_micros(at))
        if isinstance(asked, Operation):
            found.append(asked)
    return found


def _message(chance: random.Random, number: str, at: object) -> Message:
    who, room = chance.choice(PEOPLE), chance.choice(ROOMS)
    other = chance.choice(PEOPLE)
    kind = chance.choice(["text"] * 8 + ["join", "leave"])
    if kind != "text" and room is not None:
        return Message(
            "replay", number, room, who if chance.random() < 0.5 else "", at, kind=kind,
            people=(Person(other, chance.choice(NAMES)),),
        )  # fmt: skip
    admins = [
        f"加分 @{chance.choice(NAMES)} {chance.randint(1, 60)} 理由",
        f"扣分 @{chance.choice(NAMES)} {chance.randint(1, 60)}",
        f"撤销 {chance.randint(1, 30)}",
    ]
    if chance.random() < 0.4:
        return Message(
            "replay", number, room, "boss", at, sender_name="老板", text=chance.choice(admins),
            mentions=(other,),
        )  # fmt: skip
    return Message(
        "replay", number, room, who, at, sender_name=chance.choice(NAMES),
        text=chance.choice(WORDS),
    )  # fmt: skip
