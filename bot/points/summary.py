"""What is noted of a programme beside the ledger, so that exports can speak of days and tiers
without its files."""

import json
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.points.types import Programme, Tier


@dataclass(frozen=True, slots=True)
class Summary:
    """The parts of a programme that reading the ledger needs."""

    zone: ZoneInfo
    tiers: tuple[Tier, ...]


def summary_text(programme: Programme) -> str:
    """As it is stored: JSON, the same for the same programme."""
    tiers = [[tier.id, tier.name, tier.from_points] for tier in programme.tiers]
    stored = {"version": programme.version, "zone": programme.zone.key, "tiers": tiers}
    return json.dumps(stored, ensure_ascii=False, sort_keys=True)


def read_summary(stored: str) -> Summary:
    """Back from its stored form."""
    found = json.loads(stored)
    return Summary(ZoneInfo(found["zone"]), tuple(Tier(*tier) for tier in found["tiers"]))
