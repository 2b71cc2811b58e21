"""Judging: what one deed earns under the rules in force."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from math import floor
from zoneinfo import ZoneInfo

from bot.points import budget
from bot.points.campaign import Calendar, Campaign, Effect, is_birthday, is_open
from bot.points.day import day_text
from bot.points.exact import exact_product
from bot.points.expiry import expires_on, share_percent
from bot.points.streak import STREAK_KIND, Due, bonus_days, owed
from bot.points.tier import tier_for
from bot.points.types import (
    MAX_POINTS,
    PERIODS,
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
ADMIN = "admin"
"""Who did it, as the fact `role` of a deed says."""
SURE = 100
"""The score of what does not need one."""
PROGRAMME_CAP = "programme_cap_points_daily"
"""The code of the cap that the programme sets over many rules."""

SPENT = frozenset(
    {
        PROGRAMME_CAP,
        "nothing",
        *(f"cap_{of}_{name}" for of in ("times", "points") for name, _ in PERIODS),
    }
)
"""Codes of rules that were for the deed and had nothing left to give."""

Steps = dict[str, str | int]
Occasion = tuple[date, str, Steps]
"""A day for which a rule pays, the key of that, and the steps that are its own."""


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
    barring: list[str] = []
    tier = tier_for(standing.qualifying_points, programme.tiers)
    is_multiplied = tier is not None and activity.kind in programme.tier_multiplies
    multiplier = tier.multiplier if tier is not None and is_multiplied else ONE
    for rule in programme.rules_on(activity.kind):
        base = rule.points if not activity.is_invitee else rule.invitee_points
        if base is None or rule.condition != activity.condition:
            continue
        refusal = unmet(rule, activity, standing, programme) if rule.is_for_some else None
        if refusal is not None:
            barring.append(rule.id)
        occasions = _occasions(rule, activity, standing, multiplier)
        if not occasions:
            continue
        calendar = programme.calendar(rule)
        running = _running(calendar, activity, standing, programme, tier)
        for occasion in occasions:
            effect, plain = _effects(base, calendar, running, standing, entries)
            outcome = refusal or _pay(
                rule, activity, standing, programme, occasion, multiplier, effect, entries
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
    return Decision(tuple(entries), tuple(refusals), undone, frozenset(barring))


def is_done(activity: Activity, decision: Decision) -> bool:
    """Whether the deed counts as done. What earns nothing does not, so that it can be done again;
    but a day is checked in, and the streak goes on, though caps leave nothing for it, unless
    another room may give something."""
    if decision.entries or not decision.refusals or activity.is_made_up:
        return True
    codes = {one.code for one in decision.refusals}
    is_spent = "other_rooms" not in codes and not SPENT.isdisjoint(codes)
    return activity.kind == STREAK_KIND and is_spent


def spent_first(refusals: Sequence[Refusal]) -> tuple[Refusal, ...]:
    """Those of rules that had nothing left to give before those of rules that were not for the
    deed: the first is told."""
    return tuple(sorted(refusals, key=lambda one: one.code not in SPENT))


def _running(
    calendar: Calendar,
    activity: Activity,
    standing: Standing,
    programme: Programme,
    tier: Tier | None,
) -> Sequence[Campaign]:
    """Those that are open when the deed is done, and for this member."""
    if not calendar.campaigns:
        return ()
    local = (activity.done_at or activity.at).astimezone(programme.zone)
    return [
        one
        for one in calendar.on(local.date())
        if one.is_all_day or _is_for(one, activity, standing, tier, local)
    ]


def _is_for(
    campaign: Campaign, activity: Activity, standing: Standing, tier: Tier | None, local: datetime
) -> bool:
    """Whether it is open at this programme-local time, for this member and there."""
    if campaign.window.hours and not is_open(campaign.window, local):
        return False
    if campaign.birthday and not is_birthday(campaign.birthday, standing.birthday, local.date()):
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


def is_over(rule: Rule, awards: Awards) -> bool:
    """Whether the rule pays the member never again: a cap for life is reached."""
    return any(
        cap.period == "ever"
        and (awards.ever.points if cap.is_in_points else awards.ever.times) >= cap.limit
        for cap in rule.caps
    )


def deed_fields(activity: Activity, zone: ZoneInfo) -> Fields:
    """What a rule's `where` may ask of a deed: 0 pictures where none are told of, no room in a
    private chat; the hour is that of the programme's `zone`."""
    return {
        "units": activity.units,
        "pictures": int(activity.facts.get("pictures", 0)),
        "hour": (activity.done_at or activity.at).astimezone(zone).hour,
        "weekday": activity.on.isoweekday(),
        "room": activity.place or "",
        "topic": activity.facts.get("topic", ""),
        "score": int(activity.facts.get("score", SURE)),
    }


def _effects(
    base: int,
    calendar: Calendar,
    running: Sequence[Campaign],
    standing: Standing,
    before: Sequence[Entry],
) -> tuple[Effect, Effect | None]:
    """What the campaigns make of the base, without those whose budget is gone; and what those
    without a budget make of it, None where none with a budget has a part in the first."""
    effect = calendar.effect(base, running)
    if not effect.budgeted:
        return effect, None
    spent = [entry.why for entry in before]
    unlimited = [one for one in running if one.budget_points is None]
    funded = [
        one
        for one in running
        if one.budget_points is None or budget.least_left(standing.budgets, [one.id], spent) > 0
    ]
    effect = calendar.effect(base, funded)
    return effect, calendar.effect(base, unlimited) if effect.budgeted else None


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
    return f"{kind}/{day_text(on)}/{member}"


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


def _product(worth: Decimal | int, *multipliers: Decimal) -> Decimal | int:
    """Exactly; a whole number stays one where nothing multiplies it."""
    for multiplier in multipliers:
        if multiplier != ONE:
            worth = exact_product(multiplier, worth)
    return worth


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
) -> Sequence[Occasion]:
    """All for which the rule pays this deed. The tier's `multiplier` is not for bonuses."""
    due, on = rule.due, activity.on
    if due is None:
        steps: Steps = {"multiplier": str(multiplier), **dict(activity.condition)}
        return () if activity.is_made_up else ((on, activity.key, steps),)
    if activity.kind != STREAK_KIND:
        return ()
    if due.is_total:
        count = standing.total_days + 1
        if not due.is_due(count):
            return ()
        key = total_key(activity.kind, count, activity.member)
        return ((on, key, _steps("total_days", count, due)),)
    if standing.run_after:
        return tuple(_joined(rule, due, activity, standing))
    place = standing.run_before + 1
    if not due.is_due(place):
        return ()
    return ((on, activity.key, _steps("streak_days", place, due)),)


def _steps(counted: str, count: int, due: Due) -> Steps:
    return {counted: count, due.key: due.every} if due.every else {counted: count}


def _joined(rule: Rule, due: Due, activity: Activity, standing: Standing) -> Iterator[Occasion]:
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
    occasion: Occasion,
    multiplier: Decimal,
    effect: Effect,
    before: Sequence[Entry],
) -> Entry | Refusal:
    """One entry, or why not. The tier's `multiplier` is not for bonuses; `before` is what the deed
    has earned so far."""
    refusal = _unfit(rule, activity)
    if refusal is None and rule.is_limited:
        refusal = _refusal(rule, activity, standing, before)
    if refusal is not None:
        return refusal
    day, key, steps = occasion
    why: Steps = {"base": effect.base, **steps}
    worth = _worth(rule, activity, effect.base)
    if worth != effect.base:
        why |= _unit_steps(rule, activity, effect.base)
    why |= effect.steps
    why |= _doubt_step(rule, activity)
    if rule.shields:
        why |= _shield_steps(rule, standing, before)
    product = _product(worth, ONE if rule.due else multiplier, effect.multiplier)
    points = min(floored(product) + effect.bonus, MAX_POINTS)
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
        share_percent=share_percent(programme, rule.valid_days),
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
    if rule.excludes_admins and activity.facts.get("role") == ADMIN:
        return Refusal("not_for_admins", rule.id)
    if int(activity.facts.get("score", SURE)) < rule.least_score:
        return Refusal("unlike", rule.id)
    if rule.from_units is not None and activity.units < rule.from_units:
        return Refusal("too_small", rule.id)
    pictures = rule.min_pictures
    if pictures is not None and int(activity.facts.get("pictures", 0)) < pictures:
        return Refusal("too_few_pictures", rule.id)
    return None


def _doubt_step(rule: Rule, activity: Activity) -> Steps:
    """Why an admin decides on it whatever else the rule says."""
    if "doubt" in activity.facts:
        return {"doubt": activity.facts["doubt"]}
    score = int(activity.facts.get("score", SURE))
    if rule.from_score is not None and score < rule.from_score:
        return {"doubt": f"score {score} of {rule.from_score}"}
    return {}


def _shield_steps(rule: Rule, standing: Standing, before: Sequence[Entry]) -> Steps:
    """How many shields the rule gives beside its points, as far as no more are held than may
    be."""
    given = rule.shields or 0
    if rule.shields_most is not None:
        held = standing.shields + sum(int(entry.why.get("shields", 0)) for entry in before)
        given = min(given, rule.shields_most - held)
    return {"shields": given} if given > 0 else {}


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
