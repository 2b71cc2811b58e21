"""A night with many lots, beside check-ins: what `make bench` measures, smaller and with room for
a busy machine."""

from pathlib import Path
from statistics import quantiles

import pytest

from benchmarks import community
from benchmarks.expiry import night, prepare
from store.database import Database

LOTS = 50_000


@pytest.mark.slow
async def test_many_lots_end_in_a_night_and_members_are_answered_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice the 60 s that a million may take, and the 0.2 s that a check-in may."""
    monkeypatch.setattr(community, "collect_seldom", lambda: None)
    path = tmp_path / "night.db"
    prepare(path, LOTS)
    seconds, taken = await night(path, LOTS, 1)
    connection = Database(f"sqlite:///{path}").connect_to_read()
    left = connection.rows("SELECT count(*) FROM lot WHERE expires_on < '2027-08-01'")
    booked = connection.rows("SELECT count(*), count(DISTINCT member) FROM entry"
                             " WHERE kind = 'expiry'")  # fmt: skip
    connection.close()
    assert (left, booked) == ([(0,)], [(LOTS, LOTS)])
    assert seconds < LOTS * 120e-6
    assert quantiles(taken, n=100)[98] < 0.4
