"""The tables an operator writes; docs/rules.md says the same in Chinese.

A key is here when `bot.points.types` has a place for it, under the same name.
"""

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from bot.points.follow import ORDER_MONTHS, SPEND_PERIOD
from bot.points.pacing import USUAL_A_MINUTE, USUAL_GAP_MS
from bot.points.types import MAX_POINTS, ValidUntil, WaitsFor
from config.campaigns import CampaignTable
from config.model import TableModel
from config.segments import SegmentTable
from config.times import Clock
from config.values import (
    Account,
    Category,
    Days,
    EachYear,
    Goal,
    Host,
    Identifier,
    Multiplier,
    Name,
    Points,
    Reply,
    Room,
    Tag,
    Zone,
)
from config.where import where

Times = Annotated[int, Field(ge=1, le=1_000_000)]
StreakDay = Annotated[int, Field(ge=2, le=3_650)]
Counted = int | list[int] | None
COUNTED = ("every_streak_days", "streak_days", "every_total_days", "total_days")
"""The keys that say for which days a rule pays; a rule has one of them at most."""
ALL_COUNTED = f"{', '.join(COUNTED[:-1])} and {COUNTED[-1]}"
WAITING = ("wait_days", "wait_for")
"""The keys that say what a rule's points wait for; a rule has one of them at most."""
ALL_WAITING = " and ".join(WAITING)
ALL_EXPIRING = "valid_days, valid_until and inactive_days"
ORDER = "order"
SETTLED = frozenset({"first_order", "invite_first_order"})
"""Kinds of activity that come when an order has settled: they have waited with it."""
KEPT = frozenset({ORDER_MONTHS, SPEND_PERIOD})
"""Kinds whose points are taken back when what they are for ends."""
UNJUDGED = SETTLED | KEPT | {ORDER, "invite"}
"""Kinds that time, the shop, the invitee's staying or the ledger itself settle."""
CapPoints = Annotated[int, Field(ge=0, le=MAX_POINTS)]


class ProgrammeTable(TableModel):
    """`[programme]`: what holds for the whole community."""

    name: Name
    zone: Zone
    tier_multiplies: list[Identifier] = []
    cap_points_daily: Annotated[int, Field(ge=1, le=MAX_POINTS)] | None = None
    capped: list[Identifier] = []
    points_per_yuan: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    accepts: list[Literal["wechat_inducement"]] = []
    shop_hosts: list[Host] = []
    """Where links lead that count as shares."""
    shop_appids: list[Room] = []
    """Mini-programs whose cards count as shares."""
    products: list[Name] = []
    """What the shop sells, as members call it."""
    checkin_words: list[Name] = []
    """What checks in beside 签到 and 打卡."""
    topics: list[Tag] = []
    """What posts may be about beside the usual topics."""
    bots: list[Account] = []
    """Accounts whose messages are no deeds."""
    admin_room: Room | None = None
    """Where admins are asked to decide."""
    extends: str | None = None
    """The preset that speaks wherever this folder is silent."""


class RuleTable(TableModel):
    """`[[rule]]`: what one kind of activity earns."""

    id: Identifier
    on: Identifier
    name: Name
    enabled: bool = True
    points: Annotated[int, Field(ge=0, le=MAX_POINTS)]
    per: Literal["unit", "deed"] = "unit"
    from_score: Annotated[int, Field(ge=0, le=100)] | None = None
    doubtful_score: Annotated[int, Field(ge=0, le=100)] | None = None
    excludes_admins: bool = False
    from_units: Annotated[int, Field(ge=1, le=MAX_POINTS)] | None = None
    min_pictures: Annotated[int, Field(ge=0, le=9)] | None = None
    categories: dict[Category, Annotated[int, Field(ge=0, le=10_000)]] = {}
    invitee_points: Annotated[int, Field(ge=0, le=MAX_POINTS)] | None = None
    wait_days: Annotated[int, Field(ge=1, le=365)] | None = None
    wait_for: WaitsFor | None = None
    choices: Annotated[list[Points], Field(min_length=1)] | None = None
    bonuses: list[Points] = []
    every_streak_days: StreakDay | None = None
    streak_days: Annotated[list[StreakDay], Field(min_length=1)] | None = None
    every_total_days: Annotated[int, Field(ge=2, le=36_500)] | None = None
    total_days: Annotated[list[Days], Field(min_length=1)] | None = None
    needs_times: Annotated[int, Field(ge=1, le=1_000)] | None = None
    counts: list[Identifier] = []
    within_days: Annotated[int, Field(ge=1, le=365)] | None = None
    every_months: Annotated[int, Field(ge=2, le=120)] | None = None
    spend_points: Points | None = None
    spend_within: Literal["week", "month"] | None = None
    silent_days: Annotated[int, Field(ge=2, le=3_650)] | None = None
    dormant_months: Annotated[int, Field(ge=1, le=120)] | None = None
    cap_times_daily: Times | None = None
    cap_times_weekly: Times | None = None
    cap_times_monthly: Times | None = None
    cap_times_ever: Times | None = None
    cap_points_daily: CapPoints | None = None
    cap_points_weekly: CapPoints | None = None
    cap_points_monthly: CapPoints | None = None
    cap_points_ever: CapPoints | None = None
    cooldown_s: Annotated[int, Field(ge=1, le=31_536_000)] | None = None
    valid_days: Days | None = None
    shields: Annotated[int, Field(ge=1, le=100)] | None = None
    shields_most: Annotated[int, Field(ge=1, le=100)] | None = None
    rooms: list[Room] = []
    tiers: list[Identifier] = []
    segments: list[Identifier] = []
    tags: list[Tag] = []
    where: str = ""
    reply: Reply = ""
    goal: Goal = ""

    @field_validator("where")
    @classmethod
    def _is_a_condition(cls, text: str) -> str:
        where(text, of_deeds=True)
        return text

    @field_validator("doubtful_score")
    @classmethod
    def _is_below_what_is_sure(cls, found: int | None, info: ValidationInfo) -> int | None:
        # A from_score with a fault of its own, which is told of, is not in the data.
        sure = info.data.get("from_score", found)
        if found is not None and sure is None:
            raise ValueError("must stand beside from_score, from which nobody doubts")
        if found is not None and sure is not None and found > sure:
            raise ValueError(f"must not be more than from_score = {sure}")
        return found

    @field_validator("wait_for")
    @classmethod
    def _ends_one_way(cls, wait_for: WaitsFor | None, info: ValidationInfo) -> WaitsFor | None:
        if wait_for is None:
            return None
        if info.data.get("wait_days") is not None:
            raise ValueError(f"must not stand beside wait_days, a rule has one of {ALL_WAITING}")
        kind = info.data.get("on")
        if wait_for == "completed" and kind != ORDER:
            raise ValueError(f'must be "admin", only on = "{ORDER}" is ever completed')
        if wait_for == "admin" and kind in UNJUDGED:
            raise ValueError(f'must not be "admin" for on = "{kind}", nobody judges that by hand')
        return wait_for

    @field_validator("choices")
    @classmethod
    def _chosen_by_an_admin(
        cls, found: list[int] | None, info: ValidationInfo
    ) -> list[int] | None:
        if found is None:
            return None
        if info.data.get("wait_for") != "admin":
            raise ValueError('must stand beside wait_for = "admin", an admin chooses')
        points = info.data.get("points")
        if points is not None and points not in found:
            raise ValueError(f"must hold points = {points}, which is given when none is named")
        return found

    @field_validator(*COUNTED)
    @classmethod
    def _counts_one_way(cls, days: Counted, info: ValidationInfo) -> Counted:
        for wait in WAITING:
            if days is not None and info.data.get(wait) is not None:
                raise ValueError(f"must not stand beside {wait}, a bonus for days does not wait")
        for other in COUNTED:
            if info.data.get(other) is not None:
                raise ValueError(f"must not stand beside {other}, of {ALL_COUNTED} a rule has one")
        return days

    @field_validator("wait_days")
    @classmethod
    def _may_wait(cls, days: int | None, info: ValidationInfo) -> int | None:
        kind = info.data.get("on")
        if days is not None and kind in KEPT:
            raise ValueError(
                f'must not stand with on = "{kind}", which is taken back when it ends'
            )
        if days is not None and kind in SETTLED:
            raise ValueError(
                f'must not stand with on = "{kind}", which comes when an order has settled'
            )
        return days

    @field_validator("dormant_months")
    @classmethod
    def _wakes_one_way(cls, months: int | None, info: ValidationInfo) -> int | None:
        if months is not None and info.data.get("silent_days") is not None:
            raise ValueError("must not stand beside silent_days, write two rules")
        return months

    @field_validator(
        "cap_points_daily", "cap_points_weekly", "cap_points_monthly", "cap_points_ever"
    )
    @classmethod
    def _pays_at_least_once(cls, cap: int | None, info: ValidationInfo) -> int | None:
        points = info.data.get("points")
        if cap is not None and points is not None and cap < points:
            raise ValueError(f"must not be less than points = {points}")
        return cap


class AdminsTable(TableModel):
    """`[admins]`: what one admin may give."""

    points_daily: Points | None = None
    second_above: Points | None = None


class MakeUpTable(TableModel):
    """`[make_up]`: what it takes to make up a missed day."""

    enabled: bool = True
    points: Points
    within_days: Annotated[int, Field(ge=1, le=365)]
    times_monthly: Annotated[int, Field(ge=1, le=31)] | None = None


class TierTable(TableModel):
    """`[[tier]]`: a level reached by qualifying points."""

    id: Identifier
    name: Name
    from_points: Annotated[int, Field(ge=0, le=10**15)]
    multiplier: Multiplier = Decimal(1)
    privileges: list[Name] = []
    discount_percent: Annotated[int, Field(ge=1, le=99)] | None = None


class RecheckTable(TableModel):
    """`[recheck]`: the yearly comparison of tiers with what the year gave."""

    month_day: EachYear
    floor: Identifier | None = None


class ExpiryTable(TableModel):
    """`[expiry]`: how long points can be spent; for ever when nothing is said."""

    valid_days: Days | None = None
    valid_until: ValidUntil | None = None
    share_percent: Annotated[int, Field(ge=1, le=99)] | None = None
    inactive_days: Days | None = None
    restore_grace_days: Annotated[int, Field(ge=0, le=3_650)] = 7

    @field_validator("valid_until", "inactive_days")
    @classmethod
    def _expires_one_way(
        cls, found: ValidUntil | int | None, info: ValidationInfo
    ) -> ValidUntil | int | None:
        for other in ("valid_days", "valid_until"):
            if found is not None and info.data.get(other) is not None:
                raise ValueError(f"must not stand beside {other}, of {ALL_EXPIRING} there is one")
        return found

    @field_validator("share_percent")
    @classmethod
    def _is_of_what_expires(cls, found: int | None, info: ValidationInfo) -> int | None:
        # A key with a fault of its own, which is told of, is not in the data.
        others = [info.data.get(key, found) for key in ("valid_days", "valid_until")]
        if found is not None and others == [None, None]:
            raise ValueError("must stand beside valid_days or valid_until, it is a share of those")
        return found


class PacingTable(TableModel):
    """`[pacing]`: how closely the bot speaks, and when it keeps quiet."""

    gap_ms: Annotated[int, Field(ge=0, le=60_000)] = USUAL_GAP_MS
    most_a_minute: Annotated[int, Field(ge=1, le=6_000)] = USUAL_A_MINUTE
    quiet_from: Clock | None = None
    quiet_until: Clock | None = None

    @field_validator("quiet_until")
    @classmethod
    def _is_not_when_it_begins(cls, found: time | None, info: ValidationInfo) -> time | None:
        if found is not None and found == info.data.get("quiet_from"):
            raise ValueError("must not be quiet_from as well; without both there are none")
        return found


TABLES: Mapping[str, type[TableModel]] = MappingProxyType(
    {
        "programme": ProgrammeTable,
        "rule": RuleTable,
        "campaign": CampaignTable,
        "segment": SegmentTable,
        "make_up": MakeUpTable,
        "admins": AdminsTable,
        "tier": TierTable,
        "recheck": RecheckTable,
        "expiry": ExpiryTable,
        "pacing": PacingTable,
    }
)
LISTED = frozenset({"rule", "campaign", "segment", "tier"})
"""The tables there may be several of, written `[[rule]]`."""
