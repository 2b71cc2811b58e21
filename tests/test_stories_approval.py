"""Deeds whose points wait: for an admin who decides once and in time, or for the order's
completion alone."""

from dataclasses import replace

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.types import Programme, Rule
from store.database import Database
from tests.books import assert_balanced
from tests.chat import ROOM, Chat, Clock
from tests.story import Story

CHOICES = (50, 100, 200, 300)
RULES = (
    Rule(
        "video", "review", "视频晒单", 50, wait_for="admin", choices=CHOICES,
        cap_times_daily=3, cap_points_daily=400, valid_days=30, reply="收到{name}",
    ),
    Rule("moments", "share", "朋友圈", 10, wait_for="admin"),
    Rule("note", "note", "笔记", 4, reply="+{points}"),
    Rule("note_quality", "note", "精华笔记", 20, wait_for="admin"),
    Rule("watch", "watch", "看直播", 8, wait_days=3),
    Rule("order", "order", "下单", 1, wait_for="completed"),
)  # fmt: skip


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, *RULES), cap_points_daily=None)


def test_points_wait_for_an_admin_and_count_once(story: Story) -> None:
    """
    11-01 10:00  小美  做review  told
                 小美  = 0
                 小美  waiting 50
                 店长  通过 1  +50
                 小美  waiting 0
                 小美  = 50
                 店长  通过 1  told
                 店长  驳回 1  told
                 店长  通过 9  refused not_waiting
    """


def test_an_admin_chooses_what_the_rule_offers_and_nothing_else(story: Story) -> None:
    """
    11-01 10:00  小美  做review  told
                 店长  通过 1 60   refused not_a_choice
                 店长  通过 #1 200  +200
                 小美  做share   silence
                 店长  通过 3 50   refused not_a_choice
                 店长  通过 3      +10
    """


def test_what_is_approved_expires_counting_from_that_day(story: Story) -> None:
    """
    11-01 10:00  小美  做review  told
    11-05        店长  通过 1  +50
                 小美  lots 2026-12-05:50
    """


def test_a_choice_never_pays_more_than_the_cap_of_the_day_has_left(story: Story) -> None:
    """
    11-01 10:00  小美  做review  told
                 小美  做review  told
                 小美  做review  told
                 小美  做review  refused cap_times_daily
    11-02        小美  做review  told
    11-03        店长  通过 1 300  +300
    # 400 a day, of which 50 more are kept for the third
                 店长  通过 2 200  +50
                 店长  通过 3 300  +50
                 店长  通过 5 300  +300
    """


def test_the_admin_is_told_what_the_cap_has_left_off(chat: Chat) -> None:
    chat("小美", "做review", at="11-01 10:00")
    chat("小美", "做review")
    assert (
        chat("店长", "通过 1 300", admin=True)[0] == "已通过 #1:小美 视频晒单 +300 积分,余额 300"
    )
    said = chat("店长", "通过 2 200", admin=True)[0]
    assert said == "已通过 #2:小美 视频晒单 +100 积分,余额 400,额度只剩这些,少给 100 分"


def test_nobody_decides_on_their_own_deed(story: Story) -> None:
    """
    # Abuse: self-approval.
    11-01 10:00  店长  做review  told
                 店长  通过 1    refused own_deed
                 店长  驳回 1    refused own_deed
                 老板  驳回 1 不是视频  told
                 店长  waiting 0
    """


def test_what_nobody_decides_on_lapses_after_seven_days(story: Story) -> None:
    """
    11-01 10:00  小美  做review  told
    11-08 09:30  小美  waiting 50
    11-08 10:30  店长  通过 1  refused lapsed
                 小美  waiting 0
                 小美  做review  told
    11-15 09:30  jump
                 小美  waiting 50
    11-16 09:30  jump
                 小美  waiting 0
                 小美  = 0
    """


def test_who_has_left_all_rooms_has_nothing_undecided(story: Story) -> None:
    """
    11-01 10:00  小美  做review  told
                 小美  做watch   silence
                 小美  签到 in 二群  +5
                 小美  leaves
                 小美  waiting 58
    """


def test_leaving_ends_what_an_admin_has_not_decided_and_not_what_time_decides(
    story: Story,
) -> None:
    """
    11-01 10:00  小美  做review  told
                 小美  做watch   silence
                 小美  leaves
                 小美  waiting 8
                 店长  通过 1  told
    11-05        jump
                 小美  = 8
    """


def test_one_of_two_rules_may_wait(story: Story) -> None:
    """
    11-01 10:00  小美  做note  +4
                 小美  waiting 20
                 店长  通过 1  +20
                 小美  做note  +4
                 店长  驳回 2  told
                 小美  = 28
    """


def test_an_admin_ends_what_time_would_settle_and_cannot_hasten_it(story: Story) -> None:
    """
    11-01 10:00  小美  做watch  silence
                 店长  通过 1  refused not_for_admin
                 店长  驳回 1 挂机  told
                 小美  waiting 0
    11-09        jump
                 小美  = 0
    """


def test_only_completion_settles_an_order_that_waits_for_it(story: Story) -> None:
    """
    11-01 10:00  小美  签到  +5
    order O1 paid 100.00 by 小美  told
    12-31        jump
                 小美  waiting 100
    order O1 refunded 40.00 R1    told
    order O1 completed            +60
                 小美  = 65
    """


def test_an_order_that_was_rejected_earns_nothing_when_it_is_completed(story: Story) -> None:
    """
    11-01 10:00  小美  签到  +5
    order O1 paid 100.00 by 小美  told
                 店长  驳回 2  told
                 小美  waiting 0
    order O1 completed            silence
                 小美  = 5
    """


def test_the_books_balance_whatever_was_decided(chat: Chat) -> None:
    for number in range(1, 4):
        chat("小美", "做review")
        chat("小美", f"做share about {number}")
    chat("店长", "通过 1 100", admin=True)
    chat("店长", "驳回 2", admin=True)
    assert_balanced(chat)
    rows = chat.rows("SELECT key, outcome, refusal FROM activity WHERE id > 6 ORDER BY id")
    assert [row[1:] for row in rows] == [("accrued", None), ("refused", "rejected")]


class TestCampaigns:
    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        double = Campaign(
            "double", "晒单双倍", Window(weekdays=frozenset({7})), frozenset({"video"}),
            multiplier=2,  # type: ignore[arg-type]
        )  # fmt: skip
        return replace(standard, rules=(*standard.rules, *RULES), campaigns=(double,))

    def test_campaigns_are_those_of_when_it_was_done(self, story: Story) -> None:
        """
        11-01 10:00  小美  做review  told
                     小美  waiting 100
        11-02        店长  通过 1 200  +400
                     小美  做review  told
                     店长  通过 3 100  +100
        """


class TestProgrammeCap:
    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(
            standard,
            rules=(*standard.rules, *RULES),
            cap_points_daily=120,
            capped=frozenset({"review", "note"}),
        )

    def test_what_waits_keeps_its_place_under_the_cap_of_the_day(self, story: Story) -> None:
        """
        11-01 10:00  小美  做review  told
                     小美  做review  told
                     小美  做note    +4
                     小美  waiting 116
                     小美  做note    refused programme_cap_points_daily
                     店长  通过 1 300  +50
                     店长  通过 2      +50
        """


def test_the_member_is_told_and_why_says_who_and_what(chat: Chat) -> None:
    chat("u1", "做review", name="小美", at="11-01 10:00")
    chat("boss", "", name="店长", kind="image")
    assert chat("boss", "通过 1 200", admin=True) == ["已通过 #1:小美 视频晒单 +200 积分,余额 200"]
    [result] = chat.results
    assert [(where, reply.to, reply.text) for where, reply in result.notices] == [
        ("test", ("u1",), "视频晒单审核通过,+200 积分,余额 200")
    ]
    why = chat("u1", "为什么")[0]
    assert "\n管理员 店长 审核通过\n" in why
    assert "管理员选了 200" in why
    assert chat.rows("SELECT actor FROM entry") == [("test:boss",)]


def test_what_waits_is_not_part_of_what_is_said_to_have_been_paid(
    ledger: Database, standard: Programme, clock: Clock
) -> None:
    checkin = replace(standard.rules[0], reply="+{total} 积分,余额 {balance}", goal="")
    judged = Rule(
        "morning", "checkin", "早安", 20, wait_for="admin", reply="{name} +{points} 待审"
    )
    chat = Chat(ledger, replace(standard, rules=(checkin, judged)), clock)
    assert chat("小美", "签到") == ["+5 积分,余额 5,早安 +20 待审"]
    chat.bot.stop()


def test_a_rejection_tells_the_member_why(chat: Chat) -> None:
    chat("小美", "做review")
    assert chat("店长", "驳回 1 看不清 商品", admin=True) == [
        "已驳回 #1:小美 视频晒单,待入账的 50 分不计"
    ]
    [(_, notice)] = chat.results[0].notices
    assert notice.text == "视频晒单被管理员驳回,待入账的 50 分不计:看不清 商品"


def test_a_lapse_tells_the_member_once(chat: Chat) -> None:
    chat("小美", "做review", at="11-01 10:00")
    chat.move_to("11-09 09:00")
    results = chat.bot.run_jobs(chat.clock.now())
    assert [(notice.to, notice.text) for one in results for _, notice in one.notices][1:] == [
        (("小美",), "视频晒单一直没有管理员审核,已作废,待入账的 50 分不计")
    ]
    assert chat("店长", "通过 1", admin=True) == ["#1 满 7 天没有人审,已作废"]


def test_an_admin_who_comes_too_late_ends_it_and_the_member_is_told(chat: Chat) -> None:
    chat("小美", "做review", at="11-01 10:00")
    chat.move_to("11-08 10:30")
    chat("店长", "通过 1", admin=True)
    [(_, notice)] = chat.results[0].notices
    assert notice.text == "视频晒单一直没有管理员审核,已作废,待入账的 50 分不计"


def test_the_list_says_who_what_when_and_how_many_more(chat: Chat) -> None:
    assert chat("店长", "待审核", admin=True) == ["没有待审核的"]
    for number in range(1, 12):
        chat("小美", f"做share about {number}", id=f"s{number}")
    chat("小美", "做review", at="11-02")
    chat("小美", "做watch", at="11-02 13:00")
    said = chat("店长", "待审核", admin=True)[0].split("\n")
    assert said[0] == "待审核 12 条"
    assert said[1] == "#1 小美 朋友圈 11-01 10 分"
    assert said[11:] == ["还有 2 条", "发「通过 编号」或「驳回 编号 理由」"]
    said = chat("店长", "待审核 全部", admin=True)[0].split("\n")
    assert said[:3] == [
        "待入账 13 条",
        "#13 小美 看直播 11-02 8 分,到时间入账",
        "#12 小美 视频晒单 11-02 50 分,可给 50/100/200/300",
    ]
    assert chat("小美", "待审核") == ["这条命令只有管理员能用"]


def test_the_same_approval_delivered_again_is_met_with_silence(chat: Chat) -> None:
    chat("小美", "做review")
    assert chat("店长", "通过 1", admin=True, id="a") != []
    assert chat("店长", "通过 1", admin=True, id="a") == []


@pytest.mark.parametrize("text", ["通过", "驳回"])
def test_without_a_number_the_form_is_shown(chat: Chat, text: str) -> None:
    assert chat("店长", text, admin=True)[0].startswith(f"这样写:{text} 12")


@pytest.mark.parametrize(
    "text", ["通过 0", "通过 一", "通过 1 -5", "通过了", "驳回一下", "待审核吗"]
)
def test_what_is_no_command_decides_nothing(chat: Chat, text: str) -> None:
    chat("小美", "做review")
    assert chat("店长", text, admin=True) == []


def test_admins_are_reminded_once_after_a_day_in_the_room_it_came_from(chat: Chat) -> None:
    chat("小美", "做review", at="11-01 10:00")
    chat("小美", "做share", room="二群")
    chat("小明", "做share", at="11-02 10:00")
    posts = []
    for day in range(2, 9):
        chat.move_to(f"11-{day:02} 09:40")
        for result in chat.bot.run_jobs(chat.clock.now()):
            posts += [(day, reply.room, reply.text[:6]) for _, reply in result.notices]
    assert posts == [(3, ROOM, "有 1 条等"), (3, "二群", "有 1 条等"), (4, ROOM, "有 1 条等")]


class TestNewcomer:
    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        welcome = Rule("welcome", "welcome", "新人礼", 1)
        task = Rule(
            "task", "newcomer_task", "新人任务", 50, reply="完成{name} +{points}",
            needs_times=1, counts=("review",), within_days=7,
        )  # fmt: skip
        return replace(standard, rules=(*standard.rules, *RULES, welcome, task))

    def test_what_an_admin_lets_count_completes_a_newcomers_task(
        self, story: Story, chat: Chat
    ) -> None:
        """
        11-01 10:00  店长  brings 小美  +1
                     小美  做review     told
                     小美  waiting 50
        # 50 for the review, 50 for the task that it completes
                     店长  通过 3       +100
                     小美  = 101
        """
        [result] = chat.results
        assert [reply.text.split("\n")[1] for _, reply in result.notices] == ["完成新人任务 +50"]
