"""为什么: where the points of an entry come from."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.points.campaign import Campaign
from bot.points.types import Programme, Rule
from tests.books import assert_balanced
from tests.chat import CHANNEL, SUPERUSER, Chat


def test_without_an_entry_there_is_nothing_to_explain(chat: Chat) -> None:
    assert chat("小美", "为什么") == ["还没有积分流水,发「签到」拿第一笔"]
    for text in ("为什么 1", "为什么 #1", "为什么1"):
        assert chat("小美", text) == ["没有流水 #1"]


def test_the_last_change_is_explained_step_by_step(chat: Chat) -> None:
    chat("小美", "签到", id="m-1")
    assert chat("小美", "为什么") == [
        "+5 积分,每日签到,流水 #1\n11-01 12:00 的消息 m-1\n基础 5 × 倍数 1,不设上限 = 5 分\n"
        "有效期到 2027-11-01\n记完余额 5"
    ]


def test_a_streak_bonus_names_its_place_in_the_run(chat: Chat) -> None:
    for day in range(1, 8):
        chat("小美", "签到", at=f"11-0{day}", id=f"day-{day}")
    assert chat("小美", "为什么")[0].split("\n")[:3] == [
        "+30 积分,连续签到奖励,流水 #8",
        "11-07 12:00 的消息 day-7",
        "基础 30,连续第 7 天(满 7 天一次),不设上限 = 30 分",
    ]
    assert chat("小美", "为什么 7")[0].startswith("+5 积分,每日签到,流水 #7")


def test_what_else_the_same_message_paid_stands_behind_the_last_entry(chat: Chat) -> None:
    for day in range(1, 8):
        chat("小美", "签到", at=f"11-0{day}", id=f"day-{day}")
    assert chat("小美", "为什么")[0].split("\n")[-1] == "同一次还有:每日签到 +5 #7"
    assert "同一次" not in chat("小美", "为什么 8")[0]
    chat("小美", "签到", at="11-08")
    assert "同一次" not in chat("小美", "为什么")[0]


def test_what_has_expired_says_until_when_it_could_be_spent(chat: Chat) -> None:
    chat("小美", "签到")
    chat.move_to("2027-11-02 12:00")
    assert chat("小美", "为什么") == [
        "-5 积分,过期,流水 #2\n有效期到 2027-11-01 的积分没有用完\n记完余额 0"
    ]


def test_what_an_admin_did_is_said_with_the_reason(chat: Chat) -> None:
    chat(SUPERUSER, "加分 @小美 50 帮忙答疑", mentions=["小美"])
    chat("小美", "redeem 50")
    chat(SUPERUSER, "撤销 1")
    assert chat("小美", "为什么 1") == [
        "+50 积分,帮忙答疑,流水 #1\n11-01 12:00 管理员操作:帮忙答疑,消息 m1\n"
        "有效期到 2027-11-01\n记完余额 50\n已撤销,见流水 #3"
    ]
    assert chat("小美", "为什么 2") == ["-50 积分,兑换,流水 #2\n记完余额 0"]
    assert chat("小美", "为什么") == [
        "-50 积分,撤销 #1,流水 #3\n11-01 12:00 管理员操作\n记完余额 0,欠 50 分"
    ]


def test_others_entries_are_for_admins_only(chat: Chat) -> None:
    chat("小明", "签到")
    assert chat("小美", "为什么 1") == ["流水 #1 不是你的,看不了"]
    assert chat("店长", "为什么 1", admin=True)[0].startswith("+5 积分,每日签到")
    assert chat("店长", "为什么 1", role="owner")[0].startswith("+5 积分,每日签到")
    assert chat("店长", "为什么 1", admin=True, private=True) == ["流水 #1 不是你的,看不了"]
    assert chat(SUPERUSER, "为什么 1", private=True)[0].startswith("+5 积分,每日签到")


@pytest.mark.parametrize(
    "text", ["为什么 0", "为什么 -1", "为什么 \u0661", "为什么 1 2", "为什么呢"]
)
def test_what_is_no_number_is_no_command(chat: Chat, text: str) -> None:
    chat("小美", "签到")
    assert chat("小美", text) == []


def test_the_largest_number_is_just_not_there(chat: Chat) -> None:
    assert chat("小美", f"为什么 {'9' * 18}") == [f"没有流水 #{'9' * 18}"]


def test_a_second_checkin_of_the_day_is_explained_until_something_changes(chat: Chat) -> None:
    chat("小美", "签到", id="m-1")
    chat("小美", "打卡", id="m-2", at="11-01 12:05")
    refused = "没有得分:每日签到,今天已经签到过了\n11-01 12:05 的消息 m-2"
    assert chat("小美", "为什么") == [refused]
    assert chat("小美", "为什么", at="11-02") == [refused.replace("今天", "11-01 ")]
    assert chat("小美", "为什么 1")[0].startswith("+5 积分,每日签到")
    chat("小美", "签到")
    assert chat("小美", "为什么")[0].startswith("+5 积分,每日签到")
    assert_balanced(chat)


def test_another_members_refusal_is_not_mine(chat: Chat) -> None:
    chat("小美", "签到")
    chat("小明", "签到")
    chat("小明", "签到")
    assert chat("小美", "为什么")[0].startswith("+5 积分")
    assert chat("小明", "为什么")[0].startswith("没有得分")
    chat.restart()
    assert chat("小明", "为什么")[0].startswith("没有得分")


class TestCaps:
    """Each cap and the cooldown have their number."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = (
            Rule("share", "share", "分享商品", 20, cap_times_daily=1),
            Rule("chat", "chat", "聊天", 1, cooldown_s=60),
            Rule("post", "post", "发帖", 10, cap_points_weekly=10),
            Rule("answer", "answer", "回答", 10),
            Rule("order", "order", "大单", 10, from_units=300),
            Rule("feedback", "feedback", "反馈", 10, per="deed", from_units=30),
            Rule("review", "review", "晒单", 10, per="deed", min_pictures=2),
        )
        capped = frozenset({"answer"})
        return replace(standard, rules=rules, capped=capped, cap_points_daily=10)

    @pytest.mark.parametrize(
        ("kind", "said"),
        [
            ("share", "分享商品,今天的次数用完了(每天 1 次)"),
            ("chat", "聊天,刚得过分,过一会儿再来(隔 60 秒再得)"),
            ("post", "发帖,这周这一项的分拿满了(每周最多 10 分)"),
            ("answer", "回答,今天能拿的分已经拿满(合计最多 10 分)"),
            ("order", "大单,还没到起算的金额(满 300 元起)"),
            ("feedback", "反馈,还没到起算的字数(满 30 字起)"),
            ("review", "晒单,配上图才有分(至少 2 张图)"),
        ],
    )
    def test_the_cap_that_refused_is_named(self, chat: Chat, kind: str, said: str) -> None:
        chat("小美", f"做{kind} about 一")
        chat("小美", f"做{kind} about 二")
        assert chat("小美", "为什么")[0].split("\n")[0] == f"没有得分:{said}"

    def test_a_cooldown_says_when_it_is_over(self, chat: Chat) -> None:
        chat("小美", "做chat about 一", at="11-01 12:00:00")
        chat("小美", "做chat about 二", at="11-01 12:00:20")
        assert chat("小美", "为什么")[0].split("\n")[2] == "11-01 12:01:00 起能再得"
        assert len(chat("小美", "为什么", at="11-01 12:01:00")[0].split("\n")) == 2

    def test_another_programme_gives_no_number_for_what_it_did_not_refuse(
        self, chat: Chat
    ) -> None:
        chat("小美", "做share about 一")
        chat("小美", "做share about 二")
        chat.bot.posting.programme = replace(chat.programme, version="other")
        assert chat("小美", "为什么")[0].startswith("没有得分:分享商品,今天的次数用完了\n")


class TestUnits:
    """Orders by the yuan, at most 100 points a day."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rule = Rule("order", "order", "下单", 1, cap_points_daily=100)
        return replace(standard, rules=(rule,))

    def test_units_multiplier_and_cap_are_all_said(self, chat: Chat) -> None:
        chat(SUPERUSER, "加分 @小美 1000", mentions=["小美"])
        chat("小美", "做order 60.50")
        chat("小美", "做order 60.50")
        assert chat("小美", "为什么 2")[0].split("\n")[2] == (
            "基础 1 × 数量 60.50 × 倍数 1.1 取整,当日上限还剩 100 = 66 分"
        )
        assert chat("小美", "为什么")[0].split("\n")[2] == (
            "基础 1 × 数量 60.50 × 倍数 1.1 取整,当日上限还剩 34 = 34 分"
        )


class TestCampaigns:
    """Orders by the yuan, half as much again and three points on top."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        more = Campaign("more", "一倍半", multiplier=Decimal("1.5"), bonus=3)
        rules = (Rule("order", "order", "下单", 1),)
        return replace(standard, rules=rules, campaigns=(more,))

    def test_rounding_is_said_where_it_was_done(self, chat: Chat) -> None:
        chat("小美", "做order 33.33")
        assert chat("小美", "为什么")[0].split("\n")[2] == (
            "基础 1 × 数量 33.33 × 倍数 1 × 活动 1.5 取整 + 活动 3,一倍半,不设上限 = 52 分"
        )
        chat("小美", "做order 30")
        assert "× 活动 1.5 + 活动 3" in chat("小美", "为什么")[0]

    def test_what_a_refund_takes_names_the_order(self, chat: Chat) -> None:
        chat("小美", "签到")
        buyer = {"channel": CHANNEL, "id": "小美"}
        paid_at = chat.clock.now().isoformat()
        chat.order(event="completed", order="A", buyer=buyer, amount="10.00", paid_at=paid_at)
        chat.order(event="refunded", order="A", refund="R", amount="5.00")
        assert chat("小美", "为什么")[0].split("\n") == [
            "-9 积分,退回 #1,流水 #2", "订单 A 退款或更正,11-01 12:00", "记完余额 9",
        ]  # fmt: skip


class TestStacks:
    """Two campaigns that multiply with each other: 2 × 1.5."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        twice = Campaign("twice", "双倍", multiplier=Decimal(2))
        more = Campaign("more", "叠加", multiplier=Decimal("1.5"), stack=True)
        return replace(standard, campaigns=(twice, more))

    def test_a_product_is_said_without_idle_digits(self, chat: Chat) -> None:
        chat("小美", "签到")
        assert "基础 5 × 倍数 1 × 活动 3,双倍,叠加,不设上限 = 15 分" in chat("小美", "为什么")[0]
