"""Recalls, edits and decisions: however they are gathered into transactions, what is written is
the same, and the ledger is right."""

import itertools
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import handlers.commands
from bot.clock import to_micros
from bot.dispatch import Dispatch
from bot.extend import Command, collect
from bot.points.types import Admins, Message, Programme, Rule
from bot.posting.operation import Operation
from tests.posting.test_batches import TABLES, outcome
from tests.requested import written_post

START = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)
RULES = (
    Rule("review", "review", "晒单", 20, "deed", 60, 40, min_pictures=1, bonuses=(50, 100)),
    Rule("video", "post", "视频", 50, wait_for="admin", choices=(50, 100), per="deed"),
    Rule("chat", "chat", "聊天", 1, per="deed", wait_days=1),
)
SAID = st.sampled_from([
    "写review 50分:今天做了一桌子的菜", "写review 90分:这件衣服穿着真舒服", "写post:看这个视频",
    "写post:看那边的另外一个", "写chat:你好呀", "picture h1", "picture h2", "recall", "recall",
    "通过", "加精", "驳回 不好", "1 通过 100", "2 加精", "待审核", "加分 @x\u200550", "again",
])  # fmt: skip
messages = st.tuples(
    st.sampled_from(["u1", "u1", "u2"]),
    SAID,
    st.sampled_from([0, 1, 40, 130]),
    st.sampled_from([1, 1, 2, 3, 4]),
)
Told = tuple[str, str, int, int]
_numbers = itertools.count()


def operations(told: list[Told], programme: Programme) -> list[Operation]:
    """What the messages ask for; everybody is an admin. The last number is how many messages ago
    that was which is recalled, quoted, or said again in other words."""
    reader = Dispatch(collect(handlers.commands, Command), [written_post])
    at, found, ids = START, list[Operation](), list[str]()
    for number, (sender, said, later_s, ago) in enumerate(told):
        at += timedelta(seconds=later_s)
        before = ids[-ago] if ago <= len(ids) else "ahead"
        own = before if said == "again" else f"m{number}"
        kind, _, content = said.partition(" ")
        facts = {"image": content} if kind == "picture" else {"message": before}
        message = Message(
            "test", own, "r1", sender, at, sender,
            {"picture": "image", "recall": "recall"}.get(kind, "text"),  # type: ignore[arg-type]
            "写post:又改了一次" if said == "again" else said, "admin", ("u2",), before,
            facts=facts if kind in ("picture", "recall") else {},
        )  # fmt: skip
        ids.append(own)
        asked = reader.read(message, to_micros(at), programme.lexicon)
        if isinstance(asked, Operation):
            found.append(asked)
    return found


@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(messages, min_size=3, max_size=16), size=st.integers(2, 16))
@example(  # decided on, added to, and taken back in one batch
    told=[
        ("u1", "picture h1", 0, 1),
        ("u1", "写review 50分:今天做了一桌子的菜", 1, 1),
        ("u2", "加精", 1, 1),
        ("u1", "recall", 1, 2),
        ("u1", "写review 50分:今天做了一桌子的菜", 1, 1),
    ],
    size=5,
)
def test_one_by_one_and_many_at_once_are_the_same(
    migrated_sqlite: Path, tmp_path: Path, standard: Programme, told: list[Told], size: int
) -> None:
    programme = replace(standard, rules=(*standard.rules, *RULES), admins=Admins(200, 90))
    asked = operations(told, programme)
    tables, found = (*TABLES, "post", "gram", "claim", "decision"), []
    for most in (1, size):
        file = tmp_path / f"{next(_numbers)}.db"
        shutil.copyfile(migrated_sqlite, file)
        found.append(outcome(file, programme, asked, most, tables))
    assert found[0] == found[1]
