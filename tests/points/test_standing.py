"""What rules may know of a member: from the account, or from the past where it must be asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.points.account import Account
from bot.points.campaign import Campaign, Window
from bot.points.earn import day_key
from bot.points.segment import Order, Segment
from bot.points.standing import LOOK_BACK, Paid, runs_beside, standing, standing_today
from bot.points.types import Activity, Awards, Programme, Rule, Standing, Tally, Tier
from bot.points.where import LONG_AGO, MEMBER_FIELDS, Where

TODAY = date(2026, 11, 11)
"""A Wednesday."""
AT = datetime(2026, 11, 11, 4, tzinfo=UTC)
DAY = timedelta(days=1)
SHARE = Rule("share", "share", "分享", 20, cap_times_daily=9)
CHECKIN = Rule("checkin", "checkin", "签到", 5)
TIERS = (Tier("normal", "普通", 0), Tier("silver", "白银", 100))
BASE = Programme("试", "0", ZoneInfo("Asia/Shanghai"), (SHARE, CHECKIN), TIERS)
DEED = Activity("share", "share/1", 7, TODAY, AT)


@dataclass
class Told:
    """A past that says what it was told, and which questions it was asked."""

    paid: list[Paid] = field(default_factory=list)
    waits: list[Paid] = field(default_factory=list)
    born: tuple[int, int] | None = (11, 5)
    done: set[str] = field(default_factory=set)
    entries: dict[str, int] = field(default_factory=dict)
    joined: date | None = TODAY - 3 * DAY
    tags: frozenset[str] = frozenset({"vip"})
    orders: list[Order] = field(default_factory=list)
    spent: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def paid_since(self, member: int, day: date) -> Sequence[Paid]:
        self.asked.append(f"paid_since {member} {day}")
        return [one for one in self.paid if one[1] >= day]

    def waiting(self, member: int) -> Sequence[Paid]:
        self.asked.append(f"waiting {member}")
        return self.waits

    def birthday(self, member: int) -> tuple[int, int] | None:
        self.asked.append(f"birthday {member}")
        return self.born

    def is_taken(self, keys: Sequence[str]) -> Mapping[str, bool]:
        self.asked.append(f"is_taken {len(keys)}")
        return {key: key in self.done for key in keys}

    def posted(self, keys: Sequence[str]) -> Mapping[str, int]:
        self.asked.append(f"posted {len(keys)}")
        return {key: self.entries[key] for key in keys if key in self.entries}

    def joined_on(self, member: int) -> date | None:
        self.asked.append(f"joined_on {member}")
        return self.joined

    def tags_of(self, member: int) -> frozenset[str]:
        self.asked.append(f"tags_of {member}")
        return self.tags

    def orders_of(self, member: int) -> Sequence[Order]:
        self.asked.append(f"orders_of {member}")
        return self.orders

    def given(self) -> Mapping[str, int]:
        self.asked.append("given")
        return self.spent


def member() -> Account:
    return Account(
        7, balance=40, debt=2, qualifying=150, set_aside=30, run=4, run_on=TODAY - DAY,
        total_days=17, shields=1, active_on=TODAY - 2 * DAY,
    )  # fmt: skip


KNOWN = Standing(
    7, TODAY, balance=40, debt=2, qualifying_points=120, total_days=17, shields=1,
    awards={"share": Awards()},
)  # fmt: skip


def test_a_programme_that_asks_nothing_asks_the_past_nothing() -> None:
    past = Told()
    assert standing(DEED, member(), TODAY, BASE, past, (2, 0)) == replace(KNOWN, run_before=2)
    assert standing_today(member(), TODAY, BASE, past) == replace(KNOWN, run_before=4)
    assert past.asked == []


def test_the_run_before_today_leaves_today_out() -> None:
    for account, run in (
        (replace(member(), run_on=TODAY), 3),
        (replace(member(), run_on=TODAY - 2 * DAY), 0),
        (replace(member(), run_on=None, run=0), 0),
    ):
        assert standing_today(account, TODAY, BASE, Told()).run_before == run


def asking(*, of: str) -> Programme:
    """A programme whose rule on `of` is for one segment, and a campaign for a birthday."""
    new = Segment("new", "新人", newcomer_days=7)
    rules = tuple(
        replace(rule, segments=frozenset({"new"}), tags=frozenset({"vip"})) if rule.on == of
        else rule
        for rule in BASE.rules
    )  # fmt: skip
    born = Campaign("born", "生日", bonus=1, birthday="day", rules=frozenset({of}))
    return replace(BASE, rules=rules, segments=(new,), campaigns=(born,))


def test_only_what_the_kind_of_deed_asks_for_is_looked_up() -> None:
    past = Told()
    found = standing(DEED, member(), TODAY, asking(of="share"), past)
    assert (found.segments, found.tags, found.birthday) == ({"new"}, {"vip"}, (11, 5))
    assert sorted(past.asked) == ["birthday 7", "joined_on 7", "tags_of 7"]
    past = Told()
    assert standing(DEED, member(), TODAY, asking(of="checkin"), past) == KNOWN
    assert past.asked == []
    today = standing_today(member(), TODAY, asking(of="checkin"), past)
    assert (today.segments, today.tags, today.birthday) == ({"new"}, {"vip"}, (11, 5))
    assert sorted(past.asked) == ["birthday 7", "joined_on 7", "tags_of 7"]


def test_of_all_that_can_be_asked_only_what_is_named_is_looked_up() -> None:
    silent = Segment("silent", "沉默", silent_days=2)
    rules = (replace(SHARE, segments=frozenset({"silent"})),)
    past = Told()
    found = standing(DEED, member(), TODAY, replace(BASE, rules=rules, segments=(silent,)), past)
    assert (found.segments, found.tags, found.fields) == ({"silent"}, frozenset(), {})
    assert past.asked == []


def test_expressions_are_told_of_the_member_as_it_was_before_the_deed() -> None:
    every = Where("…", frozenset(MEMBER_FIELDS), lambda _: True)
    programme = replace(BASE, rules=(replace(SHARE, where=every),))
    orders = [
        (TODAY, 1050), (date(2025, 11, 12), 100), (date(2025, 11, 11), 9),
        (TODAY + DAY, 7),
    ]  # fmt: skip
    expected = {
        "balance": 40, "qualifying_points": 120, "debt": 2, "streak_days": 4, "total_days": 17,
        "days_since_joining": 3, "days_since_last_deed": 2, "orders_this_month": 1,
        "yearly_yuan": Decimal("11.5"), "tier": "silver", "tags": frozenset({"vip"}),
    }  # fmt: skip
    past = Told(orders=orders)
    assert standing(DEED, member(), TODAY, programme, past).fields == expected
    assert past.asked == ["joined_on 7", "tags_of 7", "orders_of 7"]
    assert standing_today(member(), TODAY, programme, past).fields == expected
    fresh = Account(7)
    bare = standing_today(fresh, TODAY, replace(programme, tiers=()), Told(joined=None)).fields
    assert bare == dict.fromkeys(expected, 0) | {
        "days_since_joining": LONG_AGO, "tier": "", "tags": frozenset({"vip"}),
    }  # fmt: skip


def test_a_segment_looks_at_when_the_member_was_last_there() -> None:
    back = Segment("back", "回来", silent_days=30, returned_days=7)
    rules = (replace(SHARE, segments=frozenset({"back"})),)
    programme = replace(BASE, rules=rules, segments=(back,))
    account = replace(member(), back_on=TODAY - 3 * DAY, away_days=30)
    assert standing(DEED, account, TODAY, programme, Told()).segments == {"back"}
    away = replace(account, away_days=29)
    assert standing(DEED, away, TODAY, programme, Told()).segments == frozenset()
    silent = replace(away, active_on=TODAY - 30 * DAY)
    assert standing(DEED, silent, TODAY, programme, Told()).segments == {"back"}


def test_what_a_limited_rule_paid_is_on_the_account() -> None:
    account = member()
    account.count("share", 20, (TODAY - 9 * DAY).isoformat(), 1)
    account.count("share", 20, TODAY.isoformat(), 2)
    found = standing(DEED, account, TODAY, BASE, Told()).awards
    paid = Awards(Tally(1, 20), Tally(1, 20), Tally(2, 40), Tally(2, 40), 2)
    assert found == {"share": paid}
    assert standing_today(account, TODAY, BASE, Told()).awards == found


def test_a_late_deed_is_told_by_the_ledger_what_its_own_day_had() -> None:
    account = member()
    account.count("share", 20, TODAY.isoformat(), 5)
    late = replace(DEED, on=date(2026, 11, 2))
    past = Told(paid=[
        ("share", date(2026, 11, 1), 1), ("share", date(2026, 11, 2), 10),
        ("share", date(2026, 11, 8), 100), ("share", date(2026, 11, 9), 1000),
        ("post", date(2026, 11, 2), 7), ("share", date(2026, 12, 1), 10_000),
    ])  # fmt: skip
    found = standing(late, account, TODAY, BASE, past).awards["share"]
    assert found == Awards(Tally(1, 10), Tally(2, 110), Tally(4, 1111), Tally(1, 20), 5)
    assert past.asked == ["paid_since 7 2026-11-01"]
    standing(replace(late, on=date(2026, 12, 1)), account, TODAY, BASE, past)
    assert past.asked == ["paid_since 7 2026-11-01"]
    account.count("share", 20, date(2026, 12, 2).isoformat(), 6)
    standing(replace(late, on=date(2026, 12, 1)), account, TODAY, BASE, past)
    assert past.asked[1:] == ["paid_since 7 2026-11-30"]


def test_what_waits_counts_as_if_it_had_been_paid() -> None:
    account = member()
    account.count("share", 20, TODAY.isoformat(), 5)
    monday, first = TODAY - 2 * DAY, TODAY.replace(day=1)
    past = Told(waits=[
        ("share", TODAY, 1), ("share", monday, 10), ("share", first, 100),
        ("share", date(2025, 11, 11), 1000), ("post", TODAY, 7),
    ])  # fmt: skip
    programme = replace(BASE, rules=(replace(SHARE, wait_days=7),))
    found = standing(DEED, account, TODAY, programme, past).awards["share"]
    assert found == Awards(Tally(2, 21), Tally(3, 31), Tally(4, 131), Tally(5, 1131), 5)
    assert past.asked == ["waiting 7"]


def capped(*rules: Rule) -> Programme:
    return replace(BASE, rules=rules, cap_points_daily=100, capped=frozenset({"share"}))


def test_the_daily_cap_is_told_what_its_rules_paid_that_day() -> None:
    account = member()
    account.count("share", 20, TODAY.isoformat(), 5)
    account.count("checkin", 5, TODAY.isoformat(), 6)
    programme = capped(SHARE, CHECKIN)
    assert standing(DEED, account, TODAY, programme, Told()).capped_points == 20
    assert standing_today(account, TODAY, programme, Told()).capped_points == 20
    checkin = replace(DEED, kind="checkin")
    assert standing(checkin, account, TODAY, programme, Told()).capped_points == 0
    yesterday = TODAY - DAY
    past = Told(paid=[
        ("share", yesterday, 9), ("share", TODAY, 20), ("checkin", yesterday, 5),
    ])  # fmt: skip
    late = replace(DEED, on=yesterday)
    assert standing(late, account, TODAY, programme, past).capped_points == 9
    assert past.asked == ["paid_since 7 2026-11-01", "paid_since 7 2026-11-10"]
    today = standing_today(account, yesterday, programme, past)
    assert (today.capped_points, today.awards["share"].day) == (9, Tally(1, 9))
    past = Told(waits=[("share", TODAY, 3), ("share", yesterday, 50), ("checkin", TODAY, 70)])
    waiting = capped(replace(SHARE, wait_days=7), CHECKIN)
    assert standing(DEED, account, TODAY, waiting, past).capped_points == 23
    assert past.asked == ["waiting 7"] * 2


def test_budgets_are_looked_up_while_a_campaign_that_has_one_is_open() -> None:
    open_on = Window(from_on=TODAY, until_on=TODAY)
    one = Campaign("one", "一", open_on, rules=frozenset({"share"}), bonus=1, budget_points=100)
    two = replace(one, id="two", window=Window(until_on=TODAY - DAY), budget_points=50)
    programme = replace(BASE, campaigns=(one, two))
    past = Told(spent={"one": 30, "two": 51})
    assert standing(DEED, member(), TODAY, programme, past).budgets == {"one": 70, "two": 0}
    assert standing_today(member(), TODAY, programme, past).budgets == {"one": 70, "two": 0}
    assert standing(DEED, member(), TODAY, programme, Told()).budgets == {"one": 100, "two": 50}
    closed = Told()
    tomorrow = replace(DEED, done_at=AT + DAY)
    for deed in (tomorrow, replace(DEED, kind="checkin"), replace(DEED, at=AT + DAY)):
        assert standing(deed, member(), TODAY, programme, closed).budgets == {}
    assert closed.asked == []
    first_second = datetime(2026, 11, 10, 16, tzinfo=UTC)
    for at, left in ((first_second, {"one": 100}), (first_second - timedelta(seconds=1), {})):
        early = replace(tomorrow, done_at=at)
        narrow = replace(programme, campaigns=(one,))
        assert standing(early, member(), TODAY, narrow, closed).budgets == left


def checkin(on: date) -> Activity:
    return Activity("checkin", day_key("checkin", on, 7), 7, on, AT)


def test_the_account_knows_the_run_that_the_latest_deed_ends() -> None:
    past = Told()
    assert runs_beside(checkin(TODAY), member(), past) == (4, 0)
    assert runs_beside(checkin(TODAY + DAY), member(), past) == (0, 0)
    assert runs_beside(checkin(TODAY), Account(7), past) == (0, 0)
    assert runs_beside(replace(DEED, on=TODAY - 9 * DAY), member(), past) == (0, 0)
    assert past.asked == []


def test_a_late_checkin_asks_the_journal_for_the_runs_beside_it() -> None:
    late = TODAY - 9 * DAY
    days = [late + ahead * DAY for ahead in (-4, -2, -1, 1, 2, 3, 5)]
    past = Told(done={day_key("checkin", day, 7) for day in days})
    assert runs_beside(checkin(late), member(), past) == (2, 3)
    assert past.asked == [f"is_taken {LOOK_BACK}"] * 2
    past = Told(done={day_key("checkin", TODAY - ahead * DAY, 7) for ahead in (1, 2, 3)})
    assert runs_beside(checkin(TODAY - DAY), member(), past) == (2, 0)
    many = [late + ahead * DAY for ahead in range(1, LOOK_BACK + 1)]
    past = Told(done={day_key("checkin", day, 7) for day in many})
    assert runs_beside(checkin(late), member(), past) == (0, LOOK_BACK)
    assert past.asked == [f"is_taken {LOOK_BACK}"] * 3


def test_a_day_between_two_runs_is_told_what_the_later_one_was_paid() -> None:
    third = Rule("third", "checkin", "第三天", 10, streak_days=(3,))
    total = Rule("total", "checkin", "累计", 50, every_total_days=3)
    programme = replace(BASE, rules=(CHECKIN, third, total))
    days = {ahead: day_key("checkin", TODAY + ahead * DAY, 7) for ahead in range(5)}
    past = Told(entries={f"third:{days[1]}": 41, f"third:{days[3]}": 0, f"third:{days[4]}": 9,
                         f"third:{days[0]}": 8, f"total:{days[2]}": 7,
                         f"checkin:{days[1]}": 6})  # fmt: skip
    found = standing(checkin(TODAY), member(), TODAY, programme, past, (2, 3))
    assert (found.run_before, found.run_after) == (2, 3)
    assert found.paid_after == {"third": {TODAY + DAY: 41, TODAY + 3 * DAY: 0}}
    assert past.asked == ["posted 3"]
    assert standing(checkin(TODAY), member(), TODAY, programme, past, (2, 0)).paid_after == {}
