"""Into which lots a gain of two went, and out of which it was taken back, cannot be changed behind
the ledger's back, even where every lot and every balance is made to fit."""

import dataclasses
import json

import pytest

from bot.points.types import Rule
from store.database import Database
from store.verify import verify
from tests.chat import Chat, Clock
from tests.store.sample import PROGRAMME
from tests.store.tampering import Tampering

GOES, LATER, STAYS = "2026-11-10", "2026-11-11", "9999-12-31"
USES = {
    1: {GOES: -51, STAYS: 51},  # a deal of 101, of which 50 go
    2: {GOES: -5, STAYS: 5},  # a gift of 10
    3: {},  # a point, which is for good
    4: {},  # 7 points that all go on LATER
    5: {GOES: -1, STAYS: -1},  # 2 of the deal are taken: floor(2 * 51 / 101) for good
    6: {GOES: -38, STAYS: -37},  # 77 in all: floor(77 * 51 / 101) = 38
    7: {GOES: -16, LATER: -7, STAYS: -19},  # all the rest is spent
    8: {},  # the rest of the deal is a debt of 24
    9: {GOES: -54, STAYS: 30},  # a deal of 60 pays it out of what goes
    10: {GOES: -15, STAYS: 15},  # a deal of 30
}
"""By entry, in order: what was put elsewhere than a plain gain is, and what was taken."""


@pytest.fixture
def chat(ledger: Database) -> Chat:
    """Half of what is earned goes after nine days."""
    rules = (Rule("deal", "deal", "成交", 1), Rule("share", "share", "分享", 7, valid_days=10))
    programme = dataclasses.replace(PROGRAMME, rules=rules, share_percent=50)
    chat = Chat(ledger, programme, Clock())
    chat("小美", "做deal 101", at="11-01")
    chat("店长", "加分 @小美 10 谢谢", admin=True, mentions=["小美"])
    chat("小美", "做deal 1")
    chat("小美", "做share")
    chat("店长", "refund 1 2")
    chat("店长", "refund 1 77")
    chat("小美", "redeem 42")
    chat("店长", "撤销 1", admin=True)
    chat("小美", "做deal 60")
    chat("小美", "做deal 30")
    return chat


@pytest.fixture
def shared(chat: Chat) -> Tampering:
    """Its ledger, when the bot has stopped."""
    chat.bot.stop()
    return Tampering(chat.database)


def uses_of(tampering: Tampering, entry: int) -> dict[str, int]:
    rows = tampering.rows("lot_use")
    return {row["expires_on"]: row["points"] for row in rows if row["entry"] == entry}


def use_otherwise(tampering: Tampering, entry: int, uses: dict[str, int]) -> None:
    """Writes other lot uses for an entry, and makes the lots fit where they hold enough."""
    before = uses_of(tampering, entry)
    assert tampering.execute("DELETE FROM lot_use WHERE entry = ?", [entry])
    for day, points in uses.items():
        assert tampering.execute("INSERT INTO lot_use VALUES (1, ?, ?, ?)", [entry, day, points])
    for day in before.keys() | uses.keys():
        moved = uses.get(day, 0) - before.get(day, 0)
        tampering.execute("INSERT INTO lot VALUES (1, ?, 1, 0) ON CONFLICT DO NOTHING", [day])
        tampering.execute(
            "UPDATE lot SET remaining = remaining + ? WHERE expires_on = ?", [moved, day]
        )


def test_it_is_right_as_it_was_posted(shared: Tampering) -> None:
    assert {number: uses_of(shared, number) for number in USES} == USES
    assert verify(shared.database) == (len(USES), [])


@pytest.mark.parametrize(
    ("entry", "uses"),
    [
        (1, {}),
        (1, {GOES: -52, STAYS: 52}),
        (1, {GOES: -50, STAYS: 50}),
        (1, {GOES: -51, LATER: 51}),
        (2, {}),
        (2, {GOES: -10, STAYS: 10}),
        (3, {LATER: 1, STAYS: -1}),
        (4, {LATER: -3, STAYS: 3}),
        (5, {GOES: -2}),
        (6, {GOES: -37, STAYS: -38}),
        (6, {LATER: -7, GOES: -31, STAYS: -37}),
        (9, {GOES: -30, STAYS: 6}),
        (9, {GOES: -24}),
        (10, {GOES: -16, STAYS: 16}),
        (10, {}),
    ],
)
def test_points_of_an_entry_in_another_lot_are_found(
    shared: Tampering, entry: int, uses: dict[str, int]
) -> None:
    use_otherwise(shared, entry, uses)
    lines = verify(shared.database)[1]
    assert any(line.startswith(f"entry {entry}: its lot uses are not what") for line in lines)


@pytest.mark.parametrize("for_good", [0, 1, 50, 52, 101, 102, -1, "51", None, [51], 51.0])
@pytest.mark.parametrize("entry", [1, 3])
def test_another_number_of_points_for_good_is_found(
    shared: Tampering, entry: int, for_good: object
) -> None:
    row = shared.rows("entry")[entry - 1]
    why = json.dumps({**json.loads(row["why"]), "for_good": for_good})
    with shared.changed("entry", row, "why", why):
        lines = verify(shared.database)[1]
    assert f"entry {entry}: its hash does not fit its columns and the entry before it" in lines
    is_noted = isinstance(for_good, int) and for_good != 0
    wrong = [line for line in lines if line.startswith(f"entry {entry}: its lot uses are not")]
    assert bool(wrong) == (entry == 1 or is_noted)


def test_what_went_counts_as_far_as_the_gain_put_it_there(chat: Chat) -> None:
    """Of the deal of 60, 30 of which go, 24 paid a debt: 6 were in the lot that went with 21."""
    chat("小美", "积分", at="11-12")
    chat("店长", "refund 9 60")
    chat.bot.stop()
    tampering = Tampering(chat.database)
    expiry, reversal = tampering.rows("entry")[-2:]
    assert (expiry["points"], reversal["points"], reversal["debt"]) == (-21, -54, 9)
    assert uses_of(tampering, reversal["id"]) == {STAYS: -45}
    assert verify(chat.database)[1] == []
    key = f"{reversal['key']}/39"
    with tampering.changed("entry", reversal, "key", key):
        lines = verify(chat.database)[1]
    number = reversal["id"]
    assert f"entry {number}: key is {key}, what is taken back of entry 9 gives reversal:9" in lines
