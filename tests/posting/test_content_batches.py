"""However posts and pictures are gathered into transactions, what is written is the same."""

import itertools
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import handlers.commands
from bot.clock import to_micros
from bot.dispatch import Dispatch
from bot.extend import Command, collect
from bot.points.types import Message, Programme
from bot.posting.operation import Operation
from tests.points.likeness_pairs import BASE, RICE
from tests.posting.test_batches import TABLES, outcome
from tests.posts import RECOGNISERS, REVIEW, posting_programme

START = datetime(2026, 11, 1, 15, 0, tzinfo=UTC)
SAID = st.sampled_from([
    f"晒:{BASE}", f"晒单A1:{RICE}", f"晒单A1:{BASE}", f"帖:{RICE}", f"图:{BASE}", "你好呀",
    "picture h1", "picture h1", "picture h2", "picture h3", "picture ", "积分", "撤销 1",
])  # fmt: skip
messages = st.tuples(
    st.sampled_from(["u1", "u1", "u2"]),
    SAID,
    st.sampled_from([0, 1, 40, 100, 130]),
    st.sampled_from([0, 0, 0, 1, 2, 3]),
)
Told = tuple[str, str, int, int]
_numbers = itertools.count()


def operations(told: Sequence[Told], programme: Programme) -> list[Operation]:
    """What the messages ask for; the last number is how many messages ago it was said already."""
    reader = Dispatch(collect(handlers.commands, Command), RECOGNISERS)
    at, sent, found = START, list[Message](), list[Operation]()
    for number, (sender, said, later_s, ago) in enumerate(told):
        at += timedelta(seconds=later_s)
        kind, _, content = said.partition(" ")
        is_picture = kind == "picture"
        message = Message(
            "test", f"m{number}", "r1", sender, at, sender, "image" if is_picture else "text",
            "" if is_picture else said, "admin",
            facts={"image": content} if is_picture and content else {},
        )  # fmt: skip
        sent.append(sent[-ago] if 0 < ago <= len(sent) else message)
        asked = reader.read(sent[-1], to_micros(at), programme.lexicon)
        if isinstance(asked, Operation):
            found.append(asked)
    return found


@settings(
    max_examples=60,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(messages, min_size=3, max_size=14), size=st.integers(2, 14))
@example(  # chat of this very batch is taken back
    told=[("u1", f"图:{BASE}", 0, 0), ("u1", "picture h1", 1, 0), ("u1", "picture h1", 1, 1)],
    size=3,
)
@example(  # two at one picture, and at one order
    told=[
        ("u1", f"晒单A1:{BASE}", 0, 0),
        ("u2", f"晒单A1:{RICE}", 1, 0),
        ("u2", "picture h1", 1, 0),
        ("u1", "picture h1", 1, 0),
        ("u1", "picture h2", 1, 0),
    ],
    size=5,
)
def test_posts_one_by_one_and_many_at_once_are_the_same(
    migrated_sqlite: Path, tmp_path: Path, standard: Programme, told: list[Told], size: int
) -> None:
    programme = posting_programme(standard, replace(REVIEW, min_pictures=2))
    asked = operations(told, programme)
    tables, found = (*TABLES, "post", "gram", "claim"), []
    for most in (1, size):
        file = tmp_path / f"{next(_numbers)}.db"
        shutil.copyfile(migrated_sqlite, file)
        found.append(outcome(file, programme, asked, most, tables))
    assert found[0] == found[1]
