"""Whatever is done in whatever order: nothing is rounded in a member's favour, no cap is exceeded,
and what does not depend on each other may come in any order."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor, prod
from zoneinfo import ZoneInfo

from hypothesis import example, given
from hypothesis import strategies as st

from bot.points.account import Account, week_of
from bot.points.campaign import Campaign
from bot.points.earn import decide
from bot.points.types import Activity, Entry, Programme, Rule, Standing, Tier

FIRST = date(2026, 11, 1)
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"))
Deed = tuple[str, Decimal]
"""What kind, and how many units."""


def done(kind: str, units: Decimal, on: date, number: int = 0) -> Activity:
    at = datetime.combine(on, time(4), UTC)
    return Activity(kind, f"{kind}/test/m{number}", 7, on, at, units=units)


def lived(programme: Programme, deeds: Iterable[tuple[date, Deed]]) -> list[Entry]:
    """Everything that a member's deeds earn, each judged by what those before it left."""
    account, earned = Account(7), list[Entry]()
    for number, (on, (kind, units)) in enumerate(deeds):
        awards = {rule.id: account.awards(rule.id, on) for rule in programme.rules_on(kind)}
        capped = account.points_on(on.isoformat(), programme.capped_rules)
        standing = Standing(7, on, awards=awards, capped_points=capped or 0)
        for entry in decide(done(kind, units, on, number), standing, programme).entries:
            account.count(entry.rule or "", entry.points, on.isoformat(), number)
            earned.append(entry)
    return earned


RATIO = st.decimals("0.0001", 100, places=4)
RAISE = st.decimals("1.0001", 100, places=4)


@given(
    base=st.integers(1, 10**6),
    units=st.decimals("0.01", 10**4, places=2),
    tier=RATIO,
    raises=st.lists(RAISE, max_size=6),
    bonus=st.integers(1, 100),
)
@example(  # (10^32 - 1) / 10^26: as close below a million as seven factors come
    base=1,
    units=Decimal("58823.53"),
    tier=Decimal("0.0017"),
    raises=[*map(Decimal, ("6.9857", "28.7809", "10.2857", "1.3837", "3.4947"))],
    bonus=1,
)
def test_the_exact_product_is_rounded_down_once(
    base: int, units: Decimal, tier: Decimal, raises: list[Decimal], bonus: int
) -> None:
    campaigns = [
        Campaign(f"c{n}", f"活动 {n}", multiplier=multiplier, stack=True)
        for n, multiplier in enumerate(raises)
    ]
    programme = replace(
        BASE,
        rules=(Rule("order", "order", "下单", base),),
        tiers=(Tier("all", "全员", 0, tier),),
        tier_multiplies=frozenset({"order"}),
        campaigns=(*campaigns, Campaign("bonus", "加送", bonus=bonus)),
    )
    exact = prod(map(Fraction, (units, tier, *raises)), start=Fraction(base))
    points = min(floor(exact) + bonus, 10**9)
    assert [entry.points for entry in lived(programme, [(FIRST, ("order", units))])] == [points]


CAPPED = replace(
    BASE,
    rules=(
        Rule("share", "share", "分享", 20, cap_times_daily=2, cap_times_weekly=9),
        Rule("post", "post", "发帖", 3, cap_points_weekly=200, cap_points_monthly=500),
        Rule("extra", "post", "发帖加送", 1),
        Rule("order", "order", "下单", 1),
    ),
    tiers=(Tier("all", "全员", 0, Decimal("1.5")),),
    tier_multiplies=frozenset({"share", "post", "order"}),
    campaigns=(Campaign("double", "双倍", multiplier=Decimal("2.5")),),
    cap_points_daily=130,
    capped=frozenset({"share", "post"}),
)
DEEDS = st.tuples(
    st.sampled_from(["share", "post", "order"]), st.integers(1, 20).map(Decimal)
).map(lambda deed: (deed[0], Decimal(1) if deed[0] == "share" else deed[1]))
"""Shares are worth the same each: of those that differ a cap in times pays the first."""
DATED = st.tuples(st.integers(0, 45).map(lambda days: FIRST + timedelta(days=days)), DEEDS)


def paid(earned: Iterable[Entry]) -> Mapping[str | None, int]:
    """Points by rule."""
    found = Counter[str | None]()
    for entry in earned:
        found[entry.rule] += entry.points
    return found


def most(
    earned: Iterable[Entry], rules: frozenset[str], period: Callable[[date], date]
) -> tuple[int, int]:
    """How often these rules paid in the period in which they paid most often, and how much in that
    in which they paid most."""
    times, points = Counter[date](), Counter[date]()
    for entry in earned:
        if entry.rule in rules:
            times[period(entry.on)] += 1
            points[period(entry.on)] += entry.points
    return max(times.values(), default=0), max(points.values(), default=0)


@given(st.lists(DATED, max_size=120))
def test_no_cap_is_ever_exceeded(deeds: list[tuple[date, Deed]]) -> None:
    earned = lived(CAPPED, sorted(deeds, key=lambda deed: deed[0]))
    shares, posts = frozenset({"share"}), frozenset({"post"})
    assert most(earned, shares, lambda day: day)[0] <= 2
    assert most(earned, shares, week_of)[0] <= 9
    assert most(earned, posts, week_of)[1] <= 200
    assert most(earned, posts, lambda day: day.replace(day=1))[1] <= 500
    assert most(earned, CAPPED.capped_rules, lambda day: day)[1] <= 130


@given(st.lists(DEEDS, max_size=12).flatmap(lambda deeds: st.tuples(
    st.just(deeds), st.permutations(deeds)
)))  # fmt: skip
def test_the_order_of_independent_deeds_does_not_matter(
    orders: tuple[list[Deed], list[Deed]],
) -> None:
    """Each rule pays the same; under the programme's cap, which cuts who comes last, all of them
    together do."""
    free = replace(CAPPED, cap_points_daily=None, capped=frozenset())
    one, other = (lived(free, ((FIRST, deed) for deed in order)) for order in orders)
    assert paid(one) == paid(other)
    one, other = (lived(CAPPED, ((FIRST, deed) for deed in order)) for order in orders)
    assert sum(paid(one).values()) == sum(paid(other).values())
