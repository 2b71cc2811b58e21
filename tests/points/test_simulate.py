"""The journal judged again: what the ledger says came of a deed comes of it here too."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from bot.points.campaign import Campaign
from bot.points.earn import day_key
from bot.points.order import Identity, Order, Refund
from bot.points.segment import Segment
from bot.points.simulate import Fates, Issued, Moved, Recorded, Simulation
from bot.points.types import Activity, Outcome, Programme, Rule, Tier
from bot.points.where import Fields, Where

DAY = timedelta(days=1)
FIRST = date(2026, 11, 2)
NOON = datetime(2026, 11, 2, 4, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
END = 30
SHARE = Rule("share", "share", "分享", 20)
ORDER = Rule("order", "order", "下单", 1, wait_days=7)


def micros(day: float) -> int:
    """Noon of a day, counted from 0."""
    return (NOON + day * DAY - EPOCH) // timedelta(microseconds=1)


def deed(
    kind: str = "share",
    day: float = 0,
    key: str = "share/1",
    outcome: Outcome = "accrued",
    refusal: str | None = None,
    number: int = 0,
    order: Order | None = None,
    **facts: object,
) -> Recorded:
    on = FIRST + int(day) * DAY
    activity = Activity(kind, key, 1, on, NOON + day * DAY)
    return Recorded(
        number or int(day * 10) + 1, micros(day), on,
        replace(activity, **facts),  # type: ignore[arg-type]
        outcome, refusal, order,
        {f"order:{key}": 100} if order is not None else {},
    )  # fmt: skip


def checkin(day: int, posted: float | None = None, **facts: object) -> Recorded:
    on = FIRST + day * DAY
    key = day_key("checkin", on, 1)
    recorded = deed("checkin", day if posted is None else posted, key, **facts)  # type: ignore[arg-type]
    return replace(recorded, activity=replace(recorded.activity, on=on))


def bought(left_fen: int = 10_000, *, is_completed: bool = False) -> Order:
    """100 yuan, of which so much is left."""
    refunds = (Refund("R1", 10_000 - left_fen),) if left_fen < 10_000 else ()
    return Order(
        "O1", Identity("test", "u1"), None, NOON, 10_000, (), is_completed=is_completed,
        refunds=refunds,
    )  # fmt: skip


def rules(*of: Rule, **programme: object) -> Programme:
    return Programme("测试", "1", ZoneInfo("Asia/Shanghai"), of, **programme)  # type: ignore[arg-type]


def simulated(
    programme: Programme,
    *rows: Recorded,
    fates: Fates | None = None,
    moves: tuple[Moved, ...] = (),
    issued: Issued | None = None,
) -> dict[str, list[int]]:
    """Times and points by rule."""
    simulation = Simulation(programme, fates or Fates(), issued or Issued())
    simulation.run(rows, moves, micros(END))
    return simulation.issued.rules


def test_a_deed_earns_what_the_new_rules_say() -> None:
    assert simulated(rules(replace(SHARE, points=7)), deed()) == {"share": [1, 7]}
    assert simulated(rules(ORDER), deed()) == {}


@pytest.mark.parametrize(
    "code",
    [
        "too_late", "already_done", "refunded", "copied", "repeated", "picture_used",
        "order_used", "other_order", "flooding", "recalled",
    ],
)  # fmt: skip
def test_what_no_rule_refused_stays_out(code: str) -> None:
    assert simulated(rules(SHARE), deed(outcome="refused", refusal=code)) == {}


def test_what_a_rule_refused_is_judged_again_and_once() -> None:
    rows = [
        deed(outcome="refused", refusal="cooldown"),
        deed(day=1, outcome="refused", refusal="cooldown"),
        deed(day=2),
    ]
    assert simulated(rules(SHARE), *rows) == {"share": [1, 20]}
    assert simulated(rules(replace(SHARE, cap_times_ever=1)), *rows) == {"share": [1, 20]}


def test_caps_count_what_the_new_rules_paid() -> None:
    rows = [deed(day=0.1 * n, key=f"share/{n}") for n in range(4)]
    assert simulated(rules(replace(SHARE, cap_times_daily=3)), *rows) == {"share": [3, 60]}
    capped = rules(SHARE, cap_points_daily=50, capped=frozenset({"share"}))
    assert simulated(capped, *rows) == {"share": [3, 50]}


def test_a_late_checkin_joins_two_runs() -> None:
    bonus = Rule("bonus", "checkin", "连签", 30, every_streak_days=3)
    programme = rules(bonus)
    in_order = [checkin(day) for day in range(3)]
    late = [checkin(0), checkin(2), checkin(1, posted=2.5)]
    assert simulated(programme, *in_order) == simulated(programme, *late) == {"bonus": [1, 30]}


def test_a_bonus_that_joined_runs_do_not_have_goes_again() -> None:
    programme = rules(Rule("bonus", "checkin", "连签", 30, streak_days=(2,)))
    apart = [checkin(0), checkin(1), checkin(3), checkin(4)]
    assert simulated(programme, *apart) == {"bonus": [2, 60]}
    assert simulated(programme, *apart, checkin(2, posted=4.5)) == {"bonus": [1, 30]}


def test_a_made_up_day_pays_nothing_itself() -> None:
    programme = rules(
        Rule("checkin", "checkin", "签到", 5),
        Rule("bonus", "checkin", "连签", 30, streak_days=(3,)),
    )
    rows = [checkin(0), checkin(2), checkin(1, posted=2.5, is_made_up=True)]
    assert simulated(programme, *rows) == {"checkin": [2, 10], "bonus": [1, 30]}


def test_only_the_days_that_are_asked_about_count_but_all_are_lived() -> None:
    programme = rules(replace(SHARE, cap_times_ever=2))
    rows = [deed(day=day, key=f"share/{day}") for day in range(4)]
    issued = Issued(FIRST + DAY, FIRST + 2 * DAY)
    assert simulated(programme, *rows, issued=issued) == {"share": [1, 20]}


def test_what_waits_settles_when_the_ledger_says() -> None:
    programme = rules(ORDER)
    row = deed("order", key="order/O1", outcome="pending", order=bought(), units=100)
    settled = Fates(settled={"order:order/O1": micros(2)}, given={"order:order/O1": 100})
    assert simulated(programme, row, fates=settled) == {"order": [1, 100]}
    waiting = Fates(waiting={"order:order/O1"})
    assert simulated(programme, row, fates=waiting) == {}
    ended = Fates(ended={"order/O1": (99, micros(2))})
    assert simulated(programme, row, fates=ended) == {}


def test_the_rows_that_say_what_came_of_it_are_no_new_deeds() -> None:
    key = "invite/2"
    invite = Rule("invite", "invite", "邀请", 100)
    pending = deed("invite", key=key, outcome="pending")
    accrued = deed("invite", 7, key, number=71)
    left = deed("invite", 2, key, "refused", "left", number=21)
    assert simulated(rules(invite), pending, accrued) == {"invite": [1, 100]}
    ended = Fates(ended={key: (21, micros(2))})
    assert simulated(rules(invite), pending, left, fates=ended) == {}


def test_what_only_the_new_rules_let_wait_waits_as_long_as_they_say() -> None:
    rows = [deed(), deed(day=END - 3, key="share/2")]
    assert simulated(rules(replace(SHARE, wait_days=7)), *rows) == {"share": [1, 20]}


def test_a_completed_order_does_not_wait() -> None:
    row = deed("order", END - 1, "order/O1", order=bought(is_completed=True), units=100)
    assert simulated(rules(ORDER), row) == {"order": [1, 100]}


@pytest.mark.parametrize(("left_fen", "points"), [(10_000, 300), (3_333, 99), (1, 0), (0, 0)])
def test_a_refund_leaves_its_share_of_other_points(left_fen: int, points: int) -> None:
    row = deed("order", key="order/O1", outcome="nothing", order=bought(left_fen), units=100)
    expected = {"order": [1, points]} if points else {}
    assert simulated(rules(replace(ORDER, points=3)), row) == expected


def test_a_refund_after_it_settled_takes_its_share_too() -> None:
    key = "order:order/O1"
    row = deed("order", key="order/O1", outcome="pending", order=bought(3_333), units=100)
    fates = Fates(settled={key: micros(7)}, given={key: 100})
    taken = Moved(micros(9), 1, -67, gained=True, takes=key)
    triple = rules(replace(ORDER, points=3))
    assert simulated(triple, row, fates=fates, moves=(taken,)) == {"order": [1, 99]}


def test_what_an_admin_took_back_is_taken_back_in_the_same_part() -> None:
    fates = Fates(given={"share:share/1": 20})
    for taken, left in ((-20, {"share": [0, 0]}), (-15, {"share": [1, 10]})):
        moved = Moved(micros(1), 1, taken, gained=True, takes="share:share/1")
        doubled = rules(replace(SHARE, points=40))
        assert simulated(doubled, deed(), fates=fates, moves=(moved,)) == left


def test_what_is_left_of_an_order_is_reckoned_from_its_money_and_rounded_once() -> None:
    """100 yuan, of which 33.33 are left: 233 of 700 points, not seven times 33."""
    key = "order:order/O1"
    row = deed("order", key="order/O1", outcome="pending", order=bought(3_333), units=100)
    sevenfold = rules(replace(ORDER, points=7))
    settled = Fates(settled={key: micros(7)}, given={key: 50})
    taken = Moved(micros(9), 1, -17, gained=True, takes=key)
    assert simulated(sevenfold, row, fates=settled, moves=(taken,)) == {"order": [1, 233]}
    more = Moved(micros(9), 1, -18, gained=True, takes=key)
    assert simulated(sevenfold, row, fates=settled, moves=(more,)) == {"order": [1, 224]}


def test_a_part_of_other_points_is_rounded_down() -> None:
    fates = Fates(given={"share:share/1": 20})
    moved = Moved(micros(1), 1, -7, gained=True, takes="share:share/1")
    programme = rules(replace(SHARE, points=41))
    assert simulated(programme, deed(), fates=fates, moves=(moved,)) == {"share": [1, 26]}
    again = replace(moved, at=micros(2))
    assert simulated(programme, deed(), fates=fates, moves=(moved, again)) == {"share": [1, 12]}


def test_a_grant_lifts_into_a_tier_and_no_issue() -> None:
    tiers = (Tier("low", "低", 0), Tier("high", "高", 100, Decimal(2)))
    programme = rules(SHARE, tiers=tiers, tier_multiplies=frozenset({"share"}))
    rows = [deed(), deed(day=2, key="share/2")]
    granted = Moved(micros(1), 1, 100, gained=True)
    spent = Moved(micros(1), 1, -90, gained=False)
    assert simulated(programme, *rows, moves=(granted, spent)) == {"share": [2, 60]}
    assert simulated(programme, *rows, moves=(spent,)) == {"share": [2, 40]}


def test_a_budget_runs_from_its_beginning_and_ends() -> None:
    double = Campaign("double", "双倍", multiplier=Decimal(2), budget_points=30)
    shares = [deed(day=day, key=f"share/{day}") for day in range(3)]
    assert simulated(rules(SHARE, campaigns=(double,)), *shares) == {"share": [3, 60 + 30]}


def test_the_first_and_the_last_day_count() -> None:
    rows = [deed(day=day, key=f"share/{day}") for day in range(4)]
    issued = Issued(FIRST + DAY, FIRST + 2 * DAY)
    assert simulated(rules(SHARE), *rows, issued=issued) == {"share": [2, 40]}
    assert issued.members == {1: 40}
    assert issued.points == 40


def test_a_single_point_that_is_taken_back_is_no_payment_any_more() -> None:
    one = rules(replace(SHARE, points=1))
    fates = Fates(given={"share:share/1": 1})
    issued = Issued()
    taken = Moved(micros(1), 1, -1, gained=True, takes="share:share/1")
    other = Moved(micros(1), 1, -5, gained=True, takes="gone:share/1")
    rows = [deed(), deed(day=2, key="share/2")]
    assert simulated(one, *rows, fates=fates, moves=(other, taken), issued=issued) == {
        "share": [1, 1]
    }
    assert issued.members == {1: 1}


def test_what_rules_give_lifts_into_a_tier_until_it_is_taken_back() -> None:
    tiers = (Tier("low", "低", 0), Tier("high", "高", 40, Decimal(2)))
    programme = rules(SHARE, tiers=tiers, tier_multiplies=frozenset({"share"}))
    rows = [deed(day=day, key=f"share/{day}") for day in range(4)]
    assert simulated(programme, *rows) == {"share": [4, 20 + 20 + 40 + 40]}
    fates = Fates(given={"share:share/0": 20})
    taken = Moved(micros(1.5), 1, -20, gained=True, takes="share:share/0")
    assert simulated(programme, *rows, fates=fates, moves=(taken,)) == {"share": [3, 80]}


def test_a_debt_is_paid_before_there_is_a_balance() -> None:
    asked: list[tuple[object, object]] = []

    def holds(fields: Fields) -> bool:
        asked.append((fields["balance"], fields["debt"]))
        return True

    asking = replace(SHARE, where=Where("…", frozenset({"balance", "debt"}), holds))
    moves = (
        Moved(micros(0.5), 1, -50, gained=False),
        Moved(micros(1.5), 1, 25, gained=False),
        Moved(micros(1.6), 1, 7, gained=False),
    )
    rows = [deed(day=day, key=f"share/{day}") for day in range(4)]
    simulated(rules(asking), *rows, moves=moves)
    assert asked == [(0, 0), (0, 30), (22, 0), (42, 0)]


def test_an_order_waits_from_its_payment() -> None:
    row = deed("order", END - 3, "order/O1", order=bought(), units=100)
    assert simulated(rules(ORDER), row) == {"order": [1, 100]}
    unpaid = replace(row, order=replace(bought(), paid_at=None))
    assert simulated(rules(ORDER), unpaid) == {}


def test_what_waits_settles_at_the_instant_the_ledger_says_and_not_before() -> None:
    row = deed("order", key="order/O1", outcome="pending", order=bought(), units=100)
    for at, found in ((micros(END), {"order": [1, 100]}), (micros(END) + 1, {})):
        assert simulated(rules(ORDER), row, fates=Fates(settled={"order:order/O1": at})) == found


def test_what_waits_counts_under_caps_as_if_it_were_paid() -> None:
    rows = [deed(key="share/1"), deed(day=0.1, key="share/2"), deed(day=1, key="share/3")]
    waiting = rules(replace(SHARE, wait_days=7, cap_times_daily=1))
    assert simulated(waiting, *rows) == {"share": [2, 40]}


def test_a_late_deed_is_judged_by_what_its_own_day_was_paid() -> None:
    late = deed(day=1.5, key="share/3")
    late = replace(late, activity=replace(late.activity, on=FIRST))
    rows = [deed(), deed(day=1, key="share/2"), late]
    assert simulated(rules(replace(SHARE, cap_times_daily=1)), *rows) == {"share": [2, 40]}
    assert simulated(rules(replace(SHARE, cap_times_daily=2)), *rows) == {"share": [3, 60]}
    capped = rules(SHARE, cap_points_daily=30, capped=frozenset({"share"}))
    assert simulated(capped, *rows) == {"share": [3, 50]}


def test_a_row_that_only_ends_a_wait_is_no_deed() -> None:
    key = "invite/2"
    invite = rules(Rule("invite", "invite", "邀请", 100))
    left = deed("invite", 2, key, "refused", "left", number=21)
    assert simulated(invite, left, fates=Fates(ended={key: (21, micros(2))})) == {}
    assert simulated(invite, left, fates=Fates(ended={key: (22, 21)})) == {"invite": [1, 100]}


def test_what_waits_for_others_alone_is_paid_when_they_have_done_so() -> None:
    """An order counts once it is completed; admins are taken to have let everything count."""
    waits = replace(ORDER, wait_days=None, wait_for="completed")
    row = deed("order", key="order/O1", order=bought(), units=100)
    assert simulated(rules(waits), row) == {}
    done = replace(row, order=bought(is_completed=True))
    assert simulated(rules(waits), done) == {"order": [1, 100]}
    assert simulated(rules(replace(SHARE, wait_for="admin")), deed()) == {"share": [1, 20]}


def test_a_checkin_that_the_new_rules_refuse_is_no_day_in_a_row() -> None:
    """But one that caps leave nothing for is."""
    daily = Rule("checkin", "checkin", "签到", 5, cap_times_ever=1)
    bonus = Rule("bonus", "checkin", "连签", 30, streak_days=(3,))
    week = map(checkin, range(3))
    assert simulated(rules(daily, bonus), *week) == {"checkin": [1, 5], "bonus": [1, 30]}
    nobody = replace(daily, tags=frozenset({"团长"}))
    assert simulated(rules(nobody, bonus), *map(checkin, range(3))) == {}


def test_of_two_runs_that_are_joined_the_bonus_that_is_none_any_more_goes() -> None:
    programme = rules(Rule("bonus", "checkin", "连签", 30, streak_days=(2,)))
    rows = [checkin(day) for day in (0, 1, 3, 4, 6, 7)]
    later, earlier = checkin(5, posted=7.3), checkin(2, posted=7.6)
    first = Issued(last=FIRST + DAY)
    assert simulated(programme, *rows, later, earlier, issued=first) == {"bonus": [1, 30]}
    assert simulated(programme, *rows, later, earlier) == {"bonus": [1, 30]}
    assert simulated(programme, *rows, earlier, later) == {"bonus": [1, 30]}


def test_a_bonus_that_is_none_any_more_does_not_come_back_when_an_admin_takes_a_part() -> None:
    programme = rules(Rule("bonus", "checkin", "连签", 30, streak_days=(2,)))
    rows = [*map(checkin, (0, 1, 3, 4)), checkin(2, posted=4.5)]
    key = f"bonus:{day_key('checkin', FIRST + 4 * DAY, 1)}"
    taken = Moved(micros(5), 1, -10, gained=True, takes=key)
    found = simulated(programme, *rows, fates=Fates(given={key: 30}), moves=(taken,))
    assert found == {"bonus": [1, 30]}


SILENT = Segment("silent", "沉默", silent_days=5)
BACK = Segment("back", "回来", silent_days=5, returned_days=3)


@pytest.mark.parametrize(
    ("segment", "days", "paid"),
    [
        (SILENT, (0, 4, 9, 10), 1),
        (SILENT, (0, 5), 1),
        (BACK, (0, 5, 6, 7, 8), 3),
        (BACK, (0, 1, 2), 0),
    ],
)
def test_silences_are_those_between_the_deeds(
    segment: Segment, days: tuple[int, ...], paid: int
) -> None:
    rule = replace(SHARE, segments=frozenset({segment.id}))
    other = replace(SHARE, id="post", on="share")
    programme = rules(rule, other, segments=(segment,))
    rows = [deed(day=day, key=f"share/{day}") for day in days]
    found = simulated(programme, *rows)
    assert found.get("share", [0, 0]) == [paid, 20 * paid]
    assert found["post"] == [len(days), 20 * len(days)]


def test_what_comes_by_itself_ends_no_silence() -> None:
    rule = replace(SHARE, segments=frozenset({"silent"}))
    gift = Rule("gift", "spend_period", "花分", 5, spend_points=200, spend_within="week")
    programme = rules(rule, gift, replace(SHARE, id="any"), segments=(SILENT,))
    by_itself = deed("spend_period", 3, "spend_period/1", condition=gift.condition)
    rows = (deed(), by_itself, deed(day=6, key="share/2"))
    assert simulated(programme, *rows) == {"any": [2, 40], "gift": [1, 5], "share": [1, 20]}


def test_what_is_known_of_a_member_beside_the_journal_is_looked_up() -> None:
    new = Segment("new", "新人", newcomer_days=1)
    regular = Segment("regular", "常客", orders_monthly=1)
    programme = rules(
        replace(SHARE, id="tagged", tags=frozenset({"vip"})),
        replace(SHARE, id="new", segments=frozenset({"new"})),
        replace(SHARE, id="regular", segments=frozenset({"regular"})),
        replace(SHARE, id="any"),
        segments=(new, regular),
        campaigns=(Campaign("born", "生日", bonus=1, birthday="day", rules=frozenset({"any"})),),
    )
    assert simulated(programme, deed()) == {"any": [1, 20]}
    fates = Fates(
        joined={1: FIRST}, tags={1: frozenset({"vip"})}, orders={1: [(FIRST, 100)]},
        births={1: (11, 2)},
    )  # fmt: skip
    assert simulated(programme, deed(), fates=fates) == {
        "tagged": [1, 20], "new": [1, 20], "regular": [1, 20], "any": [1, 21],
    }  # fmt: skip
