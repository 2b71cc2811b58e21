"""The line that stands for a check-in in one message to many: what it says is true."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.points.types import Message, Programme, Reply, Tier
from tests.chat import CHANNEL, ROOM, Chat

Brief = Callable[..., str]


@pytest.fixture
def brief(chat: Chat) -> Brief:
    """What stands for the answer to a message."""

    def said(who: str = "小美", text: str = "签到", at: str | None = None, **more: object) -> str:
        if at is not None:
            chat.move_to(at)
        number = f"{who}{text}{chat.clock.now()}{more}"
        message = Message(
            **{  # type: ignore[arg-type]
                "channel": CHANNEL, "id": number, "room": ROOM, "sender": who, "text": text,
                "sent_at": chat.clock.now(), "sender_name": who, **more,
            }
        )  # fmt: skip
        [reply] = chat.deliver(message)
        assert isinstance(reply, Reply)
        return reply.brief

    return said


def test_it_names_points_and_streak_with_the_bonus_in_the_sum(brief: Brief) -> None:
    days = [brief(at=f"11-{day:02}") for day in range(1, 8)]
    assert days[0] == "小美 +5,连续 1 天"
    assert days[1] == "小美 +5,连续 2 天"
    assert days[6] == "小美 +35,连续 7 天"


def test_a_second_check_in_is_told_as_such(brief: Brief) -> None:
    brief()
    assert brief(text="打卡") == "小美 今天已经签到过了,连续 1 天"


def test_a_streak_that_broke_begins_again(brief: Brief) -> None:
    brief(at="11-01")
    assert brief(at="11-05") == "小美 +5,连续 1 天"


def test_an_odd_name_stays_on_its_line(brief: Brief) -> None:
    assert brief("u1", sender_name="小\n美\u202e") == "小 美 +5,连续 1 天"
    assert brief("u2", sender_name="\u200b").startswith("会员")


@pytest.mark.parametrize("more", [{"room": None}, {"text": "积分"}])
def test_what_is_always_said_by_itself_has_none(brief: Brief, more: dict[str, object]) -> None:
    assert brief(**more) == ""


def test_a_late_check_in_is_told_in_full(brief: Brief, chat: Chat) -> None:
    chat.move_to("11-05 00:30")
    yesterday = chat.clock.now()
    chat.move_to("11-05 09:00")
    assert brief(sent_at=yesterday) == "小美 +5,连续 1 天"
    chat.move_to("11-06 00:30")
    assert brief("阿强", sent_at=yesterday) == ""


class TestTier:
    """Ten points are silver."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, tiers=(Tier("normal", "普通", 0), Tier("silver", "白银", 10)))

    def test_who_gets_into_a_tier_is_told_shortly(self, brief: Brief) -> None:
        assert brief(at="11-01") == "小美 +5,连续 1 天"
        assert brief(at="11-02") == "小美 +5,连续 2 天,升到白银"


class TestShield:
    """The weekly bonus comes with a shield."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = tuple(
            replace(rule, shields=1, shields_most=2) if rule.due is not None else rule
            for rule in standard.rules
        )
        return replace(standard, rules=rules)

    def test_who_gets_a_shield_is_told_in_full(self, brief: Brief) -> None:
        days = [brief(at=f"11-{day:02}") for day in range(1, 8)]
        assert days[5:] == ["小美 +5,连续 6 天", ""]


class TestWaiting:
    """What a check-in pays comes after a week."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = tuple(replace(rule, wait_days=7) for rule in standard.rules if rule.due is None)
        return replace(standard, rules=rules)

    def test_points_that_cannot_be_spent_yet_are_told_in_full(self, brief: Brief) -> None:
        assert brief() == ""


class TestCap:
    """The day's points are used up, and the day counts all the same."""

    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        rules = tuple(
            replace(rule, cap_times_ever=1) for rule in standard.rules if rule.due is None
        )
        return replace(standard, rules=rules)

    def test_a_day_that_counts_without_points_is_told(self, brief: Brief) -> None:
        brief(at="11-01")
        assert brief(at="11-02") == "小美 这一项的次数已经用完,连续 2 天"
