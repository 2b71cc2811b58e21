"""Judging: base × multiplier, floored once, then caps."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.points.campaign import Campaign
from bot.points.earn import EPOCH, day_key, decide, deed_fields, floored, points_by, restated
from bot.points.segment import Segment
from bot.points.types import (
    Activity,
    Awards,
    Decision,
    Programme,
    Refusal,
    Rule,
    Standing,
    Tally,
    Tier,
)
from bot.points.where import DEED_FIELDS, Fields, Where

ON = date(2026, 11, 1)
SHARE = Rule("share", "share", "分享", 20)
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (SHARE,), valid_days=365)
DEED = Activity("share", "share/test/m1", 7, ON, datetime(2026, 11, 1, 4, tzinfo=UTC), room=3)
STANDING = Standing(7, ON)


def paid(times: int, points: int) -> Standing:
    return replace(STANDING, awards={"share": Awards(Tally(times, points))})


def rewarded(
    programme: Programme, deed: Activity = DEED, standing: Standing = STANDING
) -> list[int]:
    return [entry.points for entry in decide(deed, standing, programme).entries]


def ruled(**changes: object) -> Programme:
    return replace(BASE, rules=(replace(SHARE, **changes),))  # type: ignore[arg-type]


def test_an_entry_says_for_what_when_where_and_why() -> None:
    [entry] = decide(DEED, STANDING, BASE).entries
    assert (entry.member, entry.kind, entry.points, entry.rule) == (7, "accrual", 20, "share")
    assert (entry.key, entry.on, entry.at, entry.room) == ("share:share/test/m1", ON, DEED.at, 3)
    assert entry.expires_on == date(2027, 11, 1)
    assert entry.why == {"base": 20, "multiplier": "1"}


def test_a_rule_may_say_how_long_its_points_can_be_spent() -> None:
    [entry] = decide(DEED, STANDING, ruled(valid_days=2)).entries
    assert entry.expires_on == date(2026, 11, 3)


def test_who_was_brought_is_paid_what_the_rule_has_for_them() -> None:
    invitee = replace(DEED, is_invitee=True)
    assert rewarded(ruled(invitee_points=7), invitee) == [7]
    assert rewarded(ruled(invitee_points=7)) == [20]
    assert rewarded(BASE, invitee) == []
    both = replace(BASE, rules=(SHARE, replace(SHARE, id="more", invitee_points=7)))
    assert rewarded(both, invitee) == [7]


def test_only_rules_with_just_its_condition_judge_a_deed_that_follows_from_others() -> None:
    month = Rule("month", "wake_up", "回来", 9, silent_days=30)
    week = replace(month, id="week", points=4, silent_days=7)
    programme = replace(BASE, rules=(month, week, replace(SHARE, on="wake_up")))
    deed = replace(DEED, kind="wake_up", condition=(("silent_days", 7),))
    assert rewarded(programme, deed) == [4]


def test_every_rule_for_the_kind_of_deed_pays_and_no_other() -> None:
    other, second = Rule("post", "post", "发帖", 10), Rule("extra", "share", "加送", 3)
    assert rewarded(replace(BASE, rules=(other, SHARE, second))) == [20, 3]
    decision = decide(DEED, STANDING, replace(BASE, rules=(other,)))
    assert (decision.entries, decision.refusals) == ((), ())


@pytest.mark.parametrize(
    ("cap", "times", "points", "refusals"),
    [(None, 99, [20], []), (3, 2, [20], []), (3, 3, [], ["cap_times_daily"]), (1, 0, [20], [])],
)
def test_a_cap_in_times_refuses(
    cap: int | None, times: int, points: list[int], refusals: list[str]
) -> None:
    decision = decide(DEED, paid(times, times * 20), ruled(cap_times_daily=cap))
    assert [entry.points for entry in decision.entries] == points
    assert [(refusal.code, refusal.rule) for refusal in decision.refusals] == [
        (code, "share") for code in refusals
    ]


@pytest.mark.parametrize(
    ("cap", "earned", "points", "left"),
    [
        (50, 0, [20], 50), (50, 30, [20], 20), (50, 31, [19], 19), (50, 49, [1], 1),
        (50, 50, [], 0), (50, 60, [], 0),
    ],
)  # fmt: skip
def test_a_cap_in_points_pays_what_is_left(
    cap: int, earned: int, points: list[int], left: int
) -> None:
    decision = decide(DEED, paid(1, earned), ruled(cap_points_daily=cap))
    assert [entry.points for entry in decision.entries] == points
    assert [entry.why["cap_left"] for entry in decision.entries] == ([left] if points else [])
    assert decision.refusals == (() if points else (Refusal("cap_points_daily", "share"),))


def test_one_rule_may_be_capped_while_another_pays() -> None:
    capped, free = replace(SHARE, cap_times_daily=1), Rule("extra", "share", "加送", 3)
    decision = decide(DEED, paid(1, 20), replace(BASE, rules=(capped, free)))
    assert [entry.rule for entry in decision.entries] == ["extra"]
    assert [refusal.code for refusal in decision.refusals] == ["cap_times_daily"]


@pytest.mark.parametrize(
    ("facts", "points"), [({}, []), ({"pictures": "1"}, []), ({"pictures": "2"}, [20])]
)
def test_a_rule_may_ask_for_pictures(facts: dict[str, str], points: list[int]) -> None:
    decision = decide(replace(DEED, facts=facts), STANDING, ruled(min_pictures=2))
    assert [entry.points for entry in decision.entries] == points
    assert bool(points) or decision.refusals == (Refusal("too_few_pictures", "share"),)


def test_a_deed_without_pictures_has_none() -> None:
    refused = decide(DEED, STANDING, ruled(min_pictures=1)).refusals
    assert refused == (Refusal("too_few_pictures", "share"),)


def test_what_is_too_small_is_so_whatever_the_caps_leave() -> None:
    refused = decide(DEED, STANDING, ruled(from_units=2, cap_times_daily=3)).refusals
    assert refused == (Refusal("too_small", "share"),)


CAPS = ["daily", "weekly", "monthly", "ever"]
PERIODS = ["day", "week", "month", "ever"]


@pytest.mark.parametrize(("name", "period"), list(zip(CAPS, PERIODS, strict=True)))
def test_a_cap_looks_at_its_own_period_alone(name: str, period: str) -> None:
    def after(**tallies: Tally) -> Standing:
        return replace(STANDING, awards={"share": Awards(**tallies)})

    full, others = {period: Tally(3, 60)}, {other: Tally(9, 999) for other in PERIODS}
    del others[period]
    times, points = ruled(**{f"cap_times_{name}": 3}), ruled(**{f"cap_points_{name}": 70})
    assert rewarded(times, standing=after(**others)) == [20]
    assert rewarded(points, standing=after(**others)) == [20]
    assert decide(DEED, after(**full), times).refusals == (Refusal(f"cap_times_{name}", "share"),)
    [entry] = decide(DEED, after(**full), points).entries
    assert (entry.points, entry.why["cap"], entry.why["cap_left"]) == (
        10, f"cap_points_{name}", 10,
    )  # fmt: skip


def test_the_cap_with_the_least_left_decides() -> None:
    standing = replace(
        STANDING,
        awards={"share": Awards(Tally(1, 10), Tally(4, 80), Tally(5, 100), Tally(5, 100))},
    )
    programme = ruled(cap_points_daily=30, cap_points_weekly=95, cap_points_monthly=300)
    [entry] = decide(DEED, standing, programme).entries
    assert (entry.points, entry.why["cap"]) == (15, "cap_points_weekly")
    equal = ruled(cap_points_weekly=95, cap_points_monthly=115)
    [entry] = decide(DEED, standing, equal).entries
    assert (entry.points, entry.why["cap"]) == (15, "cap_points_weekly")
    whole = replace(programme, cap_points_daily=15, capped=frozenset({"share"}))
    [entry] = decide(DEED, standing, whole).entries
    assert (entry.points, entry.why["cap"]) == (15, "cap_points_weekly")


@pytest.mark.parametrize(
    ("since_s", "codes"),
    [(0, ["cooldown"]), (59, ["cooldown"]), (60, []), (61, []), (-1, [])],
)
def test_a_rule_rests_for_its_cooldown_and_a_clock_set_back_does_not_prolong_it(
    since_s: int, codes: list[str]
) -> None:
    last_at = DEED.at - timedelta(seconds=since_s)
    micros = (last_at - EPOCH) // timedelta(microseconds=1)
    standing = replace(STANDING, awards={"share": Awards(Tally(1, 20), last_at=micros)})
    found = decide(DEED, standing, ruled(cooldown_s=60)).refusals
    assert found == tuple(Refusal(code, "share") for code in codes)
    assert rewarded(ruled(cooldown_s=60)) == [20]


@pytest.mark.parametrize(
    ("before", "points", "codes"),
    [
        (0, [20, 3], []),
        (278, [20, 2], []),
        (290, [10], ["programme_cap_points_daily"]),
        (300, [], ["programme_cap_points_daily"] * 2),
        (999, [], ["programme_cap_points_daily"] * 2),
    ],
)
def test_the_programme_caps_the_day_over_all_rules_of_its_kinds(
    before: int, points: list[int], codes: list[str]
) -> None:
    programme = replace(
        BASE,
        rules=(SHARE, Rule("extra", "share", "加送", 3)),
        cap_points_daily=300,
        capped=frozenset({"share", "post"}),
    )
    standing = replace(STANDING, capped_points=before)
    decision = decide(DEED, standing, programme)
    assert [entry.points for entry in decision.entries] == points
    assert [refusal.code for refusal in decision.refusals] == codes
    free = replace(programme, capped=frozenset({"post"}))
    assert rewarded(free, standing=standing) == [20, 3]


@given(
    st.lists(st.sampled_from(["share", "extra"]), min_size=1, max_size=30),
    st.integers(1, 100), st.integers(20, 100), st.integers(1, 6),
)  # fmt: skip
def test_no_cap_is_ever_exceeded(
    deeds: list[str], programme_cap: int, cap: int, times: int
) -> None:
    extra = Rule("extra", "extra", "加送", 3, cap_times_daily=times)
    rules = (replace(SHARE, cap_points_daily=cap), extra)
    programme = replace(
        BASE, rules=rules, cap_points_daily=programme_cap, capped=frozenset({"share", "extra"})
    )
    paid: dict[str, list[int]] = {"share": [], "extra": []}
    for kind in deeds:
        standing = replace(
            STANDING,
            awards={
                rule: Awards(Tally(len(points), sum(points))) for rule, points in paid.items()
            },
            capped_points=sum(map(sum, paid.values())),
        )
        paid[kind] += rewarded(programme, replace(DEED, kind=kind), standing)
    assert sum(paid["share"]) <= cap
    assert len(paid["extra"]) <= times
    assert sum(map(sum, paid.values())) <= programme_cap


@pytest.mark.parametrize(
    ("units", "multiplier", "points"),
    [
        ("1", "1", [20]),
        ("1.5", "1", [30]),
        ("0.04", "1", []),
        ("0.05", "1", [1]),
        ("1", "1.1", [22]),
        ("0.049", "1.1", [1]),
        ("3.33", "1.1", [73]),
        ("0", "5", []),
    ],
)
def test_points_are_floored_once_after_all_factors(
    units: str, multiplier: str, points: list[int]
) -> None:
    programme = replace(
        BASE,
        tiers=(Tier("a", "甲", 0, Decimal(multiplier)),),
        tier_multiplies=frozenset({"share"}),
    )
    decision = decide(replace(DEED, units=Decimal(units)), STANDING, programme)
    assert [entry.points for entry in decision.entries] == points
    assert decision.refusals == (() if points else (Refusal("nothing", "share"),))


def test_a_tier_multiplies_only_what_the_programme_names() -> None:
    tiers = (Tier("a", "甲", 0), Tier("b", "乙", 100, Decimal("1.5")))
    silver = replace(STANDING, qualifying_points=100)
    named = replace(BASE, tiers=tiers, tier_multiplies=frozenset({"share"}))
    assert rewarded(named, standing=silver) == [30]
    assert rewarded(named, standing=replace(silver, qualifying_points=99)) == [20]
    assert rewarded(replace(named, tier_multiplies=frozenset()), standing=silver) == [20]
    assert rewarded(replace(named, tiers=()), standing=silver) == [20]


def test_a_streak_bonus_is_keyed_by_its_own_day_and_never_multiplied() -> None:
    bonus = Rule("streak", "checkin", "连续", 30, every_streak_days=7)
    programme = replace(
        BASE, rules=(bonus,), tiers=(Tier("a", "甲", 0, Decimal(2)),),
        tier_multiplies=frozenset({"checkin"}),
    )  # fmt: skip
    deed = replace(DEED, kind="checkin", key=day_key("checkin", ON, 7))
    standing = replace(STANDING, run_before=5, run_after=1)
    [entry] = decide(deed, standing, programme).entries
    assert entry.key == "streak:checkin/2026-11-02/7"
    assert (entry.points, entry.on) == (30, date(2026, 11, 2))
    assert entry.why == {"base": 30, "streak_days": 7, "every_streak_days": 7}
    assert rewarded(programme, deed, replace(standing, run_before=6, run_after=0)) == [30]
    assert rewarded(programme, deed, replace(standing, run_before=4, run_after=1)) == []


CHECKIN = replace(DEED, kind="checkin", key=day_key("checkin", ON, 7))
DAYS: list[tuple[dict[str, object], dict[str, object], str | None]] = [
    ({"streak_days": (3, 7)}, {"run_before": 2}, "checkin/2026-11-01/7"),
    ({"streak_days": (3, 7)}, {"run_before": 3}, None),
    ({"streak_days": (3, 7)}, {"run_before": 1, "run_after": 2}, "checkin/2026-11-02/7"),
    ({"every_total_days": 10}, {"total_days": 19}, "checkin/total-20/7"),
    ({"every_total_days": 10}, {"total_days": 20, "run_before": 9}, None),
    ({"total_days": (10, 100)}, {"total_days": 99, "run_after": 3}, "checkin/total-100/7"),
    ({"total_days": (10, 100)}, {"total_days": 19}, None),
]


@pytest.mark.parametrize(("keys", "standing", "key"), DAYS)
def test_a_rule_for_certain_days_pays_on_those_and_a_made_up_day_counts_like_any_other(
    keys: dict[str, object], standing: dict[str, object], key: str | None
) -> None:
    rule = Rule("bonus", "checkin", "奖励", 30, **keys)  # type: ignore[arg-type]
    daily = Rule("daily", "checkin", "签到", 5)
    programme = replace(
        BASE, rules=(daily, rule), tiers=(Tier("a", "甲", 0, Decimal(2)),),
        tier_multiplies=frozenset({"checkin"}),
    )  # fmt: skip
    stands = replace(STANDING, **standing)  # type: ignore[arg-type]
    first, *bonus = decide(CHECKIN, stands, programme).entries
    assert (first.key, first.points) == (f"daily:{CHECKIN.key}", 10)
    assert [(one.key, one.points) for one in bonus] == ([(f"bonus:{key}", 30)] if key else [])
    assert list(decide(replace(CHECKIN, is_made_up=True), stands, programme).entries) == bonus
    share = replace(programme, rules=(replace(rule, on="share"),))
    assert decide(DEED, replace(STANDING, total_days=9), share).entries == ()


@pytest.mark.parametrize(
    ("keys", "steps"),
    [
        ({"streak_days": (3,)}, {"streak_days": 3}),
        ({"every_streak_days": 3}, {"streak_days": 3, "every_streak_days": 3}),
        ({"total_days": (10,)}, {"total_days": 10}),
        ({"every_total_days": 5}, {"total_days": 10, "every_total_days": 5}),
    ],
)
def test_why_names_the_day_that_is_paid_for(
    keys: dict[str, object], steps: dict[str, int]
) -> None:
    rule = Rule("bonus", "checkin", "奖励", 30, **keys)  # type: ignore[arg-type]
    standing = replace(STANDING, run_before=2, total_days=9)
    [entry] = decide(CHECKIN, standing, replace(BASE, rules=(rule,))).entries
    assert entry.why == {"base": 30, **steps}


def test_joined_runs_are_paid_what_they_have_above_what_they_had() -> None:
    """Four days and three, of which the third was paid, come to eight: two bonuses, one of which
    was paid in the first run. Ten and three: the third day of the second run is none any more."""
    rule = Rule("bonus", "checkin", "奖励", 30, streak_days=(3, 7))
    programme = replace(BASE, rules=(rule,))
    third = ON + timedelta(days=3)
    joined = replace(STANDING, run_before=4, run_after=3)
    seventh = f"bonus:checkin/{ON + timedelta(days=2)}/7"
    assert [one.key for one in decide(CHECKIN, joined, programme).entries] == [seventh]
    paid = replace(joined, paid_after={"bonus": {third: 41}})
    assert decide(CHECKIN, paid, programme) == Decision()
    assert decide(CHECKIN, replace(paid, run_before=10), programme) == Decision(undone=(41,))
    again = replace(paid, paid_after={"bonus": {third: 0}})
    assert decide(CHECKIN, replace(again, run_before=10), programme) == Decision()


def test_the_key_of_a_day_begins_with_the_day() -> None:
    assert day_key("checkin", ON, 17) == "checkin/2026-11-01/17"


@given(
    st.integers(1, 10**6),
    st.decimals(0, 10**4, places=2),
    st.decimals("0.1", 10, places=2),
)
def test_rounding_never_gives_more_than_the_exact_product_nor_a_point_less(
    base: int, units: Decimal, multiplier: Decimal
) -> None:
    exact = base * units * multiplier
    assert exact - 1 < floored(exact) <= exact


def spread(*parts: tuple[str, str]) -> Activity:
    amounts = tuple((category, Decimal(units)) for category, units in parts)
    return replace(DEED, units=sum((units for _, units in amounts), Decimal(0)), parts=amounts)


@pytest.mark.parametrize(
    ("parts", "points"),
    [
        ([("美妆", "10.50"), ("数码", "10.50")], 31),
        ([("美妆", "0.25"), ("数码", "0.75")], 1),
        ([("美妆", "0.49")], 0),
        ([("图书", "7.99")], 7),
        ([("赠品", "99"), ("图书", "1")], 1),
        ([], 1),
    ],
)
def test_categories_have_rates_of_their_own_and_all_is_floored_once(
    parts: list[tuple[str, str]], points: int
) -> None:
    rule = replace(SHARE, points=1, categories={"美妆": 2, "数码": 1, "赠品": 0})
    deed = spread(*parts) if parts else DEED
    assert sum(rewarded(replace(BASE, rules=(rule,)), deed)) == points


def test_why_names_the_parts_with_their_rates() -> None:
    rule = replace(SHARE, points=1, categories={"美妆": 2})
    [entry] = decide(
        spread(("美妆", "10.50"), ("", "3")), STANDING, replace(BASE, rules=(rule,))
    ).entries
    assert (entry.points, entry.why["worth"]) == (24, "24.00")
    assert entry.why["parts"] == "美妆 10.50×2 + 其他 3×1"


def test_a_rule_for_the_whole_deed_ignores_its_units() -> None:
    order = replace(DEED, units=Decimal("299.99"))
    bonus = replace(SHARE, points=500, per="deed", from_units=300)
    assert decide(order, STANDING, replace(BASE, rules=(bonus,))).refusals == (
        Refusal("too_small", "share"),
    )
    assert rewarded(replace(BASE, rules=(bonus,)), replace(order, units=Decimal(300))) == [500]


SILVER = Tier("silver", "白银", 100)
AUDIENCES: list[tuple[dict[str, frozenset[str]], str]] = [
    ({"rooms": frozenset({"r1", "r2"})}, "other_rooms"),
    ({"tiers": frozenset({"silver"})}, "other_tiers"),
    ({"segments": frozenset({"new"})}, "other_segments"),
    ({"tags": frozenset({"vip"})}, "other_tags"),
]
INSIDE = replace(
    STANDING, qualifying_points=100, segments=frozenset({"new"}), tags=frozenset({"vip"})
)


@pytest.mark.parametrize(("audience", "code"), AUDIENCES)
def test_a_rule_or_a_campaign_is_for_those_it_names(
    audience: dict[str, frozenset[str]], code: str
) -> None:
    known = {
        "tiers": (Tier("normal", "普通", 0), SILVER),
        "segments": (Segment("new", "新人", newcomer_days=7),),
    }
    here = replace(DEED, place="r1")
    rule = replace(BASE, rules=(replace(SHARE, **audience),), **known)  # type: ignore[arg-type]
    assert rewarded(rule, here, INSIDE) == [20]
    refused = decide(DEED, STANDING, rule)
    assert (refused.entries, refused.refusals) == ((), (Refusal(code, "share"),))
    double = Campaign("double", "双倍", multiplier=Decimal(2), **audience)  # type: ignore[arg-type]
    campaign = replace(BASE, campaigns=(double,), **known)  # type: ignore[arg-type]
    assert rewarded(campaign, here, INSIDE) == [40]
    assert rewarded(campaign) == [20]


def test_a_birthday_campaign_is_judged_by_the_day_of_the_deed_where_the_programme_is() -> None:
    day = Campaign("born", "生日", bonus=7, birthday="day", tags=frozenset({"vip"}))
    programme = replace(BASE, campaigns=(day,))
    late = replace(DEED, done_at=datetime(2026, 11, 2, 16, tzinfo=UTC))
    born = replace(INSIDE, birthday=(11, 3))
    assert rewarded(programme, late, born) == [27]
    assert rewarded(programme, DEED, born) == [20]
    assert rewarded(programme, DEED, replace(born, birthday=(11, 1))) == [27]
    assert rewarded(programme, late, replace(born, tags=frozenset())) == [20]
    assert rewarded(programme, late, INSIDE) == [20]


def test_an_expression_is_asked_with_what_is_known_of_member_and_deed() -> None:
    asked: list[Fields] = []

    def holds(fields: Fields) -> bool:
        asked.append(fields)
        return fields["units"] == 3

    programme = ruled(where=Where("…", frozenset({"units", "balance"}), holds))
    standing = replace(STANDING, fields={"balance": 9})
    assert rewarded(programme, replace(DEED, units=Decimal(3)), standing) == [60]
    assert asked[0] == {"balance": 9, **deed_fields(replace(DEED, units=Decimal(3)), BASE.zone)}
    assert decide(DEED, standing, programme).refusals == (Refusal("other_where", "share"),)


def test_a_deed_is_asked_about_in_the_time_of_the_programme() -> None:
    """Sunday, noon in Shanghai; then half past eleven that night, as the message says."""
    plain = {
        "units": Decimal(1), "pictures": 0, "hour": 12, "weekday": 7, "room": "", "topic": "",
        "score": 100,
    }  # fmt: skip
    assert deed_fields(DEED, BASE.zone) == plain
    assert plain.keys() == DEED_FIELDS.keys()
    late = replace(
        DEED, place="r1", facts={"pictures": "3"},
        done_at=datetime(2026, 11, 1, 15, 30, tzinfo=UTC),
    )  # fmt: skip
    assert deed_fields(late, BASE.zone) == plain | {"pictures": 3, "hour": 23, "room": "r1"}


def test_without_tiers_nobody_holds_one() -> None:
    programme = ruled(tiers=frozenset({"silver"}))
    assert decide(DEED, INSIDE, programme).refusals == (Refusal("other_tiers", "share"),)


def test_a_birth_month_is_not_the_day_alone() -> None:
    month = Campaign("born", "生日月", bonus=7, birthday="month")
    programme = replace(BASE, campaigns=(month,))
    assert rewarded(programme, DEED, replace(STANDING, birthday=(11, 30))) == [27]
    assert rewarded(programme, DEED, replace(STANDING, birthday=(12, 1))) == [20]


def test_the_latest_of_the_bonuses_that_a_joined_run_does_not_have_go_first() -> None:
    """Seven days and seven with bonuses on the third and the seventh come to fifteen, which has
    two bonuses in all, and both were paid in the first run."""
    due = {"streak_days": (3, 7)}
    third, seventh = ON + timedelta(days=3), ON + timedelta(days=7)
    rules = (
        Rule("daily", "checkin", "签到", 5),
        Rule("other", "checkin", "另一个", 7, **due),  # type: ignore[arg-type]
        Rule("bonus", "checkin", "奖励", 30, **due),  # type: ignore[arg-type]
    )
    programme = replace(BASE, rules=rules)
    joined = replace(
        STANDING, run_before=7, run_after=7, paid_after={"bonus": {third: 41, seventh: 45}}
    )
    assert decide(CHECKIN, joined, programme).undone == (45, 41)
    one_kept = replace(joined, run_before=3, run_after=7)
    assert decide(CHECKIN, one_kept, programme).undone == (45,)
    gone = replace(joined, paid_after={"bonus": {third: 41, seventh: 0}})
    assert decide(CHECKIN, gone, programme).undone == (41,)
    paid = {day: 50 + ahead for ahead in (1, 2) for day in (ON + timedelta(days=ahead),)}
    both = replace(joined, run_before=0, run_after=2, paid_after={"daily": paid})
    assert decide(CHECKIN, both, programme).undone == ()


def test_a_joined_run_is_paid_no_more_often_than_it_is_owed() -> None:
    """One day, then four, of which the second was paid for a pair: six are three pairs."""
    pairs = Rule("pairs", "checkin", "双日", 10, every_streak_days=2)
    programme = replace(BASE, rules=(pairs,))
    second, fourth = ON + timedelta(days=2), ON + timedelta(days=4)
    joined = replace(
        STANDING, run_before=1, run_after=4, paid_after={"pairs": {second: 41, fourth: 43}}
    )
    assert [one.on for one in decide(CHECKIN, joined, programme).entries] == [ON]
    later = replace(joined, run_before=2, paid_after={"pairs": {second: 41}})
    assert [one.on for one in decide(CHECKIN, later, programme).entries] == [
        ON + timedelta(days=1)
    ]
    none_paid = replace(joined, paid_after={})
    for cap, points in (
        ({"cap_times_ever": 2}, [10, 10]), ({"cap_points_ever": 25}, [10, 10, 5]),
    ):  # fmt: skip
        capped = replace(BASE, rules=(replace(pairs, **cap),))  # type: ignore[arg-type]
        assert rewarded(capped, CHECKIN, none_paid) == points
    assert [one.on for one in decide(CHECKIN, none_paid, programme).entries] == [
        ON, second, fourth,
    ]  # fmt: skip


def test_an_amount_put_right_is_judged_on_the_terms_of_then() -> None:
    order = replace(SHARE, id="order", on="order", points=2, from_units=10)
    why = {"base": 3, "multiplier": "1.1", "units": "50", "bonus": 5, "cap_left": 100}
    deed = replace(DEED, kind="order", units=Decimal("10"))
    assert restated(order, why, deed) == (38, {**why, "units": "10"})
    assert restated(order, why, replace(deed, units=Decimal("9.99")))[0] == 0
    assert restated(order, why, replace(deed, units=Decimal(99)))[0] == 100
    uncapped = {step: why[step] for step in why if step != "cap_left"}
    assert restated(order, uncapped, replace(deed, units=Decimal(99)))[0] == 331
    parts = {**why, "worth": "9", "parts": "美妆 3×3"}
    one = replace(order, from_units=None)
    spread_out = replace(deed, units=Decimal(5), parts=(("美妆", Decimal(2)), ("", Decimal(3))))
    assert restated(replace(one, categories={"美妆": 7}), why, spread_out) == (
        30, {"base": 3, "multiplier": "1.1", "bonus": 5, "cap_left": 100,
             "worth": "23", "parts": "美妆 2×7 + 其他 3×3"},
    )  # fmt: skip
    assert restated(one, parts, replace(deed, units=Decimal(1))) == (
        8, {"base": 3, "multiplier": "1.1", "bonus": 5, "cap_left": 100},
    )  # fmt: skip


def test_what_was_stored_without_a_multiplier_was_not_multiplied() -> None:
    assert points_by({}, Decimal("10.9"), 99) == 10
    assert points_by({"multiplier": "1.5", "campaign_multiplier": "2", "bonus": 4}, 10, 99) == 34
    assert points_by({"campaign_multiplier": "2", "bonus": 4}, 10, 99, is_plain=True) == 10


def test_shields_are_given_as_far_as_more_may_be_held() -> None:
    two = replace(SHARE, shields=2, shields_most=4)
    programme = replace(BASE, rules=(two, replace(two, id="again"), replace(two, id="third")))

    def given(held: int) -> list[str | int | None]:
        entries = decide(DEED, replace(STANDING, shields=held), programme).entries
        return [entry.why.get("shields") for entry in entries]

    assert given(0) == [2, 2, None]
    after = replace(BASE, rules=(replace(SHARE, id="plain"), two))
    entries = decide(DEED, replace(STANDING, shields=2), after).entries
    assert [entry.why.get("shields") for entry in entries] == [None, 2]
    assert given(1) == [2, 1, None]
    assert given(4) == [None, None, None]
    boundless = replace(BASE, rules=(replace(SHARE, shields=2),))
    [entry] = decide(DEED, replace(STANDING, shields=99), boundless).entries
    assert entry.why == {"base": 20, "multiplier": "1", "shields": 2}
