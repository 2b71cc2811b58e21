"""A small version of the simulated day: ten rooms whose people all come at once share one account.
That no limit is broken and nobody goes unanswered is checked by the simulation itself."""

from pathlib import Path

import pytest

from benchmarks import day_people
from benchmarks.day import Day


@pytest.mark.slow
def test_a_day_of_ten_rooms_answers_everybody_within_the_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(day_people, "CHATTER", ("收到",))
    monkeypatch.setattr(day_people, "HOUR_S", 60.0)  # everything comes in 24 minutes
    monkeypatch.setattr(day_people, "DAY_S", 24 * 60.0)
    heard = Day(f"sqlite:///{tmp_path / 'day.db'}", rooms=10, members=600, accounts=1).run()
    named = {
        line.partition(" ")[0]
        for *_, saying in heard.sent
        for one in saying.of
        for line in one.said.reply.brief.split("\n")
        if line
    }
    assert len(named) == 600 * day_people.CHECKED_IN
    assert heard.digests > 10
    assert heard.merged > 3 * heard.digests
    assert len(heard.sent) == heard.asked - heard.merged + heard.digests
    assert 1 < max(heard.waits_s) < 600
