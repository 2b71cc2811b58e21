"""A folder of TOML files to the frozen `Programme` they describe, or to all of their faults."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo

from bot.points.lexicon import Lexicon
from bot.points.pacing import Pacing
from bot.points.segment import cycle
from bot.points.types import Admins, MakeUp, Programme, Recheck, Rule, Tier
from config.advice import warnings
from config.campaigns import CampaignTable, campaign
from config.errors import ConfigError, ConfigErrors, hint, shown
from config.extends import PRESETS, PRESETS_ORIGIN, preset_ids, read_extended
from config.kept import from_text, to_text
from config.schema import (
    AdminsTable,
    ExpiryTable,
    MakeUpTable,
    PacingTable,
    ProgrammeTable,
    RecheckTable,
    RuleTable,
    TierTable,
)
from config.segments import SegmentTable, segment
from config.source import Source
from config.validate import Model, validated
from config.where import where
from config.worth import excess

__all__ = [
    "ConfigError", "ConfigErrors", "Preset",
    "load", "load_chosen", "load_preset", "preset_ids", "presets", "revive", "warnings",
]  # fmt: skip


AUDIENCE = ("rooms", "tiers", "segments", "tags")
"""The keys that say where a rule pays, and whom."""


@dataclass(frozen=True, slots=True)
class Preset:
    """A programme that is shipped, to start from."""

    id: str
    name: str
    """Its programme's name: 标准积分计划."""
    summary: str
    """One line for a list: the comment its programme.toml begins with."""


def load(folder: Path, origin: str | None = None) -> Programme:
    """The programme of a folder, called `origin` or its path in messages; or `ConfigErrors`."""
    return _programme(read_extended(folder, origin or folder.as_posix()))


def revive(text: str, version: str) -> Programme:
    """The programme that had this `text` and `version`; or `ConfigErrors`, when this program does
    not know such tables any more."""
    origin = f"programme {version}"
    return replace(_programme(Source(origin, from_text(text, origin), (), b"")), version=version)


def _programme(source: Source) -> Programme:
    errors = list(source.errors)
    programmes = _checked(source, "programme", ProgrammeTable, errors)
    rules = _checked(source, "rule", RuleTable, errors)
    campaigns = _checked(source, "campaign", CampaignTable, errors)
    segments = _checked(source, "segment", SegmentTable, errors)
    make_ups = _checked(source, "make_up", MakeUpTable, errors)
    admins = _checked(source, "admins", AdminsTable, errors)
    tiers = _checked(source, "tier", TierTable, errors)
    rechecks = _checked(source, "recheck", RecheckTable, errors)
    expiries = _checked(source, "expiry", ExpiryTable, errors)
    pacings = _checked(source, "pacing", PacingTable, errors)
    errors += _missing(source)
    errors += _disorder(source, tiers)
    errors += _idle(source)
    errors += _half_quiet(source)
    errors += _no_floor(source, tiers, rechecks)
    errors += _unknown(source)
    errors += _segment_faults(source, segments)
    if errors:
        raise ConfigErrors(errors)
    programme = Programme(
        name=programmes[0].name,
        version=source.digest.hex()[:12],
        zone=ZoneInfo(programmes[0].zone),
        rules=tuple(_rule(table) for table in rules if table.enabled),
        campaigns=tuple(map(campaign, campaigns)),
        segments=tuple(map(segment, segments)),
        make_up=next((_make_up(table) for table in make_ups if table.enabled), None),
        recheck=next((Recheck(**table.model_dump()) for table in rechecks), None),
        tiers=tuple(map(_tier, tiers)),
        tier_multiplies=frozenset(programmes[0].tier_multiplies),
        cap_points_daily=programmes[0].cap_points_daily,
        capped=frozenset(programmes[0].capped),
        points_per_yuan=programmes[0].points_per_yuan,
        accepts=frozenset(programmes[0].accepts),
        admin_room=programmes[0].admin_room,
        admins=next((Admins(**table.model_dump()) for table in admins), Admins()),
        pacing=next((Pacing(**table.model_dump()) for table in pacings), Pacing()),
        lexicon=_lexicon(programmes[0]),
        text=to_text(source.tables),
        **(expiries or [ExpiryTable()])[0].model_dump(),
    )
    if reason := excess(programme):
        fault = f"points_per_yuan = {programme.points_per_yuan}, {reason}"
        raise ConfigErrors([source.of("programme")[0].error("points_per_yuan", fault)])
    return programme


def load_preset(name: str) -> Programme:
    """The programme of a shipped preset; or `ConfigErrors` with the nearest name there is."""
    if name not in preset_ids():
        fault = f"unknown preset {shown(name)}, {hint(name, preset_ids())}"
        raise ConfigErrors([ConfigError(PRESETS_ORIGIN, "", "", None, fault)])
    return load(PRESETS / name, f"{PRESETS_ORIGIN}/{name}")


def load_chosen(preset: str | None, folder: Path | None, origin: str | None = None) -> Programme:
    """The programme of the folder, called `origin` in messages; without one, the preset's, or
    `standard`."""
    return load(folder, origin) if folder is not None else load_preset(preset or "standard")


def presets() -> list[Preset]:
    """All that are shipped, `standard` first."""
    return [
        Preset(name, load_preset(name).name, _summary(PRESETS / name)) for name in preset_ids()
    ]


def _rule(table: RuleTable) -> Rule:
    days = {
        key: tuple(sorted(set(getattr(table, key) or ())))
        for key in ("streak_days", "total_days", "choices", "bonuses")
    }
    written = table.model_dump(exclude={"enabled"})
    # 0 takes back what the programme below asks for or gives.
    taken_back = {key: written[key] or None for key in ("invitee_points", "min_pictures")}
    whom = {key: frozenset(getattr(table, key)) for key in AUDIENCE}
    more = {"counts": tuple(table.counts), "where": where(table.where, of_deeds=True)}
    return Rule(**{**written, **days, **taken_back, **whom, **more})


def _lexicon(table: ProgrammeTable) -> Lexicon:
    return Lexicon(
        hosts=frozenset(table.shop_hosts),
        appids=frozenset(table.shop_appids),
        products=tuple(table.products),
        checkin_words=frozenset(table.checkin_words),
        topics=tuple(table.topics),
        bots=frozenset(table.bots),
    )


def _tier(table: TierTable) -> Tier:
    return Tier(**{**table.model_dump(), "privileges": tuple(table.privileges)})


def _make_up(table: MakeUpTable) -> MakeUp:
    return MakeUp(**table.model_dump(exclude={"enabled"}))


def _summary(folder: Path) -> str:
    text = (folder / "programme.toml").read_text(encoding="utf-8")
    return text.partition("\n")[0].removeprefix("#").strip()


def _checked(
    source: Source, kind: str, model: type[Model], errors: list[ConfigError]
) -> list[Model]:
    """The sound tables of one kind; what is wrong with the others is added to `errors`."""
    found = [validated(table, model) for table in source.of(kind)]
    errors += [error for one in found if isinstance(one, list) for error in one]
    return [one for one in found if not isinstance(one, list)]


def _missing(source: Source) -> Iterator[ConfigError]:
    """Said only when every file could be read: else the table may stand in one that could not."""
    for kind, heading in (("programme", "[programme]"), ("rule", "[[rule]]")):
        if not source.errors and not source.of(kind):
            yield ConfigError(source.origin, "", "", None, f"has no {heading} table")


def _disorder(source: Source, tiers: list[TierTable]) -> Iterator[ConfigError]:
    """Tiers that do not begin at 0 or do not ascend, once every tier is sound by itself."""
    tables = source.of("tier")
    if not tables or len(tiers) < len(tables):
        return
    if tiers[0].from_points != 0:
        yield tables[0].error(
            "from_points", f"from_points = {tiers[0].from_points}, must be 0 in the first tier"
        )
    for (lower, higher), table in zip(pairwise(tiers), tables[1:], strict=True):
        if higher.from_points <= lower.from_points:
            fault = f"must be more than {lower.from_points} of tier {shown(lower.id)} before it"
            yield table.error("from_points", f"from_points = {higher.from_points}, {fault}")


def _idle(source: Source) -> Iterator[ConfigError]:
    """Campaigns that do nothing."""
    for table in source.of("campaign"):
        if not {"multiplier", "bonus", "points"} & table.values.keys():
            yield table.error("", "has none of multiplier, bonus and points")


def _half_quiet(source: Source) -> Iterator[ConfigError]:
    """Quiet hours without an end, or a beginning."""
    for table in source.of("pacing"):
        for key, other in (("quiet_from", "quiet_until"), ("quiet_until", "quiet_from")):
            if key in table.values and other not in table.values:
                value = shown(table.values[key])
                yield table.error(key, f"{key} = {value}, must stand beside {other}")


def _no_floor(
    source: Source, tiers: list[TierTable], rechecks: list[RecheckTable]
) -> Iterator[ConfigError]:
    """A floor that is no tier, once every tier is sound by itself."""
    if source.errors or len(tiers) < len(source.of("tier")):
        return
    ids = [tier.id for tier in tiers]
    for one, table in zip(rechecks, source.of("recheck"), strict=False):
        if one.floor is not None and one.floor not in ids:
            end = hint(one.floor, ids) if ids else "there is none"
            yield table.error("floor", f"floor = {shown(one.floor)}, is no tier, {end}")


NAMED: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "rule": {"campaign": ("rules",)},
        "tier": {"rule": ("tiers",), "campaign": ("tiers",), "segment": ("tiers",)},
        "segment": {
            "rule": ("segments",),
            "campaign": ("segments",),
            "segment": ("any_of", "all_of", "none_of"),
        },
    }
)
"""What is named by its id, in which tables, under which keys."""


def _unknown(source: Source) -> Iterator[ConfigError]:
    """What a table names and nobody wrote, once it is clear what everything is called."""
    for kind, places in NAMED.items():
        ids = [table.values.get("id") for table in source.of(kind)]
        known = [one for one in ids if isinstance(one, str)]
        if source.errors or len(known) < len(ids):
            continue
        for table, key in (
            (table, key) for place, keys in places.items()
            for table in source.of(place) for key in keys
        ):  # fmt: skip
            names = table.values.get(key)
            for name in names if isinstance(names, list) else ():
                if isinstance(name, str) and name not in known:
                    end = hint(name, known) if known else "there is none"
                    yield table.error(key, f"{key} = {shown(name)}, is no {kind}, {end}")


def _segment_faults(source: Source, found: Sequence[SegmentTable]) -> Iterator[ConfigError]:
    """Segments that ask for nothing, and those that come back to themselves."""
    tables = {str(table.values.get("id")): table for table in source.of("segment")}
    segments = {one.id: segment(one) for one in found}
    for one in found:
        if tables[one.id].values.keys() <= {"id", "name"}:
            yield tables[one.id].error("", "has no condition")
        if way := cycle(segments, one.id):
            fault = f"must not come back to itself: {' -> '.join(way)}"
            yield tables[one.id].error("", fault)
