"""Judging: what one deed earns under the rules in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import floor
from zoneinfo import ZoneInfo

from bot.points import budget
from bot.points.campaign import Campaign, Effect, is_birthday, those_open
from bot.points.campaign import effect as campaign_effect
from bot.points.exact import exact_product
from bot.points.expiry import expires_on
from bot.points.streak import STREAK_KIND, Due, bonus_days, owed
from bot.points.tier import tier_for
from bot.points.types import (
    MAX_POINTS,
    Activity,
    Awards,
    Decision,
    Entry,
    Programme,
    Refusal,
    Rule,
    Standing,
    Tier,
)
from bot.points.where import Fields

ONE = Decimal(1)
NO_AWARDS = Awards()
NONE_PAID: Mapping[date, int] = {}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
PROGRAMME_CAP = "programme_cap_points_daily"
"""The code of the cap that the programme sets over many rules."""

Steps = dict[str, str | int]


def decide(activity: Activity, standing: Standing, programme: Programme) -> Decision:
    """What every rule for this kind of activity pays: base × units × tier × campaign, floored
    once, plus a campaign's bonus, then caps.

    A cap in points pays what is left of it, a cap in times refuses. Bonuses for days in a row, or
    in all, are multiplied only by a campaign that names them. The programme's daily cap comes
    last, and counts for the deed's day whatever this deed pays. Of what campaigns with a budget
    add to that, the budgets give what they have left.
    """
    entries: list[Entry] = []
    refusals: list[Refusal] = []
    tier = tier_for(standing.qualifying_points, programme.tiers)
    is_multiplied = tier is not None and activity.kind in programme.tier_multiplies
    multiplier = tier.multiplier if tier is not None and is_multiplied else ONE
    for rule in programme.rules_on(activity.kind):
        if rule.condition != activity.condition:
            continue
        running: Sequence[Campaign] = programme.campaigns_on(rule)
        if running:
            local = (activity.done_at or activity.at).astimezone(programme.zone)
            running = _open_for(running, local, activity, standing, tier)
        refusal = unmet(rule, activity, standing, programme) if rule.is_for_some else None
        base = rule.points if not activity.is_invitee else rule.invitee_points
        if base is None:
            continue
        for day, key, steps in _occasions(rule, activity, standing, multiplier):
            effect, plain = (
                _effects(base, running, standing, entries) if running else (Effect(base), None)
            )
            outcome = refusal or _pay(
                rule, activity, standing, programme, day, key, steps, effect, entries
            )
            if isinstance(outcome, Refusal):
                refusals.append(outcome)
            elif plain is None:
                entries.append(outcome)
            else:
                entries.append(
                    _within_budget(outcome, rule, activity, standing, effect, plain, entries)
                )
    undone = tuple(_undone(activity, standing, programme)) if standing.paid_after else ()
    return Decision(tuple(entries), tuple(refusals), undone)


def _open_for(
    campaigns: Sequence[Campaign],
    local: datetime,
    activity: Activity,
    standing: Standing,
    tier: Tier | None,
) -> list[Campaign]:
    """Those that are open at this programme-local time, and for this member."""
    return [
        one
        for one in those_open(campaigns, local)
        if not one.is_for_some or _is_for(one, activity, standing, tier, local.date())
    ]


def _is_for(
    campaign: Campaign, activity: Activity, standing: Standing, tier: Tier | None, day: date
) -> bool:
    """Whether it is for this member, there and on that day."""
    if campaign.birthday and not is_birthday(campaign.birthday, standing.birthday, day):
        return False
    return not barred(campaign, activity.place, standing, tier)


def barred(
    audience: Rule | Campaign, place: str | None, standing: Standing, tier: Tier | None
) -> Refusal | None:
    """Why a rule or a campaign is not for the member, who holds this tier, in the room that the
    platform calls `place`; None when it is."""
    if audience.rooms and place not in audience.rooms:
        return Refusal("other_rooms", audience.id)
    if audience.tiers and (tier is None or tier.id not in audience.tiers):
        return Refusal("other_tiers", audience.id)
    if audience.segments and audience.segments.isdisjoint(standing.segments):
        return Refusal("other_segments", audience.id)
    if audience.tags and audience.tags.isdisjoint(standing.tags):
        return Refusal("other_tags", audience.id)
    return None


def unmet(
    rule: Rule, activity: Activity, standing: Standing, programme: Programme
) -> Refusal | None:
    """Why a rule is not for this deed of the member, whatever it pays; None when it is."""
    tier = tier_for(standing.qualifying_points, programme.tiers)
    refusal = barred(rule, activity.place, standing, tier)
    if refusal is not None or rule.where is None:
        return refusal
    fields = {**standing.fields, **deed_fields(activity, programme.zone)}
    return None if rule.where.holds(fields) else Refusal("other_where", rule.id)


def deed_fields(activity: Activity, zone: ZoneInfo) -> Fields:
    """What a rule's `where` may ask of a deed: 0 pictures where none are told of, no room in a
    private chat; the hour is that of the programme's `zone`."""
    return {
        "units": activity.units,
        "pictures": int(activity.facts.get("pictures", 0)),
        "hour": (activity.done_at or activity.at).astimezone(zone).hour,
        "weekday": activity.on.isoweekday(),
        "room": activity.place or "",
    }


def _effects(
    base: int, running: Sequence[Campaign], standing: Standing, before: Sequence[Entry]
) -> tuple[Effect, Effect | None]:
    """What the campaigns make of the base, without those whose budget is gone; and what those
    without a budget make of it, None where none with a budget has a part in the first."""
    spent = [entry.why for entry in before]
    unlimited = [one for one in running if one.budget_points is None]
    if len(unlimited) == len(running):
        return campaign_effect(base, running), None
    funded = [
        one
        for one in running
        if one.budget_points is None or budget.least_left(standing.budgets, [one.id], spent) > 0
    ]
    effect = campaign_effect(base, funded)
    return effect, campaign_effect(base, unlimited) if effect.budgeted else None


def restated(
    rule: Rule, why: Mapping[str, str | int], activity: Activity, budget_left: int = 0
) -> tuple[int, Steps]:
    """What a rule pays for a deed whose units turn out to be others than those that were judged:
    points, 0 or more, and how they come about. Base, multipliers, bonus and what the caps left
    stay those of `why`; campaigns with a budget may add `budget_left` to what they gave."""
    base = int(why["base"])
    worth = _worth(rule, activity, base)
    most = min(int(why.get("cap_left", MAX_POINTS)), MAX_POINTS)
    points = points_by(why, worth, most)
    steps = {step: why[step] for step in why if step not in ("units", "worth", "parts")}
    if rule.from_units is not None and activity.units < rule.from_units:
        points = 0
    elif "budget" in why:
        plain_worth = _worth(rule, activity, int(why["plain_base"]))
        plain = points_by(why, plain_worth, most, is_plain=True)
        points, steps = rebudgeted(points, plain, steps, budget_left)
    return points, steps if worth == base else steps | _unit_steps(rule, activity, base)


def rebudgeted(points: int, plain: int, why: Steps, left: int) -> tuple[int, Steps]:
    """What a deed earns that is worth `points`, `plain` without campaigns that have a budget, when
    those have `left` beside what it was charged for by `why`; and its steps then."""
    kept, charged = budget.spend(points, plain, int(why["budget_points"]), left)
    steps: Steps = {step: why[step] for step in why if step != "budget_left"}
    steps["budget_points"] = charged
    if kept < points:
        steps["budget_left"] = charged
    return kept, steps


def points_by(
    why: Mapping[str, str | int], worth: Decimal | int, most: int, *, is_plain: bool = False
) -> int:
    """What a deed that is worth so much before multipliers earns by the tier and the campaigns
    that were stored for it, floored once, at most `most`. `is_plain`: without campaigns that have
    a budget."""
    times, more = (
        ("plain_multiplier", "plain_bonus") if is_plain else ("campaign_multiplier", "bonus")
    )
    multiplier = exact_product(Decimal(why.get("multiplier", 1)), Decimal(why.get(times, 1)))
    return min(floored(exact_product(multiplier, Decimal(worth))) + int(why.get(more, 0)), most)


def day_key(kind: str, on: date, member: int) -> str:
    """The key of a deed that counts once a programme day: `checkin/2026-11-01/17`. The day stands
    first, so that the keys of one day are neighbours in the index."""
    return f"{kind}/{on.isoformat()}/{member}"


def total_key(kind: str, count: int, member: int) -> str:
    """The key of what is paid for the n-th day in all: `checkin/total-100/17`. Which day that was
    depends on the order in which late ones came, the number does not."""
    return f"{kind}/total-{count}/{member}"


def floored(exact: Decimal | int) -> int:
    """Rounded down to whole points: done once, at the end."""
    return floor(exact)


def _worth(rule: Rule, activity: Activity, base: int) -> Decimal | int:
    """Base points of the whole deed, before multipliers: exact, in the rates of its categories."""
    if rule.per == "deed":
        return base
    if _has_rates(rule, activity):
        rates = rule.categories
        return sum(
            (units * rates.get(category, base) for category, units in activity.parts), Decimal(0)
        )
    return base if activity.units == ONE else base * activity.units


def _has_rates(rule: Rule, activity: Activity) -> bool:
    return bool(rule.categories) and any(name in rule.categories for name, _ in activity.parts)


def _unit_steps(rule: Rule, activity: Activity, base: int) -> Steps:
    """How many units of what: `units`, or the exact sum over categories as `worth` with its parts
    in words."""
    if not _has_rates(rule, activity):
        return {"units": str(activity.units)}
    parts = [
        f"{category or '其他'} {units}×{rule.categories.get(category, base)}"
        for category, units in activity.parts
    ]
    return {"worth": str(_worth(rule, activity, base)), "parts": " + ".join(parts)}


def _occasions(
    rule: Rule, activity: Activity, standing: Standing, multiplier: Decimal
) -> Iterator[tuple[date, str, Steps]]:
    """The days for which the rule pays this deed, each with its key and the steps that are its
    own. The tier's `multiplier` is not for bonuses."""
    due, on = rule.due, activity.on
    if due is None:
        if not activity.is_made_up:
            yield on, activity.key, {"multiplier": str(multiplier), **dict(activity.condition)}
    elif activity.kind != STREAK_KIND:
        return
    elif due.is_total:
        count = standing.total_days + 1
        if due.is_due(count):
            key = total_key(activity.kind, count, activity.member)
            yield on, key, _steps("total_days", count, due)
    elif not standing.run_after:
        place = standing.run_before + 1
        if due.is_due(place):
            yield on, activity.key, _steps("streak_days", place, due)
    else:
        yield from _joined(rule, due, activity, standing)


def _steps(counted: str, count: int, due: Due) -> Steps:
    return {counted: count, due.key: due.every} if due.every else {counted: count}


def _joined(
    rule: Rule, due: Due, activity: Activity, standing: Standing
) -> Iterator[tuple[date, str, Steps]]:
    """The bonuses that two joined runs have above what they had apart, each on its own day."""
    before, after = standing.run_before, standing.run_after
    paid = standing.paid_after.get(rule.id, NONE_PAID)
    left = owed(before, after, due, paid)
    for day, place in bonus_days(activity.on, before, after, due):
        if left > 0 and day not in paid:
            left -= 1
            yield (
                day,
                day_key(activity.kind, day, activity.member),
                _steps("streak_days", place, due),
            )


def _undone(activity: Activity, standing: Standing, programme: Programme) -> Iterator[int]:
    """The bonuses that two runs had apart and have not together, the latest first."""
    before, after = standing.run_before, standing.run_after
    for rule in programme.rules_on(activity.kind):
        paid = standing.paid_after.get(rule.id)
        if rule.due is None or not paid:
            continue
        kept = {day for day, _ in bonus_days(activity.on, before, after, rule.due)}
        stale = [paid[day] for day in sorted(paid, reverse=True) if paid[day] and day not in kept]
        yield from stale[: max(0, -owed(before, after, rule.due, paid))]


def _pay(
    rule: Rule,
    activity: Activity,
    standing: Standing,
    programme: Programme,
    day: date,
    key: str,
    steps: Steps,
    effect: Effect,
    before: Sequence[Entry],
) -> Entry | Refusal:
    """One entry for `day`, or why not. `steps` goes into `why` between base and caps; `before` is
    what the deed has earned so far."""
    multiplier = exact_product(Decimal(steps.get("multiplier", 1)), effect.multiplier)
    refusal = _unfit(rule, activity)
    if refusal is None and rule.is_limited:
        refusal = _refusal(rule, activity, standing, before)
    if refusal is not None:
        return refusal
    why: Steps = {"base": effect.base, **steps}
    worth = _worth(rule, activity, effect.base)
    product = worth if multiplier == ONE else exact_product(multiplier, worth)
    points = min(floored(product) + effect.bonus, MAX_POINTS)
    if worth != effect.base:
        why |= _unit_steps(rule, activity, effect.base)
    if effect.campaigns or rule.shields:
        why |= _campaign_steps(effect) | _shield_steps(rule, standing, before)
    code, left = least_left(rule, standing, programme, before)
    if left is not None:
        if left <= 0:
            return Refusal(code, rule.id)
        why["cap"], why["cap_left"] = code, left
        points = min(points, left)
    if points <= 0:
        return Refusal("nothing", rule.id)
    return Entry(
        member=activity.member,
        kind="accrual",
        points=points,
        key=f"{rule.id}:{key}",
        at=activity.at,
        on=day,
        rule=rule.id,
        campaign=",".join(effect.campaigns) or None,
        expires_on=expires_on(programme, rule.valid_days, standing.today),
        room=activity.room,
        why=why,
    )


def _within_budget(
    entry: Entry,
    rule: Rule,
    activity: Activity,
    standing: Standing,
    effect: Effect,
    plain: Effect,
    before: Sequence[Entry],
) -> Entry:
    """The entry with what its campaigns' budgets leave of it, and are charged; `plain` is the
    effect without those campaigns, `before` what the deed has earned so far."""
    why: Steps = {**entry.why, "budget": ",".join(effect.budgeted), "budget_points": 0}
    why["plain_base"] = plain.base
    if plain.multiplier != ONE:
        why["plain_multiplier"] = str(plain.multiplier)
    if plain.bonus:
        why["plain_bonus"] = plain.bonus
    left = budget.least_left(standing.budgets, effect.budgeted, [one.why for one in before])
    # The entry is capped already, so it makes no difference that this is not.
    worth = _worth(rule, activity, plain.base)
    plain_points = points_by(why, worth, MAX_POINTS, is_plain=True)
    points, why = rebudgeted(entry.points, plain_points, why, left)
    return replace(entry, points=points, why=why)


def _unfit(rule: Rule, activity: Activity) -> Refusal | None:
    """What the deed itself lacks."""
    if rule.from_units is not None and activity.units < rule.from_units:
        return Refusal("too_small", rule.id)
    pictures = rule.min_pictures
    if pictures is not None and int(activity.facts.get("pictures", 0)) < pictures:
        return Refusal("too_few_pictures", rule.id)
    return None


def _shield_steps(rule: Rule, standing: Standing, before: Sequence[Entry]) -> Steps:
    """How many shields the rule gives beside its points, as far as no more are held than may
    be."""
    given = rule.shields or 0
    if rule.shields_most is not None:
        held = standing.shields + sum(int(entry.why.get("shields", 0)) for entry in before)
        given = min(given, rule.shields_most - held)
    return {"shields": given} if given > 0 else {}


def _campaign_steps(effect: Effect) -> Steps:
    """What campaigns changed; a base of theirs stands as the base."""
    steps: Steps = {"campaign": ",".join(effect.campaigns)} if effect.campaigns else {}
    if effect.multiplier != ONE:
        steps["campaign_multiplier"] = str(effect.multiplier)
    if effect.bonus:
        steps["bonus"] = effect.bonus
    return steps


def _refusal(
    rule: Rule, activity: Activity, standing: Standing, before: Sequence[Entry]
) -> Refusal | None:
    """Why the rule may not pay again yet, by its caps in times and its cooldown."""
    awards = standing.awards.get(rule.id, NO_AWARDS)
    times = sum(entry.rule == rule.id for entry in before)
    for cap in rule.caps:
        if not cap.is_in_points and getattr(awards, cap.period).times + times >= cap.limit:
            return Refusal(cap.code, rule.id)
    if rule.cooldown_s is not None and awards.last_at:
        since = activity.at - (EPOCH + timedelta(microseconds=awards.last_at))
        # A clock that was set back has not paid in the future.
        if timedelta(0) <= since < timedelta(seconds=rule.cooldown_s):
            return Refusal("cooldown", rule.id)
    return None


def least_left(
    rule: Rule, standing: Standing, programme: Programme, before: Sequence[Entry] = ()
) -> tuple[str, int | None]:
    """The cap in points with the least left, and what that is; None without any such cap. `before`
    is what the deed has earned so far."""
    code, least = "", None
    if rule.caps:
        awards = standing.awards.get(rule.id, NO_AWARDS)
        points = sum(entry.points for entry in before if entry.rule == rule.id)
        for cap in rule.caps:
            if cap.is_in_points:
                left = cap.limit - getattr(awards, cap.period).points - points
                if least is None or left < least:
                    code, least = cap.code, left
    if programme.cap_points_daily is not None and rule.id in programme.capped_rules:
        points = sum(entry.points for entry in before if entry.rule in programme.capped_rules)
        left = programme.cap_points_daily - standing.capped_points - points
        if least is None or left < least:
            code, least = PROGRAMME_CAP, left
    return code, least
