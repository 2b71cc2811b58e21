"""What is allowed in a rule and yet hardly meant: what never counts, and what is a risk."""

from collections.abc import Iterator
from itertools import chain

from bot.points.campaign import effect
from bot.points.earn import floored
from bot.points.types import Programme, Rule

ORDER = "order"
"""The kind of activity that comes in yuan, by category, and without pictures."""
FIRST_ORDER = "first_order"
SINGLE = frozenset(
    {"checkin", "welcome", "invite", "invite_first_order", "first_order", "profile", "share"}
)
"""Kinds of activity that come one at a time: nobody can do more units of them."""
WITHOUT_PICTURES = SINGLE - {"share"} | {ORDER, "chat"}
REFERRAL = "invite_first_order"
"""The kind of activity that pays both sides."""
SHARE = "share"
INDUCEMENT = "wechat_inducement"


def rule_warnings(programme: Programme) -> Iterator[str]:
    """One sentence for each surprise."""
    return chain(_never(programme), _capped(programme), _looping(programme), _risky(programme))


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
        if rule.rooms and rule.on in (ORDER, FIRST_ORDER):
            yield f'rule "{rule.id}" never pays, rooms are asked for and orders come from none'
        if rule.categories and rule.on != ORDER:
            yield f'rule "{rule.id}" never uses its categories, only on = "{ORDER}" has them'
        if rule.invitee_points is not None and rule.on != REFERRAL:
            yield f'rule "{rule.id}" never pays its invitee_points, only on = "{REFERRAL}" does'


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
