"""What is noted of a programme beside the ledger."""

from zoneinfo import ZoneInfo

from bot.points.summary import Summary, read_summary, summary_text
from bot.points.types import Programme, Tier

TIERS = (Tier("normal", "普通", 0), Tier("silver", "白银", 1000))
PROGRAMME = Programme("社群积分", "0123456789ab", ZoneInfo("Asia/Shanghai"), tiers=TIERS)
STORED = (
    '{"tiers": [["normal", "普通", 0], ["silver", "白银", 1000]],'
    ' "version": "0123456789ab", "zone": "Asia/Shanghai"}'
)


def test_what_is_stored_never_changes_its_form() -> None:
    assert summary_text(PROGRAMME) == STORED


def test_zone_and_tiers_come_back() -> None:
    assert read_summary(STORED) == Summary(ZoneInfo("Asia/Shanghai"), TIERS)
