"""What campaigns have given of their budgets is never less than what entries and waits say."""

import json

from bot.points.budget import charges
from store.checks.found import Found, shown
from store.snapshot import Snapshot

WITH_BUDGET = '%"budget":%'


def compare(view: Snapshot, community: int, found: Found) -> None:
    """It may be more: what waited and came to nothing gives nothing back."""
    rows = view.rows("SELECT campaign, points FROM budget WHERE community = ?", community)
    given = {str(campaign): points for campaign, points in rows}
    charged: dict[str, int] = {}
    for (why,) in view.stream(
        "SELECT why FROM entry WHERE community = ? AND campaign IS NOT NULL AND why LIKE ?"
        " UNION ALL SELECT why FROM waiting WHERE community = ? AND why LIKE ?",
        community, WITH_BUDGET, community, WITH_BUDGET,
    ):  # fmt: skip
        for campaign, points in charges(json.loads(str(why))).items():
            charged[campaign] = charged.get(campaign, 0) + points
    for campaign, points in sorted(charged.items()):
        stored = given.get(campaign, 0)
        if not isinstance(stored, int) or stored < points:
            found.say(
                f"budget {shown(campaign)}: {shown(stored)} given, "
                f"but entries and what waits were charged {points}"
            )
