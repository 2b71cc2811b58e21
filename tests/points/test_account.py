"""How an entry changes the standing of one member."""

import json
from dataclasses import fields
from datetime import date, timedelta
from typing import get_args

import pytest

from bot.points.account import (
    Account,
    counters_to_text,
    counts_for_tier,
    gain,
    reverse_gain,
    reverse_spend,
    spend,
)
from bot.points.types import FOREVER, Awards, EntryKind, Tally

D1, D2, D3 = date(2026, 11, 1), date(2026, 11, 2), date(2026, 11, 3)


@pytest.mark.parametrize(
    ("debt", "points", "balance", "left", "moves", "kept"),
    [
        (0, 5, 5, 0, {D2: 5}, {}),
        (3, 5, 2, 0, {D2: 2}, {D2: -3}),
        (5, 5, 0, 0, {D2: 0}, {D2: -5}),
        (8, 5, 0, 3, {D2: 0}, {D2: -5}),
    ],
)
def test_a_gain_pays_a_debt_first(
    debt: int, points: int, balance: int, left: int, moves: object, kept: object
) -> None:
    account = Account(1, debt=debt)
    assert gain(account, points, D2) == (moves, kept)
    assert (account.balance, account.debt) == (balance, left)


@pytest.mark.parametrize(
    ("debt", "moves", "beside"),
    [
        (0, {D2: 5, FOREVER: 6}, {D2: -6, FOREVER: 6}),
        (3, {D2: 2, FOREVER: 6}, {D2: -9, FOREVER: 6}),
        (5, {D2: 0, FOREVER: 6}, {D2: -11, FOREVER: 6}),
        (9, {D2: 0, FOREVER: 2}, {D2: -11, FOREVER: 2}),
        (11, {D2: 0}, {D2: -11}),
        (20, {D2: 0}, {D2: -11}),
    ],
)
def test_a_debt_is_paid_out_of_what_expires_before_what_does_not(
    debt: int, moves: object, beside: object
) -> None:
    account = Account(1, debt=debt)
    assert gain(account, 11, D2, 6) == (moves, beside)
    assert (account.balance, account.debt) == (max(0, 11 - debt), max(0, debt - 11))
    assert account.first_expiry == (D2 if debt < 5 else FOREVER)


def test_gains_and_what_is_taken_back_add_up_with_what_was_there() -> None:
    account = Account(1, balance=7)
    gain(account, 5, D2)
    assert (account.balance, account.debt) == (12, 0)
    reverse_spend(account, 3, {D2: 3}, D1, 7)
    assert (account.balance, account.debt) == (15, 0)
    account = Account(1, debt=7)
    reverse_gain(account, {D2: 5}, {}, D1)
    assert (account.balance, account.debt) == (0, 12)


def test_what_is_given_back_to_a_lot_that_is_gone_has_some_days_of_grace() -> None:
    account = Account(1)
    assert reverse_spend(account, 3, {D1: 3}, D3, 7) == {date(2026, 11, 10): 3}


def test_the_first_expiry_follows_what_can_expire() -> None:
    account = Account(1, debt=5)
    gain(account, 5, D2)
    assert account.first_expiry == FOREVER
    gain(account, 5, D3)
    gain(account, 5, FOREVER)
    assert account.first_expiry == D3
    gain(account, 5, D2)
    assert account.first_expiry == D2


def test_a_spend_that_is_not_there_changes_nothing() -> None:
    account = Account(1, balance=5)
    assert spend(account, 6, {D2: 5}, D1) is None
    assert spend(account, 5, {D1: 5}, D2) is None
    assert account.balance == 5
    assert spend(account, 5, {D2: 5}, D2) == {D2: -5}
    assert account.balance == 0


@pytest.mark.parametrize(
    ("lots", "balance", "debt"),
    [({D2: 9}, 4, 0), ({D2: 3, D3: 4}, 2, 0), ({D2: 3}, 0, 2), ({}, 0, 5)],
)
def test_what_cannot_be_taken_back_becomes_a_debt(
    lots: dict[date, int], balance: int, debt: int
) -> None:
    account = Account(1, balance=sum(lots.values()))
    reverse_gain(account, {D2: 5}, lots, D1)
    assert (account.balance, account.debt) == (balance, debt)


@pytest.mark.parametrize(
    ("debt", "balance", "left", "moves"),
    [(0, 7, 0, {D2: 3, D3: 4}), (4, 3, 0, {D3: 3}), (9, 0, 2, {})],
)
def test_a_spend_given_back_pays_a_debt_first(
    debt: int, balance: int, left: int, moves: object
) -> None:
    account = Account(1, debt=debt)
    assert reverse_spend(account, 7, {D2: 3, D3: 4}, D1, 7) == moves
    assert (account.balance, account.debt) == (balance, left)
    assert account.first_expiry == (min(moves) if moves else FOREVER)  # type: ignore[call-overload]


def test_a_day_is_counted_and_the_run_ends_with_the_later_one() -> None:
    account = Account(1, run=2, run_on=D2, total_days=40)
    account.check_in(D3, 2, 0)
    assert (account.run, account.run_on, account.total_days) == (3, D3, 41)
    account.check_in(D3 - timedelta(days=9), 5, 0)
    assert (account.run, account.run_on, account.total_days) == (3, D3, 42)
    joined = Account(1, run=2, run_on=D3)
    joined.check_in(D1, 4, 2)
    assert (joined.run, joined.run_on, joined.total_days) == (7, D3, 1)


def test_a_silence_is_noted_by_the_deed_that_ends_it() -> None:
    account = Account(1)
    account.note_active(D1, 2)
    assert (account.active_on, account.back_on, account.away_days) == (D1, None, 0)
    account.note_active(D2, 2)
    assert (account.active_on, account.back_on) == (D2, None)
    account.note_active(D1, 2)
    assert account.active_on == D2
    back = D2 + timedelta(days=2)
    account.note_active(back, 2)
    assert (account.active_on, account.back_on, account.away_days) == (back, back, 2)
    account.note_active(back, 0)
    assert (account.back_on, account.away_days) == (back, 2)
    account.note_active(back + timedelta(days=30))
    assert (account.back_on, account.away_days) == (back, 2)


# A Saturday, the Sunday after it, the Monday of the next week, and a day of the next month that
# lies in that week.
SATURDAY, SUNDAY, MONDAY, NEXT_MONTH = (
    date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 2),
)  # fmt: skip


def test_a_copy_has_every_part_and_shares_none() -> None:
    parts = {
        one.name: place for place, one in enumerate(fields(Account), 1) if one.type is int
    } | {
        "run_on": D1, "first_expiry": D2, "head": b"head", "active_on": D2, "back_on": D3,
        "counters": {"share": [D1.isoformat(), 1, 20, 1, 20, 1, 20, 1, 20, 4]},
        "formers": (7, 9),
    }  # fmt: skip
    assert parts.keys() == {one.name for one in fields(Account)}
    account = Account(**parts)  # type: ignore[arg-type]
    copied = account.copy()
    assert copied == account
    copied.count("share", 20, D2.isoformat(), 5)
    assert tallies(account, D1) == [(1, 20)] * 4


def counted(*payments: tuple[int, date]) -> Account:
    account = Account(1)
    for place, (points, day) in enumerate(payments, start=1):
        account.count("share", points, day.isoformat(), place)
    return account


def tallies(account: Account, day: date) -> list[tuple[int, int]]:
    """Of the day, its week, its month, and ever."""
    awards = account.awards("share", day)
    periods = (awards.day, awards.week, awards.month, awards.ever)
    return [(tally.times, tally.points) for tally in periods]


def test_counters_know_the_day_the_week_the_month_and_ever() -> None:
    account = counted((20, SATURDAY), (15, SATURDAY), (20, SUNDAY))
    assert tallies(account, SUNDAY) == [(1, 20), (3, 55), (3, 55), (3, 55)]
    assert tallies(account, MONDAY) == [(0, 0), (0, 0), (3, 55), (3, 55)]
    assert tallies(account, NEXT_MONTH) == [(0, 0), (0, 0), (0, 0), (3, 55)]
    account.count("share", 1, MONDAY.isoformat(), 4)
    assert tallies(account, NEXT_MONTH) == [(0, 0), (1, 1), (0, 0), (4, 56)]
    account.count("share", 2, NEXT_MONTH.isoformat(), 5)
    assert tallies(account, NEXT_MONTH) == [(1, 2), (2, 3), (1, 2), (5, 58)]
    assert account.awards("post", SUNDAY) == Awards()
    account.count("share", 1, NEXT_MONTH.isoformat(), 3)
    assert account.awards("share", NEXT_MONTH).last_at == 5


def test_a_late_day_counts_for_its_week_and_month_and_not_for_a_later_day() -> None:
    account = counted((20, SUNDAY))
    assert not account.counts("share", SATURDAY)
    assert account.counts("share", SUNDAY)
    assert account.counts("share", MONDAY)
    assert account.counts("post", SATURDAY)
    account.count("share", 7, SATURDAY.isoformat(), 2)
    assert tallies(account, SUNDAY) == [(1, 20), (2, 27), (2, 27), (2, 27)]
    account.count("share", 1, NEXT_MONTH.isoformat(), 3)
    account.count("share", 5, MONDAY.isoformat(), 4)
    assert tallies(account, NEXT_MONTH) == [(1, 1), (2, 6), (1, 1), (4, 33)]


def test_counters_know_when_a_rule_paid_last() -> None:
    account = counted((20, SATURDAY), (20, SUNDAY))
    assert account.awards("share", MONDAY).last_at == 2
    account.count("share", 20, SUNDAY.isoformat(), 1)
    assert account.awards("share", MONDAY).last_at == 2


def test_what_several_rules_paid_on_a_day_is_added_up() -> None:
    account = counted((20, SATURDAY), (3, SUNDAY))
    account.count("post", 10, SUNDAY.isoformat(), 3)
    account.count("order", 500, SUNDAY.isoformat(), 4)
    assert account.points_on(SUNDAY.isoformat(), {"share", "post"}) == 13
    assert account.points_on(SATURDAY.isoformat(), {"share", "post"}) is None


def test_counters_are_stored_as_json_and_read_back() -> None:
    account = counted((20, SATURDAY), (15, SUNDAY))
    account.count("checkin", 5, MONDAY.isoformat(), 3)
    assert json.loads(counters_to_text(account.counters)) == account.counters
    assert counters_to_text({}) == "{}"


def test_a_copy_does_not_change_with_its_original() -> None:
    account = Account(1, 5, 0, 5, 1, 3, D1)
    account.count("share", 20, D1.isoformat(), 1)
    copy = account.copy()
    assert copy == account
    account.count("share", 20, D1.isoformat(), 1)
    account.balance = 9
    assert copy.awards("share", D1).day == Tally(1, 20)
    assert copy.balance == 5


def test_only_accruals_and_adjustments_move_tiers() -> None:
    moving = {kind for kind in get_args(EntryKind) if counts_for_tier(kind)}
    assert moving == {"accrual", "adjustment"}
