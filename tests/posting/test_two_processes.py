"""Two processes serve one community: what one has seen, the other does not take for unchanged."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.clock import to_micros
from bot.points.campaign import Campaign
from bot.points.types import Admins, Message, MessageKind, Programme, Recheck, Rule, Tier
from bot.posting import recheck
from bot.posting.operation import Operation, Result
from bot.scheduler import Scheduler
from scheduled.recheck import recheck as yearly
from store.database import Database
from tests.books import assert_balanced
from tests.chat import CHANNEL, SUPERUSER, Bot, Chat, Clock
from tests.requested import written_post


@pytest.fixture
def shared(postgres_ledger: Database, standard: Programme, clock: Clock) -> Iterator[Chat]:
    """A community on PostgreSQL, where several processes may write at once."""
    chat = Chat(postgres_ledger, standard, clock)
    yield chat
    chat.bot.stop()


@contextmanager
def other_process(chat: Chat, other: Bot) -> Iterator[None]:
    """What is said here is heard by the other process."""
    mine, chat.bot = chat.bot, other
    yield
    chat.bot = mine


@pytest.fixture
def other(shared: Chat) -> Iterator[Bot]:
    """The other process."""
    bot = Bot(shared.database, shared.programme)
    yield bot
    bot.stop()


def test_a_day_counts_once_over_two_processes(shared: Chat, other: Bot) -> None:
    assert shared("甲", "签到")[0].startswith("+5 积分")
    with other_process(shared, other):
        assert shared("甲", "签到") == ["今天已经签到过了,连续 1 天,余额 5"]
        assert shared("甲", "签到", at="11-02")[0].startswith("+5 积分,连续 2 天,余额 10")
    assert shared("甲", "签到") == ["今天已经签到过了,连续 2 天,余额 10"]


def test_points_spent_in_one_process_are_gone_in_the_other(shared: Chat, other: Bot) -> None:
    shared(SUPERUSER, "加分 @x\u200550", mentions=["甲"])
    with other_process(shared, other):
        assert shared("甲", "redeem 40") == ["-40"]
    assert shared("甲", "redeem 40") == ["余额不够"]
    assert shared(SUPERUSER, "撤销 1") == ["已撤销 #1:甲 -50 积分,余额 0,欠 40 分,流水 #3"]
    with other_process(shared, other):
        assert shared(SUPERUSER, "撤销 1") == ["流水 #1:已经撤销过了"]


def test_a_message_that_one_process_has_done_is_a_duplicate_in_the_other(
    shared: Chat, other: Bot
) -> None:
    shared("甲", "签到", id="a")
    with other_process(shared, other):
        assert shared("甲", "签到", id="a") == []
        assert shared.results[0].problem == "duplicate"


def test_who_leaves_in_one_process_and_comes_back_in_the_other_is_there(
    shared: Chat, other: Bot
) -> None:
    shared("甲", "签到")
    with other_process(shared, other):
        shared("", kind="leave", people=["甲"])
    assert "甲" not in shared("乙", "总榜")[0]
    shared("", kind="join", people=["甲"])
    assert "甲" in shared("乙", "总榜")[0]


def test_the_last_name_stands_whichever_process_heard_it(shared: Chat, other: Bot) -> None:
    shared("u1", "签到", name="小美")
    with other_process(shared, other):
        shared("u1", "签到", name="大美", at="11-02")
    shared("u1", "签到", name="小美", at="11-03")
    assert shared.rows("SELECT name FROM member") == [("小美",)]


@pytest.fixture
def judged(postgres_ledger: Database, standard: Programme, clock: Clock) -> Iterator[Chat]:
    """A community where an admin decides on reviews."""
    review = Rule("review", "review", "晒单", 20, wait_for="admin")
    chat = Chat(postgres_ledger, replace(standard, rules=(*standard.rules, review)), clock)
    yield chat
    chat.bot.stop()


def test_two_admins_at_once_decide_once(judged: Chat) -> None:
    """Abuse: two admins at once."""
    for number in range(12):
        judged(f"会员{number}", "做review")
    others = [Bot(judged.database, judged.programme) for _ in range(2)]
    reader, start = others[0].dispatch, threading.Barrier(2)

    def decide(bot: Bot, who: str, text: str) -> list[Result]:
        results = []
        start.wait()
        for number in range(1, 13):
            message = Message(
                CHANNEL, f"{who}{number}", "r1", who, judged.clock.now(),
                text=f"{text} {number}", role="admin",
            )  # fmt: skip
            asked = reader.read(message, to_micros(judged.clock.now()))
            assert isinstance(asked, Operation)
            results += bot.run([asked])
        return results

    with ThreadPoolExecutor(2) as pool:
        both = [
            pool.submit(decide, bot, who, text)
            for bot, who, text in zip(others, ("店长", "老板"), ("通过", "驳回"), strict=True)
        ]
        answers = [[result.reply.text for result in one.result() if result.reply] for one in both]
    for bot in others:
        bot.stop()
    for one, other in zip(*answers, strict=True):
        assert sum(text.startswith("已") for text in (one, other)) == 1, (one, other)
        assert sum(" 已经由" in text for text in (one, other)) == 1
    posted = sum(text.startswith("已通过") for text in answers[0])
    assert judged.rows("SELECT count(*) FROM entry") == [(posted,)]
    assert_balanced(judged)


def test_a_recall_and_an_approval_at_once_leave_nothing(shared: Chat) -> None:
    """Whichever is first: what was let count is taken back, what was taken back cannot count."""
    video = Rule("video", "post", "视频", 50, wait_for="admin", per="deed", bonuses=(20,))
    programme = replace(shared.programme, rules=(*shared.programme.rules, video))
    bots = [Bot(shared.database, programme, [written_post]) for _ in range(3)]
    reader, start, now = bots[0].dispatch, threading.Barrier(3), shared.clock.now()

    def run(bot: Bot, *messages: Message) -> list[Result]:
        asked = [reader.read(message, to_micros(now), programme.lexicon) for message in messages]
        return [result for one in asked if isinstance(one, Operation) for result in bot.run([one])]

    def say(number: int, who: str, text: str, kind: MessageKind = "text") -> Message:
        return Message(
            CHANNEL, f"{who}{text}{number}{kind}", "r1", who, now, kind=kind, text=text,
            role="admin", quote=f"会员{number}写post:第{number}个视频{number}text",
            facts={"message": f"会员{number}写post:第{number}个视频{number}text"},
        )  # fmt: skip

    for number in range(10):
        run(bots[0], say(number, f"会员{number}", f"写post:第{number}个视频"))

    def all_of(bot: Bot, who: str, text: str, kind: MessageKind) -> list[Result]:
        start.wait()
        said = [say(number, who or f"会员{number}", text, kind) for number in range(10)]
        return [result for message in said for result in run(bot, message)]

    jobs = (("店长", "通过", "text"), ("老板", "加精", "text"), ("", "", "recall"))
    with ThreadPoolExecutor(3) as pool:
        done = [pool.submit(all_of, bot, *job) for bot, job in zip(bots, jobs, strict=True)]  # type: ignore[arg-type]
        results = [result for one in done for result in one.result()]
    for bot in bots:
        bot.stop()
    assert not [result.problem for result in results if result.problem]
    assert shared.rows("SELECT count(*) FROM waiting") == [(0,)]
    assert shared.rows("SELECT CAST(sum(balance) AS BIGINT) FROM account") == [(0,)]
    assert shared.rows("SELECT CAST(sum(debt) AS BIGINT) FROM account") == [(0,)]
    assert_balanced(shared)


def test_one_admin_in_two_processes_gives_no_more_than_their_day_has(shared: Chat) -> None:
    people = [[f"{side}{number}" for number in range(8)] for side in "甲乙"]
    programme = replace(shared.programme, admins=Admins(1_000))
    bots = [Bot(shared.database, programme) for _ in range(2)]
    reader, start = bots[0].dispatch, threading.Barrier(2)

    def give(bot: Bot, side: list[str]) -> list[Result]:
        results = []
        start.wait()
        for who in side:
            message = Message(
                CHANNEL, who, "r1", "店长", shared.clock.now(), role="admin",
                text=f"加分 @{who} 90", mentions=(who,),
            )  # fmt: skip
            asked = reader.read(message, to_micros(shared.clock.now()))
            assert isinstance(asked, Operation)
            results += bot.run([asked])
        return results

    with ThreadPoolExecutor(2) as pool:
        both = [*pool.map(give, bots, people)]
    for bot in bots:
        bot.stop()
    said = [result.reply.text for side in both for result in side if result.reply]
    assert sum("+90 积分" in text for text in said) == 11
    assert sum("不够了,还能给 10 分" in text for text in said) == 5
    assert shared.rows("SELECT CAST(sum(points) AS BIGINT) FROM entry") == [(990,)]
    assert_balanced(shared)


def test_a_newcomers_task_is_done_once_over_two_processes(shared: Chat, other: Bot) -> None:
    task = Rule("task", "newcomer_task", "新人任务", 50, reply="完成{name} +{points}",
                needs_times=2, counts=("checkin",), within_days=7)  # fmt: skip
    welcome = Rule("welcome", "welcome", "新人礼", 1)
    programme = replace(shared.programme, rules=(*shared.programme.rules, welcome, task))
    shared.bot.posting.programme = other.posting.programme = programme
    shared("", kind="join", people=["甲"])
    shared("甲", "签到")
    with other_process(shared, other):
        assert shared("甲", "签到", at="11-02")[0].endswith("\n完成新人任务 +50")
    assert "新人任务" not in shared("甲", "签到", at="11-03")[0]
    assert shared.rows("SELECT count(*) FROM entry WHERE rule = 'task'") == [(1,)]


def test_two_processes_at_once_give_a_budget_once(shared: Chat) -> None:
    """Twenty members in each check in, four a transaction. 205 points on top are enough for 20 of
    them and a half; then another campaign has its turn, with 1 point to give."""
    people = [[f"{side}{number}" for number in range(20)] for side in "甲乙"]
    campaigns = tuple(
        Campaign(name, name, rules=frozenset({"checkin"}), multiplier=Decimal(3),
                 budget_points=points)
        for name, points in (("second", 205), ("first", 1))
    )  # fmt: skip
    programme = replace(shared.programme, campaigns=campaigns)
    bots = [Bot(shared.database, programme) for _ in range(2)]
    reader, start = bots[0].dispatch, threading.Barrier(2)

    def check_in(bot: Bot, side: list[str]) -> list[Result]:
        results = []
        start.wait()
        for begin in range(0, len(side), 4):
            asked = []
            for who in side[begin : begin + 4]:
                message = Message(CHANNEL, who, "r1", who, shared.clock.now(), text="签到")
                operation = reader.read(message, to_micros(shared.clock.now()))
                assert isinstance(operation, Operation)
                asked.append(operation)
            results += bot.run(asked)
        return results

    with ThreadPoolExecutor(2) as pool:
        both = [*pool.map(check_in, bots, people)]
    for bot in bots:
        bot.stop()
    assert not [result.problem for side in both for result in side if result.problem]
    paid = sorted(points for (points,) in shared.rows("SELECT points FROM entry"))
    assert paid == [5] * 18 + [6, 10] + [15] * 20
    given = shared.rows("SELECT campaign, points FROM budget ORDER BY campaign")
    assert given == [("first", 1), ("second", 205)]
    assert_balanced(shared)


def test_a_budget_that_the_other_process_holds_is_waited_for(shared: Chat, other: Bot) -> None:
    bonus = Campaign("bonus", "加分", bonus=10, budget_points=15)
    programme = replace(shared.programme, campaigns=(bonus,))
    shared.bot.posting.programme = other.posting.programme = programme
    assert shared("甲", "签到")[0].startswith("+15 积分")
    with other_process(shared, other):
        assert shared("乙", "签到")[0].startswith("+10 积分")
        assert shared("丙", "签到")[0].startswith("+5 积分")
    assert shared("丁", "签到")[0].startswith("+5 积分")


def test_two_admins_tagging_at_once_put_no_tag_too_many(shared: Chat) -> None:
    shared("甲", "签到")
    bots = [Bot(shared.database, shared.programme) for _ in range(2)]
    reader, start = bots[0].dispatch, threading.Barrier(2)

    def put(bot: Bot, who: str) -> list[str]:
        said = []
        start.wait()
        for number in range(12):
            message = Message(
                CHANNEL, f"{who}{number}", "r1", who, shared.clock.now(),
                text=f"标签 @甲 {who}{number}", role="admin", mentions=("甲",),
            )  # fmt: skip
            asked = reader.read(message, to_micros(shared.clock.now()))
            assert isinstance(asked, Operation)
            said += [result.reply.text for result in bot.run([asked]) if result.reply]
        return said

    with ThreadPoolExecutor(2) as pool:
        said = [text for side in pool.map(put, bots, ("店长", "老板")) for text in side]
    for bot in bots:
        bot.stop()
    assert sum("已经有 20 个" in text for text in said) == 4
    assert shared.rows("SELECT count(*), count(DISTINCT tag) FROM tag") == [(20, 20)]


def test_two_processes_at_a_job_in_pages_do_each_page_once(
    shared: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten members fall from silver, two at a time, while all of them check in."""
    monkeypatch.setattr(recheck, "AT_ONCE", 2)
    tiers = (Tier("a", "普通", 0), Tier("b", "白银", 100))
    programme = replace(shared.programme, tiers=tiers, recheck=Recheck((1, 1)))
    people = [f"会员{number}" for number in range(10)]
    for who in people:
        shared(SUPERUSER, f"加分 @{who} 100", mentions=[who])
    shared.move_to("2028-01-01 00:20")
    now = shared.clock.now()
    [job] = Scheduler([yearly], programme.zone, now - timedelta(minutes=1), {}).operations(now)
    bots = [Bot(shared.database, programme) for _ in range(3)]
    reader, start = bots[0].dispatch, threading.Barrier(3)

    def work(bot: Bot) -> list[Result]:
        bot.posting.yields = True
        start.wait()
        results = bot.run([job])
        while results[-1].rest is not None:
            results += bot.run([job])
        return results

    def talk(bot: Bot) -> list[Result]:
        results = []
        start.wait()
        for who in people:
            message = Message(CHANNEL, who, "r1", who, now, text="签到")
            asked = reader.read(message, to_micros(now))
            assert isinstance(asked, Operation)
            results += bot.run([asked])
        return results

    with ThreadPoolExecutor(3) as pool:
        done = [pool.submit(*one) for one in zip((work, work, talk), bots, strict=True)]
        results = [result for one in done for result in one.result()]
    for bot in bots:
        bot.stop()
    assert not [result.problem for result in results if result.problem]
    assert sum(len(result.notices) for result in results) == len(people)
    assert shared.rows("SELECT DISTINCT set_aside, qualifying FROM account WHERE peak > 0") == [
        (100, 105)
    ]
    assert_balanced(shared)


def test_who_was_merged_in_one_process_is_one_member_in_the_other(
    shared: Chat, other: Bot
) -> None:
    """The other process has both of them, and the boards, in its memory."""
    shared("甲", "签到")
    shared("乙", "签到")
    with other_process(shared, other):
        assert shared("甲", "总榜社群") == ["社群总榜\n1. 甲 5 ←你\n1. 乙 5\n你第 1 名,5 分"]
        assert shared("甲", "月榜社群")[0].count("\n") == 3
        assert shared("乙", "签到") == ["今天已经签到过了,连续 1 天,余额 5"]
    shared(SUPERUSER, "认领 @乙 @甲", mentions=["乙", "甲"])
    with other_process(shared, other):
        assert shared("甲", "总榜社群") == ["社群总榜\n1. 甲 10 ←你\n你第 1 名,10 分"]
        assert shared("甲", "月榜社群")[0].count("\n") == 2
        assert shared("乙", "签到") == ["今天已经签到过了,连续 1 天,余额 10"]
        assert shared("乙", "签到", at="11-02")[0].startswith("+5 积分,连续 2 天,余额 15")
        assert shared(SUPERUSER, "撤销 2")[0].startswith("已撤销 #2:乙 -5 积分,余额 10")
    assert_balanced(shared)


def test_one_code_sent_by_two_at_once_binds_one_of_them(
    postgres_ledger: Database, standard: Programme, clock: Clock
) -> None:
    chat = Chat(postgres_ledger, standard, clock)
    for who in ("甲", "乙", "丙"):
        chat(who, "签到")
    number = chat("甲", "绑定", private=True)[0].split()[1].partition(",")[0]
    bots = [Bot(postgres_ledger, standard) for _ in range(2)]
    at = to_micros(clock.now())
    asked = [
        bot.dispatch.read(
            Message(CHANNEL, f"x{who}", None, who, clock.now(), who, text=f"绑定 {number}"), at
        )
        for bot, who in zip(bots, ("乙", "丙"), strict=True)
    ]
    with ThreadPoolExecutor(2) as pool:
        results = list(
            pool.map(lambda both: both[0].posting.run([both[1]])[0], zip(bots, asked, strict=True))
        )
    said = sorted(result.reply.text for result in results if result.reply)
    assert said[0].startswith("绑定好了"), results
    assert said[1:] == ["绑定码不对,或者已经用过、过期了"]
    for bot in bots:
        bot.stop()
    chat.bot.stop()
    assert_balanced(chat)


def test_two_who_are_merged_both_ways_at_once_are_merged_once(
    postgres_ledger: Database, standard: Programme, clock: Clock
) -> None:
    chat = Chat(postgres_ledger, standard, clock)
    chat("甲", "签到")
    chat("乙", "签到")
    bots = [Bot(postgres_ledger, standard) for _ in range(2)]
    at = to_micros(clock.now())
    barrier = threading.Barrier(2)

    def claim(bot: Bot, mentions: tuple[str, ...], number: str) -> str:
        message = Message(
            CHANNEL, number, "福利群", SUPERUSER, clock.now(), text="认领 @谁 @谁",
            mentions=mentions,
        )  # fmt: skip
        operation = bot.dispatch.read(message, at)
        assert isinstance(operation, Operation)
        barrier.wait()
        [result] = bot.posting.run([operation])
        assert result.reply is not None, result
        return result.reply.text

    with ThreadPoolExecutor(2) as pool:
        one = pool.submit(claim, bots[0], ("甲", "乙"), "x1")
        two = pool.submit(claim, bots[1], ("乙", "甲"), "x2")
        said = sorted([one.result(), two.result()])
    assert said[-1] == "这两个账号已经是同一个会员了"
    assert "认领好了" in said[0]
    for bot in bots:
        bot.stop()
    chat.bot.stop()
    assert_balanced(chat)
