"""The bot as it is run, killed between a commit and what it says of it, or between that and the
note that it was said: points once, words at least once."""

from contextlib import suppress
from http.client import HTTPException
from pathlib import Path

import pytest

from store.database import Database, Row
from tests.ledger.books import check
from tests.started import started, until

KILLS_ITSELF = """
    import os, signal
    from bot.__main__ import main
    from bot.channels.sandbox import Sandbox

    send = Sandbox.send

    async def last_words(self, said):
        if said.outbox is None:
            return await send(self, said)
        if os.environ["DIES"] == "after":
            await send(self, said)
            with open("said", "a") as file:
                file.write(said.cause + "\\n")
        os.kill(os.getpid(), signal.SIGKILL)

    Sandbox.send = last_words
    main()
"""
"""It dies before it says what is kept, or just after: the platform has heard it then, and the
ledger does not know."""


@pytest.mark.parametrize(("dies", "heard"), [("before", 0), ("after", 1)])
def test_a_grant_whose_answer_was_cut_off_is_answered_by_the_next_start_alone(
    tmp_path: Path, dies: str, heard: int
) -> None:
    folder = tmp_path / "bot"
    message = killed_at_a_grant(folder, dies)
    assert said_in(folder) == [message] * heard
    assert rows(folder) == [(message, "waiting")]
    with started(folder) as bot:
        bot.serving()
        until(lambda: message in bot.replies())
        assert bot.stopped() == 0
    assert rows(folder) == [(message, "sent")]
    with started(folder) as bot:
        bot.serving()
        bot.say("xiaomei", "签到")
        until(lambda: len(bot.replies()) == 1)
        assert message not in bot.replies()
        assert bot.stopped() == 0
    connection = ledger(folder).connect_to_read()
    assert connection.rows("SELECT points FROM entry WHERE kind = 'adjustment'") == [(30,)]
    connection.close()
    check(ledger(folder))


@pytest.mark.slow
def test_a_bot_that_dies_of_each_answer_repeats_it_and_pays_once(tmp_path: Path) -> None:
    folder = tmp_path / "bot"
    message = killed_at_a_grant(folder, "after")
    for _ in range(3):
        with started(folder, script=KILLS_ITSELF, DIES="after") as bot:
            assert bot.ended() == -9
    assert said_in(folder) == [message] * 4
    with started(folder) as bot:
        bot.serving()
        until(lambda: rows(folder) == [(message, "sent")])
        assert bot.stopped() == 0
    connection = ledger(folder).connect_to_read()
    assert connection.rows("SELECT points FROM entry WHERE kind = 'adjustment'") == [(30,)]
    connection.close()


def killed_at_a_grant(folder: Path, dies: str) -> str:
    """A life in which an admin gives points, whether or not it lives to acknowledge it; the
    message's id."""
    with started(folder, script=KILLS_ITSELF, DIES=dies) as bot:
        bot.serving()
        with suppress(OSError, HTTPException):
            bot.post("/sandbox/say", speaker="laozhou", text=GRANT, mentions=["xiaomei"])
        assert bot.ended() == -9
    [(message, _)] = rows(folder)
    return str(message)


GRANT = "加分 @小美 30 帮忙"


def said_in(folder: Path) -> list[str]:
    """What was answered by bots that died of it, by the message."""
    said = folder / "said"
    return said.read_text().split() if said.exists() else []


def ledger(folder: Path) -> Database:
    """The sandbox's."""
    return Database(f"sqlite:///{folder / 'data' / 'sandbox.db'}")


def rows(folder: Path) -> list[Row]:
    """(cause, state) of what is kept."""
    connection = ledger(folder).connect_to_read()
    try:
        return connection.rows("SELECT cause, state FROM outbox ORDER BY id")
    finally:
        connection.close()
