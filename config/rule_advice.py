"""What is allowed in a rule and yet hardly meant: what never counts, and what is a risk."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

from bot.points.campaign import effect
from bot.points.earn import floored
from bot.points.follow import NEEDS
from bot.points.types import Programme, Rule
from bot.points.units import UNITS

ORDER = "order"
"""The kind of activity that comes in yuan, by category, and without pictures."""
CHAT = "chat"
ROOMLESS = frozenset({ORDER, "first_order", "invite_first_order", "order_months"})
"""Kinds of activity that come from the shop."""
SINGLE = frozenset(
    {"checkin", "welcome", "invite", "invite_first_order", "first_order", "profile", "share"}
)
"""Kinds of activity that come one at a time: nobody can do more units of them."""
WITHOUT_PICTURES = SINGLE - {"share"} | {ORDER, "chat"}
REVIEW = "review"
"""The kind of activity that is told by its words, with a score."""
UNSAID = frozenset({"welcome", "invite"}) | frozenset(NEEDS)
"""Kinds of activity that nobody writes, beside those of the shop."""
HEARD = {
    "shop_hosts": ("hosts", "share"), "shop_appids": ("appids", "share"),
    "products": ("products", REVIEW), "checkin_words": ("checkin_words", "checkin"),
    "topics": ("topics", "post"),
}  # fmt: skip
"""By key of `[programme]`, what it becomes and the kind of activity that is seen by it."""
REFERRAL = "invite_first_order"
"""The kind of activity that pays both sides."""
SHARE = "share"
INDUCEMENT = "wechat_inducement"


def rule_warnings(programme: Programme) -> Iterator[str]:
    """One sentence for each surprise."""
    return chain(
        _never(programme),
        _unused(programme),
        _unheard(programme),
        _unbounded(programme),
        _capped(programme),
        _late(programme),
        _withheld(programme),
        _looping(programme),
        _making_up(programme),
        _risky(programme),
    )


def notes(programme: Programme) -> tuple[str, ...]:
    """What the operator knows of and has accepted, one sentence each."""
    return tuple(
        f"{_risk(rule)}: accepted"
        for rule in programme.rules_on(SHARE)
        if INDUCEMENT in programme.accepts
    )


def _never(programme: Programme) -> Iterator[str]:
    for rule in programme.rules:
        if rule.from_units is not None and rule.from_units > 1 and rule.on in SINGLE:
            yield (
                f'rule "{rule.id}" never pays, from_units = {rule.from_units} '
                f'and on = "{rule.on}" comes one at a time'
            )
        if rule.min_pictures is not None and rule.on in WITHOUT_PICTURES:
            yield (
                f'rule "{rule.id}" never pays, min_pictures = {rule.min_pictures} '
                f'and on = "{rule.on}" has no pictures'
            )
        if rule.rooms and is_roomless(rule):
            yield f'rule "{rule.id}" never pays, rooms are asked for and {_origin(rule)} none'
        if not rule.points and not _gives(rule, programme):
            yield (
                f'rule "{rule.id}" never pays, points = 0 and no campaign that is switched on '
                "gives it points or a bonus"
            )


def _unused(programme: Programme) -> Iterator[str]:
    for rule in programme.rules:
        if rule.categories and rule.on != ORDER:
            yield f'rule "{rule.id}" never uses its categories, only on = "{ORDER}" has them'
        elif rule.categories and rule.per == "deed":
            yield f'rule "{rule.id}" never uses its categories, per = "deed" pays for the whole'
        if rule.invitee_points is not None and rule.on != REFERRAL:
            yield f'rule "{rule.id}" never pays its invitee_points, only on = "{REFERRAL}" does'


def _unheard(programme: Programme) -> Iterator[str]:
    """Keys that say how something is seen which is never seen, or who did what nobody does."""
    for rule in programme.rules:
        scores = [
            key for key in ("from_score", "doubtful_score") if getattr(rule, key) is not None
        ]
        if scores and rule.on != REVIEW:
            yield f'rule "{rule.id}" never uses {scores[0]}, only on = "{REVIEW}" has a score'
        if rule.excludes_admins and rule.on in ROOMLESS | UNSAID:
            yield (
                f'rule "{rule.id}" never uses excludes_admins, on = "{rule.on}" is not what '
                "somebody writes"
            )
    for key, (name, kind) in HEARD.items():
        if getattr(programme.lexicon, name) and not programme.rules_on(kind):
            yield f'[programme] {key} is never used, no rule is for on = "{kind}"'


def is_roomless(rule: Rule) -> bool:
    """Whether what it is for is done in no room: a shop's order and what follows from it, and what
    a job gives."""
    return rule.on in ROOMLESS or rule.dormant_months is not None


def _origin(rule: Rule) -> str:
    return "a job gives it in" if rule.dormant_months is not None else "orders come from"


def _gives(rule: Rule, programme: Programme) -> bool:
    """Whether some campaign gives points that are not a multiple of the rule's own."""
    campaigns = programme.campaigns_on(rule)
    return any(one.points is not None or one.bonus is not None for one in campaigns)


def _unbounded(programme: Programme) -> Iterator[str]:
    """Rules that pay by the character, or for orders of a fen: hardly meant."""
    for rule in programme.rules:
        is_written = UNITS.get(rule.on) == UNITS[CHAT]
        if is_written and rule.per == "unit" and not any(cap.is_in_points for cap in rule.caps):
            yield (
                f'rule "{rule.id}" pays {rule.points} points for each character; write '
                'per = "deed" when they are for all of it'
            )
        is_each = rule.on == ORDER and rule.per == "deed" and rule.from_units is None
        if is_each and programme.points_per_yuan is not None:
            yield (
                f'rule "{rule.id}" pays for an order of 0.01 yuan, too; write from_units, the '
                "yuan from which it pays"
            )


def _capped(programme: Programme) -> Iterator[str]:
    """Caps that can only cut, and caps over nothing."""
    for rule in programme.rules:
        least = rule.points * (rule.from_units or 1) if rule.per == "unit" else rule.points
        tight = [cap for cap in rule.caps if cap.is_in_points and cap.limit < least]
        if tight:
            yield (
                f'rule "{rule.id}" never pays in full, {rule.from_units} units are {least} points '
                f"and {tight[0].code} = {tight[0].limit}"
            )
        most = max(rule.choices, default=0)
        tight = [cap for cap in rule.caps if cap.is_in_points and cap.limit < most]
        if tight:
            yield (
                f'rule "{rule.id}" never pays in full, choices go up to {most} and '
                f"{tight[0].code} = {tight[0].limit}"
            )
        whole = programme.cap_points_daily
        if whole is not None and rule.id in programme.capped_rules and whole < rule.points:
            yield (
                f'rule "{rule.id}" never pays in full, points = {rule.points} '
                f"and [programme] cap_points_daily = {whole}"
            )
    if programme.cap_points_daily is not None and not programme.capped_rules:
        yield "[programme] cap_points_daily caps nothing, no rule is for what capped names"
    if programme.capped and programme.cap_points_daily is None:
        yield "[programme] capped has no cap_points_daily to keep to"


def _withheld(programme: Programme) -> Iterator[str]:
    """What no admin may give but a superuser."""
    limits = programme.admins
    for rule in programme.rules:
        for key, offers in (("choices", rule.choices), ("bonuses", rule.bonuses)):
            for name, most in (
                ("second_above", limits.second_above),
                ("points_daily", limits.points_daily),
            ):
                if most is not None and max(offers, default=0) > most:
                    yield (
                        f'rule "{rule.id}" offers {key} up to {max(offers)}, which admins may '
                        f"not give, [admins] {name} = {most}"
                    )


def _looping(programme: Programme) -> Iterator[str]:
    """Spending that earns what it costs, with all the campaigns that are switched on."""
    for rule in programme.rules:
        given = effect(rule.points, programme.campaigns_on(rule))
        points = floored(given.base * given.multiplier) + given.bonus
        if rule.spend_points is not None and points >= rule.spend_points:
            yield (
                f'rule "{rule.id}" is a loop that earns from spending: '
                f"it pays up to {points} points for {rule.spend_points} spent"
            )


def _late(programme: Programme) -> Iterator[str]:
    for rule in programme.rules:
        if rule.cooldown_s is not None and rule.is_waiting:
            yield (
                f'rule "{rule.id}" has a cooldown_s that begins when its points have settled, and '
                "lets more deeds wait meanwhile; a cap in times counts those that wait"
            )


def _making_up(programme: Programme) -> Iterator[str]:
    """Days that are worth more than it costs to make them up, however many are."""
    terms = programme.make_up
    bonuses = [rule for rule in programme.rules if rule.due is not None and rule.due.every]
    earned = sum(Fraction(rule.points, rule.due.every) for rule in bonuses if rule.due is not None)
    if terms is not None and earned >= terms.points:
        names = " and ".join(f'"{rule.id}"' for rule in bonuses)
        yield (
            f"[make_up] is a loop that earns from spending: a day costs {terms.points} points, "
            f"and by {names} each day is worth {float(earned):g}"
        )


def _risky(programme: Programme) -> Iterator[str]:
    if INDUCEMENT not in programme.accepts:
        for rule in programme.rules_on(SHARE):
            yield (
                f"{_risk(rule)}; switch it off with enabled = false, or write "
                f'accepts = ["{INDUCEMENT}"] under [programme] when you take the risk'
            )


def _risk(rule: Rule) -> str:
    return (
        f'{INDUCEMENT}: rule "{rule.id}" pays for shares, which WeChat punishes as inducement, '
        "by blocking links and accounts"
    )
