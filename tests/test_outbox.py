"""What carries value is said at least once, whatever becomes of the bot between the commit and the
note that it was said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import live
from bot import outbox as noting
from bot.clock import from_micros
from bot.extend import Refused, Said, Unreachable
from bot.logs import Logs
from bot.observed import Observed
from bot.outbox import Outbox
from bot.points.types import Reply
from bot.posting.operation import Operation, Result
from bot.posting.posting import Posting
from bot.posting.turn import Turn
from bot.rooms import Rooms
from bot.sink import Sink
from config.loader import load_preset
from store import outbox
from store.database import Database
from store.schema import ensure
from tests.living import Community, Ear, living

AT = 1_793_937_600_000_000
EAR = ["ear"]


def decided(url: str, *texts: str, channel: str = "ear") -> None:
    """A process commits something to be said, and dies before it can say it."""

    def work(turn: Turn) -> None:
        for text in texts:
            turn.announce(channel, "r1", text)

    database = Database(url)
    ensure(database)
    posting = Posting(database, load_preset("standard"), keeping=[channel])
    [result] = posting.run([Operation(at=AT, work=work, cause=f"job:x/{texts[0]}", kind="post")])
    assert result.problem is None
    posting.close()


def states(url: str) -> list[tuple[object, ...]]:
    """(text, state) of every row, in order."""
    connection = Database(url).connect_to_read()
    rows = connection.rows("SELECT text, state FROM outbox ORDER BY id")
    connection.close()
    return list(rows)


async def lived(url: str, ear: Ear | None = None) -> list[Said]:
    """What a start of its own accord says, until it has noted all of it."""
    ear = ear or Ear()
    async with living(url, Observed(), ear=ear, keeping=EAR) as community:
        await community.done()
    return ear.said


def grant(community: Community, points: int = 5) -> str:
    """An admin gives points; the message's id."""
    return community.deliver(
        f"加分 @小美 {points} 帮忙", sender="boss", name="店长", role="owner", mentions=("u1",)
    )


class Paced(Ear):
    """A channel with people at the other end."""

    is_paced = True


@asynccontextmanager
async def logged(url: str, log: Path, ear: Ear) -> AsyncIterator[Community]:
    """A start whose log goes into a file."""
    with log.open("wb") as file:
        observed = Observed(Logs(Sink(file.fileno())))
        async with living(url, observed, ear=ear, keeping=EAR) as community:
            yield community


async def heard(ear: Ear, count: int) -> None:
    """Waits until the channel was told so much."""
    while len(ear.said) < count:
        ear.heard.clear()
        await ear.heard.wait()


async def test_what_a_dead_process_left_unsaid_is_said_once_in_order(database_url: str) -> None:
    decided(database_url, "一", "二")
    decided(database_url, "三")
    said = await lived(database_url)
    assert [one.reply.text for one in said] == ["一", "二", "三"]
    assert said[0] == Said(Reply("一", "r1"), from_micros(AT), "post", "job:x/一", said[0].outbox)
    assert states(database_url) == [("一", "sent"), ("二", "sent"), ("三", "sent")]
    assert await lived(database_url) == []


async def test_what_was_left_unsaid_comes_before_anything_new(database_url: str) -> None:
    decided(database_url, "旧")
    async with living(database_url, Observed(), keeping=EAR) as community:
        grant(community)
        await heard(community.ear, 2)
    assert [one.reply.text.split()[0] for one in community.ear.said] == ["旧", "会员2"]


async def test_what_was_left_unsaid_in_a_room_that_is_closed_is_not_said_any_more(
    database_url: str,
) -> None:
    decided(database_url, "周榜")
    rooms, ear = Rooms(always=()), Paced()
    async with living(database_url, Observed(), rooms=rooms, ear=ear, keeping=EAR) as community:
        await community.done()
    assert ear.said == []
    assert states(database_url) == [("周榜", "void")]


async def test_what_another_channel_has_to_say_is_left_to_it(database_url: str) -> None:
    """As it is where several processes share a database."""
    decided(database_url, "别人的", channel="onebot")
    decided(database_url, "自己的")
    assert [one.reply.text for one in await lived(database_url)] == ["自己的"]
    assert states(database_url) == [("别人的", "waiting"), ("自己的", "sent")]


async def test_a_grant_is_noted_as_said_and_a_check_in_needs_no_note(database_url: str) -> None:
    async with living(database_url, Observed(), keeping=EAR) as community:
        community.deliver("签到")
        message = grant(community)
        await heard(community.ear, 2)
    checkin, granted = community.ear.said
    assert checkin.outbox is None
    assert (granted.cause, granted.outbox is None) == (message, False)
    assert [state for _, state in states(database_url)] == ["sent"]
    assert await lived(database_url) == []


async def test_a_platform_that_is_gone_when_the_bot_leaves_hears_it_from_the_next(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "SAY_S", 0.3)
    ear = Ear(broken=Unreachable("gone"))
    async with living(database_url, Observed(), ear=ear, keeping=EAR) as community:
        message = grant(community)
        await heard(ear, 1)
    assert [state for _, state in states(database_url)] == ["waiting"]
    assert [one.cause for one in await lived(database_url)] == [message]


class Stuck(Ear):
    """A channel whose platform does not answer."""

    async def send(self, said: Said) -> None:
        await super().send(said)
        await asyncio.Event().wait()


async def test_a_bot_that_leaves_with_a_full_outbox_says_it_all_after_the_next_start(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was at may have been heard already, and is said again."""
    monkeypatch.setattr(live, "SAY_S", 0.3)
    async with living(database_url, Observed(), ear=Stuck(), keeping=EAR) as community:
        messages = [grant(community) for _ in range(50)]
        await heard(community.ear, 1)
    assert [one.cause for one in await lived(database_url)] == messages
    assert {state for _, state in states(database_url)} == {"sent"}


async def test_what_is_refused_is_parked_and_said_when_an_operator_asks_for_it(
    database_url: str, tmp_path: Path
) -> None:
    log, ear = tmp_path / "log", Ear(broken=Refused("muted"))
    async with logged(database_url, log, ear) as community:
        message = grant(community)
        community.deliver("签到", sender="u2", name="阿强")
        await community.done()
    assert [state for _, state in states(database_url)] == ["parked"]
    assert log.read_text().count('"not said"') == 2  # the check-in too, which nothing keeps
    async with living(database_url, Observed(), keeping=EAR) as community:
        assert community.app.outbox.parked_count == 1
        await community.done()
    assert community.ear.said == []
    connection = Database(database_url).connect()
    [row] = outbox.unsaid(connection)
    assert row.cause == message
    assert outbox.again(connection, row.id)
    assert not outbox.again(connection, row.id)
    connection.close()
    assert [one.cause for one in await lived(database_url)] == [message]
    assert [state for _, state in states(database_url)] == ["sent"]


async def test_notes_share_transactions_and_leave_no_line_in_the_log(
    database_url: str, tmp_path: Path
) -> None:
    decided(database_url, *(f"第{number}条" for number in range(200)))
    commits: list[None] = []
    async with logged(database_url, tmp_path / "log", Ear()) as community:
        community.app.on_commit.append(lambda: commits.append(None))
        await heard(community.ear, 200)
        await community.done()
    assert {state for _, state in states(database_url)} == {"sent"}
    assert 0 < len(commits) < 20
    assert (tmp_path / "log").read_text() == ""


async def test_a_note_that_the_database_does_not_take_is_written_later(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noting, "AGAIN_S", 0.01)
    decided(database_url, "一")
    posting = Posting(
        Database(database_url, busy_timeout_s=0.05), load_preset("standard"), sleep=_at_once
    )
    problems: list[str | None] = []
    taken = asyncio.Event()

    async def post(operation: Operation) -> Result:
        [result] = await asyncio.to_thread(posting.run, [operation])
        problems.append(result.problem)
        if result.problem is None:
            taken.set()
        elif len(problems) == 1:
            other.rollback()
        return result

    other = Database(database_url).connect()
    other.begin()
    other.run("UPDATE outbox SET refusals = 3")  # whoever wants the row waits for this
    [row] = outbox.waiting(other, EAR)
    notes = Outbox(post, lambda: AT)
    said = Said(row.reply, from_micros(AT), row.kind, row.cause, row.id)
    notes.refused(said)
    notes.sent(said)
    await taken.wait()
    assert problems == ["unavailable", None]
    assert other.rows("SELECT state, refusals, done_at FROM outbox") == [("sent", 1, AT)]
    other.close()
    posting.close()


def _at_once(_: float) -> None:
    """No pause between the tries of a transaction."""
