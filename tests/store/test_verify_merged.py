"""What was damaged of members who have become one is found as well."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import store.verify
from store.database import Database
from store.export import export
from store.schema import ensure
from store.simulate import simulate
from store.verify import verify
from tests.chat import SUPERUSER, Chat, Clock
from tests.databases import PostgresServer
from tests.store.sample import PROGRAMME
from tests.store.tampering import Row, Tampering, flipped
from tests.test_stories_identity import bind, give

ENTRIES = 19


def fill(database: Database) -> None:
    """美美 and 阿强 become 小美, one before the other; then an old entry of each is taken back."""
    ensure(database)
    chat = Chat(database, PROGRAMME, Clock())
    try:
        chat("店长", "签到", at="11-01")
        chat("小美", "签到", at="11-01 12:01")
        chat("美美", "签到", at="11-02")
        chat("美美", "做share")
        give(chat, "美美", 50)
        chat("美美", "签到", at="11-03")
        chat("小美", "签到", at="11-03 12:01")
        give(chat, "阿强", 30)
        chat("阿强", "redeem 25")
        chat(SUPERUSER, "撤销 8")
        bind(chat, "小美", "美美")
        bind(chat, "小美", "阿强")
        chat("阿强", "签到", at="11-04")
        chat(SUPERUSER, "撤销 5")
        chat(SUPERUSER, "撤销 9")
    finally:
        chat.bot.stop()


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def merged(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Tampering]:
    """Such a ledger for all tests here: each undoes what it has changed."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path_factory.mktemp('merged') / 'bot.db'}")
        fill(database)
        yield Tampering(database)
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    name = server.create()
    database = Database(server.url(name))
    fill(database)
    yield Tampering(database)
    server.drop(name)


def _of(merged: Tampering, table: str, **wanted: object) -> Row:
    return next(
        row for row in merged.rows(table) if all(row[key] == wanted[key] for key in wanted)
    )


def test_it_is_right_as_it_stands(merged: Tampering) -> None:
    assert verify(merged.database) == (ENTRIES, [])


def test_it_is_right_however_few_are_recounted_at_once(
    merged: Tampering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.verify, "AT_ONCE", 3)
    assert verify(merged.database) == (ENTRIES, [])


@pytest.mark.parametrize(
    "column",
    ["balance", "debt", "qualifying", "qualifying_entry", "run", "run_on", "total_days",
     "counters", "waiting", "shields", "active_on", "formers", "merged_into", "head",
     "last_entry"],
)  # fmt: skip
def test_a_bit_of_either_account_is_missed(merged: Tampering, column: str) -> None:
    for row in merged.rows("account"):
        value = flipped(row[column], "account", column)
        with merged.changed("account", row, column, value) as is_done:
            if is_done:
                _, lines = verify(merged.database)
                assert any(line.startswith(f"account {row['member']}") for line in lines), lines


def test_the_peak_lies_between_what_was_reached_apart_and_together(merged: Tampering) -> None:
    row = _of(merged, "account", member=2)
    for peak in (row["qualifying"] - 1, 10**6):
        with merged.changed("account", row, "peak", peak):
            assert any("peak" in line for line in verify(merged.database)[1])


@pytest.mark.parametrize("column", ["member", "points", "key", "expires_on", "actor", "why"])
def test_a_bit_of_a_transfer_is_missed(merged: Tampering, column: str) -> None:
    transfers = [row for row in merged.rows("entry") if row["kind"] == "transfer"]
    assert len(transfers) == 6
    for row in transfers:
        value = flipped(row[column], "entry", column)
        with merged.changed("entry", row, column, value) as is_done:
            if is_done:
                _, lines = verify(merged.database)
                assert any(line.startswith(f"entry {row['id']}:") for line in lines), lines


def test_an_identity_that_names_who_is_no_member_is_found(merged: Tampering) -> None:
    row = _of(merged, "identity", external_id="美美")
    with merged.changed("identity", row, "member", 5):
        _, lines = verify(merged.database)
    assert lines == ["identity 美美: member is 5, which is member 2 by now"]


def test_a_member_that_the_journal_calls_another_must_be_one(merged: Tampering) -> None:
    row = _of(merged, "account", member=5)
    with merged.changed("account", row, "merged_into", None):
        _, lines = verify(merged.database)
    assert any(line.endswith("tells that member 5 is another by now, account 5 does not")
               for line in lines), lines  # fmt: skip
    row = _of(merged, "account", member=1)
    with merged.changed("account", row, "merged_into", 2):
        _, lines = verify(merged.database)
    assert "account 1: merged_into is 2, but no activity tells of it" in lines


def test_exports_know_one_member(merged: Tampering, tmp_path: Path) -> None:
    """Their points, entries and deeds are those of the one whom the shop knows."""
    found = {}
    for what in ("balances", "members", "entries", "activities"):
        out = tmp_path / f"{what}.jsonl"
        export(merged.database, what, "jsonl", out)
        found[what] = out.read_text("utf-8").splitlines()
    for what in ("balances", "members"):
        assert [line.partition(",")[0] for line in found[what]] == [
            '{"member": 1', '{"member": 2', '{"member": 4'
        ]  # fmt: skip
    for what in ("entries", "activities"):
        assert not any('"member": 3' in line or '"member": 5' in line for line in found[what])
        assert not any('"external_id": ""' in line for line in found[what])


def test_rules_can_be_tried_on_what_they_have_done(merged: Tampering) -> None:
    """Each of their histories is judged as it was lived."""
    simulated = simulate(merged.database, PROGRAMME, None, None)
    assert simulated.deeds == len(merged.rows("activity"))
