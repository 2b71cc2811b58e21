"""What an operator reads of campaigns: when, which, what, for whom."""

from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.points.agenda import agenda
from bot.points.campaign import Campaign, Window
from bot.points.types import Programme, Rule, Tier

PROGRAMME = Programme(
    "社群积分", "0", ZoneInfo("Asia/Shanghai"), (Rule("share", "share", "分享", 20),),
    tiers=(Tier("normal", "普通", 0), Tier("gold", "黄金", 5000)),
)  # fmt: skip
SALE = Campaign("sale", "大促", Window(yearly=(((6, 1), (6, 18)),)), multiplier=Decimal(2))


@pytest.mark.parametrize(
    ("campaign", "said"),
    [
        (SALE, ["2026-06-01 到 2026-06-18 大促:得分 ×2"]),
        (replace(SALE, is_on=False), []),
        (
            replace(SALE, window=Window(month_days=frozenset({18}))),
            ["2026-05-18 大促:得分 ×2", "2026-06-18 大促:得分 ×2"],
        ),
        (
            replace(
                SALE,
                window=Window(from_on=date(2026, 6, 20), hours=((time(20), time(22)),)),
                rules=frozenset({"share"}),
                rooms=frozenset({"r2", "r1"}),
                tiers=frozenset({"gold"}),
            ),
            ["2026-06-20 到 2026-06-30 大促:分享 ×2,限黄金,每天 20:00-22:00,只在群 r1、r2"],
        ),
        (
            replace(SALE, window=Window(hours=((time(8), time(9, 30)), (time(22), time(2))))),
            ["2026-05-10 到 2026-06-30 大促:得分 ×2,每天 08:00-09:30、22:00-02:00"],
        ),
    ],
)
def test_each_run_is_a_line(campaign: Campaign, said: list[str]) -> None:
    programme = replace(PROGRAMME, campaigns=(campaign,))
    assert list(agenda(programme, date(2026, 5, 10), date(2026, 6, 30))) == said


def test_runs_come_by_their_first_day() -> None:
    later = replace(SALE, id="later", name="周末", window=Window(from_on=date(2026, 6, 3)))
    programme = replace(PROGRAMME, campaigns=(later, SALE))
    found = agenda(programme, date(2026, 5, 10), date(2026, 6, 30))
    assert [line.split()[0] for line in found] == ["2026-06-01", "2026-06-03"]
