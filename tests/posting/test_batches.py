"""However messages are gathered into transactions, what is written is the same."""

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.app import dispatch
from bot.clock import to_micros
from bot.points.campaign import Campaign
from bot.points.types import Message, Person, Programme, Rule
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from store.database import Database
from store.verify import verify

START = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)
PEOPLE = ("u1", "u2", "u3")
NAMES = st.sampled_from(["小美", "阿明", "7", ""])
LINES = st.sampled_from(
    ["签到", "签到", "积分", "日榜", "明细", "为什么 1", "加分 @x\u200530 谢谢", "扣分 @x\u20057"]
    + [f"撤销 {number}" for number in range(1, 8)]
    + ["待审核", "通过 1", "通过 2 40", "驳回 3 重复"]
)
TABLES = (
    "entry", "activity", "account", "lot", "lot_use", "score", "note", "inbox", "member",
    "identity", "presence", "room", "tag", "waiting", "budget",
)  # fmt: skip

messages = st.tuples(
    st.sampled_from(["text", "text", "text", "text", "leave", "join"]),
    st.sampled_from(PEOPLE),
    NAMES,
    LINES,
    st.sampled_from(["r1", "r1", "r2", None]),
    st.sampled_from(PEOPLE),
    st.sampled_from([0, 1, 600, 9_000]),
)
Told = tuple[str, str, str, str, str | None, str, int]

_numbers = itertools.count()


def operations(told: Sequence[Told]) -> list[Operation]:
    """What the messages ask for; everybody is an admin."""
    reader, at, found = dispatch(), START, []
    for number, (kind, sender, name, text, room, other, later_s) in enumerate(told):
        at += timedelta(seconds=later_s)
        message = Message(
            "test", f"m{number}", room, sender, at, name, kind,  # type: ignore[arg-type]
            text, "admin", mentions=(other,), people=(Person(other, name),),
        )  # fmt: skip
        asked = reader.read(message, to_micros(at))
        if isinstance(asked, Operation):
            found.append(asked)
    return found


def outcome(
    file: Path,
    programme: Programme,
    asked: Sequence[Operation],
    size: int,
    tables: Sequence[str] = TABLES,
) -> dict[str, object]:
    """All that was said, and every row of these tables. The ledger is right."""
    database = Database(f"sqlite:///{file}")
    posting = Posting(database, programme)
    said = []
    for batch in (asked[start : start + size] for start in range(0, len(asked), size)):
        for result in posting.run(batch):
            assert result.error is None, result.error
            said.append(result.reply and result.reply.text)
    posting.close()
    connection = database.connect_to_read()
    rows = {table: sorted(connection.rows(f"SELECT * FROM {table}"), key=repr) for table in tables}
    connection.close()
    assert verify(database)[1] == []
    file.unlink()
    return {"said": said, **rows}


@example(  # who comes later in a batch finds what the others have left of a budget
    told=[("text", who, "小美", "签到", "r1", who, 1) for who in ("u1", "u2", "u3", "u1")], size=4
)
@settings(
    max_examples=40,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(messages, min_size=2, max_size=14), size=st.integers(2, 14))
@example(  # a name that is taken back within one batch
    told=[("text", "u1", name, "签到", "r1", "u2", 1) for name in ("阿明", "小美", "阿明")], size=3
)
@example(  # one who leaves and speaks again within one batch
    told=[
        ("text", "u1", "小美", "签到", "r1", "u2", 1),
        ("leave", "u2", "小美", "", "r1", "u1", 1),
        ("text", "u1", "小美", "签到", "r1", "u2", 1),
        ("text", "u2", "小美", "总榜", "r1", "u2", 1),
    ],
    size=4,
)
@example(  # decided on by one, and again by another, within one batch
    told=[
        ("text", "u1", "小美", "签到", "r1", "u2", 1),
        ("text", "u2", "阿明", "通过 1 40", "r1", "u1", 1),
        ("text", "u3", "7", "驳回 1", "r1", "u1", 1),
        ("leave", "u2", "小美", "", "r1", "u1", 1),
    ],
    size=4,
)
def test_one_by_one_and_many_at_once_write_the_same_rows_and_say_the_same(
    migrated_sqlite: Path, tmp_path: Path, standard: Programme, told: list[Told], size: int
) -> None:
    asked = operations(told)
    judged = Rule("morning", "checkin", "早安", 20, wait_for="admin", choices=(20, 40))
    small = Campaign(
        "small", "小", rules=frozenset({"checkin", "morning"}), multiplier=Decimal(3),
        budget_points=60,
    )  # fmt: skip
    programme = replace(standard, rules=(*standard.rules, judged), campaigns=(small,))
    found = []
    for most in (1, size):
        file = tmp_path / f"{next(_numbers)}.db"
        shutil.copyfile(migrated_sqlite, file)
        found.append(outcome(file, programme, asked, most))
    assert found[0] == found[1]
