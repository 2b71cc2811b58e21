"""活动: what is on today and in the next thirty days."""

from dataclasses import replace
from datetime import date

import pytest

from bot.points.campaign import Campaign, Window
from bot.points.types import Programme
from tests.chat import Chat

CAMPAIGNS = (
    Campaign("now", "签到加三分", Window(until_on=date(2026, 11, 5)), bonus=3),
    Campaign(
        "soon", "感恩节", Window(from_on=date(2026, 11, 26)), frozenset({"checkin"}), points=9
    ),
    Campaign("far", "元旦", Window(from_on=date(2027, 1, 1)), bonus=1),
)


class TestWithCampaigns:
    @pytest.fixture
    def programme(self, standard: Programme) -> Programme:
        return replace(standard, campaigns=CAMPAIGNS)

    def test_what_is_on_and_what_is_near_is_told(self, chat: Chat) -> None:
        assert chat("小美", "活动") == [
            "活动「签到加三分」到 11-05:得分 +3\n活动「感恩节」11-26 起:每日签到 9 分"
        ]


def test_without_any_that_is_said(chat: Chat) -> None:
    assert chat("小美", "活动") == ["近 30 天没有活动"]
    assert chat("小美", "活动吗") == []
