"""Which of the bot's words are kept until they have been said: those that carry value."""

import json
from dataclasses import replace

import pytest

from bot.clock import to_micros
from bot.points.types import Programme, Reply, Rule
from bot.posting import forget
from bot.posting.operation import Operation
from bot.posting.posting import Posting
from bot.posting.turn import Turn
from store import outbox
from store.database import Database
from tests.chat import CHANNEL, ROOM, SUPERUSER, Chat


@pytest.fixture
def programme(standard: Programme) -> Programme:
    """Check-ins, and shares that an admin decides on."""
    share = Rule("share", "share", "分享", 10, wait_for="admin")
    return replace(standard, rules=(*standard.rules, share))


def kept(chat: Chat) -> list[tuple[object, ...]]:
    """(channel, room, text) of what waits, in order."""
    return chat.rows("SELECT channel, room, text FROM outbox WHERE state = 'waiting' ORDER BY id")


def grant(chat: Chat, who: str = "小美", points: int = 50) -> str:
    """What an admin hears of a grant."""
    [said] = chat("店长", f"加分 @{who} {points} 帮忙", admin=True, mentions=[who])
    return said


def test_a_grant_is_kept_as_it_is_said_and_nothing_of_it_is_lost(chat: Chat) -> None:
    said = grant(chat)
    assert kept(chat) == [(CHANNEL, ROOM, said)]
    [result] = chat.results
    assert result.reply is not None
    [(row,)] = chat.rows("SELECT id FROM outbox")
    assert result.row_of(result.reply) == row
    connection = chat.read()
    [found] = outbox.waiting(connection, [CHANNEL])
    connection.close()
    assert found.reply == replace(result.reply, brief="")
    assert (found.kind, found.cause, found.at) == ("reply", "m1", result.operation.at)
    assert found == result.outgoing[0]


def test_check_ins_and_questions_leave_no_row(chat: Chat) -> None:
    """Whoever does not see the answer asks again, and hears the same."""
    for text in ("签到", "签到", "积分", "排行榜", "帮助"):
        assert chat("小美", text)
    assert chat.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_a_command_that_comes_to_nothing_leaves_no_row(chat: Chat) -> None:
    assert chat("小美", "加分 @阿强 50 自己人", mentions=["阿强"])  # who is no admin
    assert chat("店长", "加分 @阿强", admin=True, mentions=["阿强"])
    assert chat("店长", "撤销 4711", admin=True)
    assert chat("店长", "通过 4711", admin=True)
    assert chat.rows("SELECT count(*) FROM outbox") == [(0,)]


@pytest.mark.parametrize("is_private", [True, False])
def test_a_bind_code_is_kept_nowhere(chat: Chat, is_private: bool) -> None:
    """In a room it is told privately, beside the reply."""
    said = chat("小美", "绑定", private=is_private)
    said += [notice.text for _, notice in chat.results[0].notices]
    assert "绑定码 " in said[-1]
    assert chat.rows("SELECT count(*) FROM outbox") == [(0,)]


def test_a_deed_for_an_admin_is_kept_with_its_card_and_its_decision(chat: Chat) -> None:
    """The card for the admins, then the decision: to the admin, and privately to the member."""
    chat("小美", "做share")
    [(asks,)] = chat.rows("SELECT asks FROM outbox")
    approving = json.loads(str(asks))[0]
    assert approving.endswith(" 通过")
    [said] = chat("店长", f"{approving.replace('通过', '驳回')} 不清楚", admin=True)
    assert [(room, text) for _, room, text in kept(chat)][1:] == [
        (ROOM, said),
        (None, chat.results[0].notices[0][1].text),
    ]


def test_what_is_delivered_twice_has_one_row(chat: Chat) -> None:
    for _ in range(2):
        chat("店长", "加分 @小美 5 帮忙", admin=True, mentions=["小美"], id="x")
    assert chat.rows("SELECT cause FROM outbox") == [("x",)]


def test_what_a_job_says_is_kept(chat: Chat) -> None:
    """The reminder that a request has waited for a day."""
    chat("小美", "做share")
    before = len(kept(chat))
    chat.move_to("11-03 12:00")
    results = chat.bot.run_jobs(chat.clock.now())
    notices = [notice for result in results for _, notice in result.notices]
    assert notices
    assert [text for *_, text in kept(chat)][before:] == [notice.text for notice in notices]
    causes = chat.rows("SELECT cause FROM outbox WHERE cause LIKE 'job:%'")
    assert len(causes) == len(notices)


def test_other_channels_and_a_replay_keep_nothing(ledger: Database, programme: Programme) -> None:
    posting = Posting(ledger, programme, keeping=["elsewhere"])
    operation = Operation(at=10**15, work=_announces, cause="job:x/2026-11-01", kind="post")
    posting.run([operation])
    posting.close()
    connection = ledger.connect_to_read()
    assert outbox.unsaid(connection) == []
    connection.close()


def test_a_text_that_no_database_keeps_takes_nothing_with_it(
    ledger: Database, programme: Programme
) -> None:
    def work(turn: Turn) -> None:
        turn.notices.append((CHANNEL, Reply("\0 and \ud800", "r", ("\ud800",), picture=b"\0PNG")))

    posting = Posting(ledger, programme, keeping=[CHANNEL])
    [result] = posting.run([Operation(at=10**15, work=work, cause="job:x/2026-11-01")])
    posting.close()
    assert result.problem is None
    connection = ledger.connect_to_read()
    [row] = outbox.waiting(connection, [CHANNEL])
    connection.close()
    assert row.reply == Reply("\\x00 and \\ud800", "r", ("\ud800",), picture=b"\0PNG")


def test_an_operation_that_fails_leaves_no_row_and_its_neighbours_do(
    ledger: Database, programme: Programme
) -> None:
    def fails(turn: Turn) -> None:
        _announces(turn)
        raise ValueError("a bug")

    works = [_announces, fails, _announces]
    posting = Posting(ledger, programme, keeping=[CHANNEL])
    results = posting.run(
        [
            Operation(at=10**15, work=work, cause=f"job:x/{number}")
            for number, work in enumerate(works)
        ]
    )
    posting.close()
    assert [result.problem for result in results] == [None, "bug", None]
    connection = ledger.connect_to_read()
    assert [row.cause for row in outbox.unsaid(connection)] == ["job:x/0", "job:x/2"]
    connection.close()


def test_what_was_said_or_parked_is_forgotten_after_30_days_and_what_waits_is_not(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The nightly job goes on where it stopped: here it forgets two at a time."""
    monkeypatch.setattr(forget, "AT_ONCE", 2)
    for _ in range(6):
        grant(chat)
    connection = chat.database.connect()
    done_at = to_micros(chat.clock.now())
    outbox.Outbox(connection, 1).mark([1, 2, 3], "sent", done_at)
    outbox.Outbox(connection, 1).mark([4, 5], "parked", done_at)
    connection.close()
    chat.move_to("12-01 03:00")
    chat.bot.run_jobs(chat.clock.now())
    assert len(chat.rows("SELECT id FROM outbox")) == 6
    chat.move_to("12-02 04:00")
    chat.bot.run_jobs(chat.clock.now())
    assert chat.rows("SELECT id, state FROM outbox") == [(6, "waiting")]


def test_superusers_grants_are_kept_from_private_chats_too(chat: Chat) -> None:
    chat("小美", "签到")
    [said] = chat(SUPERUSER, "加分 @小美 5 帮忙", private=True, mentions=["小美"])
    assert kept(chat) == [(CHANNEL, None, said)]


def _announces(turn: Turn) -> None:
    turn.announce(CHANNEL, "r", "公告")
