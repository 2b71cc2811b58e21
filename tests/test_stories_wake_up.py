"""Waking up: what a silent member's first deed pays, and gifts to those who order no more."""

from dataclasses import replace

import pytest

from bot.points.types import Programme, Rule
from store.verify import verify
from tests.books import assert_balanced
from tests.chat import CHANNEL, Chat
from tests.story import Story

BACK = Rule("back", "wake_up", "欢迎回来", 30, silent_days=30, reply="{name} +{points}")
GIFT = Rule("gift", "wake_up", "好久不见", 500, dormant_months=3, valid_days=14)
ORDER = Rule("order", "order", "下单", 1, wait_days=7)
SHARE = Rule("share", "share", "分享", 20, cap_times_daily=1, reply="+{points}")


@pytest.fixture
def programme(standard: Programme) -> Programme:
    return replace(standard, rules=(*standard.rules, SHARE, ORDER, BACK, GIFT))


def notices(chat: Chat, at: str) -> list[str]:
    """What jobs tell privately up to that moment."""
    chat.move_to(at)
    results = chat.bot.run_jobs(chat.clock.now())
    return [reply.text for result in results for _, reply in result.notices]


def bought(chat: Chat, number: str, who: str, paid_at: str) -> None:
    body = {"order": number, "buyer": {"channel": CHANNEL, "id": who}, "amount": "100.00"}
    chat.order(event="paid", paid_at=f"{paid_at}T10:00:00+08:00", **body)


def test_the_first_deed_after_thirty_days_pays_and_says_so(chat: Chat) -> None:
    assert "欢迎回来" not in chat("小美", "签到", at="10-01")[0]
    assert "欢迎回来" not in chat("小明", "签到", at="10-02")[0]
    said = chat("小美", "签到", at="10-31")
    assert said == ["+5 积分,连续 1 天,余额 40,再签 6 天多得 30 分\n欢迎回来 +30"]
    assert "欢迎回来" not in chat("小明", "签到", at="10-31")[0]
    assert "欢迎回来" not in chat("小美", "签到", at="11-01")[0]
    assert "30 天没来再回来" in chat("小美", "为什么 4")[0]
    assert_balanced(chat)


def test_what_is_refused_ends_no_silence_and_any_deed_that_counts_does(story: Story) -> None:
    """
    10-01  小美  做share                  +20
    10-30  小美  签到 sent 10-01 12:00    refused too_late
    11-05  小美  做share                  +50
    11-06  小美  签到                     +5
    """


def test_a_late_message_ends_the_silence_on_its_own_day(story: Story) -> None:
    """
    10-01        小美  签到                   +5
    11-06        小美  签到 sent 11-05 20:00  +35
                 小美  签到                   +5
    12-06        小美  签到 id a              +35
                 小美  签到 id a              silence
                 restart
                 小美  签到 id a              silence
    """


def test_an_order_ends_a_silence_too(chat: Chat) -> None:
    chat("小美", "签到", at="2026-06-01 10:00")
    chat.move_to("2026-07-20 12:00")
    body = {"order": "O1", "buyer": {"channel": CHANNEL, "id": "小美"}, "amount": "100.00"}
    assert chat.order(event="paid", paid_at="2026-07-20T10:00:00+08:00", **body) == [
        "欢迎回来 +30",
        "订单 O1:+100 积分待入账,确认收货后到账,最迟 07-28",
    ]
    assert "欢迎回来" not in chat("小美", "签到")[0]
    assert_balanced(chat)


def test_shielded_days_end_no_silence(chat: Chat, programme: Programme) -> None:
    """The days that shields cover are made up on the day of the return."""
    shields = Rule("first", "checkin", "首签", 1, total_days=(1,), shields=40)
    chat.bot.posting.programme = replace(programme, rules=(*programme.rules, shields))
    chat("小美", "签到", at="10-01")
    said = chat("小美", "签到", at="10-31")[0]
    assert "连续 31 天" in said
    assert said.endswith("\n欢迎回来 +30")


def test_three_months_without_an_order_bring_a_gift_and_a_notice(chat: Chat) -> None:
    chat("小美", "签到", at="2026-01-31 10:00")
    chat("小明", "签到")
    bought(chat, "O1", "小美", "2026-01-31")
    assert notices(chat, "2026-04-30 09:59") == ["订单 O1:+100 积分已到账,余额 105"]
    assert notices(chat, "2026-04-30 10:00") == ["好久不见 +500 积分,余额 605"]
    assert chat.rows(
        "SELECT member, kind, key, channel, message, outcome FROM activity WHERE kind = 'wake_up'"
    ) == [
        (1, "wake_up", "wake_up/dormant-3/2026-01-31/1", "job", "dormancy/2026-04-30", "accrued")
    ]
    assert "04-30 10:00 自动发放" in chat("小美", "为什么 4")[0]
    assert_balanced(chat)
    # It expires after fourteen days, is given once, and ends no silence.
    assert notices(chat, "2026-08-31 12:00") == []
    assert "余额 140 积分" in (chat("小美", "签到") and chat("小美", "积分"))[0]
    assert_balanced(chat)


def test_a_new_order_begins_a_new_dormancy_and_a_refunded_one_never_was(chat: Chat) -> None:
    chat("小美", "签到", at="2026-01-10 10:00")
    bought(chat, "O1", "小美", "2026-01-10")
    chat.move_to("2026-03-01 12:00")
    bought(chat, "O2", "小美", "2026-03-01")
    assert not any("好久不见" in text for text in notices(chat, "2026-05-31 12:00"))
    assert notices(chat, "2026-06-01 12:00") == ["好久不见 +500 积分,余额 735"]
    chat.order(event="cancelled", order="O2")
    assert notices(chat, "2026-07-01 12:00") == []
    chat.move_to("2026-07-02 12:00")
    bought(chat, "O3", "小美", "2026-07-02")
    assert any("好久不见 +500 积分,余额 765" in said for said in notices(chat, "2026-10-02 12:00"))
    assert_balanced(chat)


def test_every_page_and_every_buyer_once(
    chat: Chat, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two rules on one dormancy pay together; pages of two members; a restart on the way."""
    more = replace(GIFT, id="more", name="再送", points=7)
    chat.bot.posting.programme = replace(programme, rules=(*programme.rules, more))
    monkeypatch.setattr("bot.posting.dormant.AT_ONCE", 2)
    for number in range(5):
        chat(f"会员{number}", "签到", at="2026-01-31 10:00")
        bought(chat, f"O{number}", f"会员{number}", f"2026-01-{27 + number}")
    assert len(notices(chat, "2026-04-28 12:00")) == 5 + 2
    chat.restart()
    chat.bot.posting.programme = replace(programme, rules=(*programme.rules, more))
    assert len(notices(chat, "2026-04-30 12:00")) == 3
    assert chat.rows(
        "SELECT rule, count(*), sum(points) FROM entry WHERE rule IN ('gift', 'more')"
        " GROUP BY rule ORDER BY rule"
    ) == [("gift", 5, 2500), ("more", 5, 35)]
    assert_balanced(chat)


def test_who_is_known_by_a_mall_account_only_is_given_it_silently(chat: Chat) -> None:
    chat("小美", "签到", at="2026-01-10 10:00")
    connection = chat.database.connect()
    connection.run(
        "INSERT INTO identity (community, channel, external_id, member)"
        " VALUES (1, 'mall', 'm1', 1)"
    )
    connection.close()
    body = {"event": "paid", "order": "O1", "buyer": {"mall_id": "m1"}, "amount": "1.00"}
    chat.order(paid_at="2026-01-10T10:00:00+08:00", **body)
    assert notices(chat, "2026-04-10 12:00") == []
    assert chat.rows("SELECT points FROM entry WHERE rule = 'gift'") == [(500,)]


def test_verify_misses_the_run_of_the_job_that_gave_it(chat: Chat) -> None:
    chat("小美", "签到", at="2026-01-10 10:00")
    bought(chat, "O1", "小美", "2026-01-10")
    notices(chat, "2026-04-10 12:00")
    connection = chat.database.connect()
    connection.run("DELETE FROM job_run WHERE job = 'dormancy' AND period = '2026-04-10'")
    connection.close()
    _, differences = verify(chat.database)
    assert len(differences) == 1
    assert differences[0].endswith("came of job dormancy/2026-04-10, which was not run")
